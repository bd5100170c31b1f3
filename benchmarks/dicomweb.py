"""What a DICOMweb server's images cost, each figure beside the bare HTTP request of the same run.

    make benchmark-pacs

A series of 500 CT images is stored on an Orthanc (see plugins/dicomweb/orthanc/run.sh); where there
is none, a process of its own serves the same JSON from memory, as fast as Python can: the bare
request then costs nearly nothing, and the ratio says little. Ours and the references take turns;
the figures are medians of the turns, in seconds on the clock. ``--write`` puts the tables between
the markers in plugins/dicomweb/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import requests
import urllib3
from dicomweb_client.api import DICOMwebClient
from measure import Row, Table, as_markdown, medians
from pydicom import Dataset, dcmread
from pydicom.data import get_testdata_file

import metaprov_dicomweb
from metaprov_core import Host
from metaprov_dicom.plugins.files import DicomFiles
from metaprov_dicom.plugins.modules import DicomModules
from metaprov_dicomweb.provider import DicomWeb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "plugins" / "dicomweb" / "BENCHMARKS.md"
MARKERS = ("<!-- figures -->\n", "<!-- end of figures -->\n")

IMAGES = 500
TURNS = 15
#: How many series, how many seconds an answer about one takes, and how many come at once.
COLD, PAUSE, AT_ONCE = 20, 0.05, 8
STUDY, SERIES = "1.2.3", "1.2.3.4"
HEADERS = {"Accept": "application/dicom+json", "Accept-Encoding": "gzip, deflate"}
TEN_MODULES = [
    "imagePlaneModule", "imagePixelModule", "modalityLutModule", "voiLutModule",
    "sopCommonModule", "generalSeriesModule", "generalStudyModule", "generalImageModule",
    "patientModule", "frameOfReferenceModule",
]  # fmt: skip
PLANE = ["PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient", "Rows", "Columns"]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="write the tables to their page")
    arguments.add_argument("--serve", metavar="FOLDER", help=argparse.SUPPRESS)
    arguments.add_argument("--slow", metavar="FILE", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.slow:
        serve_slowly(Path(given.slow))
        return
    if given.serve:
        serve(Path(given.serve))
        return
    with tempfile.TemporaryDirectory() as temporary:
        files = write_series(Path(temporary))
        with a_server(files) as (name, base):
            tables = [series(base, files), clients(base)]
        tables.insert(1, side_by_side(files[0]))
    page = "\n\n".join([f"{machine()}, against {name}.", *map(as_markdown, tables)])
    print(page)
    if given.write:
        text = PAGE.read_text()
        before, rest = text.split(MARKERS[0])
        after = rest.split(MARKERS[1])[1]
        PAGE.write_text(f"{before}{MARKERS[0]}\n{page}\n\n{MARKERS[1]}{after}")


# -- the figures


def series(base: str, files: list[Path]) -> Table:
    metaprov_dicomweb.configure([base])
    host = Host()
    for plugin in (DicomFiles(), DicomModules(), DicomWeb()):
        host.register(plugin)
    url = f"{base}/studies/{STUDY}/series/{SERIES}"
    ids = list(host.find_images(url))
    assert len(ids) == IMAGES
    assert all(host.get("imagePlaneModule", each) is not None for each in ids)
    of_files = [f"dicomfile:{path}" for path in files]
    client = DICOMwebClient(base)
    pool = urllib3.PoolManager()

    def bare() -> int:
        return len(pool.request("GET", f"{url}/metadata", headers=HEADERS).data)

    def first(types: list[str]) -> Callable[[], None]:
        def ask() -> None:
            host.clear()
            for image_id in ids:
                for type in types:
                    host.get(type, image_id)

        return ask

    def again(image_ids: list[str]) -> Callable[[], None]:
        def ask() -> None:
            for image_id in image_ids:
                host.get("imagePlaneModule", image_id)

        return ask

    def by_pydicom() -> None:
        for each in client.retrieve_series_metadata(STUDY, SERIES):
            dataset = Dataset.from_json(each)
            for keyword in PLANE:
                dataset.get(keyword)

    again(of_files)()
    size = bare()
    once = medians(
        {
            "bare": bare,
            "first": first(TEN_MODULES[:1]),
            "ten": first(TEN_MODULES),
            "pydicom": by_pydicom,
            "collected": gc.collect,
        },
        TURNS,
    )
    first(TEN_MODULES[:1])()
    again(of_files)()
    cached = medians({"server": again(ids), "files": again(of_files)}, 20 * TURNS)
    ms, us = 1e3, 1e6 / IMAGES
    reference = "bare request"
    return Table(
        f"A series of {IMAGES} images, {size / 1e6:.1f} MB of JSON",
        "ms; us for each image of a second pass",
        [
            Row("imagePlaneModule of every image", ms * once["first"], ms * once["bare"],
                reference, 1.3),
            Row("ten modules of every image", ms * once["ten"], ms * once["bare"], reference),
            Row("dicomweb-client, Dataset.from_json and five values", ms * once["pydicom"],
                ms * once["bare"], reference),
            Row("imagePlaneModule once more", us * cached["server"], us * cached["files"],
                "of files", 1.1),
        ],
    )  # fmt: skip


def side_by_side(file: Path) -> Table:
    """Series that are not there yet, of a server whose every answer takes its time."""
    command = [sys.executable, __file__, "--slow", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        base = process.stdout.readline().strip()
        metaprov_dicomweb.configure([base])
        host = Host()
        for plugin in (DicomModules(), DicomWeb()):
            host.register(plugin)
        url = f"{base}/studies/{STUDY}"
        ids = [f"wadors:{url}/series/{SERIES}.{n}/instances/{SERIES}.1" for n in range(COLD)]

        def get_many() -> None:
            host.clear()
            assert all(host.get_many("imagePlaneModule", ids))

        def threads() -> None:
            host.clear()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                assert all(pool.map(lambda each: host.get("imagePlaneModule", each), ids))

        def find() -> None:
            host.clear()
            assert len(list(host.find_images(url))) == COLD

        def one_by_one() -> None:
            host.clear()
            for each in ids:
                host.get("imagePlaneModule", each)

        taken = medians(
            {"many": get_many, "threads": threads, "find": find, "one by one": one_by_one}, TURNS
        )
        process.kill()
    plain = f"{AT_ONCE} plain threads"
    return Table(
        f"{COLD} series that are not there yet, {1000 * PAUSE:.0f} ms an answer",
        "ms",
        [
            Row("`get_many`", 1e3 * taken["many"], 1e3 * taken["threads"], plain, 1.5),
            Row("finding the study", 1e3 * taken["find"], 1e3 * taken["threads"], plain),
            Row("one `get` after the other", 1e3 * taken["one by one"],
                1e3 * taken["threads"], plain),
        ],
        "Finding asks for the list of the series first.",
    )  # fmt: skip


def clients(base: str) -> Table:
    """The request alone, by clients that are well kept, and what importing them takes."""
    url = f"{base}/studies/{STUDY}/series/{SERIES}/metadata"
    pool, session, client = urllib3.PoolManager(), requests.Session(), httpx.Client()
    dicomweb = DICOMwebClient(base)
    taken = medians(
        {
            "urllib3": lambda: pool.request("GET", url, headers=HEADERS).data,
            "requests": lambda: session.get(url, headers=HEADERS).content,
            "httpx": lambda: client.get(url, headers=HEADERS).content,
            "dicomweb-client": lambda: dicomweb.retrieve_series_metadata(STUDY, SERIES),
        },
        TURNS,
    )
    imports = medians(
        {name: lambda name=name: importing(name) for name in (*IMPORTS, "nothing")}, 5
    )
    rows = [
        Row(f"the request, by {name}", 1e3 * seconds, 1e3 * taken["urllib3"], "urllib3")
        for name, seconds in taken.items()
    ]
    rows += [
        Row(f"importing {name}", 1e3 * (imports[name] - imports["nothing"])) for name in IMPORTS
    ]
    return Table("Clients", "ms", rows, "dicomweb-client decodes the JSON as well.")


IMPORTS = {
    "urllib3": "urllib3",
    "requests": "requests",
    "httpx": "httpx",
    "dicomweb-client": "dicomweb_client.api",
}


def importing(name: str) -> None:
    module = IMPORTS.get(name, "sys")
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)


def machine() -> str:
    names = ("urllib3", "msgspec", "requests", "httpx", "dicomweb-client", "pydicom")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {sys.platform}, {versions}"


# -- the server


@contextmanager
def a_server(files: list[Path]) -> Iterator[tuple[str, str]]:
    """An Orthanc with the series, or what serves the same; its name, and its DICOMweb root."""
    if "ORTHANC_FOLDER" in os.environ:
        import orthanc

        with orthanc.running() as (url, _):
            orthanc.store(url, files)
            yield "Debian's Orthanc", f"{url}/dicom-web"
        return
    command = [sys.executable, __file__, "--serve", files[0].parent]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield "a server that has the JSON in memory", process.stdout.readline().strip()
        process.kill()


def serve(folder: Path) -> None:
    sys.path.insert(0, str(ROOT / "plugins" / "dicomweb" / "tests"))
    import json

    from dicomweb_server import DicomWebServer

    with DicomWebServer(sorted(folder.iterdir())) as server:
        body = json.dumps([image.json for image in server.images]).encode()
        server.instead = lambda handler: (
            handler.path.endswith(f"{SERIES}/metadata")
            and handler.answer(200, body, "application/dicom+json") is None
        )
        print(server.base, flush=True)
        while True:
            time.sleep(60)


def serve_slowly(file: Path) -> None:
    """One image in each of many series; every answer takes its time."""
    sys.path.insert(0, str(ROOT / "plugins" / "dicomweb" / "tests"))
    from dicomweb_server import DicomWebServer, encoded

    def pause(_handler: object) -> bool:
        time.sleep(PAUSE)
        return False

    dataset = dcmread(file)
    with DicomWebServer() as server:
        for number in range(COLD):
            dataset.SeriesInstanceUID = f"{SERIES}.{number}"
            server.store(encoded(dataset))
        server.instead = pause
        print(server.base, flush=True)
        while True:
            time.sleep(60)


def write_series(folder: Path) -> list[Path]:
    dataset = dcmread(get_testdata_file("CT_small.dcm", download=False))
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = STUDY, SERIES
    for number in range(1, IMAGES + 1):
        dataset.SOPInstanceUID = f"{SERIES}.{number}"
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.InstanceNumber = number
        dataset.ImagePositionPatient = [-158.135803, -179.035797, -75.699997 + 2.5 * number]
        dataset.save_as(folder / f"{number:05}.dcm")
    return sorted(folder.iterdir())


if __name__ == "__main__":
    main()
