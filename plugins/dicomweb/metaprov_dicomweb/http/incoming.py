"""How the bytes of an answer come in: within a time, and no more than a limit.

Both hold for the whole answer on the wire: interim answers, heads, pieces and trailers. A time-out
for each read, and a limit for what is decompressed, would let a server go on for ever.
"""

from __future__ import annotations

import io
import time
from http.client import HTTPResponse, parse_headers
from typing import TYPE_CHECKING, Any, Final

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from metaprov_dicomweb.server.settings import limits

if TYPE_CHECKING:
    import socket

    from _typeshed import WriteableBuffer

__all__ = ["POOLS", "TooLongError", "TooMuchError"]

#: Bytes of an answer besides its body.
_LARGEST_HEAD: Final = 2**20
#: The class of an interim answer, 100 Continue or 103 Early Hints say; after 101 comes no HTTP.
_INTERIM: Final = frozenset(range(100, 200)) - {101}


class TooLongError(Exception):
    """The answer did not end within the time for it, in seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the answer did not end within {seconds:g} s")


class TooMuchError(Exception):
    """More bytes came than an answer may have."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the answer has more than {limit} bytes")


class _Incoming(io.RawIOBase):
    """The bytes that come in at a socket, for one answer."""

    def __init__(self, file: io.RawIOBase, sock: socket.socket) -> None:
        super().__init__()
        self._file: Final = file
        self._socket: Final = sock
        self._pause: Final = sock.gettimeout()
        self._limits: Final = limits()
        self._end: Final = time.monotonic() + self._limits.answer_timeout
        self._left = self._limits.answer_limit + _LARGEST_HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TooLongError(self._limits.answer_timeout)
        if self._pause is None or seconds < self._pause:
            self._socket.settimeout(seconds)
        try:
            size = self._file.readinto(buffer) or 0
        except TimeoutError:
            if time.monotonic() >= self._end:
                raise TooLongError(self._limits.answer_timeout) from None
            raise
        self._left -= size
        if self._left < 0:
            raise TooMuchError(self._limits.answer_limit)
        return size

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp: Any = io.BufferedReader(_Incoming(self.fp.detach(), sock))

    def _read_status(self) -> tuple[str, int, str]:
        # http.client skips 100 alone, and takes any other interim answer for the answer.
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if status not in _INTERIM:
                return version, status, reason
            parse_headers(self.fp)


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


#: The pools for a ``PoolManager`` of urllib3, by scheme.
POOLS: Final = {"http": _Pool, "https": _SecurePool}
