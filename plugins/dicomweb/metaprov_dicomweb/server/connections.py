"""The connections of this process: one pool for each server that was asked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from .connection import Connection
from .errors import failed
from .servers import NOT_CONFIGURED
from .settings import configured_server, limits, listen

if TYPE_CHECKING:
    from .servers import Server
    from .urls import Url

__all__ = ["connection_to"]


class _Connections:
    def __init__(self) -> None:
        self.forget()
        listen(self)

    def forget(self) -> None:
        # Not closed: who asks by one now, or is about to ask again, has its answer. A pool that
        # nobody refers to closes its connections itself.
        self._by_server: dict[Server, Connection] = {}

    def settings_changed(self) -> None:
        self.forget()

    def to(self, server: Server) -> Connection:
        known = self._by_server
        connection = known.get(server)
        if connection is None:
            # Two threads may make one; both take that which is there first.
            connection = known.setdefault(server, Connection(server, limits()))
        return connection


_connections: Final = _Connections()

# A forked process, of a data loader say, has its parent's sockets: both would read from them.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_connections.forget)


def connection_to(url: Url) -> Connection:
    """The connection to the configured server of a URL. Raises MetadataReadError without one."""
    try:
        server = configured_server(url)
    except ValueError as error:
        raise failed(url, str(error)) from None
    if server is None:
        raise failed(url, NOT_CONFIGURED)
    return _connections.to(server)
