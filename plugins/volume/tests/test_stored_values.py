"""Stored values are those that pydicom has, whichever decoder gives them."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pydicom
import pydicom.data
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.encaps import get_frame
from pydicom.pixels import pixel_array

import metaprov_volume
from metaprov_modules import FramePixels, ImagePixelModule
from metaprov_volume.pixels import decoders, stored_values
from metaprov_volume.pixels.decoders import DECODERS, PYDICOM, Decoder, decoder_of

ELEMENTS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")

FIELDS = {
    "samples_per_pixel": "SamplesPerPixel",
    "photometric_interpretation": "PhotometricInterpretation",
    "rows": "Rows",
    "columns": "Columns",
    "bits_allocated": "BitsAllocated",
    "bits_stored": "BitsStored",
    "high_bit": "HighBit",
    "pixel_representation": "PixelRepresentation",
    "planar_configuration": "PlanarConfiguration",
}
BIG_ENDIAN = "1.2.840.10008.1.2.2"
LOSSY = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}


def files() -> list[Path]:
    return sorted(Path(pydicom.data.__path__[0]).rglob("*.dcm"))


def pixel_module(ds: pydicom.Dataset) -> ImagePixelModule:
    return ImagePixelModule(**{field: ds.get(keyword) for field, keyword in FIELDS.items()})


def frame_of_dataset(ds: pydicom.Dataset) -> FramePixels:
    """The first frame."""
    element = next(each for each in ELEMENTS if each in ds)
    syntax, data = ds.file_meta.TransferSyntaxUID, ds[element].value
    frames = int(ds.get("NumberOfFrames") or 1)
    if syntax.is_encapsulated:
        data = get_frame(data, 0, number_of_frames=frames)
    else:
        data = data[: len(data) // frames]
    return FramePixels(data=data, transfer_syntax_uid=str(syntax), element=element)


def cases() -> list[object]:
    """Each image of pydicom's with each decoder for it."""
    found = []
    for path in files():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                ds = pydicom.dcmread(path, stop_before_pixels=True)
                syntax = ds.file_meta.TransferSyntaxUID
            except Exception:
                continue
        if ds.get("BitsAllocated") in (None, 1) or (ds.BitsAllocated == 8 and syntax == BIG_ENDIAN):
            continue
        of_syntax = (*DECODERS.get(str(syntax), ()), PYDICOM) if syntax.is_encapsulated else (None,)
        found += [
            pytest.param(path, each, id=f"{path.name}-{each.distribution if each else 'native'}")
            for each in of_syntax
        ]
    return found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("path", "decoder"), cases())
def test_a_frame_of_each_file_is_that_of_pydicom(path: Path, decoder: Decoder | None) -> None:
    if decoder is not None:
        pytest.importorskip(decoder.module)
    ds = pydicom.dcmread(path)
    if not any(element in ds for element in ELEMENTS):
        pytest.skip("no pixels")
    try:
        expected = pixel_array(ds, index=0)
    except Exception as error:
        pytest.skip(f"pydicom does not read it: {error}")

    values = stored_values(frame_of_dataset(ds), pixel_module(ds), decoder)

    # libjpeg rounds its inverse transform in another way, as the standard allows.
    lossy = ds.file_meta.TransferSyntaxUID in LOSSY and decoder.module == "libjpeg"
    np.testing.assert_allclose(
        values.astype(float), expected.astype(float), rtol=0, atol=3 if lossy else 0
    )
    assert values.dtype == expected.dtype.newbyteorder("=")


@given(
    allocated=st.sampled_from([8, 16, 32]),
    fewer=st.integers(0, 7),
    signed=st.booleans(),
    big=st.booleans(),
    data=st.data(),
)
def test_bits_that_are_not_stored_may_be_anything(
    allocated: int, fewer: int, signed: bool, big: bool, data: st.DataObject
) -> None:
    stored = allocated - fewer
    low, high = (-(1 << stored - 1), (1 << stored - 1) - 1) if signed else (0, (1 << stored) - 1)
    numbers = data.draw(st.lists(st.integers(low, high), min_size=6, max_size=6))
    noise = data.draw(st.integers(0, (1 << fewer) - 1)) << stored
    big = big and allocated > 8
    order = ">" if big else "<"
    words = np.array([number & ((1 << stored) - 1) | noise for number in numbers])
    pixels = ImagePixelModule(
        rows=2,
        columns=3,
        samples_per_pixel=1,
        photometric_interpretation="MONOCHROME1",
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=stored - 1,
        pixel_representation=int(signed),
    )
    uid = BIG_ENDIAN if big else "1.2.840.10008.1.2.1"
    frame = FramePixels(
        data=words.astype(f"{order}u{allocated // 8}").tobytes(), transfer_syntax_uid=uid
    )

    assert stored_values(frame, pixels).tolist() == [numbers[:3], numbers[3:]]


def module(**fields: object) -> ImagePixelModule:
    given_fields = {
        "rows": 2,
        "columns": 2,
        "samples_per_pixel": 1,
        "photometric_interpretation": "MONOCHROME2",
        "bits_allocated": 16,
        "bits_stored": 16,
        "high_bit": 15,
        "pixel_representation": 0,
        **fields,
    }
    return ImagePixelModule(**given_fields)


def native(data: bytes, **fields: object) -> FramePixels:
    return FramePixels(data=data, transfer_syntax_uid="1.2.840.10008.1.2.1", **fields)


def test_a_value_in_the_upper_bits_is_shifted_down() -> None:
    data = np.array([0x7FF0, 0x8000, 0x0010, 0xFFFF], "<u2").tobytes()

    values = stored_values(
        native(data), module(bits_stored=12, high_bit=15, pixel_representation=1)
    )

    assert values.tolist() == [[2047, -2048], [1, -1]]


@pytest.mark.parametrize(
    ("element", "dtype"), [("FloatPixelData", "f4"), ("DoubleFloatPixelData", "f8")]
)
def test_floats_are_as_they_are(element: str, dtype: str) -> None:
    expected = np.array([[0.5, -1.25], [np.inf, 1e-30]], dtype)
    pixels = module(
        bits_allocated=8 * expected.itemsize,
        bits_stored=None,
        high_bit=None,
        pixel_representation=None,
    )

    values = stored_values(native(expected.tobytes(), element=element), pixels)

    assert values.dtype == dtype
    np.testing.assert_array_equal(values, expected)


@pytest.mark.parametrize("planar", [0, 1])
def test_colours_are_by_pixel_whatever_they_are_stored_as(planar: int) -> None:
    expected = np.arange(12, dtype="u1").reshape(2, 2, 3)
    data = (expected.transpose(2, 0, 1) if planar else expected).tobytes()
    pixels = module(
        samples_per_pixel=3,
        photometric_interpretation="RGB",
        bits_allocated=8,
        bits_stored=8,
        high_bit=7,
        planar_configuration=planar,
    )

    np.testing.assert_array_equal(stored_values(native(data), pixels), expected)


def test_one_bit_is_refused_by_name() -> None:
    with pytest.raises(metaprov_volume.VolumeError, match="BitsAllocated is 1"):
        stored_values(native(b"\x01\x00"), module(bits_allocated=1, bits_stored=1, high_bit=0))


def test_bytes_that_may_be_swapped_are_refused() -> None:
    frame = FramePixels(data=bytes(4), transfer_syntax_uid=BIG_ENDIAN)
    with pytest.raises(metaprov_volume.VolumeError, match="Big Endian are not read"):
        stored_values(frame, module(bits_allocated=8, bits_stored=8, high_bit=7))


def test_fewer_bytes_than_pixels_are_an_error() -> None:
    with pytest.raises(metaprov_volume.VolumeError, match="7 bytes of pixels, and the frame has 8"):
        stored_values(native(bytes(7)), module())


def test_a_missing_decoder_names_the_syntax_and_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(decoders, "find_spec", lambda name: None)
    decoder_of.cache_clear()
    try:
        with pytest.raises(metaprov_volume.DecoderMissingError) as raised:
            decoder_of("1.2.840.10008.1.2.4.80")
    finally:
        decoder_of.cache_clear()
    assert "JPEG-LS Lossless (1.2.840.10008.1.2.4.80)" in str(raised.value)
    assert "python -m pip install 'metaprov-volume[decode]'" in str(raised.value)
    assert raised.value.transfer_syntax_uid == "1.2.840.10008.1.2.4.80"


def test_a_syntax_that_nobody_decodes_is_named() -> None:
    with pytest.raises(
        metaprov_volume.DecoderMissingError, match=r"1\.2\.840\.10008\.1\.2\.4\.100"
    ):
        decoder_of("1.2.840.10008.1.2.4.100")


def test_a_jpeg_that_is_cut_is_no_picture():
    path = next(each for each in files() if each.name == "SC_rgb_jpeg_dcmtk.dcm")
    ds = pydicom.dcmread(path)
    whole = frame_of_dataset(ds)
    cut = FramePixels(whole.data[: len(whole.data) * 2 // 3], whole.transfer_syntax_uid)
    with pytest.raises(metaprov_volume.VolumeError, match="cut off"):
        stored_values(cut, pixel_module(ds))
