"""The tables: fields, names and types of the modules, against pydicom's data dictionary."""

from __future__ import annotations

import subprocess
import sys
import typing
from pathlib import Path

import msgspec
import pytest
from pydicom.datadict import dictionary_VM, dictionary_VR, tag_for_keyword

import metaprov_dicom
from metaprov_core import MetadataType
from metaprov_dicom.instance.dictionary import ATTRIBUTES, Attribute, key_of, tag_of
from metaprov_dicom.modules import (
    MODULES,
    ecg,
    frame,
    identity,
    image_pixel,
    image_plane,
    lut,
    nuclear,
    patient,
    pet,
    transfer_syntax,
    ultrasound,
)
from metaprov_dicom.modules.table import Table, field_name

TABLES = {
    patient.PatientModule: patient._PATIENT,
    patient.PatientStudyModule: patient._PATIENT_STUDY,
    patient.PatientDemographicModule: patient._PATIENT_DEMOGRAPHIC,
    patient.ClinicalTrialModule: patient._CLINICAL_TRIAL,
    identity.GeneralStudyModule: identity._GENERAL_STUDY,
    identity.GeneralSeriesModule: identity._GENERAL_SERIES,
    identity.GeneralImageModule: identity._GENERAL_IMAGE,
    identity.SopCommonModule: identity._SOP_COMMON,
    identity.FrameOfReferenceModule: identity._FRAME_OF_REFERENCE,
    image_plane.ImagePlaneModule: image_plane._IMAGE_PLANE,
    image_pixel.ImagePixelModule: image_pixel._IMAGE_PIXEL,
    lut.ModalityLutModule: lut._MODALITY_LUT,
    lut.VoiLutModule: lut._VOI_LUT,
    frame.CineModule: frame._CINE,
    frame.MultiframeModule: frame._MULTIFRAME,
    frame.FrameModule: frame._FRAME,
    transfer_syntax.TransferSyntax: transfer_syntax._TRANSFER_SYNTAX,
    pet.PetSeriesModule: pet._PET_SERIES,
    pet.PetImageModule: pet._PET_IMAGE,
    pet.RadiopharmaceuticalInfo: pet._RADIOPHARMACEUTICAL,
    nuclear.NmMultiframeGeometryModule: nuclear._NM_MULTIFRAME_GEOMETRY,
    ultrasound.UltrasoundEnhancedRegionModule: ultrasound._REGIONS,
    ultrasound.CalibrationModule: ultrasound._REGIONS,
    ultrasound.UltrasoundRegion: ultrasound._REGION,
    ecg.EcgModule: ecg._ECG,
}
#: Made of other attributes than those of the table, or of none.
DERIVED = {
    "row_cosines", "column_cosines", "row_pixel_spacing", "column_pixel_spacing",
    "pixel_spacing_calibration", "frame_number", "is_video", "radionuclide", "image_sub_type",
    "is_nm_reconstructable", "channels",
}  # fmt: skip
modules = pytest.mark.parametrize("module", TABLES, ids=lambda module: module.__name__)


@pytest.mark.parametrize("attribute", ATTRIBUTES.values(), ids=lambda attribute: attribute.keyword)
def test_an_attribute_is_as_the_data_dictionary_says(attribute: Attribute) -> None:
    keyword, tag, vr, vm = attribute
    assert (tag_for_keyword(keyword), dictionary_VR(tag), dictionary_VM(tag)) == (tag, vr, vm)
    assert (tag_of(keyword), key_of(tag)) == (tag, keyword)


@modules
def test_the_fields_are_those_of_the_table_in_its_order(module: type[msgspec.Struct]) -> None:
    derived = DERIVED | ({"number_of_frames"} if module is frame.FrameModule else set())
    fields = [field for field in module.__struct_fields__ if field not in derived]
    assert fields == list(TABLES[module].fields)


@modules
def test_every_field_is_typed_and_none_by_default(module: type[msgspec.Struct]) -> None:
    for field in msgspec.structs.fields(module):
        assert field.default is None
        assert type(None) in typing.get_args(field.type)


@modules
def test_a_module_cannot_be_changed(module: type[msgspec.Struct]) -> None:
    instance = module()
    with pytest.raises(AttributeError):
        setattr(instance, module.__struct_fields__[0], 1)
    assert module.__struct_config__.gc is False


def test_no_table_has_the_sequences_of_functional_groups() -> None:
    """A frame is read from what is in them, over a root that still has them."""
    keywords = {each.keyword for table in TABLES.values() for each in table.attributes}
    assert not {key for key in keywords if key.endswith("FunctionalGroupsSequence")}


@pytest.mark.parametrize(
    ("keyword", "field", "name"),
    [
        ("SOPClassUID", "sop_class_uid", "sopClassUID"),
        ("VOILUTFunction", "voi_lut_function", "voiLUTFunction"),
        ("ModalityLUTSequence", "modality_lut_sequence", "modalityLUTSequence"),
        ("FrameOfReferenceUID", "frame_of_reference_uid", "frameOfReferenceUID"),
        ("SUVType", "suv_type", "suvType"),
        ("ImagePositionPatient", "image_position_patient", "imagePositionPatient"),
        ("PatientID", "patient_id", "patientId"),
        ("ClinicalTrialProtocolID", "clinical_trial_protocol_id", "clinicalTrialProtocolId"),
        ("RegionLocationMinX0", "region_location_min_x0", "regionLocationMinX0"),
        (
            "RedPaletteColorLookupTableDescriptor",
            "red_palette_color_lookup_table_descriptor",
            "redPaletteColorLookupTableDescriptor",
        ),
    ],
)
def test_names_follow_the_keyword(keyword: str, field: str, name: str) -> None:
    table = Table(keyword)
    assert table.fields == (field,)
    assert table.json_name(field) == name


@pytest.mark.parametrize(
    ("keyword", "field"),
    [
        ("RegionLocationMinX0", "region_location_min_x0"),
        ("ReferencePixelPhysicalValueX", "reference_pixel_physical_value_x"),
        ("IssuerOfPatientID", "issuer_of_patient_id"),
        ("PatientID", "patient_id"),
        ("StudyID", "study_id"),
        ("VOILUTSequence", "voi_lut_sequence"),
        ("CineRate", "cine_rate"),
    ],
)
def test_field_names_of_other_keywords(keyword: str, field: str) -> None:
    assert field_name(keyword) == field


#: Cornerstone's names of the fields, in their order.
NAMES = {
    "patientModule": """
        patientId patientName patientBirthDate patientBirthTime patientSex issuerOfPatientId
    """,
    "patientStudyModule": "patientAge patientSize patientWeight patientSex",
    "patientDemographicModule": "patientSex",
    "clinicalTrialModule": """
        clinicalTrialSponsorName clinicalTrialProtocolId clinicalTrialSiteId
        clinicalTrialSiteName clinicalTrialSubjectId
    """,
    "generalStudyModule": """
        studyInstanceUID studyId studyDescription studyDate studyTime accessionNumber
    """,
    "generalSeriesModule": """
        studyInstanceUID seriesInstanceUID modality seriesNumber seriesDescription seriesDate
        seriesTime acquisitionDate acquisitionTime
    """,
    "generalImageModule": """
        sopInstanceUID sopClassUID instanceNumber imageType instanceCreationDate
        instanceCreationTime contentDate contentTime lossyImageCompression
        lossyImageCompressionRatio lossyImageCompressionMethod frameOfReferenceUID
        numberOfFrames
    """,
    "sopCommonModule": "sopClassUID sopInstanceUID",
    "frameOfReferenceModule": "frameOfReferenceUID positionReferenceIndicator",
    "imagePlaneModule": """
        frameOfReferenceUID rows columns imageOrientationPatient rowCosines columnCosines
        imagePositionPatient sliceThickness sliceLocation spacingBetweenSlices pixelSpacing
        rowPixelSpacing columnPixelSpacing pixelSpacingCalibration
    """,
    "imagePixelModule": """
        samplesPerPixel photometricInterpretation rows columns bitsAllocated bitsStored highBit
        pixelRepresentation planarConfiguration pixelAspectRatio smallestPixelValue
        largestPixelValue pixelPaddingValue pixelPaddingRangeLimit
        redPaletteColorLookupTableDescriptor greenPaletteColorLookupTableDescriptor
        bluePaletteColorLookupTableDescriptor alphaPaletteColorLookupTableDescriptor
        redPaletteColorLookupTableData greenPaletteColorLookupTableData
        bluePaletteColorLookupTableData alphaPaletteColorLookupTableData
        paletteColorLookupTableUID
    """,
    "modalityLutModule": "rescaleIntercept rescaleSlope rescaleType modalityLUTSequence",
    "voiLutModule": """
        windowCenter windowWidth windowCenterWidthExplanation voiLUTFunction voiLUTSequence
    """,
    "cineModule": "frameTime cineRate recommendedDisplayFrameRate numberOfFrames",
    "multiframeModule": "numberOfFrames",
    "frameModule": """
        frameNumber numberOfFrames sopClassUID sopInstanceUID seriesInstanceUID studyInstanceUID
    """,
    "transferSyntax": "transferSyntaxUID availableTransferSyntaxUID isVideo",
    "petSeriesModule": "correctedImage units decayCorrection suvType countsSource seriesType",
    "petImageModule": "frameReferenceTime actualFrameDuration decayFactor",
    "petIsotopeModule": "radiopharmaceuticalInfo",
    "nmMultiframeGeometryModule": """
        modality imageType imageSubType imageOrientationPatient imagePositionPatient
        sliceThickness spacingBetweenSlices pixelSpacing numberOfFrames isNMReconstructable
    """,
    "overlayPlaneModule": "overlays",
    "ultrasoundEnhancedRegionModule": "sequenceOfUltrasoundRegions",
    "calibrationModule": "sequenceOfUltrasoundRegions",
    "ecgModule": """
        numberOfWaveformChannels numberOfWaveformSamples samplingFrequency waveformBitsAllocated
        waveformSampleInterpretation multiplexGroupLabel channels
    """,
    "imageUrlModule": "isVideo rendered thumbnail",
    "uriModule": "baseImageId frameNumber",
}  # fmt: skip
ITEMS = {
    metaprov_dicom.Lut: "id firstValueMapped numBitsPerEntry lut",
    metaprov_dicom.Overlay: """
        rows columns type x y pixelData description label roiArea roiMean roiStandardDeviation
    """,
    metaprov_dicom.RadiopharmaceuticalInfo: """
        radiopharmaceutical radiopharmaceuticalStartTime radiopharmaceuticalStartDateTime
        radiopharmaceuticalStopTime radionuclideTotalDose radionuclideHalfLife radionuclide
    """,
    metaprov_dicom.UltrasoundRegion: """
        regionLocationMinX0 regionLocationMinY0 regionLocationMaxX1 regionLocationMaxY1
        referencePixelX0 referencePixelY0 physicalDeltaX physicalDeltaY physicalUnitsXDirection
        physicalUnitsYDirection referencePhysicalPixelValueX referencePhysicalPixelValueY
        regionSpatialFormat regionDataType regionFlags transducerFrequency
    """,
}  # fmt: skip
KEYS = {
    value: value.answer_class
    for name in metaprov_dicom.__all__
    if isinstance(value := getattr(metaprov_dicom, name), MetadataType)
}


@pytest.mark.parametrize(
    ("struct", "names"), [*((KEYS[type], names) for type, names in NAMES.items()), *ITEMS.items()]
)
def test_json_has_cornerstones_names(struct: type[msgspec.Struct], names: str) -> None:
    assert [field.encode_name for field in msgspec.structs.fields(struct)] == names.split()


def test_every_module_is_named_here() -> None:
    assert set(NAMES) == {*MODULES, "imageUrlModule", "uriModule"}


def test_every_type_has_a_key_and_every_module_a_class() -> None:
    others = {"instance", "dataset", "baseImageId", "frameImageIds", "seriesImageIds"}
    assert set(KEYS) == {*NAMES, *others}
    assert all(KEYS[type] is not None for type in NAMES)
    assert set(TABLES) >= {KEYS[type] for type in MODULES} - {
        metaprov_dicom.PetIsotopeModule, metaprov_dicom.OverlayPlaneModule,
    }  # fmt: skip


def test_the_readme_names_every_type_and_key() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    for name in metaprov_dicom.__all__:
        key = getattr(metaprov_dicom, name)
        if isinstance(key, MetadataType):
            answer = f", `{KEYS[key].__name__}`" if key in NAMES else ""
            assert f"| `{key}` | `{name}`{answer}" in readme


def test_importing_the_package_imports_neither_pydicom_nor_numpy() -> None:
    program = "import sys, metaprov_dicom; print({'pydicom', 'numpy'} & set(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "set()"
