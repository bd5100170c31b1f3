"""What annotations and classes are called: ``tuple[float, ...] | None``, ``package.Class``."""

from __future__ import annotations

import sys
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

__all__ = ["full_name", "import_name", "type_name"]


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


def full_name(answer_class: Any) -> str:
    """What a class is called, with its module; of ``tuple[Class, ...]``, what Python calls it."""
    if not isinstance(answer_class, type):
        return str(answer_class)
    return f"{answer_class.__module__}.{answer_class.__qualname__}"


def import_name(answer_class: Any) -> str:
    """What a class is imported as: by its package, if that has it."""
    if not isinstance(answer_class, type):
        return type_name(answer_class)
    name, module = answer_class.__qualname__, answer_class.__module__
    if module == "builtins":
        return name
    package = module.partition(".")[0]
    is_public = getattr(sys.modules.get(package), name, None) is answer_class
    return f"{package if is_public else module}.{name}"
