"""A server of the inspector over a folder, until the real one is there."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from answering import row_of
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from metaprov_core import MetaprovError
from metaprov_dicom import dicom_json
from metaprov_modules import INSTANCE, SERIES_VOLUMES
from metaprov_serve.inspector import inspector_routes

if TYPE_CHECKING:
    from starlette.requests import Request

    from metaprov_core import Host

METAPROV_JS = Path(__file__).parents[2] / "javascript" / "metaprov.js"
POLICY = "default-src 'self'; frame-ancestors 'none'"


def inspector_of(host: Host, folder: Path, *, bundled: bool = True) -> Starlette:
    """The page and what it asks for, with its policy; without the bundle if that is wanted."""
    answers = {
        "images": lambda _: list(host.find_images(str(folder))),
        "types": lambda _: [{"type": type} for type in host.types()],
        "metadata": partial(metadata, host),
        "explain": partial(explain, host),
        "volumes": lambda asked: list(host.get(SERIES_VOLUMES, asked["id"]) or ()),
        "header": lambda asked: msgspec.Raw(dicom_json(host.require(INSTANCE, asked["id"]))),
    }
    routes = [Route(f"/metaprov/api/{name}", answered(answer)) for name, answer in answers.items()]
    routes[2] = Route("/metaprov/api/metadata", answered(answers["metadata"]), methods=["POST"])
    routes += [
        Route("/metaprov/api/frame", partial(frame, host)),
        Route("/metaprov/api/rendered", partial(picture, host)),
        Route("/metaprov/api/thumbnail", partial(picture, host)),
        Route("/metaprov/metaprov.js", lambda _: FileResponse(METAPROV_JS)),
    ]
    if not bundled:
        nothing = Response(status_code=404)
        routes.append(Route("/metaprov/vendor/{path:path}", lambda _: nothing))
    app = Starlette(routes=[*routes, *inspector_routes()])
    return with_policy(app)


def with_policy(app):
    """The app, all of whose answers say what the page may load."""

    async def policed(scope, receive, send):
        async def sending(message):
            if message["type"] == "http.response.start":
                said = (b"content-security-policy", POLICY.encode())
                message["headers"] = [*message["headers"], said]
            await send(message)

        await app(scope, receive, sending)

    return policed


def answered(answer):
    """A route that answers JSON, or 422 with the words of the error."""

    async def route(request: Request) -> Response:
        asked = dict(request.query_params)
        if request.method == "POST":
            asked = await request.json()
        try:
            found, status = await run_in_threadpool(answer, asked), 200
        except MetaprovError as error:
            found, status = {"error": str(error)}, 422
        body = msgspec.json.encode(found)
        return Response(body, status_code=status, media_type="application/json")

    return route


def metadata(host: Host, asked: dict) -> list[dict]:
    """The answers about several images."""
    image_ids = asked["imageIds"]
    found = {t: host.get_many(t, image_ids, return_exceptions=True) for t in asked["types"]}
    return [
        row_of(image_id, {type: answers[place] for type, answers in found.items()})
        for place, image_id in enumerate(image_ids)
    ]


def explain(host: Host, asked: dict) -> dict:
    """Who answers, and what each says."""
    return host.explain(asked["type"], asked["id"], all="all" in asked).to_dict()


async def frame(host: Host, request: Request) -> Response:
    """The stored values, and what they are."""
    from metaprov_serve.pictures import decoded

    try:
        found = await run_in_threadpool(decoded, host, request.query_params["id"])
    except MetaprovError as error:
        return refused(error)
    about = {
        "X-Rows": found.rows,
        "X-Columns": found.columns,
        "X-Samples": found.samples,
        "X-Bits-Allocated": found.bits_allocated,
        "X-Pixel-Representation": found.pixel_representation,
        "X-Photometric": found.photometric_interpretation,
    }
    headers = {name: str(value) for name, value in about.items()}
    return Response(found.data, media_type="application/octet-stream", headers=headers)


async def picture(host: Host, request: Request) -> Response:
    """A PNG."""
    from metaprov_serve.pictures import rendered

    asked = request.query_params
    size = int(asked["size"]) if "size" in asked else None
    try:
        png = await run_in_threadpool(partial(rendered, host, asked["id"], size=size))
    except MetaprovError as error:
        return refused(error)
    return Response(png, media_type="image/png")


def refused(error: MetaprovError) -> Response:
    """Why there is no answer."""
    body = msgspec.json.encode({"error": str(error)})
    return Response(body, status_code=422, media_type="application/json")
