"""Secrets that were sent, and taking them out of what servers and libraries say.

A server can repeat a request, or a part of it, wherever it likes: in its status line, its headers,
its errors. Such a text ends in messages and logs, and no secret may.
"""

from __future__ import annotations

import logging
import os
import re
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote, unquote, unquote_plus

from metaprov_core import mask_notes

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["keep_secret", "masked", "secrets_of_query", "words_of"]

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

#: What separates the words of a header.
_WORDS: Final = re.compile(r"[\s,;]+")


class _Form(NamedTuple):
    """A text in which a secret can be, if it has ``beginning`` in any case, and its pattern."""

    beginning: str
    pattern: str


_lock: Final = Lock()
# A forked process has no thread that would release it.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release
    )
_secrets: Final[OrderedDict[str, tuple[_Form, ...]]] = OrderedDict()


def keep_secret(secrets: Iterable[str]) -> None:
    """Mask these texts from now on."""
    with _lock:
        for secret in secrets:
            if secret in _secrets:
                _secrets.move_to_end(secret)
            else:
                _secrets[secret] = tuple(_forms(secret))
        while len(_secrets) > _MOST_SECRETS:
            _secrets.popitem(last=False)


def words_of(header: str) -> list[str]:
    """The words of a header with credentials: the token may come back without the others.

    Of several words the long ones: ``SignedHeaders=host`` is no secret, and "host" a word.
    """
    words = _WORDS.split(header.strip())
    if len(words) == 1:
        return words
    return [value for word in words if len(value := _value(word)) >= _SHORTEST_PART]


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
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return _without_secrets(text)


def _without_secrets(text: str) -> str:
    lower = text.lower()
    with _lock:
        secrets = list(_secrets.values())
    patterns = {form.pattern for forms in secrets for form in forms if form.beginning in lower}
    if patterns:
        # The longest first: one secret may be a part of another.
        text = re.sub("|".join(sorted(patterns, key=len, reverse=True)), "...", text)
    return text


def _value(word: str) -> str:
    """What a word says: the value of ``Credential=AKID``, and a token with its padding."""
    _, _, value = word.partition("=")
    return value if value.strip("=") else word


def _forms(secret: str) -> Iterable[_Form]:
    """A secret as it is, and as it may be written in a URL and in an error."""
    for form in {secret, unquote(secret), quote(secret, safe=""), repr(secret)[1:-1]}:
        if len(form) < _SHORTEST:
            continue
        beginning = re.escape(form[:_BEGINNING])
        if len(form) < _SHORTEST_PART:
            pattern = rf"(?<!\w){beginning}(?!\w)"
        elif len(form) <= _BEGINNING:
            pattern = f"(?i:{beginning})"
        else:
            rest = re.escape(form[_BEGINNING:])
            pattern = rf"(?i:{beginning}(?:{rest}|[^\s'\"<>]*))"
        yield _Form(form[:_BEGINNING].lower(), pattern)


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

# A server may repeat a secret as a value in a header, which notes quote.
mask_notes(_without_secrets)
