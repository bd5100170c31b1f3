"""JSON with a value that is none: that value is set aside with a note, and all others answer."""

from __future__ import annotations

import json

import pytest

from metaprov_core import MetadataReadError
from metaprov_dicom import IMAGE_PLANE, INSTANCE, SERIES_IMAGE_IDS

JSON = "application/dicom+json"
SERIES = "/studies/1.2.3/series/1.2.3.4"
#: What stands in the place of an attribute's only value, as JSON or what should be JSON.
WRONG = {
    "NaN": "NaN",
    "Infinity": "Infinity",
    "-Infinity": "-Infinity",
    "C's": "-nan",
    "half a pair": r'"a\ud800"',
    "the other half": r'"\udc00"',
    "half a pair before a text": r'"\uD83Dab"',
}
#: Attributes of several VRs, and what the note on each begins with.
ATTRIBUTES = {
    "00189073": ("FD", "AcquisitionDuration"),
    "00180050": ("DS", "SliceThickness"),
    "00200012": ("IS", "AcquisitionNumber"),
    "00280106": ("US", "SmallestImagePixelValue"),
    "00104000": ("LT", "PatientComments"),
    "00100010": ("PN", "PatientName"),
    "00091001": ("LO", "00091001"),
}


@pytest.fixture(params=["of the series", "of each image"])
def answering(request, server):
    """Make the server answer each request for metadata with what a function makes of its JSON."""

    def answering(edit):
        def answer(handler):
            path = handler.path.partition("?")[0]
            if not path.endswith("/metadata"):
                return False
            if path.endswith(f"{SERIES}/metadata"):
                if request.param == "of each image":
                    return handler.answer(404, b"", "text/plain") is None
                images = server.images
            else:
                images = [image for image in server.images if f"/{image.uids[-1]}/" in path]
            body = edit(json.dumps([image.json for image in images]))
            return handler.answer(200, body.encode(), JSON) is None

        server.instead = answer

    return answering


def replaced(tag, vr, wrong):
    """The value of an attribute of the first image, in its place or behind the UID of the image."""
    value = f'[{{"Alphabetic": {wrong}}}]' if vr == "PN" else f"[{wrong}]"
    uid = '"00080018": {"vr": "UI", "Value": ["1.2.3.4.1"]}'
    element = f'"{tag}": {{"vr": "{vr}", "Value": {value}}}'

    def edit(body):
        images = json.loads(body)
        for image in images:
            image.pop(tag, None)
        return json.dumps(images).replace(uid, f"{uid}, {element}")

    return edit


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("tag", ATTRIBUTES)
def test_a_value_that_is_none_is_set_aside_with_a_note(host, series, answering, tag, wrong):
    vr, name = ATTRIBUTES[tag]
    answering(replaced(tag, vr, WRONG[wrong]))

    planes = [host.require(IMAGE_PLANE, image_id) for image_id in series]

    assert [plane.image_position_patient[2] for plane in planes] == [1, 2, 3, 4, 5]
    assert host.get(name, series[0]) is None
    assert "is not understood" in str(host.explain(name, series[0]))
    assert host.get(INSTANCE, series[0]).get("PatientID") == "P7"


def test_of_several_values_only_the_wrong_one_is_missing(host, series, answering):
    answering(lambda body: body.replace("[0.5, 0.75]", "[NaN, 0.75]"))

    assert host.require(INSTANCE, series[0])["PixelSpacing"] == (None, 0.75)


def test_a_wrong_value_in_an_item_leaves_the_others_of_the_sequence(host, series, answering):
    item = (
        '"00540016": {"vr": "SQ", "Value": [{"00189073": {"vr": "FD", "Value": [Infinity]}, '
        '"00080100": {"vr": "SH", "Value": ["\\ud800"]}, '
        '"00200012": {"vr": "IS", "Value": [1e999]}, '
        '"00180050": {"vr": "DS", "Value": [2.5]}}]}, "00080016"'
    )
    answering(lambda body: body.replace('"00080016"', item))

    (group,) = host.require(INSTANCE, series[1])["RadiopharmaceuticalInformationSequence"]
    assert group["SliceThickness"] == 2.5
    assert [group[key] for key in ("AcquisitionDuration", "CodeValue", "AcquisitionNumber")] == [
        None
    ] * 3


@pytest.mark.parametrize("text", ["NaN, Infinity", 'a "NaN" b', "[NaN]", "-Infinity", "😀"])
def test_a_text_that_looks_like_a_wrong_value_is_what_it_is(host, server, series, answering, text):
    for image in server.images:
        image.json["00100020"]["Value"] = [text]
    answering(lambda body: body.replace("[0.5, 0.75]", "[NaN, 0.75]"))

    assert host.get("PatientID", series[0]) == text


def test_json_that_is_wrong_all_over_is_none_and_takes_no_memory(host, server, series):
    import tracemalloc

    body = b"[" + b"NaN," * 2_000_000 + b"NaN]"
    server.instead = lambda handler: handler.answer(200, body, JSON) is None
    tracemalloc.start()
    try:
        with pytest.raises(MetadataReadError, match="the answer is not DICOM JSON"):
            host.get(IMAGE_PLANE, series[0])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * len(body)


def test_a_control_character_in_a_text_hides_nothing(host, series, answering):
    answering(lambda body: body.replace('"P7"', '"P\t7\x1b"'))

    assert host.require(IMAGE_PLANE, series[0]).rows == 2
    assert "7" in host.get("PatientID", series[0])


@pytest.mark.parametrize(
    "element",
    [
        {"vr": "UI", "Value": [None]},
        {"vr": "UI"},
        {"vr": "UI", "Value": []},
        {"vr": "UI", "Value": [""]},
        {"vr": "UI", "Value": [7]},
        {"vr": "UI", "Value": None},
        {"vr": "UI", "Value": [["1.2"]]},
        {"vr": "UI", "Value": {"a": 1}},
        {"vr": "UI", "Value": ["../../admin"]},
        "1.2.3.4.3",
        ["1.2.3.4.3"],
        None,
        7,
    ],
)
def test_an_image_without_a_uid_is_set_aside(host, server, series, element):
    server.in_series = lambda json: (
        json | {"00080018": element} if json["00200013"]["Value"] == [3] else json
    )
    others = (*series[:2], *series[3:])

    assert host.require(IMAGE_PLANE, series[0]).rows == 2
    assert host.require(SERIES_IMAGE_IDS, series[0]) == others
    assert list(host.find_images(f"{server.base}{SERIES}")) == list(others)
    explanation = str(host.explain(INSTANCE, series[1]))
    assert "1 without a SOPInstanceUID (0008,0018), set aside" in explanation


def test_what_is_no_image_in_a_list_of_images_is_set_aside(host, server, series):
    images = [image.json for image in server.images]
    body = json.dumps([None, images[0], 7, "x", [], *images[1:]]).encode()
    server.instead = lambda handler: (
        handler.path.endswith("/metadata") and handler.answer(200, body, JSON) is None
    )

    assert host.require(SERIES_IMAGE_IDS, series[0]) == tuple(series)
    assert "4 without a SOPInstanceUID" in str(host.explain(INSTANCE, series[0]))


def test_values_without_the_list_around_them_are_values(host, server, series, answering):
    def scalar(body):
        images = json.loads(body)
        for image in images:
            for tag in ("00080018", "0020000D", "00200013", "00280010", "00080060"):
                image[tag]["Value"] = image[tag]["Value"][0]
        return json.dumps(images)

    answering(scalar)

    assert host.require(IMAGE_PLANE, series[4]).rows == 2
    assert host.get("InstanceNumber", series[4]) == 5
    assert host.require(SERIES_IMAGE_IDS, series[0]) == tuple(series)


@pytest.mark.parametrize("vr", [["DS"], [], {}, {"DS": 1}, 7, True, "", "XX"])
def test_a_vr_that_is_none_is_a_note(host, server, series, answering, vr):
    for image in server.images:
        for tag in ("00280030", "00280010"):
            image.json[tag]["vr"] = vr
        image.json["00540016"] = {"vr": vr, "Value": [{"00181074": {"vr": vr, "Value": [5]}}]}
        image.json["00281201"] = {"vr": vr, "InlineBinary": "AAAA"}
    answering(str)

    plane = host.require(IMAGE_PLANE, series[0])
    assert (plane.rows, plane.pixel_spacing) == (2, (0.5, 0.75))
    (item,) = host.require(INSTANCE, series[0])["RadiopharmaceuticalInformationSequence"]
    assert item["RadionuclideTotalDose"] == 5
    assert host.get("RedPaletteColorLookupTableData", series[0]) == bytes(3)
    if not isinstance(vr, str):
        host.changed()
        assert "has a VR that is none" in str(host.explain("PixelSpacing", series[0]))


def test_a_byte_order_mark_is_passed_over(host, server, series, answering):
    answering(lambda body: f"\ufeff{body}")

    assert host.require(IMAGE_PLANE, series[0]).rows == 2


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: f"\ufeff{text}",
        lambda text: text.replace("[0.5, 0.75]", "[NaN, 0.75]"),
        lambda text: text.replace('"P7"', r'"P\ud800"'),
        lambda text: text.replace('["1.2.3"]', '"1.2.3"'),
        lambda text: text.replace("[{", '[null, 7, {"0020000E": {"Value": [null]}}, {', 1),
    ],
)
@pytest.mark.parametrize("source", ["/studies/1.2.3", "?PatientID=P7", "/instances?PatientID=P7"])
def test_a_search_finds_what_can_be_understood(host, server, series, edit, source):
    def answer(handler):
        path, _, query = handler.path.partition("?")
        if path.endswith("/metadata") or "offset" in query:
            return False
        images = [image.json for image in server.images]
        found = images if path.endswith("/instances") else images[:1]
        return handler.answer(200, edit(json.dumps(found)).encode(), JSON) is None

    server.instead = answer

    assert list(host.find_images(f"{server.base}{source}")) == series


@pytest.mark.parametrize("body", [b"[1, 2]", b"[null]", b"[NaN]", b'["NaN"', b"NaN", b'{"a": NaN}'])
def test_what_has_no_image_at_all_is_an_error(host, server, series, body):
    server.instead = lambda handler: handler.answer(200, body, JSON) is None

    with pytest.raises(MetadataReadError, match="the answer is not DICOM JSON"):
        host.get(IMAGE_PLANE, series[0])
    with pytest.raises(MetadataReadError, match="the answer is not DICOM JSON"):
        list(host.find_images(f"{server.base}/studies/1.2.3"))
