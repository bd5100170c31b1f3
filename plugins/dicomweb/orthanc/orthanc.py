"""Start an Orthanc, and store images there; run.sh makes that possible, and safe."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Orthanc", "running", "store"]

_BOUNDARY: Final = "between-two-images"
_KIND: Final = f'multipart/related; type="application/dicom"; boundary={_BOUNDARY}'
#: Seconds to wait for its first answer, and between two attempts to get one.
_START: Final = 60.0
_LOOK: Final = 0.05
#: Opens a URL without the proxies of the environment.
_open: Final = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class Orthanc(NamedTuple):
    """An Orthanc that runs."""

    #: Below it are ``/dicom-web`` and ``/wado``.
    url: str
    #: Of its process.
    pid: int


@contextmanager
def running(metadata: str = "Full", port: int | None = None) -> Iterator[Orthanc]:
    """Run an empty Orthanc.

    ``metadata`` is what it sends for a series: Full, or its data base's MainDicomTags. ``port`` is
    any free one by default.
    """
    unpacked = Path(os.environ["ORTHANC_FOLDER"])
    with tempfile.TemporaryDirectory() as folder:
        port = port or _free_port()
        configuration = Path(folder, "orthanc.json")
        configuration.write_text(json.dumps(_configuration(unpacked, folder, port, metadata)))
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen(
                [unpacked / "usr/sbin/Orthanc", configuration],
                env={**os.environ, **_environment(unpacked)},
                stdout=log,
                stderr=log,
            )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(process, f"{url}/system", Path(folder, "log"))
            yield Orthanc(url, process.pid)
        finally:
            process.kill()
            process.wait()


def store(url: str, images: Iterable[Path | bytes]) -> None:
    """Store the files of images, one by one (STOW-RS, PS3.18 10.5). Raises if one is refused."""
    for image in images:
        file = image if isinstance(image, bytes) else image.read_bytes()
        head = f"--{_BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode()
        request = urllib.request.Request(
            f"{url}/dicom-web/studies",
            data=head + file + f"\r\n--{_BOUNDARY}--\r\n".encode(),
            headers={
                "Content-Type": _KIND,
                "Accept": "application/dicom+json",
            },
        )
        with _open(request) as answer:
            stored = json.load(answer)
        failed = stored.get("00081198", {}).get("Value")
        if failed:
            raise ValueError(f"the server refuses an image: {failed}")


def _configuration(unpacked: Path, folder: str, port: int, metadata: str) -> dict[str, object]:
    return {
        "Name": "metaprov",
        "StorageDirectory": folder,
        "IndexDirectory": folder,
        "Plugins": [str(unpacked / "usr/share/orthanc/plugins/libOrthancDicomWeb.so")],
        "HttpPort": port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomServerEnabled": False,
        "DicomWeb": {
            "Enable": True,
            "Root": "/dicom-web/",
            "EnableWado": True,
            "WadoRoot": "/wado",
            # Without the port, the URIs of bulk data would lead to port 80.
            "Host": f"127.0.0.1:{port}",
            "StudiesMetadata": metadata,
            "SeriesMetadata": metadata,
        },
    }


def _environment(unpacked: Path) -> dict[str, str]:
    libraries = [str(folder) for folder in sorted((unpacked / "usr/lib").glob("*-linux-gnu*"))]
    (dictionary,) = [
        *unpacked.glob("usr/share/libdcmtk*/dicom.dic"),
        *Path("/").glob("usr/share/libdcmtk*/dicom.dic"),
    ][:1]
    return {"LD_LIBRARY_PATH": ":".join(libraries), "DCMDICTPATH": str(dictionary)}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_for(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    for _ in range(int(_START / _LOOK)):
        try:
            _open(url, timeout=_START).close()
            return
        except OSError:
            pass
        try:
            process.wait(_LOOK)
            break
        except subprocess.TimeoutExpired:
            pass
    raise RuntimeError(f"Orthanc does not answer; its log:\n{log.read_text(errors='replace')}")
