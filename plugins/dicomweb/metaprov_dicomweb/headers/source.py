"""What the header of an image lacks, and is asked for when somebody needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_core import note
from metaprov_dicom import Instance, instance_from_encoded_json
from metaprov_dicomweb.server.connections import connection_to
from metaprov_dicomweb.server.errors import StatusError, failed
from metaprov_dicomweb.server.settings import configured_server
from metaprov_dicomweb.server.urls import joined
from metaprov_dicomweb.services.dicom_json import attributes_in
from metaprov_dicomweb.services.multipart import bytes_in
from metaprov_dicomweb.services.part10 import read_transfer_syntax

from .missing_parts import GROUPS, is_garbled, may_have_groups, missing_attribute
from .series import fetch_header

if TYPE_CHECKING:
    from metaprov_dicomweb.server.urls import Url
    from metaprov_dicomweb.services.wado_rs import ImageUrl

    from .series import Series

__all__ = ["HeaderSource"]

_TRANSFER_SYNTAX_UID: Final = 0x00020010
_AVAILABLE_TRANSFER_SYNTAX_UID: Final = "AvailableTransferSyntaxUID"

_BULK_DATA: Final = 'multipart/related; type="application/octet-stream"'
#: Statuses by which a server says that it does not have this, or not so.
_NOT_TO_BE_HAD: Final = frozenset({400, 404, 405, 406, 410, 415, 501})


class HeaderSource:
    """Who has sent the header of an image, and is asked for what that lacks, each thing once.

    It has no credentials: those are the connection's. It can be sent to another process, which
    asks by its own configuration.
    """

    def __init__(self, url: ImageUrl, series: Series | None = None) -> None:
        """``series`` is what the header came with; None where it came alone, and is whole."""
        self._url: Final = url
        self._series: Final = series
        #: The answer that the header is in, which its relative URIs start from (RFC 3986 5.1.3).
        self._answer = url.metadata if series is None else url.series.metadata
        #: The keyword of an attribute that is missing; None where nothing has to be asked for.
        self._missing: str | None = None
        self._may_have_groups = True
        self._has_transfer_syntax = True
        #: What there is to say of how the header was had.
        self.remarks: Final[list[str]] = []

    def instance(self, header: bytes) -> Instance:
        """The instance of the header that it has sent. Raises MetadataReadError for no JSON."""
        try:
            instance = instance_from_encoded_json(header, self)
        except ValueError as error:
            raise failed(self._url.metadata, str(error)) from error
        # In this order: from now on what is not there is asked for.
        self._has_transfer_syntax = _AVAILABLE_TRANSFER_SYNTAX_UID in instance
        if self._series is not None:
            self._may_have_groups = may_have_groups(instance)
            self._missing = missing_attribute(instance)
        return instance

    def more(self, tag: int | None) -> bytes | None:
        """What the header lacks: the transfer syntax, or all that the server left out of it."""
        if tag == _TRANSFER_SYNTAX_UID:
            return None if self._has_transfer_syntax else self._transfer_syntax()
        # Nearly every question that comes here ends here.
        if self._missing is None or (tag in GROUPS and not self._may_have_groups):
            return None
        return self._rest_of_header()

    def bulk_data(self, uri: object) -> bytes | None:
        """The value that the server keeps apart, behind a BulkDataURI."""
        if not isinstance(uri, str) or not uri:
            note(f"the BulkDataURI is {uri!r:.40}, and leads nowhere")
            return None
        url = joined(self._answer, uri)
        try:
            is_allowed = url is not None and configured_server(url) is not None
        except ValueError as error:
            raise failed(self._url.url, str(error)) from None
        if url is None or not is_allowed:
            note("a BulkDataURI leads out of the configured servers, and is not followed")
            return None
        try:
            answer = connection_to(url).read(url, _BULK_DATA)
        except StatusError as error:
            if error.status not in _NOT_TO_BE_HAD:
                raise
            note(f"there are no bulk data: {error}")
            return None
        try:
            return bytes_in(answer.body, answer.content_type)
        except ValueError as error:
            raise failed(url, str(error)) from error

    def _rest_of_header(self) -> bytes | None:
        missing, series, header = self._missing, self._series, None
        if series is None or not series.is_complete:
            header = fetch_header(self._url)
            try:
                instance_from_encoded_json(header, self)
            except ValueError as error:
                raise failed(self._url.metadata, str(error)) from error
            if is_garbled(header):
                # The header is made of parts that are wrong by now.
                raise failed(
                    self._url.metadata,
                    "the server garbles ISO_IR 13, and its metadata of the series are "
                    "incomplete: let it give the full metadata",
                )
            if series is not None and series.is_complete is None:
                # What is missing may be missing in the image, and so in all of them.
                known = series.header(self._url.uid) or b"{}"
                series.is_complete = attributes_in(header) <= attributes_in(known)
        self._missing = None
        if series is not None and series.is_complete:
            return None
        # It takes the place of what was there.
        self._answer = self._url.metadata
        self._say(
            f"the server's metadata of the series lack {missing}, and maybe more: "
            "the image was asked for by itself"
        )
        return header

    def _transfer_syntax(self) -> bytes | None:
        try:
            uid = read_transfer_syntax(self._url.url)
        except StatusError as error:
            if error.status not in _NOT_TO_BE_HAD:
                raise
            note(f"the transfer syntax cannot be had: {error}")
            uid = None
        self._has_transfer_syntax = True
        if uid is None:
            return None
        self._say("the server's metadata lack the transfer syntax: the image was asked for it")
        return msgspec.json.encode({"00020010": {"vr": "UI", "Value": [uid]}})

    def _say(self, remark: str) -> None:
        self.remarks.append(remark)
        note(remark)

    def __reduce__(self) -> tuple[Any, ...]:
        return _elsewhere, (self._url, self._answer, self._missing, self._has_transfer_syntax)


def _elsewhere(
    url: ImageUrl, answer: Url, missing: str | None, has_transfer_syntax: bool
) -> HeaderSource:
    """The source of an instance that was sent to another process."""
    source = HeaderSource(url)
    source._answer, source._missing = answer, missing  # noqa: SLF001
    source._has_transfer_syntax = has_transfer_syntax  # noqa: SLF001
    return source
