"""Blame: the note that names the plugin that raised, and skipping plugins that raise."""

from __future__ import annotations

import re
import reprlib
from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from metaprov_core.cache.cycles import cycle_on_stack
from metaprov_core.errors import MetadataCycleError, notes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from metaprov_core.loading.record import Provider

__all__ = [
    "YIELDED_AGAIN",
    "blame",
    "guarded",
    "guarded_wrapper",
    "log_passed_over",
    "raiser",
    "shown",
    "without_secrets",
]

#: What is said of a wrapper that yields a second time.
YIELDED_AGAIN: Final = "a wrapper yields once, and this one yielded again"

_MARK: Final = "raised by plugin "
#: User and password in a URL. A search names patients; the query of an image id names the image.
_USER: Final = re.compile(r"//[^/?#\s'\"]*@")
#: What opens a URL, by the name of the option: OAuth's, the signatures of object stores.
_TOKEN: Final = re.compile(
    r"([?&](?:[\w.-]*(?:token|signature|credential|password|secret|api_?key)|sig|key)=)[^&#\s]+",
    re.IGNORECASE,
)
#: A name may have blanks and quotes in it; the last quote is that of the argument.
_QUERY: Final = re.compile(r"\?.*(?=['\"])", re.DOTALL)
# Never the whole repr of a value that is added: it may be large, or nested without end.
_shortening: Final = reprlib.Repr()
_shortening.maxstring = _shortening.maxother = 200


def blame(error: Exception, title: str | None, hook: str, arguments: tuple[Any, ...]) -> None:
    """Add the note that names the plugin, once; ``title`` is None where it is no plugin's fault.

    Raises MetadataCycleError in place of a RecursionError whose stack repeats a question.
    """
    if issubclass(type(error), RecursionError) and (chain := cycle_on_stack()):
        raise MetadataCycleError(chain) from None
    if title is None or any(note.startswith(_MARK) for note in notes_of(error)):
        return
    # Some exceptions take no notes, and are raised without one.
    with suppress(Exception):
        error.add_note(f"{_MARK}{title} in {hook}({shown(hook, arguments)})")


def shown(hook: str, arguments: tuple[Any, ...]) -> str:
    """The arguments of a hook as messages show them: short, and without secrets."""
    # Before they are shortened: the rest of a secret has no name.
    safe = (without_secrets(each) if isinstance(each, str) else each for each in arguments)
    text = ", ".join(map(_shortening.repr, safe))
    return _QUERY.sub("?...", text) if hook == "find_images" else text


def without_secrets(text: str) -> str:
    """An image id, or a text with some, as messages show it: without passwords and tokens."""
    return _TOKEN.sub(r"\1...", _USER.sub("//...@", text))


def raiser(
    providers: Sequence[Provider], function: Callable[..., Any], error: BaseException
) -> Provider | None:
    """The provider that raised while `function`, one of a chain, was running; None if unknown.

    Without wrappers that is the provider whose function it is. With wrappers the whole chain is one
    function of pluggy: the raiser is then the wrapper that pluggy complains of, or else the
    innermost provider on the traceback.
    """
    for provider in providers:
        if provider.ask is function:
            return provider
    return _complained_of(providers, error) or _innermost(providers, error)


def _complained_of(providers: Sequence[Provider], error: BaseException) -> Provider | None:
    """The wrapper that pluggy says yielded twice, or not at all.

    No frame of the wrapper is on the traceback then. The message of pluggy's `_raise_wrapfail` is
    all there is: "wrap_controller at 'name' file:line has second yield", where the line is that of
    the function.
    """
    if not isinstance(error, RuntimeError):
        return None
    message = str(error)
    named = [
        provider for provider in providers if provider.wrapper and f" {provider.place} " in message
    ]
    return named[0] if len(named) == 1 else None


def _innermost(providers: Sequence[Provider], error: BaseException) -> Provider | None:
    innermost = None
    traceback = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        # The row of any path asks from within a function of its own.
        asked = frame.f_locals.get("function")
        here = [each for each in providers if each.runs_in(frame) or each.ask is asked]
        # Several providers may be made of the same function: the one that was asked goes on.
        if here and innermost not in here:
            innermost = here[0]
        traceback = traceback.tb_next
    return innermost


def guarded(
    function: Callable[..., Any], title: str, hook: str, *, skip: bool
) -> Callable[..., Any]:
    """The function, its exceptions blamed on the plugin; with ``skip`` they count as no answer."""

    @wraps(function)
    def ask(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except Exception as error:
            blame(error, title, hook, arguments)
            if not skip or isinstance(error, MetadataCycleError):
                raise
            log_passed_over(error, title)
            return None

    return ask


def guarded_wrapper(
    function: Callable[..., Generator[None, Any, Any]], title: str, hook: str, *, skip: bool
) -> Callable[..., Generator[None, Any, Any]]:
    """The same for a wrapper; with ``skip`` the answer from below passes one that raises."""

    def passed_over(error: Exception, arguments: tuple[Any, ...]) -> bool:
        blame(error, title, hook, arguments)
        if not skip or isinstance(error, MetadataCycleError):
            return False
        log_passed_over(error, title)
        return True

    @wraps(function)
    def wrap(*arguments: Any) -> Generator[None, Any, Any]:
        try:
            wrapper = function(*arguments)
            _start(wrapper)
        except Exception as error:
            if not passed_over(error, arguments):
                raise
            return (yield)
        try:
            answer = yield
        except BaseException as error:
            # A provider below raised, and was not passed over: the wrapper may handle that.
            return _finish(wrapper.throw, error)
        try:
            return _finish(wrapper.send, answer)
        except Exception as error:
            if not passed_over(error, arguments):
                raise
            return answer

    return wrap


def _start(wrapper: Generator[None, Any, Any]) -> None:
    if next(wrapper, wrapper) is wrapper:
        raise RuntimeError("a wrapper yields once, and this one did not yield")


def _finish(resume: Callable[[Any], None], value: Any) -> Any:
    try:
        resume(value)
    except StopIteration as stop:
        return stop.value
    raise RuntimeError(YIELDED_AGAIN)


def log_passed_over(error: Exception, title: str) -> None:
    """Write to the log that a plugin was passed over, and what it raised."""
    import logging

    logging.getLogger("metaprov_core").warning(
        "passed over %s, which raised", title, exc_info=error
    )
