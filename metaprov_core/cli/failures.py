"""What a failed question looks like to a person, and which exit status a program sees."""

from __future__ import annotations

import sys
from enum import IntEnum
from typing import TYPE_CHECKING, NoReturn

from metaprov_core import MetadataNotFoundError, MetaprovError

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["ExitCode", "FailureReport"]


class ExitCode(IntEnum):
    """The exit status of the command."""

    NOBODY_ANSWERS = 1
    WRONG_USAGE = 2
    A_PLUGIN_RAISED = 3


class FailureReport:
    """Turns what is raised within it into one message on stderr and the exit status."""

    #: Whether the exception of a plugin is shown with its traceback.
    with_traceback = False

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        match error:
            case MetadataNotFoundError():
                _exit(str(error), ExitCode.NOBODY_ANSWERS)
            case MetaprovError():
                _exit(str(error), ExitCode.WRONG_USAGE)
            case Exception() if not self.with_traceback:
                what = f"{type(error).__name__}: {error}"
                who = getattr(error, "__notes__", ())
                _exit("; ".join((what, *who, "--traceback shows where")), ExitCode.A_PLUGIN_RAISED)


def _exit(message: str, code: ExitCode) -> NoReturn:
    print(f"metaprov: {message}", file=sys.stderr)  # noqa: T201 - a command line prints
    raise SystemExit(code)
