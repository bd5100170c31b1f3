"""How the pixels of an image are encoded."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["TRANSFER_SYNTAX", "TransferSyntax"]


class TransferSyntax(Answer, frozen=True):
    """The transfer syntax of an image (PS3.5 10), and those that a server can give it in."""

    transfer_syntax_uid: Annotated[
        str | None, meaning("UID of the encoding.", attribute="TransferSyntaxUID (0002,0010)")
    ] = None
    available_transfer_syntax_uid: Annotated[
        tuple[str | None, ...] | None,
        meaning(
            "UIDs of those that a server offers.",
            attribute="AvailableTransferSyntaxUID (0008,3002)",
        ),
    ] = None
    is_video: Annotated[
        bool | None,
        meaning(
            "Whether the frames are one stream, and cannot be had one by one: by the transfer "
            "syntax, or else by the first one available.",
            attribute="TransferSyntaxUID (0002,0010)",
        ),
    ] = None


TRANSFER_SYNTAX: Final = MetadataType("transferSyntax", TransferSyntax)
