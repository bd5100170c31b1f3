"""Values that a server lost on the way: they are read from the image itself."""

from __future__ import annotations

import json

import pytest
from dicomweb_server import main_tags
from pydicom.dataset import Dataset

from metaprov_core import MetadataReadError
from metaprov_dicom import IMAGE_PLANE, INSTANCE

SERIES = "/studies/1.2.3/series/1.2.3.4"
METADATA = f"{SERIES}/metadata"


EMPTY = {
    "an empty list": lambda element: {**element, "Value": []},
    "null": lambda element: {**element, "Value": [None]},
    "nulls": lambda element: {**element, "Value": [None, None]},
    "an empty text": lambda element: {**element, "Value": [""]},
    "empty texts": lambda element: {**element, "Value": ["", ""]},
    "null in place of the list": lambda element: {**element, "Value": None},
    "a text in place of the list": lambda element: {**element, "Value": ""},
    "no value": lambda element: {"vr": element["vr"]},
}


@pytest.mark.parametrize("empty", EMPTY)
@pytest.mark.parametrize("charset", ["ISO_IR 13", "ISO 2022 IR 13", "ISO_IR 192"])
@pytest.mark.parametrize(
    "tags", [["00280030"], ["00200032", "00200037"], ["00281050", "00281051"], ["00280010"]]
)
def test_numbers_that_arrive_empty_are_read_from_the_image(
    host, server, store, ct, tags, charset, empty
):
    image_id = store(ct(WindowCenter=[40, 400], WindowWidth=[80, 2000]))

    def lose(json):
        lost = {tag: EMPTY[empty](json[tag]) for tag in tags}
        return json | lost | {"00080005": {"vr": "CS", "Value": [charset]}}

    server.in_series = server.alone = lose

    plane = host.require(IMAGE_PLANE, image_id)
    assert (plane.rows, plane.pixel_spacing) == (2, (0.5, 0.75))
    assert plane.image_position_patient == (0, 0, 1)
    assert host.require("voiLutModule", image_id).window_center == (40, 400)
    assert server.asked() == [METADATA, f"{SERIES}/instances/1.2.3.4.1"]
    explanation = str(host.explain(INSTANCE, image_id))
    assert "have no value of" in explanation
    assert "read from the image itself" in explanation


@pytest.mark.parametrize(
    "element", ['"vr": "DS", "Value": []', '"vr":"DS"', '"vr":"DS","Value":[null]']
)
@pytest.mark.parametrize("group", ["Shared", "PerFrame"])
def test_numbers_that_arrive_empty_in_functional_groups_are_read_from_the_image(
    host, server, store, ct, group, element
):
    groups, measures = Dataset(), Dataset()
    measures.PixelSpacing = [0.25, 0.25]
    groups.PixelMeasuresSequence = [measures]
    enhanced = ct(
        SOPClassUID="1.2.840.10008.5.1.4.1.1.2.1",
        NumberOfFrames=1,
        **{
            f"{each}FunctionalGroupsSequence": [groups] if each == group else []
            for each in ("Shared", "PerFrame")
        },
    )
    del enhanced.PixelSpacing
    image_id = store(enhanced)
    lost = json.loads(f"{{{element}}}")

    def lose(image):
        text = json.dumps(image)
        value = json.dumps({"vr": "DS", "Value": [0.25, 0.25]})
        assert value in text
        return json.loads(text.replace(value, json.dumps(lost)))

    server.in_series = server.alone = lose

    assert host.require(IMAGE_PLANE, image_id).pixel_spacing == (0.25, 0.25)
    assert server.asked() == [METADATA, f"{SERIES}/instances/1.2.3.4.1"]


def test_what_is_empty_in_one_image_may_be_lost_in_another(host, server, store, ct):
    ids = [store(ct(1, PixelSpacing=None)), store(ct(2)), store(ct(3, RescaleSlope=None))]
    server.in_series = lambda json: (
        json | {"00200032": {"vr": "DS", "Value": []}} if json["00200013"]["Value"] == [2] else json
    )

    planes = [host.require(IMAGE_PLANE, image_id) for image_id in ids]

    assert [plane.pixel_spacing for plane in planes] == [None, (0.5, 0.75), (0.5, 0.75)]
    assert planes[1].image_position_patient == (0, 0, 2)


def test_numbers_that_are_empty_in_the_image_too_are_asked_for_once_in_a_series(
    host, server, store, ct
):
    ids = [store(ct(number, PixelSpacing=None)) for number in (1, 2, 3)]

    assert [host.require(IMAGE_PLANE, image_id).pixel_spacing for image_id in ids] == [None] * 3
    assert server.asked() == [METADATA, f"{SERIES}/instances/1.2.3.4.1"]


def test_attributes_that_may_be_empty_are_not_asked_for(host, server, store, ct):
    image_id = store(ct(SliceThickness=None, PatientName=None, AcquisitionNumber=None))

    assert host.get("SliceThickness", image_id) is None
    assert server.asked() == [METADATA]


def test_empty_numbers_of_an_image_that_cannot_be_had_are_said_to_be_lost(host, server, series):
    server.in_series = lambda json: json | {"00280030": {"vr": "DS", "Value": []}}
    server.instead = lambda handler: (
        not handler.path.endswith("metadata") and handler.answer(404, b"", "text/plain") is None
    )

    assert host.require(IMAGE_PLANE, series[0]).pixel_spacing is None
    explanation = str(host.explain(INSTANCE, series[0]))
    assert "no value of PixelSpacing, and the image cannot be had" in explanation


def test_an_error_while_lost_numbers_are_asked_for_is_not_the_last_word(host, server, series):
    server.in_series = lambda json: json | {"00280030": {"vr": "DS", "Value": []}}
    server.give_for_images(b"<html>", "text/html")
    with pytest.raises(MetadataReadError):
        host.get(IMAGE_PLANE, series[0])
    server.instead = None

    assert host.require(IMAGE_PLANE, series[0]).pixel_spacing == (0.5, 0.75)


def test_numbers_that_the_metadata_of_the_image_lose_come_from_the_image(host, server, series):
    server.in_series = main_tags
    server.alone = lambda json: json | {"00280030": {"vr": "DS", "Value": []}}

    assert host.require(IMAGE_PLANE, series[0]).pixel_spacing == (0.5, 0.75)
