"""The tables: fields, names and types of the modules, against pydicom's data dictionary."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydicom.datadict import dictionary_VM, dictionary_VR, tag_for_keyword

import metaprov_dicom
from metaprov_core import MetadataType
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
from metaprov_dicom.values.dictionary import ATTRIBUTES, Attribute, keyword_of, tag_of
from metaprov_modules import json_name

if TYPE_CHECKING:
    import msgspec

TABLES = {
    metaprov_dicom.PatientModule: patient._PATIENT,
    metaprov_dicom.PatientStudyModule: patient._PATIENT_STUDY,
    metaprov_dicom.PatientDemographicModule: patient._PATIENT_DEMOGRAPHIC,
    metaprov_dicom.ClinicalTrialModule: patient._CLINICAL_TRIAL,
    metaprov_dicom.GeneralStudyModule: identity._GENERAL_STUDY,
    metaprov_dicom.GeneralSeriesModule: identity._GENERAL_SERIES,
    metaprov_dicom.GeneralImageModule: identity._GENERAL_IMAGE,
    metaprov_dicom.SopCommonModule: identity._SOP_COMMON,
    metaprov_dicom.FrameOfReferenceModule: identity._FRAME_OF_REFERENCE,
    metaprov_dicom.ImagePlaneModule: image_plane._IMAGE_PLANE,
    metaprov_dicom.ImagePixelModule: image_pixel._IMAGE_PIXEL,
    metaprov_dicom.ModalityLutModule: lut._MODALITY_LUT,
    metaprov_dicom.VoiLutModule: lut._VOI_LUT,
    metaprov_dicom.CineModule: frame._CINE,
    metaprov_dicom.MultiframeModule: frame._MULTIFRAME,
    metaprov_dicom.FrameModule: frame._FRAME,
    metaprov_dicom.TransferSyntax: transfer_syntax._TRANSFER_SYNTAX,
    metaprov_dicom.PetSeriesModule: pet._PET_SERIES,
    metaprov_dicom.PetImageModule: pet._PET_IMAGE,
    metaprov_dicom.RadiopharmaceuticalInfo: pet._RADIOPHARMACEUTICAL,
    metaprov_dicom.NmMultiframeGeometryModule: nuclear._NM_MULTIFRAME_GEOMETRY,
    metaprov_dicom.UltrasoundEnhancedRegionModule: ultrasound._REGIONS,
    metaprov_dicom.CalibrationModule: ultrasound._REGIONS,
    metaprov_dicom.UltrasoundRegion: ultrasound._REGION,
    metaprov_dicom.EcgModule: ecg._ECG,
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
    assert (tag_of(keyword), keyword_of(tag)) == (tag, keyword)


@modules
def test_the_fields_are_those_of_the_table_in_its_order(module: type[msgspec.Struct]) -> None:
    derived = DERIVED | ({"number_of_frames"} if module is metaprov_dicom.FrameModule else set())
    fields = [field for field in module.__struct_fields__ if field not in derived]
    assert fields == list(TABLES[module].fields)


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
def test_fields_and_their_json_names_follow_the_keyword(
    keyword: str, field: str, name: str
) -> None:
    table = Table(keyword)
    assert table.fields == (field,)
    assert json_name(field) == name


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


KEYS = {
    value: value.answer_class
    for name in metaprov_dicom.__all__
    if isinstance(value := getattr(metaprov_dicom, name), MetadataType)
}


def test_every_type_has_a_key_and_every_module_a_class() -> None:
    without = {"instance", "dataset", "frameImageIds", "seriesImageIds"}
    from_files = {"framePixelData"}
    from_users = {"calibratedPixelSpacing"}
    from_image_id = {"imageUrlModule", "uriModule", "baseImageId"}
    assert set(KEYS) == {*MODULES, *from_image_id, *from_files, *from_users, *without}
    assert {type for type, answer_class in KEYS.items() if answer_class is None} == without
    assert set(TABLES) >= {KEYS[type] for type in MODULES} - {
        metaprov_dicom.PetIsotopeModule, metaprov_dicom.OverlayPlaneModule,
        metaprov_dicom.RealWorldValueModule, metaprov_dicom.PhilipsScalingModule,
    }  # fmt: skip


def test_the_readme_names_every_type_and_key() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    for name in metaprov_dicom.__all__:
        key = getattr(metaprov_dicom, name)
        if isinstance(key, MetadataType):
            answer = f", `{KEYS[key].__name__}`" if key.endswith("Module") else ""
            assert f"| `{key}` | `{name}`{answer}" in readme


def test_importing_the_package_imports_neither_pydicom_nor_numpy() -> None:
    program = "import sys, metaprov_dicom; print({'pydicom', 'numpy'} & set(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "set()"
