"""A part of a series (206) is not taken for the whole; and servers without some of the services."""

from __future__ import annotations

import json

import pytest

from metaprov_core import MetadataReadError
from metaprov_dicom import DATASET, IMAGE_PLANE, INSTANCE, SERIES_IMAGE_IDS

JSON = "application/dicom+json"
SERIES = "/studies/1.2.3/series/1.2.3.4"
METADATA = f"{SERIES}/metadata"
IMAGE = f"{SERIES}/instances/1.2.3.4."


def answering(server, **by_offset):
    """Answer for the metadata of the series: the status, and how many images from which one on."""

    def answer(handler):
        path, _, query = handler.path.partition("?")
        if not path.endswith(METADATA):
            return False
        offset = query.partition("offset=")[2] or "0"
        status, first, last = by_offset.get(f"at{offset}", by_offset["at0"])
        images = [image.json for image in server.images[first:last]]
        body = json.dumps(images).encode() if first < last else b""
        return handler.answer(status, body, JSON) is None

    server.instead = answer


@pytest.mark.parametrize(
    "answers",
    [
        {"at0": (206, 0, 2), "at2": (200, 2, 5)},
        {"at0": (206, 0, 2), "at2": (206, 2, 4), "at4": (200, 4, 5)},
        # The server does not know offsets, and sends all the second time.
        {"at0": (206, 0, 2), "at2": (200, 0, 5)},
    ],
)
def test_the_rest_of_a_series_is_asked_for(host, server, series, answers):
    answering(server, **answers)

    assert host.require(IMAGE_PLANE, series[4]).image_position_patient == (0, 0, 5)
    assert host.require(SERIES_IMAGE_IDS, series[0]) == tuple(series)
    assert set(server.asked()) == {METADATA}
    assert "206" in str(host.explain(INSTANCE, series[0]))


@pytest.mark.parametrize(
    "answers",
    [
        {"at0": (206, 0, 2)},
        {"at0": (206, 0, 2), "at2": (204, 0, 0)},
        {"at0": (206, 0, 2), "at2": (400, 0, 0)},
        {"at0": (206, 0, 2), "at2": (206, 2, 3), "at3": (206, 0, 3)},
    ],
)
def test_images_that_do_not_come_are_searched_and_asked_for_by_themselves(
    host, server, series, answers
):
    answering(server, **answers)

    assert host.require(SERIES_IMAGE_IDS, series[0]) == tuple(series)
    planes = [host.require(IMAGE_PLANE, image_id) for image_id in series]
    assert [plane.image_position_patient[2] for plane in planes] == [1, 2, 3, 4, 5]
    assert list(host.find_images(f"{server.base}{SERIES}")) == series
    assert f"{IMAGE}5/metadata" in server.asked()
    assert f"{IMAGE}1/metadata" not in server.asked()
    assert "206" in str(host.explain(INSTANCE, series[4]))


def test_a_part_of_which_the_rest_cannot_be_had_is_an_error_and_not_kept(host, server, series):
    part = json.dumps([image.json for image in server.images[:2]]).encode()
    server.instead = lambda handler: (
        handler.answer(206, part, JSON) is None
        if handler.path.partition("?")[0].endswith(METADATA)
        else handler.answer(404, b"", "text/plain") is None
    )

    for _ in range(2):
        with pytest.raises(MetadataReadError, match="206"):
            host.get(IMAGE_PLANE, series[0])
    with pytest.raises(MetadataReadError, match="206"):
        list(host.find_images(f"{server.base}{SERIES}"))
    server.instead = None
    assert host.require(SERIES_IMAGE_IDS, series[0]) == tuple(series)


@pytest.mark.parametrize("place", ["/metadata", ""])
def test_a_part_of_an_image_is_an_error(host, server, series, place):
    def answer(handler):
        if handler.path.endswith(METADATA):
            return handler.answer(404, b"", "text/plain") is None
        if handler.path.endswith(f"{IMAGE}1{place}"):
            return handler.answer(206, server.images[0].file, "application/dicom") is None
        return handler.answer(404, b"", "text/plain") is None

    server.instead = answer

    with pytest.raises(MetadataReadError, match="206"):
        host.get(IMAGE_PLANE, series[0])


def test_pages_of_a_search_may_be_parts(host, server, series):
    def answer(handler):
        path, _, query = handler.path.partition("?")
        if not path.endswith("/instances"):
            return False
        offset = int(query.partition("&offset=")[2].partition("&")[0] or 0)
        page = [image.json for image in server.images[offset : offset + 2]]
        status = 206 if offset + 2 < len(server.images) else 200
        return handler.answer(status, json.dumps(page).encode(), JSON) is None

    server.instead = answer

    assert list(host.find_images(f"{server.base}/instances?PatientID=P7")) == series


@pytest.mark.parametrize("query", ["PatientID=P7", "PatientID=P7&limit=4"])
def test_a_search_that_stays_in_part_is_an_error(host, server, series, query):
    page = json.dumps([image.json for image in server.images[:2]]).encode()
    server.instead = lambda handler: handler.answer(206, page, JSON) is None

    with pytest.raises(MetadataReadError, match="206 Partial Content"):
        list(host.find_images(f"{server.base}/instances?{query}"))


# -- servers without a service


def refusing(server, status, *ends):
    server.instead = lambda handler: (
        handler.path.endswith(ends) and handler.answer(status, b"", "text/plain") is None
    )


@pytest.mark.parametrize("status", [400, 404, 405, 406, 410, 501])
def test_images_are_asked_for_one_by_one_where_a_series_has_no_metadata(
    host, server, series, status
):
    refusing(server, status, METADATA)

    planes = [host.require(IMAGE_PLANE, image_id) for image_id in series]

    assert [plane.image_position_patient[2] for plane in planes] == [1, 2, 3, 4, 5]
    assert host.require(SERIES_IMAGE_IDS, series[0]) == tuple(series)
    assert list(host.find_images(f"{server.base}{SERIES}")) == series
    assert f"the server answers {status}" in str(host.explain(INSTANCE, series[0]))
    # The series is asked for once, in each form.
    assert METADATA not in server.asked()[2:7]


@pytest.mark.parametrize("status", [404, 501])
def test_the_header_is_read_from_the_image_where_there_are_no_metadata_at_all(
    host, server, series, status
):
    refusing(server, status, "/metadata")

    assert host.require(IMAGE_PLANE, series[2]).image_position_patient == (0, 0, 3)
    assert host.require(DATASET, series[2]).InstanceNumber == 3
    assert "the header was read from the image itself" in str(host.explain(INSTANCE, series[2]))


def test_a_series_that_the_server_does_not_have_is_an_error(host, server, series):
    source = f"{server.base}/studies/1.2.3/series/1.2.3.77"

    with pytest.raises(MetadataReadError, match="404 Not Found; and a search finds none"):
        list(host.find_images(source))


def test_an_image_that_is_nowhere_is_an_error_that_names_it(host, server, series):
    refusing(server, 404, "/metadata", f"{IMAGE}3")

    for _ in range(2):
        with pytest.raises(MetadataReadError, match=r"1\.2\.3\.4\.3/metadata: .* 404 Not Found"):
            host.get(IMAGE_PLANE, series[2])
    assert host.require(IMAGE_PLANE, series[1]).image_position_patient == (0, 0, 2)


@pytest.mark.parametrize("status", [401, 403, 503])
def test_what_a_server_forbids_or_cannot_do_now_is_not_asked_for_elsewhere(
    host, server, series, status
):
    refusing(server, status, METADATA)

    with pytest.raises(MetadataReadError, match=str(status)):
        host.get(IMAGE_PLANE, series[0])
    assert set(server.asked()) == {METADATA}


def test_an_incomplete_header_is_completed_from_the_image_where_that_has_no_metadata(
    host, server, series
):
    refusing(server, 404, *(f"{IMAGE}{number}/metadata" for number in range(1, 6)))
    server.in_series = lambda json: {tag: json[tag] for tag in ("00080016", "00080018")}

    assert host.require(IMAGE_PLANE, series[0]).pixel_spacing == (0.5, 0.75)


# -- ids with a query


@pytest.fixture
def wanting_query(server):
    """A server that answers only where its parameter is in the query."""
    server.instead = lambda handler: (
        "imageSetId=7" not in handler.path and handler.answer(404, b"", "text/plain") is None
    )


@pytest.mark.parametrize("query", ["imageSetId=7", "token=abc&imageSetId=7", "imageSetId=7&x="])
@pytest.mark.parametrize("frame", ["", "&frame=1", "/frames/1"])
def test_the_query_of_an_id_is_that_of_each_request(
    host, server, series, wanting_query, query, frame
):
    ids = [f"{image_id}?{query}" for image_id in series]

    assert host.require(IMAGE_PLANE, f"{ids[1]}{frame}").image_position_patient == (0, 0, 2)
    assert host.require(DATASET, f"{ids[1]}{frame}").InstanceNumber == 2
    assert host.require("transferSyntax", ids[1]).transfer_syntax_uid
    assert host.require(SERIES_IMAGE_IDS, ids[0]) == tuple(ids)
    assert all(query in request.path for request in server.requests)


@pytest.mark.parametrize(
    "source", [SERIES, "/studies/1.2.3", "/studies?PatientID=P7", "?PatientID=P7"]
)
def test_what_is_found_by_a_url_with_such_a_query_has_it_too(
    host, server, series, wanting_query, source
):
    mark = "&" if "?" in source else "?"
    ids = list(host.find_images(f"{server.base}{source}{mark}imageSetId=7"))

    assert ids == [f"{image_id}?imageSetId=7" for image_id in series]
    assert [host.require(IMAGE_PLANE, image_id).rows for image_id in ids] == [2] * 5


def test_images_of_another_set_are_other_images(host, server, series):
    host.get(IMAGE_PLANE, f"{series[0]}?imageSetId=7")
    host.get(IMAGE_PLANE, f"{series[0]}?imageSetId=8")

    assert len(server.requests) == 2
