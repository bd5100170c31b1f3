"""Whether a value is what a search asks for (PS3.4 C.2.2.2, PS3.18 8.3.4), by its VR."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Matches", "matcher"]

#: Whether a natural value matches; None is an attribute that is empty, or not there.
Matches = Callable[[Any], bool]

_NUMBERS: Final = frozenset({"DS", "FD", "FL", "IS", "SL", "SS", "SV", "UL", "US", "UV"})
#: Values that have no commas: a list of them may.
_LISTS: Final = frozenset({"CS", "UI"})
_NOT_SEARCHED: Final = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ"})
_DATE: Final = re.compile(r"[0-9]{4}([0-9]{2}([0-9]{2})?)?")
_TIME: Final = re.compile(r"[0-9]{2}([0-9]{2}([0-9]{2}(\.[0-9]{0,6})?)?)?")
_DATE_TIME: Final = re.compile(r"[0-9]{4,14}(\.[0-9]{0,6})?")
#: What a point in time is written like, and what older headers have in it besides (PS3.5 6.2).
_POINTS: Final = {"DA": (_DATE, "."), "TM": (_TIME, ":"), "DT": (_DATE_TIME, "")}
_ZERO: Final = "00000000000000.000000"
#: That of an empty value (PS3.4 C.2.2.2.7).
_EMPTY: Final = '""'
_WORDS: Final = re.compile(r"[\s^=,*?]+")


def matcher(vr: str, text: str, *, fuzzy: bool = False) -> Matches:
    """What tells whether a value of a VR matches a text.

    - Nothing, or ``*``: every value, and none. ``""``: only an empty value.
    - UIDs and code strings: one of a list, with commas or backslashes.
    - Dates, times: the value, or a range ``a-b``, ``a-``, ``-b``, whose ends belong to it; ``2020``
      is all of that year.
    - Numbers: the same number.
    - Other texts: ``*`` is any characters, ``?`` one. Names match without case, and in each of
      their groups; with ``fuzzy`` also by the beginnings of their words.

    Of several values, one is enough. Raises ValueError, with the reason, for a text that no value
    of the VR can match.
    """
    if text in {"", "*"}:
        return _everything
    if text == _EMPTY:
        return _nothing
    if vr in _NOT_SEARCHED:
        raise ValueError(f"values of VR {vr} are not searched")
    if vr in _POINTS:
        return _any_value(_range(vr, text))
    if vr in _NUMBERS:
        return _any_value(_number(text))
    if vr in _LISTS:
        return _any_value(_one_of(re.split(r"[,\\]", text)))
    if vr == "PN":
        return _any_value(_name(text, fuzzy=fuzzy))
    return _any_value(_one_of(text.split("\\")))


def _everything(_value: Any) -> bool:
    return True


def _nothing(value: Any) -> bool:
    return value is None or value in {"", ()}


def _any_value(matches: Matches) -> Matches:
    def any_matches(value: Any) -> bool:
        values: Iterable[Any] = value if isinstance(value, tuple) else (value,)
        return any(each is not None and matches(each) for each in values)

    return any_matches


def _one_of(texts: Iterable[str]) -> Matches:
    texts = [text.strip() for text in texts]
    exact = frozenset(texts)
    patterns = [_pattern(text) for text in exact if "*" in text or "?" in text]
    if not patterns:
        return lambda value: str(value) in exact
    return lambda value: (
        str(value) in exact or any(each.match(str(value)) is not None for each in patterns)
    )


def _pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    # Its patterns never go back over a star; brackets, which it knows too, are texts here.
    return re.compile(fnmatch.translate(text.replace("[", "[[]")), flags)


def _name(text: str, *, fuzzy: bool) -> Matches:
    pattern = _pattern(text.strip().rstrip("^="), re.IGNORECASE)
    words = [word for word in _WORDS.split(text.casefold()) if word]

    def matches(value: Any) -> bool:
        name = str(value)
        groups = (name, *name.split("="))
        if any(pattern.match(group.strip().rstrip("^")) for group in groups):
            return True
        return fuzzy and bool(words) and _begin_words(words, name)

    return matches


def _begin_words(beginnings: list[str], name: str) -> bool:
    words = _WORDS.split(name.casefold())
    return all(any(word.startswith(beginning) for word in words) for beginning in beginnings)


def _number(text: str) -> Matches:
    try:
        numbers = {float(part) for part in text.split("\\")}
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None

    def matches(value: Any) -> bool:
        return isinstance(value, int | float) and float(value) in numbers

    return matches


def _range(vr: str, text: str) -> Matches:
    written, also = _POINTS[vr]
    first, dash, last = text.strip().partition("-")
    low, high = (
        point.strip().replace(also, "") if also else point.strip() for point in (first, last)
    )
    if not dash:
        high = low
    for point in {low, high} - {""}:
        if written.fullmatch(point) is None:
            raise ValueError(f"{text!r} is no {vr}, and no range of them")

    def matches(value: Any) -> bool:
        point = str(value).replace(also, "").strip() if also else str(value).strip()
        # What is not said of a value is its beginning: 10 is 10:00.
        full = point + _ZERO[len(point) :]
        return bool(point) and full >= low and (not high or full[: len(high)] <= high)

    return matches
