"""Pictures of frames: grey and colours are those that pydicom's pixel functions have."""

from __future__ import annotations

import warnings
from functools import cache
from io import BytesIO
from pathlib import Path

import made_images
import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_images import image
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi, apply_windowing
from pydicom.pixels import pixel_array as pixels_by_pydicom
from pydicom.uid import ExplicitVRLittleEndian, RLELossless, SecondaryCaptureImageStorage
from pydicom_files import FOLDERS

from metaprov_core import Host, MetadataNotFoundError, MetaprovError
from metaprov_modules import Lut, VoiLutModule
from metaprov_serve.pictures import PictureError, decoded, rendered
from metaprov_serve.pictures.grey import grey_levels
from metaprov_serve.pictures.windows import Window, windowed

FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")
#: Of JPEG, which may be decoded with a rounding more or less.
LOSSY = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}
#: Samples of eight bits in big endian may be swapped or not; one is damaged. pydicom reads them.
REFUSED = {
    "ExplVR_BigEnd.dcm",
    "OBXXXX1A_expb.dcm",
    "OBXXXX1A_expb_2frame.dcm",
    "SC_rgb_expb.dcm",
    "SC_rgb_expb_2frame.dcm",
    "SC_rgb_jpeg.dcm",
    "SC_rgb_small_odd_big_endian.dcm",
}


@cache
def images() -> tuple[Path, ...]:
    """The images of pydicom and pydicom-data; those that pydicom itself cannot decode left out."""
    paths = sorted(path for folder in FOLDERS for path in folder.glob("*.dcm"))
    return tuple(path for path in paths if _by_pydicom(path) is not None)


def shown() -> list[Path]:
    return [path for path in images() if path.name not in REFUSED]


def _by_pydicom(path: Path) -> np.ndarray | None:
    """The first frame."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ds = pydicom.dcmread(path)
            if "Rows" not in ds:
                return None
            return pixels_by_pydicom(ds, index=0)
        except Exception:  # whatever it raises for what it cannot decode
            return None


def _read(path: Path) -> Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.dcmread(path)


def id_of(path: Path, frame: int | None = None) -> str:
    return f"dicomfile:{path}" + ("" if frame is None else f"?frame={frame}")


@pytest.fixture(scope="module")
def host():
    with Host(discover=True) as made:
        yield made


@pytest.fixture
def written(tmp_path):
    """Writes an image of these stored values, with more attributes, and gives its id."""

    def write(values, **attributes):
        colours = {"SamplesPerPixel": 3} if values.ndim == 3 else {}
        dataset = image("OT", SecondaryCaptureImageStorage, values, **colours, **attributes)
        return made_images.written(dataset, tmp_path / "image.dcm")

    return write


def opened(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)))


def ramp(dtype="u2", count=256, columns=16):
    return np.arange(count, dtype=dtype).reshape(-1, columns)


class TestWindows:
    """Judge: `pydicom.pixels.apply_windowing`."""

    @staticmethod
    def judged(values, center, width, function):
        ds = Dataset()
        ds.PhotometricInterpretation = "MONOCHROME2"
        ds.PixelRepresentation, ds.BitsStored = 1, 16
        ds.WindowCenter, ds.WindowWidth, ds.VOILUTFunction = center, width, function
        with np.errstate(over="ignore"):
            # Of these bits, from -32768 to 32767.
            return (apply_windowing(values, ds) + 32768) / 65535

    @pytest.mark.parametrize("function", FUNCTIONS)
    @given(
        center=st.floats(-2000, 2000, width=16),
        width=st.integers(4, 8000).map(lambda quarters: quarters / 4),
    )
    def test_every_function_is_that_of_the_standard(self, function, center, width):
        values = np.arange(-3000, 3000, 7, dtype=np.float64)
        got = windowed(values, Window(center, width, function))
        np.testing.assert_allclose(
            got, self.judged(values, center, width, function), rtol=0, atol=1e-12
        )

    def test_of_linear_with_a_width_of_256_the_ends_are_black_and_white(self):
        got = windowed(np.arange(256.0), Window(128, 256))
        assert (got[0], got[255]) == (0, 1)
        assert got[1] == pytest.approx(1 / 255)

    def test_a_linear_width_of_1_is_a_step_below_its_center(self):
        values = np.array([9.0, 9.5, 9.6, 10.0])
        assert windowed(values, Window(10, 1)).tolist() == [0, 0, 1, 1]

    def test_a_linear_width_below_1_is_exact(self):
        values = np.array([0.0, 0.25, 0.5])
        assert windowed(values, Window(0.25, 0.5)).tolist() == [0, 0.5, 1]

    def test_far_from_a_sigmoid_there_is_black_and_white(self):
        got = windowed(np.array([-1e9, 0, 1e9]), Window(0, 1, "SIGMOID"))
        assert got.tolist() == pytest.approx([0, 0.5, 1], abs=1e-300)


class TestGrey:
    def test_a_voi_lut_is_looked_up_as_pydicom_does(self):
        path = next(path for path in images() if path.name == "vlut_04.dcm")
        ds = _read(path)
        item = ds.VOILUTSequence[0]
        entries = item.LUTData
        if isinstance(entries, bytes):
            entries = np.frombuffer(entries, "<u2").tolist()
        table = Lut("1", item.LUTDescriptor[1], item.LUTDescriptor[2], tuple(entries))
        values = ds.pixel_array
        got = grey_levels(values.astype(float), VoiLutModule(voi_lut_sequence=(table,)))
        wanted = apply_voi(values, ds) / ((1 << item.LUTDescriptor[2]) - 1)
        assert len(np.unique(got)) > 20
        np.testing.assert_array_equal(got, np.rint(wanted * 255))

    def test_a_voi_lut_comes_before_the_image_s_window_and_after_one_asked_for(self):
        lut = Lut("1", 0, 8, (255, 0))
        voi = VoiLutModule(window_center=(0.5,), window_width=(2.0,), voi_lut_sequence=(lut,))
        values = np.array([[0.0, 1.0]])
        assert grey_levels(values, voi).tolist() == [[255, 0]]
        assert grey_levels(values, voi, Window(1, 2)).tolist() == [[0, 255]]

    def test_values_beyond_a_voi_lut_have_its_ends(self):
        voi = VoiLutModule(voi_lut_sequence=(Lut("1", 10, 8, (7, 8, 9)),))
        assert grey_levels(np.array([-50.0, 11.0, 4e9]), voi).tolist() == [7, 8, 9]

    def test_a_window_without_width_is_passed_over(self):
        voi = VoiLutModule(window_center=(5.0, None, 128.0), window_width=(0.0, 3.0, 256.0))
        assert grey_levels(np.array([0.0, 255.0]), voi).tolist() == [0, 255]

    def test_without_a_window_grey_goes_from_the_smallest_to_the_largest(self):
        values = np.array([-3.0, np.nan, 1.0, np.inf, 2.0])
        assert grey_levels(values, None).tolist() == [0, 0, 204, 255, 255]

    @pytest.mark.parametrize("values", [[7.0, 7.0], [np.nan, np.nan]])
    def test_values_that_are_all_alike_are_black(self, values):
        assert grey_levels(np.array(values), None).tolist() == [0, 0]

    def test_inverted_low_values_are_white_and_no_image_stays_black(self):
        values = np.array([0.0, 255.0, np.nan])
        assert grey_levels(values, None, Window(128, 256), inverted=True).tolist() == [255, 0, 0]


def _first_window(ds):
    """pydicom takes the first window; a file's further ones are not wanted."""
    for keyword in ("WindowCenter", "WindowWidth"):
        if keyword in ds and ds[keyword].VM > 1:
            setattr(ds, keyword, ds[keyword].value[0])


def judged_picture(path: Path) -> np.ndarray | None:
    """The first frame by pydicom's functions, 0 to 255; None where these have no answer."""
    ds, values = _read(path), _by_pydicom(path)
    colours = ds.PhotometricInterpretation
    if colours == "PALETTE COLOR":
        rgb = apply_color_lut(values, ds)
        return rgb >> 8 if rgb.dtype.itemsize == 2 and rgb.max() > 255 else rgb
    if values.ndim == 3:
        return np.rint(values * (255 / ((1 << ds.BitsStored) - 1)))
    if ds.BitsAllocated == 1:
        return values * 255
    if "SharedFunctionalGroupsSequence" in ds or "PixelPaddingValue" in ds:
        return None
    values = apply_modality_lut(values, ds).astype(np.float64)
    _first_window(ds)
    if ds.get("WindowWidth"):
        center, width = float(ds.WindowCenter), float(ds.WindowWidth)
        judge = Dataset()
        judge.PhotometricInterpretation, judge.PixelRepresentation = "MONOCHROME2", 0
        judge.BitsStored, judge.WindowCenter, judge.WindowWidth = 8, center, width
        judge.VOILUTFunction = ds.get("VOILUTFunction") or "LINEAR"
        grey = apply_windowing(values, judge)
    else:
        low, high = values.min(), values.max()
        grey = (values - low) * (255 / (high - low))
    return 255 - grey if colours == "MONOCHROME1" else grey


class TestFilesOfPydicom:
    @pytest.mark.parametrize("path", shown(), ids=lambda path: path.name)
    def test_decoded_pixels_are_pydicoms(self, host, path):
        wanted = _by_pydicom(path)
        ds = _read(path)
        frame = decoded(host, id_of(path, 1))
        kind = {0: "u", 1: "i", "float": "f"}[frame.pixel_representation]
        values = np.frombuffer(frame.data, f"<{kind}{frame.bits_allocated // 8}")
        shape = (frame.rows, frame.columns, *([frame.samples] if frame.samples > 1 else []))
        # YBR_FULL_422 and lossy JPEG may be a step beside what another library rounds to.
        is_lossy = ds.file_meta.get("TransferSyntaxUID") in LOSSY
        tolerance = 3 if is_lossy else 1 if "YBR" in ds.PhotometricInterpretation else 0
        np.testing.assert_allclose(values.reshape(shape), wanted, rtol=0, atol=tolerance)
        assert frame.photometric_interpretation == (
            "RGB" if frame.samples == 3 else ds.PhotometricInterpretation
        )

    @pytest.mark.parametrize("path", shown(), ids=lambda path: path.name)
    def test_pictures_are_what_pydicoms_functions_make(self, host, path):
        wanted = judged_picture(path)
        picture = opened(rendered(host, id_of(path, 1)))
        assert picture.dtype == np.uint8
        if wanted is None:
            assert len(np.unique(picture)) > 10
        elif picture.shape == wanted.shape:
            assert np.abs(picture - wanted.astype(float)).max() <= 3
        else:
            ratio = np.array(picture.shape[:2]) / wanted.shape[:2]
            assert min(ratio) == 1 < max(ratio)

    @pytest.mark.parametrize("name", sorted(REFUSED))
    def test_what_cannot_be_decoded_is_an_error_with_its_image(self, host, name):
        path = next(path for path in images() if path.name == name)
        with pytest.raises(MetaprovError, match=name):
            rendered(host, id_of(path, 1))


class TestPictures:
    def test_the_rescale_comes_before_the_window(self, host, written):
        image_id = written(
            ramp(), RescaleSlope=2, RescaleIntercept=-1000, WindowCenter=-744, WindowWidth=512
        )
        values = ramp() * 2.0 - 1000
        wanted = np.rint(np.clip((values + 744.5) / 511 + 0.5, 0, 1) * 255)
        np.testing.assert_array_equal(opened(rendered(host, image_id)), wanted)

    def test_monochrome1_is_inverted(self, host, written):
        image_id = written(ramp(), PhotometricInterpretation="MONOCHROME1")
        np.testing.assert_array_equal(opened(rendered(host, image_id)), 255 - ramp())

    def test_padding_is_black_and_does_not_count(self, host, written):
        values = ramp("i2")
        values[0, :4] = -2000
        image_id = written(values, PixelPaddingValue=-2000)
        picture = opened(rendered(host, image_id))
        assert picture[0, :4].tolist() == [0, 0, 0, 0]
        np.testing.assert_array_equal(picture[0, 4:8], np.rint((np.arange(4, 8) - 4) * 255 / 251))

    def test_a_window_asked_for_has_the_function_of_the_image(self, host, written):
        image_id = written(ramp(), WindowCenter=10, WindowWidth=10, VOILUTFunction="SIGMOID")
        wanted = np.rint(255 / (1 + np.exp(-4 * (ramp().astype(float) - 100) / 50)))
        picture = opened(rendered(host, image_id, window=(100, 50)))
        np.testing.assert_array_equal(picture, wanted)

    @pytest.mark.parametrize("window", [(1, 0), (1, -5), (1, float("nan")), (float("inf"), 1)])
    def test_a_window_without_width_is_refused(self, host, written, window):
        with pytest.raises(PictureError, match="not above 0"):
            rendered(host, written(ramp()), window=window)

    def test_colours_of_more_bits_keep_their_high_ones(self, host, written):
        values = np.zeros((2, 2, 3), "u2")
        values[0, 0], values[1, 1] = (65535, 32768, 0), (256, 512, 65280)
        picture = opened(rendered(host, written(values)))
        assert picture[0, 0].tolist() == [255, 128, 0]
        assert picture[1, 1].tolist() == [1, 2, 254]

    @pytest.mark.parametrize(
        ("bits", "factor"), [(16, 256), (16, 1)], ids=["words", "bytes-in-words"]
    )
    def test_a_palette_gives_colours_from_its_first_index_on(self, host, written, bits, factor):
        palette = {}
        for colour, entries in {"Red": (9, 0, 0), "Green": (0, 200, 0), "Blue": (0, 0, 30)}.items():
            name = f"{colour}PaletteColorLookupTable"
            palette[f"{name}Descriptor"] = [3, 4, bits]
            palette[f"{name}Data"] = (np.array(entries, "<u2") * np.uint16(factor)).tobytes()
        indices = np.array([[0, 4], [5, 99]], "u1")
        image_id = written(indices, PhotometricInterpretation="PALETTE COLOR", **palette)
        red, green, blue = [9, 0, 0], [0, 200, 0], [0, 0, 30]
        assert opened(rendered(host, image_id)).tolist() == [[red, red], [green, blue]]
        assert decoded(host, image_id).photometric_interpretation == "PALETTE COLOR"

    def test_a_palette_that_is_not_there_is_said(self, host, written):
        image_id = written(ramp("u1"), PhotometricInterpretation="PALETTE COLOR")
        with pytest.raises(PictureError, match="red") as raised:
            rendered(host, image_id)
        assert image_id in str(raised.value)

    @pytest.mark.parametrize(
        ("attributes", "size"),
        [
            ({"PixelSpacing": [3.0, 0.8]}, (16, 60)),
            ({"PixelSpacing": [0.5, 1.0]}, (32, 16)),
            ({"PixelAspectRatio": [2, 1]}, (16, 32)),
            ({"PixelSpacing": [1.0, 1.0], "PixelAspectRatio": [2, 1]}, (16, 16)),
            ({"PixelAspectRatio": [0, 1]}, (16, 16)),
        ],
        ids=["high", "wide", "ratio", "spacing-first", "no-ratio"],
    )
    def test_pixels_become_square(self, host, written, attributes, size):
        image_id = written(ramp("u1"), **attributes)
        assert Image.open(BytesIO(rendered(host, image_id))).size == size

    def test_a_header_that_lies_about_its_pixels_makes_no_giant(self, host, written):
        image_id = written(ramp("u1"), PixelSpacing=[1e6, 0.01])
        assert max(Image.open(BytesIO(rendered(host, image_id))).size) == 8192

    @pytest.mark.parametrize(
        ("size", "wanted"), [(100, (100, 50)), (7, (7, 4)), (1, (1, 1)), (5000, (200, 100))]
    )
    def test_a_thumbnail_has_the_longest_edge_and_is_never_larger(
        self, host, written, size, wanted
    ):
        values = np.zeros((100, 200), "u1")
        values[:, 100:] = 200
        picture = Image.open(BytesIO(rendered(host, written(values), size=size)))
        assert picture.size == wanted

    def test_a_thumbnail_shows_the_whole_picture(self, host, written):
        values = np.zeros((100, 200), "u1")
        values[:, 100:] = 200
        picture = opened(rendered(host, written(values), size=4))
        assert picture.shape == (2, 4)
        assert picture[:, 0].tolist() == [0, 0]
        assert picture[:, 3].tolist() == [255, 255]

    def test_single_bits_are_black_and_white(self, host, written):
        bits = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 0]], "u1")
        packed = np.packbits(bits, bitorder="little").reshape(1, 2)
        image_id = written(
            packed, Rows=3, Columns=3, BitsAllocated=1, BitsStored=1, PixelRepresentation=0
        )
        np.testing.assert_array_equal(opened(rendered(host, image_id)), bits * 255)
        frame = decoded(host, image_id)
        assert (frame.data, frame.bits_allocated) == (bits.tobytes(), 8)

    def test_compressed_single_bits_are_refused(self, host, written):
        image_id = written(ramp("u1", 4, 2), BitsAllocated=1, BitsStored=1)
        path = image_id.removeprefix("dicomfile:")
        ds = pydicom.dcmread(path)
        ds.file_meta.TransferSyntaxUID = RLELossless
        ds.PixelData = encapsulate([b"\1" + b"\0" * 65])
        ds.save_as(path)
        with pytest.raises(PictureError, match="one bit"):
            decoded(host, image_id)

    def test_an_image_without_pixels_is_not_found(self, host):
        folder = Path(pydicom.data.__path__[0]) / "test_files"
        with pytest.raises(MetadataNotFoundError):
            rendered(host, id_of(folder / "rtplan.dcm"))

    def test_floats_are_said_to_be_floats(self, host, tmp_path):
        ds = Dataset()
        ds.file_meta = FileMetaDataset()
        ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.30"
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4"
        ds.Rows = ds.Columns = 2
        ds.SamplesPerPixel, ds.BitsAllocated = 1, 32
        ds.PhotometricInterpretation = "MONOCHROME2"
        values = np.array([[0.0, 0.5], [0.25, 1.0]], "<f4")
        ds.FloatPixelData = values.tobytes()
        path = tmp_path / "float.dcm"
        ds.save_as(path, enforce_file_format=True)
        frame = decoded(host, id_of(path))
        assert frame.data == values.tobytes()
        assert (frame.bits_allocated, frame.pixel_representation) == (32, "float")
        assert opened(rendered(host, id_of(path))).tolist() == [[0, 128], [64, 255]]
