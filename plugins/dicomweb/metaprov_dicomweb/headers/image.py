"""The header of one image: from the metadata of its series, its own metadata, or its file."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import MetadataReadError
from metaprov_dicom import elements_of
from metaprov_dicomweb.server.errors import StatusError
from metaprov_dicomweb.services.part10 import AS_STORED, OBJECT, read_dataset, read_header
from metaprov_dicomweb.services.wado_uri import object_uid

from .missing_parts import is_garbled
from .series import UNAVAILABLE, fetch_header
from .source import FROM_IMAGE, HeaderSource

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydicom import FileDataset

    from metaprov_dicom import Instance
    from metaprov_dicomweb.server.urls import Url
    from metaprov_dicomweb.services.wado_rs import ImageUrl

    from .series import Series

__all__ = ["ImageHeader", "fetch_image", "fetch_object"]

_GARBLED: Final = f"the server's metadata garble ISO_IR 13: {FROM_IMAGE}"


#: What a header takes when all of it is decoded, for each byte of its JSON: measured were 3.6 for a
#: CT, 6.6 for thousands of attributes, and 8.5 where all is in items of sequences.
_TIMES_JSON: Final = 8
#: What one element of a file takes besides its value.
_BYTES_AN_ELEMENT: Final = 400


class ImageHeader(NamedTuple):
    """The header of an image, and notes on how it was fetched."""

    instance: Instance
    #: Reads the header from the DICOM file of the image.
    read_dataset: Callable[[], FileDataset]
    remarks: Sequence[str] = ()
    #: The bytes of memory that the header takes, and who fetched more since.
    bytes: int = 0
    source: HeaderSource | None = None

    @property
    def size(self) -> int:
        """The bytes of memory that it takes when all of it is decoded, about."""
        fetched = 0 if self.source is None else self.source.fetched
        return self.bytes + _TIMES_JSON * fetched


def fetch_object(url: Url) -> ImageHeader:
    """The header of a DICOM file behind a URL. Raises MetadataReadError."""
    uid = object_uid(url)
    instance = read_header(url, OBJECT, uid)
    return ImageHeader(instance, partial(read_dataset, url, OBJECT, uid), bytes=_size_of(instance))


def fetch_image(url: ImageUrl, series: Series) -> ImageHeader:
    """The header of an image, given those of its series. Raises MetadataReadError.

    What the series does not have is asked for by the image's own metadata, and where a server has
    no metadata for any, it is read from the image; so is a header that lost values on the way.
    """
    header = series.header(url.uid)
    source = HeaderSource(url, series, is_alone=header is None)
    if header is None:
        try:
            header = fetch_header(url)
        except StatusError as error:
            # A server that has the metadata of the other images does not have this one.
            if error.status not in UNAVAILABLE or series.has_headers:
                raise
            return _from_file_instead(url, source, error)
    if is_garbled(header):
        return _from_file(url, source, _GARBLED)
    return _header(url, source.instance(header), source, _TIMES_JSON * len(header))


def _from_file_instead(url: ImageUrl, source: HeaderSource, error: StatusError) -> ImageHeader:
    try:
        return _from_file(url, source, f"there are no metadata of the image: {FROM_IMAGE}")
    except StatusError as of_file:
        if of_file.status not in UNAVAILABLE:
            raise
        raise error from None


def _from_file(url: ImageUrl, source: HeaderSource, remark: str) -> ImageHeader:
    instance = read_header(url.url, AS_STORED, url.uid)
    source.remarks.append(remark)
    return _header(url, instance, source, _size_of(instance))


def _header(url: ImageUrl, instance: Instance, source: HeaderSource, size: int) -> ImageHeader:
    dataset = partial(read_dataset, url.url, AS_STORED, url.uid)
    return ImageHeader(instance, dataset, source.remarks, size, source)


def _size_of(instance: Instance) -> int:
    """What the header of a file takes, by its elements."""
    size = 0
    with suppress(MetadataReadError):  # the file is cut off behind what is there
        for element in elements_of(instance):
            size += _BYTES_AN_ELEMENT + sum(map(_size_of, element.items))
            size += len(element.value) if isinstance(element.value, bytes) else 0
    return size
