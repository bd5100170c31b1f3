"""Colours with a meaning: on a terminal, and nowhere else."""

from __future__ import annotations

import re

import pytest

from metaprov_core.cli.destination import written_to
from metaprov_core.cli.styles import BAD, DOUBTFUL, GROUP, Styled, style_of
from metaprov_core.cli.tables import print_rows, print_table

RED, YELLOW = "\x1b[31m", "\x1b[33m"
ROWS = [("1", Styled("no SUV", BAD), "PET"), ("2", "SUV", Styled("long " * 12, DOUBTFUL))]
BELOW = [[Styled("no SUV: the weight is missing", BAD)], ["nothing"]]


@pytest.fixture
def terminal(monkeypatch):
    """Makes stdout a terminal of 40 columns from now on."""

    def make() -> None:
        for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("COLUMNS", "40")
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    return make


def printed(capsys) -> str:
    print_table(("no.", "values", "series"), ROWS, BELOW)
    return capsys.readouterr().out


def without_codes(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_terminal_shows_a_cell_in_its_style(terminal, capsys):
    terminal()
    assert f"1    {RED}no SUV\x1b[0m  PET\n" in printed(capsys)


def test_a_line_below_has_its_style(terminal, capsys):
    terminal()
    assert f"    {RED}no SUV: the weight is missing\x1b[0m\n" in printed(capsys)


def test_each_line_of_a_wrapped_cell_has_its_style(terminal, capsys):
    terminal()
    lines = [line for line in printed(capsys).splitlines() if "long" in line]
    assert len(lines) > 1
    assert all(YELLOW in line for line in lines)


def test_the_text_is_the_same_as_without_styles(terminal, capsys):
    terminal()
    coloured = printed(capsys)
    print_table(("no.", "values", "series"), [[str(each) for each in row] for row in ROWS],
                [[str(each) for each in lines] for lines in BELOW])  # fmt: skip
    assert without_codes(coloured) == without_codes(capsys.readouterr().out)


def test_a_branch_may_have_a_style_as_a_whole(terminal, capsys):
    terminal()
    print_rows([("2026-06-01", Styled("bad", BAD))], indent="  ", style=GROUP)
    shown = capsys.readouterr().out
    assert without_codes(shown) == "  2026-06-01  bad\n"
    # One run of it or several: rich 13 and 14 differ.
    assert re.search(r"\x1b\[36m *2026-06-01", shown)
    assert f"{RED}bad" in shown


def test_a_study_is_a_group_below_its_patient(terminal, capsys):
    look_text = pytest.importorskip("metaprov_volume.commands.look_text")
    from metaprov_modules import GeneralStudyModule

    terminal()
    look_text.print_study(GeneralStudyModule(study_date="20260601"), [], {})
    study = capsys.readouterr().out
    print_rows([("2026-06-01",)], indent="  ", style=GROUP)
    assert study == capsys.readouterr().out != "  2026-06-01\n"


def test_what_a_terminal_would_obey_is_escaped_in_a_styled_cell_too(terminal, capsys):
    terminal()
    print_rows([("a", Styled("\x1b[2Jx", BAD))])
    assert f"{RED}\\x1b[2Jx\x1b[0m" in capsys.readouterr().out


def test_NO_COLOR_takes_the_colours_away(terminal, capsys, monkeypatch):
    terminal()
    monkeypatch.setenv("NO_COLOR", "1")
    shown = printed(capsys)
    assert RED not in shown
    assert YELLOW not in shown


def test_a_terminal_that_knows_no_colours_shows_none(terminal, capsys, monkeypatch):
    terminal()
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in printed(capsys)


def test_a_pipe_has_no_escape_codes(terminal, capsys, monkeypatch):
    terminal()
    monkeypatch.undo()
    assert "\x1b" not in printed(capsys)


def test_a_file_has_none_whatever_the_environment_says(terminal, monkeypatch, tmp_path):
    terminal()
    monkeypatch.setenv("FORCE_COLOR", "1")
    with written_to(tmp_path / "table.txt"):
        print_table(("no.", "values", "series"), ROWS, BELOW)
    assert "\x1b" not in (tmp_path / "table.txt").read_text()


def test_a_styled_text_is_its_text_to_everybody_else():
    styled = Styled("no SUV", BAD)
    assert styled == "no SUV"
    assert f"{styled}!" == "no SUV!"
    assert {styled: 1}["no SUV"] == 1


def test_graver_severities_have_other_styles_than_those_that_are_not():
    assert style_of("error") == style_of("refused") == BAD
    assert style_of("warning") == style_of("assumed") == DOUBTFUL
    assert style_of("info") not in (BAD, DOUBTFUL)
    assert style_of("tilt 3 degrees") == ""
