"""DICOM for metaprov: instances from files, and the modules of any instance.

Installing the package is all that is needed: `metaprov_core.get` finds its plugins by their entry
points. Here are the keys of its types and the classes of its answers, for typed code::

    import metaprov_core
    from metaprov_dicom import IMAGE_PLANE

    plane = metaprov_core.get(IMAGE_PLANE, "dicomfile:/data/ct/1.dcm")  # ImagePlaneModule | None
"""

from .dataset.copies import copy_of_header
from .dicom_json.elements import instance_from_json
from .dicom_json.encoded import JsonSource, instance_from_encoded_json
from .file.reader import dataset_from_stream, instance_from_stream
from .finding.remembered import SERIES_IMAGE_IDS
from .frames.groups import frame_number, instance_of_frame, number_of_frames
from .instance.instance import INSTANCE, Instance
from .modules.ecg import ECG, EcgModule
from .modules.frame import CINE, FRAME, MULTIFRAME, CineModule, FrameModule, MultiframeModule
from .modules.from_image_id import (
    BASE_IMAGE_ID,
    FRAME_IMAGE_IDS,
    IMAGE_URL,
    URI,
    ImageUrlModule,
    UriModule,
)
from .modules.identity import (
    FRAME_OF_REFERENCE,
    GENERAL_IMAGE,
    GENERAL_SERIES,
    GENERAL_STUDY,
    SOP_COMMON,
    FrameOfReferenceModule,
    GeneralImageModule,
    GeneralSeriesModule,
    GeneralStudyModule,
    SopCommonModule,
)
from .modules.image_pixel import IMAGE_PIXEL, ImagePixelModule
from .modules.image_plane import IMAGE_PLANE, ImagePlaneModule
from .modules.lut import MODALITY_LUT, VOI_LUT, Lut, ModalityLutModule, VoiLutModule
from .modules.nuclear import NM_MULTIFRAME_GEOMETRY, NmMultiframeGeometryModule
from .modules.overlay import OVERLAY_PLANE, Overlay, OverlayPlaneModule
from .modules.patient import (
    CLINICAL_TRIAL,
    PATIENT,
    PATIENT_DEMOGRAPHIC,
    PATIENT_STUDY,
    ClinicalTrialModule,
    PatientDemographicModule,
    PatientModule,
    PatientStudyModule,
)
from .modules.pet import (
    PET_IMAGE,
    PET_ISOTOPE,
    PET_SERIES,
    PetImageModule,
    PetIsotopeModule,
    PetSeriesModule,
    RadiopharmaceuticalInfo,
)
from .modules.transfer_syntax import TRANSFER_SYNTAX, TransferSyntax
from .modules.ultrasound import (
    CALIBRATION,
    ULTRASOUND_ENHANCED_REGION,
    CalibrationModule,
    UltrasoundEnhancedRegionModule,
    UltrasoundRegion,
)
from .plugins.files import DATASET

__all__ = [
    "BASE_IMAGE_ID",
    "CALIBRATION",
    "CINE",
    "CLINICAL_TRIAL",
    "DATASET",
    "ECG",
    "FRAME",
    "FRAME_IMAGE_IDS",
    "FRAME_OF_REFERENCE",
    "GENERAL_IMAGE",
    "GENERAL_SERIES",
    "GENERAL_STUDY",
    "IMAGE_PIXEL",
    "IMAGE_PLANE",
    "IMAGE_URL",
    "INSTANCE",
    "MODALITY_LUT",
    "MULTIFRAME",
    "NM_MULTIFRAME_GEOMETRY",
    "OVERLAY_PLANE",
    "PATIENT",
    "PATIENT_DEMOGRAPHIC",
    "PATIENT_STUDY",
    "PET_IMAGE",
    "PET_ISOTOPE",
    "PET_SERIES",
    "SERIES_IMAGE_IDS",
    "SOP_COMMON",
    "TRANSFER_SYNTAX",
    "ULTRASOUND_ENHANCED_REGION",
    "URI",
    "VOI_LUT",
    "CalibrationModule",
    "CineModule",
    "ClinicalTrialModule",
    "EcgModule",
    "FrameModule",
    "FrameOfReferenceModule",
    "GeneralImageModule",
    "GeneralSeriesModule",
    "GeneralStudyModule",
    "ImagePixelModule",
    "ImagePlaneModule",
    "ImageUrlModule",
    "Instance",
    "JsonSource",
    "Lut",
    "ModalityLutModule",
    "MultiframeModule",
    "NmMultiframeGeometryModule",
    "Overlay",
    "OverlayPlaneModule",
    "PatientDemographicModule",
    "PatientModule",
    "PatientStudyModule",
    "PetImageModule",
    "PetIsotopeModule",
    "PetSeriesModule",
    "RadiopharmaceuticalInfo",
    "SopCommonModule",
    "TransferSyntax",
    "UltrasoundEnhancedRegionModule",
    "UltrasoundRegion",
    "UriModule",
    "VoiLutModule",
    "copy_of_header",
    "dataset_from_stream",
    "frame_number",
    "instance_from_encoded_json",
    "instance_from_json",
    "instance_from_stream",
    "instance_of_frame",
    "number_of_frames",
]
