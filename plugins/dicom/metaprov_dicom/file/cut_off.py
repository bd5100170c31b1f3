"""The elements of a file that ends inside its header, as an interrupted copy does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetadataReadError
from metaprov_dicom.dataset.elements import DatasetElements
from metaprov_dicom.instance.dictionary import label

if TYPE_CHECKING:
    from pydicom import Dataset

__all__ = ["CutOffElements"]

#: Functional groups, waveforms and overlays begin here: most images are without them, and every
#: question looks for functional groups.
_RARELY_THERE: Final = 0x50000000


class CutOffElements(DatasetElements):
    """What is before the cut is there; asking for what may be behind it is an error.

    An attribute behind the cut is not missing: None in its place would be a wrong answer. Of a
    sequence in which the file ends, the items that were found are there.
    """

    __slots__ = ("_is_last_whole", "_last", "_path")

    def __init__(self, dataset: Dataset, transfer_syntax: str | None, path: str) -> None:
        super().__init__(dataset, transfer_syntax)
        self._path: Final = path
        self._last: Final = int(max(dataset.keys()))
        element: Any = dataset.get_item(self._last, keep_deferred=True)
        self._is_last_whole: Final = (
            not element.is_raw
            or self.vr(self._last, element.VR) == "SQ"
            or len(element.value or b"") >= element.length
        )

    def __contains__(self, tag: int, /) -> bool:
        if self._last < tag < _RARELY_THERE:
            raise MetadataReadError(
                self._path,
                f"the file ends inside its header, behind {label(self._last)}: "
                f"whether it had {label(tag)} is not known",
            )
        return super().__contains__(tag)

    def value(self, tag: int) -> Any:
        if tag == self._last and not self._is_last_whole:
            raise MetadataReadError(self._path, f"the file ends inside {label(tag)}")
        return super().value(tag)
