"""Every type that the packages of this project answer, as its class and its key explain it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metaprov_core.cli.answer_classes.described import TypeDescription


@cache
def types() -> dict[str, TypeDescription]:
    """The types, each with what can be said of it."""
    from metaprov_core import Host, MetadataType
    from metaprov_core.asking.known import KNOWN_DISTRIBUTIONS
    from metaprov_core.cli.answer_classes.described import TypeDescription

    ours = sorted(KNOWN_DISTRIBUTIONS)
    with Host(discover=True, order=(), disable=(), only=ours, strict=True) as host:
        providers = host.providers()
        return {
            name: TypeDescription(key or MetadataType(name), providers)
            for name, key in host.types().items()
        }


@cache
def item_classes() -> dict[str, type[Any]]:
    """The classes with fields that the answers hold, by their names, without those of answers."""
    from metaprov_core.cli.answer_classes.fields import item_classes_of

    of_answers = {each for described in types().values() for each in described.classes}
    held = {one for each in of_answers for one in item_classes_of(each)}
    return {each.__name__: each for each in held - of_answers}
