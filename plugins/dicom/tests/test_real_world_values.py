"""What stored values measure: realWorldValueModule, whole and frame by frame."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import ImplicitVRLittleEndian

from metaprov_dicom import (
    INSTANCE,
    REAL_WORLD_VALUE,
    RealWorldValueMapping,
    RealWorldValueModule,
)

if TYPE_CHECKING:
    from metaprov_core import Host

Ask = Callable[..., Any]
Write = Callable[..., str]
Item = Callable[..., Dataset]


@pytest.fixture
def mapping(item: Item) -> Item:
    """Make an item of the sequence: a line from stored values to Bq/ml, unless it is said."""

    def mapping(**attributes: Any) -> Dataset:
        line: dict[str, Any] = {
            "LUTLabel": "Activity",
            "LUTExplanation": "Activity concentration",
            "MeasurementUnitsCodeSequence": [
                item(CodeValue="Bq/ml", CodeMeaning="Becquerels/milliliter")
            ],
            "RealWorldValueSlope": 2.5,
            "RealWorldValueIntercept": -10.0,
        }
        return item(**{key: value for key, value in (line | attributes).items() if value != ()})

    return mapping


def test_the_mapping_of_a_classic_image(host: Host, write: Write, mapping: Item) -> None:
    line = mapping()
    line.add_new(0x00409216, "US", 0)
    line.add_new(0x00409211, "US", 4095)
    image = write(PixelRepresentation=0, RealWorldValueMappingSequence=[line])

    assert host.get(REAL_WORLD_VALUE, image) == RealWorldValueModule(
        units="Bq/ml",
        slope=2.5,
        intercept=-10.0,
        first_value_mapped=0,
        last_value_mapped=4095,
        label="Activity",
        mappings=(
            RealWorldValueMapping(
                label="Activity",
                explanation="Activity concentration",
                units="Bq/ml",
                units_meaning="Becquerels/milliliter",
                slope=2.5,
                intercept=-10.0,
                first_value_mapped=0,
                last_value_mapped=4095,
            ),
        ),
    )


def test_of_several_mappings_all_are_there_and_the_first_one_is_that_of_the_module(
    host: Host, write: Write, item: Item, mapping: Item
) -> None:
    units = [item(CodeValue="{SUVbw}g/ml", CodeMeaning="SUV by body weight")]
    suv = mapping(LUTLabel="SUVbw", MeasurementUnitsCodeSequence=units, RealWorldValueSlope=4e-4)
    module = host.require(REAL_WORLD_VALUE, write(RealWorldValueMappingSequence=[suv, mapping()]))

    assert (module.units, module.slope, module.label) == ("{SUVbw}g/ml", 4e-4, "SUVbw")
    assert [each.units for each in module.mappings] == ["{SUVbw}g/ml", "Bq/ml"]


def test_a_table_in_place_of_a_line(host: Host, write: Write, mapping: Item) -> None:
    table = mapping(
        RealWorldValueSlope=(), RealWorldValueIntercept=(), RealWorldValueLUTData=[0.5, 2, 8]
    )
    table.add_new(0x00409216, "US", 1)
    table.add_new(0x00409211, "US", 3)
    module = host.require(
        REAL_WORLD_VALUE, write(PixelRepresentation=0, RealWorldValueMappingSequence=[table])
    )

    assert (module.slope, module.intercept) == (None, None)
    assert module.mappings[0].lut == (0.5, 2.0, 8.0)


def test_a_table_of_one_entry(ask: Ask) -> None:
    module = ask(REAL_WORLD_VALUE, RealWorldValueMappingSequence=({"RealWorldValueLUTData": 7},))
    assert module.mappings[0].lut == (7.0,)


@pytest.mark.parametrize(
    ("entries", "lut", "said"),
    [
        ((1, 2, 3, 4), (1.0, 2.0, 3.0), "more than 3 entries: the first ones are taken"),
        ((1, 2), None, "a table of 2 entries for the range from 5 to 7"),
        ((1, "two", 3), None, "entries that are not numbers"),
        ((1, float("nan"), 3), None, "entries that are not numbers"),
        ((), None, "for the range from 5 to 7"),
    ],
)
def test_a_table_has_as_many_entries_as_its_range(
    host: Host, entries: tuple[Any, ...], lut: tuple[float, ...] | None, said: str
) -> None:
    table = {
        "RealWorldValueFirstValueMapped": 5,
        "RealWorldValueLastValueMapped": 7,
        "RealWorldValueLUTData": entries,
        "RealWorldValueSlope": 1.0,
    }
    instance = {"RealWorldValueMappingSequence": (table,)}
    host.register(lambda type: instance if type == INSTANCE else None, "source")

    assert host.require(REAL_WORLD_VALUE, "test:1").mappings[0].lut == lut
    assert said in str(host.explain(REAL_WORLD_VALUE, "test:2", all=True))


@pytest.mark.parametrize(
    ("representation", "ends"), [(0, (64512, 3071)), (1, (-1024, 3071)), (None, (-1024, 3071))]
)
@pytest.mark.parametrize("vr", ["US", "SS"])
def test_the_range_has_the_sign_of_the_pixels_whatever_vr_is_stated(
    host: Host, write: Write, mapping: Item, vr: str, representation: int | None, ends: Any
) -> None:
    line = mapping()
    line.add_new(0x00409216, vr, -1024 if vr == "SS" else 64512)
    line.add_new(0x00409211, vr, 3071)
    image = write(PixelRepresentation=representation, RealWorldValueMappingSequence=[line])
    module = host.require(REAL_WORLD_VALUE, image)

    if representation is None:
        # Nothing else is known than the VR.
        ends = (-1024 if vr == "SS" else 64512, 3071)
    assert (module.first_value_mapped, module.last_value_mapped) == ends


def test_the_range_is_that_of_the_pixels_where_no_vr_is_stated(
    host: Host, write: Write, mapping: Item
) -> None:
    line = mapping()
    line.add_new(0x00409216, "SS", -1024)
    line.add_new(0x00409211, "SS", -1)
    image = write(
        transfer_syntax=ImplicitVRLittleEndian,
        PixelRepresentation=1,
        RealWorldValueMappingSequence=[line],
    )
    module = host.require(REAL_WORLD_VALUE, image)
    assert (module.first_value_mapped, module.last_value_mapped) == (-1024, -1)


def test_the_range_of_float_pixels(host: Host, write: Write, mapping: Item) -> None:
    line = mapping(
        DoubleFloatRealWorldValueFirstValueMapped=-0.5,
        DoubleFloatRealWorldValueLastValueMapped=1e6,
    )
    module = host.require(REAL_WORLD_VALUE, write(RealWorldValueMappingSequence=[line]))
    assert (module.first_value_mapped, module.last_value_mapped) == (-0.5, 1e6)


@pytest.mark.parametrize("code", ["246205007", "G-C1C6"])
def test_the_quantity_that_is_measured(
    host: Host, write: Write, item: Item, mapping: Item, code: str
) -> None:
    definitions = [
        item(
            ConceptNameCodeSequence=[item(CodeValue=name)],
            ConceptCodeSequence=[item(CodeValue="1", CodeMeaning=concept)],
        )
        for name, concept in (("370129005", "Mono-exponential"), (code, "Diffusion Coefficient"))
    ]
    line = mapping(QuantityDefinitionSequence=definitions)
    module = host.require(REAL_WORLD_VALUE, write(RealWorldValueMappingSequence=[line]))
    assert module.mappings[0].quantity == "Diffusion Coefficient"


def test_each_frame_has_its_own(host: Host, write: Write, item: Item, mapping: Item) -> None:
    frames = [
        item(RealWorldValueMappingSequence=[mapping(RealWorldValueSlope=slope)])
        for slope in (1.5, 3.0)
    ]
    image = write(
        NumberOfFrames=3, PixelRepresentation=1, PerFrameFunctionalGroupsSequence=[*frames, item()]
    )
    found = [host.get(REAL_WORLD_VALUE, f"{image}?frame={frame}") for frame in (1, 2, 3)]
    assert [each and each.slope for each in found] == [1.5, 3.0, None]


def test_frames_may_share_one_whose_range_has_the_sign_of_the_image(
    host: Host, write: Write, item: Item, mapping: Item
) -> None:
    line = mapping()
    line.add_new(0x00409216, "US", 0x8000)
    line.add_new(0x00409211, "US", 0x7FFF)
    image = write(
        NumberOfFrames=2,
        PixelRepresentation=1,
        SharedFunctionalGroupsSequence=[item(RealWorldValueMappingSequence=[line])],
        PerFrameFunctionalGroupsSequence=[item(), item()],
    )
    first, second = (host.require(REAL_WORLD_VALUE, f"{image}?frame={n}") for n in (1, 2))
    assert first == second
    assert (first.first_value_mapped, first.last_value_mapped) == (-32768, 32767)


def test_it_is_the_same_from_dicom_json(host: Host, write: Write, mapping: Item) -> None:
    line = mapping()
    line.add_new(0x00409216, "SS", -5)
    image = write(PixelRepresentation=1, RealWorldValueMappingSequence=[line, mapping()])
    dataset = dcmread(image.removeprefix("dicomfile:"))
    host.add(INSTANCE, "memory:json", json.loads(dataset.to_json()))

    module = host.require(REAL_WORLD_VALUE, image)
    assert module.first_value_mapped == -5
    assert host.get(REAL_WORLD_VALUE, "memory:json") == module


@pytest.mark.parametrize(
    "sequence",
    [
        (), None, 7, "text", (None, 1), ({},), ({"LUTLabel": "no numbers"},),
        ({"RealWorldValueSlope": "steep"},), ({"RealWorldValueSlope": float("inf")},),
    ],
)  # fmt: skip
def test_what_maps_nothing_is_no_answer(ask: Ask, sequence: Any) -> None:
    assert ask(REAL_WORLD_VALUE, RealWorldValueMappingSequence=sequence) is None


@pytest.mark.parametrize(
    "attributes",
    [
        {"MeasurementUnitsCodeSequence": ()},
        {"MeasurementUnitsCodeSequence": ("Bq/ml",), "LUTLabel": 7},
        {"MeasurementUnitsCodeSequence": ({"CodeValue": 1.5},)},
        {"QuantityDefinitionSequence": ({}, {"ConceptNameCodeSequence": 7}, None)},
        {"QuantityDefinitionSequence": ({"ConceptNameCodeSequence": ({"CodeValue": "G-C1C6"},)},)},
        {"RealWorldValueFirstValueMapped": 0.5, "RealWorldValueLastValueMapped": (1, 2)},
        {"DoubleFloatRealWorldValueFirstValueMapped": "low"},
    ],
)
def test_what_is_malformed_beside_a_line_is_none(ask: Ask, attributes: dict[str, Any]) -> None:
    items = ({"RealWorldValueIntercept": 1}, {"RealWorldValueSlope": 2, **attributes})
    module = ask(REAL_WORLD_VALUE, PixelRepresentation=1, RealWorldValueMappingSequence=items)
    assert module == RealWorldValueModule(slope=2.0, mappings=(RealWorldValueMapping(slope=2.0),))


def test_what_was_left_out_is_said_in_a_note(host: Host) -> None:
    instance = {"RealWorldValueMappingSequence": ({}, {"RealWorldValueSlope": 1.0})}
    host.register(lambda type: instance if type == INSTANCE else None, "source")
    assert "item 1 of RealWorldValueMappingSequence has neither a slope nor a table" in str(
        host.explain(REAL_WORLD_VALUE, "test:1", all=True)
    )
