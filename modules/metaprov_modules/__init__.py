"""The vocabulary of metaprov: the classes and keys of the answers that viewers know.

Each class has Cornerstone's fields, under Python names; ``help(ImagePlaneModule)`` says what each
field means, and its unit. A key is the name of a type that knows the class of its answer::

    from metaprov_modules import IMAGE_PLANE, ImagePlaneModule

    @hookimpl(types=[IMAGE_PLANE], schemes=["clinic"])
    def get_metadata(image_id: str) -> ImagePlaneModule | None: ...
"""

from .answer import Answer, json_name, meaning
from .byte_source import BYTE_SOURCE, ByteSource
from .calibrated_pixel_spacing import (
    CALIBRATED_PIXEL_SPACING,
    CalibratedPixelSpacing,
    CalibrationType,
)
from .ecg import ECG, EcgModule
from .frame import CINE, FRAME, MULTIFRAME, CineModule, FrameModule, MultiframeModule
from .frame_pixels import FRAME_PIXEL_DATA, FramePixels, PixelElement
from .given import answer_of
from .identity import (
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
from .image_id import (
    BASE_IMAGE_ID,
    FRAME_IMAGE_IDS,
    IMAGE_URL,
    INSTANCE,
    SERIES_IMAGE_IDS,
    URI,
    ImageIdsOfFolder,
    ImageUrlModule,
    UriModule,
)
from .image_pixel import IMAGE_PIXEL, ImagePixelModule
from .image_plane import IMAGE_PLANE, ImagePlaneModule
from .lut import MODALITY_LUT, VOI_LUT, Lut, ModalityLutModule, VoiLutModule
from .note import Note, Severity
from .nuclear import NM_MULTIFRAME_GEOMETRY, NmMultiframeGeometryModule
from .overlay import OVERLAY_PLANE, Overlay, OverlayPlaneModule
from .patient import (
    CLINICAL_TRIAL,
    PATIENT,
    PATIENT_DEMOGRAPHIC,
    PATIENT_STUDY,
    ClinicalTrialModule,
    PatientDemographicModule,
    PatientModule,
    PatientStudyModule,
)
from .pet import (
    PET_IMAGE,
    PET_ISOTOPE,
    PET_SERIES,
    PetImageModule,
    PetIsotopeModule,
    PetSeriesModule,
    RadiopharmaceuticalInfo,
)
from .philips import PHILIPS_SCALING, PhilipsScalingModule
from .real_world_value import (
    REAL_WORLD_VALUE,
    RealWorldValueMapping,
    RealWorldValueModule,
)
from .scaling import KINDS, SCALING, ScalingModule, SuvKind
from .transfer_syntax import TRANSFER_SYNTAX, TransferSyntax
from .ultrasound import (
    CALIBRATION,
    ULTRASOUND_ENHANCED_REGION,
    CalibrationModule,
    UltrasoundEnhancedRegionModule,
    UltrasoundRegion,
)
from .volume import (
    SERIES_VOLUMES,
    VOLUME_GEOMETRY,
    Matrix,
    VolumeGap,
    VolumeGeometryModule,
    VolumeGroup,
)

__all__ = [
    "BASE_IMAGE_ID",
    "BYTE_SOURCE",
    "CALIBRATED_PIXEL_SPACING",
    "CALIBRATION",
    "CINE",
    "CLINICAL_TRIAL",
    "ECG",
    "FRAME",
    "FRAME_IMAGE_IDS",
    "FRAME_OF_REFERENCE",
    "FRAME_PIXEL_DATA",
    "GENERAL_IMAGE",
    "GENERAL_SERIES",
    "GENERAL_STUDY",
    "IMAGE_PIXEL",
    "IMAGE_PLANE",
    "IMAGE_URL",
    "INSTANCE",
    "KINDS",
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
    "PHILIPS_SCALING",
    "REAL_WORLD_VALUE",
    "SCALING",
    "SERIES_IMAGE_IDS",
    "SERIES_VOLUMES",
    "SOP_COMMON",
    "TRANSFER_SYNTAX",
    "ULTRASOUND_ENHANCED_REGION",
    "URI",
    "VOI_LUT",
    "VOLUME_GEOMETRY",
    "Answer",
    "ByteSource",
    "CalibratedPixelSpacing",
    "CalibrationModule",
    "CalibrationType",
    "CineModule",
    "ClinicalTrialModule",
    "EcgModule",
    "FrameModule",
    "FrameOfReferenceModule",
    "FramePixels",
    "GeneralImageModule",
    "GeneralSeriesModule",
    "GeneralStudyModule",
    "ImageIdsOfFolder",
    "ImagePixelModule",
    "ImagePlaneModule",
    "ImageUrlModule",
    "Lut",
    "Matrix",
    "ModalityLutModule",
    "MultiframeModule",
    "NmMultiframeGeometryModule",
    "Note",
    "Overlay",
    "OverlayPlaneModule",
    "PatientDemographicModule",
    "PatientModule",
    "PatientStudyModule",
    "PetImageModule",
    "PetIsotopeModule",
    "PetSeriesModule",
    "PhilipsScalingModule",
    "PixelElement",
    "RadiopharmaceuticalInfo",
    "RealWorldValueMapping",
    "RealWorldValueModule",
    "ScalingModule",
    "Severity",
    "SopCommonModule",
    "SuvKind",
    "TransferSyntax",
    "UltrasoundEnhancedRegionModule",
    "UltrasoundRegion",
    "UriModule",
    "VoiLutModule",
    "VolumeGap",
    "VolumeGeometryModule",
    "VolumeGroup",
    "answer_of",
    "json_name",
    "meaning",
]

__version__ = "0.1.0"
