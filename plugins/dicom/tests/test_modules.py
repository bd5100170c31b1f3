"""The modules: each derived from instances of any source, here from plain mappings and files."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pydicom.data import get_testdata_file

from metaprov_dicom import (
    GENERAL_SERIES,
    IMAGE_PIXEL,
    IMAGE_PLANE,
    INSTANCE,
    MODALITY_LUT,
    PET_SERIES,
    SOP_COMMON,
    VOI_LUT,
    Lut,
)
from metaprov_dicom.modules import MODULES
from metaprov_dicom.values.dictionary import ATTRIBUTES

if TYPE_CHECKING:
    from pydicom import Dataset

    from metaprov_core import Host

Ask = Callable[..., Any]


# All modules


@pytest.mark.parametrize("type", MODULES)
def test_a_module_none_of_whose_attributes_is_there_is_no_answer(ask: Ask, type: str) -> None:
    assert ask(type, StationName="A") is None
    assert ask(type, **dict.fromkeys(ATTRIBUTES)) is None


@pytest.mark.parametrize("type", MODULES)
def test_an_image_without_instance_has_no_modules(host: Host, type: str) -> None:
    assert host.get(type, "test:none") is None


def test_an_instance_that_is_no_mapping_is_said_in_a_note(host: Host) -> None:
    host.register(lambda type: 7 if type == INSTANCE else None, "odd")
    assert "the instance is not a mapping" in str(host.explain(SOP_COMMON, "test:1"))


def test_a_missing_or_empty_attribute_is_none(ask: Ask) -> None:
    series = ask(GENERAL_SERIES, Modality="MR", SeriesDescription="", SeriesNumber=None)
    assert series.modality == "MR"
    assert series.series_description is None
    assert series.series_number is None
    assert series.acquisition_date is None


@pytest.mark.parametrize(
    ("attributes", "field", "expected"),
    [
        ({"Rows": "512"}, "rows", None),
        ({"Rows": (512, 512)}, "rows", None),
        ({"Rows": True}, "rows", None),
        ({"Rows": 512.0}, "rows", 512),
        ({"SliceThickness": 3}, "slice_thickness", 3.0),
        ({"SliceThickness": float("nan")}, "slice_thickness", None),
        ({"SliceThickness": (3.0, 4.0)}, "slice_thickness", None),
        ({"FrameOfReferenceUID": ("1.2", "1.3")}, "frame_of_reference_uid", None),
        ({"FrameOfReferenceUID": b"1.2"}, "frame_of_reference_uid", None),
        ({"PixelSpacing": 0.5}, "pixel_spacing", None),
        ({"PixelSpacing": (0.5,)}, "pixel_spacing", None),
        ({"PixelSpacing": (0.5, None)}, "pixel_spacing", None),
        ({"PixelSpacing": (0.5, 0.5, 0.5)}, "pixel_spacing", None),
        ({"PixelSpacing": [0.5, 0.6]}, "pixel_spacing", (0.5, 0.6)),
        ({"ImagePositionPatient": (1.0, 2.0)}, "image_position_patient", None),
        ({"ImagePositionPatient": (1.0, 2.0, float("inf"))}, "image_position_patient", None),
        ({"ImageOrientationPatient": (1.0,) * 5}, "image_orientation_patient", None),
    ],
)
def test_a_value_of_the_wrong_kind_or_length_counts_as_missing(
    ask: Ask, attributes: dict[str, Any], field: str, expected: object
) -> None:
    plane = ask(IMAGE_PLANE, Columns=2, **attributes)
    assert getattr(plane, field) == expected
    assert plane.columns == 2


def test_what_counts_as_missing_is_said_in_a_note(
    host: Host, write_elements: Callable[..., str]
) -> None:
    image = write_elements((0x00080016, "UI", b"1.2"), (0x00280030, "DS", b"0.5"))
    explanation = str(host.explain(IMAGE_PLANE, image, all=True))
    assert "PixelSpacing (0028,0030) is not understood: (0.5,); expected 2 DS" in explanation


def test_numbers_where_text_should_be_are_none(ask: Ask) -> None:
    assert ask(GENERAL_SERIES, Modality="MR", SeriesDescription=(None, 1.0)).modality == "MR"


def test_a_backslash_in_free_text_is_a_backslash(ask: Ask) -> None:
    assert ask(GENERAL_SERIES, SeriesDescription=("a", None, "b")).series_description == "a\\\\b"


# sopCommonModule, generalSeriesModule, petSeriesModule


def test_identity_and_series_of_a_real_image(host: Host) -> None:
    path = get_testdata_file("CT_small.dcm", download=False)
    instance = host.require(INSTANCE, path)
    common, series = host.require(SOP_COMMON, path), host.require(GENERAL_SERIES, path)
    assert common.sop_class_uid == "1.2.840.10008.5.1.4.1.1.2"
    assert common.sop_instance_uid == instance["SOPInstanceUID"]
    assert (series.modality, series.series_number) == ("CT", 1)
    assert series.study_instance_uid == instance["StudyInstanceUID"]
    assert (series.series_date, series.series_time) == ("19970430", "112749")
    assert (series.acquisition_date, series.acquisition_time) == ("19970430", "112936")


def test_pet_series(ask: Ask) -> None:
    pet = ask(
        PET_SERIES,
        CorrectedImage=("DECY", "ATTN"),
        Units="BQML",
        DecayCorrection="START",
        SUVType="BW",
        CountsSource="EMISSION",
        SeriesType=("WHOLE BODY", "IMAGE"),
    )
    assert pet.corrected_image == ("DECY", "ATTN")
    assert (pet.units, pet.decay_correction, pet.suv_type) == ("BQML", "START", "BW")
    assert (pet.counts_source, pet.series_type) == ("EMISSION", ("WHOLE BODY", "IMAGE"))


def test_one_correction_is_a_tuple_too(ask: Ask) -> None:
    assert ask(PET_SERIES, CorrectedImage="DECY").corrected_image == ("DECY",)
    assert ask(PET_SERIES, CorrectedImage=("DECY",)).corrected_image == ("DECY",)


# modalityLutModule, voiLutModule


def test_rescale(ask: Ask) -> None:
    module = ask(MODALITY_LUT, RescaleIntercept=-1024, RescaleSlope=1.5, RescaleType="HU")
    assert (module.rescale_intercept, module.rescale_slope) == (-1024.0, 1.5)
    assert module.rescale_type == "HU"
    assert module.modality_lut_sequence is None


def test_windows_keep_their_places(ask: Ask) -> None:
    module = ask(
        VOI_LUT,
        WindowCenter=(40.0, None, 300.0),
        WindowWidth=(400.0, 80.0, 2000.0),
        WindowCenterWidthExplanation=("SOFT", None, "BONE"),
        VOILUTFunction="SIGMOID",
    )
    assert module.window_center == (40.0, None, 300.0)
    assert module.window_center_width_explanation == ("SOFT", None, "BONE")
    assert module.voi_lut_function == "SIGMOID"
    assert ask(VOI_LUT, WindowCenter=(None, None)) is None


WORDS = struct.pack("<4H", 0, 1000, 40000, 65535)


@pytest.mark.parametrize(
    ("data", "count", "entries"),
    [
        (WORDS, 4, (0, 1000, 40000, 65535)),
        ((0, 1000, 40000, 65535), 4, (0, 1000, 40000, 65535)),
        (b"\1\2\3\4", 4, (1, 2, 3, 4)),
        (b"\1\2\3\0", 3, (1, 2, 3)),
        ((0x0201, 0x0403), 4, (1, 2, 3, 4)),
        ((7,), 1, (7,)),
        (7, 1, (7,)),
        # More than there should be: the first ones.
        (WORDS, 3, (0, 1000, 40000)),
        (WORDS + b"\0\0", 4, (0, 1000, 40000, 65535)),
        ((0, 1000, 40000, 65535, 7, 8), 4, (0, 1000, 40000, 65535)),
    ],
)
def test_entries_of_a_lut(ask: Ask, data: object, count: int, entries: tuple[int, ...]) -> None:
    item = {"LUTDescriptor": (count, 0, 16), "LUTData": data}
    for type, keyword, field in (
        (MODALITY_LUT, "ModalityLUTSequence", "modality_lut_sequence"),
        (VOI_LUT, "VOILUTSequence", "voi_lut_sequence"),
    ):
        module = ask(type, **{keyword: (item,)})
        assert getattr(module, field) == (Lut("1", 0, 16, entries),)


@pytest.mark.parametrize(
    ("data", "count", "entries"),
    [
        # Packed two to a word, with one entry more, or some.
        (b"\1\2\3\4", 2, (1, 2)),
        (b"\1\2\3\4", 3, (1, 2, 3)),
        (b"\1\2\3\4\5\6", 3, (1, 2, 3)),
        (b"\1\2\3\4\5\6", 4, (1, 2, 3, 4)),
        (bytes(range(1, 11)), 4, (1, 2, 3, 4)),
        ((0x0201, 0x0403, 0x0605), 4, (1, 2, 3, 4)),
        (bytes(range(256)) + b"\7\7", 256, tuple(range(256))),
        # Half a word at the end, as DICOM JSON may have it.
        (b"\1\2\3", 3, (1, 2, 3)),
        # A word each: of 8 bits, or of 16 whatever is said.
        (struct.pack("<3H", 1, 2, 3), 2, (1, 2)),
        ((1, 2, 3, 4, 5), 4, (1, 2, 3, 4)),
        (struct.pack("<5H", 0x0101, 0x0202, 0x0303, 0x0404, 0x0505), 4, (257, 514, 771, 1028)),
        (struct.pack("<5H", 0, 0x1000, 0x2000, 0xFF00, 0), 4, (0, 0x1000, 0x2000, 0xFF00)),
        (WORDS, 4, (0, 1000, 40000, 65535)),
    ],
)
def test_entries_of_a_lut_of_8_bits(
    ask: Ask, data: object, count: int, entries: tuple[int, ...]
) -> None:
    item = {"LUTDescriptor": (count, 0, 8), "LUTData": data}
    (table,) = ask(VOI_LUT, VOILUTSequence=(item,)).voi_lut_sequence
    assert table.lut == entries


@pytest.mark.parametrize(("bits", "entries"), [(8, (1, 2, 3, 4)), (16, None)])
def test_where_the_bytes_are_neither_number_the_descriptor_decides(
    ask: Ask, bits: int, entries: tuple[int, ...] | None
) -> None:
    item = {"LUTDescriptor": (4, 0, bits), "LUTData": b"\1\2\3\4\5\0"}
    module = ask(MODALITY_LUT, ModalityLUTSequence=(item,), RescaleType="US")
    luts = module.modality_lut_sequence
    assert luts == (None if entries is None else (Lut("1", 0, 8, entries),))


def test_a_lut_with_more_entries_says_so_in_a_note(
    host: Host, write: Callable[..., str], item: Callable[..., Any]
) -> None:
    lut = item(LUTDescriptor=[4, 0, 16], LUTData=struct.pack("<5H", 0, 1, 2, 3, 9))
    image = write(PixelRepresentation=0, VOILUTSequence=[lut])
    assert host.require(VOI_LUT, image).voi_lut_sequence == (Lut("1", 0, 16, (0, 1, 2, 3)),)
    host.clear()
    assert "has more than the 4 entries it describes" in str(host.explain(VOI_LUT, image, all=True))


def test_0_entries_are_65536(ask: Ask) -> None:
    item = {"LUTDescriptor": (0, 0, 16), "LUTData": bytes(2 * 65536)}
    (table,) = ask(MODALITY_LUT, ModalityLUTSequence=(item,)).modality_lut_sequence
    assert len(table.lut) == 65536


@pytest.mark.parametrize(
    ("attributes", "modality_first", "voi_first"),
    [
        ({}, 64536, 64536),
        ({"PixelRepresentation": 0}, 64536, 64536),
        ({"PixelRepresentation": 1}, -1000, -1000),
        ({"PixelRepresentation": 0, "RescaleIntercept": -1.0}, 64536, -1000),
        ({"PixelRepresentation": 1, "ModalityLUTSequence": ()}, None, -1000),
    ],
)
def test_what_is_signed_about_the_first_value_mapped(
    ask: Ask, attributes: dict[str, Any], modality_first: int | None, voi_first: int
) -> None:
    for first in (-1000, 64536):
        items = ({"LUTDescriptor": (4, first, 16), "LUTData": WORDS},)
        if modality_first is not None:
            module = ask(MODALITY_LUT, ModalityLUTSequence=items, **attributes)
            assert module.modality_lut_sequence[0].first_value_mapped == modality_first
        module = ask(VOI_LUT, VOILUTSequence=items, **attributes)
        assert module.voi_lut_sequence[0].first_value_mapped == voi_first


def test_the_output_of_a_modality_lut_is_unsigned(ask: Ask) -> None:
    items = ({"LUTDescriptor": (4, 64536, 16), "LUTData": WORDS},)
    module = ask(VOI_LUT, VOILUTSequence=items, ModalityLUTSequence=items, PixelRepresentation=1)
    assert module.voi_lut_sequence[0].first_value_mapped == 64536


def test_a_lut_that_is_not_as_described_is_left_out(ask: Ask) -> None:
    good = {"LUTDescriptor": (4, 0, 16), "LUTData": WORDS}
    for bad in ({}, {"LUTDescriptor": (5, 0, 16), "LUTData": WORDS}, {"LUTDescriptor": (4, 0, 16)}):
        module = ask(VOI_LUT, VOILUTSequence=(bad, good))
        assert [table.id for table in module.voi_lut_sequence] == ["2"]


def test_a_lut_of_a_file(
    host: Host, write: Callable[..., str], item: Callable[..., Dataset]
) -> None:
    lut = item(LUTDescriptor=[4, 0, 16], LUTData=WORDS, ModalityLUTType="HU")
    lut["LUTDescriptor"].VR, lut["LUTData"].VR = "US", "OW"
    module = host.require(MODALITY_LUT, write(ModalityLUTSequence=[lut]))
    assert module.modality_lut_sequence == (Lut("1", 0, 16, (0, 1000, 40000, 65535)),)


# imagePixelModule


def test_pixels_of_a_real_image(host: Host) -> None:
    pixel = host.require(IMAGE_PIXEL, get_testdata_file("CT_small.dcm", download=False))
    assert (pixel.rows, pixel.columns, pixel.samples_per_pixel) == (128, 128, 1)
    assert (pixel.bits_allocated, pixel.bits_stored, pixel.high_bit) == (16, 16, 15)
    assert (pixel.photometric_interpretation, pixel.pixel_representation) == ("MONOCHROME2", 1)
    assert pixel.pixel_padding_value == -2000


def palette(descriptor: tuple[int, int, int], data: object, colour: str = "Red") -> dict[str, Any]:
    name = f"{colour}PaletteColorLookupTable"
    return {f"{name}Descriptor": descriptor, f"{name}Data": data}


@pytest.mark.parametrize(
    ("given", "data", "descriptor", "entries"),
    [
        ((4, 5, 16), WORDS, (4, 5, 16), (0, 1000, 40000, 65535)),
        ((4, 5, 8), WORDS, (4, 5, 16), (0, 1000, 40000, 65535)),
        ((4, 5, 8), b"\1\2\3\4", (4, 5, 8), (1, 2, 3, 4)),
        ((4, 5, 16), b"\1\2\3\4", (4, 5, 8), (1, 2, 3, 4)),
        ((3, 5, 8), b"\1\2\3\0", (3, 5, 8), (1, 2, 3)),
        ((4, 5, 16), (0, 1000, 40000, 65535), (4, 5, 16), (0, 1000, 40000, 65535)),
        ((4, -5, 16), b"\1\2\3", (4, -5, 16), None),
        ((4, 5, 16), WORDS + b"\7\0", (4, 5, 16), (0, 1000, 40000, 65535)),
        ((4, 5, 8), b"\1\2\3\4\5\0", (4, 5, 8), (1, 2, 3, 4)),
        ((4, 5, 16), b"\1\2\3\4\5\0", (4, 5, 16), None),
        ((4, 5, 16), None, (4, 5, 16), None),
        ((0, 5, 16), None, (65536, 5, 16), None),
    ],
)
def test_a_palette_has_the_bits_that_its_data_has(
    ask: Ask, given: Any, data: object, descriptor: object, entries: object
) -> None:
    pixel = ask(IMAGE_PIXEL, **palette(given, data))
    assert pixel.red_palette_color_lookup_table_descriptor == descriptor
    assert pixel.red_palette_color_lookup_table_data == entries


def test_the_four_colours(ask: Ask) -> None:
    colours = ("Red", "Green", "Blue", "Alpha")
    attributes = [palette((2, 0, 8), bytes((n, n + 1)), colour) for n, colour in enumerate(colours)]
    pixel = ask(IMAGE_PIXEL, **{key: value for p in attributes for key, value in p.items()})
    assert [getattr(pixel, f"{c.lower()}_palette_color_lookup_table_data") for c in colours] == [
        (0, 1), (1, 2), (2, 3), (3, 4),
    ]  # fmt: skip


def segmented(colour: str, count: int, *words: int) -> dict[str, Any]:
    data = struct.pack(f"<{len(words)}H", *words)
    return {
        f"{colour}PaletteColorLookupTableDescriptor": (count, -2, 16),
        f"Segmented{colour}PaletteColorLookupTableData": data,
    }


def test_segmented_palettes_are_expanded(ask: Ask) -> None:
    pytest.importorskip("numpy")
    discrete_then_linear = (0, 2, 10, 20, 1, 3, 50)
    pixel = ask(
        IMAGE_PIXEL,
        **segmented("Red", 5, *discrete_then_linear),
        **segmented("Green", 5, 0, 5, 1, 2, 3, 4, 5),
        **segmented("Blue", 5, 0, 1, 7, 1, 4, 7),
    )
    assert pixel.red_palette_color_lookup_table_data == (10, 20, 30, 40, 50)
    assert pixel.green_palette_color_lookup_table_data == (1, 2, 3, 4, 5)
    assert pixel.blue_palette_color_lookup_table_data == (7, 7, 7, 7, 7)
    assert pixel.red_palette_color_lookup_table_descriptor == (5, -2, 16)


@pytest.mark.parametrize("words", [(), (1, 3, 50), (9, 9, 9), (0, 1, 7)])
def test_damaged_segmented_palettes_are_none(ask: Ask, words: tuple[int, ...]) -> None:
    pytest.importorskip("numpy")
    colours = {
        k: v for colour in ("Red", "Green", "Blue") for k, v in segmented(colour, 5, *words).items()
    }
    pixel = ask(IMAGE_PIXEL, **colours)
    assert pixel.red_palette_color_lookup_table_data is None
    assert pixel.red_palette_color_lookup_table_descriptor == (5, -2, 16)
