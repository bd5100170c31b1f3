"""Which studies, series and instances the sources have, found by a thread from the start on."""

from __future__ import annotations

import logging
import threading
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetaprovError, base_image_id
from metaprov_dicom import INSTANCE

from .attributes import FIELDS, Level
from .tree import IndexedInstance, Series, Study

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from metaprov_core import Host

__all__ = ["Index"]

_log: Final = logging.getLogger("metaprov_serve")

_FIELDS: Final = tuple(attribute.keyword for level in Level for attribute in FIELDS[level])
_KEYWORDS: Final = (*_FIELDS, "TransferSyntaxUID")
_ENDS: Final = (len(FIELDS[Level.STUDY]), len(FIELDS[Level.STUDY]) + len(FIELDS[Level.SERIES]))
_UIDS: Final = tuple(
    _FIELDS.index(keyword)
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
)
#: How many headers are asked for at once, in the end: at first one, so that something is there.
_AT_ONCE: Final = 64


class Index:
    """Studies, series and instances by their UIDs, as far as they have been found.

    Of images that have the same UIDs, the one found first is served. Images without all three of
    them are left out, and so is what cannot be read; the log says how many.
    """

    def __init__(
        self,
        host: Host,
        sources: Sequence[str],
        find: Callable[[str], Iterable[str]] | None = None,
    ) -> None:
        """``find`` gives the ids of the images of a source; without it, ``host.find_images``."""
        self._host: Final = host
        self._sources: Final = tuple(sources)
        self._find: Final = find or host.find_images
        self._studies: Final[dict[str, Study]] = {}
        self._ended: Final = threading.Event()
        self._is_stopped = False
        self._thread: threading.Thread | None = None
        self._lock: Final = threading.Lock()
        #: How many images are in no study.
        self.left_out = 0

    def start(self) -> None:
        """Begin to find images, in a thread that ends with the process; once, however often."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._build, name="metaprov-index", daemon=True
                )
                self._thread.start()

    def stop(self) -> None:
        """Find no more."""
        self._is_stopped = True

    @property
    def indexing(self) -> bool:
        """Whether there may be more than has been found."""
        return not self._ended.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until all has been found, but no longer than this; whether it has been."""
        return self._ended.wait(seconds)

    def studies(self) -> Sequence[Study]:
        """The studies, in the order in which they were found."""
        return list(self._studies.values())

    def study(self, uid: str) -> Study | None:
        """A study by its StudyInstanceUID."""
        return self._studies.get(uid)

    def series(self, study: str, series: str) -> Series | None:
        """A series by its UIDs."""
        found = self._studies.get(study)
        return None if found is None else found.series.get(series)

    def instance(self, study: str, series: str, instance: str) -> IndexedInstance | None:
        """An instance by its UIDs."""
        found = self.series(study, series)
        return None if found is None else found.instances.get(instance)

    def image_id(self, study: str, series: str, instance: str) -> str | None:
        """The image id of an instance, without frame; None where it has not been found."""
        found = self.instance(study, series, instance)
        return None if found is None else found.image_id

    def _build(self) -> None:
        try:
            for source in self._sources:
                try:
                    self._index(source)
                except MetaprovError as error:
                    _log.warning("not all of a source is in the DICOMweb index: %s", error)
            if self.left_out:
                _log.warning(
                    "%d images are not in the DICOMweb index: they cannot be read, or lack a "
                    "StudyInstanceUID, SeriesInstanceUID or SOPInstanceUID",
                    self.left_out,
                )
        finally:
            self._ended.set()

    def _index(self, source: str) -> None:
        images = _without_frames(self._find(source))
        size = 1
        while not self._is_stopped and (some := list(islice(images, size))):
            size = min(2 * size, _AT_ONCE)
            headers = self._host.get_many(INSTANCE, some, return_exceptions=True)
            for image_id, header in zip(some, headers, strict=True):
                if header is None or isinstance(header, Exception):
                    self.left_out += 1
                else:
                    self._add(image_id, header)

    def _add(self, image_id: str, header: Mapping[str, Any]) -> None:
        try:
            *values, transfer_syntax = _values(header)
        except MetaprovError:
            # The file ends inside its header.
            self.left_out += 1
            return
        study, series, instance = (values[place] for place in _UIDS)
        if not (isinstance(study, str) and isinstance(series, str) and isinstance(instance, str)):
            self.left_out += 1
            return
        of_study, of_series = _ENDS
        node = IndexedInstance(instance, values[of_series:], image_id, transfer_syntax)
        # Made from below: whoever finds a study finds a series and an instance in it.
        in_series = self.series(study, series)
        if in_series is not None:
            in_series.instances.setdefault(instance, node)
            return
        new = Series(series, values[of_study:of_series], node)
        in_study = self._studies.get(study)
        if in_study is None:
            self._studies[study] = Study(study, values[:of_study], new)
        else:
            in_study.series[series] = new


def _values(header: Mapping[str, Any]) -> list[Any]:
    """Their values, of an instance in one pass."""
    values_of = getattr(header, "values_of", None)
    return list(values_of(_KEYWORDS)) if values_of else [header.get(each) for each in _KEYWORDS]


def _without_frames(image_ids: Iterable[str]) -> Iterator[str]:
    """The images, once each: the ids of their frames come one after the other."""
    before = None
    for image_id in image_ids:
        base = base_image_id(image_id)
        if base != before:
            yield base
        before = base
