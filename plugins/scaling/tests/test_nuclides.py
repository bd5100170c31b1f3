"""The half-life of a coded nuclide; small animals; bodies that formulas do not fit."""

from __future__ import annotations

import pytest

from metaprov_scaling import Refusal
from metaprov_scaling.suv.headers.header import Nuclide
from metaprov_scaling.suv.nuclides import _ROWS, known_nuclide

HALF_LIFE = 6586.2
FLUORINE = ("C-111A1", "SRT", "^18^Fluorine")


def coded(pet, code, scheme, called, **changes):
    image = pet(**changes)
    code = {"CodeValue": code, "CodingSchemeDesignator": scheme, "CodeMeaning": called}
    image["RadiopharmaceuticalInformationSequence"][0]["RadionuclideCodeSequence"] = (code,)
    return image


def noted(module, code):
    return [note for note in module.notes if note.code == code]


def test_the_table_has_each_nuclide_and_each_code_once():
    names = [row[0] for row in _ROWS]
    codes = [code for row in _ROWS for code in row[2:] if code]

    assert len(names) == len(set(names)) == 36
    assert len(codes) == len(set(codes))
    assert all(any(row[2:]) and 60 < row[1] < 1e8 for row in _ROWS)


@pytest.mark.parametrize(
    ("code", "scheme"),
    [("C-111A1", "SRT"), ("C-111A1", "SNM3"), ("C-111A1", "99SDM"), ("77004003", "SCT")],
)
def test_a_missing_half_life_is_that_of_the_nuclide(code, scheme, pet, series, absent):
    image = coded(pet, code, scheme, "^18^Fluorine", RadionuclideHalfLife=absent)

    module = series(image).modules[0]

    assert module.suvbw == series(pet()).modules[0].suvbw
    (note,) = noted(module, "halfLifeAssumed")
    assert (note.severity, note.attribute) == ("assumed", "RadionuclideHalfLife")
    assert series(image, repairs=False).attribute == "RadionuclideHalfLife"


def test_where_it_is_unknown_the_half_life_is_the_reason(pet, series, absent):
    for nuclide in (("C-111A1", "99XX", None), ("X", "SRT", None), (None, "SRT", None)):
        outcome = series(coded(pet, *nuclide, RadionuclideHalfLife=absent))
        assert outcome.attribute == "RadionuclideHalfLife"


def test_images_of_two_nuclides_have_no_half_life(pet, series, absent):
    outcome = series(
        coded(pet, *FLUORINE, RadionuclideHalfLife=absent),
        coded(pet, "C-131A3", "SRT", "^68^Gallium", RadionuclideHalfLife=absent),
    )

    assert isinstance(outcome, Refusal)
    assert outcome.attribute == "RadionuclideCodeSequence"


@pytest.mark.parametrize(
    ("half_life", "is_noted"), [(6586.2, False), (6588, False), (6780, False), (4062.6, True)]
)
def test_a_half_life_that_is_not_that_of_the_nuclide_is_doubtful(half_life, is_noted, pet, series):
    module = series(coded(pet, *FLUORINE, RadionuclideHalfLife=half_life)).modules[0]

    assert bool(noted(module, "halfLifeContradicts")) is is_noted


def test_whatever_the_order_of_the_images(pet, series):
    images = [coded(pet, *FLUORINE), coded(pet, "C-131A3", "SRT", "^68^Gallium")]

    for order in (images, images[::-1]):
        (note,) = noted(series(*order).modules[0], "halfLifeContradicts")
        assert "Ga-68" in note.sentence


@pytest.mark.parametrize(
    ("code", "called", "name"),
    [
        ("C-131A1", "^66^Gallium", "Ga-66"),
        ("C-131A1", "^68^Gallium", None),
        ("C-131A1", "Ga", "Ga-66"),
        ("C-131A1", None, "Ga-66"),
        ("C-163AA", "^94m^Technetium", "Tc-94m"),
        ("C-163AA", "Technetium 94", "Tc-94m"),
        ("C-149A1", "^52m^Manganese", None),
        ("C-111A1", "F-18 from 2025", "F-18"),
    ],
)
def test_a_meaning_with_another_mass_number_is_another_nuclide(code, called, name):
    known = known_nuclide(Nuclide(code, "SRT", called))

    assert (None if known is None else known.name) == name


# -- small animals


def test_a_mouse_has_a_factor_and_a_warning(one):
    module = one(PatientWeight=0.025, PatientSize=None, RadionuclideTotalDose=7.4e6)

    assert module.suvbw == pytest.approx(25 / (7.4e6 * 2 ** (-3600 / HALF_LIFE)), rel=1e-12)
    assert [note.severity for note in noted(module, "weightLow")] == ["warning"]
    assert noted(one(PatientWeight=1, PatientSize=None), "weightLow") == []


def test_a_dose_in_kilobecquerel_is_not_taken_for_one_in_megabecquerel(reason, one):
    assert reason(PatientWeight=0.025, RadionuclideTotalDose=7400) == "RadionuclideTotalDose"
    assert one(PatientWeight=0.025, RadionuclideTotalDose=49).repaired
    assert one(PatientWeight=70, RadionuclideTotalDose=9999).repaired


# -- bodies that a formula does not fit


def beyond(module):
    return {note.sentence.split()[3] for note in noted(module, "massBeyondFormula")}


@pytest.mark.parametrize(
    ("sex", "weight", "kinds"),
    [
        ("M", 109.9, set()),
        ("M", 110.1, {"suvlbm_james128"}),
        ("M", 117.5, {"suvlbm", "suvlbm_james128"}),
        ("F", 92.5, set()),
        ("F", 92.6, {"suvlbm", "suvlbm_james128"}),
        ("O", 92.6, {"suvlbm", "suvlbm_james128"}),
    ],
)
def test_james_falls_with_the_weight_from_a_maximum_on(sex, weight, kinds, one):
    module = one(PatientSex=sex, PatientSize=1.6, PatientWeight=weight)

    assert beyond(module) == kinds
    assert module.suvlbm is not None


def test_ideal_weight_is_for_heights_from_152_cm_on(one):
    assert beyond(one(PatientSize=1.51, PatientWeight=50)) == {"suvibw"}
    assert beyond(one(PatientSize=1.52, PatientWeight=50)) == set()


# -- rescaling


@pytest.mark.parametrize(
    ("changes", "attribute"),
    [
        ({"RescaleIntercept": "-1000"}, "RescaleIntercept"),
        ({"RescaleIntercept": 5}, "RescaleIntercept"),
        ({"RescaleSlope": 0}, "RescaleSlope"),
        ({"RescaleSlope": "-1.5"}, "RescaleSlope"),
    ],
)
@pytest.mark.parametrize("units", ["BQML", "GML"])
def test_an_intercept_or_a_slope_that_is_not_positive_is_doubtful(
    changes, attribute, units, pet, series
):
    module = series(pet(Units=units), pet(Units=units, **changes)).modules[0]

    (note,) = noted(module, "rescaleUnusual")
    assert (note.severity, note.attribute) == ("warning", attribute)


def test_the_usual_rescaling_is_silent(one):
    assert noted(one(RescaleIntercept="0", RescaleSlope="2.5"), "rescaleUnusual") == []


# -- images of other classes


def test_images_of_no_class_of_pet_are_set_aside(pet, series):
    pet_class, capture = "1.2.840.10008.5.1.4.1.1.128", "1.2.840.10008.5.1.4.1.1.7"
    images = [pet(SOPClassUID=pet_class), pet(SOPClassUID=capture, Units=None), pet()]

    outcome = series(*images)

    assert outcome.modules[0].suvbw == outcome.modules[2].suvbw
    assert outcome.modules[1].attribute == "SOPClassUID"
    assert noted(outcome.modules[0], "imagesSetAside")[0].sentence[:7] == "1 image"
    assert series(images[1]).attribute == "SOPClassUID"
