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

    Of several keys the first with a class counts, in call order. A type is one of the series where
    one of its providers is, and its key says so.
    """
    declared: dict[str, MetadataType[Any] | None] = {}
    of_series: set[str] = set()
    for provider in providers:
        for type in provider.declared_types:
            known = declared.setdefault(str(type), None)
            if isinstance(type, MetadataType) and (known is None or known.answer_class is None):
                declared[str(type)] = type
        if provider.scope == "series" and provider.types:
            of_series |= provider.types
    for name in of_series:
        known = declared[name]
        answer_class = None if known is None else known.answer_class
        declared[name] = MetadataType(name, answer_class, "series")
    return dict(sorted(declared.items()))
