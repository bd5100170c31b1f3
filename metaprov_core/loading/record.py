"""What the host knows of each plugin, and of each provider in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self, TypeAlias, final, get_args

from metaprov_core.errors import PluginFailure
from metaprov_core.html_tables import html_table

from .check import not_here

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType

    from metaprov_core.errors import PluginLoadError
    from metaprov_core.hooks.types import Scope

    from .check import Implementation

__all__ = ["PluginRecord", "PluginRecords", "Provider"]

Status: TypeAlias = Literal["active", "disabled", "failed"]
Group: TypeAlias = Literal["tryfirst", "plain", "trylast"]


class PluginRecord(NamedTuple):
    """One plugin of a host: registered, disabled or failed."""

    #: The name it is registered under.
    name: str
    #: The plugin itself; None unless it is active.
    plugin: object | None = None
    #: Its hook functions.
    implementations: tuple[Implementation, ...] = ()
    #: The distribution that brought it; "" for a plugin registered by hand.
    distribution: str = ""
    #: The version of the distribution.
    version: str = ""
    #: What its entry point names, ``module:attribute``, or METAPROV_PLUGINS, a file or a module; ""
    #: for a plugin that a program registered.
    entry_point: str = ""
    #: Whether it answers, and if not, why.
    status: Status = "active"
    #: How long its module took to import, in milliseconds; None where it was not imported.
    import_ms: float | None = None
    #: Why it failed.
    error: PluginLoadError | None = None
    #: Its place among the plugins by who is asked first, from 1; None unless it is active.
    order: int | None = None
    #: How much CPU time that took, in milliseconds: the same on a machine that is busy.
    import_cpu_ms: float | None = None

    @property
    def title(self) -> str:
        """The plugin as messages name it: ``scaling (metaprov-scaling 1.0)``."""
        return (
            f"{self.name} ({self.distribution} {self.version})" if self.distribution else self.name
        )

    @property
    def hooks(self) -> tuple[str, ...]:
        """The hooks that it implements."""
        return tuple(sorted({implementation.hook for implementation in self.implementations}))

    @property
    def types(self) -> tuple[str, ...] | None:
        """The types that it answers, sorted; None for every type."""
        return self._declared("types")

    @property
    def schemes(self) -> tuple[str, ...] | None:
        """The schemes that it answers for, sorted; None for every scheme."""
        return self._declared("schemes")

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that its providers are asked in: tryfirst, plain, trylast."""
        groups = {
            _group_of(implementation.options)
            for implementation in self.implementations
            if implementation.hook == "get_metadata"
        }
        return tuple(group for group in get_args(Group) if group in groups)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[type[PluginRecord], tuple[Any, ...]]:
        # To another process goes what is known of the plugin, not the plugin.
        plain = self._replace(
            plugin=None,
            implementations=tuple(
                implementation.without_function() for implementation in self.implementations
            ),
        )
        return PluginRecord, tuple(plain)

    def _declared(self, option: str) -> tuple[str, ...] | None:
        declared = [
            implementation.options.get(option)
            for implementation in self.implementations
            if implementation.hook == "get_metadata"
        ]
        if None in declared:
            return None
        return tuple(sorted({str(name) for names in declared for name in names or ()}))

    def failure(self, stage: str, cause: BaseException) -> PluginFailure:
        """What went wrong with it, and when."""
        return PluginFailure(self.name, self.distribution, self.version, stage, cause)

    def to_dict(self) -> dict[str, Any]:
        """The record as plain values, ready for JSON."""
        return {
            "name": self.name,
            "distribution": self.distribution,
            "version": self.version,
            "entry_point": self.entry_point,
            "status": self.status,
            "order": self.order,
            "groups": list(self.groups),
            "hooks": list(self.hooks),
            "types": _list(self.types),
            "schemes": _list(self.schemes),
            "import_ms": None if self.import_ms is None else round(self.import_ms, 3),
            "error": None if self.error is None else str(self.error),
            "stage": None if self.error is None else self.error.failures[0].stage,
        }


class PluginRecords(list[PluginRecord]):
    """Records of plugins, which a notebook shows as a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return html_table(
            ("order", "plugin", "group", "distribution", "serves", "schemes", "error"),
            [
                (
                    record.status if record.order is None else str(record.order),
                    record.name,
                    ", ".join(record.groups),
                    f"{record.distribution} {record.version}".strip() or "by hand",
                    _listed(record.types),
                    _listed(record.schemes),
                    "" if record.error is None else str(record.error),
                )
                for record in self
            ],
        )


def _listed(names: tuple[str, ...] | None) -> str:
    return "all" if names is None else ", ".join(names)


@final
class Provider:
    """One function that answers questions; compared by identity."""

    __slots__ = (
        "ask",
        "declared_types",
        "distribution",
        "function",
        "group",
        "name",
        "plugin",
        "schemes",
        "scope",
        "title",
        "types",
        "version",
        "wrapper",
    )

    def __init__(self, record: PluginRecord, implementation: Implementation) -> None:
        options = implementation.options
        siblings = [
            implementation
            for implementation in record.implementations
            if implementation.hook == "get_metadata"
        ]
        #: The plugin's name; with several functions in one plugin, ``plugin:function``.
        self.name = (
            record.name if len(siblings) == 1 else f"{record.name}:{implementation.attribute}"
        )
        #: The name of its plugin.
        self.plugin = record.name
        #: The plugin as messages name it.
        self.title = record.title
        #: The distribution of its plugin; "" for a plugin registered by hand.
        self.distribution = record.distribution
        #: The version of the distribution.
        self.version = record.version
        #: The function that the plugin marked.
        self.function = implementation.function
        #: The same function, to call as ``ask(type, image_id)``.
        self.ask = implementation.ask
        #: The types as they were declared: strings, or keys that know their class.
        self.declared_types: tuple[str, ...] = options.get("types") or ()
        #: The types that it is asked for; None for every type.
        self.types = _set(options.get("types"))
        #: The schemes that it is asked for; None for every scheme.
        self.schemes = _set(options.get("schemes"))
        #: Whether it wraps the providers below it.
        self.wrapper = bool(options.get("wrapper"))
        #: Its group in the order: tryfirst providers are asked before plain ones, then trylast.
        self.group: Group = _group_of(options)
        #: What its answers rest on: the image, or its series too.
        self.scope: Scope = options.get("scope", "image")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Callable[..., Provider], tuple[dict[str, Any]]]:
        # To another process goes what is known of the provider, not its function.
        plain = {name: getattr(self, name) for name in self.__slots__}
        plain |= {
            "ask": not_here,
            "function": not_here,
            "declared_types": tuple(map(str, self.declared_types)),
        }
        return _plain_provider, (plain,)

    def __repr__(self) -> str:
        return f"<Provider {self.name!r} of {self.title}>"

    def serves_scheme(self, scheme: str | None) -> bool:
        """Whether it is asked about ids of a scheme; None stands for one that nobody declares."""
        return self.schemes is None or scheme in self.schemes

    def serves(self, type: str, scheme: str) -> bool:
        """Whether it is asked for a type of ids of a scheme."""
        return self.serves_scheme(scheme) and (self.types is None or type in self.types)

    @property
    def place(self) -> str:
        """Where its function is: ``file:line``."""
        code = getattr(self.function, "__func__", self.function).__code__
        return f"{code.co_filename}:{code.co_firstlineno}"

    def runs_in(self, frame: FrameType) -> bool:
        """Whether a frame of the stack is a call of its function."""
        function = self.function
        owner = getattr(function, "__self__", None)
        code = getattr(function, "__func__", function).__code__
        return frame.f_code is code and (
            owner is None or frame.f_locals.get(code.co_varnames[0]) is owner
        )

    def to_dict(self) -> dict[str, Any]:
        """The record as plain values, ready for JSON."""
        return {
            "name": self.name,
            "plugin": self.plugin,
            "distribution": self.distribution,
            "version": self.version,
            "types": _list(self.types),
            "schemes": _list(self.schemes),
            "scope": self.scope,
            "group": self.group,
            "wrapper": self.wrapper,
        }


def _plain_provider(fields: dict[str, Any]) -> Provider:
    provider = Provider.__new__(Provider)
    for name, value in fields.items():
        setattr(provider, name, value)
    return provider


def _group_of(options: Mapping[str, Any]) -> Group:
    if options.get("trylast"):
        return "trylast"
    return "tryfirst" if options.get("tryfirst") else "plain"


def _set(names: Sequence[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(map(str, names))


def _list(names: frozenset[str] | tuple[str, ...] | None) -> list[str] | None:
    return None if names is None else sorted(names)
