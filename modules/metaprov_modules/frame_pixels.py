"""The pixels of one frame, as they are stored."""

from typing import Annotated, Final, Literal

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["FRAME_PIXEL_DATA", "FramePixels", "PixelElement"]

#: The attribute that has the pixels, by the kind of its samples.
PixelElement = Literal["PixelData", "FloatPixelData", "DoubleFloatPixelData"]


class FramePixels(Answer, frozen=True):
    """The bytes of one frame as its image has them, not decoded (PS3.5 8).

    What they mean is in imagePixelModule.
    """

    data: Annotated[
        bytes,
        meaning(
            "Of a compressed frame its fragments, joined; of any other the samples of this frame "
            "alone, in the byte order of the transfer syntax."
        ),
    ]
    transfer_syntax_uid: Annotated[
        str, meaning("How they are encoded (PS3.5 10).", attribute="TransferSyntaxUID (0002,0010)")
    ]
    element: Annotated[
        PixelElement,
        meaning("The attribute that has them: it tells integers, float and double apart."),
    ] = "PixelData"

    def __repr__(self) -> str:
        encoded = f"transfer_syntax_uid={self.transfer_syntax_uid!r}, element={self.element!r}"
        return f"FramePixels(data=<{len(self.data)} bytes>, {encoded})"


FRAME_PIXEL_DATA: Final = MetadataType(
    "framePixelData",
    FramePixels,
    meaning="The pixels of a frame, answered by where the image is, and kept in no cache.",
)
