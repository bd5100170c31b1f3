"""What `metaprov serve` costs, each figure beside others that serve the same files in the same run.

    make benchmark-serve

An Orthanc (see plugins/dicomweb/orthanc/run.sh) and a bare application of Starlette have the same
series, and pydicom reads it in this process. `metaprov serve` is started anew in each turn, so that
a first time is one. The figures are the least of the turns: CPU time of the server's process, which
does not count what else the machine does, and the time until the answer is here. ``--write`` puts
the tables between the markers in plugins/serve/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import urllib3
from measure import Row, Table, as_markdown
from pydicom import dcmread
from pydicom.data import get_testdata_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from starlette.requests import Request

PAGE = Path(__file__).parent.parent / "plugins" / "serve" / "BENCHMARKS.md"
MARKERS = ("<!-- figures -->\n", "<!-- end of figures -->\n")

IMAGES = 500
ELEMENTS = 258
#: Rows and columns; two bytes a pixel.
SIZE = 512
TURNS = 4
#: How often a turn asks again what is answered within milliseconds.
AGAIN = 10
#: What is asked of one image after the other, or takes pydicom as long for each, is asked of one
#: in so many.
ONE_IN = 5
FEW = IMAGES // ONE_IN
STUDY, SERIES = "1.2.3", "1.2.3.4"
#: What a viewer asks about each image before it shows any.
EIGHT_TYPES = [
    "imagePlaneModule", "imagePixelModule", "generalSeriesModule", "modalityLutModule",
    "voiLutModule", "sopCommonModule", "transferSyntax", "scalingModule",
]  # fmt: skip
JSON = {"Accept": "application/dicom+json"}
FRAME = {"Accept": 'multipart/related; type="application/octet-stream"'}
ONE_ANSWER = "one answer"
IMPORTED = "import sys, metaprov_serve.command; print(*sys.modules)"

pool = urllib3.PoolManager()


class Server(NamedTuple):
    """Where something is served, and by which process."""

    url: str
    pid: int


class Cost(NamedTuple):
    """What a request takes, in seconds: of a processor, and until it is answered."""

    cpu: float
    wait: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="write the tables to their page")
    arguments.add_argument("--bare", metavar="FOLDER", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.bare:
        serve_bare(Path(given.bare))
        return
    if "ORTHANC_FOLDER" not in os.environ:
        arguments.error("there is no Orthanc: plugins/dicomweb/orthanc/run.sh runs this with one")
    page = "\n\n".join([machine(), *map(as_markdown, tables(measured()))])
    print(page)
    if given.write:
        text = PAGE.read_text()
        before, rest = text.split(MARKERS[0])
        after = rest.split(MARKERS[1])[1]
        PAGE.write_text(f"{before}{MARKERS[0]}\n{page}\n\n{MARKERS[1]}{after}")


# -- the figures


def tables(least: dict[str, Cost]) -> list[Table]:
    """CPU time, which has goals, then the time to wait."""
    cpu = {name: cost.cpu for name, cost in least.items()}
    wait = {name: cost.wait for name, cost in least.items()}
    headers, image = f"{IMAGES} CT headers of {ELEMENTS} elements", f"A CT of {SIZE} x {SIZE}"
    imported = subprocess.check_output([sys.executable, "-c", IMPORTED], text=True).split()
    of_starlette = sum(name.startswith("starlette") for name in imported)
    return [
        Table(headers, "ms of CPU", of_series(cpu)),
        Table(image, "us of CPU", of_image(cpu)),
        Table(f"{headers}, to wait for", "ms", without_goals(of_series(wait))),
        Table(f"{image}, to wait for", "us", without_goals(of_image(wait))),
        Table(
            "The command",
            "modules",
            [Row("of Starlette, with `metaprov_serve.command`", of_starlette, goal=0)],
        ),
    ]  # fmt: skip


def of_series(seconds: dict[str, float]) -> list[Row]:
    ms = {name: 1e3 * each for name, each in seconds.items()}
    orthanc, pydicom = "Orthanc's DICOMweb metadata", "pydicom, `to_json_dict`"
    types, new = f"{IMAGES} ids, {len(EIGHT_TYPES)} types", "DICOMweb metadata, first time"
    return [
        Row(what, ms[name], ms[reference], to, goal)
        for what, name, reference, to, goal in (
            (types, "answers", "metadata, Orthanc", orthanc, 1 / 20),
            (f"{types}, first time", "answers, first", "metadata, Orthanc", orthanc, None),
            ("DICOMweb metadata", "metadata", "metadata, Orthanc", orthanc, 1 / 4),
            ("DICOMweb metadata", "metadata", "metadata, pydicom", pydicom, 1 / 20),
            (new, "metadata, first", "metadata, Orthanc", orthanc, 1 / 4),
            (new, "metadata, first", "metadata, pydicom", pydicom, 1 / 20),
        )
    ]


def of_image(seconds: dict[str, float]) -> list[Row]:
    us = {name: 1e6 * each for name, each in seconds.items()}
    read, same = "Starlette, read in a thread", "Starlette, the same bytes"
    return [
        Row("a frame", us["frame"], us["frame, bare"], read, 2),
        Row("a frame of Orthanc", us["frame, Orthanc"], us["frame, bare"], read),
        Row("one id, one type", us["one"], us["one, bare"], same, 3),
    ]


def without_goals(rows: list[Row]) -> list[Row]:
    return [row._replace(goal=None) for row in rows]


def machine() -> str:
    names = ("starlette", "uvicorn", "msgspec", "pydicom")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {sys.platform}, {versions}, "
        "Debian's Orthanc."
    )


# -- how they are measured


def measured() -> dict[str, Cost]:
    import orthanc

    watch = Watch()
    with tempfile.TemporaryDirectory() as temporary, orthanc.running() as stored:
        folder = Path(temporary, "series")
        files = write_series(folder)
        orthanc.store(stored.url, files)
        of_orthanc = Server(f"{stored.url}/dicom-web", stored.pid)
        with serving(folder) as ours:
            Path(temporary, ONE_ANSWER).write_bytes(asked(one(ours, files[0])))
        with bare(temporary) as of_starlette:
            for _ in range(TURNS):
                with serving(folder) as ours:
                    watch_answers(watch, ours, files)
                with serving(folder) as ours:
                    watch_dicomweb(watch, ours)
                watch_references(watch, of_orthanc, of_starlette, files)
    return watch.least


class Watch:
    """Tells the least that each request took."""

    def __init__(self) -> None:
        self.least: dict[str, Cost] = {}

    def time(self, name: str, pid: int, ask: Callable[[], object], requests: float = 1) -> None:
        """Call what makes so many requests of a process."""
        clock = processor_clock(pid)
        started = Cost(clock(), time.perf_counter())
        ask()
        ended = Cost(clock(), time.perf_counter())
        cost = Cost(*((end - start) / requests for start, end in zip(started, ended, strict=True)))
        self.least[name] = Cost(*map(min, cost, self.least.get(name, cost)))


def processor_clock(pid: int) -> Callable[[], float]:
    """Tells how long all threads of a process have run, in seconds, finer than psutil does."""
    clock = ctypes.c_int()
    if ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock)):
        raise ProcessLookupError(f"there is no process {pid}")
    return partial(time.clock_gettime, clock.value)


def watch_answers(watch: Watch, ours: Server, files: Sequence[Path]) -> None:
    """Our own API."""
    url = f"{ours.url}/metaprov/api/metadata"
    ids = [f"dicomfile:{path}" for path in files]
    body = json.dumps({"imageIds": ids, "types": EIGHT_TYPES})

    def answers(times: int) -> None:
        for _ in range(times):
            asked(url, "POST", body=body)

    def one_by_one() -> None:
        for path in files[::ONE_IN]:
            asked(one(ours, path))

    watch.time("answers, first", ours.pid, lambda: answers(1))
    watch.time("answers", ours.pid, lambda: answers(AGAIN), AGAIN)
    watch.time("one", ours.pid, one_by_one, FEW)


def watch_dicomweb(watch: Watch, ours: Server) -> None:
    root = f"{ours.url}/dicomweb"
    watch.time("metadata, first", ours.pid, lambda: metadata(root))
    watch.time("metadata", ours.pid, lambda: [metadata(root) for _ in range(AGAIN)], AGAIN)
    frames(root)
    watch.time("frame", ours.pid, lambda: frames(root), FEW)


def watch_references(
    watch: Watch, of_orthanc: Server, of_starlette: Server, files: Sequence[Path]
) -> None:
    watch.time("metadata, Orthanc", of_orthanc.pid, lambda: metadata(of_orthanc.url))
    watch.time("frame, Orthanc", of_orthanc.pid, lambda: frames(of_orthanc.url), FEW)
    few = files[::ONE_IN]
    watch.time("metadata, pydicom", os.getpid(), lambda: by_pydicom(few), FEW / IMAGES)

    def bare_frames() -> None:
        for path in few:
            assert len(asked(f"{of_starlette.url}/frame/{path.name}")) == 2 * SIZE * SIZE

    def bare_answers() -> None:
        for _ in few:
            asked(f"{of_starlette.url}/answer")

    watch.time("frame, bare", of_starlette.pid, bare_frames, FEW)
    watch.time("one, bare", of_starlette.pid, bare_answers, FEW)


def metadata(root: str) -> None:
    assert len(asked(f"{root}/studies/{STUDY}/series/{SERIES}/metadata", headers=JSON)) > 10**6


def frames(root: str) -> None:
    series = f"{root}/studies/{STUDY}/series/{SERIES}"
    for number in range(1, IMAGES + 1, ONE_IN):
        url = f"{series}/instances/{SERIES}.{number}/frames/1"
        assert len(asked(url, headers=FRAME)) > 2 * SIZE * SIZE


def by_pydicom(files: Sequence[Path]) -> None:
    for path in files:
        dataset = dcmread(path, stop_before_pixels=True)
        json.dumps(dataset.to_json_dict(suppress_invalid_tags=True))


def one(ours: Server, path: Path) -> str:
    """The URL of one answer about a file."""
    return f"{ours.url}/metaprov/api/metadata?id=dicomfile:{path}&type={EIGHT_TYPES[0]}"


def asked(url: str, method: str = "GET", **how: object) -> bytes:
    response = pool.request(method, url, **how)
    assert response.status == 200, response.data
    return response.data


# -- the servers


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """`metaprov serve`, once all files are in its index."""
    command = ["-m", "metaprov_core", "serve", folder, "--port", "0", "--no-token", "--json"]
    with started(command) as (line, pid):
        studies = json.loads(line)["dicomweb"]
        while "X-Metaprov-Indexing" in pool.request("GET", studies).headers:
            pass
        yield Server(studies.removesuffix("/dicomweb/studies"), pid)


@contextmanager
def bare(folder: str) -> Iterator[Server]:
    with started([__file__, "--bare", folder]) as (line, pid):
        yield Server(line, pid)


@contextmanager
def started(command: Sequence[object]) -> Iterator[tuple[str, int]]:
    """A process of Python; the line by which it says that it is asked, and its id."""
    whole = [sys.executable, *map(str, command)]
    with subprocess.Popen(whole, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), process.pid
        finally:
            process.kill()


def serve_bare(folder: Path) -> None:
    """The pixels of the files, each read in a thread, and one answer from memory; nothing else."""
    import socket

    import uvicorn
    from anyio import to_thread
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    answer = (folder / ONE_ANSWER).read_bytes()
    places = {path.name: place_of_pixels(path) for path in (folder / "series").iterdir()}

    def read(name: str) -> bytes:
        with (folder / "series" / name).open("rb") as file:
            file.seek(places[name])
            return file.read(2 * SIZE * SIZE)

    async def frame(request: Request) -> Response:
        data = await to_thread.run_sync(read, request.path_params["name"])
        return Response(data, media_type="application/octet-stream")

    async def same(_: Request) -> Response:
        return Response(answer, media_type="application/json")

    app = Starlette(routes=[Route("/frame/{name}", frame), Route("/answer", same)])
    # Only of sockets whose protocol is said does asyncio take the delay of small packets away.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listening])


# -- the files


def write_series(folder: Path) -> list[Path]:
    folder.mkdir()
    dataset = dcmread(get_testdata_file("CT_small.dcm", download=False))
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = STUDY, SERIES
    dataset.Rows = dataset.Columns = SIZE
    dataset.PixelData = bytes(2 * SIZE * SIZE)
    assert len(dataset) == ELEMENTS
    for number in range(1, IMAGES + 1):
        dataset.SOPInstanceUID = f"{SERIES}.{number}"
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.InstanceNumber = number
        dataset.ImagePositionPatient = [-158.135803, -179.035797, -75.699997 + 2.5 * number]
        dataset.SliceLocation = dataset.ImagePositionPatient[2]
        dataset.save_as(folder / f"{number:05}.dcm")
    return sorted(folder.iterdir())


def place_of_pixels(path: Path) -> int:
    place = dcmread(path).get_item("PixelData").value_tell
    assert isinstance(place, int)
    return place


if __name__ == "__main__":
    main()
