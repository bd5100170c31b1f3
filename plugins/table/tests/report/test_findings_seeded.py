"""In a folder in which each finding is once, each is found there, and nothing else."""

import pytest
from seeded import GOOD, SEEDS, write_folder

import metaprov_table
from metaprov_table.checking import FINDINGS

#: The patient, the study and the series of a seed are numbered, those of the good ones first.
NUMBERS = dict(enumerate([*[""] * len(GOOD), *SEEDS], 1))


@pytest.fixture(scope="module")
def cases(seeded_table):
    return metaprov_table.findings(seeded_table).to_pylist()


def seed_of(case):
    """The name of the seed that a case is in, "" for a good series."""
    return NUMBERS[int((case["series"] or case["study"]).split(".")[3])]


def test_each_finding_has_a_seed():
    assert set(SEEDS) == {finding.name for finding in FINDINGS}


@pytest.mark.parametrize("name", SEEDS)
def test_a_seed_is_found_and_nothing_else_is(cases, name):
    found = {case["finding"] for case in cases if seed_of(case) == name}

    assert found == {name, *SEEDS[name].also}


def test_nothing_is_found_in_what_is_good(cases):
    assert [case for case in cases if not seed_of(case)] == []


def test_a_case_is_where_its_level_says(cases):
    for case in cases:
        assert case["study"], case
        assert bool(case["series"]) == (case["level"] not in {"study", "patient"}), case
        assert bool(case["volume"]) == (case["level"] == "volume"), case
        assert bool(case["image"]) == (case["level"] == "image"), case


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("missingSlices", "1 slice missing in 1 place"),
        ("unevenSpacing", "1 step of another length"),
        ("samePosition", "2 images at 1 position"),
        ("tilted", "15.0 degrees"),
        ("grouped", "2 volumes by EchoTime"),
        ("mixedOrientation", "2 orientations"),
        ("mixedSize", "4x2, 4x4"),
        ("mixedRescale", "2 intercepts"),
        ("mixedKernel", "B30f, B70f"),
        ("duplicateSopInstanceUid", "2 files in 1 series"),
        ("patientDiffers", "2 sexes, in 1 study"),
        ("studyOfSeveralPatients", "2 PatientIDs"),
        ("seriesOfSeveralStudies", "2 studies"),
        ("ptWithoutSuv", "4 images: CorrectedImage (0028,0051) does not contain ATTN"),
        ("ptWithoutWeight", "4 images"),
        ("ptWithoutSexOrSize", "without PatientSize"),
        ("ptUnits", "GML"),
        ("burnedInAnnotation", "1 of 4 images"),
        ("identityLeft", "PatientName, PatientBirthDate"),
        ("privateCreators", "ACME 1.1"),
        ("framesDiffer", "3 frames said, 2 there"),
        ("dateOrder", "SeriesDate before StudyDate"),
        ("ageDiffers", "PatientAge is 030Y, and by the dates it is 60.2 years"),
        ("unknownCharset", "LATIN1"),
    ],
)
def test_the_detail_says_what_it_is(cases, name, detail):
    (case,) = (case for case in cases if case["finding"] == name == seed_of(case))

    assert case["detail"] == detail


def test_a_nested_table_has_the_same_cases(cases, seeded_table, tmp_path):
    nested = tmp_path / "nested.parquet"
    metaprov_table.write(seeded_table.parent / "in", output=nested, nested=True, workers=0)

    assert metaprov_table.findings(nested).to_pylist() == cases


def test_a_table_of_good_images_has_no_case(tmp_path):
    write_folder(tmp_path / "in", GOOD)
    metaprov_table.write(tmp_path / "in", output=tmp_path / "out.parquet", workers=0)

    assert metaprov_table.findings(tmp_path / "out.parquet").num_rows == 0
