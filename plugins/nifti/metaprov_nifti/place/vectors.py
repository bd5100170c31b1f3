"""Vectors of three coordinates in the patient."""

from __future__ import annotations

from math import hypot
from typing import TypeVar, cast

__all__ = ["Vector", "cross", "dot", "negative", "unit"]

Vector = tuple[float, float, float]
V = TypeVar("V", bound=tuple[float, ...])


def dot(a: Vector, b: Vector) -> float:
    """The product of two lengths and the cosine between them."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    """The vector at a right angle to both, by the right hand."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def negative(a: V) -> V:
    """The vector in the opposite direction."""
    return cast(V, tuple(0.0 - each for each in a))


def unit(a: Vector) -> Vector:
    """The vector of length 1 in the same direction; of one without length, itself."""
    length = hypot(*a) or 1.0
    return (a[0] / length, a[1] / length, a[2] / length)
