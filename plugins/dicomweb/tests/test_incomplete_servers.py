"""Servers that leave something out: it is asked for once, when it is needed, and that is said."""

from __future__ import annotations

import json

import pytest
from dicomweb_server import MAIN, main_tags
from pydicom.dataset import Dataset

from metaprov_core import MetadataReadError
from metaprov_dicom import (
    GENERAL_SERIES,
    IMAGE_PLANE,
    INSTANCE,
    MODALITY_LUT,
    TRANSFER_SYNTAX,
)
from metaprov_dicomweb.headers.source import HeaderSource

SERIES = "/studies/1.2.3/series/1.2.3.4"
METADATA = f"{SERIES}/metadata"


def without(*tags):
    return lambda json: {tag: element for tag, element in json.items() if tag not in tags}


def test_an_image_whose_series_metadata_are_incomplete_is_asked_for_by_itself_once(
    host, server, series
):
    server.in_series = main_tags

    planes = [host.require(IMAGE_PLANE, image_id) for image_id in series]
    luts = [host.require(MODALITY_LUT, image_id) for image_id in series]

    assert {plane.pixel_spacing for plane in planes} == {(0.5, 0.75)}
    assert {lut.rescale_intercept for lut in luts} == {-1024}
    images = [f"{SERIES}/instances/1.2.3.4.{number}/metadata" for number in range(1, 6)]
    assert server.asked() == [METADATA, *images]
    explanation = str(host.explain(INSTANCE, series[0]))
    assert "metadata of the series lack SamplesPerPixel, and maybe more" in explanation
    assert "the image was asked for by itself" in explanation


def test_nothing_is_asked_for_that_nobody_needs(host, server, series):
    server.in_series = main_tags

    assert host.get("PatientID", series[0]) == "P7"
    assert server.asked() == [METADATA]


@pytest.mark.parametrize(
    ("tag", "sop_class", "keyword"),
    [
        ("00280030", "1.2.840.10008.5.1.4.1.1.2", "PixelSpacing"),
        ("00281053", "1.2.840.10008.5.1.4.1.1.2", "RescaleSlope"),
        ("00540016", "1.2.840.10008.5.1.4.1.1.128", "RadiopharmaceuticalInformationSequence"),
        ("00186011", "1.2.840.10008.5.1.4.1.1.6.1", "SequenceOfUltrasoundRegions"),
        ("52009229", "1.2.840.10008.5.1.4.1.1.2.1", "SharedFunctionalGroupsSequence"),
        ("00540022", "1.2.840.10008.5.1.4.1.1.20", "DetectorInformationSequence"),
    ],
)
def test_each_attribute_that_an_image_must_have_tells_when_it_is_missing(
    host, server, store, ct, tag, sop_class, keyword
):
    item = Dataset()
    item.Rows = 3
    image_id = store(
        ct(
            SOPClassUID=sop_class,
            Units="BQML",
            **{
                keyword: [item]
                for keyword in (
                    "RadiopharmaceuticalInformationSequence",
                    "SequenceOfUltrasoundRegions",
                    "SharedFunctionalGroupsSequence",
                    "PerFrameFunctionalGroupsSequence",
                    "DetectorInformationSequence",
                )
            },
        )
    )
    server.in_series = without(tag)

    instance = host.require(INSTANCE, image_id)
    value = (instance if "Groups" not in keyword else host.require(INSTANCE, image_id)).get(tag)

    assert value is not None or "Groups" in keyword
    assert f"lack {keyword}" in str(host.explain(INSTANCE, image_id))


def test_what_an_image_itself_does_not_have_is_asked_for_once_in_a_series(host, server, store, ct):
    ids = []
    for number in range(1, 5):
        dataset = ct(number)
        del dataset.RescaleSlope, dataset.RescaleIntercept
        ids.append(store(dataset))

    assert [host.get(MODALITY_LUT, image_id) for image_id in ids] == [None] * 4
    assert server.asked() == [METADATA, f"{SERIES}/instances/1.2.3.4.1/metadata"]


def test_listing_an_incomplete_image_lists_all_of_it(host, server, series):
    server.in_series = main_tags
    listed = list(host.require(INSTANCE, series[0]))
    host.changed()
    server.in_series = dict

    assert listed == list(host.require(INSTANCE, series[0]))


def test_an_error_while_the_rest_is_asked_for_is_not_the_last_word(host, server, series):
    server.in_series = main_tags
    host.get("PatientID", series[0])
    server.instead = lambda handler: handler.answer(500, b"", "text/plain") is None
    for _ in range(2):
        with pytest.raises(MetadataReadError, match="500"):
            host.get(IMAGE_PLANE, series[0])
    server.instead = None

    assert host.require(IMAGE_PLANE, series[0]).pixel_spacing == (0.5, 0.75)


@pytest.mark.parametrize(
    ("type", "in_series", "place"),
    [(IMAGE_PLANE, main_tags, "/metadata"), (TRANSFER_SYNTAX, dict, "")],
)
def test_an_interrupt_before_the_rest_is_stored_does_not_lose_it(
    host, server, series, monkeypatch, type, in_series, place
):
    server.in_series = in_series
    host.get("PatientID", series[0])
    more = HeaderSource.more

    def interrupted(source, tag):
        if more(source, tag) is not None:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(HeaderSource, "more", interrupted)
        with pytest.raises(KeyboardInterrupt):
            host.get(type, series[0])

    assert host.get(type, series[0]) is not None
    assert server.asked() == [METADATA, *[f"{SERIES}/instances/1.2.3.4.1{place}"] * 2]


def test_numbers_as_strings_are_numbers(host, server, series):
    def as_strings(json):
        return {
            tag: {**element, "Value": list(map(str, element["Value"]))}
            if element["vr"] in ("DS", "IS", "US")
            else element
            for tag, element in json.items()
        }

    server.in_series = as_strings

    plane = host.require(IMAGE_PLANE, series[1])
    assert (plane.rows, plane.columns) == (2, 3)
    assert plane.image_position_patient == (0, 0, 2)
    assert list(host.require("seriesImageIds", series[1])) == series
    assert server.asked() == [METADATA]


@pytest.mark.parametrize("yen", ["\u00a5", "\\u00a5"])
def test_a_header_that_the_server_garbles_is_read_from_the_image(host, server, series, yen):
    # As Orthanc 1.10 does, which takes the backslash of ISO_IR 13 for a yen sign.
    garbled = {
        "00080005": {"vr": "CS", "Value": ["ISO 2022 IR 13"]},
        "00080008": {"vr": "CS", "Value": ["ORIGINAL\u00a5PRIMARY"]},
        "00200032": {"vr": "DS", "Value": []},
    }

    def answer(handler):
        if not handler.path.endswith("/metadata"):
            return False
        images = json.dumps([image.json | garbled for image in server.images], ensure_ascii=False)
        body = images.replace("\u00a5", yen).encode()
        return handler.answer(200, body, "application/dicom+json") is None

    server.instead = answer

    assert host.require(IMAGE_PLANE, series[1]).image_position_patient == (0, 0, 2)
    assert "the header was read from the image itself" in str(host.explain(INSTANCE, series[1]))
    assert server.asked() == [METADATA, f"{SERIES}/instances/1.2.3.4.2"]


def test_keys_in_lower_case_are_those_of_the_same_attributes(host, server, series):
    server.in_series = lambda json: {
        tag if tag in MAIN else tag.lower(): element for tag, element in json.items()
    }

    assert host.require(GENERAL_SERIES, series[0]).study_instance_uid == "1.2.3"
    assert host.require(IMAGE_PLANE, series[0]).pixel_spacing == (0.5, 0.75)
