"""What the voxels are, and their bytes."""

from __future__ import annotations

import gzip
import io
import os
import random
import struct
from pathlib import Path

import nibabel
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaprov_core import Host, MetadataReadError
from metaprov_nifti.header.first_bytes import first_bytes
from metaprov_nifti.pixels.inflated import Inflated
from metaprov_nifti.provider import NiftiFiles

LITTLE, BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"


@pytest.mark.parametrize(
    ("dtype", "bits", "signed"),
    [("u1", 8, 0), ("i1", 8, 1), ("u2", 16, 0), ("i2", 16, 1), ("u4", 32, 0), ("i4", 32, 1),
     ("u8", 64, 0), ("i8", 64, 1)],
)  # fmt: skip
def test_integers_have_their_bits_and_sign(host, write, dtype, bits, signed):
    pixels = host.get("imagePixelModule", write(dtype=dtype))

    assert (pixels.rows, pixels.columns) == (4, 3)
    assert pixels.bits_allocated == pixels.bits_stored == pixels.high_bit + 1 == bits
    assert pixels.pixel_representation == signed
    assert (pixels.samples_per_pixel, pixels.photometric_interpretation) == (1, "MONOCHROME2")


@pytest.mark.parametrize(
    ("dtype", "bits", "element"), [("f4", 32, "FloatPixelData"), ("f8", 64, "DoubleFloatPixelData")]
)
def test_floats_are_as_dicom_has_them(host, write, dtype, bits, element):
    base = write(dtype=dtype)

    pixels = host.get("imagePixelModule", base)

    assert (pixels.bits_allocated, pixels.bits_stored) == (bits, None)
    assert pixels.pixel_representation is None
    assert host.get("framePixelData", base).element == element


@pytest.mark.parametrize("colours", ["RGB", "RGBA"])
def test_colours_are_by_pixel_and_not_scaled(host, tmp_path, colours):
    array = np.zeros((3, 4, 5), [(each, "u1") for each in colours])
    array[colours[1]] = 7
    image = nibabel.Nifti1Image(array, np.eye(4))
    image.header["scl_slope"], image.header["scl_inter"] = 2, 1
    path = tmp_path / "colours.nii"
    nibabel.save(image, path)

    pixels = host.get("imagePixelModule", str(path))

    assert (pixels.samples_per_pixel, pixels.photometric_interpretation) == (len(colours), colours)
    assert (pixels.bits_allocated, pixels.planar_configuration) == (8, 0)
    assert host.get("modalityLutModule", str(path)) is None
    assert host.get("framePixelData", str(path)).data == array[:, :, 0].tobytes(order="F")


def test_complex_numbers_are_no_pixels(host, write):
    base = write(dtype="c8")

    assert host.get("imagePixelModule", base) is None
    assert host.get("framePixelData", base) is None
    assert "the voxels are complex64" in str(host.explain("framePixelData", base))
    assert host.get("imagePlaneModule", base).rows == 4


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
@pytest.mark.parametrize(("byte_order", "syntax"), [("<", LITTLE), (">", BIG)])
def test_the_bytes_of_a_frame_are_those_of_its_slice(
    host, write, path_of, name, byte_order, syntax
):
    base = write((3, 4, 5, 2), name=name, byte_order=byte_order)
    stored = np.asarray(nibabel.load(path_of(base)).dataobj.get_unscaled())

    for frame in (7, 1, 10, 3):
        pixels = host.get("framePixelData", f"{base}?frame={frame}")
        volume, place = divmod(frame - 1, 5)
        values = np.frombuffer(pixels.data, f"{byte_order}i2").reshape(4, 3)
        assert (stored[:, :, place, volume] == values.T).all()
        assert pixels.transfer_syntax_uid == syntax


def test_single_bytes_have_no_order(host, write):
    assert (
        host.get("framePixelData", write(dtype="u1", byte_order=">")).transfer_syntax_uid == LITTLE
    )


@pytest.mark.parametrize("compressed", [False, True])
def test_the_voxels_of_a_pair_are_in_its_img(host, write, path_of, compressed):
    base = write(name="pair.hdr", kind=nibabel.Nifti1Pair)
    image = Path(path_of(base)).with_suffix(".img")
    data = image.read_bytes()
    if compressed:
        image.unlink()
        image.with_suffix(".img.gz").write_bytes(gzip.compress(data))

    assert host.get("framePixelData", f"{base}?frame=2").data == data[24:48]


def test_voxels_that_are_cut_off_are_an_error_that_names_the_frame(host, write, path_of):
    base = write()
    path = Path(path_of(base))
    path.write_bytes(path.read_bytes()[:-1])

    assert len(host.get("framePixelData", f"{base}?frame=4").data) == 24
    with pytest.raises(MetadataReadError, match="it ends before the end of frame 5"):
        host.get("framePixelData", f"{base}?frame=5")


@pytest.mark.parametrize(
    ("version", "place", "kind", "values"),
    [
        (2, 16, "8q", (3, 1 << 40, 1 << 20, 1, 1, 1, 1, 1)),
        (2, 16, "8q", (3, 1 << 62, 1 << 60, 1, 1, 1, 1, 1)),
        (2, 168, "q", ((1 << 63) - 1,)),
        (1, 108, "f", (3e38,)),
    ],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_no_header_asks_for_more_than_there_is(
    host, write, path_of, version, place, kind, values, compressed
):
    base = write(kind=nibabel.Nifti1Image if version == 1 else nibabel.Nifti2Image)
    path = Path(path_of(base))
    data = bytearray(path.read_bytes())
    struct.pack_into(f"<{kind}", data, place, *values)
    path.write_bytes(gzip.compress(data) if compressed else data)

    with pytest.raises(MetadataReadError, match="it ends before the end of frame 1"):
        host.get("framePixelData", base)


def test_a_file_written_since_its_header_was_read_is_not_mixed_with_it(host, write, path_of):
    base = write()
    host.get("imagePlaneModule", base)
    write((3, 4, 6))

    with pytest.raises(MetadataReadError, match="it was written since its header was read"):
        host.get("framePixelData", base)
    assert len(list(host.find_images(path_of(base)))) == 6
    assert len(host.get("framePixelData", f"{base}?frame=6").data) == 24


def test_voxels_that_are_kept_longer_than_their_header_are_read_anew_once_found(
    write, path_of, monkeypatch
):
    monkeypatch.setattr("metaprov_nifti.provider.FILES_KEPT", 1)
    base = write()
    with Host() as host:
        host.register(NiftiFiles(), "nifti")
        host.get("framePixelData", base)
        host.get("imagePlaneModule", write(name="other.nii"))
        write((3, 4, 6))

        assert len(list(host.find_images(path_of(base)))) == 6
        assert len(host.get("framePixelData", f"{base}?frame=6").data) == 24


@pytest.mark.parametrize("ending", [".img", ".img.gz"])
def test_a_pair_whose_img_was_written_since_is_read_anew_once_it_is_found(
    host, write, path_of, ending
):
    base = write(name="pair.hdr", kind=nibabel.Nifti1Pair)
    image = Path(path_of(base)).with_suffix(".img")
    host.get("framePixelData", base)
    image.unlink()
    data = bytes(range(120))[::-1]
    image.with_suffix(ending).write_bytes(gzip.compress(data) if ending == ".img.gz" else data)

    with pytest.raises(MetadataReadError):
        host.get("framePixelData", base)
    assert len(list(host.find_images(path_of(base)))) == 5
    assert host.get("framePixelData", base).data == data[:24]


@pytest.mark.parametrize(
    ("slope", "intercept", "answer"),
    [(2, -3, (2, -3)), (1, 0, (1, 0)), (0, 5, None), (np.nan, 0, None), (np.inf, 1, None)],
)
def test_rescale_is_that_of_a_finite_slope_other_than_0(
    host, write, path_of, slope, intercept, answer
):
    base = write(sform=1)
    path = Path(path_of(base))
    data = bytearray(path.read_bytes())
    data[112:120] = np.array([slope, intercept], "<f4").tobytes()
    path.write_bytes(data)

    lut = host.get("modalityLutModule", base)

    assert (lut and (lut.rescale_slope, lut.rescale_intercept)) == answer


def test_the_window_is_that_of_cal_min_and_cal_max(host, write):
    window = host.get("voiLutModule", write(cal_min=-100, cal_max=300))

    assert (window.window_center, window.window_width) == ((100,), (400,))
    assert window.voi_lut_function == "LINEAR_EXACT"


def test_without_cal_max_there_is_no_window(host, write):
    assert host.get("voiLutModule", write()) is None
    reversed_window = write(name="reversed.nii", cal_min=5, cal_max=1)
    assert host.get("voiLutModule", reversed_window) is None
    assert "cal_min is 5 and cal_max 1" in str(host.explain("voiLutModule", reversed_window))


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """What compresses well, and what does not, in two members of gzip and padding behind them."""
    data = os.urandom(3 << 20) + bytes(6 << 20) + os.urandom(1 << 20)
    path = tmp_path_factory.mktemp("long") / "long.gz"
    path.write_bytes(
        gzip.compress(data[: 5 << 20], 1) + gzip.compress(data[5 << 20 :], 1) + bytes(512)
    )
    return data, path


def test_any_part_is_inflated_from_the_nearest_place(long):
    data, path = long
    inflated = Inflated()
    chosen = random.Random(4)
    with path.open("rb") as file:
        for _ in range(60):
            offset = chosen.randrange(len(data) + 10)
            size = chosen.randrange(1 << 18)
            assert inflated.part(file, offset, size) == data[offset : offset + size]


def test_slices_one_after_the_other_are_inflated_once(long, monkeypatch):
    data, path = long
    inflated = Inflated()
    size = 1 << 18
    read = 0

    class Counting:
        def __init__(self, file):
            self._file = file
            self.seek, self.tell = file.seek, file.tell

        def read(self, count):
            nonlocal read
            found = self._file.read(count)
            read += len(found)
            return found

    with path.open("rb") as file:
        counting = Counting(file)
        for offset in range(0, len(data), size):
            inflated.part(counting, offset, size)
    slices = len(data) // size
    assert read < path.stat().st_size + slices * (1 << 16)


#: How much is read at once, of headers and of voxels.
READS = (2_048, 1 << 16)


@st.composite
def members(draw):
    """Members of gzip whose ends are around those of what is read at once, some padded."""
    files = []
    length = 0
    for _ in range(draw(st.integers(1, 4))):
        content = draw(st.binary(max_size=700))
        padding = bytes(draw(st.sampled_from([0, 0, 1, 3_000])))
        member = gzip.compress(content, mtime=0)
        target = draw(st.sampled_from(READS)) + draw(st.integers(-3, 3))
        comment = target - length - len(member) - 1
        if comment >= 0 and draw(st.booleans()):
            # FLG.FCOMMENT, RFC 1952 2.3.1.
            member = member[:3] + b"\x10" + member[4:10] + b"c" * comment + b"\0" + member[10:]
        files.append(member + padding)
        length += len(files[-1])
    return b"".join(files)


class InMemory:
    """Bytes as the content of a file."""

    name = "made up"

    def __init__(self, data):
        self._data = data

    def opened(self):
        return io.BytesIO(self._data)

    def state_of(self, file):
        return None


@given(data=members(), offset=st.integers(0, 2_000), size=st.integers(0, 2_000))
def test_members_of_gzip_are_one_file_as_in_python(data, offset, size):
    expected = gzip.decompress(data)

    start = first_bytes(InMemory(data))
    part = Inflated().part(io.BytesIO(data), offset, size)

    assert start.compressed
    assert expected.startswith(start.data)
    assert len(start.data) >= min(len(expected), 540)
    assert part == expected[offset : offset + size]


@pytest.mark.parametrize("cut", [0, 1, 200, 400])
def test_a_file_of_several_members_is_read_as_nibabel_reads_it(host, write, path_of, cut):
    path = Path(path_of(write()))
    data = path.read_bytes()
    compressed = path.with_suffix(".nii.gz")
    compressed.write_bytes(gzip.compress(data[:cut]) + gzip.compress(data[cut:]))
    stored = np.asarray(nibabel.load(compressed).dataobj)

    pixels = host.get("framePixelData", f"{compressed}?frame=2")

    assert pixels.data == stored[:, :, 1].tobytes(order="F")
