"""Searches over HTTP: ``/studies``, ``/series``, ``/instances``, and those below (QIDO-RS)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_serve.dicomweb.exchange.accept import best_of
from metaprov_serve.dicomweb.exchange.media_types import JSON, JSON_TYPES
from metaprov_serve.dicomweb.exchange.places import ROOT, place_of
from metaprov_serve.dicomweb.exchange.requests import has_waited, headers_of, ranges_of, root_of
from metaprov_serve.dicomweb.indexed.attributes import Level
from metaprov_serve.http.answers import json_in_thread
from metaprov_serve.http.errors import HttpError
from metaprov_serve.http.work import in_thread

from .answers import answer_of
from .query import parsed_query
from .search import Search

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from metaprov_serve.dicomweb.indexed.archive import Archive
    from metaprov_serve.dicomweb.indexed.tree import Node
    from metaprov_serve.dicomweb.retrieved.metadata import Metadata

__all__ = ["Searching"]


class Searching:
    """Answers searches from the index; what it does not keep, from headers."""

    def __init__(self, archive: Archive, metadata: Metadata) -> None:
        self._archive: Final = archive
        self._metadata: Final = metadata

    async def studies(self, request: Request) -> Response:
        """Search for studies."""
        return await self._answer(request, Level.STUDY)

    async def series(self, request: Request) -> Response:
        """Search for series, of all studies or of one."""
        return await self._answer(request, Level.SERIES)

    async def instances(self, request: Request) -> Response:
        """Search for instances, of all studies, of one, or of a series."""
        return await self._answer(request, Level.INSTANCE)

    async def _answer(self, request: Request, level: Level) -> Response:
        if best_of(ranges_of(request), JSON_TYPES) is None:
            raise HttpError(406, f"searches are answered as {JSON}")
        try:
            query = parsed_query(request.query_params.multi_items())
        except ValueError as error:
            raise HttpError(400, str(error)) from None
        search = Search(level, query, **request.path_params)
        index = self._archive.index
        await has_waited(index)
        headers = headers_of(index)
        body = await in_thread(self._found, search, root_of(request), _service_of(request))
        answer = await json_in_thread(request, body, JSON)
        answer.headers.update(headers)
        return answer

    def _found(self, search: Search, root: str, service: str) -> bytes:
        matches = search.found(self._archive)
        return b"[%b]" % b",".join([self._match(search, nodes, root, service) for nodes in matches])

    def _match(self, search: Search, nodes: tuple[Node, ...], root: str, service: str) -> bytes:
        place = place_of(*[node.uid for node in nodes])
        query = search.query
        # Of a study or a series, all is what the index has of it.
        everything = query.include_all and search.level == Level.INSTANCE
        from_header = {}
        if everything or query.include:
            tags = None if everything else query.include
            from_header = self._metadata.elements(nodes[-1].image_id, root, tags)
        return answer_of(nodes, search.shown, f"{service}{place}", query.include, from_header)


def _service_of(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}{ROOT}"
