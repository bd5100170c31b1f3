"""Which images are of one series."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetadataReadError
from metaprov_modules import GENERAL_SERIES, INSTANCE, SERIES_IMAGE_IDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from metaprov_core import Host

__all__ = ["images_by_series"]

#: How many images are asked about at once: a source may load these side by side.
_TOGETHER: Final = 512


def images_by_series(
    host: Host,
    image_ids: Iterable[str],
    leave_out: Callable[[Exception], None] | None = None,
) -> list[list[str]]:
    """The ids by SeriesInstanceUID, or else by what their source says of the series.

    Series and images are in the order in which they come. ``leave_out`` is told why an image cannot
    be read, which then is in no series; without it, such an image is with those that its source
    names for its series.
    """
    series: dict[str, list[str]] = {}
    # The series of images whose source named it for another one.
    named: dict[str, str] = {}
    ids = iter(image_ids)
    while together := list(islice(ids, _TOGETHER)):
        instances = host.get_many(INSTANCE, together, return_exceptions=True)
        for image_id, instance in zip(together, instances, strict=True):
            try:
                uid = _uid(host, image_id, instance)
            except Exception as error:
                if leave_out is not None:
                    leave_out(error)
                    continue
                if not isinstance(error, MetadataReadError):
                    raise
                uid = None
            if uid is None and image_id not in named:
                members = (*_members(host, image_id), image_id)
                named.update(dict.fromkeys(members, min(members)))
            series.setdefault(uid or named[image_id], []).append(image_id)
    return list(series.values())


def _uid(host: Host, image_id: str, instance: Any) -> str | None:
    if isinstance(instance, Exception):
        raise instance
    if isinstance(instance, Mapping):
        uid = instance.get("SeriesInstanceUID")
    else:
        uid = getattr(host.get(GENERAL_SERIES, image_id), "series_instance_uid", None)
    return uid if isinstance(uid, str) else None


def _members(host: Host, image_id: str) -> Sequence[str]:
    """The images of a series, as their source names them."""
    try:
        return host.get(SERIES_IMAGE_IDS, image_id) or ()
    except MetadataReadError:
        return ()
