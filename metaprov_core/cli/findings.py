"""What `metaprov check` finds: plugins that failed, and providers that could be declared better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core.explanation import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from metaprov_core import PluginRecord, Provider

__all__ = ["Finding", "findings"]

#: What to do about a failure, by its stage.
_ADVICE: Final = {
    "find": "reinstall the distribution",
    "import": "repair the import, or disable it: METAPROV_DISABLE={name}",
    "create": "repair its constructor, or disable it: METAPROV_DISABLE={name}",
    "register": "repair what the message names",
    "attach": "repair its attach, or disable it: METAPROV_DISABLE={name}",
}


class Finding(NamedTuple):
    """One thing to know about a plugin."""

    #: "error": it does not answer; "remark": it answers, but slower for all than it need.
    severity: str
    plugin: str
    #: The file and line of the function; "" where none is known.
    where: str
    message: str
    #: What to do about it.
    advice: str

    def __str__(self) -> str:
        where = f" at {self.where}" if self.where else ""
        return f"{self.severity}: {self.plugin}{where}: {self.message}; {self.advice}"


def findings(plugins: Sequence[PluginRecord], providers: Sequence[Provider]) -> Iterator[Finding]:
    """The findings about loaded plugins, the errors first."""
    for record in plugins:
        if record.error is not None:
            for failure in record.error.failures:
                advice = _ADVICE[failure.stage].format(name=record.name)
                message = f"cannot {failure.stage} it: {described(failure.cause)}"
                yield Finding("error", record.title, "", message, advice)
    for provider in providers:
        # One that is asked last costs the others nothing.
        if provider.types is None and provider.group != "trylast":
            yield Finding(
                "remark",
                provider.title,
                _place(provider.function),
                "declares no types, and is asked for every one",
                "declare them: @hookimpl(types=[...])",
            )


def _place(function: Callable[..., Any]) -> str:
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else ""
