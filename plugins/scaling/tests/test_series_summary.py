import csv
from typing import get_args

import pytest
import typer

from metaprov_core import MetadataReadError, hookimpl
from metaprov_modules import Severity
from metaprov_scaling import Given, configure
from metaprov_scaling.command import FailOn, _check_that_there_is_one_study
from metaprov_scaling.series_csv import print_csv
from metaprov_scaling.series_summary import series_summaries
from metaprov_scaling.series_text import print_summaries


def test_a_summary_says_what_the_factors_are_and_what_they_rest_on(host_of, pet, one):
    host, _ = host_of({"pet:1": pet(), "pet:2": pet(), "ct:1": {"Modality": "CT"}})

    (summary,) = series_summaries(host, host.find_images("pet:"))

    assert (summary.series_instance_uid, summary.images, summary.units) == ("1.2.3", 2, "BQML")
    assert (summary.manufacturer, summary.decay_correction) == ("Synthetic", "START")
    assert (summary.reference_time, summary.reference_rule) == (
        "2025-01-01 11:00:00",
        "5a SeriesTime",
    )
    assert summary.factors["suvbw"] == (one().suvbw, one().suvbw)
    assert list(summary.factors) == [
        "suvbw",
        "suvlbm",
        "suvlbmJames128",
        "suvlbmJanma",
        "suvbsa",
        "suvibw",
    ]
    assert (summary.repaired, summary.notes, summary.reason) == (False, (), None)


def test_a_summary_says_which_series_it_is(host_of, pet):
    image = pet(
        PatientID="7 ", StudyInstanceUID="1.2", StudyDate="20250101", SeriesNumber="4 ", Rows=1
    )
    host, _ = host_of({"pet:1": image, "pet:2": image})

    (summary,) = series_summaries(host, ["pet:2"])

    assert (summary.patient_id, summary.study_instance_uid) == ("7", "1.2")
    assert (summary.study_date, summary.series_number) == ("2025-01-01", 4)
    assert summary.image_id == "pet:2"


def test_a_summary_has_the_values_that_the_factors_were_computed_from(host_of, pet):
    host, _ = host_of({"pet:1": pet(PatientWeight=70_000, RadionuclideTotalDose=368.08)})

    (summary,) = series_summaries(host, ["pet:1"])

    inputs = summary.inputs
    # As used: the header has g, and MBq.
    assert (inputs.weight, inputs.height, inputs.sex, inputs.dose) == (70, 1.75, "F", 368.08e6)
    assert (inputs.administered, inputs.half_life) == ("2025-01-01 10:00:00", 6586.2)
    assert inputs.reference == ("2025-01-01 11:00:00",) * 2
    assert inputs.uptake_minutes == (60, 60)
    assert inputs.dose_left == (pytest.approx(368.08e6 * 2 ** (-3600 / 6586.2)),) * 2


def test_of_pixels_that_are_suv_only_the_masses_are_inputs(host_of, pet):
    host, _ = host_of({"pet:1": pet(Units="GML")})

    (summary,) = series_summaries(host, ["pet:1"])

    assert (summary.inputs.weight, summary.inputs.height) == (70, 1.75)
    assert summary.inputs.dose is summary.inputs.administered is None
    assert summary.inputs.uptake_minutes is summary.inputs.dose_left is None


def test_a_refused_series_has_the_values_of_its_header(host_of, pet):
    start = "20250101130000"
    host, _ = host_of({"pet:1": pet(RadiopharmaceuticalStartDateTime=start, PatientWeight=900)})

    (summary,) = series_summaries(host, ["pet:1"])

    assert summary.reason is not None
    assert (summary.inputs.weight, summary.inputs.dose) == (900, 368.08e6)
    assert summary.inputs.administered == "2025-01-01 13:00:00"
    assert summary.inputs.uptake_minutes is None


def test_each_image_has_its_factors_or_the_reason_why_it_has_none(host_of, pet):
    images = {
        f"pet:{number}": pet(Units="CNTS", suv_scale_factor=number * 1e-4, PatientSize=None)
        for number in (2, 1)
    }
    host, _ = host_of({**images, "ct:1": {"Modality": "CT", "SeriesInstanceUID": "1.2.3"}})

    (summary,) = series_summaries(host, images)

    assert [(each.image_id, each.factors) for each in summary.image_factors] == [
        ("pet:2", {"suvbw": 2e-4}),
        ("pet:1", {"suvbw": 1e-4}),
    ]
    host, _ = host_of({"pet:1": pet(PatientWeight=None)})
    (summary,) = series_summaries(host, ["pet:1"])
    (image,) = summary.image_factors
    assert (image.factors, image.reason) == ({}, summary.reason)


def test_each_frame_of_an_image_has_its_factors(host_of, pet):
    images = {"pet:1?frame=2": pet(), "pet:1?frame=1": pet(), "pet:2?frame=3": pet()}
    host, _ = host_of(images)

    (summary,) = series_summaries(host, images)

    assert [image.image_id for image in summary.image_factors] == list(images)


def test_what_is_given_counts_more_than_what_is_configured(host_of, pet):
    host, _ = host_of({"pet:1": pet()})
    configure(given={"1.2.3": Given(weight=80)})

    (configured,) = series_summaries(host, ["pet:1"])
    (given,) = series_summaries(host, ["pet:1"], given=Given(weight=90))

    assert (configured.inputs.weight, given.inputs.weight) == (80, 90)
    assert [note.code for note in configured.notes] == ["given", "singleImage"]


def test_factors_that_differ_between_the_images_are_a_range(host_of, pet):
    factors = (6e-4, 5e-4, 7e-4)
    images = {f"pet:{f}": pet(Units="CNTS", suv_scale_factor=f, PatientSize=None) for f in factors}
    host, _ = host_of(images)

    (summary,) = series_summaries(host, images)

    assert summary.factors == {"suvbw": (5e-4, 7e-4)}
    assert summary.reference_time is None


def test_an_image_that_cannot_be_read_is_an_error_or_passed_over(host_of, pet):
    class Torn:
        @hookimpl(types=["instance"], tryfirst=True)
        def get_metadata(self, image_id):
            if image_id == "pet:torn":
                raise MetadataReadError(image_id, "the page is torn")

    images = {"pet:1": pet(), "pet:torn": pet(SeriesInstanceUID="1.2.4")}
    host, _ = host_of(images, knows_series=False)
    host.register(Torn())
    failures = []

    (summary,) = series_summaries(host, images, failures.append)

    assert summary.series_instance_uid == "1.2.3"
    assert [failure.source for failure in failures] == ["pet:torn"]
    with pytest.raises(MetadataReadError):
        list(series_summaries(host, images))


def test_where_the_source_knows_no_series_the_images_given_are_one(host_of, pet):
    images = {
        "pet:1": pet(),
        "pet:2": pet(SeriesInstanceUID="1.2.4"),
        "pet:3": pet(),
        "pet:4": pet(SeriesInstanceUID=None),
        "pet:5": pet(SeriesInstanceUID=None),
    }
    host, _ = host_of(images, knows_series=False)

    rows = list(series_summaries(host, images))

    assert [(summary.series_instance_uid, summary.images) for summary in rows] == [
        ("1.2.3", 2),
        ("1.2.4", 1),
        (None, 1),
        (None, 1),
    ]


def test_one_image_of_a_series_stands_for_all_that_its_source_knows(host_of, pet):
    host, _ = host_of({"pet:1": pet(), "pet:2": pet(), "pet:3": pet()})

    (summary,) = series_summaries(host, ["pet:2"])

    assert summary.images == 3


@pytest.mark.parametrize("repairs", [True, False])
def test_a_summary_is_by_the_settings_in_force(repairs, host_of, pet):
    host, _ = host_of({"pet:1": pet(RadionuclideTotalDose=368.08)})
    configure(repairs=repairs)

    (summary,) = series_summaries(host, ["pet:1"])

    assert summary.repaired is repairs
    assert (summary.reason is None) is repairs
    assert bool(summary.factors) is repairs


def test_a_reference_outside_the_calendar_is_said_to_be(host_of, pet):
    moment = "00010101000000"
    host, _ = host_of(
        {
            "pet:1": pet(
                SeriesDate="00010101",
                SeriesTime="000100",
                AcquisitionDate="00010101",
                AcquisitionTime="000000",
                FrameReferenceTime=900_000,
                RadiopharmaceuticalStartDateTime=moment,
            )
        }
    )

    (summary,) = series_summaries(host, ["pet:1"])

    assert summary.reference_time == "a day outside the calendar"


def test_fail_on_takes_every_severity_of_a_note():
    assert tuple(FailOn) == (*get_args(Severity), "refused")


def test_a_refused_series_of_enhanced_pet_shows_its_dose_in_bq(host_of, pet):
    groups = {"FrameContentSequence": ({"FrameAcquisitionDateTime": "20250101110000"},)}
    image = pet(
        SOPClassUID="1.2.840.10008.5.1.4.1.1.130",
        RadionuclideTotalDose=370.0,
        AttenuationCorrected="NO",
        NumberOfFrames=1,
        PerFrameFunctionalGroupsSequence=(groups,),
    )
    host, _ = host_of({"x:1": image})

    (summary,) = series_summaries(host, ["x:1"])

    assert "AttenuationCorrected" in summary.reason
    assert summary.inputs.dose == 3.7e8


def test_a_secondary_capture_gives_a_series_neither_its_name_nor_its_count(host_of, pet):
    capture = pet(SOPClassUID="1.2.840.10008.5.1.4.1.1.7", SeriesDescription="screenshot")
    images = {f"x:{number}": pet(SOPInstanceUID=f"1.{number}") for number in (1, 2)}
    host, _ = host_of({"x:0": {**capture, "SOPInstanceUID": "1.0"}, **images})

    (summary,) = series_summaries(host, ["x:0", *images])

    assert (summary.images, summary.image_id) == (2, "x:1")
    assert summary.series_description is None


def test_a_series_of_captures_alone_has_no_images_of_pet(host_of, pet):
    host, _ = host_of({"x:1": pet(SOPClassUID="1.2.840.10008.5.1.4.1.1.7")})

    (summary,) = series_summaries(host, ["x:1"], given=Given(weight=80))

    assert (summary.images, summary.inputs.weight) == (0, None)
    assert summary.reason is not None


def test_of_a_refused_series_no_value_is_shown_that_its_headers_do_not_share(host_of, pet):
    host, _ = host_of({"x:1": pet(PatientWeight=70), "x:2": pet(PatientWeight=80)})

    (summary,) = series_summaries(host, ["x:1", "x:2"])

    assert "PatientWeight" in summary.reason
    assert (summary.inputs.weight, summary.inputs.height) == (None, 1.75)


def test_the_notes_of_a_refused_series_tell_what_is_given(host_of, pet):
    host, _ = host_of({"x:1": pet(CorrectedImage=("DECY",))})

    (summary,) = series_summaries(host, ["x:1"], given=Given(weight=80))

    assert summary.inputs.weight == 80
    assert [note.code for note in summary.notes] == ["given"]
    assert "80 kg, in place of 70" in summary.notes[0].sentence


def test_an_image_that_cannot_be_read_while_its_series_is_scaled_is_told_of_once(host_of, pet):
    class Torn:
        @hookimpl(types=["instance"], tryfirst=True)
        def get_metadata(self, image_id):
            if image_id == "x:torn":
                raise MetadataReadError(image_id, "the page is torn")

    host, _ = host_of({"x:1": pet(), "x:torn": pet()})
    host.register(Torn())
    failures = []

    (summary,) = series_summaries(host, ["x:1"], failures.append)

    assert [failure.source for failure in failures] == ["x:torn"]
    assert "imagesUnreadable" in [note.code for note in summary.notes]


@pytest.mark.parametrize("as_table", [True, False])
def test_headers_cannot_write_to_a_terminal(as_table, host_of, pet, capsys):
    evil = "a\x1b[2Jb\r\nc\u202ed"
    host, _ = host_of({"x:1": pet(PatientID=evil, SeriesDescription=evil)})

    print_summaries(list(series_summaries(host, ["x:1"])), as_table=as_table)

    printed = capsys.readouterr().out
    assert not set("\x1b\r\u202e") & set(printed)
    assert r"a\x1b[2Jb\r\nc\u202ed" in printed


def test_a_sheet_takes_no_text_for_a_formula(host_of, pet, capsys):
    host, _ = host_of({"x:1": pet(PatientID="=1+1", SeriesDescription="@x", SeriesNumber=-3)})

    print_csv(list(series_summaries(host, ["x:1"])))

    (row,) = csv.DictReader(capsys.readouterr().out.splitlines())
    assert (row["patientID"], row["seriesDescription"]) == ("'=1+1", "'@x")
    # A number is none.
    assert row["seriesNumber"] == "-3"


def test_series_that_do_not_say_of_which_study_they_are_may_be_of_several(host_of, pet):
    images = {f"x:{n}": pet(SeriesInstanceUID=f"1.{n}") for n in range(5)}
    host, _ = host_of(images)
    summaries = list(series_summaries(host, images))

    with pytest.raises(typer.BadParameter, match="those of x:0, x:1, x:2 and 2 others;"):
        _check_that_there_is_one_study(summaries)
    _check_that_there_is_one_study(summaries[:1])


def test_a_row_has_what_its_series_is_found_by_and_a_number_is_whole(host_of, pet, capsys):
    uid = "1.2.840.113619.2.55.3.604688119"
    images = {"x:1": pet(SeriesInstanceUID=uid, SeriesNumber=12345678)}
    images["x:/data/pet/7"] = pet(SeriesInstanceUID=None)
    host, _ = host_of(images, knows_series=False)

    print_summaries(list(series_summaries(host, images)), as_table=True)

    _, first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.endswith(f"[...{uid[-16:]}]")
    assert "12345678" in first
    assert second.endswith("[/data/pet/7]")


def test_factors_have_units_in_a_block(host_of, pet, capsys):
    host, _ = host_of({"x:1": pet()})

    print_summaries(list(series_summaries(host, ["x:1"])), as_table=False)

    units = {line.split()[0]: line.split()[-1] for line in capsys.readouterr().out.splitlines()}
    assert (units["suvbw"], units["suvbsa"]) == ("g/ml", "cm2/ml")
