"""A small DICOMweb server for tests, made of pydicom files: on loopback, in threads of its own.

It speaks as much of WADO-RS, QIDO-RS and WADO-URI as the tests need, records every request, and can
be made to fail in any way.
"""

from __future__ import annotations

import gzip
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit

from pydicom import Dataset, dcmread
from pydicom.encaps import get_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

ROOT = "/dicom-web"
BOUNDARY = "a-boundary"
_KEYWORDS = {"PatientID": "00100020", "Modality": "00080060", "StudyInstanceUID": "0020000D"}


class Request(NamedTuple):
    """A request that the server received."""

    path: str
    headers: dict[str, str]


class Image:
    """A file, and the DICOM JSON of it."""

    def __init__(self, file: bytes) -> None:
        self.file = file
        self.dataset = dcmread(BytesIO(file), force=True)
        self.bulk: list[bytes] = []
        # Long values are apart, as bulk data; pydicom would have them as base64.
        self.json = self.dataset.to_json_dict(
            bulk_data_threshold=1024, bulk_data_element_handler=self._keep_bulk
        )

    def _keep_bulk(self, element: Any) -> str:
        self.bulk.append(element.value)
        return f"bulk/{len(self.bulk) - 1}"

    def text(self, tag: str) -> str:
        values = self.json.get(tag, {}).get("Value") or [""]
        return str(values[0])

    @property
    def uids(self) -> tuple[str, str, str]:
        return self.text("0020000D"), self.text("0020000E"), self.text("00080018")


class DicomWebServer(ThreadingHTTPServer):
    """The server; ``base`` is the root of its DICOMweb service."""

    daemon_threads = True

    def __init__(self, files: Iterable[Path | bytes] = ()) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.scheme = "http"
        self.images: list[Image] = []
        self.requests: list[Request] = []
        #: The address of the client, one for each request.
        self.clients: list[Any] = []
        #: Called with the handler before each answer; returns True if it has answered.
        self.instead: Callable[[_Handler], bool] | None = None
        #: Change the JSON of an image: in the metadata of its series, and in its own.
        self.in_series: Callable[[dict[str, Any]], dict[str, Any]] = dict
        self.alone: Callable[[dict[str, Any]], dict[str, Any]] = dict
        #: The largest page of a search.
        self.page = 1000
        for file in files:
            self.store(file)

    def store(self, file: Path | bytes) -> Image:
        image = Image(file if isinstance(file, bytes) else file.read_bytes())
        self.images.append(image)
        return image

    @property
    def host(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}"

    @property
    def base(self) -> str:
        return f"{self.host}{ROOT}"

    def url(self, image: Image) -> str:
        study, series, uid = image.uids
        return f"{self.base}/studies/{study}/series/{series}/instances/{uid}"

    def ids(self) -> list[str]:
        return [f"wadors:{self.url(image)}" for image in self.images]

    def give_for_images(self, body: bytes, kind: str) -> None:
        """Give these bytes for any image that is asked for, and metadata as they are."""
        self.instead = lambda handler: (
            not handler.path.endswith("metadata") and handler.answer(200, body, kind) is None
        )

    def asked(self) -> list[str]:
        """The paths of all requests, without root and query."""
        return [urlsplit(request.path).path.removeprefix(ROOT) for request in self.requests]

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that have gone."""

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Answers are sent at once, or each would wait for the client's acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: DicomWebServer

    def do_GET(self) -> None:
        self.server.clients.append(self.client_address)
        self.server.requests.append(Request(self.path, dict(self.headers)))
        if self.server.instead is not None and self.server.instead(self):
            return
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        if parts.path == "/wado":
            self._wado(query)
            return
        path = parts.path.removeprefix(ROOT)
        for pattern, answer in _ROUTES.items():
            found = pattern.fullmatch(path)
            if found is not None:
                answer(self, found.groupdict(), query)
                return
        self.answer(404, b'{"Message": "no such thing"}', "application/json")

    def answer(
        self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        if "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > 1000:
            body = gzip.compress(body, 1)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answer_json(self, answer: Any) -> None:
        self.answer(200, json.dumps(answer).encode(), "application/dicom+json")

    def log_message(self, *_: object) -> None:
        """Write nothing to stderr."""

    # -- the resources

    def _images(self, **uids: str) -> list[Image]:
        return [
            image
            for image in self.server.images
            if all(
                image.uids[("study", "series", "uid").index(level)] == uid
                for level, uid in uids.items()
            )
        ]

    def _metadata_of_series(self, uids: dict[str, str], _: dict[str, str]) -> None:
        images = self._images(**uids)
        if not images:
            self.answer(404, b"{}", "application/json")
        else:
            self.answer_json([self.server.in_series(_of_series(image)) for image in images])

    def _metadata(self, uids: dict[str, str], _: dict[str, str]) -> None:
        images = self._images(**uids)
        if not images:
            self.answer(404, b"{}", "application/json")
        else:
            self.answer_json([self.server.alone(image.json) for image in images])

    def _image(self, uids: dict[str, str], _: dict[str, str]) -> None:
        (image,) = self._images(**uids)
        self._parts("application/dicom", image.file)

    def _frame(self, uids: dict[str, str], _: dict[str, str]) -> None:
        number = int(uids.pop("number"))
        (image,) = self._images(**uids)
        dataset = image.dataset
        syntax = dataset.file_meta.TransferSyntaxUID
        frames = int(dataset.get("NumberOfFrames", 1))
        if syntax.is_encapsulated:
            frame = get_frame(dataset.PixelData, number - 1, number_of_frames=frames)
        else:
            size = len(dataset.PixelData) // frames
            frame = dataset.PixelData[(number - 1) * size : number * size]
        self._parts(f"application/octet-stream; transfer-syntax={syntax}", frame)

    def _bulk(self, uids: dict[str, str], _: dict[str, str]) -> None:
        number = int(uids.pop("number"))
        (image,) = self._images(**uids)
        self._parts("application/octet-stream", image.bulk[number])

    def _parts(self, kind: str, body: bytes) -> None:
        head = f"--{BOUNDARY}\r\nContent-Type: {kind}\r\n\r\n".encode()
        end = f"\r\n--{BOUNDARY}--\r\n".encode()
        self.answer(
            200, head + body + end, f'multipart/related; type="{kind}"; boundary={BOUNDARY}'
        )

    def _search(self, found: dict[str, str], query: dict[str, str]) -> None:
        depth = ("studies", "series", "instances").index(found.pop("level")) + 1
        within = {level: uid for level, uid in found.items() if uid is not None}
        results: dict[tuple[str, ...], dict[str, Any]] = {}
        for image in self._images(**within):
            if all(
                image.text(_KEYWORDS[name]) == value
                for name, value in query.items()
                if name in _KEYWORDS
            ):
                results.setdefault(image.uids[:depth], image.json)
        start = int(query.get("offset", 0))
        size = min(int(query.get("limit", self.server.page)), self.server.page)
        page = list(results.values())[start : start + size]
        if page:
            self.answer_json(page)
        else:
            self.answer(204, b"", "application/dicom+json")

    def _wado(self, query: dict[str, str]) -> None:
        images = self._images(uid=query.get("objectUID", ""))
        if not images:
            self.answer(404, b"", "text/plain")
        elif query.get("contentType") != "application/dicom":
            self.answer(200, b"\xff\xd8 a picture", "image/jpeg")
        else:
            self.answer(200, images[0].file, "application/dicom")


def _of_series(image: Any) -> dict[str, Any]:
    """The header of an image with its relative URIs as they are in the answer for a series."""
    text = json.dumps(image.json)
    moved: dict[str, Any] = json.loads(
        text.replace('"BulkDataURI": "bulk/', f'"BulkDataURI": "instances/{image.uids[-1]}/bulk/')
    )
    return moved


#: The attributes in the data base of a server (Orthanc's MainDicomTags).
MAIN = frozenset(
    {
        *("00080005", "00080016", "00080018", "00080060", "0020000D", "0020000E", "00100010"),
        *("00100020", "00200013", "00200032", "00200037", "00280010", "00280011"),
    }
)


def main_tags(json: dict[str, Any]) -> dict[str, Any]:
    """The JSON of an image from the data base of a server alone."""
    return {tag: element for tag, element in json.items() if tag in MAIN}


_STUDY = "/studies/(?P<study>[^/]+)"
_SERIES = f"{_STUDY}/series/(?P<series>[^/]+)"
_IMAGE = f"{_SERIES}/instances/(?P<uid>[^/]+)"
_ROUTES = {
    re.compile(f"{_SERIES}/metadata"): _Handler._metadata_of_series,
    re.compile(f"{_IMAGE}/metadata"): _Handler._metadata,
    re.compile(f"{_IMAGE}/frames/(?P<number>[0-9]+)"): _Handler._frame,
    re.compile(f"{_IMAGE}/bulk/(?P<number>[0-9]+)"): _Handler._bulk,
    re.compile(_IMAGE): _Handler._image,
    re.compile(
        f"(?:{_STUDY})?(?:/series/(?P<series>[^/]+))?/(?P<level>studies|series|instances)"
    ): (_Handler._search),
}


def encoded(dataset: Dataset) -> bytes:
    """The file of a data set."""
    file = BytesIO()
    dataset.save_as(file, enforce_file_format=True)
    return file.getvalue()
