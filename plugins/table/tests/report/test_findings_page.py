"""FINDINGS.md lists what there is, as it is."""

from pathlib import Path

from metaprov_table.checking import FINDINGS

PAGE = Path(__file__).parents[2] / "FINDINGS.md"


def test_each_finding_is_a_row():
    rows = [
        f"| `{each.name}` | {each.severity} | {each.level} | {each.sentence} | {each.source} |"
        for each in FINDINGS
    ]

    listed = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]

    assert listed == rows
