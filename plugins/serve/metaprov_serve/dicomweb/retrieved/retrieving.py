"""Studies, series and instances over HTTP: their metadata and their files (WADO-RS)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import FileResponse, StreamingResponse

from metaprov_serve.dicomweb.exchange.accept import best_of
from metaprov_serve.dicomweb.exchange.media_types import DICOM, JSON, JSON_TYPES
from metaprov_serve.dicomweb.exchange.multipart import Part, in_parts
from metaprov_serve.dicomweb.exchange.requests import (
    headers_of,
    instance_of,
    instances_of,
    ranges_of,
    root_of,
)
from metaprov_serve.http.answers import json_in_thread
from metaprov_serve.http.errors import HttpError
from metaprov_serve.http.work import in_thread

from .files import existing_file, opened, pieces_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from metaprov_serve.dicomweb.exchange.accept import Accepted
    from metaprov_serve.dicomweb.indexed.archive import Archive
    from metaprov_serve.dicomweb.indexed.tree import IndexedInstance

    from .metadata import Metadata

__all__ = ["Retrieving"]

#: Of how many instances the metadata are written at once.
_AT_ONCE: Final = 64
#: Of more, they are sent while they are written: neither compressed nor kept by who asked.
_MOST_IN_ONE_PIECE: Final = 2_000


class Retrieving:
    """Gives the headers of instances as DICOM JSON, and their files as they are stored."""

    def __init__(self, archive: Archive, metadata: Metadata) -> None:
        self._archive: Final = archive
        self._metadata: Final = metadata

    async def metadata(self, request: Request) -> Response:
        """The metadata of one instance."""
        _check_json(request)
        instance = await instance_of(request, self._archive)
        json = await in_thread(self._metadata.of_instance, instance.image_id, root_of(request))
        return await json_in_thread(request, b"[%b]" % json, JSON)

    async def metadata_of_all(self, request: Request) -> Response:
        """The metadata of all instances of a study, or of a series of it."""
        _check_json(request)
        index = self._archive.index
        instances = await instances_of(request, self._archive)
        headers = headers_of(index)
        pieces = self._written(instances, root_of(request))
        answer: Response
        if len(instances) > _MOST_IN_ONE_PIECE:
            answer = StreamingResponse(pieces, media_type=JSON)
        else:
            answer = await json_in_thread(request, b"".join([each async for each in pieces]), JSON)
        answer.headers.update(headers)
        return answer

    async def _written(
        self, instances: Sequence[IndexedInstance], root: str
    ) -> AsyncIterator[bytes]:
        """A JSON array, some instances at once."""
        before = b"["
        for start in range(0, len(instances), _AT_ONCE):
            image_ids = [each.image_id for each in instances[start : start + _AT_ONCE]]
            written = await in_thread(self._metadata.of_instances, image_ids, root)
            if written:
                yield before + b",".join(written)
                before = b","
        yield b"[]" if before == b"[" else b"]"

    async def instance(self, request: Request) -> Response:
        """The file of one instance: in parts, or alone where that is liked better."""
        instance = await instance_of(request, self._archive)
        how = _accepted_files(ranges_of(request), [instance])
        path = await in_thread(existing_file, self._archive, instance.image_id)
        if how.multipart is False:
            return FileResponse(path, media_type=DICOM)
        return in_parts(DICOM, _files(self._archive, [instance]))

    async def instances(self, request: Request) -> Response:
        """The files of a study, or of a series of it, in parts."""
        index = self._archive.index
        instances = await instances_of(request, self._archive)
        ranges = [each for each in ranges_of(request) if each.multipart is not False]
        _accepted_files(ranges, instances)
        await in_thread(existing_file, self._archive, instances[0].image_id)
        answer = in_parts(DICOM, _files(self._archive, instances))
        answer.headers.update(headers_of(index))
        return answer


def _check_json(request: Request) -> None:
    if best_of(ranges_of(request), JSON_TYPES) is None:
        raise HttpError(406, f"metadata are answered as {JSON}")


def _accepted_files(ranges: Sequence[Accepted], instances: Sequence[IndexedInstance]) -> Accepted:
    """The range in which the files are as they are stored; where none is said, they are, too."""
    stored = {each.transfer_syntax for each in instances}
    for range in ranges:
        if range.includes(DICOM) and (
            range.transfer_syntax in {None, "*"} or {range.transfer_syntax} == stored
        ):
            return range
    raise HttpError(
        406,
        f"files are given as they are stored, as {DICOM} in the transfer syntax "
        f"{', '.join(sorted(map(str, stored)))}; those of a study or a series in parts",
    )


async def _files(archive: Archive, instances: Sequence[IndexedInstance]) -> AsyncIterator[Part]:
    for instance in instances:
        path = await in_thread(existing_file, archive, instance.image_id)
        file = await in_thread(opened, path)
        content_type = f"{DICOM}; transfer-syntax={instance.transfer_syntax}"
        yield Part(content_type if instance.transfer_syntax else DICOM, pieces_of(file))
