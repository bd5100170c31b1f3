"""The routes of OHIF: its files at `/`, its pages, and the configuration that is ours."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import NotModifiedResponse, StaticFiles

from .config import app_config
from .errors import OhifError
from .media_types import HTML, JAVASCRIPT, media_type
from .policy import policy_of_page, policy_of_worker

if TYPE_CHECKING:
    import os

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import Scope

__all__ = ["ohif_routes"]

_INDEX: Final = "index.html"
#: What webpack named by its content, which never changes.
_HASHED: Final = re.compile(r"(?:^|\.)[0-9a-f]{16,32}\.\w+$")
_NAMES_A_FILE: Final = re.compile(r"\.[A-Za-z][A-Za-z0-9]*$")
#: Paths of this server that are no page of OHIF.
_OURS: Final = ("dicomweb", "metaprov")
_FOREVER: Final = "private, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"


def ohif_routes(folder: Path) -> list[BaseRoute]:
    """All that is not routed before: to be the last routes of an application.

    ``folder`` is what a build of OHIF made, or the npm package that has it in ``dist``. Raises
    OhifError where it is neither.
    """
    return [
        Route("/app-config.js", _configuration),
        Mount("/", _OhifFiles(directory=_built(folder), check_dir=False)),
    ]


def _built(folder: Path) -> Path:
    for each in (folder, folder / "dist"):
        if (each / _INDEX).is_file():
            return each
    raise OhifError(
        f"{folder} is no built OHIF: it has no {_INDEX}; give the folder that its build made "
        "(dist), or `--ohif npm` to fetch one"
    )


async def _configuration(_: Request) -> Response:
    headers = {"Cache-Control": _ASK_AGAIN, "X-Content-Type-Options": "nosniff"}
    return Response(app_config(), media_type=JAVASCRIPT, headers=headers)


class _OhifFiles(StaticFiles):
    """Files of OHIF; what names none is one of its pages, which are all the same."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, or index.html; HTTPException 404 for a file that is missing, 405 for methods."""
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or not _is_page(path):
                raise
        return await super().get_response(_INDEX, scope)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """A file with its media type, how long it is kept, and what it may load."""
        path = Path(full_path)
        kind = media_type(path.name)
        page = path.read_text("utf-8", errors="replace") if kind == HTML else None
        headers = {
            "Cache-Control": _FOREVER if _HASHED.search(path.name) else _ASK_AGAIN,
            "Content-Security-Policy": policy_of_worker() if page is None else policy_of_page(page),
            "ETag": _version(path, stat_result),
            "X-Content-Type-Options": "nosniff",
        }
        response = FileResponse(path, status_code, headers, kind, stat_result=stat_result)
        # Of files from npm it is the same for every version.
        del response.headers["Last-Modified"]
        if self.is_not_modified(response.headers, Headers(scope=scope)):
            return NotModifiedResponse(response.headers)
        return response


def _is_page(path: str) -> bool:
    first, *_ = Path(path).parts or (".",)
    return first not in _OURS and not _NAMES_A_FILE.search(Path(path).name)


def _version(path: Path, stat: os.stat_result) -> str:
    """With when it came to this disk: npm's files are all of 1985, and often of the same size."""
    told = f"{path}|{stat.st_size}|{stat.st_mtime_ns}|{stat.st_ctime_ns}"
    return f'"{sha256(told.encode()).hexdigest()[:32]}"'
