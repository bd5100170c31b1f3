"""Type keys: strings that know the class of their answer."""

from __future__ import annotations

from typing import Generic, TypeVar

__all__ = ["MetadataType"]

T = TypeVar("T")


class MetadataType(str, Generic[T]):
    """The name of a metadata type, and the class of its answers.

    ``IMAGE_PLANE = MetadataType("imagePlaneModule", ImagePlaneModule)`` equals the string
    ``"imagePlaneModule"`` everywhere; ``get(IMAGE_PLANE, image_id)`` is ``ImagePlaneModule | None``
    for a type checker. Without a class, annotate the key:
    ``INSTANCE: MetadataType[Mapping[str, Any]] = MetadataType("instance")``.
    """

    __slots__ = ("answer_class",)

    #: The class of the answers, or None where it is not given.
    answer_class: type[T] | None

    def __new__(cls, name: str, answer_class: type[T] | None = None) -> MetadataType[T]:
        self = super().__new__(cls, name)
        self.answer_class = answer_class
        return self

    def __getnewargs__(self) -> tuple[str, type[T] | None]:  # type: ignore[override]  # str's has one
        return str(self), self.answer_class

    def __repr__(self) -> str:
        answer = "" if self.answer_class is None else f", {self.answer_class.__name__}"
        return f"MetadataType({str(self)!r}{answer})"
