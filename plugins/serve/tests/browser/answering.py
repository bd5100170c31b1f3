"""A server of what a page asks metaprov for, until the real one is there."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metaprov_core import Host

PAGE = """<!doctype html><meta charset="utf-8"><title>metaprov</title>
<style>body {{ margin: 0; background: #444 }} #viewport {{ position: relative }}</style>
<div id="viewport" oncontextmenu="return false"></div>
<script type="module" src="/bundle/page.js"></script>"""


def app_of(host: Host, bundle: Path) -> Starlette:
    """The API below /metaprov/api, and a page at /."""

    async def metadata(request):
        asked = await request.json()
        image_ids = [file_id(image_id) for image_id in asked["imageIds"]]
        found = {
            type: host.get_many(type, image_ids, return_exceptions=True) for type in asked["types"]
        }
        rows = [
            row_of(image_id, {type: answers[place] for type, answers in found.items()})
            for place, image_id in enumerate(asked["imageIds"])
        ]
        return Response(msgspec.json.encode(rows), media_type="application/json")

    async def frame(request):
        image_id = request.query_params["id"]
        pixel = host.require("imagePixelModule", image_id)
        headers = {
            "X-Rows": pixel.rows,
            "X-Columns": pixel.columns,
            "X-Samples": pixel.samples_per_pixel,
            "X-Bits-Allocated": pixel.bits_allocated,
            "X-Pixel-Representation": pixel.pixel_representation,
            "X-Photometric": pixel.photometric_interpretation,
        }
        data = host.require("framePixelData", image_id).data
        texts = {name: str(value) for name, value in headers.items()}
        return Response(data, media_type="application/octet-stream", headers=texts)

    async def file(request):
        return FileResponse(f"/{request.path_params['path']}")

    return Starlette(
        routes=[
            Route("/", lambda request: HTMLResponse(PAGE.format())),
            Route("/metaprov/api/metadata", metadata, methods=["POST"]),
            Route("/metaprov/api/frame", frame),
            Route(
                "/files/{path:path}",
                lambda request: FileResponse(f"/{request.path_params['path']}"),
            ),
            Mount("/bundle", StaticFiles(directory=bundle)),
        ]
    )


def file_id(image_id: str) -> str:
    """The id of a file, of the address that the stock loader fetches it at."""
    return re.sub("^wadouri:.*/files/", "dicomfile:/", image_id)


def row_of(image_id, answers) -> dict:
    """The answers of one image, and what failed."""
    failed = {
        type: {"error": answer.__class__.__name__, "message": str(answer)}
        for type, answer in answers.items()
        if isinstance(answer, Exception)
    }
    metadata = {
        type: answer
        for type, answer in answers.items()
        if answer is not None and type not in failed
    }
    return {"imageId": image_id, "metadata": metadata, "errors": failed}


@contextmanager
def running(app: Starlette) -> Iterator[str]:
    """The app on a free port of this machine, for a while; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
