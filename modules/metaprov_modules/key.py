"""The class of the keys: the host's, so that it knows them, or its like where there is no host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

__all__ = ["MetadataType"]

T = TypeVar("T")

if TYPE_CHECKING:
    from metaprov_core import MetadataType
else:
    try:
        from metaprov_core import MetadataType
    except ModuleNotFoundError:
        # Not installed, or a folder of that name beside the program: without what it needs, it is
        # no host.

        class MetadataType(str, Generic[T]):
            """The name of a type, and the class of its answers."""

            __slots__ = ("answer_class", "meaning", "scope")

            def __new__(
                cls,
                name: str,
                answer_class: type[T] | None = None,
                scope: str = "image",
                meaning: str = "",
            ) -> Self:
                key = super().__new__(cls, name)
                key.answer_class = answer_class
                key.scope = scope
                key.meaning = meaning
                return key

            def __getnewargs__(self) -> tuple[Any, ...]:
                return str(self), self.answer_class, self.scope, self.meaning
