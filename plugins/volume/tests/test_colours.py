"""Colours are RGB, whatever the header or the codestream calls them."""

from __future__ import annotations

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.pixels import convert_color_space, pixel_array
from pydicom.uid import ExplicitVRLittleEndian

from metaprov_modules import FramePixels, ImagePixelModule
from metaprov_volume.pixels import stored_values

JPEG = "1.2.840.10008.1.2.4.50"
JPEG_LS = "1.2.840.10008.1.2.4.80"
#: APP0, which says JFIF, has 18 bytes and follows SOI.
END_OF_JFIF = 20


def colours(photometric_interpretation: str, rows: int, columns: int) -> ImagePixelModule:
    return ImagePixelModule(
        rows=rows,
        columns=columns,
        samples_per_pixel=3,
        photometric_interpretation=photometric_interpretation,
        bits_allocated=8,
        bits_stored=8,
        high_bit=7,
        pixel_representation=0,
        planar_configuration=0,
    )


def adobe(transform: int) -> bytes:
    """The marker APP14 (ISO/IEC 10918-6 6.5.3)."""
    return b"\xff\xee\x00\x0eAdobe" + bytes([0, 100, 0, 0, 0, 0, transform])


@pytest.mark.parametrize("header", ["RGB", "YBR_FULL", "YBR_FULL_422"])
@pytest.mark.parametrize(("transform", "codestream"), [(0, "RGB"), (1, "YCBCR")])
def test_adobes_marker_names_the_colours(header: str, transform: int, codestream: str) -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    expected = np.full((16, 16, 3), (200, 40, 90), "u1")
    whole = imagecodecs.jpeg8_encode(
        expected, level=100, colorspace="RGB", outcolorspace=codestream, subsampling="444"
    )
    has_jfif = whole[6:10] == b"JFIF"
    data = whole[:2] + adobe(transform) + whole[END_OF_JFIF if has_jfif else 2 :]

    values = stored_values(FramePixels(data, JPEG), colours(header, 16, 16))

    np.testing.assert_allclose(values.astype(int), expected.astype(int), atol=2)


def test_half_as_many_colours_as_pixels_are_those_of_pydicom() -> None:
    rng = np.random.default_rng(7)
    data = rng.integers(0, 256, 4 * 6 * 2, "u1").tobytes()
    ds = Dataset()
    ds.Rows, ds.Columns, ds.SamplesPerPixel = 4, 6, 3
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit, ds.PixelRepresentation, ds.PlanarConfiguration = 7, 0, 0
    ds.PhotometricInterpretation, ds.PixelData = "YBR_FULL_422", data
    ds.file_meta = Dataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ybr = pixel_array(ds, raw=True)

    values = stored_values(FramePixels(data, ExplicitVRLittleEndian), colours("YBR_FULL_422", 4, 6))

    np.testing.assert_array_equal(values, convert_color_space(ybr, "YBR_FULL", "RGB"))


@pytest.mark.parametrize("extended", [True, False])
def test_a_codestream_with_more_bits_than_are_stored_has_the_sign_of_these(extended: bool) -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    expected = np.array([[-2048, -1], [0, 2047]], "i2")
    words = expected.astype("u2")
    data = imagecodecs.jpegls_encode(words if extended else words & 0x0FFF)
    pixels = ImagePixelModule(
        rows=2,
        columns=2,
        samples_per_pixel=1,
        photometric_interpretation="MONOCHROME2",
        bits_allocated=16,
        bits_stored=12,
        high_bit=11,
        pixel_representation=1,
    )

    np.testing.assert_array_equal(stored_values(FramePixels(data, JPEG_LS), pixels), expected)
