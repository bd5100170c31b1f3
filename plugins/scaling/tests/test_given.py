"""Values known from the chart: what they may be, and that they count more than headers."""

from __future__ import annotations

import math

import pytest

from metaprov_scaling import SCALING, Given, PetHeader, Refusal, configure
from metaprov_scaling.suv.given import with_given
from metaprov_scaling.suv.notes import Notes


@pytest.mark.parametrize(
    ("injected", "kept"),
    [
        ("2026-06-01 10:00", "202606011000"),
        ("2026-06-01T10:00:30", "20260601100030"),
        ("202606011000", "202606011000"),
        ("20260601100030", "20260601100030"),
        ("10:00", "1000"),
        ("10:00:30", "100030"),
        (" 1000 ", "1000"),
        ("9:25", "0925"),
        ("2026-06-01 9:25", "202606010925"),
        ("10:00:30.25", "100030.25"),
        ("2026-06-01 10:00:30.25", "20260601100030.25"),
    ],
)
def test_a_time_is_kept_as_dicom_writes_it(injected, kept):
    assert Given(injected=injected).injected == kept


@pytest.mark.parametrize(
    "injected",
    [
        "",
        "10",
        "925",
        "noon",
        "24:00",
        "10:60",
        "2026-06-01",
        "20260601",
        "2026-02-30 10:00",
        "1/6/2026",
    ],
)
def test_what_is_no_time_is_refused(injected):
    with pytest.raises(ValueError, match="injected is "):
        Given(injected=injected)


@pytest.mark.parametrize("name", ["weight", "height", "dose"])
@pytest.mark.parametrize("value", [0, -1.0, math.nan, math.inf, True, "70"])
def test_what_is_no_positive_number_is_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} is "):
        Given(**{name: value})


def test_what_is_given_takes_the_place_of_the_headers_and_is_named(series, pet):
    given = Given(weight=80, height=1.8, dose=3e8, injected="2025-01-01 10:30")

    outcome = series(pet(), given=given)

    expected = 80_000 / (3e8 * 2 ** (-1800 / 6586.2))
    assert outcome.modules[0].suvbw == pytest.approx(expected, rel=1e-12)
    assert outcome.inputs.height == 1.8
    assert not outcome.modules[0].repaired
    notes = [note for note in outcome.modules[0].notes if note.code == "given"]
    assert {note.severity for note in notes} == {"info"}
    assert {note.attribute: note.sentence.partition(" is given: ")[2] for note in notes} == {
        "PatientWeight": "80 kg, in place of 70",
        "PatientSize": "1.8 m, in place of 1.75",
        "RadionuclideTotalDose": "3e+08 Bq, in place of 3.6808e+08",
        "RadiopharmaceuticalStartDateTime": "202501011030, in place of 20250101100000",
    }


def test_a_given_dose_is_in_bq_whatever_unit_the_header_has():
    classic = PetHeader()
    enhanced = PetHeader(is_dose_in_megabecquerel=True)

    headers = with_given([classic, enhanced], Given(dose=3e8), Notes(repairs=False))

    assert [header.dose for header in headers] == [3e8, 3e8]
    assert not any(header.is_dose_in_megabecquerel for header in headers)


def test_only_what_is_given_is_replaced(series, pet):
    outcome = series(pet(), given=Given(height=1.8))

    assert outcome.modules[0].suvbw == series(pet()).modules[0].suvbw
    assert outcome.modules[0].suvbsa != series(pet()).modules[0].suvbsa


def test_a_given_time_is_on_the_day_of_the_reference(series, pet):
    outcome = series(pet(), given=Given(injected="10:30"))

    assert outcome.inputs.uptakes == (1800,)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (Given(weight=70), {"PatientWeight": None}),
        (Given(dose=368.08e6), {"RadionuclideTotalDose": None}),
        (
            Given(injected="202501011000"),
            {
                "RadiopharmaceuticalStartDateTime": None,
                "RadiopharmaceuticalStartTime": None,
            },
        ),
    ],
    ids=["weight", "dose", "injected"],
)
def test_what_the_header_has_not_can_be_given(given, missing, series, pet):
    assert isinstance(series(pet(**missing)), Refusal)

    module = series(pet(**missing), given=given).modules[0]

    assert module.suvbw == series(pet()).modules[0].suvbw
    (sentence,) = [note.sentence for note in module.notes if note.code == "given"]
    assert "in place of" not in sentence


def test_images_that_differ_in_a_value_agree_once_it_is_given(series, pet):
    images = pet(PatientWeight=70), pet(PatientWeight=75)
    assert series(*images).attribute == "PatientWeight"

    module = series(*images, given=Given(weight=72)).modules[0]

    (note,) = [note for note in module.notes if note.code == "given"]
    assert note.sentence.endswith("72 kg, in place of what the headers have, which differ")


def test_a_given_value_has_to_be_plausible(series, pet):
    assert series(pet(), given=Given(weight=900)).attribute == "PatientWeight"


def test_what_is_configured_for_a_series_counts_in_every_host(host_of, pet):
    host, _ = host_of({"pet:1": pet(), "pet:2": pet(SeriesInstanceUID="1.2.4")})
    before = host.get(SCALING, "pet:1").suvbw

    configure(given={"1.2.3": Given(weight=140)})

    assert host.get(SCALING, "pet:1").suvbw == pytest.approx(2 * before)
    assert host.get(SCALING, "pet:2").suvbw == before
    configure(given={})
    assert host.get(SCALING, "pet:1").suvbw == before


def test_what_is_not_configured_stays_as_it_is(host_of, pet):
    host, _ = host_of({"pet:1": pet(RadionuclideTotalDose=368.08, PatientWeight=None)})

    configure(given={"1.2.3": Given(weight=70)})
    assert host.get(SCALING, "pet:1").repaired
    configure(repairs=False)
    assert host.get(SCALING, "pet:1") is None
    configure(given={"1.2.3": Given(weight=70, dose=368.08e6)})
    assert not host.get(SCALING, "pet:1").repaired
    configure()
    assert host.get(SCALING, "pet:1") is None


def test_only_given_values_can_be_configured():
    with pytest.raises(TypeError, match=r"no Given: \{'weight': 70\}"):
        configure(given={"1.2.3": {"weight": 70}})


def test_a_time_with_a_fraction_of_a_second_is_no_date():
    (header,) = with_given([PetHeader()], Given(injected="10:00:30.25"), Notes(repairs=True))

    assert (header.start_time, header.start_datetime) == ("100030.25", None)
