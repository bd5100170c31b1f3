"""Rule 6 where the header says twice when the tracer was given, and what the scan says to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaprov_scaling import Refusal
from metaprov_scaling.suv.dicom_time import HOUR, SECOND, span_of

HALF_LIFE = 6586.2
ZIRCONIUM = 282_276.0
DOSE = 368_080_000.0
DAY_LATE = "20250101113000"
DATETIME, TIME = "RadiopharmaceuticalStartDateTime", "RadiopharmaceuticalStartTime"


def after(uptake, half_life=HALF_LIFE):
    """The factor of 70 kg and 368.08 MBq, so many seconds after the administration."""
    return 70_000 / (DOSE * 2 ** (-uptake / half_life))


def started(moment, time, **others):
    return {DATETIME: moment, TIME: time, **others}


def codes(module):
    return [note.code for note in module.notes if note.attribute.startswith("Radiopharma")]


# -- two clocks; the reference is 11:00


@pytest.mark.parametrize("time", ["100000", "100059.9", "095900.1", "1000"])
def test_clocks_a_minute_apart_are_one(time, one):
    module = one(**started("20250101100000", time))

    assert module.suvbw == pytest.approx(after(3600), rel=1e-12)
    assert codes(module) == []


def test_clocks_are_compared_around_midnight(one, absent):
    times = {"SeriesTime": "003000", "AcquisitionTime": "003000"}

    module = one(**times, **started("20241231235950", "000010"))

    assert codes(module) == []


@pytest.mark.parametrize("half_life", [HALF_LIFE, ZIRCONIUM])
def test_two_plausible_times_are_a_warning_that_names_both(half_life, one):
    module = one(**started("20250101100000", "103000", RadionuclideHalfLife=half_life))

    assert module.suvbw == pytest.approx(after(3600, half_life), rel=1e-12)
    assert codes(module) == ["startTimesContradict"]
    (note,) = (note for note in module.notes if note.code == "startTimesContradict")
    assert note.severity == "warning"
    assert "20250101100000" in note.sentence
    assert "103000" in note.sentence


@pytest.mark.parametrize("moment", ["20250101000000", "19000101000000"])
def test_a_dummy_midnight_loses_against_a_plausible_time(moment, one, series, pet):
    images = pet(**started(moment, "100000"))

    module = series(images).modules[0]

    assert module.suvbw == pytest.approx(after(3600), rel=1e-12)
    assert codes(module) == ["startTimesContradict", "startTimeUsed"]
    assert module.repaired
    assert series(images, repairs=False).attribute == DATETIME


def test_a_time_that_is_no_better_changes_nothing(one):
    module = one(**started("20250101000000", "010000"))

    assert module.suvbw == pytest.approx(after(11 * 3600), rel=1e-12)
    assert codes(module) == ["startTimesContradict", "longUptake"]


def test_of_a_long_lived_nuclide_the_datetime_counts(one):
    module = one(**started("20241228000000", "100000", RadionuclideHalfLife=ZIRCONIUM))

    assert module.suvbw == pytest.approx(after(4 * 86_400 + 11 * 3600, ZIRCONIUM), rel=1e-12)
    assert codes(module) == ["startTimesContradict"]


# -- an offset from UTC


@pytest.mark.parametrize(
    "moment",
    [
        "20250101090000+0000",
        "20250101040000+0000",
        "20250101153000+0530",
        "20241231220000-1200",
        "20250102000000+1400",
    ],
)
def test_a_clock_in_another_time_zone_is_moved_to_that_of_the_time(moment, one, series, pet):
    image = pet(**started(moment, "100000"))

    module = series(image).modules[0]

    assert module.suvbw == pytest.approx(after(3600), rel=1e-12)
    assert codes(module) == ["startTimeZone"]
    assert module.repaired
    assert series(image, repairs=False).attribute == DATETIME


def test_so_is_that_of_a_long_lived_nuclide_with_its_day(one):
    module = one(**started("20241228040000+0000", "100000", RadionuclideHalfLife=ZIRCONIUM))

    assert module.suvbw == pytest.approx(after(4 * 86_400 + 3600, ZIRCONIUM), rel=1e-12)
    assert codes(module) == ["startTimeZone"]


def test_a_timezone_of_the_series_that_the_time_contradicts_is_not_used(one):
    module = one(**started("20250101100000+0600", "100000", TimezoneOffsetFromUTC="+0000"))

    assert module.suvbw == pytest.approx(after(3600), rel=1e-12)
    assert codes(module) == ["startTimeZone"]


def test_one_that_the_time_confirms_is(one):
    module = one(**started("20250101090000+0000", "100000", TimezoneOffsetFromUTC="+0100"))

    assert module.suvbw == pytest.approx(after(3600), rel=1e-12)
    assert codes(module) == ["movedToTimezone"]


@pytest.mark.parametrize("moment", ["20250101093000", "20250101092000+0000"])
def test_without_an_offset_or_in_minutes_it_is_no_time_zone(moment, one):
    assert "startTimesContradict" in codes(one(**started(moment, "100000")))


# -- a datetime that ends early (PS3.5 6.2)


@pytest.mark.parametrize("moment", ["20250101", "2025010110", "202501011000", "20250101+0100"])
def test_a_time_within_a_datetime_completes_it(moment, one):
    module = one(**started(moment, "100000"))

    assert module.suvbw == pytest.approx(after(3600), rel=1e-12)
    assert set(codes(module)) <= {"utcOffsetIgnored"}


def test_a_time_that_is_not_within_contradicts(one):
    module = one(**started("2025010109", "101500"))

    assert module.suvbw == pytest.approx(after(7200), rel=1e-12)
    assert codes(module) == ["startTimesContradict"]


@pytest.mark.parametrize("moment", ["2025", "202501"])
def test_the_day_of_a_year_or_month_is_assumed(moment, series, pet):
    image = pet(**started(moment, "100000"))

    module = series(image).modules[0]

    assert module.suvbw == pytest.approx(after(3600), rel=1e-12)
    assert codes(module) == ["startDayAssumed"]
    assert series(image, repairs=False).attribute == DATETIME


@pytest.mark.parametrize(
    "changes",
    [
        started("2024", "100000"),
        started("202502", "100000"),
        started("2025", "100000", RadionuclideHalfLife=ZIRCONIUM),
        started("20250101", None),
        started("2025", None),
    ],
)
def test_a_day_that_cannot_be_known_is_refused(changes, reason):
    assert reason(**changes) == DATETIME


@given(text=st.from_regex(r"[0-9]{4,14}(\.[0-9]{1,7})?([+-][0-9]{4})?", fullmatch=True))
def test_what_a_datetime_leaves_open_begins_with_it(text):
    span = span_of(text)

    if span is not None:
        assert span.first < span.end
        assert span.end - span.first <= 366 * 24 * HOUR
        assert not span.has_seconds or span.end == span.first + 1


def test_the_last_month_of_the_calendar_has_an_end():
    assert span_of("9999").end - span_of("9999").first >= 334 * 24 * HOUR
    assert span_of("999912").end == span_of("99991231").end


# -- no start time at all


def test_the_clock_of_ge_stands_in(series, pet, absent):
    image = pet(**started(absent, absent, ge_start="19990503100000.00"))

    module = series(image).modules[0]

    assert module.suvbw == pytest.approx(after(3600), rel=1e-12)
    (note,) = (note for note in module.notes if note.severity == "assumed")
    assert (note.code, note.attribute) == ("privateStartAssumed", "(0009,103B)")
    assert series(image, repairs=False).attribute == "(0009,103B)"


def test_but_not_for_long_lived_nuclides_or_where_it_differs(series, pet, reason, absent):
    gone = started(absent, absent)

    assert reason(**gone, ge_start="20250101100000", RadionuclideHalfLife=ZIRCONIUM) == DATETIME
    outcome = series(pet(**gone, ge_start="20250101100000"), pet(**gone, ge_start="20250101100100"))
    assert outcome.attribute == "(0009,103B)"
    assert reason(**gone, ge_start="nonsense") == f"{DATETIME}/{TIME}"


# -- given during the scan, or after it; the frame is from 11:00 to 11:05


def frames(pet, start, **changes):
    changes = {"ActualFrameDuration": 300_000, **changes}
    return [
        pet(**started(start, start[8:]), AcquisitionTime=time, FrameReferenceTime=since, **changes)
        for time, since in (("110000", 150_000.0), ("110500", 450_000.0))
    ]


def test_a_tracer_may_be_given_during_a_dynamic_scan(pet, series):
    module = series(*frames(pet, "20250101110900")).modules[0]

    assert module.suvbw == pytest.approx(after(-540), rel=1e-12)
    assert codes(module) == ["administeredDuringScan"]


def test_one_given_after_the_last_frame_is_refused(pet, series):
    outcome = series(*frames(pet, "20250101113000"))

    assert isinstance(outcome, Refusal)
    assert outcome.attribute == DATETIME
    assert "after the last frame ended" in outcome.sentence


def test_copied_acquisition_times_do_not_end_a_scan(pet, series):
    images = [
        pet(
            **started("20250101111500", "111500"),
            FrameReferenceTime=since,
            ActualFrameDuration=300_000,
        )
        for since in (150_000.0, 1_350_000.0)
    ]

    assert codes(series(*images).modules[0]) == ["administeredDuringScan"]


@pytest.mark.parametrize("duration", [None, 0])
def test_where_a_duration_is_not_known_it_is_told(duration, pet, series):
    module = series(*frames(pet, "20250101113000", ActualFrameDuration=duration)).modules[0]

    assert codes(module) == ["administeredAfterScan"]


def test_a_dynamic_image_alone_does_not_say_when_its_series_ended(pet, series):
    frame = frames(pet, "20250101113000", SeriesType=("DYNAMIC", "IMAGE"))[0]

    assert codes(series(frame).modules[0]) == ["administeredAfterScan"]
    assert series(frame, frame).attribute == DATETIME


def test_a_start_by_time_alone_is_named_so(pet, series, absent):
    images = frames(pet, "20250101113000")
    for image in images:
        del image["RadiopharmaceuticalInformationSequence"][0][DATETIME]

    outcome = series(*images)
    assert outcome.attribute == DATETIME
    assert f"missing, and {TIME} (0018,1072) is" in outcome.sentence


def test_what_a_scan_that_ended_before_says_does_not_depend_on_the_reference(pet, series, absent):
    late = {
        "SeriesTime": "113000",
        "FrameReferenceTime": absent,
        "DecayCorrectionDateTime": DAY_LATE,
    }

    outcome = series(*[pet(**started("20250101111000", "111000"), **late)] * 2)

    assert outcome.attribute == DATETIME
    assert "after the last frame ended" in outcome.sentence


def test_the_first_frame_of_ge_has_a_frame_reference_time_of_0(pet, series):
    module = series(
        pet(
            **started("20250101113100", "113100"),
            AcquisitionTime="110000",
            SeriesTime="113000",
            DecayCorrectionDateTime=DAY_LATE,
            FrameReferenceTime=0,
        )
    ).modules[0]

    assert codes(module) == ["administeredDuringScan"]


# -- DecayFactor


def with_factor(pet, seconds_late, **changes):
    """Images that are corrected to so long after SeriesTime, by their DecayFactor."""
    changes = {"Manufacturer": "GE MEDICAL SYSTEMS", **changes}
    return [
        pet(
            AcquisitionTime=time,
            DecayFactor=2 ** ((since + 150 - seconds_late) / HALF_LIFE),
            **changes,
        )
        for time, since in (("110000", 0), ("120000", 3600))
    ]


@pytest.mark.parametrize("late", [-3600, 0, 100])
def test_a_decay_factor_that_agrees_or_is_higher_is_silent(late, pet, series):
    notes = series(*with_factor(pet, late)).modules[0].notes

    assert "decayFactorContradicts" not in {note.code for note in notes}


def test_a_lower_one_means_a_later_reference(pet, series):
    notes = series(*with_factor(pet, 900)).modules[0].notes

    (note,) = (note for note in notes if note.code == "decayFactorContradicts")
    assert (note.severity, note.attribute) == ("warning", "DecayFactor")
    # The mean of a frame is a little before its middle.
    assert "900 s" in note.sentence or "899 s" in note.sentence


@pytest.mark.parametrize(
    "changes",
    [{"Manufacturer": "Philips"}, {"DecayFactor": 1}, {"DecayFactor": "1.0"}, {"DecayFactor": -1}],
)
def test_that_of_philips_and_one_are_not_looked_at(changes, pet, series):
    images = with_factor(pet, 900)
    for image in images:
        image.update(changes)

    notes = series(*images).modules[0].notes
    assert "decayFactorContradicts" not in {note.code for note in notes}


def test_a_difference_of_five_seconds_is_none_however_short_the_half_life(pet, series):
    half_life = 75.0
    image = pet(
        Manufacturer="SIEMENS",
        RadionuclideHalfLife=half_life,
        ActualFrameDuration=1000,
        DecayFactor=2 ** ((0.5 - 4) / half_life),
        **started("20250101105900", "105900"),
    )

    notes = series(image).modules[0].notes
    assert "decayFactorContradicts" not in {note.code for note in notes}
    assert SECOND == 10**9
