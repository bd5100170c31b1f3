"""Annotations as they are written: ``tuple[float, ...] | None``."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

__all__ = ["type_name"]


def type_name(annotation: Any) -> str:
    """An annotation as it is written, without what is annotated and without modules."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return type_name(args[0])
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, args))}]"
    if origin in (Union, UnionType):
        return " | ".join(map(type_name, args))
    if origin is not None and args:
        return f"{type_name(origin)}[{', '.join(map(type_name, args))}]"
    if annotation in (NoneType, ...):
        return "None" if annotation is NoneType else "..."
    if isinstance(annotation, list):  # the arguments of a Callable
        return f"[{', '.join(map(type_name, annotation))}]"
    return str(getattr(annotation, "__name__", annotation))
