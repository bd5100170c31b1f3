"""Series of which de-identification took dates and left times."""

from __future__ import annotations

import pytest

from metaprov_scaling import Refusal

HALF_LIFE = 6586.2
DOSE = 368_080_000.0
PLAIN = 70_000 / (DOSE * 2 ** (-3600 / HALF_LIFE))
GONE = [None, "", "00000000"]


def assumed(module):
    return [(n.code, n.attribute) for n in module.notes if n.severity == "assumed"]


@pytest.mark.parametrize("date", GONE)
def test_series_time_is_put_next_to_the_first_acquisition(date, pet, series):
    image = pet(SeriesDate=date)

    module = series(image).modules[0]

    assert module.suvbw == pytest.approx(PLAIN, rel=1e-12)
    assert assumed(module) == [("dateAssumed", "SeriesDate")]
    assert series(image, repairs=False).attribute == "SeriesDate"


@pytest.mark.parametrize("date", GONE)
def test_acquisitions_are_put_next_to_series_time(date, pet, series):
    module = series(pet(AcquisitionDate=date), pet(AcquisitionDate=date)).modules[0]

    assert module.suvbw == pytest.approx(PLAIN, rel=1e-12)
    assert assumed(module) == [("dateAssumed", "AcquisitionDate")]


def test_across_midnight_too(one):
    module = one(
        SeriesDate="",
        SeriesTime="235900",
        AcquisitionDate="20250102",
        AcquisitionTime="000100",
        RadiopharmaceuticalStartDateTime="20250101225900",
        RadiopharmaceuticalStartTime="225900",
    )

    assert module.suvbw == pytest.approx(PLAIN, rel=1e-12)


@pytest.mark.parametrize("correction", ["START", "NONE"])
@pytest.mark.parametrize(
    "start",
    [
        {"RadiopharmaceuticalStartDateTime": None},
        {"RadiopharmaceuticalStartDateTime": "20250101100000"},
        # Of a date that is there alone, only the clock counts.
        {"RadiopharmaceuticalStartDateTime": "19991231100000"},
    ],
)
def test_where_no_date_is_left_the_clocks_of_one_day_count(correction, start, one):
    changes = {"DecayCorrection": correction, "CorrectedImage": ("ATTN",)}
    if correction == "START":
        changes["CorrectedImage"] = ("ATTN", "DECY")

    dated = one(**changes)
    module = one(SeriesDate="", AcquisitionDate="", **start, **changes)

    assert module.suvbw == pytest.approx(dated.suvbw, rel=1e-12)
    assert ("dateAssumed", "AcquisitionDate") in assumed(module)


def test_a_late_series_is_then_corrected_to_the_clock_of_decay_correction(one):
    gone = {"SeriesDate": "", "AcquisitionDate": "", "SeriesTime": "113000"}

    module = one(**gone, DecayCorrectionDateTime="20010101110000")

    assert module.suvbw == pytest.approx(PLAIN, rel=1e-12)


def test_some_images_may_have_their_date(pet, series):
    images = [
        pet(AcquisitionDate=""),
        pet(),
        pet(AcquisitionDate="00000000", SeriesDate="20250101"),
    ]

    for order in (images, images[::-1]):
        module = series(*order).modules[0]
        assert module.suvbw == pytest.approx(PLAIN, rel=1e-12)


@pytest.mark.parametrize(
    ("gone", "attribute"),
    [
        ({"SeriesDate": ""}, "SeriesDate/SeriesTime"),
        ({"SeriesDate": "00000000"}, "SeriesDate/SeriesTime"),
        ({"AcquisitionDate": ""}, "AcquisitionDate/AcquisitionTime"),
        ({"SeriesDate": "", "AcquisitionDate": ""}, "SeriesDate/SeriesTime"),
    ],
)
def test_with_a_long_half_life_the_day_cannot_be_known(gone, attribute, reason):
    assert reason(RadionuclideHalfLife=282_276, **gone) == attribute


@pytest.mark.parametrize("correction", ["START", "NONE"])
@pytest.mark.parametrize("date", GONE)
def test_acquisition_datetime_leaves_nothing_to_assume(date, correction, one):
    module = one(
        AcquisitionDate=date, AcquisitionDateTime="20250101110000", DecayCorrection=correction
    )

    assert assumed(module) == []


def test_no_day_is_told_where_none_is_known(pet, series, absent):
    outcome = series(
        pet(SeriesDate="", AcquisitionDate="", RadiopharmaceuticalStartDateTime=absent)
    )

    sentences = [note.sentence for note in outcome.modules[0].notes]
    assert any(sentence.endswith("is assumed to mean 10:00:00") for sentence in sentences)
    assert not any("0001" in sentence for sentence in sentences)


def test_a_time_that_is_gone_too_is_the_reason(series, pet):
    outcome = series(pet(AcquisitionDate="", AcquisitionTime=""))

    assert isinstance(outcome, Refusal)
    assert outcome.attribute == "AcquisitionDate/AcquisitionTime"
