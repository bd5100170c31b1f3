"""The images behind the ``SOURCE...`` of a command."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import metaprov_core
from metaprov_core import MetadataNotFoundError, MetadataReadError
from metaprov_core.asking.known import hints_for_source

from .exit_status import ExitStatus
from .failures import tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .failures import FailureReport

__all__ = ["FoundImages"]


class FoundImages:
    """The ids of the images behind several sources, in order, found as they are asked for.

    A source that cannot be read, or that nobody knows, is told of on stderr, and does not stop the
    others; and so is an image that a plugin passes over, which plugins write to their log.
    """

    def __init__(self, sources: Iterable[str], report: FailureReport) -> None:
        self._sources = sources
        self._report = report
        #: The exit status, and how many images there are, once all sources were looked at.
        self.status = ExitStatus.DONE
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        log, listener = logging.getLogger(), _PassedOver()
        log.addHandler(listener)
        try:
            yield from self._found()
        finally:
            log.removeHandler(listener)
            if listener.has_heard:
                self._note(ExitStatus.SOME_FAILED)

    def _found(self) -> Iterator[str]:
        for source in self._sources:
            before = self.count
            try:
                for image_id in metaprov_core.find_images(source):
                    self.count += 1
                    yield image_id
            except (MetadataNotFoundError, MetadataReadError) as error:
                self._note(self._report.tell(error))
                if isinstance(error, MetadataNotFoundError):
                    _tell_who_could(source)
                continue
            if self.count == before:
                tell(f"there are no images in {source!r}")
                _tell_who_could(source)
                self._note(ExitStatus.NOTHING)

    def _note(self, status: ExitStatus) -> None:
        self.status = max(self.status, status)


def _tell_who_could(source: str) -> None:
    for hint in hints_for_source(source, metaprov_core.plugins()):
        tell(hint)


class _PassedOver(logging.Handler):
    """Tells of warnings of metaprov's plugins; those of others go where they went without it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        #: Whether a plugin warned.
        self.has_heard = False

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "metaprov_core":
            return  # `LogOfHost` tells of it
        if record.name.startswith("metaprov_"):
            self.has_heard = True
            tell(f"warning: {record.getMessage()}")
        elif logging.lastResort is not None:
            logging.lastResort.handle(record)
