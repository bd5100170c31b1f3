"""The paths of the API."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.routing import Route

from metaprov_serve.http.answers import bytes_answer, json_answer
from metaprov_serve.http.bodies import body_of
from metaprov_serve.http.work import in_batches, in_thread
from metaprov_serve.pictures import rendered

from . import questions
from .frames import as_stored, as_values
from .metadata import Asked, rows_of, with_geometries_once
from .parameters import is_set, of_window, one, several, whole_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from .images import Images
    from .metadata import Row

__all__ = ["api_routes"]

_ROOT: Final = "/metaprov/api"
_DICOM_JSON: Final = "application/dicom+json"
_OCTETS: Final = "application/octet-stream"
_PNG: Final = "image/png"
_LARGEST_PICTURE: Final = 4096
_THUMBNAIL: Final = 128


def api_routes(images: Images) -> list[BaseRoute]:
    """All routes of the API; none changes anything."""
    api = _Api(images)
    table = {
        "images": api.images,
        "explain": api.explain,
        "types": api.types,
        "plugins": api.plugins,
        "volumes": api.volumes,
        "header": api.header,
        "frame": api.frame,
        "rendered": api.rendered,
        "thumbnail": api.thumbnail,
    }
    return [
        Route(f"{_ROOT}/metadata", api.metadata, methods=["GET", "POST"]),
        *(Route(f"{_ROOT}/{name}", endpoint) for name, endpoint in table.items()),
    ]


class _Api:
    """What answers requests about some images."""

    def __init__(self, images: Images) -> None:
        self._images: Final = images
        self._host: Final = images.host

    async def metadata(self, request: Request) -> Response:
        if request.method == "POST":
            asked = await body_of(request, Asked)
        else:
            asked = Asked(several(request, "id"), several(request, "type"))
        own_host = request.headers.get("host")
        answer = partial(rows_of, self._images, types=asked.types, own_host=own_host)

        def finish(rows: list[Row]) -> Response:
            return json_answer(request, with_geometries_once(rows))

        return await in_batches(request, answer, asked.image_ids, finish)

    async def images(self, request: Request) -> Response:
        source = request.query_params.get("source")
        return await in_thread(lambda: json_answer(request, self._images.images(source)))

    async def types(self, request: Request) -> Response:
        return await in_thread(lambda: json_answer(request, questions.types(self._host)))

    async def plugins(self, request: Request) -> Response:
        return await in_thread(lambda: json_answer(request, questions.plugins(self._host)))

    async def explain(self, request: Request) -> Response:
        type, all = one(request, "type"), is_set(request, "all")

        def answer(image_id: str) -> Response:
            return json_answer(request, questions.explanation(self._host, type, image_id, all=all))

        return await self._about_image(request, answer)

    async def volumes(self, request: Request) -> Response:
        def answer(image_id: str) -> Response:
            return json_answer(request, questions.volumes(self._host, image_id))

        return await self._about_image(request, answer)

    async def header(self, request: Request) -> Response:
        def answer(image_id: str) -> Response:
            return json_answer(request, questions.header(self._host, image_id), _DICOM_JSON)

        return await self._about_image(request, answer)

    async def frame(self, request: Request) -> Response:
        read = as_values if is_set(request, "decoded", default=True) else as_stored

        def answer(image_id: str) -> Response:
            data, headers = read(self._host, image_id)
            return bytes_answer(request, data, _OCTETS, headers)

        return await self._about_image(request, answer)

    async def rendered(self, request: Request) -> Response:
        return await self._picture(request, None)

    async def thumbnail(self, request: Request) -> Response:
        return await self._picture(request, _THUMBNAIL)

    async def _picture(self, request: Request, usual_size: int | None) -> Response:
        size = whole_number(request, "size", _LARGEST_PICTURE) or usual_size
        window = of_window(request)

        def answer(image_id: str) -> Response:
            png = rendered(self._host, image_id, size=size, window=window)
            return bytes_answer(request, png, _PNG)

        return await self._about_image(request, answer)

    async def _about_image(self, request: Request, answer: Callable[[str], Response]) -> Response:
        """What answers about the image of a request, called with its id in a thread.

        Raises HttpError, 400, 403 or 404, for an image that may not be asked about.
        """
        asked, own_host = one(request, "id"), request.headers.get("host")
        return await in_thread(lambda: answer(self._images.allowed(asked, own_host)))
