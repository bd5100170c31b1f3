"""What headers, planes and slices of NIfTI cost, beside nibabel.

    python benchmarks/nifti.py [--write]

Both take turns in one run, file by file; times are medians. ``--write`` puts the table between the
markers in plugins/nifti/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import gzip
import platform
import tempfile
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import nibabel
import numpy as np
from measure import Row, Table, as_markdown, medians

from metaprov_core import Host
from metaprov_nifti.provider import NiftiFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PAGE = Path(__file__).parents[1] / "plugins/nifti/BENCHMARKS.md"
_MARKERS = ("<!-- nifti: python benchmarks/nifti.py --write -->\n", "<!-- /nifti -->\n")

_FILES = 300
_ROUNDS = 15
#: Columns, rows, slices and times of the file with many planes, and of the one that is read.
_MANY = (4, 4, 100, 50)
_READ = (256, 256, 150)
_MICROSECONDS = 1e6


def table(folder: Path) -> Table:
    rows = [*_headers(folder), *_planes(folder), *_slices(folder)]
    return Table("NIfTI files", "us", rows)


def _written(path: Path, shape: tuple[int, ...]) -> Path:
    """A file with both forms, as most programs write it, and voxels as noisy as a scanner's."""
    voxels = np.random.default_rng(0).integers(0, 400, shape).astype(np.int16)
    affine = np.array([[0.9, 0.1, 0, -90], [-0.1, 0.9, 0, -120], [0, 0, 2, -60], [0, 0, 0, 1.0]])
    image = nibabel.Nifti1Image(voxels, affine)
    image.set_qform(affine, code=1)
    image.header.set_xyzt_units("mm", "sec")
    nibabel.save(image, path)
    return path


def _headers(folder: Path) -> Iterator[Row]:
    """From a file that nobody has read to the plane of a slice of it."""
    for ending in (".nii", ".nii.gz"):
        first = _written(folder / f"first{ending}", (64, 64, 30)).read_bytes()
        paths = [folder / f"{number}{ending}" for number in range(_FILES)]
        for path in paths:
            path.write_bytes(first)
        ours, theirs = [], []
        plugin = NiftiFiles()
        for path in paths:
            plane = partial(plugin.get_image_plane, f"nifti:{path}?frame=7")
            taken = medians({"ours": plane, "theirs": partial(_affine, path)}, 1)
            ours.append(taken["ours"])
            theirs.append(taken["theirs"])
        yield Row(
            f"header to plane, {ending}",
            float(np.median(ours)) * _MICROSECONDS,
            float(np.median(theirs)) * _MICROSECONDS,
            "nibabel, load and affine",
            1 / 20,
        )


def _affine(path: Path) -> object:
    return nibabel.load(path).affine


def _planes(folder: Path) -> Iterator[Row]:
    """All planes of a file whose header is kept."""
    path = _written(folder / "many.nii", _MANY)
    with Host() as host:
        host.register(NiftiFiles(), "nifti")
        ids = list(host.find_images(str(path)))
        cases: dict[str, Callable[[], object]] = {
            "one by one": lambda: [host.get("imagePlaneModule", each) for each in ids],
            "by `get_many`": lambda: host.get_many("imagePlaneModule", ids),
        }
        for name, seconds in medians(cases, _ROUNDS).items():
            what = f"a plane of {len(ids):,} of one file, {name}"
            yield Row(what, seconds / len(ids) * _MICROSECONDS, goal=3)


def _slices(folder: Path) -> Iterator[Row]:
    """Every slice of a compressed file in its order, and in any other."""
    path = _written(folder / "read.nii.gz", _READ)
    order = np.random.default_rng(1).permutation(_READ[2]).tolist()
    frames = [f"nifti:{path}?frame={number + 1}" for number in range(_READ[2])]

    def read(numbers: list[int]) -> None:
        plugin = NiftiFiles()
        for number in numbers:
            plugin.get_frame_pixel_data(frames[number])

    cases: dict[str, Callable[[], object]] = {
        "in their order": lambda: read(list(range(_READ[2]))),
        "in any order": lambda: read(order),
        "inflated": lambda: gzip.decompress(path.read_bytes()),
    }
    taken = {
        name: seconds / _READ[2] * _MICROSECONDS for name, seconds in medians(cases, 5).items()
    }
    for name in ("in their order", "in any order"):
        what = f"a slice of {_READ[2]} of a .nii.gz, {name}"
        yield Row(what, taken[name], taken["inflated"], "gzip, all at once")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what NIfTI files cost.")
    parser.add_argument("--write", action="store_true", help=f"write the table into {_PAGE.name}")
    write = parser.parse_args().write
    with tempfile.TemporaryDirectory() as folder:
        measured = as_markdown(table(Path(folder)))
    written = f"Python {platform.python_version()}, nibabel {version('nibabel')}\n\n{measured}"
    if not write:
        print(written)
        return
    before, rest = _PAGE.read_text().split(_MARKERS[0])
    _, after = rest.split(_MARKERS[1])
    _PAGE.write_text(f"{before}{_MARKERS[0]}\n{written}\n\n{_MARKERS[1]}{after}")


if __name__ == "__main__":
    main()
