"""What reading DICOM costs, each figure beside its reference in the same run.

    python benchmarks/dicom.py [--write]

The files are made in a temporary folder: copies of pydicom's CT_small.dcm with 512x512 pixels, a PT
series, and enhanced CTs of 1,000 frames. Ours and the reference take turns, many files a turn; the
figures are the medians of the turns, in CPU time of the thread. ``--write`` puts the table between
the markers in plugins/dicom/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import logging
import platform
import statistics
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pydicom
from pydicom import Dataset, dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from metaprov_core import Host, ProviderCache
from metaprov_dicom import IMAGE_PLANE, dicom_json, instance_from_stream
from metaprov_dicom.encoding.memo import KNOWN, KNOWN_ELEMENTS, KNOWN_ITEMS, KNOWN_VALUES
from metaprov_dicom.file.header import LAYOUTS
from metaprov_dicom.file.reader import read_instance
from metaprov_dicom.json_model.writing import KNOWN_JSON
from metaprov_dicom.modules import MODULES
from metaprov_dicom.modules.image_plane import derive_image_plane
from metaprov_dicom.plugins.calibrations import Calibrations
from metaprov_dicom.plugins.files import DicomFiles
from metaprov_dicom.plugins.modules import DicomModules

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).parent.parent / "plugins" / "dicom" / "BENCHMARKS.md"
MARKERS = ("<!-- figures -->\n", "<!-- end of figures -->\n")

FILES = 200
TURNS = 10
FRAMES = 1_000
#: A series whose headers are handed on.
HEADERS = 500

PLAIN_HEADER = {"PixelSpacing": [0.5, 0.5], "Rows": 512}

#: What a series of images is read for.
THIRTY_VALUES = [
    "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID",
    "FrameOfReferenceUID", "Modality", "PatientID", "PatientName", "PatientSex", "PatientAge",
    "PatientWeight", "StudyDate", "StudyTime", "SeriesNumber", "InstanceNumber", "ImageType",
    "ImagePositionPatient", "ImageOrientationPatient", "SliceThickness", "SliceLocation",
    "PixelSpacing", "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit",
    "PixelRepresentation", "SamplesPerPixel", "PhotometricInterpretation", "RescaleSlope",
]  # fmt: skip

TEN_MODULES = [
    "imagePlaneModule", "imagePixelModule", "modalityLutModule", "voiLutModule",
    "sopCommonModule", "generalSeriesModule", "generalStudyModule", "generalImageModule",
    "patientModule", "frameOfReferenceModule",
]  # fmt: skip


class Figure(NamedTuple):
    what: str
    ours: str
    reference: str
    ratio: str
    goal: str


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="write the table to its page")
    write = arguments.parse_args().write
    # Of each decimal that it drops, pydicom writes a line.
    logging.getLogger("pydicom").disabled = True
    with tempfile.TemporaryDirectory() as folder:
        figures = list(measured(Path(folder)))
    table = as_table(figures)
    print(table)
    if write:
        page = PAGE.read_text()
        before, rest = page.split(MARKERS[0])
        after = rest.split(MARKERS[1])[1]
        PAGE.write_text(f"{before}{MARKERS[0]}\n{table}\n{MARKERS[1]}{after}")


def measured(folder: Path) -> list[Figure]:
    figures = []
    ct = ct_series(folder / "ct", FILES)
    for name, files in (("CT, 257 elements", ct), ("PT, implicit VR", pt_series(folder / "pt"))):
        figures += first_modules(name, files)
    figures += headers_as_json(ct_series(folder / "handed on", HEADERS))
    figures.append(streams(ct))
    for name, undefined in (("defined", False), ("undefined", True)):
        path = folder / f"{name}.dcm"
        write_enhanced(path, undefined)
        figures.append(planes_of_frames(f"1,000 planes, {name} lengths", path))
    figures.append(finding(ct_series(folder / "many", 2_000)[0].parent))
    figures.append(memory())
    figures.append(planes_without_calibrations())
    return figures


# -- the figures


def first_modules(name: str, files: list[Path]) -> list[Figure]:
    host = new_host()
    ids = [f"dicomfile:{path}" for path in files]

    def thirty_values() -> None:
        for path in files:
            dataset = dcmread(path, stop_before_pixels=True)
            for keyword in THIRTY_VALUES:
                dataset.get(keyword)

    def modules(types: list[str]) -> None:
        forget(host)
        for image_id in ids:
            for type in types:
                host.get(type, image_id)

    def of_files_unlike_each_other() -> None:
        forget(host)
        for image_id in ids:
            LAYOUTS.clear()
            host.get(IMAGE_PLANE, image_id)

    reference, one, unlike, ten = in_turns(
        thirty_values,
        lambda: modules(TEN_MODULES[:1]),
        of_files_unlike_each_other,
        lambda: modules(TEN_MODULES),
    )
    each = 1e6 / len(files)
    of_pydicom = f"{reference * each:.0f} us (pydicom, 30 values)"
    return [
        Figure(f"{what} of a new file ({name})", f"{time * each:.0f} us", of_pydicom,
               f"{reference / time:.1f}x", goal)
        for what, time, goal in (
            ("imagePlaneModule", one, "12x"),
            ("imagePlaneModule, if all layouts differ,", unlike, ""),
            ("ten modules", ten, "8x"),
        )
    ]  # fmt: skip


def streams(files: list[Path]) -> Figure:
    contents = [path.read_bytes() for path in files]

    def of_files() -> None:
        LAYOUTS.clear()
        for path in files:
            read_instance(str(path))

    def of_streams() -> None:
        LAYOUTS.clear()
        for content in contents:
            instance_from_stream(io.BytesIO(content), len(content), "a stream")

    reference, ours = in_turns(of_files, of_streams)
    each = 1e6 / len(files)
    return Figure("header of a stream in memory (CT, 257 elements)", f"{ours * each:.0f} us",
                  f"{reference * each:.0f} us (the file)", f"{reference / ours:.1f}x",
                  "0.5x")  # fmt: skip


def planes_of_frames(what: str, path: Path) -> Figure:
    host = new_host()
    ids = [f"dicomfile:{path}?frame={frame}" for frame in range(1, FRAMES + 1)]

    def positions() -> list[tuple[float, ...]]:
        dataset = dcmread(path, stop_before_pixels=True)
        return [
            tuple(item.PlanePositionSequence[0].ImagePositionPatient)
            for item in dataset.PerFrameFunctionalGroupsSequence
        ]

    def planes() -> list[tuple[float, ...] | None]:
        forget(host)
        return [host.require(IMAGE_PLANE, each).image_position_patient for each in ids]

    assert positions() == planes()
    reference, ours = in_turns(positions, planes)
    return Figure(what, f"{ours * 1e3:.0f} ms", f"{reference * 1e3:.0f} ms (pydicom, positions)",
                  f"{reference / ours:.1f}x", "4x")  # fmt: skip


def headers_as_json(files: list[Path]) -> list[Figure]:
    """DICOM JSON of new headers: what pydicom or a memo has decoded does not count."""
    read: dict[str, list[Any]] = {}

    def anew() -> None:
        forget(new_host())
        read["by pydicom"] = [dcmread(path, stop_before_pixels=True) for path in files]
        read["here"] = [read_instance(str(path)) for path in files]

    def by_pydicom() -> None:
        for dataset in read["by pydicom"]:
            json.dumps(dataset.to_json_dict(suppress_invalid_tags=True))

    def here() -> None:
        for instance in read["here"]:
            dicom_json(instance)

    def read_by_pydicom() -> None:
        for path in files:
            dataset = dcmread(path, stop_before_pixels=True)
            json.dumps(dataset.to_json_dict(suppress_invalid_tags=True))

    def read_here() -> None:
        for path in files:
            dicom_json(read_instance(str(path)))

    times = in_turns(by_pydicom, here, read_by_pydicom, read_here, before=anew, turns=3)
    return [
        Figure(f"{len(files)} headers as DICOM JSON, {what} (CT, 257 elements)",
               f"{ours * 1e3:.0f} ms", f"{reference * 1e3:,.0f} ms (pydicom, to_json_dict)",
               f"{reference / ours:.1f}x", goal)
        for what, reference, ours, goal in (
            ("read before", *times[:2], "20x"),
            ("reading included", *times[2:], "20x"),
        )
    ]  # fmt: skip


def finding(folder: Path) -> Figure:
    host = new_host()
    count = len(list(host.find_images(folder)))

    def find() -> None:
        forget(host)
        list(host.find_images(folder))

    def read() -> None:
        for path in sorted(folder.iterdir())[:FILES]:
            dcmread(path, stop_before_pixels=True)

    reference, ours = in_turns(read, find)
    per_file = reference / FILES
    return Figure(f"find_images, {count} files", f"{count / ours:,.0f} files/s",
                  f"{1 / per_file:,.0f} files/s (pydicom, read alone)",
                  f"{per_file / (ours / count):.1f}x", "8,000 files/s")  # fmt: skip


def memory(count: int = 100_000) -> Figure:
    """Bytes for each image id with its plane."""
    root = "wadors:https://pacs.example.org/dicom-web/studies/1.2.840.113619.2.55.3.1/series"
    cache: ProviderCache[object] = ProviderCache(2 * count)
    gc.collect()
    tracemalloc.start()
    for number in range(count):
        image_id = (
            f"{root}/1.2.840.113619.2.55.3.2/instances/{number}.".ljust(160, "0") + "/frames/1"
        )
        cache.get(image_id, lambda _, number=number: plane(number))
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return Figure("memory for an image id of 169 characters and its plane", f"{size / count:.0f} B",
                  "", "", "600 B")  # fmt: skip


def planes_without_calibrations(count: int = 1_000) -> Figure:
    """Planes that are kept, where nothing is calibrated: with the plugin and without."""
    ids = [f"demo:{number}" for number in range(count)]
    hosts = [new_host(), new_host()]
    hosts[1].register(Calibrations())
    for host in hosts:
        host.register(lambda type: PLAIN_HEADER if type == "instance" else None)

    def asked(host: Host) -> Callable[[], None]:
        def ask() -> None:
            for image_id in ids:
                host.get(IMAGE_PLANE, image_id)

        return ask

    reference, ours = in_turns(*map(asked, hosts), turns=5 * TURNS)
    each = 1e6 / count
    return Figure("a plane that is kept, nothing calibrated", f"{ours * each:.2f} us",
                  f"{reference * each:.2f} us (without the plugin)",
                  f"{reference / ours:.2f}x", "1x")  # fmt: skip


def plane(number: int) -> object:
    header = {
        "Rows": 512, "Columns": 512, "Modality": "CT", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.2",
        "FrameOfReferenceUID": "1.2.840.113619.2.55.3.9", "SliceThickness": 2.5,
        "ImageOrientationPatient": tuple(map(float, (1, 0, 0, 0, 1, 0))),
        "ImagePositionPatient": (-250.0, -250.0, number * 2.5),
        "PixelSpacing": (float("0.9765625"), float("0.9765625")),
    }  # fmt: skip
    return derive_image_plane(header, 1)


# -- how they are measured


def new_host() -> Host:
    host = Host()
    host.register(DicomFiles())
    host.register(DicomModules())
    assert set(TEN_MODULES) <= {str(type) for type in MODULES}
    return host


def forget(host: Host) -> None:
    """Make files new again: nothing of theirs is cached, no value and no layout known."""
    host.clear()
    KNOWN.clear()
    KNOWN_ELEMENTS.clear()
    KNOWN_ITEMS.clear()
    KNOWN_VALUES.clear()
    KNOWN_JSON.clear()
    LAYOUTS.clear()


def in_turns(
    *functions: Callable[[], object],
    before: Callable[[], object] = lambda: None,
    turns: int = TURNS,
) -> list[float]:
    """The median time that each takes, in seconds; ``before`` each of them does not count."""
    for function in functions:
        before()
        function()
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(turns):
        for function, taken in zip(functions, times, strict=True):
            before()
            gc.collect()
            start = time.thread_time()
            function()
            taken.append(time.thread_time() - start)
    return list(map(statistics.median, times))


def as_table(figures: list[Figure]) -> str:
    versions = f"Python {platform.python_version()}, pydicom {pydicom.__version__}"
    rows = [Figure("", "metaprov", "reference", "ratio", "goal"), Figure(*["---"] * 5), *figures]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"{versions}, {sys.platform}; CPU time, medians.", "", *lines, ""])


# -- the files


def ct_series(folder: Path, count: int) -> list[Path]:
    folder.mkdir()
    dataset = dcmread(get_testdata_file("CT_small.dcm", download=False))
    dataset.Rows = dataset.Columns = 512
    dataset.PixelData = bytes(2 * 512 * 512 if count <= FILES else 2)
    for number in range(1, count + 1):
        dataset.SOPInstanceUID = f"1.2.3.4.{number}"
        dataset.InstanceNumber = number
        dataset.ImagePositionPatient = [-158.135803, -179.035797, -75.699997 + 2.5 * number]
        dataset.SliceLocation = dataset.ImagePositionPatient[2]
        dataset.save_as(folder / f"{number:05}.dcm")
    return sorted(folder.iterdir())


def pt_series(folder: Path) -> list[Path]:
    folder.mkdir()
    # GE writes PT in implicit VR with 260 to 290 elements, as many of them private as here.
    dataset = dcmread(get_testdata_file("CT_small.dcm", download=False))
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.128"
    dataset.Modality, dataset.Units, dataset.DecayCorrection = "PT", "BQML", "START"
    dataset.CorrectedImage = ["DECY", "ATTN", "SCAT"]
    dataset.RadiopharmaceuticalInformationSequence = [
        item(RadionuclideTotalDose=370e6, RadionuclideHalfLife=6586.2)
    ]
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    for number in range(1, FILES + 1):
        dataset.SOPInstanceUID = f"1.2.3.5.{number}"
        dataset.ImagePositionPatient = [-158.135803, -179.035797, 3.27 * number]
        dataset.save_as(folder / f"{number:05}.dcm", implicit_vr=True, little_endian=True)
    return sorted(folder.iterdir())


def write_enhanced(path: Path, undefined: bool) -> None:
    dataset = item(
        SOPClassUID="1.2.840.10008.5.1.4.1.1.2.1", SOPInstanceUID="1.2.3.6", Modality="CT",
        SeriesInstanceUID="1.2.3", FrameOfReferenceUID="1.2.9", NumberOfFrames=FRAMES,
        Rows=8, Columns=8, BitsAllocated=16, SamplesPerPixel=1,
    )  # fmt: skip
    dataset.SharedFunctionalGroupsSequence = [
        item(
            PixelMeasuresSequence=[item(PixelSpacing=[0.5, 0.5], SliceThickness=1)],
            PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
        )
    ]
    dataset.PerFrameFunctionalGroupsSequence = [frame(number) for number in range(1, FRAMES + 1)]
    if undefined:
        leave_lengths_undefined(dataset)
    dataset.PixelData = bytes(2 * 8 * 8 * FRAMES)
    dataset["PixelData"].VR = "OW"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.save_as(path, enforce_file_format=True)


def frame(number: int) -> Dataset:
    return item(
        FrameContentSequence=[
            item(StackID="1", InStackPositionNumber=number, DimensionIndexValues=[1, number])
        ],
        PlanePositionSequence=[item(ImagePositionPatient=[-125.5, -125.5, 0.75 * number - 300])],
        FrameVOILUTSequence=[item(WindowCenter=40, WindowWidth=400)],
        PixelValueTransformationSequence=[
            item(RescaleIntercept=-1024, RescaleSlope=1, RescaleType="HU")
        ],
    )


def item(**attributes: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


def leave_lengths_undefined(dataset: Dataset) -> None:
    for element in dataset:
        if isinstance(element.value, Sequence):
            element.is_undefined_length = True
            for each in element.value:
                each.is_undefined_length_sequence_item = True
                leave_lengths_undefined(each)


if __name__ == "__main__":
    main()
