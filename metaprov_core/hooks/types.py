"""Type keys: strings that know the class of their answer."""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeAlias, TypeVar, get_origin

__all__ = ["MetadataType", "Scope", "refuse_what_is_no_type"]

T = TypeVar("T")

Scope: TypeAlias = Literal["image", "series"]


class MetadataType(str, Generic[T]):
    """The name of a metadata type, and the class of its answers.

    ``IMAGE_PLANE = MetadataType("imagePlaneModule", ImagePlaneModule)`` equals the string
    ``"imagePlaneModule"`` everywhere; ``get(IMAGE_PLANE, image_id)`` is ``ImagePlaneModule | None``
    for a type checker. Without a class, annotate the key:
    ``INSTANCE: MetadataType[Mapping[str, Any]] = MetadataType("instance")``, and let ``meaning``
    say what the answer is, as the docstring of a class does.
    """

    __slots__ = ("answer_class", "meaning", "scope")

    #: The class of the answers, or None where it is not given. It may have parameters, or be one of
    #: several: `tuple[Plane, ...]`, `int | str`.
    answer_class: type[T] | None
    #: What answers rest on: "image", or "series", its other images too. The keys that a host gives
    #: know it of its providers, who declare it; any other key says "image".
    scope: Scope
    #: What the answer is, in a sentence; empty where the docstring of its class says it.
    meaning: str

    def __new__(
        cls,
        name: str,
        answer_class: type[T] | None = None,
        scope: Scope = "image",
        meaning: str = "",
    ) -> MetadataType[T]:
        """Raises TypeError where ``answer_class`` is no class."""
        is_class = isinstance(answer_class, type) or get_origin(answer_class) is not None
        if answer_class is not None and not is_class:
            raise TypeError(
                f"the answers of {name!r} are of a class, not of {answer_class!r:.80}: "
                f"MetadataType({name!r}, class), or without one"
            )
        self = super().__new__(cls, name)
        self.answer_class = answer_class
        self.scope = scope
        self.meaning = meaning
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        return str(self), self.answer_class, self.scope, self.meaning

    def __repr__(self) -> str:
        answer: object = self.answer_class
        if answer is None:
            return f"MetadataType({str(self)!r})"
        # `list[int]` has the name of `list`.
        name = answer.__name__ if isinstance(answer, type) else answer
        return f"MetadataType({str(self)!r}, {name})"


def refuse_what_is_no_type(type: object) -> None:
    """Raise TypeError for anything but a string."""
    if not isinstance(type, str):
        raise TypeError(f"a type is a string, such as 'imagePlaneModule', not {type!r:.80}")
