"""The errors of metaprov, with one base; `asking.explanation` has one more, of the same base."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

__all__ = [
    "MetadataCycleError",
    "MetadataReadError",
    "MetaprovError",
    "PluginFailure",
    "PluginLoadError",
    "PluginLoadWarning",
]

E = TypeVar("E", bound=BaseException)


class MetaprovError(Exception):
    """Base of every error that metaprov itself raises."""


class MetadataReadError(MetaprovError):
    """An image that a provider knows to be its own cannot be read."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(source, reason)
        #: The file, URL or image id that cannot be read.
        self.source = source
        #: Why, as the end of a sentence.
        self.reason = reason

    def __str__(self) -> str:
        return f"cannot read {self.source}: {self.reason}"


class MetadataCycleError(MetaprovError):
    """A provider asks, directly or through others, for the very answer that it is asked for."""

    def __init__(self, chain: tuple[tuple[str, str], ...]) -> None:
        super().__init__(chain)
        #: The questions ``(type, image_id)`` from the repeated one to its repetition.
        self.chain = chain

    def __str__(self) -> str:
        asked = " -> ".join(f"{type} of {image_id}" for type, image_id in self.chain)
        return f"the answer depends on itself: {asked}"


class PluginFailure(NamedTuple):
    """Why one plugin, or the metadata of one distribution, could not be used."""

    #: Name of the entry point, or of the plugin registered by hand; "" for a whole distribution.
    name: str
    #: Name of the distribution; "" where there is none.
    distribution: str
    #: Version of the distribution; "" where it is not known.
    version: str
    #: What was being done: "find", "import", "create", "register" or "attach".
    stage: str
    #: What was raised.
    cause: BaseException

    def __str__(self) -> str:
        plugin = f"plugin {self.name!r}" if self.name else "the entry points"
        distribution = (
            f" of {self.distribution} {self.version}".rstrip() if self.distribution else ""
        )
        return f"cannot {self.stage} {plugin}{distribution}: {described(self.cause)}"


class PluginLoadError(MetaprovError):
    """One or more plugins cannot be used; ``failures`` says which, and why."""

    def __init__(self, failures: tuple[PluginFailure, ...]) -> None:
        super().__init__(failures)
        #: One `PluginFailure` for each plugin that failed.
        self.failures = failures

    def __str__(self) -> str:
        return "\n".join(map(str, self.failures))


class PluginLoadWarning(UserWarning):
    """A plugin could not be used, or an option names one that is not there; the rest works."""


def without_tracebacks(error: E) -> E:
    """The exception, without the frames that it and its causes hold, and what is in them."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        link = waiting.pop()
        if link is not None and id(link) not in seen:
            seen.add(id(link))
            link.__traceback__ = None
            waiting += (link.__cause__, link.__context__)
    return error


def described(error: BaseException) -> str:
    """An exception on one line, whatever its own ``str`` does."""
    kind = type(error).__name__
    try:
        return f"{kind}: {error}"
    except Exception as failed:
        return f"{kind}, whose str raises {type(failed).__name__}"


def notes_of(error: BaseException) -> list[str]:
    """The notes of an exception that are strings."""
    notes = getattr(error, "__notes__", None)
    return [note for note in notes if isinstance(note, str)] if isinstance(notes, list) else []
