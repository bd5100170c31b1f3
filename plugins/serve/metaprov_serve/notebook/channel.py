"""Requests that come as messages of a widget, answered by messages."""

from __future__ import annotations

import asyncio
import logging
import threading
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from .in_process import Request, answer_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from starlette.types import ASGIApp

__all__ = ["Channel"]

_log: Final = logging.getLogger("metaprov_serve")


class Asked(msgspec.Struct):
    """A message of a widget; without a request the answer to the one of this id is not wanted."""

    id: int
    request: Request | None = None


class Channel:
    """Answers a widget by an application.

    ``send`` is called with what is said, ``{"id", "status", "headers"}``, and the bytes of the
    answer. It is called from one thread of its own, as that of the kernel may be at work: a kernel
    takes messages from any thread.
    """

    def __init__(self, app: ASGIApp, send: Callable[[dict[str, Any], list[bytes]], object]) -> None:
        self._app: Final = app
        self._send: Final = send
        self._running: Final[dict[int, Future[None]]] = {}

    def receive(self, message: object) -> None:
        """Begins to answer a message, and returns at once. Raises ValueError for any other one."""
        asked = msgspec.convert(message, Asked)
        if asked.request is None:
            if given_up := self._running.get(asked.id):
                given_up.cancel()
            return
        running = asyncio.run_coroutine_threadsafe(self._answer(asked.id, asked.request), _loop())
        self._running[asked.id] = running
        running.add_done_callback(lambda _: self._running.pop(asked.id, None))

    def close(self) -> None:
        """Ends what is not answered yet."""
        for running in list(self._running.values()):
            running.cancel()

    async def _answer(self, id: int, request: Request) -> None:
        try:
            answer = await answer_of(self._app, request)
            said = {"id": id, "status": answer.status, "headers": answer.headers}
            self._send(said, [answer.body])
        except Exception:
            _log.exception("a widget was not answered: %s", request.path)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """That of all widgets, in a thread that ends with the kernel."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="metaprov-serve", daemon=True).start()
    return loop
