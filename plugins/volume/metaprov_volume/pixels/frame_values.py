"""The stored values of one frame, as an array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_volume.errors import VolumeError

from .codestreams import Codestream, jpeg_2000_header, jpeg_header
from .colours import rgb_of_ybr, ybr_of_422
from .decoders import decoder_of
from .transfer_syntaxes import BIG_ENDIAN, JPEG, JPEG_2000, JPEG_LS, NATIVE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from metaprov_modules import FramePixels, ImagePixelModule

    from .decoders import Decoder

__all__ = ["colour_samples", "stored_dtype", "stored_range", "stored_values"]

_BITS: Final = (8, 16, 32, 64)
_YBR: Final = frozenset({"YBR_FULL", "YBR_FULL_422"})
#: By samples per pixel; with alpha, which DICOM does not have, NIfTI has them.
_COLOURS: Final = {3: frozenset({"RGB", "YBR_ICT", "YBR_RCT", *_YBR}), 4: frozenset({"RGBA"})}
_FLOATS: Final = {"FloatPixelData": "f4", "DoubleFloatPixelData": "f8"}
#: The marker EOI (ISO/IEC 10918-1 B.1.1.3), and how much padding may follow it.
_END: Final = b"\xff\xd9"
_NEAR_THE_END: Final = 64
#: What is wanted of every image, and how it is called in DICOM.
_NEEDED: Final = {
    "rows": "Rows (0028,0010)",
    "columns": "Columns (0028,0011)",
    "bits_allocated": "BitsAllocated (0028,0100)",
}


def colour_samples(pixels: ImagePixelModule) -> int:
    """3 for colours, 4 for those with alpha, 1 for all else.

    Raises VolumeError for what is not read: samples of one bit, as segmentations have them, and
    colours that are neither RGB nor a YBR of whole bytes.
    """
    for field, name in _NEEDED.items():
        if not getattr(pixels, field):
            raise VolumeError(f"{name} is missing, and without it there are no pixels")
    if pixels.bits_allocated == 1:
        raise VolumeError(
            "its pixels have one bit (BitsAllocated is 1, a segmentation or a mask), which "
            "is not read: highdicom and pydicom do"
        )
    if pixels.bits_allocated not in _BITS:
        raise VolumeError(f"BitsAllocated is {pixels.bits_allocated}, which is not read")
    samples = pixels.samples_per_pixel or 1
    if samples == 1:
        return 1
    colours = pixels.photometric_interpretation
    if colours not in _COLOURS.get(samples, ()):
        raise VolumeError(
            f"pixels of {samples} samples with PhotometricInterpretation {colours} are not read"
        )
    return samples


def _bits(pixels: ImagePixelModule) -> tuple[int, int]:
    """BitsStored, and how many bits are below them."""
    allocated = pixels.bits_allocated or 8
    stored = pixels.bits_stored or allocated
    if not 0 < stored <= allocated:
        raise VolumeError(f"BitsStored is {stored}, and BitsAllocated {allocated}")
    high = stored - 1 if pixels.high_bit is None else pixels.high_bit
    return stored, max(0, high + 1 - stored) if high < allocated else 0


def stored_dtype(pixels: ImagePixelModule, element: str = "PixelData") -> np.dtype[Any]:
    """Of the stored values: integers by bits and sign, or floats."""
    import numpy as np

    if element in _FLOATS:
        return np.dtype(_FLOATS[element])
    sign = "i" if pixels.pixel_representation == 1 else "u"
    return np.dtype(f"{sign}{(pixels.bits_allocated or 8) // 8}")


def stored_range(pixels: ImagePixelModule) -> tuple[int, int]:
    """The least and the greatest integer that so many bits with this sign can be."""
    stored, _ = _bits(pixels)
    if pixels.pixel_representation == 1:
        return -(1 << (stored - 1)), (1 << (stored - 1)) - 1
    return 0, (1 << stored) - 1


def stored_values(
    frame: FramePixels, pixels: ImagePixelModule, decoder: Decoder | None = None
) -> NDArray[Any]:
    """The stored values of a frame: (rows, columns), or (rows, columns, 3) as RGB, or 4 as RGBA.

    MONOCHROME1 is not inverted, and PALETTE COLOR gives indices. The array may be a view of the
    bytes, which cannot be written to. ``decoder`` is the first that is installed, if not given.

    Raises VolumeError where there are fewer bytes than pixels, or the codestream is of another
    size, DecoderMissingError, and what a decoder raises.
    """
    samples = colour_samples(pixels)
    dtype = stored_dtype(pixels, frame.element)
    if frame.transfer_syntax_uid in NATIVE:
        values = _native(frame, pixels, dtype, samples)
        if dtype.kind != "f":
            values = _value_bits(values, dtype, *_bits(pixels))
        return _as_rgb(values, pixels, None)
    # Decoders fill what is missing of JPEG with anything; of the others' codestreams they raise.
    if frame.transfer_syntax_uid in JPEG and _END not in frame.data.rstrip(b"\0")[-_NEAR_THE_END:]:
        raise VolumeError("its pixels are cut off: the JPEG codestream has no end")
    decoder = decoder or decoder_of(frame.transfer_syntax_uid)
    values = decoder.decode(frame, pixels)
    wanted = (pixels.rows, pixels.columns, *((samples,) if samples > 1 else ()))
    if values.shape != wanted:
        raise VolumeError(f"its pixels are decoded to {values.shape}, and the image is {wanted}")
    codestream = _codestream(frame)
    if not decoder.final:
        values = _value_bits(values, dtype, _decoded_bits(frame, pixels, codestream), 0)
    return _as_rgb(values, pixels, codestream.colours)


def _native(
    frame: FramePixels, pixels: ImagePixelModule, dtype: np.dtype[Any], samples: int
) -> NDArray[Any]:
    import numpy as np

    rows, columns = pixels.rows or 0, pixels.columns or 0
    subsampled = pixels.photometric_interpretation == "YBR_FULL_422" and samples == 3
    count = rows * columns * (2 if subsampled else samples)
    if len(frame.data) < count * dtype.itemsize:
        raise VolumeError(
            f"there are {len(frame.data)} bytes of pixels, and the frame has "
            f"{count * dtype.itemsize}"
        )
    big = frame.transfer_syntax_uid == BIG_ENDIAN
    if big and dtype.itemsize == 1:
        raise VolumeError(
            "samples of eight bits in Explicit VR Big Endian are not read: whether they are "
            "swapped, in words of 16 bits (OW), is not told"
        )
    values = np.frombuffer(frame.data, dtype.newbyteorder(">" if big else "<"), count)
    if subsampled:
        return ybr_of_422(values, rows, columns)
    if samples == 1:
        return values.reshape(rows, columns)
    if pixels.planar_configuration == 1:
        return np.moveaxis(values.reshape(samples, rows, columns), 0, -1)
    return values.reshape(rows, columns, samples)


def _value_bits(
    values: NDArray[Any], dtype: np.dtype[Any], stored: int, below: int
) -> NDArray[Any]:
    """The bits of the value alone, with their sign: those above and below may be anything."""
    import numpy as np

    above = 8 * dtype.itemsize - stored - below
    values = values.astype(dtype, copy=False)
    if not above and not below:
        return values
    if not below and _fits(values, stored):
        return values
    # A new array, for the shifts to be done in; the shift to the right keeps the sign.
    values = values.copy()
    np.left_shift(values, above, out=values)
    np.right_shift(values, above + below, out=values)
    return values


def _fits(values: NDArray[Any], bits: int) -> bool:
    """Whether all values are those of so many bits already, as they mostly are."""
    if values.dtype.kind == "u":
        return int(values.max()) < 1 << bits
    limit = 1 << (bits - 1)
    return int(values.max()) < limit and int(values.min()) >= -limit


def _codestream(frame: FramePixels) -> Codestream:
    if frame.transfer_syntax_uid in JPEG_2000:
        return jpeg_2000_header(frame.data)
    if frame.transfer_syntax_uid in JPEG or frame.transfer_syntax_uid in JPEG_LS:
        return jpeg_header(frame.data)
    return Codestream()


def _decoded_bits(frame: FramePixels, pixels: ImagePixelModule, codestream: Codestream) -> int:
    """How many bits a decoded sample has.

    BitsStored, or fewer where the codestream has fewer and its sign cannot be that of the image:
    JPEG-LS has none, and JPEG 2000 another.
    """
    stored, _ = _bits(pixels)
    if codestream.precision is None:
        return stored
    signed = pixels.pixel_representation == 1
    if frame.transfer_syntax_uid in JPEG_LS:
        of_codestream = signed
    else:
        of_codestream = codestream.signed is not None and codestream.signed != signed
    return min(codestream.precision, stored) if of_codestream else stored


def _as_rgb(values: NDArray[Any], pixels: ImagePixelModule, colours: str | None) -> NDArray[Any]:
    """RGB of colours; a codestream that names its colours is right, and the header is not."""
    if values.ndim == 2:
        return values
    header = pixels.photometric_interpretation or ""
    if colours is None or (colours != "RGB" and "YBR" in header):
        colours = header
    if colours not in _YBR:
        return values
    if values.dtype.itemsize > 1:
        raise VolumeError(f"{colours} of more than eight bits a sample is not read")
    return rgb_of_ybr(values)
