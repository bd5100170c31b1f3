"""Findings are records of any package, each asked of the columns that a table has."""

import re
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import metaprov_table
from metaprov_table import TableError
from metaprov_table.checking import FINDINGS, Finding, Severity
from metaprov_table.checking.database import opened
from metaprov_table.checking.found import found
from metaprov_table.checking.known import chosen, known_findings
from metaprov_table.rows.volumes import VOLUMES_SCHEMA

NAMES = [finding.name for finding in FINDINGS]

#: A package with a finding of its own, as its author would write it.
CLINIC = """
from metaprov_table.checking import Finding, Severity

FINDINGS = [
    Finding(
        name="{name}",
        severity=Severity.WARNING,
        level="series",
        sentence="The series is not from our clinic.",
        source="house rule 7",
        query="SELECT series, Manufacturer AS detail FROM images WHERE Manufacturer <> 'Ours'",
    )
]
"""


def cases(path, *names):
    """Of each finding that has cases, the details."""
    details = {}
    for case in metaprov_table.findings(path, names).to_pylist():
        details.setdefault(case["finding"], []).append(case["detail"])
    return details


@pytest.mark.parametrize("finding", FINDINGS, ids=NAMES)
def test_a_finding_says_what_it_means_and_where_it_follows_from(finding):
    assert re.fullmatch("[a-z][a-zA-Z0-9]+", finding.name)
    assert re.search(r"PS3\.(3|5|15) [A-Z0-9]", finding.source)
    assert finding.sentence[0].isupper()
    assert finding.sentence.endswith(".")


def test_no_two_findings_have_one_name():
    assert len(set(NAMES)) == len(NAMES)


def test_severities_are_in_order():
    assert Severity.INFO.rank < Severity.WARNING.rank < Severity.ERROR.rank


@pytest.mark.parametrize("series", [None, ""])
def test_images_that_say_no_series_are_cases_by_themselves(table_of, series):
    table = metaprov_table.findings(
        table_of(
            {"series": series, "image": "a", "BurnedInAnnotation": "NO"},
            {
                "series": series,
                "generalStudyModule__studyInstanceUID": "1.2",
                "image": "b",
                "BurnedInAnnotation": "YES",
            },
            {"series": "1.3.1"},
        ),
        ["burnedInAnnotation"],
    )

    (case,) = table.to_pylist()
    assert (case["study"], case["image"], case["detail"]) == ("1.2", "b", "1 image")


def test_cases_have_the_columns_that_are_promised(table_of):
    table = metaprov_table.findings(table_of({"BurnedInAnnotation": "YES"}))

    assert table.column_names == [
        *("finding", "severity", "level", "study", "series", "volume", "image", "detail")
    ]
    assert table.to_pylist() == [
        {
            "finding": "burnedInAnnotation",
            "severity": "warning",
            "level": "series",
            "study": "1.2",
            "series": "1.2.1",
            "volume": None,
            "image": None,
            "detail": "1 image",
        }
    ]


def test_a_finding_is_not_run_where_its_columns_are_missing_and_says_which(table_of):
    path = table_of({"PatientIdentityRemoved": "NO", "BurnedInAnnotation": "NO"})

    with opened(path) as database:
        lacks = {each.finding.name: each.lack for each in found(database, FINDINGS)}

    assert [name for name, lack in lacks.items() if not lack] == [
        *("seriesOfSeveralStudies", "burnedInAnnotation")
    ]
    assert lacks["mixedKernel"] == (("ConvolutionKernel",), ())
    assert lacks["missingSlices"] == ((), ("volumes",))
    assert set(lacks["identityLeft"].columns) == {
        "patientModule__patientName",
        "patientModule__patientId",
        "patientModule__patientBirthDate",
        "generalStudyModule__accessionNumber",
    }
    assert set(lacks["identityLeft"].types) == {"patientModule", "generalStudyModule"}
    assert set(lacks["ptWithoutSuv"].columns) == {
        "generalImageModule__sopClassUID",
        "scalingModule__suvbw",
    }
    assert lacks["ptWithoutSuv"].tables == ("volumes",)
    assert str(lacks["mixedKernel"]) == (
        "the table has no column ConvolutionKernel (--types ConvolutionKernel)"
    )
    assert str(lacks["ptWithoutSuv"]).endswith(", and there is no whole table of volumes beside it")


def test_a_table_with_the_types_that_are_named_lacks_nothing(host, table_of, tmp_path):
    path = table_of({})
    with opened(path) as database:
        types = {type for each in found(database, FINDINGS) for type in each.lack.types}
    schema = metaprov_table.schema(sorted({*types, "generalStudyModule"}), host=host)
    pq.write_table(pa.Table.from_pylist(pq.read_table(path).to_pylist(), schema), path)
    pq.write_table(VOLUMES_SCHEMA.empty_table(), tmp_path / "out.volumes.parquet")

    with opened(path) as database:
        assert all(each.ran for each in found(database, FINDINGS))


def test_a_table_beside_without_all_of_its_columns_is_lacking(table_of):
    path = table_of({}, volumes=[{"volume": "1.2.1/1"}])

    with opened(path) as database:
        (tilted,) = found(database, chosen(FINDINGS, ["tilted"]))

    assert tilted.lack == ((), ("volumes",))


def test_no_finding_needs_a_type_only_to_say_where_it_is(seeded_table, tmp_path):
    path = tmp_path / "out.parquet"
    images = pq.read_table(seeded_table)
    places = ("generalStudyModule__", "generalSeriesModule__")
    pq.write_table(images.drop([n for n in images.column_names if n.startswith(places)]), path)
    shutil.copy(seeded_table.with_name("out.volumes.parquet"), tmp_path)

    with opened(path) as database:
        lacking = {each.finding.name for each in found(database, FINDINGS) if each.lack}

    assert lacking == {
        *("mixedRescale", "studyOfSeveralPatients", "seriesOfSeveralStudies"),
        *("identityLeft", "dateOrder", "ageDiffers"),
    }
    without, within = (
        [
            [case[name] for name in ("finding", "series", "volume", "image")]
            for case in metaprov_table.findings(each).to_pylist()
            if case["finding"] not in lacking
        ]
        for each in (path, seeded_table)
    )
    assert sorted(without, key=str) == sorted(within, key=str)


def test_a_package_brings_findings_of_its_own(install, table_of):
    install("clinic_findings", CLINIC.format(name="notOurs"))
    path = table_of({"Manufacturer": "Theirs"}, {"Manufacturer": "Ours", "series": "1.2.2"})

    assert known_findings()[-1].source == "house rule 7"
    assert cases(path) == {"notOurs": ["Theirs"]}


def test_a_package_that_does_not_load_hides_no_other(install):
    install("broken_findings", "raise RuntimeError('no licence')")

    with pytest.warns(UserWarning, match=r"'broken_findings'.*RuntimeError: no licence"):
        known = known_findings()

    assert known == list(FINDINGS)


def test_what_is_no_finding_is_refused(install):
    install("odd_findings", "FINDINGS = ['SELECT 1']")

    with pytest.warns(UserWarning, match="it is to be a sequence of Finding"):
        assert known_findings() == list(FINDINGS)


@pytest.mark.parametrize("field", ["severity='grave'", "level='slide'", "query=None"])
def test_a_finding_whose_fields_are_wrong_is_refused(install, field):
    name, _, value = field.partition("=")
    source = CLINIC.format(name="odd") + f"\nFINDINGS[0] = replace(FINDINGS[0], {name}={value})"
    install("wrong_findings", "from msgspec.structs import replace\n" + source)

    with pytest.warns(UserWarning, match=f"'wrong_findings'.*{name}"):
        assert known_findings() == list(FINDINGS)


def test_two_packages_cannot_have_one_name(install):
    install("same_findings", CLINIC.format(name="lossy"))

    with pytest.warns(UserWarning, match=r"left out the finding 'lossy' of 'same_findings'"):
        known = known_findings()

    assert known == list(FINDINGS)


def of_query(query):
    """A finding of another package."""
    return Finding(
        name="theirs",
        severity=Severity.INFO,
        level="image",
        sentence="Never.",
        source="-",
        query=query,
    )


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELEKT image FROM images", "syntax error"),
        ("SELECT image FROM pictures", "pictures does not exist"),
        ("SELECT image FROM images WHERE Manufactuer = 'x'", "did you mean Manufacturer"),
        (
            "SELECT image FROM images WHERE patientModule__nickname = 'x'",
            "no table has a column patientModule__nickname",
        ),
        ("SELECT v.image FROM volumes v WHERE v.nickname = 'x'", "nickname"),
        ("SELECT shout(image) AS image FROM images", "shout does not exist"),
    ],
)
def test_a_query_that_no_table_can_answer_hides_no_other(table_of, query, reason):
    path = table_of({"BurnedInAnnotation": "YES"}, volumes=[{"volume": "1.2.1/1"}])
    (burned_in,) = chosen(FINDINGS, ["burnedInAnnotation"])

    with opened(path) as database, pytest.warns(UserWarning, match="the query of theirs fails: "):
        theirs, ours = found(database, [of_query(query), burned_in])

    assert reason in theirs.failed
    assert (theirs.ran, theirs.cases.num_rows) == (False, 0)
    assert (ours.ran, ours.cases.num_rows) == (True, 1)


def test_a_query_that_fails_for_a_value_does_not_tell_the_value(table_of):
    path = table_of({"Manufacturer": "Doe^Ann"})
    query = "SELECT image FROM images WHERE Manufacturer::INTEGER > 1"

    with opened(path) as database, pytest.warns(UserWarning, match="Doe"):
        (theirs,) = found(database, [of_query(query)])

    assert theirs.failed == "Conversion Error"


def test_a_query_may_end_with_a_comment(table_of):
    with opened(table_of({})) as database:
        (theirs,) = found(database, [of_query("SELECT image FROM images -- each of them")])

    assert theirs.cases["image"].to_pylist() == ["made:1"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], NAMES),
        (["lossy", "derived"], ["lossy", "derived"]),
        (["-lossy"], [name for name in NAMES if name != "lossy"]),
        (["lossy", "derived", "-lossy"], ["derived"]),
    ],
)
def test_findings_are_chosen_by_name(names, expected):
    assert [finding.name for finding in chosen(FINDINGS, names)] == expected


@pytest.mark.parametrize("name", ["MissingSlice", "-MissingSlice"])
def test_an_unknown_name_has_those_that_are_near(name):
    with pytest.raises(
        TableError, match=r"no finding 'MissingSlice': did you mean missingSlices\?"
    ):
        chosen(FINDINGS, [name])


def test_what_is_near_nothing_has_all_names():
    with pytest.raises(TableError, match="'zzz': there are missingSlices, "):
        chosen(FINDINGS, ["zzz"])


def test_what_is_no_table_is_said(tmp_path):
    with pytest.raises(TableError, match=r"cannot read .*none\.parquet: No such file"):
        metaprov_table.findings(tmp_path / "none.parquet")
    (tmp_path / "text.parquet").write_text("no table")
    with pytest.raises(TableError, match=r"cannot read .*text\.parquet: it is no Parquet file"):
        metaprov_table.findings(tmp_path / "text.parquet")


@pytest.mark.parametrize("what", ["volumes", "errors", "findings"])
def test_what_is_beside_a_table_is_not_taken_for_it(table_of, tmp_path, what):
    path = table_of({})
    other = tmp_path / f"out.{what}.parquet"
    pq.write_table(pa.table({"path": ["/made/1"], "image": ["made:1"]}), other)

    with pytest.raises(TableError) as raised:
        metaprov_table.findings(other)
    assert str(raised.value) == (
        f"{other} has the {what} of {path}, which is the table: name that one"
    )

    path.unlink()
    with pytest.raises(TableError, match="it has no column frame, series"):
        metaprov_table.findings(other)


def test_a_table_may_be_called_as_what_is_beside_one(table_of, tmp_path):
    path = table_of({"BurnedInAnnotation": "YES"}).rename(tmp_path / "out.errors.parquet")

    assert cases(path) == {"burnedInAnnotation": ["1 image"]}


def test_a_path_is_no_pattern(table_of, tmp_path):
    path = table_of({"BurnedInAnnotation": "YES"})
    odd = tmp_path / "all*[0-9]?" / "it's.parquet"
    odd.parent.mkdir()
    path.rename(odd)

    assert cases(odd) == {"burnedInAnnotation": ["1 image"]}


AGES = {
    "060Y": False,
    "061Y": False,
    "059Y": False,
    "057Y": True,
    "063Y": True,
    "728M": False,
    "600M": True,
    "young": False,
    None: False,
}


@pytest.mark.parametrize(("age", "is_found"), AGES.items(), ids=str)
def test_an_age_may_be_rounded_and_no_more(table_of, age, is_found):
    """By the dates, 60.7 years, or 728 months."""
    path = table_of(
        {
            "patientStudyModule__patientAge": age,
            "patientModule__patientBirthDate": "19640420",
            "generalStudyModule__studyDate": "20250101",
        },
        # A column of nulls alone would have no type.
        {"patientStudyModule__patientAge": "", "generalStudyModule__studyDate": ""},
    )

    assert bool(cases(path, "ageDiffers")) is is_found


@pytest.mark.parametrize(
    ("age", "studied", "is_found"),
    [
        ("003D", "20250104", False),
        ("030D", "20250104", True),
        ("010W", "20250315", False),
        ("002W", "20250315", True),
    ],
)
def test_an_age_may_be_in_days_or_weeks(table_of, age, studied, is_found):
    path = table_of(
        {
            "patientStudyModule__patientAge": age,
            "patientModule__patientBirthDate": "20250101",
            "generalStudyModule__studyDate": studied,
        }
    )

    assert bool(cases(path, "ageDiffers")) is is_found


DATES = (
    "patientModule__patientBirthDate",
    "generalStudyModule__studyDate",
    "generalSeriesModule__seriesDate",
    "generalSeriesModule__acquisitionDate",
    "generalImageModule__contentDate",
)


@pytest.mark.parametrize(
    ("dates", "detail"),
    [
        (("19640420", "20250101", "20250101", "20250101", "20250101"), None),
        (("20260420", "20250101", "", "", ""), "StudyDate before PatientBirthDate"),
        (("", "20250102", "20250101", "", ""), "SeriesDate before StudyDate"),
        (("", "20250102", "", "20250101", ""), "AcquisitionDate before StudyDate"),
        (("", "", "", "20250102", "20250101"), "ContentDate before AcquisitionDate"),
        # What is no date is none.
        (("20260420", "2025.01.01", "20250230", "today", "20250101"), None),
    ],
)
def test_dates_that_are_dates_are_in_order(table_of, dates, detail):
    path = table_of(dict(zip(DATES, dates, strict=True)))

    assert cases(path, "dateOrder") == ({"dateOrder": [detail]} if detail else {})


@pytest.mark.parametrize(
    ("terms", "is_known"),
    [
        (["ISO_IR 100"], True),
        (["", "ISO 2022 IR 87"], True),
        (["ISO_IR 192"], True),
        (["GB18030"], True),
        (["ISO_IR 999"], False),
        (["ISO 2022 IR 87 "], False),
        (["utf-8"], False),
    ],
    ids=str,
)
def test_character_sets_are_defined_terms(table_of, terms, is_known):
    path = table_of({"SpecificCharacterSet": terms})

    assert bool(cases(path, "unknownCharset")) is not is_known


PATIENT = {
    "patientModule__patientId": "7",
    "patientModule__issuerOfPatientId": "here",
    "patientModule__patientName": "Doe^Ann",
    "patientModule__patientBirthDate": "19640420",
    "patientModule__patientSex": "F",
}


@pytest.mark.parametrize(
    ("changes", "details"),
    [
        ({}, []),
        ({"patientModule__patientName": "DOE^ANN^^"}, []),
        ({"patientModule__patientName": ""}, []),
        ({"patientModule__issuerOfPatientId": "there", "patientModule__patientSex": "M"}, []),
        ({"patientModule__patientId": "", "patientModule__patientSex": "M"}, []),
        ({"patientModule__patientName": "Roe^Ann"}, ["2 names, in 1 study"]),
        (
            {"patientModule__patientBirthDate": "19640421", "patientModule__patientSex": "M"},
            ["2 birth dates, 2 sexes, in 1 study"],
        ),
    ],
)
def test_one_patient_is_one_person(table_of, changes, details):
    path = table_of(PATIENT, {**PATIENT, **changes})

    assert cases(path, "patientDiffers").get("patientDiffers", []) == details


REMOVED = {
    "PatientIdentityRemoved": "YES",
    "patientModule__patientId": "T-17",
    "patientModule__patientName": "",
    "patientModule__patientBirthDate": "",
    "generalStudyModule__accessionNumber": "",
}


@pytest.mark.parametrize(
    ("changes", "details"),
    [
        ({}, []),
        ({"patientModule__patientName": "T-17"}, []),
        ({"patientModule__patientName": "T-17^"}, []),
        ({"patientModule__patientName": "Doe^Ann"}, ["PatientName"]),
        ({"patientModule__patientBirthDate": "19640420"}, ["PatientBirthDate"]),
        ({"generalStudyModule__accessionNumber": "44"}, ["AccessionNumber"]),
        ({"PatientIdentityRemoved": "NO", "patientModule__patientName": "Doe^Ann"}, []),
    ],
)
def test_identity_that_is_said_to_be_removed_is(table_of, changes, details):
    path = table_of({**REMOVED, **changes})

    assert cases(path, "identityLeft").get("identityLeft", []) == details


PIXELS = {
    "size": 131_072,
    "transferSyntax__transferSyntaxUID": "1.2.840.10008.1.2.1",
    "generalImageModule__numberOfFrames": None,
    "imagePixelModule__rows": 256,
    "imagePixelModule__columns": 256,
    "imagePixelModule__samplesPerPixel": 1,
    "imagePixelModule__bitsAllocated": 16,
    "imagePixelModule__photometricInterpretation": "MONOCHROME2",
}
#: A column of nulls alone would have no type.
WHOLE = {**PIXELS, "series": "other", "size": 10**9, "generalImageModule__numberOfFrames": 1}


@pytest.mark.parametrize(
    ("changes", "is_found"),
    [
        ({}, False),
        ({"size": 131_071}, True),
        ({"generalImageModule__numberOfFrames": 2}, True),
        # A frame is no file.
        ({"frame": 2, "size": 1}, False),
        # Half as many samples of the colours.
        ({"imagePixelModule__samplesPerPixel": 3}, True),
        (
            {
                "imagePixelModule__samplesPerPixel": 3,
                "imagePixelModule__bitsAllocated": 8,
                "imagePixelModule__photometricInterpretation": "YBR_FULL_422",
            },
            False,
        ),
        # Eight pixels a byte.
        ({"imagePixelModule__bitsAllocated": 1, "size": 8192}, False),
        ({"imagePixelModule__bitsAllocated": 1, "size": 8191}, True),
        # Compressed, or deflated.
        ({"transferSyntax__transferSyntaxUID": "1.2.840.10008.1.2.4.90", "size": 10}, False),
        ({"transferSyntax__transferSyntaxUID": "1.2.840.10008.1.2.1.99", "size": 10}, False),
        # No file, or no pixels.
        ({"size": None}, False),
        ({"imagePixelModule__rows": None, "size": 10}, False),
    ],
)
def test_a_file_is_not_smaller_than_its_pixels(table_of, changes, is_found):
    path = table_of({**PIXELS, **changes}, WHOLE)

    assert bool(cases(path, "truncated")) is is_found


def test_images_without_a_series_are_of_no_series(table_of):
    pixels = {"series": None, "imagePixelModule__columns": 4}
    path = table_of(
        {**pixels, "imagePixelModule__rows": 4},
        {**pixels, "imagePixelModule__rows": 5},
        {"imagePixelModule__rows": 4, "imagePixelModule__columns": 4},
    )

    assert cases(path, "mixedSize") == {}


def test_many_values_are_named_in_part(table_of):
    rows = [
        {"imagePixelModule__rows": number, "imagePixelModule__columns": 1} for number in range(1, 8)
    ]

    assert cases(table_of(*rows), "mixedSize") == {
        "mixedSize": ["1x1, 1x2, 1x3, 1x4, 1x5 and 2 more"]
    }


def test_cases_can_be_read_as_any_table(table_of):
    assert isinstance(metaprov_table.findings(table_of({})), pa.Table)


def test_a_struct_is_a_type_or_the_value_of_a_field(table_of):
    path = table_of({"petSeriesModule": {"units": "CNTS"}, "petIsotopeModule__info": {"dose": 1.0}})

    with opened(path) as database:
        query = "SELECT petSeriesModule__units, petIsotopeModule__info.dose FROM images"
        assert database.sql(query).fetchall() == [("CNTS", 1.0)]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("counted(1, 'slice', 'slices')", "1 slice"),
        ("counted(3, 'slice', 'slices')", "3 slices"),
        ("counted(12345, 'slice', 'slices')", "12,345 slices"),
        ("of_images(2, 40)", "2 of 40 images"),
        ("of_images(40, 40)", "40 images"),
        ("of_images(1, 1)", "1 image"),
        ("listed(['b', NULL, 'a', 'b'])", "a, b"),
        ("listed(['f', 'e', 'd', 'c', 'b', 'a'])", "a, b, c, d, e and 1 more"),
        ("differing(['M', NULL, 'F'], 'sexes')", "2 sexes"),
        ("differing(['M', NULL, 'M'], 'sexes')", None),
        ("date_of('20250101')::VARCHAR", "2025-01-01"),
        ("date_of('20250230')::VARCHAR", None),
        ("date_of('2025')::VARCHAR", None),
    ],
)
def test_macros_phrase_details(table_of, phrase, text):
    with opened(table_of({})) as database:
        assert database.sql(f"SELECT {phrase}").fetchall() == [(text,)]
