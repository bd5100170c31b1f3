"""Who decodes compressed frames: a table, of which the first that is installed does it."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_volume.errors import DecoderMissingError

from .transfer_syntaxes import JPEG, JPEG_2000, JPEG_LS, RLE, name_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from metaprov_modules import FramePixels, ImagePixelModule

__all__ = ["DECODERS", "PYDICOM", "Decoder", "decoder_of"]


class Decoder(NamedTuple):
    """One way to decode: the distribution, the module that it must have, and the call.

    The call gives samples as they are in the codestream, of the shape (rows, columns[, samples]);
    of JPEG 2000 after its own colour transform, so that these are RGB where they were YBR_RCT.
    """

    distribution: str
    module: str
    decode: Callable[[FramePixels, ImagePixelModule], NDArray[Any]]
    #: Whether what it gives is right in every bit already.
    final: bool = False

    @property
    def installed(self) -> bool:
        return find_spec(self.module) is not None


def _shape(pixels: ImagePixelModule) -> tuple[int, ...]:
    samples = pixels.samples_per_pixel or 1
    return (pixels.rows or 0, pixels.columns or 0, *((samples,) if samples > 1 else ()))


def _container(precision: int) -> str:
    """Little-endian unsigned integers that hold so many bits."""
    return "u1" if precision <= 8 else "<u2" if precision <= 16 else "<u4"


def _by_plane(buffer: Any, dtype: str, pixels: ImagePixelModule) -> NDArray[Any]:
    """Samples plane by plane."""
    import numpy as np

    rows, columns, *samples = _shape(pixels)
    planes = np.frombuffer(buffer, dtype).reshape(*samples, rows, columns)
    return planes if not samples else np.moveaxis(planes, 0, -1)


def _by_pixel(buffer: Any, dtype: str, pixels: ImagePixelModule) -> NDArray[Any]:
    import numpy as np

    return np.frombuffer(buffer, dtype).reshape(_shape(pixels))


def _rle_pylibjpeg(frame: FramePixels, pixels: ImagePixelModule) -> NDArray[Any]:
    import rle

    decode: Any = rle
    buffer = decode.decode_pixel_data(frame.data, version=2, **_described(pixels))
    return _by_plane(buffer, f"<u{(pixels.bits_allocated or 8) // 8}", pixels)


def _rle_imagecodecs(frame: FramePixels, pixels: ImagePixelModule) -> NDArray[Any]:
    import imagecodecs

    dtype = f"<u{(pixels.bits_allocated or 8) // 8}"
    return _by_plane(imagecodecs.dicomrle_decode(frame.data, dtype), dtype, pixels)


def _jpeg_ls_pyjpegls(frame: FramePixels, pixels: ImagePixelModule) -> NDArray[Any]:
    import jpeg_ls

    buffer, header = jpeg_ls.decode_pixel_data(frame.data)
    # Interleave mode 0 is plane by plane (ISO/IEC 14495-1 C.2.3).
    arranged = _by_pixel if header["interleave_mode"] else _by_plane
    return arranged(buffer, _container(header["bits_per_sample"]), pixels)


def _jpeg_ls_imagecodecs(frame: FramePixels, _: ImagePixelModule) -> NDArray[Any]:
    import imagecodecs

    return imagecodecs.jpegls_decode(frame.data)


def _jpeg_2000_imagecodecs(frame: FramePixels, _: ImagePixelModule) -> NDArray[Any]:
    import imagecodecs

    # The frames of a volume are decoded side by side already.
    return imagecodecs.jpeg2k_decode(frame.data, numthreads=1)


def _jpeg_2000_openjpeg(frame: FramePixels, pixels: ImagePixelModule) -> NDArray[Any]:
    import openjpeg

    from .codestreams import jpeg_2000_header

    decode: Any = openjpeg
    buffer = decode.decode_pixel_data(frame.data, version=2, **_described(pixels))
    precision = jpeg_2000_header(frame.data).precision or pixels.bits_stored or 16
    return _by_pixel(buffer, _container(precision), pixels)


def _jpeg_imagecodecs(frame: FramePixels, pixels: ImagePixelModule) -> NDArray[Any]:
    import imagecodecs

    # The same colours in and out: no transform, whatever markers the codestream has.
    colours = "YCBCR" if pixels.samples_per_pixel == 3 else None
    return imagecodecs.jpeg8_decode(frame.data, colorspace=colours, outcolorspace=colours)


def _jpeg_libjpeg(frame: FramePixels, pixels: ImagePixelModule) -> NDArray[Any]:
    import libjpeg

    from .codestreams import jpeg_header

    # Named so, the samples are not transformed.
    described = {**_described(pixels), "photometric_interpretation": "YBR_FULL"}
    decode: Any = libjpeg
    buffer = decode.decode_pixel_data(frame.data, version=2, **described)
    precision = jpeg_header(frame.data).precision or pixels.bits_stored or 16
    return _by_pixel(buffer, _container(precision), pixels)


def _pydicom(frame: FramePixels, pixels: ImagePixelModule) -> NDArray[Any]:
    from pydicom.encaps import encapsulate
    from pydicom.pixels.decoders.base import get_decoder

    array, _ = get_decoder(frame.transfer_syntax_uid).as_array(
        encapsulate([frame.data]),
        index=0,
        raw=True,
        **_described(pixels),
        **_ONE_FRAME,
    )
    return array


#: What pydicom wants to know beside the image.
_ONE_FRAME: Final[dict[str, Any]] = {"number_of_frames": 1, "pixel_keyword": "PixelData"}


def _described(pixels: ImagePixelModule) -> dict[str, Any]:
    """The image as the packages around pydicom want it described."""
    return {
        "rows": pixels.rows,
        "columns": pixels.columns,
        "samples_per_pixel": pixels.samples_per_pixel or 1,
        "photometric_interpretation": pixels.photometric_interpretation or "MONOCHROME2",
        "bits_allocated": pixels.bits_allocated,
        "bits_stored": pixels.bits_stored or pixels.bits_allocated,
        "pixel_representation": pixels.pixel_representation or 0,
        "planar_configuration": pixels.planar_configuration or 0,
    }


_RLE: Final = (
    Decoder("pylibjpeg-rle", "rle", _rle_pylibjpeg),
    Decoder("imagecodecs", "imagecodecs", _rle_imagecodecs),
)
# pyjpegls is as fast for one frame, but decodes one at a time: it holds the interpreter's lock.
_JPEG_LS: Final = (
    Decoder("imagecodecs", "imagecodecs", _jpeg_ls_imagecodecs),
    Decoder("pyjpegls", "jpeg_ls", _jpeg_ls_pyjpegls),
)
_JPEG_2000: Final = (
    Decoder("imagecodecs", "imagecodecs", _jpeg_2000_imagecodecs),
    Decoder("pylibjpeg-openjpeg", "openjpeg", _jpeg_2000_openjpeg),
)
_JPEG: Final = (
    Decoder("imagecodecs", "imagecodecs", _jpeg_imagecodecs),
    Decoder("pylibjpeg-libjpeg", "libjpeg", _jpeg_libjpeg),
)
#: By transfer syntax, in the order of their speed.
DECODERS: Final[dict[str, tuple[Decoder, ...]]] = {
    **dict.fromkeys(RLE, _RLE),
    **dict.fromkeys(JPEG_LS, _JPEG_LS),
    **dict.fromkeys(JPEG_2000, _JPEG_2000),
    **dict.fromkeys(JPEG, _JPEG),
}
#: What decodes where none of these is installed: whatever pydicom finds.
PYDICOM: Final = Decoder("pydicom", "pydicom", _pydicom, final=True)


@cache
def decoder_of(transfer_syntax_uid: str) -> Decoder:
    """The first installed decoder; DecoderMissingError where there is none."""
    for decoder in DECODERS.get(transfer_syntax_uid, ()):
        if decoder.installed:
            return decoder
    if _pydicom_decodes(transfer_syntax_uid):
        return PYDICOM
    known = transfer_syntax_uid in DECODERS
    what_to_do = (
        "python -m pip install 'metaprov-volume[decode]'"
        if known
        else "no package that metaprov-volume knows decodes it"
    )
    raise DecoderMissingError(
        f"nothing that is installed decodes {name_of(transfer_syntax_uid)}: {what_to_do}",
        transfer_syntax_uid,
    )


def _pydicom_decodes(transfer_syntax_uid: str) -> bool:
    if not PYDICOM.installed:
        return False
    from pydicom.pixels.decoders.base import get_decoder

    try:
        return get_decoder(transfer_syntax_uid).is_available
    except NotImplementedError:
        return False
