"""DICOMweb on a free port of this machine, without what guards it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import httpx
from running import running
from starlette.applications import Starlette

from metaprov_core import Host
from metaprov_serve.dicomweb import Index, routes
from metaprov_serve.http.errors import HANDLERS
from metaprov_serve.served import Served

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Archive(NamedTuple):
    """What the routes are made of, where an index of its own is tested."""

    host: Host
    index: Index

    @staticmethod
    def refusals(image_ids):
        return [None for _ in image_ids]


class Server(NamedTuple):
    """A server that runs."""

    url: str
    archive: Archive | Served
    client: httpx.Client

    def get(self, path: str, accept: str | None = None, **parameters: object) -> httpx.Response:
        headers = {} if accept is None else {"Accept": accept}
        return self.client.get(f"{self.url}{path}", params=parameters or None, headers=headers)

    def found(self, path: str, **parameters: object) -> list[dict]:
        """The matches of a search that is to succeed."""
        answer = self.get(path, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextmanager
def serving(sources: Sequence[str], index: Index | None = None) -> Iterator[Server]:
    host = Host(discover=True)
    archive = Served(host, sources) if index is None else Archive(host, index)
    archive.index.start()
    app = Starlette(
        routes=routes(archive),
        exception_handlers=dict(HANDLERS),
    )
    with running(app) as address, httpx.Client(timeout=60) as client:
        yield Server(f"{address}/dicomweb", archive, client)
    archive.index.stop()
