"""What a failed question looks like to a person, and which exit status a program sees."""

from __future__ import annotations

import logging
import sys
from traceback import print_exception
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import (
    MetadataCycleError,
    MetadataNotFoundError,
    MetaprovError,
    PluginLoadError,
)
from metaprov_core.errors import described, notes_of

from .exit_status import ExitStatus
from .loading import advice_without_plugins

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["FailureReport", "LogOfHost", "report", "tell"]


_STRICT: Final = "no question is answered while a plugin fails: METAPROV_STRICT is set"


class FailureReport:
    """Turns what is raised within it into one message on stderr and the exit status."""

    #: Whether the exception of a plugin is shown with its traceback.
    with_traceback = False

    def __init__(self) -> None:
        self._warned: set[str] = set()

    def format_warning(self, message: Warning | str, *_: Any, **__: Any) -> str:
        """A warning as one line, for `warnings.formatwarning`."""
        self._warned.add(str(message))
        return f"metaprov: warning: {message}\n"

    def exit_status(self, error: Exception) -> ExitStatus:
        """The exit status for an exception; with --traceback, shows where a plugin raised it."""
        match error:
            case MetadataNotFoundError():
                return ExitStatus.NOTHING
            case MetaprovError() if not isinstance(error, MetadataCycleError):
                return ExitStatus.UNUSABLE
        if self.with_traceback:
            print_exception(error)
        return ExitStatus.SOME_FAILED

    def tell(self, error: Exception) -> ExitStatus:
        """Say on stderr what was raised; returns the exit status for it."""
        status = self.exit_status(error)
        if status is not ExitStatus.SOME_FAILED or not self.with_traceback:
            tell(self.message(error))
        return status

    def message(self, error: Exception) -> str:
        """What is said of an exception."""
        if isinstance(error, MetaprovError) and not isinstance(error, MetadataCycleError):
            return self._message(error)
        return "; ".join((described(error), *notes_of(error), "--traceback shows where"))

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(error, Exception):
            raise SystemExit(self.tell(error))

    def _message(self, error: MetaprovError) -> str:
        if isinstance(error, MetadataNotFoundError):
            return "\n".join(filter(None, (str(error), advice_without_plugins())))
        if isinstance(error, PluginLoadError):
            # With METAPROV_STRICT a failure is a warning first, and then raised at each question.
            untold = [
                str(failure) for failure in error.failures if str(failure) not in self._warned
            ]
            return "\n".join(untold) or _STRICT
        return str(error)


#: That of the command that is run.
report: Final = FailureReport()


class LogOfHost(logging.Handler):
    """Tells of what the host logs; with --traceback, shows where it was raised."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        tell(f"warning: {record.getMessage()}")
        if report.with_traceback and record.exc_info:
            print_exception(record.exc_info[1])


def tell(message: str) -> None:
    """Print a message to stderr."""
    print(f"metaprov: {message}", file=sys.stderr)  # noqa: T201 - a command line prints
