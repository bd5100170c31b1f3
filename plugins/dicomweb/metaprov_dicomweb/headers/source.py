"""Where a header came from, and how what it lacks is fetched when somebody needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_core import note
from metaprov_dicom import Instance, instance_from_encoded_json
from metaprov_dicomweb.server.bulk import read_bulk
from metaprov_dicomweb.server.errors import StatusError, failed
from metaprov_dicomweb.services.dicom_json import attributes_in
from metaprov_dicomweb.services.multipart import bytes_in
from metaprov_dicomweb.services.part10 import read_transfer_syntax

from .missing_parts import GROUPS, Completeness, is_garbled, may_have_groups, missing_attribute
from .series import fetch_header

if TYPE_CHECKING:
    from metaprov_dicomweb.services.wado_rs import ImageUrl

    from .series import Series

__all__ = ["HeaderSource"]

_TRANSFER_SYNTAX_UID: Final = 0x00020010
_AVAILABLE_TRANSFER_SYNTAX_UID: Final = "AvailableTransferSyntaxUID"

#: Statuses of a server that does not have this, or not in the form that was asked for.
_UNAVAILABLE: Final = frozenset({400, 404, 405, 406, 410, 415, 501})


class HeaderSource:
    """The server that sent the header of an image, and is asked once for each thing that it lacks.

    The credentials are the connection's. A source can be sent to another process, which asks by its
    own configuration.
    """

    def __init__(self, url: ImageUrl, series: Series | None = None) -> None:
        """``series`` is what the header came with; None for a header that came alone, and whole."""
        self._url: Final = url
        self._series: Final = series
        #: The answer that has the header: relative URIs start there (RFC 3986 5.1.3).
        self._answer = url.metadata if series is None else url.series.metadata
        self._completeness = Completeness.UNKNOWN
        #: The keyword of an attribute that a partial header lacks.
        self._missing: str | None = None
        #: Tags that an image of this SOP class cannot have.
        self._impossible: frozenset[int] = frozenset()
        self._lacks_transfer_syntax = False
        #: Notes on how the header was fetched.
        self.remarks: Final[list[str]] = []

    def instance(self, header: bytes) -> Instance:
        """The instance of the header that the server sent. Raises MetadataReadError for no JSON."""
        try:
            instance = instance_from_encoded_json(header, self)
        except ValueError as error:
            raise failed(self._url.metadata, str(error)) from error
        # Meanwhile the instance looks attributes up, and finds only what has come.
        lacks_transfer_syntax = _AVAILABLE_TRANSFER_SYNTAX_UID not in instance
        if self._series is not None:
            if not may_have_groups(instance):
                self._impossible = GROUPS
            self._missing = missing_attribute(instance)
        is_whole = self._missing is None
        self._completeness = Completeness.WHOLE if is_whole else Completeness.PARTIAL
        self._lacks_transfer_syntax = lacks_transfer_syntax
        return instance

    def more(self, tag: int | None) -> bytes | None:
        """What the header lacks: the transfer syntax, or all that the server left out of it."""
        if tag == _TRANSFER_SYNTAX_UID:
            return self._transfer_syntax() if self._lacks_transfer_syntax else None
        # Nearly every question that comes here ends here.
        if self._completeness is not Completeness.PARTIAL or tag in self._impossible:
            return None
        return self._rest_of_header()

    def acknowledge(self, tag: int | None) -> None:
        """The instance has stored the answer of ``more``: from now on it is not asked for."""
        if tag == _TRANSFER_SYNTAX_UID:
            self._say("the server's metadata lack the transfer syntax: the image was asked for it")
            self._lacks_transfer_syntax = False
        else:
            self._answer = self._url.metadata
            self._say(
                f"the server's metadata of the series lack {self._missing}, and maybe more: "
                "the image was asked for by itself"
            )
            self._completeness = Completeness.WHOLE

    def bulk_data(self, uri: object) -> bytes | None:
        """The value that the server keeps apart, behind a BulkDataURI."""
        if not isinstance(uri, str) or not uri:
            note(f"the BulkDataURI is {uri!r:.40}, and leads nowhere")
            return None
        try:
            answer = read_bulk(self._answer, uri)
        except ValueError as error:
            note(f"a BulkDataURI {error}")
            return None
        except StatusError as error:
            if error.status not in _UNAVAILABLE:
                raise
            note(f"there are no bulk data: {error}")
            return None
        try:
            return bytes_in(answer.body, answer.content_type)
        except ValueError as error:
            raise failed(self._url.url, str(error)) from error

    def _rest_of_header(self) -> bytes | None:
        series = self._series
        if series is None:
            return self._whole_header()
        if series.completeness is not Completeness.WHOLE:
            header = self._whole_header()
            if series.completeness is Completeness.UNKNOWN:
                # What is missing may be missing in this image, and so in all of the series.
                known = attributes_in(series.header(self._url.uid) or b"{}")
                is_whole = attributes_in(header) <= known
                series.completeness = Completeness.WHOLE if is_whole else Completeness.PARTIAL
            if series.completeness is Completeness.PARTIAL:
                return header
        self._completeness = Completeness.WHOLE
        return None

    def _whole_header(self) -> bytes:
        header = fetch_header(self._url)
        try:
            instance_from_encoded_json(header, self)
        except ValueError as error:
            raise failed(self._url.metadata, str(error)) from error
        if is_garbled(header):
            # Some values of this instance were read already, and are wrong.
            raise failed(
                self._url.metadata,
                "the server garbles ISO_IR 13, and its metadata of the series are "
                "incomplete: let it give the full metadata",
            )
        return header

    def _transfer_syntax(self) -> bytes | None:
        try:
            uid = read_transfer_syntax(self._url.url)
        except StatusError as error:
            if error.status not in _UNAVAILABLE:
                raise
            note(f"the transfer syntax cannot be had: {error}")
            uid = None
        if uid is None:
            self._lacks_transfer_syntax = False
            return None
        return msgspec.json.encode({"00020010": {"vr": "UI", "Value": [uid]}})

    def _say(self, remark: str) -> None:
        self.remarks.append(remark)
        note(remark)

    def __getstate__(self) -> dict[str, Any]:
        # The headers of the other images stay here.
        return {**vars(self), "_series": None}
