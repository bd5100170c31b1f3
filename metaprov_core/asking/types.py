"""The types that providers declare, and what is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaprov_core.hooks.types import MetadataType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metaprov_core.loading.record import Provider

__all__ = ["declared_types"]


def declared_types(providers: Iterable[Provider]) -> dict[str, MetadataType[Any] | None]:
    """Every declared type, sorted, with its key; None where nobody declares more than its name.

    Of several keys the first with a class counts, in call order, or else the first that says what
    the answer is. A type is one of the series where one of its providers is, and its key says so.
    """
    declared: dict[str, MetadataType[Any] | None] = {}
    of_series: set[str] = set()
    for provider in providers:
        for type in provider.declared_types:
            known = declared.setdefault(str(type), None)
            if isinstance(type, MetadataType) and _tells(type) > _tells(known):
                declared[str(type)] = type
        if provider.scope == "series" and provider.types:
            of_series |= provider.types
    for name in of_series:
        known = declared[name]
        known = MetadataType(name) if known is None else known
        declared[name] = MetadataType(name, known.answer_class, "series", known.meaning)
    return dict(sorted(declared.items()))


def _tells(key: MetadataType[Any] | None) -> tuple[bool, bool, bool]:
    """How much a key says: the greater, the more."""
    if key is None:
        return False, False, False
    return key.answer_class is not None, bool(key.meaning), True
