"""What the shell completes, asked as the shells ask."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

METAPROV = Path(sys.executable).with_name("metaprov")


def completed(shell: str, line: str) -> str:
    """What a shell is told about a line that ends where the cursor is."""
    ran = subprocess.run(
        [METAPROV],
        env={
            **os.environ,
            "_METAPROV_COMPLETE": f"complete_{shell}",
            "_TYPER_COMPLETE_ARGS": line,
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(line.split()) - 1),
        },
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.stderr == ""
    return ran.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("metaprov get imagePl", "imagePlaneModule"),
        ("metaprov expl", "explain"),
        ("metaprov volu", "volumes"),  # of another package
        ("metaprov explain --fie", "--fields"),
    ],
)
def test_a_word_that_was_begun_is_completed(shell, line, word):
    said = completed(shell, line)
    assert word in said
    assert "\x1b" not in said


def test_of_types_those_that_are_served_are_completed():
    assert completed("bash", "metaprov get image").split() == sorted(
        ["imagePixelModule", "imagePlaneModule", "imageUrlModule"]
    )
