"""Which image ids, frames among them, belong to one image."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from .image_ids import base_image_id
from .sharded_dict import dict_of_size

if TYPE_CHECKING:
    from collections.abc import MutableMapping

__all__ = ["IdsByBase"]


@final
class IdsByBase:
    """The image ids of a cache of some size, found by their base.

    They are filed under the hash of the base: the base itself would take more room than most
    answers do. One id is kept as it is, several of an image in a list.
    """

    __slots__ = ("_ids",)

    def __init__(self, size: int) -> None:
        self._ids: MutableMapping[int, str | list[str]] = dict_of_size(size)

    def add(self, image_id: str) -> None:
        """File an id that is not filed yet."""
        key = hash(base_image_id(image_id))
        filed = self._ids.get(key)
        if filed is None:
            self._ids[key] = image_id
        elif isinstance(filed, list):
            filed.append(image_id)
        else:
            self._ids[key] = [filed, image_id]

    def discard(self, image_id: str) -> None:
        """Take out one id; a relative path filed in another working directory stays."""
        key = hash(base_image_id(image_id))
        filed = self._ids.get(key)
        if filed in (image_id, [image_id]):
            del self._ids[key]
        elif isinstance(filed, list) and image_id in filed:
            filed.remove(image_id)

    def take(self, image_id: str) -> list[str]:
        """Take out the ids of an image, whatever their frame and spelling."""
        base = base_image_id(image_id)
        filed = self._ids.pop(hash(base), [])
        ids = [filed] if isinstance(filed, str) else filed
        # Two images may share a hash.
        taken = []
        for each in ids:
            if base_image_id(each) == base:
                taken.append(each)
            else:
                self.add(each)
        return taken
