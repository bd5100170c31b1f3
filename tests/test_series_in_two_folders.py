"""The factors of a PET series in two folders, from real files, before and after a search."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from metaprov_core import Host

ROOT = Path(__file__).parents[1]


@pytest.fixture
def host():
    pytest.importorskip("metaprov_scaling")
    pytest.importorskip("metaprov_dicom")
    with Host(discover=True, only=["metaprov-dicom", "metaprov-scaling"]) as host:
        yield host


@pytest.fixture
def series(tmp_path):
    """The files of a series, the first three in one folder and the others in another."""
    pytest.importorskip("numpy")
    program = ROOT / "examples" / "pet_series.py"
    subprocess.run([sys.executable, program, tmp_path / "first"], check=True, capture_output=True)
    (tmp_path / "second").mkdir()
    for number in (4, 5):
        path = tmp_path / "first" / f"pt-{number}.dcm"
        path.rename(tmp_path / "second" / path.name)
    return tmp_path


def codes(host, path):
    return [note.code for note in host.require("scalingModule", str(path)).notes]


def test_a_note_says_that_only_the_folder_counts_until_a_search_finds_the_rest(host, series):
    image = series / "first" / "pt-1.dcm"

    assert len(host.require("seriesImageIds", str(image))) == 3
    assert "seriesOfFolder" in codes(host, image)

    assert len(list(host.find_images(series))) == 5
    assert len(host.require("seriesImageIds", str(image))) == 5
    assert "seriesOfFolder" not in codes(host, image)
    assert "seriesOfFolder" not in codes(host, series / "second" / "pt-5.dcm")
