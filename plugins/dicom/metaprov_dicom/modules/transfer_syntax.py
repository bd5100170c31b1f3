"""How the pixels of an image are encoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_modules import TransferSyntax

from .table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["derive_transfer_syntax"]

_TRANSFER_SYNTAX = Table("TransferSyntaxUID", "AvailableTransferSyntaxUID")

#: The transfer syntaxes whose frames are one stream (PS3.5 A.4.5 to A.4.9).
_VIDEO: Final = frozenset(
    f"1.2.840.10008.1.2.4.{number}"
    for number in (
        "100", "100.1", "101", "101.1",  # MPEG-2
        "102", "102.1", "103", "103.1", "104", "104.1", "105", "105.1", "106", "106.1",  # H.264
        "107", "108",  # H.265
    )
)  # fmt: skip


def derive_transfer_syntax(instance: Mapping[str, Any], _frame: int) -> TransferSyntax | None:
    """The transfer syntax of an instance."""
    fields = _TRANSFER_SYNTAX.read(instance)
    if not fields:
        return None
    (available, *_) = fields.get("available_transfer_syntax_uid", (None,))
    return TransferSyntax(**fields, is_video=fields.get("transfer_syntax_uid", available) in _VIDEO)
