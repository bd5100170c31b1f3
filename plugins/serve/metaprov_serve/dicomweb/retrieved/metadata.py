"""The headers of instances as DICOM JSON (PS3.18 F), kept as the bytes that are answered."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from metaprov_core import MetaprovError, ProviderCache, hookimpl
from metaprov_dicom import INSTANCE, dicom_json
from metaprov_serve.dicomweb.exchange.places import PIXEL_DATA, place_of
from metaprov_serve.dicomweb.indexed.archive import check_allowed
from metaprov_serve.http.errors import HttpError

from .headers import has_pixel_data, whole_header

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from metaprov_dicom import BulkValue, Instance
    from metaprov_serve.dicomweb.indexed.archive import Archive

__all__ = ["Metadata"]

_log: Final = logging.getLogger("metaprov_serve")

#: How many bytes of JSON are kept: the headers of some thousand images.
_MOST_BYTES: Final = 64 * 2**20
_MOST_IMAGES: Final = 100_000
_UIDS: Final = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
_split: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class Metadata:
    """Writes the DICOM JSON of instances; values of more than 1,024 bytes are behind URIs.

    The URIs are absolute paths, ``/dicomweb/studies/.../bulkdata/TAG``, which lead to the same
    place from every answer, whatever host it was asked from.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive: Final = archive
        #: By the path of an instance, with which its URIs begin.
        self._kept: Final[dict[str, ProviderCache[bytes]]] = {}
        # A host may be asked by several applications.
        archive.host.register(self, f"metaprov-serve-dicom-json-{id(self):x}")

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        self.metadata_changed(type, image_id)

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        if type in {None, INSTANCE}:
            for kept in list(self._kept.values()):
                kept.changed(image_id)

    def of_instance(self, image_id: str, root: str) -> bytes:
        """The JSON object of an instance; ``root`` is the path of the service.

        Raises MetaprovError where its header cannot be read, and HttpError where it may not be.
        """
        return self._cache(root).get(image_id, partial(self._read, root, ()))

    def of_instances(self, image_ids: Sequence[str], root: str) -> list[bytes]:
        """The JSON of each instance, but for those whose header cannot be read."""
        kept = self._cache(root)
        # Looked at together: their folders are resolved once.
        new = [image_id for image_id in image_ids if kept.get(image_id) is None]
        refusals = self._archive.refusals(new)
        allowed = {each for each, refused in zip(new, refusals, strict=True) if refused is None}
        read = partial(self._read, root, allowed)
        found = []
        for image_id in image_ids:
            try:
                found.append(kept.get(image_id, read))
            except (HttpError, MetaprovError) as error:
                _log.warning("left out of the metadata of its series: %s", error)
        return found

    def elements(self, image_id: str, root: str, tags: Iterable[int] | None) -> dict[int, bytes]:
        """Some elements of an instance, or all of them, encoded, by their tags."""
        elements = _split(self.of_instance(image_id, root))
        keys = list(elements) if tags is None else [f"{tag:08X}" for tag in tags]
        return {
            int(key, 16): b'"%b":%b' % (key.encode(), bytes(elements[key]))
            for key in keys
            if key in elements
        }

    def _read(self, root: str, allowed: Container[str], image_id: str) -> bytes:
        if image_id not in allowed:
            check_allowed(self._archive, image_id)
        header = whole_header(self._archive.host, image_id)
        return _json_of(header, root, has_pixels=has_pixel_data(header, image_id))

    def _cache(self, root: str) -> ProviderCache[bytes]:
        # An application is mounted at one place, and hardly ever at two.
        kept = self._kept.get(root)
        if kept is None:
            kept = self._kept.setdefault(
                root, ProviderCache(_MOST_IMAGES, maxbytes=_MOST_BYTES, size_of=len)
            )
        return kept


def _json_of(header: Instance, root: str, *, has_pixels: bool) -> bytes:
    uids = [str(header.get(keyword)) for keyword in _UIDS]
    uri = f"{root}{place_of(*uids)}/bulkdata/"
    return dicom_json(
        header,
        partial(_bulk_uri, uri),
        pixel_data=f"{uri}{PIXEL_DATA}" if has_pixels else None,
        available_transfer_syntax=header.get("TransferSyntaxUID"),
    )


def _bulk_uri(uri: str, value: BulkValue) -> str:
    return uri + ".".join(map(str, value.path))
