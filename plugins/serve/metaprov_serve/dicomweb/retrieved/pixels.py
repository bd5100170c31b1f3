"""Frames, pictures and bulk data of an instance over HTTP (WADO-RS)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from metaprov_core import with_frame
from metaprov_serve.dicomweb.exchange.media_types import OCTETS
from metaprov_serve.dicomweb.exchange.multipart import Part, in_one_part, in_parts
from metaprov_serve.dicomweb.exchange.places import PIXEL_DATA
from metaprov_serve.dicomweb.exchange.requests import instance_of, instances_of, ranges_of
from metaprov_serve.dicomweb.indexed.archive import in_thread_of
from metaprov_serve.http.errors import HttpError

from .bulk_data import bulk_data
from .frames import check_frame, first_frame, frame_numbers, in_form, number_of_frames
from .renderings import picture, rendering

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.requests import Request

    from metaprov_serve.dicomweb.indexed.archive import Archive

    from .frames import Frame

__all__ = ["Pixels"]


class Pixels:
    """Gives what is seen of instances, and their long values."""

    def __init__(self, archive: Archive) -> None:
        self._archive: Final = archive

    async def frames(self, request: Request) -> Response:
        """Frames by their numbers, ``1,3``."""
        instance = await instance_of(request, self._archive)
        numbers = frame_numbers(request.path_params["frames"])
        return await self._frames(request, instance.image_id, numbers)

    async def bulk_data(self, request: Request) -> Response:
        """A value that the metadata have behind a URI; of the pixels, all frames."""
        instance = await instance_of(request, self._archive)
        path = request.path_params["path"]
        if path.upper() == PIXEL_DATA:
            count = await in_thread_of(self._archive, instance.image_id, number_of_frames)
            return await self._frames(request, instance.image_id, range(1, count + 1))
        how = next((each for each in ranges_of(request) if each.includes(OCTETS)), None)
        if how is None:
            raise HttpError(406, f"bulk data are {OCTETS}")
        data = await in_thread_of(self._archive, instance.image_id, bulk_data, path)
        if how.multipart:
            return in_one_part(OCTETS, OCTETS, data)
        return Response(data, media_type=OCTETS)

    async def rendered(self, request: Request) -> Response:
        """The picture of an instance, or of one of its frames."""
        instance = await instance_of(request, self._archive)
        return await self._picture(request, instance.image_id, thumbnail=False)

    async def thumbnail(self, request: Request) -> Response:
        """A small picture of an instance, or of one of its frames."""
        instance = await instance_of(request, self._archive)
        return await self._picture(request, instance.image_id, thumbnail=True)

    async def thumbnail_of_all(self, request: Request) -> Response:
        """A small picture of the instance in the middle of a series, or of a study."""
        instances = await instances_of(request, self._archive)
        return await self._picture(request, instances[len(instances) // 2].image_id, thumbnail=True)

    async def _frames(self, request: Request, image_id: str, numbers: Sequence[int]) -> Response:
        ranges = ranges_of(request)
        first = await in_thread_of(self._archive, image_id, first_frame, numbers, ranges)
        if not first.form.multipart:
            return Response(first.data, media_type=first.form.content_type)
        if len(numbers) == 1:
            return in_one_part(first.form.type, first.form.content_type, first.data)
        return in_parts(first.form.type, self._parts(image_id, numbers, first))

    async def _parts(
        self, image_id: str, numbers: Sequence[int], first: Frame
    ) -> AsyncIterator[Part]:
        form = first.form
        yield Part(form.content_type, first.data)
        for number in numbers[1:]:
            frame = await in_thread_of(self._archive, image_id, in_form, number, form)
            yield Part(form.content_type, frame.data)

    async def _picture(self, request: Request, image_id: str, *, thumbnail: bool) -> Response:
        how = rendering(request.query_params, ranges_of(request), thumbnail=thumbnail)
        frame = request.path_params.get("frames")
        if frame is not None:
            numbers = frame_numbers(frame)
            if len(numbers) > 1:
                raise HttpError(400, "pictures are made of one frame at a time")
            await in_thread_of(self._archive, image_id, check_frame, numbers[0])
            image_id = with_frame(image_id, numbers[0])
        data = await in_thread_of(self._archive, image_id, picture, how)
        return Response(data, media_type=how.media_type)
