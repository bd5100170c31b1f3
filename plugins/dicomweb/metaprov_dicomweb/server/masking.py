"""Secrets that were sent, and taking them out of what servers and libraries say.

A server can repeat a request, or a part of it, wherever it likes: in its status line, its headers,
its errors. Such a text ends in messages and logs, and no secret may.
"""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["keep_secret", "masked", "secrets_of_query"]

#: Those sent last; a text that repeats one comes soon after it.
_MOST_SECRETS: Final = 2_000
#: Shorter ones are words like any other.
_SHORTEST: Final = 4
#: Shorter ones are masked as whole words, longer ones anywhere.
_SHORTEST_PART: Final = 8
#: So much of the beginning of a longer one gives it away: a text may have been cut.
_BEGINNING: Final = 16

#: Options in queries of WADO-URI and QIDO-RS whose values are of the standard, or UIDs, which
#: URLs have in their paths.
_PUBLIC: Final = frozenset(
    {
        "requesttype",
        "contenttype",
        "transfersyntax",
        "limit",
        "offset",
        "includefield",
        "modality",
        "studyuid",
        "seriesuid",
        "objectuid",
        "studyinstanceuid",
        "seriesinstanceuid",
        "sopinstanceuid",
    }
)

_lock: Final = Lock()
_secrets: Final[OrderedDict[str, None]] = OrderedDict()


def keep_secret(secrets: Iterable[str]) -> None:
    """Mask these texts from now on."""
    with _lock:
        for secret in secrets:
            _secrets[secret] = None
            _secrets.move_to_end(secret)
        while len(_secrets) > _MOST_SECRETS:
            _secrets.popitem(last=False)


def secrets_of_query(query: str) -> list[str]:
    """What of a query may be secret: patients and tokens, alone and together."""
    if not query:
        return []
    secrets = [query]
    for option in query.split("&"):
        name, _, value = option.partition("=")
        if unquote(name).lower() not in _PUBLIC:
            # A plus is a blank for some programs, and a plus for others.
            secrets += [value, unquote_plus(value)]
    return secrets


def masked(text: str) -> str:
    """The text with ``...`` in place of each secret, and on one line that can be printed."""
    text = "".join(character if character.isprintable() else " " for character in text)
    with _lock:
        secrets = list(_secrets)
    patterns = {pattern for secret in secrets for pattern in _patterns(secret, text)}
    if patterns:
        # The longest first: one secret may be a part of another.
        text = re.sub("|".join(sorted(patterns, key=len, reverse=True)), "...", text)
    return text


def _patterns(secret: str, text: str) -> Iterable[str]:
    lower = text.lower()
    for form in {secret, unquote(secret), quote(secret, safe=""), repr(secret)[1:-1]}:
        if len(form) < _SHORTEST:
            continue
        if form[:_BEGINNING].lower() not in lower:
            continue
        pattern = re.escape(form)
        if len(form) < _SHORTEST_PART:
            yield rf"(?<!\w){pattern}(?!\w)"
        elif len(form) <= _BEGINNING:
            yield f"(?i:{pattern})"
        else:
            yield rf"(?i:{re.escape(form[:_BEGINNING])}[^\s'\"<>]*)"
            yield f"(?i:{pattern})"


class _Masking(logging.Filter):
    """Masks the records of a library's log, which has URLs with their queries."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if record.exc_info:
            said = f"{said}: {record.exc_info[1]!r}"
        if (shown := masked(said)) != said:
            # Who formats a traceback reads the exception again.
            record.msg, record.args, record.exc_info, record.exc_text = shown, (), None, None
        return True


for _name in ("urllib3.connectionpool", "urllib3.connection", "urllib3.response"):
    logging.getLogger(_name).addFilter(_Masking())
