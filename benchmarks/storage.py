"""What images in buckets and archives cost, each figure beside its reference of the same run.

    make benchmark-storage

200 CT images of 526 KB are in a bucket of moto's S3, in a process of its own on loopback, and in
zips. Ours and the references take turns; the figures are medians of the turns. Requests and bytes
are counted by the server. ``--write`` puts the tables between the markers in
plugins/storage/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import boto3
import fsspec
import numpy as np
import obstore
from botocore.config import Config
from measure import Row, Table, as_markdown, medians
from obstore.store import S3Store
from pydicom import dcmread
from pydicom.data import get_testdata_file

import metaprov_storage
from metaprov_core import Host
from metaprov_dicom import BytesSource, instance_from_source
from metaprov_dicom.file.reader import read_instance
from metaprov_storage.opening import Opener
from metaprov_storage.places.links import links_of
from metaprov_storage.provider import Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "plugins" / "storage" / "BENCHMARKS.md"
SERVER = ROOT / "plugins" / "storage" / "tests" / "s3_server.py"
MARKERS = ("<!-- figures -->\n", "<!-- end of figures -->\n")

IMAGES, DELAY, AT_ONCE, TURNS = 200, 0.03, 32, 15
#: s3fs reads its images one by one: so many take long enough.
ONE_BY_ONE = 20
HEAD = 8192


class Server(NamedTuple):
    """moto's S3, in another process."""

    url: str
    process: subprocess.Popen[str]

    def counted(self) -> tuple[int, int]:
        """How many requests there were since the last time, and the bytes of their answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        requests, size = self.process.stdout.readline().split()
        return int(requests), int(size)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="write the tables to their page")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        files = write_images(Path(temporary))
        with a_server(files) as server:
            tables = [bucket(server, files), requests(server, files)]
        tables.append(archives(files))
    page = "\n\n".join([f"{machine()}.", *map(as_markdown, tables)])
    print(page)
    if given.write:
        text = PAGE.read_text()
        before, rest = text.split(MARKERS[0])
        after = rest.split(MARKERS[1])[1]
        PAGE.write_text(f"{before}{MARKERS[0]}\n{page}\n\n{MARKERS[1]}{after}")


# -- the figures


def bucket(server: Server, files: list[Path]) -> Table:
    host, ids = asking(server, files)
    keys = [file.name for file in files]
    client = boto3_client(server)
    store = S3Store(
        "images",
        endpoint=server.url,
        access_key_id="not-a-key",
        secret_access_key="not-a-secret",
        region="us-east-1",
        client_options={"allow_http": True},
    )
    s3fs = fsspec.filesystem("s3", skip_instance_cache=True, **options(server))

    def by_boto3(key: str) -> object:
        answer = client.get_object(Bucket="images", Key=key, Range=f"bytes=0-{HEAD - 1}")
        return instance_from_source(BytesSource(answer["Body"].read(), key))

    def by_obstore(key: str) -> object:
        data = bytes(obstore.get_range(store, key, start=0, end=HEAD))
        return instance_from_source(BytesSource(data, key))

    def threads(read: Callable[[str], object]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            assert all(pool.map(read, keys))

    def prefetch() -> None:
        host.clear()
        host.prefetch(ids)

    def find() -> None:
        host.clear()
        assert len(list(host.find_images("s3://images/"))) == IMAGES

    def by_s3fs() -> None:
        for key in keys[:ONE_BY_ONE]:
            with s3fs.open(f"images/{key}") as file:
                dcmread(file, stop_before_pixels=True)

    prefetch()
    taken = medians(
        {
            "prefetch": prefetch,
            "find": find,
            "boto3": lambda: threads(by_boto3),
            "obstore": lambda: threads(by_obstore),
        },
        TURNS,
    )
    s3fs_all = medians({"s3fs": by_s3fs}, 1)["s3fs"] * IMAGES / ONE_BY_ONE
    boto, plain = f"boto3, {AT_ONCE} threads", f"obstore, {AT_ONCE} threads"
    return Table(
        f"{IMAGES} headers in a bucket, {1000 * DELAY:.0f} ms an answer",
        "s",
        [
            Row("`prefetch`", taken["prefetch"], taken["boto3"], boto, 1.3),
            Row("`prefetch`", taken["prefetch"], taken["obstore"], plain),
            Row("`find_images`", taken["find"], taken["boto3"], boto),
            Row("`prefetch`", taken["prefetch"], s3fs_all, "s3fs `open` and pydicom", 0.25),
        ],
        f"s3fs is timed for {ONE_BY_ONE} images, one after the other. Client and server share the "
        "cores: signing and parsing in Python take what boto3 takes too, and obstore does that in "
        "Rust.",
    )


def requests(server: Server, files: list[Path]) -> Table:
    host, ids = asking(server, files)
    s3fs = fsspec.filesystem("s3", skip_instance_cache=True, **options(server))

    def counted(ask: Callable[[], object]) -> tuple[float, float]:
        server.counted()
        ask()
        number, size = server.counted()
        return number, size / 1000

    def by_s3fs() -> None:
        with s3fs.open(f"images/{files[0].name}") as file:
            dcmread(file, stop_before_pixels=True)

    head = counted(lambda: host.get("instance", ids[0]))
    frame = counted(lambda: host.get("framePixelData", ids[0]))
    other = counted(by_s3fs)
    return Table(
        "Requests of one image of 526 KB",
        "requests; KB",
        [
            Row("requests of a header", head[0], other[0], "s3fs `open` and pydicom"),
            Row("KB of a header", head[1], goal=10),
            Row("KB by s3fs `open` and pydicom", other[1]),
            Row("requests of its frame", frame[0], goal=1),
            Row("KB of its frame", frame[1]),
        ],
    )


def archives(files: list[Path]) -> Table:
    rows = []
    for name, method in (("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED)):
        path = files[0].parent / f"{name}.zip"
        with zipfile.ZipFile(path, "w", method) as archive:
            for file in files:
                archive.write(file, file.name)
        opener = Opener()
        urls = [f"zip://{file.name}::{path}" for file in files]
        archive = zipfile.ZipFile(path)

        def ours(urls: list[str] = urls, opener: Opener = opener) -> None:
            for url in urls:
                instance_from_source(opener.image(links_of(url)))

        def bare(archive: zipfile.ZipFile = archive) -> None:
            for file in files:
                with archive.open(file.name) as member:
                    member.read(HEAD)

        def of_files() -> None:
            for file in files:
                read_instance(str(file))

        ours()
        taken = cpu({"ours": ours, "bare": bare, "files": of_files}, 20)
        us = 1e6 / IMAGES
        rows += [
            Row(f"header of a member, {name}", us * taken["ours"], us * taken["bare"],
                "8 KB by zipfile", 3),
            Row(f"header of a member, {name}", us * taken["ours"], us * taken["files"],
                "of the file", 2),
        ]  # fmt: skip
        archive.close()
    return Table(
        "A zip on this disk",
        "us of CPU",
        rows,
        "Inflating 8 KB alone takes more than reading the header of a file.",
    )


def cpu(cases: dict[str, Callable[[], None]], rounds: int) -> dict[str, float]:
    """The median seconds of CPU of each case, one call of each a round."""
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            started = time.process_time()
            case()
            taken[name].append(time.process_time() - started)
    return {name: median(times) for name, times in taken.items()}


# -- who asks, and what is asked


def asking(server: Server, files: list[Path]) -> tuple[Host, list[str]]:
    metaprov_storage.configure("s3://images/", **options(server))
    host = Host()
    host.register(Storage())
    return host, [f"s3://images/{file.name}" for file in files]


def options(server: Server) -> dict[str, str]:
    return {"endpoint_url": server.url, "key": "not-a-key", "secret": "not-a-secret"}


def boto3_client(server: Server):  # noqa: ANN201 - boto3 makes its classes as it runs
    return boto3.client(
        "s3",
        endpoint_url=server.url,
        aws_access_key_id="not-a-key",
        aws_secret_access_key="not-a-secret",
        region_name="us-east-1",
        config=Config(max_pool_connections=AT_ONCE),
    )


@contextmanager
def a_server(files: list[Path]) -> Iterator[Server]:
    command = [sys.executable, str(SERVER), str(DELAY), *map(str, files)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Server(process.stdout.readline().strip(), process)
        process.stdin.close()


def write_images(folder: Path) -> list[Path]:
    dataset = dcmread(get_testdata_file("CT_small.dcm", download=False))
    dataset.Rows = dataset.Columns = 512
    noise = np.random.default_rng(0)
    for number in range(1, IMAGES + 1):
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number}"
        dataset.InstanceNumber = number
        dataset.PixelData = noise.integers(0, 2000, 512 * 512, np.uint16).tobytes()
        dataset.save_as(folder / f"{number:03}.dcm")
    return sorted(folder.iterdir())


def machine() -> str:
    names = ("fsspec", "s3fs", "boto3", "obstore", "moto", "pydicom")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {sys.platform}, {versions}"


if __name__ == "__main__":
    main()
