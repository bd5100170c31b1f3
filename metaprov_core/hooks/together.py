"""Which images a question is about, where `get_many` asks about several."""

from __future__ import annotations

from threading import get_ident
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ask_together", "asked_together", "forget_others_together"]

P = ParamSpec("P")
R = TypeVar("R")

# What each thread asks about together.
_together: Final[dict[int, tuple[str, ...]]] = {}


def asked_together() -> tuple[str, ...]:
    """The image ids that `get_many` is asking about in this thread, in order; else ``()``.

    For a provider to which many images come faster together: where it has to load one of these, it
    may load those after it as well. It is the same tuple for as long as that `get_many` runs. Ids
    of other plugins are among them, and those that are loaded already.

    >>> from metaprov_core import Host, ProviderCache, asked_together, hookimpl
    >>> class Clinic:
    ...     def __init__(self):
    ...         self.cache = ProviderCache(100)
    ...     @hookimpl(types=["patientModule"], schemes=["clinic"])
    ...     def get_metadata(self, image_id):
    ...         return self.cache.get(image_id, self.load)
    ...     def load(self, image_id):
    ...         print("one request for", len(asked_together()) or 1)
    ...         for other in asked_together():
    ...             if other != image_id:
    ...                 self.cache.get(other, str.upper)
    ...         return image_id.upper()
    >>> host = Host()
    >>> host.register(Clinic())
    'Clinic'
    >>> host.get_many("patientModule", ["clinic:7", "clinic:8", "clinic:9"])
    one request for 3
    ['CLINIC:7', 'CLINIC:8', 'CLINIC:9']
    >>> asked_together()
    ()
    """
    return _together.get(get_ident(), ())


def ask_together(
    image_ids: tuple[str, ...], function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """Call a function that asks about these images."""
    thread = get_ident()
    outer = _together.get(thread)
    try:
        _together[thread] = image_ids
        return function(*args, **kwargs)
    finally:
        # Either branch is one instruction, and no interrupt comes before it.
        if outer is None:
            _together.pop(thread, None)
        else:
            _together[thread] = outer


def forget_others_together() -> None:
    """Forget, in a forked child, what other threads of the parent ask about."""
    own = get_ident()
    for thread in [thread for thread in _together if thread != own]:
        del _together[thread]
