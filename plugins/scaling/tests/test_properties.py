"""What holds for every series: generated ones, legal and adversarial."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given

from metaprov_scaling import Refusal

KINDS = ("suvbw", "suvlbm", "suvlbm_james128", "suvlbm_janma", "suvbsa", "suvibw")
UNITS = st.sampled_from(
    [
        {"Units": "BQML"},
        {"Units": "GML"},
        {"Units": "GML", "SUVType": "LBM"},
        {"Units": "GML", "SUVType": "IBW"},
        {"Units": "CM2ML"},
        {"Units": "CNTS", "suv_scale_factor": 5e-4},
        {"Units": "CNTS", "activity_scale_factor": 2.5},
    ]
)
PATIENTS = st.fixed_dictionaries(
    {
        "PatientWeight": st.floats(3, 200),
        "PatientSize": st.floats(0.5, 2.2),
        "PatientSex": st.sampled_from(["M", "F", "O"]),
    }
)
#: Half-lives of Ga-68, F-18, Cu-64 and Zr-89, in s.
HALF_LIVES = st.sampled_from([4062.6, 6586.2, 45_720.0, 282_239.0])
MOMENTS = st.datetimes(datetime.fromisoformat("1990-01-02"), datetime.fromisoformat("2090-01-01"))


def datetime_of(moment):
    return moment.strftime("%Y%m%d%H%M%S.%f")


def clock(acquired, uptake, series_before=0):
    """The times of an image, the series begun and the tracer given so many seconds before."""
    begun = acquired - timedelta(seconds=series_before)
    start = begun - timedelta(seconds=uptake)
    return {
        "AcquisitionDate": acquired.strftime("%Y%m%d"),
        "AcquisitionTime": acquired.strftime("%H%M%S.%f"),
        "SeriesDate": begun.strftime("%Y%m%d"),
        "SeriesTime": begun.strftime("%H%M%S.%f"),
        "RadiopharmaceuticalStartDateTime": datetime_of(start),
        "RadiopharmaceuticalStartTime": start.strftime("%H%M%S.%f"),
    }


CLOCKS = st.builds(clock, MOMENTS, st.integers(0, 20_000), st.integers(0, 7000))


@given(units=UNITS, patient=PATIENTS)
def test_the_factors_of_a_patient_have_one_ratio_whatever_the_units(units, patient, one):
    module, of_activity = one(**units, **patient), one(**patient)

    for kind in KINDS:
        factor, by_weight = getattr(module, kind), getattr(of_activity, kind)
        if factor is None or module.suvbw is None or by_weight is None:
            # Units of a kind of which the patient has no mass have no factor of another.
            assert by_weight is None or module.suvbw is None or kind != "suvbw"
            continue
        assert factor / module.suvbw == pytest.approx(by_weight / of_activity.suvbw, rel=1e-12)


@given(times=CLOCKS, dose=st.floats(1e6, 5e10), weight=st.floats(0.2, 499))
@pytest.mark.parametrize("factor", [2.0, 0.5])
def test_dose_and_weight_scale_the_factor_of_activity(times, dose, weight, factor, one):
    scaled_dose, scaled_weight = dose * factor, weight * factor
    assume(1e6 <= scaled_dose <= 1e11 and 0.2 <= scaled_weight <= 500)

    plain = one(**times, RadionuclideTotalDose=dose, PatientWeight=weight).suvbw
    of_dose = one(**times, RadionuclideTotalDose=scaled_dose, PatientWeight=weight).suvbw
    of_weight = one(**times, RadionuclideTotalDose=dose, PatientWeight=scaled_weight).suvbw

    assert of_dose == pytest.approx(plain / factor, rel=1e-12)
    assert of_weight == pytest.approx(plain * factor, rel=1e-12)


@given(acquired=MOMENTS, half_life=HALF_LIVES, patient=PATIENTS)
def test_correction_to_the_administration_is_correction_to_a_start_at_it(
    acquired, half_life, patient, one
):
    same = {**clock(acquired, uptake=0), "RadionuclideHalfLife": half_life, **patient}

    assert one(DecayCorrection="ADMIN", **same).suvbw == one(DecayCorrection="START", **same).suvbw


@given(
    acquired=MOMENTS,
    # A frame of 5 minutes ends before a tracer that is given later.
    uptake=st.integers(-300, 20_000),
    days=st.integers(-300, 300),
    half_life=HALF_LIVES,
    correction=st.sampled_from(["START", "NONE", "ADMIN"]),
    series_after=st.sampled_from([0, 100]),
)
def test_shifting_all_dates_by_whole_days_changes_nothing(
    acquired, uptake, days, half_life, correction, series_after, one
):
    shift = timedelta(days=days)
    changes = {"RadionuclideHalfLife": half_life, "DecayCorrection": correction}

    plain = one(**clock(acquired, uptake, -series_after), **changes)
    shifted = one(**clock(acquired + shift, uptake, -series_after), **changes)

    assert [getattr(shifted, kind) for kind in KINDS] == [getattr(plain, kind) for kind in KINDS]


IMAGES = st.lists(
    st.fixed_dictionaries(
        {
            "AcquisitionTime": st.sampled_from(["110000", "110500", "235500", "1", None]),
            "FrameReferenceTime": st.sampled_from([0, 60_000.0, 400_000.0, None]),
            "ActualFrameDuration": st.sampled_from([60_000, 300_000, None]),
            "suv_scale_factor": st.sampled_from([5e-4, 6e-4, None]),
            "activity_scale_factor": st.sampled_from([2.0, 3.0, None]),
            "TimezoneOffsetFromUTC": st.sampled_from(["+0100", None]),
            "AcquisitionDateTime": st.sampled_from(["20250101110200+0200", "x", None]),
        }
    ),
    min_size=2,
    max_size=5,
)


@given(
    images=IMAGES,
    units=st.sampled_from(["BQML", "CNTS"]),
    correction=st.sampled_from(["START", "NONE"]),
    series_time=st.sampled_from(["110000", "113000"]),
    data=st.data(),
)
def test_the_order_of_the_images_changes_nothing(
    images, units, correction, series_time, data, pet, series
):
    common = {"Units": units, "DecayCorrection": correction, "SeriesTime": series_time}
    made = [pet(**common, **image) for image in images]
    places = data.draw(st.permutations(range(len(made))))

    outcome, reordered = series(*made), series(*(made[place] for place in places))

    if isinstance(outcome, Refusal):
        assert reordered == outcome
    else:
        assert list(reordered.modules) == [outcome.modules[place] for place in places]


#: What stands where a value belongs in broken headers, and in those that somebody tampered with.
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**400),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=20),
    st.binary(max_size=12),
    st.sampled_from(
        [
            "",
            " ",
            "\0",
            "nan",
            "-inf",
            "1e308",
            "1e-320",
            "0",
            "-1",
            "1_0",
            "START",
            "NONE",
            "ADMIN",
            "BQML",
            "CNTS",
            "GML",
            "CM2ML",
            "LBM",
            "20250101",
            "20250101110000",
            "00010101000000+1400",
            "99991231235960-1200",
            "235960.999999",
            "+1400",
            b"5e-4 ",
            1e-320,
            1e308,
            -0.0,
            [],
            (),
            {},
            [70.0],
            ["ATTN", "DECY"],
            ("NONE", None),
            {"BulkDataURI": "http://127.0.0.1/x"},
            [{"RadionuclideTotalDose": 1}],
            object(),
            float,
        ]
    ),
)
FIELDS = st.sampled_from(
    [
        "SOPClassUID",
        "Units",
        "SUVType",
        "CorrectedImage",
        "DecayCorrection",
        "PatientWeight",
        "PatientSize",
        "PatientSex",
        "SeriesDate",
        "SeriesTime",
        "AcquisitionDate",
        "AcquisitionTime",
        "AcquisitionDateTime",
        "DecayCorrectionDateTime",
        "TimezoneOffsetFromUTC",
        "FrameReferenceTime",
        "ActualFrameDuration",
        "Manufacturer",
        "RadionuclideTotalDose",
        "RadionuclideHalfLife",
        "RadiopharmaceuticalStartDateTime",
        "RadiopharmaceuticalStartTime",
        "RadiopharmaceuticalInformationSequence",
        "suv_scale_factor",
        "activity_scale_factor",
        "ge_datetime",
        "siemens_datetime",
        "00090010",
        "00710010",
    ]
)
MODES = st.fixed_dictionaries(
    {
        "Units": st.sampled_from(["BQML", "CNTS", "GML", "CM2ML"]),
        "DecayCorrection": st.sampled_from(["START", "NONE", "ADMIN"]),
        "SeriesTime": st.sampled_from(["110000", "113000"]),
        "suv_scale_factor": st.sampled_from([None, 5e-4]),
        "activity_scale_factor": st.sampled_from([None, 2.0]),
    }
)


@given(
    mode=MODES,
    of_all=st.dictionaries(FIELDS, JUNK, max_size=3),
    of_one=st.dictionaries(FIELDS, JUNK, max_size=2),
    repairs=st.booleans(),
)
def test_no_input_gives_anything_but_positive_factors_or_a_reason(
    mode, of_all, of_one, repairs, pet, series
):
    images = [pet(**{**mode, **of_all}), pet(**{**mode, **of_all, **of_one})]

    outcome = series(*images, repairs=repairs)

    if isinstance(outcome, Refusal):
        assert outcome.attribute
        assert all(part in outcome.sentence for part in outcome.attribute.split("/"))
        return
    for module in outcome.modules:
        if isinstance(module, Refusal):
            assert module.attribute == "SOPClassUID"
            continue
        factors = [factor for kind in KINDS if (factor := getattr(module, kind)) is not None]
        assert factors
        assert all(type(f) is float and math.isfinite(f) and f > 0 for f in factors)
        assert repairs or not module.repaired


@given(
    mode=MODES,
    changes=st.fixed_dictionaries(
        {},
        optional={
            "PatientWeight": st.sampled_from([70, 70_000, None]),
            "PatientSize": st.sampled_from([1.75, 175, None]),
            "RadionuclideTotalDose": st.sampled_from([368.08, 368_080_000]),
            "RadiopharmaceuticalStartDateTime": st.sampled_from(["20200101100000", None]),
            "FrameReferenceTime": st.sampled_from([0, 150_000]),
            "ge_datetime": st.just("20200101105700"),
        },
    ),
)
def test_without_repairs_a_factor_is_what_it_is_with_them_or_missing(mode, changes, pet, series):
    images = [pet(**mode, **changes)] * 2

    strict, repaired = series(*images, repairs=False), series(*images)

    if isinstance(strict, Refusal):
        assert isinstance(repaired, Refusal) or {
            note.severity for note in repaired.modules[0].notes
        } & {"repaired", "assumed"}
        return
    assert not {note.severity for note in strict.modules[0].notes} & {"repaired", "assumed"}
    for kind in KINDS:
        factor = getattr(strict.modules[0], kind)
        assert factor is None or factor == getattr(repaired.modules[0], kind)


@given(number=st.one_of(st.floats(), st.floats(min_value=0), st.integers(), st.just(10**400)))
@pytest.mark.parametrize(
    "field",
    [
        "PatientWeight",
        "PatientSize",
        "RadionuclideTotalDose",
        "RadionuclideHalfLife",
        "FrameReferenceTime",
        "ActualFrameDuration",
        "suv_scale_factor",
        "activity_scale_factor",
    ],
)
@pytest.mark.parametrize("mode", ["BQML START", "BQML NONE", "CNTS START", "GML START"])
def test_no_number_anywhere_gives_a_factor_that_is_not_positive(number, field, mode, pet, series):
    units, correction = mode.split()
    late = {"Units": units, "DecayCorrection": correction, "SeriesTime": "113000"}
    if units == "CNTS":
        late["activity_scale_factor"] = 2.0

    outcome = series(pet(**{**late, field: number}))

    if not isinstance(outcome, Refusal):
        factors = [getattr(outcome.modules[0], kind) for kind in KINDS]
        assert all(f is None or 0 < f < math.inf for f in factors)
