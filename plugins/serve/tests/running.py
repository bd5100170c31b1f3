"""An application on a free port of this machine, for a while."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """Run an application, and give its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server did not start"
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def running_with_all_found(app: ASGIApp) -> Iterator[str]:
    """The same, once its DICOMweb has found every image."""
    with running(app) as address:
        # An answer waits for the index itself.
        while "X-Metaprov-Indexing" in httpx.get(f"{address}/dicomweb/studies", timeout=60).headers:
            pass
        yield address
