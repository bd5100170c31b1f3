"""moto's S3 on loopback, with the requests that it gets, and what goes wrong with its answers.

As a program it serves until its input ends, for who measures: it prints its URL. Its arguments are
the seconds that each answer waits, and files to store in the bucket ``images``; for each
line of its input it prints how many requests there were since the last one, and the bytes of their
answers.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import boto3
from botocore.config import Config
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BUCKET = "images"


class Request(NamedTuple):
    """A request, and the bytes of its answer."""

    method: str
    path: str
    range: str | None
    bytes: int


class S3Server:
    """A server with one bucket; what is in ``faults`` happens to the next requests for objects.

    A fault is a status, ``"truncated"`` for an answer that is cut off, or ``"whole"`` for one that
    ignores the range. ``always`` happens to all.
    """

    def __init__(self, delay: float = 0.0) -> None:
        self.requests: list[Request] = []
        self.faults: list[int | str] = []
        self.always: int | str | None = None
        self.delay = delay
        #: How many requests for objects were under way at once.
        self.most_at_once = 0
        self._under_way = 0
        self._lock = threading.Lock()
        self._app = DomainDispatcherApplication(create_backend_app)
        self._server = make_server(
            "127.0.0.1", 0, self._answer, threaded=True, request_handler=_Handler
        )
        self.url = f"http://127.0.0.1:{self._server.port}"
        # A hundred may come at once.
        self._server.socket.listen(128)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.options: dict[str, Any] = {
            "endpoint_url": self.url,
            "key": "not-a-key",
            "secret": "not-a-secret",
        }
        self.client = boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id="not-a-key",
            aws_secret_access_key="not-a-secret",
            region_name="us-east-1",
            config=Config(max_pool_connections=32),
        )
        self.client.create_bucket(Bucket=BUCKET)
        self.requests.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.empty()
        self.client.delete_bucket(Bucket=BUCKET)
        self.client.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def store(self, key: str, data: bytes) -> str:
        """Store an object; its URL."""
        self.client.put_object(Bucket=BUCKET, Key=key, Body=data)
        self.requests.clear()
        return f"s3://{BUCKET}/{key}"

    def empty(self) -> None:
        """Delete all objects, faults and records of requests."""
        for each in self.client.list_objects(Bucket=BUCKET).get("Contents", ()):
            self.client.delete_object(Bucket=BUCKET, Key=each["Key"])
        self.faults, self.always, self.delay = [], None, 0.0
        self.most_at_once = 0
        self.requests.clear()

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path, asked = environ["PATH_INFO"], environ.get("HTTP_RANGE")
        of_object = environ["REQUEST_METHOD"] == "GET" and path.count("/") > 1
        fault = None
        if of_object:
            fault = self.always if self.always is not None else (self.faults or [None]).pop(0)
            with self._lock:
                self._under_way += 1
                self.most_at_once = max(self.most_at_once, self._under_way)
            time.sleep(self.delay)
            with self._lock:
                self._under_way -= 1
        if isinstance(fault, int):
            body = b"<Error><Code>Fault</Code><Message>not-a-secret</Message></Error>"
            start(f"{fault} Fault", [("Content-Length", str(len(body)))])
        else:
            if fault == "whole":
                environ.pop("HTTP_RANGE", None)
            body = b"".join(self._app(environ, start))
        if fault == "truncated":
            body = body[: len(body) // 2]
        self.requests.append(Request(environ["REQUEST_METHOD"], path, asked, len(body)))
        return [body]


class _Handler(WSGIRequestHandler):
    """Answers as HTTP/1.1 does, and says nothing."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        """Nobody reads it."""


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    with S3Server() as server:
        for name in sys.argv[2:]:
            server.store(Path(name).name, Path(name).read_bytes())
        server.delay = float(sys.argv[1])
        print(server.url, flush=True)  # noqa: T201 - see above
        for _ in sys.stdin:
            sent = sum(each.bytes for each in server.requests)
            print(len(server.requests), sent, flush=True)  # noqa: T201 - see above
            server.requests.clear()
