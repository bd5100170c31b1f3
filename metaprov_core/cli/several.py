"""The answers to one question about several images, each printed as it comes."""

from __future__ import annotations

import sys
from io import BufferedReader
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, cast

import metaprov_core
from metaprov_core import MetadataNotFoundError, PluginLoadError

from .as_json import print_json_line
from .exit_status import ExitStatus
from .failures import tell
from .output import print_answer_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .failures import FailureReport
    from .live import LiveOutput

__all__ = ["SeveralAnswers", "image_ids_of", "is_several"]

#: The argument that stands for the ids on standard input.
_STDIN = "-"
#: How much of standard input is read at once; less, where less is there.
_BLOCK = 65536
#: How many images a source may fetch side by side before the first of them is asked about.
_TOGETHER = 32


def is_several(arguments: Sequence[str]) -> bool:
    """Whether these arguments may name more than one image."""
    return len(arguments) > 1 or _STDIN in arguments


def image_ids_of(arguments: Sequence[str]) -> Iterator[list[str]]:
    """The image ids that the arguments name, those together that are known at the same time."""
    for is_stdin, together in groupby(arguments, _STDIN.__eq__):
        yield from _from_stdin() if is_stdin else [list(together)]


def _from_stdin() -> Iterator[list[str]]:
    """The ids on standard input, one a line, as soon as they are there."""
    if sys.stdin is None:
        return
    encoding, rest = sys.stdin.encoding, b""
    stdin = cast(BufferedReader, sys.stdin.buffer)
    while block := stdin.read1(_BLOCK):
        *lines, rest = (rest + block).split(b"\n")
        yield _ids(lines, encoding)
    yield _ids([rest], encoding)


def _ids(lines: Iterable[bytes], encoding: str) -> list[str]:
    # The bytes of a file name that is no text are in them as `metaprov find` has written them.
    ids = (line.rstrip(b"\r").decode(encoding, "surrogateescape") for line in lines)
    return [image_id for image_id in ids if image_id]


class SeveralAnswers:
    """Asks a question about image after image, and keeps count of what came of it."""

    def __init__(self, type: str, report: FailureReport, *, as_json: bool) -> None:
        self._type = type
        self._report = report
        self._as_json = as_json
        #: How many images were asked about, and how many of them have an answer.
        self.asked = self.answered = 0
        self._gravest = ExitStatus.DONE

    @property
    def status(self) -> ExitStatus:
        """The exit status for all of them together."""
        if not self.asked:
            return ExitStatus.NOTHING
        if self.answered and self._gravest is not ExitStatus.DONE:
            return ExitStatus.SOME_FAILED
        return self._gravest

    def print(self, batches: Iterable[list[str]], output: LiveOutput) -> None:
        """Ask about each image; print its answer, or say on stderr why there is none."""
        for batch in batches:
            ids = iter(batch)
            while together := list(islice(ids, _TOGETHER)):
                if len(together) > 1:
                    metaprov_core.prefetch(together)
                for image_id in together:
                    self._ask(image_id, output)

    def _ask(self, image_id: str, output: LiveOutput) -> None:
        self.asked += 1
        try:
            answer = metaprov_core.require(self._type, image_id)
        except PluginLoadError:
            raise  # no question is answered
        except Exception as error:
            self._gravest = max(self._gravest, self._report.exit_status(error))
            self._print_failure(image_id, error, output)
        else:
            self.answered += 1
            with output.printing():
                self._print_answer(image_id, answer)

    def _print_answer(self, image_id: str, answer: Any) -> None:
        if self._as_json:
            print_json_line({"image_id": image_id, "answer": answer})
        else:
            print_answer_of(image_id, answer, is_first=self.answered == 1)

    def _print_failure(self, image_id: str, error: Exception, output: LiveOutput) -> None:
        message = _in_short(error) or self._report.message(error)
        if self._as_json:
            with output.printing():
                print_json_line({"image_id": image_id, "error": message})
        else:
            tell(message if image_id in message else f"{image_id}: {message}")


def _in_short(error: Exception) -> str | None:
    """What an explanation comes to, on one line: the reasons, without who was asked."""
    if not isinstance(error, MetadataNotFoundError) or error.explanation is None:
        return None
    notes = [note for row in error.explanation.rows for note in row.notes]
    return "; ".join((error.explanation.summary, *dict.fromkeys(notes)))
