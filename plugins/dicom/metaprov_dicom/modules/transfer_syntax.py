"""How the pixels of an image are encoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaprov_dicom.instance.video import VIDEO
from metaprov_modules import TransferSyntax

from .table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["derive_transfer_syntax"]

_TRANSFER_SYNTAX = Table("TransferSyntaxUID", "AvailableTransferSyntaxUID")


def derive_transfer_syntax(instance: Mapping[str, Any], _frame: int) -> TransferSyntax | None:
    """The transfer syntax of an instance."""
    fields = _TRANSFER_SYNTAX.read(instance)
    if not fields:
        return None
    (available, *_) = fields.get("available_transfer_syntax_uid", (None,))
    return TransferSyntax(**fields, is_video=fields.get("transfer_syntax_uid", available) in VIDEO)
