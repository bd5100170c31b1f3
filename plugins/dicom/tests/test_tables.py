"""The tables: fields, names and types of the modules, against pydicom's data dictionary."""

from __future__ import annotations

import json
import subprocess
import sys
import typing

import msgspec
import pytest
from pydicom.datadict import dictionary_VM, dictionary_VR, tag_for_keyword

import metaprov_dicom
from metaprov_core import MetadataType
from metaprov_dicom.dictionary import ATTRIBUTES, Attribute, key_of, tag_of
from metaprov_dicom.modules import MODULES, identity, image_pixel, image_plane, lut, pet
from metaprov_dicom.modules.table import Table, field_name

TABLES = {
    identity.SopCommonModule: identity._SOP_COMMON,
    identity.GeneralSeriesModule: identity._GENERAL_SERIES,
    image_plane.ImagePlaneModule: image_plane._IMAGE_PLANE,
    image_pixel.ImagePixelModule: image_pixel._IMAGE_PIXEL,
    lut.ModalityLutModule: lut._MODALITY_LUT,
    lut.VoiLutModule: lut._VOI_LUT,
    pet.PetSeriesModule: pet._PET_SERIES,
}
#: Made of other attributes of the plane.
DERIVED = {
    "row_cosines", "column_cosines", "row_pixel_spacing", "column_pixel_spacing",
    "pixel_spacing_calibration",
}  # fmt: skip
modules = pytest.mark.parametrize("module", TABLES, ids=lambda module: module.__name__)


@pytest.mark.parametrize("attribute", ATTRIBUTES.values(), ids=lambda attribute: attribute.keyword)
def test_an_attribute_is_as_the_data_dictionary_says(attribute: Attribute) -> None:
    keyword, tag, vr, vm = attribute
    assert (tag_for_keyword(keyword), dictionary_VR(tag), dictionary_VM(tag)) == (tag, vr, vm)
    assert (tag_of(keyword), key_of(tag)) == (tag, keyword)


@modules
def test_the_fields_are_those_of_the_table_in_its_order(module: type[msgspec.Struct]) -> None:
    fields = [field for field in module.__struct_fields__ if field not in DERIVED]
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


@pytest.mark.parametrize(
    ("keyword", "field", "name"),
    [
        ("SOPClassUID", "sop_class_uid", "sopClassUID"),
        ("VOILUTFunction", "voi_lut_function", "voiLUTFunction"),
        ("ModalityLUTSequence", "modality_lut_sequence", "modalityLUTSequence"),
        ("FrameOfReferenceUID", "frame_of_reference_uid", "frameOfReferenceUID"),
        ("SUVType", "suv_type", "suvType"),
        ("ImagePositionPatient", "image_position_patient", "imagePositionPatient"),
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


def test_json_has_cornerstones_names() -> None:
    plane = metaprov_dicom.ImagePlaneModule(rows=2, row_cosines=(1.0, 0.0, 0.0))
    names = json.loads(msgspec.json.encode(plane))
    assert {"frameOfReferenceUID", "rowCosines", "rowPixelSpacing", "pixelSpacing"} <= names.keys()
    pixel = json.loads(msgspec.json.encode(metaprov_dicom.ImagePixelModule()))
    assert {"smallestPixelValue", "largestPixelValue", "pixelPaddingValue"} <= pixel.keys()
    table = metaprov_dicom.Lut("1", 0, 8, (1, 2))
    assert json.loads(msgspec.json.encode(table)) == {
        "id": "1", "firstValueMapped": 0, "numBitsPerEntry": 8, "lut": [1, 2],
    }  # fmt: skip


def test_every_module_has_a_key_that_knows_its_class() -> None:
    keys = {
        value: value.answer_class
        for name in metaprov_dicom.__all__
        if isinstance(value := getattr(metaprov_dicom, name), MetadataType)
    }
    assert set(TABLES) == {keys[type] for type in MODULES}
    assert {*MODULES, "instance", "dataset"} == set(keys)


def test_importing_the_package_imports_neither_pydicom_nor_numpy() -> None:
    program = "import sys, metaprov_dicom; print({'pydicom', 'numpy'} & set(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "set()"
