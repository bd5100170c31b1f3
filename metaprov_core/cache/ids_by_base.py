"""Which image ids, frames among them, belong to one image."""

from __future__ import annotations

from typing import final

from metaprov_core.image_ids import base_image_id, relative_path

__all__ = ["IdsByBase"]


@final
class IdsByBase:
    """The image ids of a cache, found by their base.

    They are filed under the hash of the base, because the base itself would take more room than
    most answers. An image with one id has the id itself, an image with several has a list. An id is
    filed twice where an interrupt came between filing it and keeping its answer.
    """

    __slots__ = ("_bases", "_ids")

    def __init__(self) -> None:
        self._ids: dict[int, str | list[str]] = {}
        # The bases of relative paths: another working directory would give others.
        self._bases: dict[str, str] = {}

    def add(self, image_id: str) -> None:
        """File an id."""
        base = base_image_id(image_id)
        if base != image_id and relative_path(image_id) is not None:
            self._bases[image_id] = base
        key = hash(base)
        filed = self._ids.get(key)
        if filed is None:
            self._ids[key] = image_id
        elif isinstance(filed, list):
            filed.append(image_id)
        else:
            self._ids[key] = [filed, image_id]

    def of(self, image_id: str) -> list[str]:
        """The ids of an image, whatever their frame and spelling."""
        base = base_image_id(image_id)
        # Two images may share a hash.
        ids = [filed for filed in self._filed(base) if self._base_of(filed) == base]
        ids += [filed for filed in self._spelled_alike(image_id) if self._bases[filed] != base]
        return ids

    def discard(self, image_id: str) -> None:
        """Take out one id."""
        key = hash(self._base_of(image_id))
        filed = self._ids.get(key)
        if isinstance(filed, list):
            if image_id in filed:
                filed.remove(image_id)
            if not filed:
                del self._ids[key]
        elif filed == image_id:
            del self._ids[key]
        self._bases.pop(image_id, None)

    def discard_all(self, image_id: str) -> None:
        """Take out the ids of an image."""
        for filed in self._spelled_alike(image_id):
            self.discard(filed)
        base = base_image_id(image_id)
        rest = []
        for filed in self._filed(base):
            if self._base_of(filed) == base:
                self._bases.pop(filed, None)
            else:
                rest.append(filed)
        if rest:
            self._ids[hash(base)] = rest
        else:
            self._ids.pop(hash(base), None)

    def _spelled_alike(self, image_id: str) -> list[str]:
        """The relative paths like this one, which may be of another working directory."""
        path = relative_path(image_id) if self._bases else None
        return [] if path is None else [id for id in self._bases if relative_path(id) == path]

    def _filed(self, base: str) -> list[str]:
        filed = self._ids.get(hash(base), [])
        return [filed] if isinstance(filed, str) else filed

    def _base_of(self, filed: str) -> str:
        return self._bases.get(filed) or base_image_id(filed)
