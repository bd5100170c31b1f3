"""Which image ids, frames among them, belong to one image."""

from __future__ import annotations

from typing import final

from .image_ids import base_image_id

__all__ = ["IdsByBase"]


@final
class IdsByBase:
    """The image ids of a cache, found by their base.

    They are filed under the hash of the base: the base itself would take more room than most
    answers do. One id is kept as it is, several of an image in a list.
    """

    __slots__ = ("_ids",)

    def __init__(self) -> None:
        self._ids: dict[int, str | list[str]] = {}

    def add(self, image_id: str) -> None:
        """File an id that is not filed yet."""
        key = hash(base_image_id(image_id))
        filed = self._ids.setdefault(key, image_id)
        if filed is image_id:
            return
        if isinstance(filed, list):
            filed.append(image_id)
        else:
            self._ids[key] = [filed, image_id]

    def discard(self, image_id: str) -> None:
        """Take out one id."""
        key = hash(base_image_id(image_id))
        filed = self._ids.get(key)
        if isinstance(filed, list):
            filed.remove(image_id)
            if filed:
                return
        self._ids.pop(key, None)

    def take(self, image_id: str | None) -> list[str]:
        """Take out the ids of an image, whatever their frame and spelling; None: all of them."""
        if image_id is None:
            taken = [each for filed in self._ids.values() for each in _as_list(filed)]
            self._ids = {}
            return taken
        base = base_image_id(image_id)
        filed = _as_list(self._ids.pop(hash(base), ()))
        # Two images may share a hash.
        for each in filed:
            if base_image_id(each) != base:
                self.add(each)
        return [each for each in filed if base_image_id(each) == base]


def _as_list(filed: str | list[str] | tuple[()]) -> list[str]:
    return [filed] if isinstance(filed, str) else list(filed)
