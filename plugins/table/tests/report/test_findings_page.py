"""FINDINGS.md lists what there is, as it is."""

from pathlib import Path

from metaprov_table.checking import FINDINGS
from metaprov_table.checking.database import opened
from metaprov_table.checking.found import found

PAGE = Path(__file__).parents[2] / "FINDINGS.md"


def test_the_example_is_a_finding_that_finds(table_of):
    _, _, rest = PAGE.read_text("utf-8").partition("```python\n")
    names = {}
    exec(rest.partition("```")[0], names)

    with opened(table_of({"imagePlaneModule__sliceThickness": 5.0})) as database:
        (each,) = found(database, names["FINDINGS"])

    assert each.cases["detail"].to_pylist() == ["5.0 mm"]


def test_each_finding_is_a_row():
    rows = [
        f"| `{each.name}` | {each.severity} | {each.level} | {each.sentence} | {each.source} |"
        for each in FINDINGS
    ]

    findings, _, _ = PAGE.read_text("utf-8").partition("## One of your own")
    listed = [line for line in findings.splitlines() if line.startswith("| `")]

    assert listed == rows
