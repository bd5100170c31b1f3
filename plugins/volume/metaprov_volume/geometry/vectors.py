"""Vectors of three coordinates in the patient."""

from __future__ import annotations

from math import sqrt

__all__ = ["Vector", "along", "cross", "difference", "dot", "length", "unit"]

Vector = tuple[float, float, float]


def dot(a: Vector, b: Vector) -> float:
    """The product of two lengths and the cosine between them."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    """The vector at a right angle to both, by the right hand."""
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


def difference(a: Vector, b: Vector) -> Vector:
    """The way from b to a."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def along(start: Vector, direction: Vector, distance: float) -> Vector:
    """The point that lies some times a direction away from another one."""
    return (
        start[0] + distance * direction[0],
        start[1] + distance * direction[1],
        start[2] + distance * direction[2],
    )


def length(a: Vector) -> float:
    """How long a vector is."""
    return sqrt(dot(a, a))


def unit(a: Vector) -> Vector:
    """The vector of length 1 with the direction of another one, which is not 0."""
    by = length(a)
    return (a[0] / by, a[1] / by, a[2] / by)
