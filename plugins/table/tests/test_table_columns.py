"""Which columns there are, and of which type: never by the data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from metaprov_core import Host, MetadataType, hookimpl
from metaprov_modules import (
    IMAGE_PLANE,
    PET_ISOTOPE,
    SCALING,
    ImagePlaneModule,
    Note,
    PetIsotopeModule,
    RadiopharmaceuticalInfo,
    ScalingModule,
)
from metaprov_table import TableError, schema
from metaprov_table.columns import DEFAULT_TYPES, columns_of
from metaprov_table.columns.values import filled

DOUBLES = pa.list_(pa.float64())
TEXTS = pa.list_(pa.string())
INTS = pa.list_(pa.int64())


@dataclass
class Bed:
    ward: str
    number: int | None = None


class Place(NamedTuple):
    floor: int
    door: str
    beds: tuple[Bed, Bed] | None = None
    mixed: tuple[str, Any] | None = None


@dataclass
class Room:
    """One that has others within."""

    name: str
    within: tuple[Room, ...] = ()
    next: Room | None = None
    floor: Floor | None = None


@dataclass
class Floor:
    level: int
    rooms: tuple[Room, ...] = ()


class Folder(msgspec.Struct, rename="camel"):
    folder_name: str
    sub_folders: dict[str, Folder] | None = None
    above: Folder | None = None


ROOM = MetadataType("room", Room)
FOLDER = MetadataType("folder", Folder)
BED = MetadataType("bed", Bed)
PLACE = MetadataType("place", Place)
NAME = MetadataType("wardName", str)


class Ward:
    @hookimpl(types=[BED, PLACE, NAME, "anything"])
    def get_metadata(self, type, image_id):
        return None


def test_every_table_begins_with_the_image_and_its_file(host):
    first = schema([], host=host)
    of_file = ["image", "path", "frame", "size", "mtime_ns", "series"]
    assert first.names == [*of_file, "volume", "slice"]
    types = ["string"] * 2 + ["int64"] * 3 + ["string"] * 2 + ["int64"]
    assert [str(each) for each in first.types] == types


@pytest.mark.parametrize(
    ("column", "type"),
    [
        ("patientModule__patientId", pa.string()),
        ("imagePlaneModule__rows", pa.int64()),
        ("imagePlaneModule__sliceThickness", pa.float64()),
        ("imagePlaneModule__imagePositionPatient", DOUBLES),
        ("imagePlaneModule__frameOfReferenceUID", pa.string()),
        ("generalImageModule__imageType", TEXTS),
        ("imagePixelModule__smallestPixelValue", pa.int64()),
        ("imagePixelModule__pixelAspectRatio", INTS),
        ("transferSyntax__isVideo", pa.bool_()),
        ("petSeriesModule__seriesType", TEXTS),
        ("scalingModule__suvbw", pa.float64()),
        ("privateCreators", TEXTS),
    ],
)
def test_a_column_has_the_name_of_a_field_and_the_type_of_its_annotation(host, column, type):
    assert schema(host=host).field(column).type == type


def test_classes_within_classes_are_structs(host):
    fields = schema(host=host)
    info = fields.field("petIsotopeModule__radiopharmaceuticalInfo").type
    assert info.field("radionuclideTotalDose").type == pa.float64()
    note = fields.field("scalingModule__notes").type.value_type
    assert [each.name for each in note] == ["code", "severity", "sentence", "attribute"]


def test_a_column_says_what_it_means_and_in_which_unit(host):
    metadata = schema(host=host).field("imagePlaneModule__sliceThickness").metadata
    assert metadata == {b"description": b"Nominal thickness of the slice.", b"unit": b"mm"}


@pytest.mark.parametrize(
    ("keyword", "type"),
    [
        ("Manufacturer", pa.string()),
        ("SeriesNumber", pa.int64()),
        ("PixelPaddingValue", pa.int64()),
        ("SliceThickness", pa.float64()),
        ("DiffusionBValue", pa.float64()),
        ("PixelSpacing", DOUBLES),
        ("EchoNumbers", INTS),
        ("ConvolutionKernel", TEXTS),
        ("FrameIncrementPointer", TEXTS),
    ],
)
def test_an_attribute_has_the_type_of_its_vr_and_multiplicity(host, keyword, type):
    assert schema([keyword], host=host).field(keyword).type == type


@pytest.mark.parametrize("type", ["ReferencedImageSequence", "00191010", "anything"])
def test_what_fits_nothing_is_json_and_says_so(host, type):
    host.register(Ward())
    field = schema([type], host=host).field(type)
    assert field.type == pa.string()
    assert field.metadata == {b"encoding": b"json"}


def test_classes_of_plugins_are_columns_too(host):
    host.register(Ward())
    columns = schema([BED, PLACE, NAME], host=host)
    assert {name: str(columns.field(name).type) for name in columns.names[8:]} == {
        "bed__ward": "string",
        "bed__number": "int64",
        "place__floor": "int64",
        "place__door": "string",
        "place__beds": "list<item: struct<ward: string, number: int64>>",
        # Of several kinds: JSON.
        "place__mixed": "string",
        "wardName": "string",
    }


def test_what_a_class_has_of_its_own_kind_is_json(host):
    corner = Room("corner", floor=Floor(2, (Room("hall"),)))

    class Rooms:
        @hookimpl(types=[ROOM])
        def get_metadata(self, image_id):
            return Room("hall", within=(Room("niche"), corner), next=corner, floor=corner.floor)

        @hookimpl(types=[FOLDER], specname="get_metadata")
        def get_folder(self, image_id):
            folder = Folder("top")
            # Without an end, where a class may have one.
            folder.above = folder
            return folder

    host.register(Rooms())
    columns = columns_of(host, [ROOM, FOLDER], volumes=False)
    fields = {field.name: field for field in list(columns.schema)[6:]}
    is_json = {b"encoding": b"json"}
    for name in ("room__within", "room__next", "folder__subFolders", "folder__above"):
        assert (fields[name].type, fields[name].metadata) == (pa.string(), is_json)
    # In classes within, too.
    floor = fields["room__floor"].type
    assert (floor.field("level").type, floor.field("rooms").type) == (pa.int64(), pa.string())
    assert floor.field("rooms").metadata == is_json
    room, folder = columns.types
    answers = [host.get(ROOM, "a"), None]
    within, misfits = column(room, answers, "room__within")
    assert [each["name"] for each in json.loads(within[0])] == ["niche", "corner"]
    floors, _ = column(room, answers, "room__floor")
    assert json.loads(floors[0]["rooms"])[0]["name"] == "hall"
    assert not misfits
    names, (misfit,) = column(folder, [host.get(FOLDER, "a")], "folder__folderName")
    assert names == ["top"]
    assert misfit.reason.startswith("above is string, not Folder(")


def test_tags_may_be_written_with_parentheses(host):
    names = schema(["(0019,101a)", "(0010, 0010)", "0019101A"], host=host).names
    assert names[8:] == ["0019101A", "00100010"]


def test_private_values_that_are_binary_are_columns_where_they_are_wanted(host):
    (asked,) = columns_of(host, ["00191010"]).types
    values, (misfit,) = column(asked, ["text", b"1234"], "00191010")
    assert [value and json.loads(value) for value in values] == ["text", None]
    assert misfit == (1, "it is binary, 4 bytes, which are in a column only with --bulk")
    (asked,) = columns_of(host, ["00191010"], bulk=True).types
    assert column(asked, ["text", b"1234"], "00191010") == (['"text"', '"MTIzNA=="'], [])


def test_nested_columns_are_one_struct_a_type(host):
    columns = schema(["imagePlaneModule", "Manufacturer"], nested=True, host=host)
    assert columns.names[8:] == ["imagePlaneModule", "Manufacturer"]
    assert columns.field("imagePlaneModule").type.field("pixelSpacing").type == DOUBLES


def test_palettes_and_binary_attributes_are_columns_where_they_are_wanted(host):
    data = "imagePixelModule__redPaletteColorLookupTableData"
    assert data not in schema(["imagePixelModule"], host=host).names
    assert schema(["imagePixelModule"], bulk=True, host=host).field(data).type == INTS
    keyword = "RedPaletteColorLookupTableData"
    with pytest.raises(TableError, match=f"{keyword} .*--bulk"):
        schema([keyword], host=host)
    assert schema([keyword], bulk=True, host=host).field(keyword).type == pa.binary()


@pytest.mark.parametrize(
    ("type", "reason"),
    [
        ("instance", "name the attributes"),
        ("dataset", "name the attributes"),
        ("seriesImageIds", "column 'series'"),
        ("frameImageIds", "each frame is a row"),
        ("framePixelData", "metaprov_volume.read"),
        ("seriesVolumes", "a table of their own"),
        ("volumeGeometryModule", "a table of their own"),
    ],
)
def test_what_is_no_column_is_refused_with_the_reason(host, type, reason):
    with pytest.raises(TableError, match=f"^{type} is no column: .*{reason}"):
        columns_of(host, [type])


@pytest.mark.parametrize(
    ("type", "near"),
    [
        ("imagePlaneModul", "imagePlaneModule"),
        ("Manufacturers", "Manufacturer"),
        ("privateCreator", "privateCreators"),
        ("patientname", "PatientName"),
        ("PatientNam", "PatientName"),
        ("PATIENTMODULE", "patientModule"),
        ("ImagePlaneModule", "imagePlaneModule"),
    ],
)
def test_a_type_that_nobody_answers_is_refused_with_names_that_are_near(host, type, near):
    with pytest.raises(TableError, match=rf"nobody answers {type}; did you mean .*\b{near}\b"):
        columns_of(host, [type])


def test_a_type_that_is_like_no_other_is_refused_with_where_to_look():
    with pytest.raises(TableError, match="nobody answers xyzzy; `metaprov types` lists"):
        columns_of(Host(), ["xyzzy"])


def test_a_type_that_is_named_twice_is_asked_once(host):
    columns = columns_of(host, ["Manufacturer", "imagePlaneModule", "Manufacturer"])
    assert [each.name for each in columns.types] == ["Manufacturer", "imagePlaneModule"]


def test_what_rests_on_the_series_is_asked_in_the_second_pass(host):
    columns = columns_of(host, DEFAULT_TYPES)
    assert [each.name for each in columns.types_of_series] == ["scalingModule"]
    assert "scalingModule__suvbw" not in columns.of_images.names
    assert columns.of_series.names[:4] == ["image", "volume", "slice", "scalingModule__suvbw"]


# -- values


def column(asked, answers, name):
    """The values of a column, and what did not fit."""
    arrays, misfits = filled(asked, answers, nested=False)
    names = [field.name for field in asked.fields(nested=False)]
    return arrays[names.index(name)].to_pylist(), misfits


@pytest.fixture
def plane(host):
    (asked,) = columns_of(host, [IMAGE_PLANE]).types
    return asked


@pytest.mark.parametrize(
    "answer",
    [
        ImagePlaneModule(rows=4, pixel_spacing=(0.5, 0.75)),
        {"rows": 4, "pixel_spacing": (0.5, 0.75)},
        {"rows": 4, "pixelSpacing": [0.5, 0.75]},
        SimpleNamespace(rows=4, pixel_spacing=(0.5, 0.75)),
        SimpleNamespace(rows=np.int16(4), pixel_spacing=np.array([0.5, 0.75])),
        ImagePlaneModule(rows=np.int64(4), pixel_spacing=(np.float32(0.5), np.float64(0.75))),
    ],
    ids=["class", "mapping", "JSON names", "another class", "arrays", "NumPy numbers"],
)
def test_an_answer_of_any_class_gives_its_fields_by_name(plane, answer):
    values, misfits = column(plane, [None, answer], "imagePlaneModule__pixelSpacing")
    assert values == [None, [0.5, 0.75]]
    assert column(plane, [answer], "imagePlaneModule__rows") == ([4], [])
    assert column(plane, [answer], "imagePlaneModule__columns") == ([None], [])
    assert not misfits


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (ImagePlaneModule(rows="four"), "rows is int64, not 'four'"),
        (ImagePlaneModule(rows=2**70), "rows is int64, not 118"),
        (ImagePlaneModule(rows=1.5), "rows is int64, not 1.5"),
        (ImagePlaneModule(pixel_spacing=0.5), "pixelSpacing is list<item: double>, not 0.5"),
        (ImagePlaneModule(frame_of_reference_uid="\udcff"), "frameOfReferenceUID is string"),
        (7, "no field of ImagePlaneModule is in 7"),
    ],
)
def test_what_does_not_fit_is_told_and_the_rest_stays(plane, answer, reason):
    answers = [ImagePlaneModule(rows=1), answer, ImagePlaneModule(rows=3, columns=5)]
    values, (misfit,) = column(plane, answers, "imagePlaneModule__rows")
    assert misfit.row == 1
    assert misfit.reason.startswith(reason)
    assert (values[0], values[2]) == (1, 3)
    assert column(plane, answers, "imagePlaneModule__columns")[0] == [None, None, 5]


def test_structs_within_answers_are_filled_by_their_json_names(host):
    isotope, scaling = columns_of(host, [PET_ISOTOPE, SCALING]).types
    dose = PetIsotopeModule(RadiopharmaceuticalInfo(radionuclide_total_dose=370e6))
    values, _ = column(isotope, [None, dose], "petIsotopeModule__radiopharmaceuticalInfo")
    assert values[0] is None
    assert values[1]["radionuclideTotalDose"] == 370e6
    noted = ScalingModule(notes=(Note("code", "info", "A sentence.", "Units"),))
    values, _ = column(scaling, [noted], "scalingModule__notes")
    assert values == [
        [{"code": "code", "severity": "info", "sentence": "A sentence.", "attribute": "Units"}]
    ]


def test_json_has_whatever_there_is(host):
    host.register(Ward())
    (anything,) = columns_of(host, ["anything"]).types
    values, misfits = column(anything, [{"a": (1, np.float64(2))}, None, "text"], "anything")
    assert [value and json.loads(value) for value in values] == [{"a": [1, 2.0]}, None, "text"]
    assert not misfits


def test_a_nested_row_without_an_answer_is_null(plane):
    (structs,), _ = filled(plane, [None, ImagePlaneModule(rows=4)], nested=True)
    assert structs[0].as_py() is None
    assert structs[1].as_py()["rows"] == 4
    assert structs.type == plane.fields(nested=True)[0].type
