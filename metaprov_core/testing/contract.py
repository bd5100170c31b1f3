"""How a test says that the contract is broken: what it says, what the plugin did, what to do."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest

if TYPE_CHECKING:
    from metaprov_core import Host

__all__ = ["answer_of", "breaks", "raised", "shown"]

#: How much of an answer a message shows.
_LONG: Final = 300


def breaks(contract: str, did: str, to_do: str) -> NoReturn:
    """Fail the test that runs: the three sentences are all that is shown."""
    said = f"{contract}\n  The plugin: {did}\n  To do: {to_do}"
    raise pytest.fail.Exception(said, pytrace=False) from None


def answer_of(host: Host, type: str, image_id: str, contract: str, to_do: str) -> Any:
    """The answer of a host, where by the contract nothing may be raised."""
    try:
        return host.get(type, image_id)
    except Exception as error:
        breaks(contract, f"{raised(error)} for {type} of {image_id}", to_do)


def shown(value: Any) -> str:
    """A value as messages show it."""
    try:
        text = repr(value)
    except Exception as error:
        text = f"a {type(value).__name__} whose repr raises {type(error).__name__}"
    return text if len(text) <= _LONG else f"{text[:_LONG]}..."


def raised(error: BaseException) -> str:
    """What was raised, where, and whom the host blames for it."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename}:{frames[-1].lineno} in {frames[-1].name}" if frames else ""
    notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
    return f"raised {type(error).__name__}: {error}{where}{notes}"
