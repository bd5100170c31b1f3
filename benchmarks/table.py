"""What a table costs, each figure beside its reference in the same run.

    python benchmarks/table.py [--write] [--rows N]

The files are made in a temporary folder: copies of pydicom's CT_small.dcm with 16x16 pixels, in
series of 100, each with UIDs and a place of its own. Ours and the reference take turns; the figures
are the medians of the turns, in CPU time of this process and of those that it started, or in time
on the wall where it says so. Memory is that of a fresh process for each number of rows. ``--write``
puts the table between the markers in plugins/table/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pydicom
from pyarrow import parquet
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from metaprov_core import Host
from metaprov_table import write
from metaprov_table.columns import DEFAULT_TYPES, columns_of
from metaprov_table.files import found_files
from metaprov_table.rows import answered, asking_series

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metaprov_table.columns import Columns
    from metaprov_table.files import File

PAGE = Path(__file__).parent.parent / "plugins" / "table" / "BENCHMARKS.md"
MARKERS = ("<!-- figures -->\n", "<!-- end of figures -->\n")

FILES = 2_000
OF_A_SERIES = 100
TURNS = 3
TOGETHER = 1_000
MEGABYTE = 1024  # ru_maxrss is in KB

THREE = ["imagePlaneModule", "imagePixelModule", "generalSeriesModule"]
#: What the loop reads: about what three modules have.
VALUES = [
    "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "Modality",
    "SeriesNumber", "SeriesDescription", "SeriesDate", "SeriesTime", "AcquisitionDate",
    "AcquisitionTime", "InstanceNumber", "ImagePositionPatient", "ImageOrientationPatient",
    "PixelSpacing", "SliceThickness", "SliceLocation", "Rows", "Columns", "BitsAllocated",
    "BitsStored", "HighBit", "PixelRepresentation", "PhotometricInterpretation",
]  # fmt: skip
VECTORS = {"ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"}


class Figure(NamedTuple):
    what: str
    ours: str
    reference: str
    ratio: str
    goal: str


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="write the table to its page")
    arguments.add_argument("--rows", type=int, default=20_000, help="of the measure of memory")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = as_table([*measured(Path(folder)), memory(Path(folder), given.rows)])
    print(table)
    if given.write:
        before, rest = PAGE.read_text().split(MARKERS[0])
        after = rest.split(MARKERS[1])[1]
        PAGE.write_text(f"{before}{MARKERS[0]}\n{table}\n{MARKERS[1]}{after}")


def measured(folder: Path) -> list[Figure]:
    ct, pt = folder / "ct", folder / "pt"
    write_files(ct, FILES)
    write_files(pt, FILES // 4, of_pet=True)
    figures: list[Figure] = []
    for measure in (
        lambda: tables(ct, folder),
        lambda: updates(ct, folder),
        lambda: series(pt),
        lambda: pools(ct, folder),
    ):
        figures += measure()
        print(*figures[-1], file=sys.stderr)
    return figures


# -- the figures


def tables(files: Path, folder: Path) -> list[Figure]:
    paths = sorted(map(str, files.iterdir()))
    output = folder / "out.parquet"
    reference, first, three, default = in_turns(
        cpu,
        lambda: loop(paths, folder / "loop.parquet"),
        lambda: first_pass(files, folder / "images.parquet"),
        lambda: write(files, output=output, types=THREE, fresh=True),
        lambda: write(files, output=output, fresh=True),
    )
    of_loop = f"{reference / FILES * 1e6:,.0f} us (pydicom, {len(VALUES)} values)"
    return [
        Figure(what, f"{ours / FILES * 1e6:,.0f} us", of_loop, f"{reference / ours:.1f}x", goal)
        for what, ours, goal in (
            ("three modules to Parquet, a file", first, "12x"),
            ("the same with the volumes of the series", three, ""),
            (f"all {len(DEFAULT_TYPES)} default types, with the volumes", default, ""),
        )
    ]


def updates(files: Path, folder: Path) -> list[Figure]:
    output = folder / "updated.parquet"
    whole, nothing_new = in_turns(
        cpu,
        lambda: write(files, output=output, types=THREE, fresh=True),
        lambda: write(files, output=output, types=THREE, update=True),
    )
    return [
        Figure("update, nothing new", f"{nothing_new / FILES * 1e6:,.0f} us",
               f"{whole / FILES * 1e6:,.0f} us (anew)", f"{whole / nothing_new:.1f}x", "5x"),
    ]  # fmt: skip


def series(folder: Path) -> list[Figure]:
    host = Host(discover=True)
    plane, both = (
        columns_of(host, types, volumes=False) for types in (THREE[:1], [THREE[0], "scalingModule"])
    )
    files = list(found_files([folder]))
    alone, with_factors = in_turns(
        cpu, lambda: asked(host, plane, files), lambda: asked(host, both, files)
    )
    ours, reference = (f"{taken / len(files) * 1e6:,.0f} us" for taken in (with_factors, alone))
    return [
        Figure("plane and scalingModule of PT, a file", ours, f"{reference} (the plane)",
               f"{with_factors / alone:.1f} of it", "<= 2"),
    ]  # fmt: skip


def pools(files: Path, folder: Path) -> list[Figure]:
    paths = sorted(map(str, files.iterdir()))
    output = folder / "pool.parquet"
    reference, ours = in_turns(
        time.perf_counter,
        lambda: loop_in_pool(paths, folder / "loop.parquet"),
        lambda: write(files, output=output, types=THREE, fresh=True, workers=2),
        turns=3,
    )
    return [
        Figure("two processes, start-up and volumes included, on the wall", f"{ours:.1f} s",
               f"{reference:.1f} s (two processes with pydicom)", f"{reference / ours:.1f}x", "6x"),
    ]  # fmt: skip


def memory(folder: Path, rows: int) -> Figure:
    few, many = (peak(folder / f"{count} rows", count) for count in (rows // 4, rows))
    return Figure(f"memory of the process, {rows:,} distinct rows", f"{many:.0f} MB",
                  f"{few:.0f} MB ({rows // 4:,} rows)", f"{many / few:.2f} of it",
                  "< 300 MB")  # fmt: skip


# -- what is measured


def loop(paths: Sequence[str], output: Path) -> None:
    """What everyone does: pydicom, file by file."""
    rows = [row_of(path) for path in paths]
    columns = zip(*rows, strict=True)
    parquet.write_table(pa.table(dict(zip(VALUES, map(list, columns), strict=True))), output)


def loop_in_pool(paths: Sequence[str], output: Path) -> None:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        rows = list(pool.map(row_of, paths, chunksize=TOGETHER // 10))
    columns = zip(*rows, strict=True)
    parquet.write_table(pa.table(dict(zip(VALUES, map(list, columns), strict=True))), output)


def row_of(path: str) -> list[object]:
    dataset = dcmread(path, stop_before_pixels=True)
    return [plain(keyword, dataset.get(keyword)) for keyword in VALUES]


def plain(keyword: str, value: Any) -> object:
    """What pyarrow takes of a value of pydicom."""
    if keyword in VECTORS and value is not None:
        return [float(each) for each in value]
    return float(value) if isinstance(value, float) else value


def first_pass(folder: Path, output: Path) -> None:
    host = Host(discover=True)
    columns = columns_of(host, THREE, volumes=False)
    files = list(found_files([folder]))
    with parquet.ParquetWriter(output, columns.of_images, compression="zstd") as writer:
        for start in range(0, len(files), TOGETHER):
            some = answered(host, columns, files[start : start + TOGETHER])
            writer.write_table(some.images)


def asked(host: Host, columns: Columns, files: Sequence[File]) -> None:
    if columns.need_series:
        with asking_series(host, columns) as series:
            answered(host, columns, files, series)
    else:
        answered(host, columns, files)


def peak(folder: Path, rows: int) -> float:
    """The most memory that a process has that writes a table, in MB."""
    write_files(folder, rows)
    program = (
        "import resource, sys; from metaprov_table import write;"
        f"write({str(folder)!r}, output={str(folder) + '.parquet'!r});"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return int(done.stdout) / MEGABYTE


# -- how it is measured


def cpu() -> float:
    """The CPU time of this process, and of those that it waited for."""
    return sum(os.times()[:4])


def in_turns(
    clock: Callable[[], float], *functions: Callable[[], object], turns: int = TURNS
) -> list[float]:
    """The median time that each takes, in seconds, after a turn that does not count."""
    times: list[list[float]] = [[] for _ in functions]
    for turn in range(turns + 1):
        for function, taken in zip(functions, times, strict=True):
            started = clock()
            function()
            if turn:
                taken.append(clock() - started)
    return list(map(statistics.median, times))


def as_table(figures: list[Figure]) -> str:
    versions = (
        f"{processor()}, {os.cpu_count()} cores; Python {platform.python_version()}, pydicom "
        f"{pydicom.__version__}, pyarrow {pa.__version__}, {sys.platform}"
    )
    rows = [Figure("", "metaprov", "reference", "ratio", "goal"), Figure(*["---"] * 5), *figures]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"{versions}; CPU time, medians.", "", *lines, ""])


def processor() -> str:
    try:
        found = re.search(r"^model name\s*: (.+)", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.machine()


# -- the files


class Places(NamedTuple):
    """What differs from file to file, in as many bytes."""

    uid: bytes = b"1.2.3.9000001"
    series: bytes = b"1.2.3.8000001"
    number: bytes = b"7000001"
    position: bytes = b"6000001.5"


def write_files(folder: Path, count: int, *, of_pet: bool = False) -> None:
    """Write the files of several series; one is made, and the others are its bytes with others."""
    folder.mkdir()
    content = one_file(folder / "made.dcm", of_pet=of_pet)
    (folder / "made.dcm").unlink()
    for number in range(count):
        of_series, at = divmod(number, OF_A_SERIES)
        written = content
        for there, here in zip(
            Places(),
            (
                b"1.2.3.9%06d" % number,
                b"1.2.3.8%06d" % of_series,
                b"%07d" % (1_000_000 + at),
                b"%09.1f" % (at * 2.5),
            ),
            strict=True,
        ):
            written = written.replace(there, here)
        (folder / f"{number:06}.dcm").write_bytes(written)


def one_file(path: Path, *, of_pet: bool) -> bytes:
    dataset = dcmread(get_testdata_file("CT_small.dcm", download=False))
    uid, series, number, position = (each.decode() for each in Places())
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = uid
    dataset.SeriesInstanceUID, dataset.InstanceNumber = series, number
    dataset.ImagePositionPatient = ["-158.135803", "-179.035797", position]
    dataset.Rows = dataset.Columns = 16
    dataset.PixelData = bytes(2 * 16 * 16)
    if of_pet:
        dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.128"
        dataset.Modality, dataset.Units, dataset.DecayCorrection = "PT", "BQML", "START"
        dataset.CorrectedImage = ["DECY", "ATTN", "SCAT"]
        dataset.PatientWeight, dataset.PatientSize, dataset.PatientSex = 70, 1.75, "F"
        tracer = Dataset()
        tracer.RadiopharmaceuticalStartTime = "080000"
        tracer.RadionuclideTotalDose, tracer.RadionuclideHalfLife = 370e6, 6586.2
        dataset.RadiopharmaceuticalInformationSequence = [tracer]
    dataset.save_as(path)
    return path.read_bytes()


if __name__ == "__main__":
    main()
