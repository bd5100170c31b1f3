"""The connections of this process: one `Connection` for each server that was asked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from metaprov_dicomweb.server.settings import limits, listeners

from .connection import Connection

if TYPE_CHECKING:
    from metaprov_dicomweb.server.servers import Server

__all__ = ["connection_to"]


class _Connections:
    def __init__(self) -> None:
        self.forget()
        listeners.add(self)

    def forget(self) -> None:
        # They are not closed: other threads may be using them. A pool that nobody refers to any
        # more closes its connections itself.
        self._by_server: dict[Server, Connection] = {}

    def settings_changed(self) -> None:
        self.forget()

    def to(self, server: Server) -> Connection:
        by_server = self._by_server
        connection = by_server.get(server)
        if connection is None:
            # Two threads may each make one; both use the first one that is stored.
            connection = by_server.setdefault(server, Connection(server, limits()))
        return connection


_connections: Final = _Connections()

# A forked process, of a data loader say, inherits its parent's sockets, and both would read from
# them.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_connections.forget)


def connection_to(server: Server) -> Connection:
    """The connection to a configured server."""
    return _connections.to(server)
