"""The settings of plugins, as a plan keeps them: digests, by which they are the same or not."""

from __future__ import annotations

from hashlib import blake2b
from types import BuiltinFunctionType, FunctionType
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_core import Host

__all__ = ["digests_of_settings"]

#: In place of a digest: what was given to one process, and cannot be compared.
_OF_ONE_PROCESS: Final = "of one process"


def digests_of_settings(host: Host) -> dict[str, str]:
    """By the names of the plugins that have settings, a digest of what other processes get of them.

    Secrets are not sent: other credentials are no other settings, and none are in a digest.
    """
    digests = {
        record.name: _digest(implementation.called_with())
        for record in host.plugins()
        for implementation in record.implementations
        if implementation.hook == "copy_settings"
    }
    return {name: digest for name, digest in digests.items() if digest is not None}


def _digest(copy_settings: Callable[[], Callable[[], object] | None]) -> str | None:
    """None where there is nothing to set."""
    try:
        call = copy_settings()
        if call is None:
            return None
        # A pickle differs between equal values: by what is the same object, and by the order.
        text = msgspec.json.encode(call, enc_hook=_in_parts, order="deterministic")
    except Exception:
        # Workers are refused, which could not have them; this process has its answers.
        return _OF_ONE_PROCESS
    return blake2b(text, digest_size=16).hexdigest()


def _in_parts(value: Any) -> object:
    """A function or a class as its name, anything else as what pickle makes it of."""
    if isinstance(value, type | FunctionType | BuiltinFunctionType):
        return f"{value.__module__}.{value.__qualname__}"
    made = value.__reduce_ex__(4)
    return made if isinstance(made, str) else [_listed(part) for part in made]


def _listed(part: Any) -> object:
    """The items of a container, which pickle has one after the other."""
    return list(part) if hasattr(part, "__next__") else part
