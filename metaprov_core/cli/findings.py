"""What `metaprov check` finds: plugins that failed, and providers that could be declared better."""

from __future__ import annotations

from itertools import combinations
from types import FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import MetadataPlugin
from metaprov_core.asking.known import KNOWN_DISTRIBUTIONS
from metaprov_core.errors import described
from metaprov_core.hooks import specs
from metaprov_core.loading.candidate import normalized

from .served import declared_classes, names_of_classes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from metaprov_core import PluginRecord, Provider

__all__ = ["Finding", "findings"]

#: Milliseconds that the import of a plugin may take before `metaprov plugins` marks it.
SLOW_IMPORT: Final = 50.0
# `metaprov plugins` shows the figure beside its mark; `metaprov check` accuses the plugin. The time
# was measured once, perhaps on a busy machine or before bytecode was cached, so `check` speaks only
# where that cannot be the reason.
_SLOW_ON_ANY_MACHINE: Final = 4 * SLOW_IMPORT

_ASKED_FOR_ALL: Final = "declares no types, so it is asked for every one"
# What is derived yields: it is trylast, so that whatever is registered is asked before it.
_HIDES_MODULES: Final = (
    f"{_ASKED_FOR_ALL}, before every module that is derived from a header: it hides those that it "
    "answers"
)

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

    #: "error": it does not answer; "remark": it answers, but not as well as it might.
    severity: str
    plugin: str
    #: The file and line of the function; "" where none is known.
    where: str
    message: str
    #: What its author can do.
    advice: str

    def __str__(self) -> str:
        where = f" at {self.where}" if self.where else ""
        return f"{self.severity}: {self.plugin}{where}: {self.message}; {self.advice}"


def findings(plugins: Sequence[PluginRecord], providers: Sequence[Provider]) -> Iterator[Finding]:
    """The findings about loaded plugins, errors first."""
    for record in plugins:
        if record.error is not None:
            for failure in record.error.failures:
                advice = _ADVICE[failure.stage].format(name=record.name)
                if not record.distribution:
                    advice = f"repair it, or take {record.entry_point} out of METAPROV_PLUGINS"
                message = f"cannot {failure.stage} it: {described(failure.cause)}"
                yield Finding("error", record.title, "", message, advice)
        elif record.status == "active":
            yield from _of_plugin(record)
    yield from _overlapping(providers)
    yield from _of_two_classes(providers)
    for provider in providers:
        # A provider that is asked last costs the others nothing.
        if provider.types is None and provider.group != "trylast":
            yield Finding(
                "remark",
                provider.title,
                _place(provider.function),
                _ASKED_FOR_ALL if provider.wrapper else _HIDES_MODULES,
                "declare them: @hookimpl(types=[...]), or mark it trylast=True",
            )


def _of_plugin(record: PluginRecord) -> Iterator[Finding]:
    # Those of this project import what the first question needs, and there is nothing to advise.
    is_ours = normalized(record.distribution) in KNOWN_DISTRIBUTIONS
    is_slow = record.import_cpu_ms is not None and record.import_cpu_ms > _SLOW_ON_ANY_MACHINE
    if is_slow and not is_ours:
        yield Finding(
            "remark",
            record.title,
            "",
            f"takes {record.import_cpu_ms:.0f} ms of CPU time to import, "
            "which the first question of every process waits for",
            "import what is heavy in the function that needs it",
        )
    for function in _unmarked(record):
        yield Finding(
            "remark",
            record.title,
            _place(function),
            f"{function.__name__} is not marked, so it is never called",
            "mark it with @hookimpl, or give it a name that no hook has",
        )


def _unmarked(record: PluginRecord) -> Iterator[FunctionType]:
    """Functions that have the name of a hook but are not marked as one."""
    plugin = record.plugin
    if isinstance(plugin, FunctionType | MethodType):
        return
    marked = {implementation.attribute for implementation in record.implementations}
    for hook in sorted({*specs.__all__} - marked):
        if isinstance(plugin, ModuleType):
            found = vars(plugin).get(hook)
            # A module may have imported a function of that name, to call it.
            if getattr(found, "__module__", None) != plugin.__name__:
                continue
        else:
            owners = (vars(owner) for owner in type(plugin).__mro__ if owner is not MetadataPlugin)
            found = next((names[hook] for names in owners if hook in names), None)
        if isinstance(found, FunctionType):
            yield found


def _overlapping(providers: Sequence[Provider]) -> Iterator[Finding]:
    """Functions of one plugin that serve the same type: their names decide which is asked first."""
    for one, other in combinations(providers, 2):
        if one.wrapper or other.wrapper:
            continue
        if (one.plugin, one.group) != (other.plugin, other.group):
            continue
        if _are_apart(one.types, other.types) or _are_apart(one.schemes, other.schemes):
            continue
        both = sorted((one.types or frozenset()) & (other.types or frozenset()))
        served = ", ".join(both or one.types or other.types or ["every type"])
        yield Finding(
            "remark",
            one.title,
            _place(one.function),
            f"serves {served}, as does {other.name}, and is asked first because of its name",
            "keep their types apart, or mark one tryfirst=True",
        )


def _of_two_classes(providers: Sequence[Provider]) -> Iterator[Finding]:
    """Types for which providers declare different classes: whoever asks gets either of them."""
    for type in dict.fromkeys(
        str(key) for provider in providers for key in provider.declared_types
    ):
        declared = declared_classes(type, providers)
        named = list(zip(names_of_classes(declared), declared.values(), strict=True))
        for name, provider in named[1:]:
            first, before = named[0]
            yield Finding(
                "remark",
                provider.title,
                _place(provider.function),
                f"declares that {type} is a {name}, and {before.title} that it is a {first}",
                "answer with the same class, which metaprov-modules has for the types of viewers",
            )


def _are_apart(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    return one is not None and other is not None and one.isdisjoint(other)


def _place(function: Callable[..., Any]) -> str:
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else ""
