"""Servers that leave something out: it is asked for once, when it is needed, and that is said."""

from __future__ import annotations

import json
import pickle

import pytest
from pydicom.dataset import Dataset

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import (
    DATASET,
    GENERAL_SERIES,
    IMAGE_PLANE,
    IMAGE_URL,
    INSTANCE,
    MODALITY_LUT,
    TRANSFER_SYNTAX,
)
from metaprov_dicomweb.headers.source import HeaderSource

SERIES = "/studies/1.2.3/series/1.2.3.4"
METADATA = f"{SERIES}/metadata"
#: The attributes in the data base of a server (Orthanc's MainDicomTags).
MAIN = frozenset(
    {
        *("00080005", "00080016", "00080018", "00080060", "0020000D", "0020000E", "00100010"),
        *("00100020", "00200013", "00200032", "00200037", "00280010", "00280011"),
    }
)


def main_tags(json):
    return {tag: element for tag, element in json.items() if tag in MAIN}


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


# -- the transfer syntax


def test_the_transfer_syntax_is_read_from_the_image_when_it_is_asked_for(host, server, series):
    host.get(IMAGE_PLANE, series[0])
    assert server.asked() == [METADATA]

    assert host.require(TRANSFER_SYNTAX, series[0]).transfer_syntax_uid == "1.2.840.10008.1.2.1"
    assert host.require(IMAGE_URL, series[0]).is_video is False
    assert server.asked() == [METADATA, f"{SERIES}/instances/1.2.3.4.1"]
    accept = server.requests[-1].headers["Accept"]
    assert accept == 'multipart/related; type="application/dicom"; transfer-syntax=*'
    assert "the image was asked for it" in str(host.explain(INSTANCE, series[0]))


def test_no_more_of_the_image_is_read_than_the_start(host, server, store, ct):
    image_id = store(ct(PixelData=bytes(30 * 2**20)))
    metaprov_dicomweb.configure([server.base], answer_limit=2**20)

    assert host.require(TRANSFER_SYNTAX, image_id).transfer_syntax_uid == "1.2.840.10008.1.2.1"


def test_the_transfer_syntaxes_that_a_server_offers_are_enough(host, server, series):
    offered = {"00083002": {"vr": "UI", "Value": ["1.2.840.10008.1.2.4.102"]}}
    server.in_series = lambda json: json | offered

    syntax = host.require(TRANSFER_SYNTAX, series[0])

    assert syntax.available_transfer_syntax_uid == ("1.2.840.10008.1.2.4.102",)
    assert syntax.is_video
    assert server.asked() == [METADATA]


@pytest.mark.parametrize("status", [400, 404, 406])
def test_a_server_that_does_not_give_the_image_leaves_the_transfer_syntax_unknown(
    host, server, series, status
):
    server.instead = lambda handler: (
        not handler.path.endswith("metadata") and handler.answer(status, b"", "text/plain") is None
    )

    assert host.get(TRANSFER_SYNTAX, series[0]) is None
    assert f"the server answers {status}" in str(host.explain("TransferSyntaxUID", series[1]))


NO_FILES = {
    "a login page": (b"<html>log in</html>", "text/html"),
    "JSON": (b'{"error": 1}', "application/json"),
    "a picture": (b"\xff\xd8\xff\xe0" + bytes(300), "image/jpeg"),
    "zeros": (bytes(5000), "application/dicom"),
    "nothing": (b"", "application/dicom"),
    "other bytes": (b"?" * 999, "a/b"),
    "a page in parts": (
        b"--x\r\nContent-Type: text/html\r\n\r\n<html>\r\n--x--",
        "multipart/related; boundary=x",
    ),
    "no part": (b"--x--", "multipart/related; boundary=x"),
}


def instead_of_images(server, body, kind):
    server.instead = lambda handler: (
        not handler.path.endswith("metadata") and handler.answer(200, body, kind) is None
    )


@pytest.mark.parametrize("type", [TRANSFER_SYNTAX, "TransferSyntaxUID", IMAGE_URL])
@pytest.mark.parametrize("what", NO_FILES)
def test_what_comes_instead_of_an_image_is_an_error_and_not_kept(host, server, series, what, type):
    instead_of_images(server, *NO_FILES[what])
    for _ in range(2):
        with pytest.raises(MetadataReadError):
            host.get(type, series[0])
    server.instead = None

    assert host.get(type, series[0]) is not None


@pytest.mark.parametrize("length", [1, 131, 140, 145, 160, 200])
def test_a_file_that_ends_before_its_transfer_syntax_is_an_error_and_not_kept(
    host, server, series, length
):
    instead_of_images(server, server.images[0].file[:length], "application/dicom")
    with pytest.raises(MetadataReadError):
        host.get(TRANSFER_SYNTAX, series[0])
    server.instead = None

    assert host.require(TRANSFER_SYNTAX, series[0]).transfer_syntax_uid == "1.2.840.10008.1.2.1"


def test_a_file_without_the_length_of_its_meta_information_says_its_transfer_syntax(
    host, server, series
):
    file = server.images[0].file
    instead_of_images(server, file[:132] + file[144:], "application/octet-stream")

    assert host.require(TRANSFER_SYNTAX, series[0]).transfer_syntax_uid == "1.2.840.10008.1.2.1"


def test_a_file_whose_transfer_syntax_is_none_leaves_it_unknown(host, server, series):
    file = server.images[0].file.replace(b"1.2.840.10008.1.2.1\0", b"not a transfersyntax")
    instead_of_images(server, file, "application/dicom")

    assert host.get(TRANSFER_SYNTAX, series[0]) is None


def test_a_list_of_attributes_does_not_depend_on_earlier_questions(host, server, series):
    instance = host.require(INSTANCE, series[0])
    before = list(instance), len(instance), dict(instance)

    assert "TransferSyntaxUID" in instance
    assert instance["TransferSyntaxUID"] == "1.2.840.10008.1.2.1"
    received = pickle.loads(pickle.dumps(instance))
    for each in (instance, received, host.require(INSTANCE, series[0])):
        assert (list(each), len(each), dict(each)) == before
        assert each["TransferSyntaxUID"] == "1.2.840.10008.1.2.1"


def test_a_transfer_syntax_that_the_metadata_have_is_listed(host, server, series):
    server.in_series = lambda json: (
        json | {"00020010": {"vr": "UI", "Value": ["1.2.840.10008.1.2.4.70"]}}
    )

    assert "TransferSyntaxUID" in list(host.require(INSTANCE, series[0]))


# -- values that were lost

EMPTY = {
    "an empty list": lambda element: {**element, "Value": []},
    "null": lambda element: {**element, "Value": [None]},
    "nulls": lambda element: {**element, "Value": [None, None]},
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
    instead_of_images(server, b"<html>", "text/html")
    with pytest.raises(MetadataReadError):
        host.get(IMAGE_PLANE, series[0])
    server.instead = None

    assert host.require(IMAGE_PLANE, series[0]).pixel_spacing == (0.5, 0.75)


def test_numbers_that_the_metadata_of_the_image_lose_come_from_the_image(host, server, series):
    server.in_series = main_tags
    server.alone = lambda json: json | {"00280030": {"vr": "DS", "Value": []}}

    assert host.require(IMAGE_PLANE, series[0]).pixel_spacing == (0.5, 0.75)


# -- metadata without binary values


def without_binary(json):
    """As Azure has it: no element of a binary VR, at any depth."""
    return {
        tag: element
        if element["vr"] != "SQ"
        else {**element, "Value": [without_binary(item) for item in element.get("Value", [])]}
        for tag, element in json.items()
        if element["vr"] not in ("OB", "OD", "OF", "OL", "OV", "OW", "UN")
    }


def with_empty_binary(json):
    return without_binary(json) | {
        tag: {"vr": element["vr"]} for tag, element in json.items() if element["vr"] in ("OB", "OW")
    }


@pytest.fixture
def with_data(store, ct):
    """An image with all kinds of binary values."""
    dataset = ct(
        PhotometricInterpretation="PALETTE COLOR",
        RedPaletteColorLookupTableDescriptor=[256, 0, 16],
        RedPaletteColorLookupTableData=bytes(range(256)) * 2,
        ICCProfile=b"profile!",
        ColorSpace="SRGB",
    )
    lut = Dataset()
    lut.LUTDescriptor, lut.LUTData = [2, 0, 16], b"\1\0\2\0"
    lut["LUTData"].VR = "OW"
    dataset.ModalityLUTSequence, dataset.VOILUTSequence = [lut], [lut]
    for group in (0x6000, 0x6002):
        for element, vr, value in (
            (0x10, "US", 2),
            (0x11, "US", 3),
            (0x40, "CS", "G"),
            (0x50, "SS", [1, 1]),
            (0x100, "US", 1),
            (0x102, "US", 0),
            (0x3000, "OW", b"\x15\0"),
        ):
            dataset.add_new((group, element), vr, value)
    return store(dataset)


@pytest.mark.parametrize("edit", [without_binary, with_empty_binary])
@pytest.mark.parametrize("where", ["in series", "everywhere"])
def test_binary_values_that_metadata_leave_out_are_read_from_the_image_once(
    host, server, with_data, edit, where
):
    types = ["imagePixelModule", "overlayPlaneModule", "modalityLutModule", "voiLutModule"]
    types += ["ICCProfile", "60023000", "RedPaletteColorLookupTableData"]
    expected = [host.require(type, with_data) for type in types]
    assert expected[0].red_palette_color_lookup_table_data
    assert len(expected[1].overlays) == 2
    host.changed()
    server.requests.clear()
    server.in_series = edit
    if where == "everywhere":
        server.alone = edit

    assert host.require(IMAGE_PLANE, with_data).rows == 2
    assert server.asked() == [METADATA]
    instance = host.require(INSTANCE, with_data)
    listed = list(instance)
    assert [host.require(type, with_data) for type in types] == expected
    assert server.asked() == [METADATA, f"{SERIES}/instances/1.2.3.4.1"]
    assert list(instance) == listed
    assert "binary values: they were read from the image" in str(host.explain(INSTANCE, with_data))


def test_binary_values_are_not_asked_for_where_nothing_describes_any(host, server, series):
    for type in ("imagePixelModule", "overlayPlaneModule", "modalityLutModule", "ICCProfile"):
        host.get(type, series[0])

    assert server.asked() == [METADATA]


def test_an_overlay_in_bits_of_the_pixels_is_not_asked_for(host, server, store, ct):
    dataset = ct()
    for element, value in ((0x10, 2), (0x11, 3), (0x100, 16), (0x102, 12)):
        dataset.add_new((0x6000, element), "US", value)
    image_id = store(dataset)

    assert host.get("overlayPlaneModule", image_id) is None
    assert server.asked() == [METADATA]


def test_binary_values_of_an_image_that_cannot_be_had_are_none_with_a_note(host, server, with_data):
    server.in_series = without_binary
    server.instead = lambda handler: (
        not handler.path.endswith("metadata") and handler.answer(404, b"", "text/plain") is None
    )

    module = host.require("imagePixelModule", with_data)
    assert module.red_palette_color_lookup_table_data is None
    assert "404" in str(host.explain(INSTANCE, with_data))
    assert len([path for path in server.asked() if not path.endswith("metadata")]) <= 5


def test_an_error_while_binary_values_are_asked_for_is_not_the_last_word(host, server, with_data):
    server.in_series = without_binary
    instead_of_images(server, b"<html>", "text/html")
    with pytest.raises(MetadataReadError):
        host.get("imagePixelModule", with_data)
    server.instead = None

    assert host.require("imagePixelModule", with_data).red_palette_color_lookup_table_data


# -- bulk data


@pytest.fixture
def palette(store, ct):
    red = bytes(range(256)) * 8
    return store(
        ct(
            PhotometricInterpretation="PALETTE COLOR",
            RedPaletteColorLookupTableDescriptor=[1024, 0, 16],
            RedPaletteColorLookupTableData=red,
        )
    )


def test_bulk_data_are_fetched_once_when_they_are_asked_for(host, server, palette):
    host.get(IMAGE_PLANE, palette)
    assert server.asked() == [METADATA]

    data = host.require("imagePixelModule", palette).red_palette_color_lookup_table_data

    assert data[:3] == (0x0100, 0x0302, 0x0504)
    assert host.require(INSTANCE, palette)["RedPaletteColorLookupTableData"][:2] == b"\0\1"
    assert server.asked() == [METADATA, f"{SERIES}/instances/1.2.3.4.1/bulk/0"]


@pytest.mark.parametrize(
    "uri",
    [
        "http://169.254.169.254/latest/meta-data",
        "//evil.example.org/bulk/0",
        "/admin/bulk/0",
        "../../../../../../../../admin",
        "http://user@127.0.0.1/dicom-web/bulk/0",
        "file:///etc/passwd",
    ],
)
def test_bulk_data_out_of_the_configured_servers_are_not_fetched(host, server, palette, uri):
    server.in_series = lambda json: json | {"00281201": {"vr": "OW", "BulkDataURI": uri}}

    assert host.get("RedPaletteColorLookupTableData", palette) is None
    explanation = host.explain("RedPaletteColorLookupTableData", palette)
    assert "leads out of the configured servers, and is not followed" in str(explanation)
    assert server.asked() == [METADATA]


def test_bulk_data_that_the_server_does_not_have_are_no_value(host, server, palette):
    server.in_series = lambda json: json | {"00281201": {"vr": "OW", "BulkDataURI": "bulk/99/x"}}

    assert host.get("RedPaletteColorLookupTableData", palette) is None
    explanation = str(host.explain("RedPaletteColorLookupTableData", palette))
    assert "there are no bulk data" in explanation
    assert "404" in explanation


def test_an_error_of_the_server_is_no_empty_value(host, server, palette):
    host.get(IMAGE_PLANE, palette)
    server.instead = lambda handler: handler.answer(500, b"", "text/plain") is None
    with pytest.raises(MetadataReadError, match="500"):
        host.get("imagePixelModule", palette)
    server.instead = None

    assert host.require("imagePixelModule", palette).red_palette_color_lookup_table_data


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/related; boundary=x", b"--x\r\n\r\nno end"),
        ("multipart/related; boundary=x", b""),
        ("multipart/related", b"--x\r\n\r\nab\r\n--x--"),
    ],
)
def test_bulk_data_that_are_cut_short_are_an_error(host, server, palette, kind, body):
    host.get(IMAGE_PLANE, palette)
    server.instead = lambda handler: handler.answer(200, body, kind) is None

    with pytest.raises(MetadataReadError, match="the answer "):
        host.get("imagePixelModule", palette)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html; charset=utf-8", b"<html>Please log in"),
        ("application/dicom+json", b"[{}]"),
        (
            "multipart/related; boundary=x",
            b"--x\r\nContent-Type: text/html\r\n\r\n<html>Please log in\r\n--x--",
        ),
    ],
)
def test_what_comes_instead_of_bulk_data_is_an_error(host, server, palette, kind, body):
    host.get(IMAGE_PLANE, palette)
    server.instead = lambda handler: handler.answer(200, body, kind) is None

    with pytest.raises(MetadataReadError, match="instead of application/octet-stream"):
        host.get("imagePixelModule", palette)


@pytest.mark.parametrize("uri", ["", 7, None])
def test_a_bulk_data_uri_that_leads_nowhere_is_no_value(host, server, palette, uri):
    server.in_series = lambda json: json | {"00281201": {"vr": "OW", "BulkDataURI": uri}}

    assert host.get("RedPaletteColorLookupTableData", palette) is None
    assert server.asked() == [METADATA]


DATA = bytes(range(256))
PARTS = {
    "a preamble": b"In parts.\r\n--x\r\nContent-Type: application/octet-stream\r\n\r\n%b\r\n--x--",
    "lines without return": b"--x\nContent-Type: application/octet-stream\n\n%b\n--x--\n",
    "both": b"a\nb\n\n--x\nA: b\nContent-Type: application/octet-stream\n\n%b\n--x--\n",
    "an empty line first": b"\r\n--x\r\nContent-Type: application/octet-stream\r\n\r\n%b\r\n--x--",
    "no head": b"--x\r\n\r\n%b\r\n--x--",
    "blanks": b"--x  \r\nContent-Type:application/octet-stream\r\n\r\n%b\r\n--x--\r\nthe end",
    "returns at the end only": b"--x\nContent-Type: binary/octet-stream\n\n%b\r\n--x--",
    "returns at the start only": b"--x\r\nContent-Type: binary/octet-stream\r\n\r\n%b\n--x--",
}


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\n\r", b"--"])
@pytest.mark.parametrize("form", PARTS)
def test_the_first_part_is_found_however_it_is_set_off(host, server, palette, form, end):
    if form == "returns at the start only" and end == b"\n\r":
        # Nobody can tell.
        return
    host.get(IMAGE_PLANE, palette)
    body = PARTS[form] % (DATA + end)
    server.instead = lambda handler: (
        handler.answer(200, body, 'multipart/related; boundary="x"') is None
    )

    assert host.get("RedPaletteColorLookupTableData", palette) == DATA + end


@pytest.mark.parametrize("form", PARTS)
def test_a_file_in_parts_is_found_however_it_is_set_off(host, server, series, form):
    body = PARTS[form] % server.images[0].file
    instead_of_images(server, body, "multipart/related; boundary=x")

    assert host.require(TRANSFER_SYNTAX, series[0]).transfer_syntax_uid == "1.2.840.10008.1.2.1"
    assert host.require(DATASET, series[0]).InstanceNumber == 1


@pytest.mark.parametrize(
    "kind",
    [
        "application/octet-stream",
        "binary/octet-stream",
        "Application/Octet-Stream; x=1",
        "Binary/Octet-Stream",
        "",
    ],
)
def test_these_media_types_are_those_of_bytes(host, server, palette, kind):
    host.get(IMAGE_PLANE, palette)
    server.instead = lambda handler: handler.answer(200, DATA, kind) is None

    assert host.get("RedPaletteColorLookupTableData", palette) == DATA


@pytest.mark.parametrize("inline", ["AAEC", ["AAEC"]])
def test_bytes_may_be_in_an_array(host, server, palette, inline):
    server.in_series = lambda json: json | {"00281201": {"vr": "OW", "InlineBinary": inline}}

    assert host.get("RedPaletteColorLookupTableData", palette) == b"\0\1\2"


@pytest.mark.parametrize("inline", [["AAEC", "AAEC"], [["AAEC"]], [7], True, ["\u00e4"]])
def test_what_is_no_array_of_bytes_is_no_value_with_a_note(host, server, palette, inline):
    server.in_series = lambda json: json | {"00281201": {"vr": "OW", "InlineBinary": inline}}
    server.alone = server.in_series

    assert host.get("RedPaletteColorLookupTableData", palette) is None
    host.changed()
    assert "is not base64" in str(host.explain("RedPaletteColorLookupTableData", palette))


@pytest.mark.parametrize("uri", ["bulk/0", "instances/1.2.3.4.1/bulk/0"])
def test_bulk_data_are_asked_for_with_the_query_of_the_image(host, server, palette, uri):
    server.in_series = lambda json: (
        json
        | {
            "00281201": {
                "vr": "OW",
                "BulkDataURI": f"{server.base}{SERIES}/instances/1.2.3.4.1/bulk/0",
            }
        }
    )

    assert host.get("RedPaletteColorLookupTableData", f"{palette}?token=abc")
    assert all(request.path.endswith("?token=abc") for request in server.requests)


def test_bulk_data_may_come_without_parts(host, server, palette):
    host.get(IMAGE_PLANE, palette)
    server.instead = lambda handler: (
        handler.answer(200, b"\1\2\3\4", "application/octet-stream") is None
    )

    assert host.get("RedPaletteColorLookupTableData", palette) == b"\1\2\3\4"


# -- the file of another image


def as_image(server, number):
    """Let the server send the file of another image for any that is asked for."""
    body = server.images[number].file
    server.instead = lambda handler: (
        not handler.path.endswith("/metadata")
        and handler.answer(200, body, "application/dicom") is None
    )


def test_the_file_of_another_image_is_an_error(host, server, series):
    as_image(server, 1)

    with pytest.raises(MetadataReadError, match=r"the answer is another image, 1\.2\.3\.4\.2"):
        host.get("dataset", series[0])
    server.instead = None
    assert host.get("dataset", series[0]) is not None


def test_the_header_of_another_image_is_not_taken_where_there_are_no_metadata(host, server, series):
    body = server.images[1].file
    server.instead = lambda handler: (
        handler.answer(404, b"", "text/plain") is None
        if handler.path.endswith("/metadata")
        else handler.answer(200, body, "application/dicom") is None
    )

    with pytest.raises(MetadataReadError, match="another image"):
        host.get(IMAGE_PLANE, series[0])
    assert host.require(IMAGE_PLANE, series[1]).image_position_patient == (0, 0, 2)


def test_an_object_of_another_uid_is_an_error(host, server, series):
    as_image(server, 1)

    with pytest.raises(MetadataReadError, match="another image"):
        host.get(INSTANCE, f"wadouri:{server.host}/wado?requestType=WADO&objectUID=1.2.3.4.1")


@pytest.mark.parametrize("empty", [[], [""], ["", ""], [None], None, ""])
def test_numbers_that_are_empty_in_any_way_are_read_from_the_image(host, server, series, empty):
    server.in_series = lambda json: json | {"00200032": {"vr": "DS", "Value": empty}}

    assert host.require(IMAGE_PLANE, series[2]).image_position_patient == (0, 0, 3)
