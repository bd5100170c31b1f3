"""Findings are records, chosen by name, and asked of the columns that a table has."""

import re
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import metaprov_table
from metaprov_table import TableError
from metaprov_table.checking import FINDINGS, Severity
from metaprov_table.checking.database import opened
from metaprov_table.checking.found import found
from metaprov_table.checking.known import chosen
from metaprov_table.rows.volumes import VOLUMES_SCHEMA

NAMES = [finding.name for finding in FINDINGS]


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


def test_a_table_may_be_called_as_what_is_beside_one(table_of, tmp_path, cases):
    path = table_of({"BurnedInAnnotation": "YES"}).rename(tmp_path / "out.errors.parquet")

    assert cases(path) == {"burnedInAnnotation": ["1 image"]}


def test_a_path_is_no_pattern(table_of, tmp_path, cases):
    path = table_of({"BurnedInAnnotation": "YES"})
    odd = tmp_path / "all*[0-9]?" / "it's.parquet"
    odd.parent.mkdir()
    path.rename(odd)

    assert cases(odd) == {"burnedInAnnotation": ["1 image"]}


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
