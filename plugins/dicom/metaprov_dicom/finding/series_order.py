"""The order of the images in a series, whatever source they are from."""

from __future__ import annotations

__all__ = ["series_order"]


def series_order(number: object, *ties: str) -> tuple[float | str, ...]:
    """A key to sort images by: InstanceNumber, those without one last, then ``ties``.

    >>> sorted(["b", "a", "c"], key=lambda name: series_order({"b": 2, "a": 10}.get(name), name))
    ['b', 'a', 'c']
    """
    return number if isinstance(number, int) else float("inf"), *ties
