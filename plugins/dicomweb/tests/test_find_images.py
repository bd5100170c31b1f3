"""Finding images: by the URL of a series, of a study, and by a query."""

from __future__ import annotations

import re

import pytest

import metaprov_dicomweb
from metaprov_core import Host, MetadataNotFoundError, MetadataReadError, hookimpl
from metaprov_dicom import IMAGE_PLANE
from metaprov_dicomweb.provider import DicomWeb


@pytest.fixture
def archive(server, store, ct):
    """Two patients; the first has two series, the numbers of which do not go with their UIDs."""
    return {
        "first": store(ct(1, SeriesNumber=2)),
        "second": store(ct(2, SeriesNumber=2)),
        "scout": store(ct(3, SeriesInstanceUID="1.2.3.9", SeriesNumber=1, Modality="PT")),
        "other": store(
            ct(4, StudyInstanceUID="1.2.5", SeriesInstanceUID="1.2.5.1", PatientID="P8")
        ),
    }


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("/studies/1.2.3/series/1.2.3.4", ["first", "second"]),
        ("/studies/1.2.3/series/1.2.3.4/", ["first", "second"]),
        ("/studies/1.2.3", ["scout", "first", "second"]),
        ("?PatientID=P7", ["scout", "first", "second"]),
        ("/?PatientID=P8", ["other"]),
        ("/studies?PatientID=P8", ["other"]),
        ("/studies?PatientID=nobody", []),
        ("/studies", ["scout", "first", "second", "other"]),
        ("/series?Modality=PT", ["scout"]),
        ("/studies/1.2.3/series?Modality=CT", ["first", "second"]),
        ("/instances?PatientID=P8", ["other"]),
        ("/studies/1.2.3/instances?Modality=CT", ["first", "second"]),
        ("/studies/1.2.3/series/1.2.3.9/instances", ["scout"]),
        ("/instances?PatientID=P7&limit=1&offset=1", ["second"]),
    ],
)
def test_the_images_behind_a_url_are_found_series_by_series(host, server, archive, source, found):
    expected = [archive[name] for name in found]

    assert list(host.find_images(server.base + source)) == expected
    for scheme in ("wadors", "WADORS"):
        assert list(host.find_images(f"{scheme}:{server.base}{source}")) == expected


def test_what_was_found_is_asked_for_without_another_request(host, server, archive):
    found = list(host.find_images(f"{server.base}/studies/1.2.3/series/1.2.3.4"))
    server.requests.clear()

    assert [host.require(IMAGE_PLANE, image_id).rows for image_id in found] == [2, 2]
    assert server.requests == []


def test_a_series_is_searched_anew_each_time(host, server, archive, store, ct):
    source = f"{server.base}/studies/1.2.3/series/1.2.3.4"
    before = list(host.find_images(source))
    late = store(ct(9))

    assert list(host.find_images(source)) == [*before, late]


def test_each_frame_of_an_image_is_found(host, server, store, ct):
    image_id = store(ct(NumberOfFrames=3, PixelData=bytes(36)))

    found = list(host.find_images(f"{server.base}/studies/1.2.3"))

    assert found == [f"{image_id}/frames/{number}" for number in (1, 2, 3)]
    assert list(host.find_images(f"{server.base}/instances?PatientID=P7")) == found


def test_a_search_goes_on_where_a_server_gives_less_than_it_is_asked_for(host, server, series):
    server.page = 2

    assert list(host.find_images(f"{server.base}/instances?PatientID=P7")) == series
    offsets = [request.path.partition("&offset=")[2][:1] for request in server.requests]
    assert offsets == ["", "2", "4", "5"]


def test_a_server_that_gives_the_same_page_again_and_again_is_left(host, server, series):
    image = server.images[0].json
    server.instead = lambda handler: handler.answer_json([image]) is None

    assert list(host.find_images(f"{server.base}/instances?PatientID=P7")) == [series[0]]
    assert len(server.requests) == 2


def refuse(server, refused, status=400):
    """Answer searches whose query has something that the server does not like with a status."""

    def answer(handler):
        path, _, query = handler.path.partition("?")
        is_refused = not path.endswith("/metadata") and re.search(refused, query)
        return bool(is_refused) and handler.answer(status, b"", "text/plain") is None

    server.instead = answer


@pytest.mark.parametrize("status", [400, 422, 501])
@pytest.mark.parametrize(
    "refused",
    [
        r"limit=([3-9]\d\d|2\d[1-9]|2[1-9]\d)",
        r"limit=(\d{3,}|[6-9]\d)",
        "limit=",
        "(limit|offset)=",
        "includefield",
        r"includefield|limit=\d\d\d",
        "includefield|limit=",
        "includefield=00280008",
    ],
)
@pytest.mark.parametrize("source", ["/studies/1.2.3/series/1.2.3.4/instances", "/studies/1.2.3"])
def test_what_a_server_refuses_is_left_out_of_the_query(
    host, server, series, refused, status, source
):
    refuse(server, refused, status)

    assert list(host.find_images(f"{server.base}{source}")) == series


def test_a_server_is_asked_for_as_many_matches_as_it_is_configured_for(host, server, series):
    metaprov_dicomweb.configure([metaprov_dicomweb.Server(server.base, page_size=2)])

    assert list(host.find_images(f"{server.base}/instances?PatientID=P7")) == series
    assert all("limit=2&" in request.path for request in server.requests)


def test_no_server_is_asked_for_more_matches_than_azure_gives(host, server, series):
    list(host.find_images(f"{server.base}/studies?PatientID=P7"))

    limits = [re.search("limit=([0-9]+)", request.path) for request in server.requests]
    assert {int(limit[1]) for limit in limits if limit} == {200}


def test_a_query_that_makes_no_sense_is_an_error(host, server, series):
    refuse(server, "Foo=1")

    with pytest.raises(MetadataReadError, match="400"):
        list(host.find_images(f"{server.base}?Foo=1"))


def test_a_later_page_that_is_refused_is_an_error(host, server, series):
    server.page = 2
    refuse(server, "offset=4")

    with pytest.raises(MetadataReadError, match="400"):
        list(host.find_images(f"{server.base}/instances?PatientID=P7"))


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_is_no_matter_of_the_query_is_asked_once(host, server, series, status):
    refuse(server, "limit", status)

    with pytest.raises(MetadataReadError, match=str(status)):
        list(host.find_images(f"{server.base}/studies?PatientID=P7"))
    assert len(server.requests) == 1


def test_the_searches_of_a_study_are_made_when_they_are_needed(host, server, archive):
    ids = iter(host.find_images(f"{server.base}/studies"))

    assert next(ids) == archive["scout"]
    assert "/studies/1.2.5/series" not in server.asked()


def test_an_image_with_uids_that_are_none_is_passed_over(host, server, series):
    bad = {**server.images[0].json, "00080018": {"vr": "UI", "Value": ["../../admin"]}}
    server.instead = lambda handler: (
        handler.answer_json([bad, server.images[1].json]) is None
        if "/instances" in handler.path
        else False
    )

    assert list(host.find_images(f"{server.base}/instances?PatientID=P7")) == [series[1]]


@pytest.mark.parametrize("source", ["", "/", "/patients/7", "/studies/1.2/instances/1.2.3"])
def test_a_whole_server_and_what_is_no_place_of_images_are_refused(host, server, source):
    with pytest.raises(
        MetadataReadError, match=r"neither a series, .*, nor a study, .*, nor a sea"
    ):
        host.find_images(server.base + source)
    assert server.requests == []


def test_what_is_no_url_is_left_to_others(host):
    with pytest.raises(MetadataNotFoundError, match="no plugin finds images in 'ftp://pacs/a'"):
        host.find_images("ftp://pacs/a")


def test_a_server_that_is_not_configured_is_left_to_others(host):
    source = "https://bucket.example.org/ct"
    with pytest.raises(MetadataNotFoundError, match=f"{source}: host not configured"):
        host.find_images(source)

    class Buckets:
        @hookimpl
        def find_images(self, source):
            return [f"{source}/1.dcm"]

    for place in ("before", "behind"):
        other = Host()
        for plugin in (Buckets(), DicomWeb())[:: 1 if place == "before" else -1]:
            other.register(plugin)
        assert list(other.find_images(source)) == [f"{source}/1.dcm"]


def test_a_query_is_in_no_error(host, server):
    server.instead = lambda handler: handler.answer(500, b"", "text/plain") is None

    with pytest.raises(MetadataReadError) as raised:
        list(host.find_images(f"{server.base}/studies?PatientName=Abel^Ann"))
    assert "Abel" not in str(raised.value)
    with pytest.raises(MetadataNotFoundError) as not_found:
        host.find_images("https://ann:s3cret@pacs/studies?PatientName=Abel^Ann")
    assert "Abel" not in str(not_found.value)
    assert "s3cret" not in str(not_found.value)
