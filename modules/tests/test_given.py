"""What users give becomes the class of the key."""

from __future__ import annotations

import doctest
import re
from collections import namedtuple
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaprov_core import MetadataType
from metaprov_modules import (
    IMAGE_PLANE,
    INSTANCE,
    PATIENT,
    PET_ISOTOPE,
    SCALING,
    VOI_LUT,
    ImagePlaneModule,
    Lut,
    Note,
    RadiopharmaceuticalInfo,
    ScalingModule,
    VoiLutModule,
    answer_of,
)
from metaprov_modules import given as module_under_test

NOTE = {"code": "a", "severity": "info", "sentence": "A.", "attribute": "PatientWeight"}
LUT = {"id": "1", "firstValueMapped": 0, "num_bits_per_entry": 16, "lut": [1, 2]}


def test_a_mapping_becomes_the_class_of_the_key():
    assert answer_of(SCALING, {"suvbw": 4e-4}) == ScalingModule(suvbw=4e-4)
    assert answer_of(SCALING, MappingProxyType({})) == ScalingModule()


def test_the_names_are_those_of_python_or_of_json_also_in_one_mapping():
    given = {"image_position_patient": [1, 2, 3], "imageOrientationPatient": (1, 0, 0, 0, 1, 0)}

    assert answer_of(IMAGE_PLANE, given) == ImagePlaneModule(
        image_position_patient=(1.0, 2.0, 3.0),
        image_orientation_patient=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
    )


def test_what_is_inside_has_its_class_too():
    window = answer_of(VOI_LUT, {"voiLUTSequence": [LUT], "window_center": [40, None]})
    scaling = answer_of(SCALING, {"suvbw": 1, "notes": [NOTE, Note(**NOTE)]})
    isotope = answer_of(PET_ISOTOPE, {"radiopharmaceuticalInfo": {"radionuclideHalfLife": 6586.2}})

    assert window == VoiLutModule(
        voi_lut_sequence=(Lut("1", 0, 16, (1, 2)),), window_center=(40.0, None)
    )
    assert scaling == ScalingModule(suvbw=1.0, notes=(Note(**NOTE),) * 2)
    assert isotope.radiopharmaceutical_info == RadiopharmaceuticalInfo(
        radionuclide_half_life=6586.2
    )


@given(st.builds(VoiLutModule, voi_lut_sequence=st.lists(st.builds(Lut), max_size=2).map(tuple)))
def test_the_json_of_an_answer_is_that_answer(answer):
    assert answer_of(VOI_LUT, msgspec.to_builtins(answer)) == answer
    assert answer_of(VOI_LUT, msgspec.structs.asdict(answer)) == answer


class Own(msgspec.Struct):
    suvbw: float


@dataclass
class OwnData:
    suvbw: float


@pytest.mark.parametrize(
    "answer",
    [ScalingModule(suvbw=1.0), Own(1.0), OwnData(1.0), namedtuple("OwnTuple", "suvbw")(1.0)],  # noqa: PYI024
    ids=lambda each: type(each).__name__,
)
def test_an_object_of_any_class_is_kept_as_it_is(answer):
    assert answer_of(SCALING, answer) is answer


@pytest.mark.parametrize("value", [{"suvbv": 1}, 3, None, [1]])
def test_where_the_key_has_no_class_the_value_is_kept_as_it_is(value):
    assert answer_of(INSTANCE, value) is value
    assert answer_of("anything", value) is value


@pytest.mark.parametrize(
    ("key", "given", "message"),
    [
        (SCALING, {"suvbv": 1}, "ScalingModule has no field 'suvbv'; did you mean suvbw?"),
        (
            SCALING,
            {"suvlbmJames": 1},
            "ScalingModule has no field 'suvlbmJames'; did you mean suvlbm_james128",
        ),
        (PATIENT, {7: 1}, "PatientModule has no field 7; it has patient_id, patient_name, "),
        (
            SCALING,
            {"notes": [NOTE, {**NOTE, "kode": 1}]},
            "ScalingModule.notes[1] has no field 'kode'; did you mean code?",
        ),
        (
            SCALING,
            {"suvlbm_janma": 1, "suvlbmJanma": 1},
            "ScalingModule: suvlbm_janma and suvlbmJanma are one field, given twice",
        ),
        (SCALING, {"suvbw": "4e-4"}, "ScalingModule.suvbw: Expected `float | null`, got `str`"),
        (
            SCALING,
            {"notes": [{**NOTE, "severity": "grave"}]},
            "ScalingModule.notes[0].severity: Invalid enum value 'grave'",
        ),
        (
            SCALING,
            {"notes": [{"code": "a"}]},
            "ScalingModule.notes[0]: Object missing required field `severity`",
        ),
    ],
)
def test_what_does_not_fit_is_refused_and_named(key, given, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        answer_of(key, given)


@pytest.mark.parametrize("value", [0.0004, "suvbw", None, [("suvbw", 1)], {"suvbw"}, ScalingModule])
def test_what_has_no_fields_is_refused(value):
    with pytest.raises(TypeError, match=r"^scalingModule is a ScalingModule, or its fields: it is"):
        answer_of(SCALING, value)


def test_numbers_and_arrays_of_numpy_become_plain_ones():
    np = pytest.importorskip("numpy")

    plane = answer_of(
        IMAGE_PLANE,
        {
            "rows": np.int16(2),
            "slice_thickness": np.float32(0.5),
            "row_pixel_spacing": np.float64(0.25),
            "pixel_spacing": np.array([0.25, 0.5]),
        },
    )

    assert plane == ImagePlaneModule(
        rows=2, slice_thickness=0.5, row_pixel_spacing=0.25, pixel_spacing=(0.25, 0.5)
    )
    assert type(plane.rows) is int
    assert {type(each) for each in (plane.slice_thickness, *plane.pixel_spacing)} == {float}


def test_a_word_of_a_class_of_its_own_becomes_a_plain_one():
    class Sex(StrEnum):
        FEMALE = "F"

    patient = answer_of(PATIENT, {"patient_sex": Sex.FEMALE})

    assert type(patient.patient_sex) is str
    assert patient.patient_sex == "F"


def test_a_mapping_becomes_the_data_class_of_a_key_too():
    key = MetadataType("ward", OwnData)

    assert answer_of(key, {"suvbw": 1}) == OwnData(1.0)
    with pytest.raises(ValueError, match="OwnData has no field 'suvbv'"):
        answer_of(key, {"suvbv": 1})


def test_the_examples_run():
    results = doctest.testmod(module_under_test)

    assert (results.failed, results.attempted > 0) == (0, True)
