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
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from metaprov_serve.served import Served

__all__ = ["api_routes"]

_ROOT: Final = "/metaprov/api"
_DICOM_JSON: Final = "application/dicom+json"
_OCTETS: Final = "application/octet-stream"
_PNG: Final = "image/png"
_LARGEST_PICTURE: Final = 4096
_THUMBNAIL: Final = 128


def api_routes(served: Served) -> list[BaseRoute]:
    """All routes of the API; none changes anything."""
    api = _Api(served)
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
    """What answers requests about what is served."""

    def __init__(self, served: Served) -> None:
        self._served: Final = served
        self._host: Final = served.host

    async def metadata(self, request: Request) -> Response:
        if request.method == "POST":
            asked = await body_of(request, Asked)
        else:
            asked = Asked(several(request, "id"), several(request, "type"))
        own_host = request.headers.get("host")
        work = partial(rows_of, self._served, types=asked.types, own_host=own_host)
        rows = await in_batches(request, work, asked.image_ids)
        return await json_answer(request, with_geometries_once(rows))

    async def images(self, request: Request) -> Response:
        source = request.query_params.get("source")
        return await json_answer(request, await in_thread(self._served.images, source))

    async def explain(self, request: Request) -> Response:
        type, all = one(request, "type"), is_set(request, "all")
        image_id = await self._image_id(request)
        found = await in_thread(questions.explanation, self._host, type, image_id, all=all)
        return await json_answer(request, found)

    async def types(self, request: Request) -> Response:
        return await json_answer(request, await in_thread(questions.types, self._host))

    async def plugins(self, request: Request) -> Response:
        return await json_answer(request, await in_thread(questions.plugins, self._host))

    async def volumes(self, request: Request) -> Response:
        image_id = await self._image_id(request)
        found = await in_thread(questions.volumes, self._host, image_id)
        return await json_answer(request, found)

    async def header(self, request: Request) -> Response:
        image_id = await self._image_id(request)
        found = await in_thread(questions.header, self._host, image_id)
        return await json_answer(request, found, _DICOM_JSON)

    async def frame(self, request: Request) -> Response:
        read = as_values if is_set(request, "decoded", default=True) else as_stored
        image_id = await self._image_id(request)
        data, headers = await in_thread(read, self._host, image_id)
        return bytes_answer(request, data, _OCTETS, headers)

    async def rendered(self, request: Request) -> Response:
        return await self._picture(request, None)

    async def thumbnail(self, request: Request) -> Response:
        return await self._picture(request, _THUMBNAIL)

    async def _picture(self, request: Request, usual_size: int | None) -> Response:
        size = whole_number(request, "size", _LARGEST_PICTURE) or usual_size
        window = of_window(request)
        image_id = await self._image_id(request)
        png = await in_thread(rendered, self._host, image_id, size=size, window=window)
        return bytes_answer(request, png, _PNG)

    async def _image_id(self, request: Request) -> str:
        """The image of a request. Raises HttpError: 400, 403, 404."""
        own_host = request.headers.get("host")
        return await in_thread(self._served.allowed, one(request, "id"), own_host)
