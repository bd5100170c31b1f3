"""The types that are served: of which class their answers are, on what they rest, and by whom."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from .as_json import print_json
from .tables import print_table
from .type_names import full_name, type_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metaprov_core import MetadataType, Provider

__all__ = ["declared_classes", "names_of_classes", "print_types", "types_as_dicts"]


def print_types(
    served: Mapping[str, MetadataType[Any] | None],
    providers: Sequence[Provider],
    *,
    as_json: bool,
) -> None:
    """Print a row for each type: its class, and the plugins that declare it, in call order."""
    if as_json:
        print_json(types_as_dicts(served, providers))
        return
    cells = [row.cells for row in _rows(served, providers)]
    print_table(("type", "class", "plugins"), cells)


def types_as_dicts(
    served: Mapping[str, MetadataType[Any] | None], providers: Sequence[Provider]
) -> list[dict[str, Any]]:
    """For each type its classes, its scope and its providers, for JSON."""
    return [row.to_dict() for row in _rows(served, providers)]


def _rows(
    served: Mapping[str, MetadataType[Any] | None], providers: Sequence[Provider]
) -> list[_Served]:
    return [
        _Served(type, "image" if key is None else key.scope, providers)
        for type, key in served.items()
    ]


def declared_classes(type: str, providers: Iterable[Provider]) -> dict[Any, Provider]:
    """The classes that are declared for a type, each with the first provider that does."""
    declared: dict[Any, Provider] = {}
    for provider in providers:
        for key in provider.declared_types:
            answer_class = getattr(key, "answer_class", None)
            if key == type and answer_class is not None:
                declared.setdefault(answer_class, provider)
    return declared


def names_of_classes(classes: Iterable[type[Any]]) -> list[str]:
    """What classes are called, with their modules where two have one name."""
    classes = list(classes)
    names = [type_name(each) for each in classes]
    counts = Counter(names)
    return [
        name if counts[name] == 1 else full_name(each)
        for name, each in zip(names, classes, strict=True)
    ]


class _Served:
    def __init__(self, type: str, scope: str, providers: Sequence[Provider]) -> None:
        self._type = type
        self._scope = scope
        self._providers = [each for each in providers if each.types and type in each.types]
        self._classes = names_of_classes(declared_classes(type, self._providers))

    @property
    def cells(self) -> tuple[str, str, str]:
        plugins = dict.fromkeys(provider.plugin for provider in self._providers)
        return (
            # A column would be empty in nearly every row.
            f"{self._type} (series)" if self._scope == "series" else self._type,
            " or ".join(self._classes) or "-",
            ", ".join(plugins),
        )

    def to_dict(self) -> dict[str, Any]:
        return {
            "type": self._type,
            "class": self._classes[0] if self._classes else None,
            "classes": self._classes,
            "scope": self._scope,
            "providers": [provider.name for provider in self._providers],
        }
