"""Which images a question is about, where `get_many` asks about several."""

from __future__ import annotations

from threading import get_ident
from typing import Final

__all__ = ["asked_together", "forget_others_together", "together"]

#: What each thread asks about together.
together: Final[dict[int, tuple[str, ...]]] = {}


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
    return together.get(get_ident(), ())


def forget_others_together() -> None:
    """Forget, in a forked child, what other threads of the parent ask about."""
    own = get_ident()
    for thread in [thread for thread in together if thread != own]:
        del together[thread]
