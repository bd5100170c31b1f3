"""The rules of SUV.md, one after the other, on images made from them."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from metaprov_scaling import Refusal, ScalingModule

HALF_LIFE = 6586.2
DOSE = 368_080_000.0
HOUR_LATER = DOSE * 2 ** (-3600 / HALF_LIFE)
#: 70 kg, 368.08 MBq of F-18, one hour: what an image without changes has.
PLAIN = 70_000 / HOUR_LATER


MALFORMED = ["nonsense", ["110000"], {"BulkDataURI": "x"}, 110000]


def codes(module, *severities):
    return [note.code for note in module.notes if not severities or note.severity in severities]


def after(uptake, half_life=HALF_LIFE):
    """The factor of 70 kg and 368.08 MBq, so many seconds after the administration."""
    return 70_000 / (DOSE * 2 ** (-uptake / half_life))


def test_activity_is_scaled_by_weight_and_what_is_left_of_the_dose(one):
    assert one().suvbw == pytest.approx(PLAIN, rel=1e-12)


# -- rule 1: series

AGREEING = [
    ("Units", "CNTS"),
    ("CorrectedImage", ("ATTN", "DECY", "X")),
    ("PatientWeight", 71.0),
    ("PatientSex", "M"),
    ("PatientSize", 1.8),
    ("RadionuclideHalfLife", 6588.0),
    ("RadionuclideTotalDose", 3e8),
    ("DecayCorrection", "ADMIN"),
    ("SeriesDate", "20250102"),
    ("SeriesTime", "105900"),
    ("SUVType", "BW"),
    ("RadiopharmaceuticalStartDateTime", "20250101095900"),
    ("RadiopharmaceuticalStartTime", "095900"),
    ("Manufacturer", "Another"),
    ("DecayCorrectionDateTime", "20250101105900"),
    ("(0009,100D)", "20250101105900"),
    ("(0071,1022)", "20250101105900"),
]


@pytest.mark.parametrize(("keyword", "value"), AGREEING, ids=[row[0] for row in AGREEING])
def test_images_of_a_series_must_agree(keyword, value, pet, series):
    field = {"(0009,100D)": "ge_datetime", "(0071,1022)": "siemens_datetime"}.get(keyword, keyword)

    outcome = series(pet(), pet(), pet(**{field: value}))

    assert isinstance(outcome, Refusal)
    assert outcome.attribute == keyword
    assert "differs between the images" in outcome.sentence


@pytest.mark.parametrize(("keyword", "value"), AGREEING, ids=[row[0] for row in AGREEING])
def test_a_value_that_one_image_lacks_is_a_mismatch(keyword, value, pet, series, absent):
    field = {"(0009,100D)": "ge_datetime", "(0071,1022)": "siemens_datetime"}.get(keyword, keyword)

    outcome = series(pet(**{field: value}), pet(**{field: absent}))

    assert outcome.attribute == keyword


def test_values_are_compared_by_what_they_mean(pet, series):
    images = (
        pet(PatientWeight=70.0, CorrectedImage=("ATTN", "DECY")),
        pet(PatientWeight="70 ", CorrectedImage="DECY\\ATTN"),
    )

    assert isinstance(series(*images).modules[0], ScalingModule)


SPELLINGS = [
    ("SeriesDate", "20250101", "20250101 "),
    ("SeriesTime", "110000", "1100"),
    ("SeriesTime", "110000", "110000.000000"),
    ("SeriesTime", "110060", "110100.0"),
    ("RadiopharmaceuticalStartDateTime", "2025010110", "20250101100000.00"),
    ("RadiopharmaceuticalStartTime", "100000", "10"),
    ("DecayCorrectionDateTime", "20250101110000", "202501011100"),
    ("Manufacturer", "GE MEDICAL SYSTEMS", "GE Medical Systems "),
    ("RadionuclideTotalDose", 368_080_000, "3.6808E8"),
    ("PatientSize", 1.75, " 1.750"),
    ("ge_datetime", "20250101110000", "20250101110000.0"),
    ("siemens_datetime", "20250101110000.25", "20250101110000.250000"),
    # Neither is a full date and time, and both count as missing.
    ("ge_datetime", "20250101", None),
]


@pytest.mark.parametrize(("field", "one_way", "another"), SPELLINGS)
def test_equal_values_agree_however_they_are_written(field, one_way, another, pet, series):
    images = [pet(**{field: one_way}), pet(**{field: another}), pet(**{field: one_way})]

    for order in (images, images[::-1], images[1:]):
        modules = series(*order).modules
        assert {module.suvbw for module in modules} == {series(*images[:1]).modules[0].suvbw}


@pytest.mark.parametrize(
    ("field", "one_way", "another"),
    [
        ("SeriesTime", "110000", "110000.000001"),
        ("SeriesTime", "110000", "11:00:00"),
        ("SeriesDate", "20250101", "2025.01.01"),
        # One clock on the wall, and two moments.
        ("RadiopharmaceuticalStartDateTime", "20250101100000+0100", "20250101100000"),
        ("RadiopharmaceuticalStartDateTime", "20250101100000+0100", "20250101100000+0200"),
        ("Units", "BQML", "bqml"),
        ("PatientSex", "F", "f"),
    ],
)
def test_values_that_are_only_written_alike_do_not_agree(field, one_way, another, pet, series):
    assert series(pet(**{field: one_way}), pet(**{field: another})).attribute == field


def test_one_image_alone_is_noted(pet, series):
    assert "singleImage" in codes(series(pet()).modules[0], "info")
    assert "singleImage" not in codes(series(pet(), pet()).modules[0])


def test_images_without_a_header_are_noted(pet, series):
    modules = series(pet(), pet(), without_header=3).modules

    (note,) = (note for note in modules[0].notes if note.code == "imagesWithoutHeader")
    assert (note.severity, note.sentence[:8]) == ("warning", "3 images")


@pytest.mark.parametrize(
    "second",
    [
        {"RadionuclideTotalDose": 1e8},
        {"RadionuclideHalfLife": 4062.6},
        {"RadiopharmaceuticalStartDateTime": "20250101090000"},
        {"RadionuclideCodeSequence": ({"CodeValue": "C-131A3"},)},
        # The same dose given twice: what is left of it depends on which time counts.
        {"RadiopharmaceuticalStartTime": "110000"},
        {"RadiopharmaceuticalStartDateTime": None},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_several_different_tracers_are_refused(second, pet, series):
    image = pet()
    (tracer,) = image["RadiopharmaceuticalInformationSequence"]
    image["RadiopharmaceuticalInformationSequence"] = (tracer, {**tracer, **second})

    assert series(image).attribute == "RadiopharmaceuticalInformationSequence"


@pytest.mark.parametrize(
    "second",
    [
        {},
        {"RadionuclideTotalDose": "368080000.0", "RadionuclideHalfLife": "6586.20"},
        {"RadiopharmaceuticalStartDateTime": "2025010110"},
        {"RadiopharmaceuticalStartTime": "100000.00 "},
    ],
    ids=lambda changes: next(iter(changes), "copy"),
)
def test_the_same_tracer_twice_is_one_however_it_is_written(second, pet, series):
    image = pet()
    (tracer,) = image["RadiopharmaceuticalInformationSequence"]
    image["RadiopharmaceuticalInformationSequence"] = (tracer, {}, {**tracer, **second})

    assert series(image).modules[0].suvbw == pytest.approx(PLAIN, rel=1e-12)


# -- rule 2: corrected image


@pytest.mark.parametrize(
    "corrected", [("DECY", "SCAT"), ("ATTN", "SCAT"), "ATTNDECY", "", None, (), {"x": 1}, 5, [None]]
)
def test_attenuation_and_decay_must_be_corrected(corrected, reason):
    assert reason(CorrectedImage=corrected) == "CorrectedImage"


@pytest.mark.parametrize(
    "corrected", [("DECY", "ATTN"), ["ATTN ", "DECY"], "ATTN\\DECY", " DECY\\ATTN ", b"ATTN\\DECY"]
)
def test_corrections_are_a_list_or_joined_by_backslashes(corrected, one):
    assert one(CorrectedImage=corrected).suvbw == pytest.approx(PLAIN, rel=1e-12)


def test_decay_need_not_be_corrected_where_decay_correction_is_none(one):
    assert codes(one(DecayCorrection="NONE", CorrectedImage=("ATTN",)), "warning") == []


def test_none_together_with_decy_is_none_with_a_note(one):
    corrected = one(DecayCorrection="NONE", CorrectedImage=("ATTN", "DECY"))

    assert corrected.suvbw == one(DecayCorrection="NONE", CorrectedImage=("ATTN",)).suvbw
    assert codes(corrected, "warning") == ["decayCorrectionNoneWithDecy"]


# -- rule 3: units


def test_counts_have_the_suv_factor_of_each_image(pet, series, absent):
    without = {"PatientWeight": absent, "RadionuclideTotalDose": absent, "SeriesTime": absent}
    images = [pet(Units="CNTS", suv_scale_factor=f, **without) for f in (5e-4, 6e-4)]

    assert [module.suvbw for module in series(*images).modules] == [5e-4, 6e-4]


@pytest.mark.parametrize("lacking", [None, 0.0, -1.0, {"BulkDataURI": "http://x"}, "", [5e-4]])
def test_counts_of_which_one_image_lacks_it_have_the_activity_factor(lacking, pet, series):
    images = [
        pet(Units="CNTS", suv_scale_factor=5e-4, activity_scale_factor=2.0),
        pet(Units="CNTS", suv_scale_factor=lacking, activity_scale_factor=3.0),
    ]

    factors = [module.suvbw for module in series(*images).modules]

    assert factors == pytest.approx([2 * PLAIN, 3 * PLAIN], rel=1e-12)


def test_counts_without_either_factor_on_every_image_are_refused_naming_both(pet, series):
    images = [
        pet(Units="CNTS", suv_scale_factor=5e-4),
        pet(Units="CNTS", activity_scale_factor=3.0),
    ]

    outcome = series(*images)

    assert outcome.attribute == "(7053,1000)/(7053,1009)"
    assert "(7053,1000)" in outcome.sentence
    assert "(7053,1009)" in outcome.sentence


@pytest.mark.parametrize(
    ("suv_type", "kind"),
    [
        (None, "suvbw"),
        ("BW", "suvbw"),
        ("LBM", "suvlbm"),
        ("LBMJAMES128", "suvlbm_james128"),
        ("LBMJANMA", "suvlbm_janma"),
        ("IBW", "suvibw"),
    ],
)
def test_grams_per_millilitre_are_suv_of_the_kind_that_suv_type_says(suv_type, kind, one, absent):
    module = one(Units="GML", SUVType=suv_type)
    bare = one(Units="GML", SUVType=suv_type, PatientWeight=absent, DecayCorrection=absent)

    assert getattr(module, kind) == getattr(bare, kind) == 1.0
    # The others are those of activity, relative to it.
    of_activity = one()
    for other in ("suvbw", "suvlbm", "suvlbm_james128", "suvlbm_janma", "suvbsa", "suvibw"):
        expected = getattr(of_activity, other) / getattr(of_activity, kind)
        assert getattr(module, other) == pytest.approx(expected, rel=1e-12)
        assert other == kind or getattr(bare, other) is None


@pytest.mark.parametrize("suv_type", [None, "BSA"])
def test_square_centimetres_per_millilitre_are_suv_by_surface(suv_type, one):
    module = one(Units="CM2ML", SUVType=suv_type)

    assert module.suvbsa == 1.0
    assert module.suvbw == pytest.approx(one().suvbw / one().suvbsa, rel=1e-12)


@pytest.mark.parametrize(
    ("units", "suv_type"),
    [("GML", "BSA"), ("GML", "bw"), ("GML", "X"), ("GML", ["BW"]), ("CM2ML", "BW")],
)
def test_an_suv_type_that_does_not_go_with_the_units_is_refused(units, suv_type, reason):
    assert reason(Units=units, SUVType=suv_type) == "SUVType"


@pytest.mark.parametrize(
    "units", ["CPS", "PROPCPS", "PROPCNTS", "NONE", "bqml", "", None, ["BQML"], 5, "1CM"]
)
def test_other_units_are_refused(units, reason):
    assert reason(Units=units) == "Units"


@pytest.mark.parametrize(
    "value", [0.0005, "0.0005", "0.0005 ", b"5.0E-4\0", "5e-4", Decimal("0.0005"), " +.0005"]
)
def test_a_private_number_may_be_a_number_a_string_or_bytes(value, one):
    assert one(Units="CNTS", suv_scale_factor=value).suvbw == 0.0005


@pytest.mark.parametrize(
    "value", ["1_0", "nan", "inf", math.nan, math.inf, "1e999", True, b"\x01\x02", "5,0", "0x1", ()]
)
def test_what_is_not_a_number_counts_as_absent(value, reason):
    assert reason(Units="CNTS", suv_scale_factor=value) == "(7053,1000)/(7053,1009)"


@pytest.mark.parametrize(
    ("group", "creator", "element", "value"),
    [
        ("0009", "GEMS_PETD_01", "0D", "20250101105000"),
        ("0071", "SIEMENS MED PT", "22", b"20250101105000 "),
    ],
)
def test_the_block_of_the_creator_comes_first(group, creator, element, value, pet, series):
    late = {"SeriesTime": "113000", "FrameReferenceTime": 0.0}
    image = pet(**late) | {
        f"{group}0010": "CTP",
        f"{group}10{element}": "20250101104000",
        f"{group}0011": creator,
        f"{group}11{element}": value,
    }

    assert series(image).modules[0].suvbw == pytest.approx(after(3000), rel=1e-12)


# -- rule 4: masses

WEIGHT, HEIGHT = 70.0, 1.75
BMI = WEIGHT / HEIGHT**2
MASSES = {
    "M": {
        "suvlbm": 1.10 * 70 - 120 * (70 / 175) ** 2,
        "suvlbm_james128": 1.10 * 70 - 128 * (70 / 175) ** 2,
        "suvlbm_janma": 9270 * 70 / (6680 + 216 * BMI),
        "suvibw": 48.0 + 1.06 * (175 - 152),
    },
    "F": {
        "suvlbm": 1.07 * 70 - 148 * (70 / 175) ** 2,
        "suvlbm_james128": 1.07 * 70 - 148 * (70 / 175) ** 2,
        "suvlbm_janma": 9270 * 70 / (8780 + 244 * BMI),
        "suvibw": 45.5 + 0.91 * (175 - 152),
    },
}
MASSES["O"] = {kind: (MASSES["M"][kind] + MASSES["F"][kind]) / 2 for kind in MASSES["M"]}


@pytest.mark.parametrize("sex", ["M", "F", "O"])
def test_factors_of_the_other_kinds_follow_the_masses(sex, one):
    module = one(PatientSex=sex)

    for kind, mass in MASSES[sex].items():
        assert getattr(module, kind) == pytest.approx(PLAIN * mass / 70, rel=1e-12)
    surface = 71.84 * 70**0.425 * 175**0.725
    assert module.suvbsa == pytest.approx(PLAIN * surface / 70_000, rel=1e-12)
    assert ("sexOther" in codes(module, "info")) == (sex == "O")


@pytest.mark.parametrize("sex", [None, "", "f", "X", "0000", ["M"], 1])
def test_without_a_sex_the_four_that_need_it_are_missing(sex, one):
    module = one(PatientSex=sex)

    assert module.suvbw is not None
    assert module.suvbsa is not None
    assert [getattr(module, kind) for kind in MASSES["M"]] == [None] * 4
    assert "sexMissing" in codes(module, "info")


@pytest.mark.parametrize("height", [None, "", "tall", [1.75], math.nan])
def test_without_a_height_only_body_weight_is_left(height, one):
    module = one(PatientSize=height)

    assert module.suvbw is not None
    assert module.suvbsa is None
    assert [getattr(module, kind) for kind in MASSES["M"]] == [None] * 4
    assert "heightMissing" in codes(module, "info")


def test_a_mass_that_is_not_positive_is_missing(one):
    module = one(PatientSex="M", PatientSize=1.0, PatientWeight=200)

    assert module.suvlbm is None
    assert module.suvibw is None
    assert module.suvlbm_janma > 0
    assert "massNotPositive" in codes(module, "info")


@pytest.mark.parametrize("weight", [None, "", [70.0], {"BulkDataURI": "x"}, math.nan])
def test_activity_without_a_weight_has_no_factor(weight, reason):
    assert reason(PatientWeight=weight) == "PatientWeight"


# -- rule 5: decay correction


def test_admin_needs_neither_half_life_nor_times(one, absent):
    module = one(
        DecayCorrection="ADMIN",
        RadionuclideHalfLife=absent,
        SeriesTime=absent,
        AcquisitionTime=absent,
        RadiopharmaceuticalStartDateTime=absent,
        RadiopharmaceuticalStartTime=absent,
    )

    assert module.suvbw == pytest.approx(70_000 / DOSE, rel=1e-12)


@pytest.mark.parametrize("correction", [None, "", "start", "SCAN", ["START"]])
def test_an_unknown_decay_correction_is_refused(correction, reason):
    assert reason(DecayCorrection=correction) == "DecayCorrection"


def average_time(duration, half_life=HALF_LIFE):
    """When in a frame the activity is its mean, by integrating it in small steps."""
    steps = 20_000
    rate = math.log(2) / half_life
    mean = sum(math.exp(-rate * (i + 0.5) / steps * duration) for i in range(steps)) / steps
    return -math.log(mean) / rate


def test_without_decay_correction_each_image_has_the_mean_of_its_frame(pet, series):
    plain = {"DecayCorrection": "NONE", "CorrectedImage": ("ATTN",), "SeriesTime": None}
    images = [
        pet(AcquisitionTime="110000", ActualFrameDuration=300_000, **plain),
        pet(AcquisitionTime="111000", ActualFrameDuration=600_000, **plain),
    ]

    factors = [module.suvbw for module in series(*images).modules]

    expected = [after(3600 + average_time(300)), after(4200 + average_time(600))]
    assert factors == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("duration", [None, 0, -1, "", [300_000], math.inf, 1e300])
def test_without_decay_correction_every_image_needs_its_duration(duration, pet, series):
    plain = {"DecayCorrection": "NONE", "CorrectedImage": ("ATTN",)}

    outcome = series(pet(**plain), pet(ActualFrameDuration=duration, **plain))

    assert outcome.attribute == "ActualFrameDuration"


@pytest.mark.parametrize("series_time", ["105500", "110000", "110001"])
def test_5a_the_series_start_counts_if_it_is_not_after_the_acquisition(series_time, one):
    seconds = {"105500": 3300, "110000": 3600, "110001": 3601}[series_time]

    assert one(
        SeriesTime=series_time, ge_datetime="20250101103000", DecayCorrectionDateTime="nonsense"
    ).suvbw == pytest.approx(after(seconds), rel=1e-12)


def test_5a_it_is_compared_with_the_earliest_image(pet, series):
    images = [pet(SeriesTime="110500", AcquisitionTime=time) for time in ("111000", "110000")]

    modules = series(*images, pet(SeriesTime="110500", AcquisitionTime="112000")).modules

    # The series begins after its first image: not its own time counts (see 5d).
    assert modules[0].suvbw != pytest.approx(after(3900), rel=1e-6)


def test_5a_a_series_long_before_its_first_image_is_doubtful(one):
    doubtful = one(AcquisitionTime="130001")

    assert doubtful.suvbw == pytest.approx(PLAIN, rel=1e-12)
    assert codes(doubtful, "warning") == ["seriesLongBeforeAcquisition"]
    assert codes(one(AcquisitionTime="130000"), "warning") == []


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        *((keyword, value) for keyword in ("SeriesDate", "SeriesTime") for value in MALFORMED),
        ("SeriesTime", None),
        ("SeriesTime", ""),
    ],
)
def test_5a_without_a_series_start_nothing_else_counts(keyword, value, reason):
    others = {
        "DecayCorrectionDateTime": "20250101110000",
        "ge_datetime": "20250101110000",
    }

    assert reason(**{keyword: value}, **others) == "SeriesDate/SeriesTime"


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("AcquisitionDate", "nonsense"),
        ("AcquisitionDate", ("110000",)),
        ("AcquisitionTime", "nonsense"),
        ("AcquisitionTime", ("110000",)),
        ("AcquisitionTime", None),
    ],
)
def test_5a_every_image_needs_its_acquisition(keyword, value, pet, series):
    outcome = series(pet(), pet(**{keyword: value}))

    assert outcome.attribute == "AcquisitionDate/AcquisitionTime"
    assert keyword in outcome.sentence


@pytest.mark.parametrize("missing", ["AcquisitionDate", "AcquisitionTime"])
def test_acquisition_datetime_stands_in_where_date_or_time_is_missing(missing, one):
    late = {"SeriesTime": "113000", "FrameReferenceTime": 0}

    module = one(**late, **{missing: None}, AcquisitionDateTime="20250101105900.5")

    assert module.suvbw == pytest.approx(after(3540.5), rel=1e-12)


def test_a_malformed_acquisition_datetime_is_the_reason(reason):
    assert reason(AcquisitionTime=None, AcquisitionDateTime="20250101") == "AcquisitionDateTime"


LATE = {"SeriesTime": "113000"}


def test_5b_then_the_time_counts_that_the_header_states(one):
    module = one(**LATE, DecayCorrectionDateTime="20250101105800", ge_datetime="20250101104000")

    assert module.suvbw == pytest.approx(after(3480), rel=1e-12)
    assert codes(module, "assumed", "repaired", "warning") == []


@pytest.mark.parametrize(
    "value", ["20250101", "2025-01-01 10:58", "20250101250000", "20250230110000", ["x"]]
)
def test_5b_a_malformed_one_is_the_reason(value, reason):
    assert reason(**LATE, DecayCorrectionDateTime=value) == "DecayCorrectionDateTime"


@pytest.mark.parametrize("field", ["ge_datetime", "siemens_datetime"])
def test_5c_then_the_private_time_of_the_vendor(field, one):
    module = one(**LATE, **{field: "20250101105700.00"})

    assert module.suvbw == pytest.approx(after(3420), rel=1e-12)
    assert codes(module, "assumed", "repaired", "warning") == []


@pytest.mark.parametrize("day", ["20241231", "20240301", "20250102", "19991231"])
@pytest.mark.parametrize("field", ["ge_datetime", "siemens_datetime"])
def test_5c_which_is_moved_to_the_day_of_the_acquisition(field, day, one):
    module = one(**LATE, **{field: f"{day}105700"})

    assert module.suvbw == pytest.approx(after(3420), rel=1e-12)
    assert module.repaired
    assert codes(module, "repaired") == ["privateTimeMoved"]


def test_5c_it_may_be_on_the_other_side_of_midnight(one):
    module = one(
        SeriesDate="20250102",
        SeriesTime="003000",
        AcquisitionDate="20250102",
        AcquisitionTime="000500",
        RadiopharmaceuticalStartDateTime="20250101230000",
        ge_datetime="20200707235500",
    )

    assert module.suvbw == pytest.approx(after(3300), rel=1e-12)


@pytest.mark.parametrize("value", ["20250101", "105700", "", None, ["x"], b"\x00", 20250101105700])
def test_5c_what_is_not_a_full_datetime_counts_as_absent(value, one):
    assert one(**LATE, ge_datetime=value).suvbw == one(**LATE).suvbw


def test_5c_the_time_of_siemens_counts_where_that_of_ge_is_malformed(one):
    module = one(**LATE, ge_datetime="?", siemens_datetime="20250101105700")

    assert module.suvbw == pytest.approx(after(3420), rel=1e-12)


def test_5d_then_the_frame_reference_time_is_counted_back(one):
    module = one(**LATE, FrameReferenceTime=400_000, ActualFrameDuration=300_000)

    assert module.suvbw == pytest.approx(after(3600 - 400 + average_time(300)), rel=1e-7)


def test_5d_which_ge_counts_to_the_start_of_the_frame(one):
    module = one(**LATE, FrameReferenceTime=400_000, Manufacturer="GE MEDICAL SYSTEMS")

    assert module.suvbw == pytest.approx(after(3200), rel=1e-12)


def test_5d_the_earliest_counts_and_a_spread_is_doubtful(pet, series):
    ge = {**LATE, "Manufacturer": "GE MEDICAL SYSTEMS"}
    images = [
        pet(**ge, AcquisitionTime=time, FrameReferenceTime=since)
        for time, since in (("110000", 60_000), ("110500", 366_000))
    ]

    for order in (images, images[::-1]):
        modules = series(*order).modules
        assert {m.suvbw for m in modules} == {modules[0].suvbw}
        assert modules[0].suvbw == pytest.approx(after(3534), rel=1e-12)
        assert codes(modules[0], "warning") == ["backComputedTimesDiffer"]


@pytest.mark.parametrize("field", ["FrameReferenceTime", "ActualFrameDuration"])
@pytest.mark.parametrize("value", [0, -5, None, "", [1], math.nan, 1e300])
def test_5e_else_the_earliest_acquisition_is_assumed(field, value, pet, series):
    images = [
        pet(**LATE, AcquisitionTime="110500"),
        pet(**LATE, AcquisitionTime="110000", **{field: value}),
    ]

    modules = series(*images).modules

    assert modules[0] is modules[1]
    assert modules[0].suvbw == pytest.approx(PLAIN, rel=1e-12)
    assert codes(modules[0], "assumed") == ["earliestAcquisition"]


# -- rule 6: administration


@pytest.mark.parametrize("start", ["20250101120000", "20250101100000", "20241231220000"])
def test_a_start_from_an_hour_after_to_a_day_before_the_reference_counts(start, one, absent):
    uptake = {"20250101120000": -3600, "20250101100000": 3600, "20241231220000": 13 * 3600}[start]

    module = one(
        RadiopharmaceuticalStartDateTime=start,
        RadiopharmaceuticalStartTime=absent,
        # A scan that goes on for so long.
        ActualFrameDuration=3_600_000,
    )

    assert module.suvbw == pytest.approx(after(uptake), rel=1e-12)
    assert not module.repaired


@pytest.mark.parametrize("day", ["20241231", "20260101", "20240420", "19700101", "20250102"])
def test_a_start_on_a_shifted_date_counts_by_its_time_of_day(day, one):
    module = one(RadiopharmaceuticalStartDateTime=f"{day}100000")

    if day == "20241231":
        # 25 hours: further back than a day.
        assert codes(module, "repaired") == ["startDateRepaired"]
    assert module.suvbw == pytest.approx(PLAIN, rel=1e-12)
    assert module.repaired


def test_a_shifted_date_may_hide_midnight(one):
    module = one(
        SeriesTime="003000",
        AcquisitionTime="003000",
        RadiopharmaceuticalStartDateTime="20190909233000",
    )

    assert module.suvbw == pytest.approx(PLAIN, rel=1e-12)
    assert module.repaired


@pytest.mark.parametrize("days", [0, 3])
def test_a_long_lived_nuclide_may_be_scanned_days_later(days, one):
    module = one(
        RadionuclideHalfLife=282_239.0,
        RadiopharmaceuticalStartDateTime=f"202501{4 - days:02d}100000",
        SeriesDate="20250104",
        AcquisitionDate="20250104",
    )

    assert module.suvbw == pytest.approx(after(3600 + days * 86400, 282_239.0), rel=1e-12)
    assert not module.repaired


def test_the_dates_of_a_long_lived_nuclide_are_not_repaired(reason):
    assert (
        reason(RadionuclideHalfLife=41_400, RadiopharmaceuticalStartDateTime="20250102100000")
        == "RadiopharmaceuticalStartDateTime"
    )


def test_where_there_is_only_a_time_its_day_is_assumed(one, absent):
    module = one(RadiopharmaceuticalStartDateTime=absent)

    assert module.suvbw == pytest.approx(PLAIN, rel=1e-12)
    assert codes(module, "assumed") == ["startDateAssumed"]


def test_which_is_the_day_before_across_midnight(one, absent):
    module = one(
        SeriesTime="003000",
        AcquisitionTime="003000",
        RadiopharmaceuticalStartDateTime=absent,
        RadiopharmaceuticalStartTime="233000",
    )

    assert module.suvbw == pytest.approx(PLAIN, rel=1e-12)


def test_the_day_of_a_long_lived_nuclide_cannot_be_known(reason, absent):
    attribute = reason(RadionuclideHalfLife=41_400, RadiopharmaceuticalStartDateTime=absent)

    assert attribute == "RadiopharmaceuticalStartDateTime"


@pytest.mark.parametrize(
    "value",
    ["2025010", "20250230", "20250101.5", "10:00", "202501011000-9999", "20250101+1", ["x"], {}],
)
def test_a_malformed_start_is_the_reason_even_beside_a_good_time(value, reason):
    assert (
        reason(RadiopharmaceuticalStartDateTime=value, RadiopharmaceuticalStartTime="100000")
        == "RadiopharmaceuticalStartDateTime"
    )


def test_a_malformed_time_alone_is_the_reason(reason, absent):
    attribute = reason(
        RadiopharmaceuticalStartDateTime=absent, RadiopharmaceuticalStartTime="10:00:00"
    )

    assert attribute == "RadiopharmaceuticalStartTime"


def test_without_both_both_are_the_reason(reason, absent):
    attribute = reason(RadiopharmaceuticalStartDateTime=absent, RadiopharmaceuticalStartTime=absent)

    assert attribute == "RadiopharmaceuticalStartDateTime/RadiopharmaceuticalStartTime"


@pytest.mark.parametrize(
    ("half_lives", "expected"), [(1.9, []), (2.1, ["longUptake"]), (9.9, ["longUptake"])]
)
def test_an_uptake_of_more_than_two_half_lives_is_doubtful(half_lives, expected, one):
    assert codes(one(RadionuclideHalfLife=3600 / half_lives), "warning") == expected


@pytest.mark.parametrize(("days", "expected"), [(16, []), (17, ["longUptake"])])
def test_that_of_a_long_lived_nuclide_is_from_five_on(days, expected, one):
    module = one(
        RadionuclideHalfLife=282_276, RadiopharmaceuticalStartDateTime=f"202412{32 - days}100000"
    )

    assert codes(module, "warning") == expected


def test_a_sentence_about_the_uptake_names_the_attribute_that_was_read(pet, series, absent):
    long = {"RadionuclideHalfLife": 359.0}
    given, assumed = (
        series(pet(**long, RadiopharmaceuticalStartDateTime=start))
        for start in ("20250101100000", absent)
    )

    assert given.sentence == (
        "RadiopharmaceuticalStartDateTime (0018,1078) is 10.03 half-lives before the time that "
        "decay is corrected to; at most 10 are accepted"
    )
    assert assumed.sentence == (
        "RadiopharmaceuticalStartDateTime (0018,1078) is missing, and RadiopharmaceuticalStartTime "
        "(0018,1072) is 10.03 half-lives before the time that decay is corrected to; at most 10 "
        "are accepted"
    )
    assert given.attribute == assumed.attribute == "RadiopharmaceuticalStartDateTime"


def test_an_uptake_of_more_than_ten_half_lives_is_refused(reason):
    assert reason(RadionuclideHalfLife=359.0) == "RadiopharmaceuticalStartDateTime"


# -- rule 7: plausibility


@pytest.mark.parametrize("dose", [368.08, 25, 9999])
def test_a_dose_in_megabecquerel_is_repaired(dose, one):
    module = one(RadionuclideTotalDose=dose)

    assert module.suvbw == pytest.approx(one(RadionuclideTotalDose=dose * 1e6).suvbw, rel=1e-12)
    assert module.repaired
    assert codes(module, "repaired") == ["doseInMegabecquerel"]


@pytest.mark.parametrize("dose", [10, 24.9, 0, -5, 1e4, 99_999, 1.1e11, 1e300, None, "", [3e8]])
def test_an_implausible_dose_is_refused(dose, reason):
    assert reason(RadionuclideTotalDose=dose) == "RadionuclideTotalDose"


def test_a_weight_in_grams_is_repaired(one):
    module = one(PatientWeight=70_000)

    assert module.suvbw == pytest.approx(PLAIN, rel=1e-12)
    assert module.suvlbm == pytest.approx(one().suvlbm, rel=1e-12)
    assert codes(module, "repaired") == ["weightInGrams"]


@pytest.mark.parametrize("weight", [0, 0.009, -70, 501, 999, 1e6, 1e300])
def test_an_implausible_weight_is_refused_where_it_is_needed(weight, reason, one):
    assert reason(PatientWeight=weight) == "PatientWeight"

    in_suv = one(PatientWeight=weight, Units="GML")
    assert (in_suv.suvbw, in_suv.suvlbm) == (1.0, None)
    assert codes(in_suv, "warning") == ["weightImplausible"]


def test_a_height_in_centimetres_is_repaired(one):
    module = one(PatientSize=175)

    assert module.suvbsa == pytest.approx(one().suvbsa, rel=1e-12)
    assert codes(module, "repaired") == ["heightInCentimetres"]


@pytest.mark.parametrize("height", [0, 0.1, 2.7, 3.0, 19, 261, -1.75, 1e300])
def test_an_implausible_height_counts_as_missing(height, one):
    module = one(PatientSize=height)

    assert (module.suvbw, module.suvbsa) == (pytest.approx(PLAIN, rel=1e-12), None)
    assert codes(module, "warning") == ["heightImplausible"]


@pytest.mark.parametrize("half_life", [0, 9.9, -1, 1.1e8, None, "", [6586.2]])
def test_an_implausible_half_life_is_refused_where_it_is_needed(half_life, reason, one):
    assert reason(RadionuclideHalfLife=half_life) == "RadionuclideHalfLife"
    assert one(RadionuclideHalfLife=half_life, DecayCorrection="ADMIN").suvbw


def test_the_factors_of_the_vendor_are_a_check(one):
    agree = one(suv_scale_factor=2 * PLAIN * 1.01, activity_scale_factor=2.0)
    differ = one(suv_scale_factor=2 * PLAIN * 1.03, activity_scale_factor=2.0)

    assert agree.suvbw == differ.suvbw == pytest.approx(PLAIN, rel=1e-12)
    assert codes(agree, "warning") == []
    assert codes(differ, "warning") == ["vendorFactorsDisagree"]


@pytest.mark.parametrize("factor", [5e-324, 1e308])
def test_a_factor_that_computing_makes_nothing_or_endless_is_refused(factor, reason):
    heavy = {"PatientWeight": 500, "RadionuclideTotalDose": 1e6, "RadionuclideHalfLife": 400}
    light = {"PatientWeight": 0.2, "RadionuclideTotalDose": 1e11}

    changes = heavy if factor > 1 else light

    assert reason(Units="CNTS", activity_scale_factor=factor, **changes) == "(7053,1009)"


# -- rule 8: dates and times


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("11", 3600),
        ("1101", 3660),
        ("110001", 3601),
        ("110001.5", 3601.5),
        ("110001.05", 3601.05),
        ("110001.000005 ", 3601.000005),
        ("110060", 3660),
        ("110001.123456\0", 3601.123456),
    ],
)
def test_every_legal_time_is_understood(time, seconds, one):
    module = one(SeriesTime=time, AcquisitionTime="110500", RadionuclideHalfLife=6586.2)

    assert module.suvbw == pytest.approx(after(seconds), rel=1e-12)


@pytest.mark.parametrize(
    "time",
    [
        "11:30:15",
        "24",
        "1",
        "115",
        "1160",
        "110061",
        "110000.",
        "110000.1234567",
        "1100 00",
        "\u0661\u0661",
    ],
)
def test_any_other_time_is_a_reason(time, reason):
    assert reason(SeriesTime=time) == "SeriesDate/SeriesTime"


@pytest.mark.parametrize(
    "date",
    ["2025.01.01", "20250229", "2025011", "00000101", "20251301", "2025-1-1", "\u0662025" + "0101"],
)
def test_any_other_date_is_a_reason(date, reason):
    assert reason(SeriesDate=date) == "SeriesDate/SeriesTime"


def test_the_29th_of_february_is_a_date_in_a_leap_year(one):
    module = one(
        SeriesDate="20240229",
        AcquisitionDate="20240229",
        RadiopharmaceuticalStartDateTime="20240229100000",
    )

    assert module.suvbw == pytest.approx(PLAIN, rel=1e-12)


@pytest.mark.parametrize(
    "start", ["2025010110", "202501011000", "20250101100000.000000", "20250101100000 "]
)
def test_a_datetime_needs_at_least_the_hour(start, one):
    module = one(RadiopharmaceuticalStartDateTime=start)

    assert module.suvbw == pytest.approx(PLAIN, rel=1e-12)


@pytest.mark.parametrize("timezone", [None, "+0100"])
def test_a_utc_offset_is_ignored_with_a_note(timezone, one):
    module = one(
        RadiopharmaceuticalStartDateTime="20250101100000+0100", TimezoneOffsetFromUTC=timezone
    )

    assert module.suvbw == pytest.approx(PLAIN, rel=1e-12)
    assert "utcOffsetIgnored" in codes(module, "info")


@pytest.mark.parametrize(
    ("offset", "timezone", "uptake"),
    [("+0100", "+0200", 0), ("+0100", "+0000", 7200), ("-0500", "-0530", 5400)],
)
def test_a_datetime_is_moved_to_the_timezone_of_the_series(offset, timezone, uptake, one, absent):
    module = one(
        RadiopharmaceuticalStartDateTime=f"20250101100000{offset}",
        RadiopharmaceuticalStartTime=absent,
        TimezoneOffsetFromUTC=timezone,
    )

    assert module.suvbw == pytest.approx(after(uptake), rel=1e-12)
    assert "movedToTimezone" in codes(module, "info")


@pytest.mark.parametrize("offset", ["+1500", "-1300", "+0160", "-0000", "0100", "+01"])
def test_an_impossible_offset_makes_a_datetime_malformed(offset, reason):
    attribute = reason(RadiopharmaceuticalStartDateTime=f"20250101100000{offset}")

    assert attribute == "RadiopharmaceuticalStartDateTime"


def test_a_malformed_timezone_is_the_reason_where_it_is_needed(reason, one):
    assert (
        reason(RadiopharmaceuticalStartDateTime="20250101100000+0100", TimezoneOffsetFromUTC="CET")
        == "TimezoneOffsetFromUTC"
    )
    assert one(TimezoneOffsetFromUTC="CET").suvbw == pytest.approx(PLAIN, rel=1e-12)


def test_images_in_different_timezones_are_refused_where_that_matters(pet, series):
    start = {"RadiopharmaceuticalStartDateTime": "20250101100000+0100"}
    images = [pet(**start, TimezoneOffsetFromUTC=zone) for zone in ("+0100", "+0200")]

    assert series(*images).attribute == "TimezoneOffsetFromUTC"


# -- the order of reasons

ORDER = [
    {"CorrectedImage": None},
    {"PatientWeight": None},
    {"Units": None},
    {"RadionuclideTotalDose": None},
    {"DecayCorrection": "X"},
    {"RadionuclideHalfLife": None},
    {"SeriesTime": None, "AcquisitionTime": None},
    {"AcquisitionTime": None},
    {"RadiopharmaceuticalStartDateTime": "X"},
]
NAMES = [
    "CorrectedImage",
    "PatientWeight",
    "Units",
    "RadionuclideTotalDose",
    "DecayCorrection",
    "RadionuclideHalfLife",
    "SeriesDate/SeriesTime",
    "AcquisitionDate/AcquisitionTime",
    "RadiopharmaceuticalStartDateTime",
]


@pytest.mark.parametrize("place", range(len(ORDER)))
def test_of_several_reasons_the_first_in_order_is_given(place, reason):
    changes = {}
    for each in reversed(ORDER[place:]):
        changes.update(each)

    assert reason(**changes) == NAMES[place]


def test_a_mismatch_in_the_series_comes_before_all_of_them(pet, series):
    outcome = series(pet(CorrectedImage=None, PatientSex="M"), pet(CorrectedImage=None))

    assert outcome.attribute == "PatientSex"


# -- without repairs


@pytest.mark.parametrize(
    ("changes", "attribute"),
    [
        ({"PatientWeight": 70_000}, "PatientWeight"),
        ({"RadionuclideTotalDose": 368.08}, "RadionuclideTotalDose"),
        ({**LATE, "ge_datetime": "20200101105700"}, "(0009,100D)"),
        ({**LATE, "FrameReferenceTime": 0}, "SeriesTime"),
        (
            {"RadiopharmaceuticalStartDateTime": "20200101100000"},
            "RadiopharmaceuticalStartDateTime",
        ),
        ({"RadiopharmaceuticalStartDateTime": None}, "RadiopharmaceuticalStartDateTime"),
    ],
)
def test_without_repairs_what_would_be_repaired_or_assumed_is_the_reason(
    changes, attribute, pet, series, one
):
    outcome = series(pet(**changes), pet(**changes), repairs=False)

    assert isinstance(outcome, Refusal)
    assert outcome.attribute == attribute
    assert codes(one(**changes), "assumed", "repaired")


def test_without_repairs_a_height_in_centimetres_counts_as_missing(pet, series, one, absent):
    (module, _) = series(pet(PatientSize=175), pet(PatientSize=175), repairs=False).modules

    missing = one(PatientSize=absent)
    for kind in ("suvbw", "suvbsa", *MASSES["M"]):
        assert getattr(module, kind) == getattr(missing, kind)
    (note,) = module.notes
    assert (note.code, note.severity, module.repaired) == ("heightImplausible", "warning", False)
    assert "repairs are switched off" in note.sentence


@pytest.mark.parametrize(
    "units", [{"Units": "GML"}, {"Units": "CM2ML"}, {"Units": "CNTS", "suv_scale_factor": 1.0}]
)
def test_without_repairs_a_weight_in_grams_is_missing_where_none_is_needed(units, pet, series):
    image = pet(PatientWeight=70_000, **units)
    (module, _) = series(image, image, repairs=False).modules

    kind = "suvbsa" if units["Units"] == "CM2ML" else "suvbw"
    assert getattr(module, kind) == 1.0
    others = {"suvbw", "suvbsa", *MASSES["M"]} - {kind}
    assert {getattr(module, other) for other in others} == {None}
    (note,) = module.notes
    assert (note.code, note.severity, module.repaired) == ("weightImplausible", "warning", False)
    assert "repairs are switched off" in note.sentence


def test_without_repairs_a_sound_series_has_its_factors(pet, series):
    assert series(pet(), pet(), repairs=False).modules[0].suvbw == pytest.approx(PLAIN, rel=1e-12)


def test_keys_that_are_not_attributes_are_passed_over(pet, series):
    image = {**pet(), 5: "x", ("a", "b"): "y", "0009": "z", "": None}

    assert series(image).modules[0].suvbw == pytest.approx(PLAIN, rel=1e-12)


def test_a_series_has_at_least_one_image(series):
    with pytest.raises(ValueError, match="at least one image"):
        series()
