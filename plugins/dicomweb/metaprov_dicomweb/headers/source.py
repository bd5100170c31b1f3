"""Where a header came from, and how what it lacks is fetched when somebody needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_core import MetadataReadError, note
from metaprov_dicom import (
    Instance,
    Unlisted,
    dicom_json,
    encoded_elements,
    instance_from_encoded_json,
)
from metaprov_dicomweb.http.bulk import bulk_url, read_bulk
from metaprov_dicomweb.server.errors import StatusError, failed
from metaprov_dicomweb.services.dicom_json import attributes_in
from metaprov_dicomweb.services.multipart import bytes_in
from metaprov_dicomweb.services.part10 import AS_STORED, read_header, read_transfer_syntax

from .missing_parts import (
    GROUPS,
    Completeness,
    binary_data_to_be_there,
    empty_attributes,
    is_garbled,
    may_have_groups,
    missing_attribute,
)
from .series import UNAVAILABLE, fetch_header

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_dicom import EncodedElements
    from metaprov_dicomweb.services.wado_rs import ImageUrl

    from .series import Series

__all__ = ["FROM_IMAGE", "HeaderSource", "WrongHeaderError"]

FROM_IMAGE: Final = "the header was read from the image itself"

_TRANSFER_SYNTAX_UID: Final = 0x00020010
_AVAILABLE_TRANSFER_SYNTAX_UID: Final = "AvailableTransferSyntaxUID"


class WrongHeaderError(MetadataReadError):
    """A header that a server sent is no DICOM JSON."""


class HeaderSource:
    """The server that sent the header of an image, and is asked once for each thing that it lacks.

    The credentials are the connection's. A source can be sent to another process, which asks by its
    own configuration.
    """

    def __init__(self, url: ImageUrl, series: Series, *, is_alone: bool) -> None:
        """A header of ``series``; one that is alone came by itself, and whole."""
        self._url: Final = url
        self._series: Final = None if is_alone else series
        #: The answer that has the header: relative URIs start there (RFC 3986 5.1.3).
        self._answer = url.metadata if is_alone else url.series.metadata
        #: The tags of what is empty in an image of the series, too.
        self._empty_in_image: Final = series.empty
        self._completeness = Completeness.UNKNOWN
        #: The keyword of an attribute that a partial header lacks.
        self._missing: str | None = None
        #: Tags that an image of this SOP class cannot have.
        self._impossible: frozenset[int] = frozenset()
        self._lacks_transfer_syntax = False
        #: The tags of binary data that the image has, by what its header says of them.
        self._binary_data: frozenset[int] = frozenset()
        #: The bytes that were fetched after the header, and who is told of them.
        self.fetched = 0
        self.when_fetched: Callable[[], object] | None = None
        #: Notes on how the header was fetched.
        self.remarks: Final = list(series.remarks)

    def instance(self, header: bytes) -> Instance:
        """The instance of the header that the server sent; of the image if values were lost.

        Raises MetadataReadError.
        """
        elements = self._elements_of(header)
        image = self._with_lost_values(elements)
        if image is not None:
            return image
        instance = instance_from_encoded_json(elements, self)
        # Meanwhile the instance looks attributes up, and finds only what has come.
        lacks_transfer_syntax = _AVAILABLE_TRANSFER_SYNTAX_UID not in instance
        binary_data = binary_data_to_be_there(elements)
        if self._series is not None:
            if not may_have_groups(instance):
                self._impossible = GROUPS
            self._missing = missing_attribute(instance)
        is_whole = self._missing is None
        self._completeness = Completeness.WHOLE if is_whole else Completeness.PARTIAL
        self._lacks_transfer_syntax = lacks_transfer_syntax
        self._binary_data = binary_data
        return instance

    def more(self, tag: int | None) -> bytes | None:
        """What the header lacks: the transfer syntax, binary data, or all that was left out of it.

        The first two are read from the image, and in no list of its attributes.
        """
        if tag == _TRANSFER_SYNTAX_UID:
            return self._transfer_syntax() if self._lacks_transfer_syntax else None
        if self._completeness is Completeness.PARTIAL and tag not in self._impossible:
            rest = self._rest_of_header()
            if rest is not None:
                self.fetched += len(rest)
                return rest
        # Nearly every question that comes here ends here.
        if tag not in self._binary_data:
            return None
        data = self._data_of_image()
        self.fetched += len(data or b"")
        return data

    def acknowledge(self, tag: int | None) -> None:
        """The instance has stored the answer of ``more``: from now on it is not asked for."""
        if tag == _TRANSFER_SYNTAX_UID:
            self._say("the server's metadata lack the transfer syntax: the image was asked for it")
            self._lacks_transfer_syntax = False
        elif self._completeness is Completeness.PARTIAL and tag not in self._impossible:
            self._answer = self._url.metadata
            self._say(
                f"the server's metadata of the series lack {self._missing}, and maybe more: "
                "the image was asked for by itself"
            )
            self._completeness = Completeness.WHOLE
        else:
            self._say(
                "the server's metadata lack binary values: they were read from the image itself"
            )
            self._binary_data = frozenset()
        self._tell()

    def bulk_data(self, uri: object) -> bytes | None:
        """The value that the server keeps apart, behind a BulkDataURI."""
        if not isinstance(uri, str) or not uri:
            note(f"the BulkDataURI is {uri!r:.40}, and leads nowhere")
            return None
        try:
            answer = read_bulk(self._answer, self._with_query(uri))
        except ValueError as error:
            note(f"a BulkDataURI {error}")
            return None
        except StatusError as error:
            if error.status not in UNAVAILABLE:
                raise
            note(f"there are no bulk data: {error}")
            return None
        try:
            data = bytes_in(answer.body, answer.content_type)
        except ValueError as error:
            reason = str(error)
        else:
            self.fetched += len(data)
            self._tell()
            return data
        # Outside of the block: what the server said is no context of the error.
        raise failed(self._url.url, reason)

    def _tell(self) -> None:
        if self.when_fetched is not None:
            self.when_fetched()

    def _with_query(self, uri: str) -> str:
        """The URI with the query of the image, if it is below the same root and has none."""
        root = self._url.series.root
        if not root.query:
            return uri
        url = bulk_url(self._answer, uri)
        is_plain = url.is_within(root) and not url.query
        return str(url._replace(query=root.query)) if is_plain else uri

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
        try:
            header = fetch_header(self._url)
        except StatusError as error:
            is_unavailable = error.status in UNAVAILABLE
            image = self._image("there are no metadata of the image") if is_unavailable else None
            if image is None:
                raise
            return dicom_json(image)
        elements = self._elements_of(header)
        if is_garbled(header):
            # Some values of this instance were read already, and are wrong.
            raise failed(
                self._url.metadata,
                "the server garbles ISO_IR 13, and its metadata of the series are "
                "incomplete: let it give the full metadata",
            )
        image = self._with_lost_values(elements)
        if image is not None:
            return dicom_json(image)
        self._binary_data = binary_data_to_be_there(elements)
        return header

    def _with_lost_values(self, elements: EncodedElements) -> Instance | None:
        """The header in the file, if that has a value that must be there and is lost in metadata.

        What has none there either is not asked for in other images of the series.
        """
        empty = empty_attributes(elements)
        if empty.keys() <= self._empty_in_image:
            return None
        lack = f"the server's metadata have no value of {', '.join(empty.values())}"
        image = self._image(lack)
        if image is None:
            return None
        of_image = encoded_elements(dicom_json(image))
        lost = of_image.keys() & empty.keys() - empty_attributes(of_image).keys()
        if not lost:
            self._empty_in_image.update(empty)
            return None
        self._say(f"{lack}: {FROM_IMAGE}")
        return image

    def _elements_of(self, header: bytes) -> EncodedElements:
        try:
            return encoded_elements(header)
        except ValueError as error:
            reason = str(error)
        # Outside of the block: what the server said is no context of the error.
        raise failed(self._url.metadata, reason, WrongHeaderError)

    def _data_of_image(self) -> bytes | None:
        wanted, image = self._binary_data, self._image("the server's metadata lack binary values")
        if image is not None:
            elements = msgspec.json.decode(dicom_json(image), type=dict[str, msgspec.Raw])
            data = {key: value for key, value in elements.items() if int(key, 16) in wanted}
            if data:
                return Unlisted(msgspec.json.encode(data))
        self._binary_data = frozenset()
        return None

    def _image(self, lack: str) -> Instance | None:
        """The header in the file; None where there is none, with a remark on what is lacking."""
        try:
            return read_header(self._url.url, AS_STORED, self._url.uid)
        except StatusError as error:
            if error.status not in UNAVAILABLE:
                raise
            self._say(f"{lack}, and the image cannot be had: {error}")
            return None

    def _transfer_syntax(self) -> bytes | None:
        try:
            uid = read_transfer_syntax(self._url.url)
        except StatusError as error:
            if error.status not in UNAVAILABLE:
                raise
            self._say(f"the transfer syntax cannot be had: {error}")
            uid = None
        if uid is None:
            self._lacks_transfer_syntax = False
            return None
        return Unlisted(msgspec.json.encode({"00020010": {"vr": "UI", "Value": [uid]}}))

    def _say(self, remark: str) -> None:
        if remark not in self.remarks:
            self.remarks.append(remark)
        note(remark)

    def __getstate__(self) -> dict[str, Any]:
        # The headers of the other images stay here, and so does who keeps this one.
        return {**vars(self), "_series": None, "when_fetched": None}
