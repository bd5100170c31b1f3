"""Findings of other packages: none that fails hides those of this one."""

import pytest

from metaprov_table.checking import FINDINGS, Finding, Severity
from metaprov_table.checking.database import opened
from metaprov_table.checking.found import found
from metaprov_table.checking.known import chosen, known_findings

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


def test_a_package_brings_findings_of_its_own(install, table_of, cases):
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
