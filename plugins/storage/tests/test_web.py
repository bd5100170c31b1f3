"""Files on a web server: with ranges and without, redirected, refused."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

import metaprov_storage
from metaprov_core import MetadataNotFoundError, MetadataReadError
from metaprov_dicom import DATASET, FRAME_PIXEL_DATA, INSTANCE, SERIES_IMAGE_IDS


@pytest.fixture
def image_id(web, ct):
    web.files["/data/1.dcm"] = ct(1)
    return f"{web.url}/data/1.dcm"


def test_loopback_is_not_asked_unless_it_is_named(host, web, image_id):
    metaprov_storage.configure("https://data.example.org/")

    assert host.get(INSTANCE, image_id) is None
    assert "is not configured" in str(host.explain(INSTANCE, image_id))
    with pytest.raises(MetadataNotFoundError, match="is not configured"):
        list(host.find_images(image_id))
    assert web.asked == []


@pytest.mark.parametrize("url", ["http://", "https://", "https:///path"])
def test_all_web_servers_cannot_be_configured_at_once(url):
    with pytest.raises(ValueError, match="is no place: it names no host"):
        metaprov_storage.configure(url)


@pytest.mark.parametrize("has_ranges", [True, False])
def test_a_file_is_read_by_ranges_where_there_are_any(host, web, image_id, has_ranges):
    metaprov_storage.configure(f"{web.url}/data/")
    web.has_ranges = has_ranges

    assert host.get(INSTANCE, image_id)["InstanceNumber"] == 1
    assert web.asked == [("/data/1.dcm", "bytes=0-8191")]
    assert host.get(FRAME_PIXEL_DATA, image_id).data == bytes([1]) * (64 * 128 * 2)
    assert list(host.find_images(image_id)) == [image_id]


def test_a_file_is_not_read_on_where_there_are_no_ranges(host, web, ct):
    web.files["/data/1.dcm"] = ct(1) + bytes(50_000_000)
    web.has_ranges = False
    metaprov_storage.configure(web.url)
    image_id = f"{web.url}/data/1.dcm"

    assert host.get(INSTANCE, image_id)["InstanceNumber"] == 1


def test_a_zip_is_read_where_it_is(host, web, ct):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/1.dcm", ct(1))
    web.files["/ct.zip"] = file.getvalue()
    metaprov_storage.configure(web.url)

    assert list(host.find_images(f"{web.url}/ct.zip")) == [f"zip://a/1.dcm::{web.url}/ct.zip"]


def test_the_page_of_a_folder_tells_its_files_and_no_others(host, web, ct):
    links = ("1.dcm", "/data/2.dcm", "/other/3.dcm", "http://127.0.0.1:1/data/4.dcm", "../5.dcm")
    web.files["/data/"] = "".join(f'<a href="{each}">x</a>' for each in links).encode()
    for number in (1, 2):
        web.files[f"/data/{number}.dcm"] = ct(number)
    web.files["/away/"] = "http://127.0.0.1:1/data/"
    metaprov_storage.configure(web.url)

    assert list(host.find_images(f"{web.url}/data/")) == [
        f"{web.url}/data/{number}.dcm" for number in (1, 2)
    ]
    with pytest.raises(MetadataReadError):
        list(host.find_images(f"{web.url}/away/"))


def test_a_redirection_is_followed_to_what_is_configured_alone(host, web, image_id):
    web.files["/here.dcm"] = "/data/1.dcm"
    web.files["/there.dcm"] = "http://127.0.0.1:1/1.dcm"
    web.files["/round.dcm"] = "/round.dcm"
    metaprov_storage.configure(web.url)

    assert host.get(INSTANCE, f"{web.url}/here.dcm")["InstanceNumber"] == 1
    with pytest.raises(MetadataReadError, match=r"redirects to .*, which is not configured"):
        host.get(INSTANCE, f"{web.url}/there.dcm")
    with pytest.raises(MetadataReadError, match="redirects without end"):
        host.get(INSTANCE, f"{web.url}/round.dcm")


def test_what_logs_in_to_one_place_is_sent_to_no_other(host, web, image_id):
    web.files["/here/1.dcm"] = "/data/1.dcm"
    metaprov_storage.configure(f"{web.url}/here/", headers={"X-Key": "of-here", "X-Here": "1"})
    metaprov_storage.configure(f"{web.url}/data/", headers={"X-Key": "of-data"})

    assert host.get(INSTANCE, f"{web.url}/here/1.dcm")["InstanceNumber"] == 1
    sent = [(headers.get("X-Key"), headers.get("X-Here")) for headers in web.sent]
    assert sent == [("of-here", "1"), ("of-data", None)]


def test_a_redirection_leads_to_no_bucket(host, web):
    web.files["/1.dcm"] = "s3://images/1.dcm"
    metaprov_storage.configure(web.url)
    metaprov_storage.configure("s3://images/")

    with pytest.raises(MetadataReadError, match=r"redirects to s3://images/1\.dcm, which is not"):
        host.get(INSTANCE, f"{web.url}/1.dcm")


def test_a_busy_server_is_asked_again(host, web, image_id):
    metaprov_storage.configure(web.url)
    web.faults = [503, 500]

    assert host.get(INSTANCE, image_id)["InstanceNumber"] == 1
    assert len(web.asked) == 3


def test_a_query_is_sent_and_not_shown(host, web, image_id):
    metaprov_storage.configure(web.url)
    web.faults = [403]
    with pytest.raises(metaprov_storage.StoreStatusError) as raised:
        host.get(INSTANCE, f"{image_id}?signature=abcdef")

    assert web.asked[0][0] == "/data/1.dcm?signature=abcdef"
    assert "abcdef" not in str(raised.value)
    assert raised.value.status == 403


@pytest.mark.parametrize("type", [INSTANCE, DATASET, SERIES_IMAGE_IDS, FRAME_PIXEL_DATA])
def test_a_query_is_not_shown_where_a_frame_is_not_there(host, web, image_id, type):
    metaprov_storage.configure(web.url)
    with pytest.raises(MetadataReadError, match="no frame 9") as raised:
        host.get(type, f"{image_id}?signature=abcdef&frame=9")

    assert raised.value.source == image_id


def test_user_and_password_do_not_belong_into_an_id(host, web):
    metaprov_storage.configure(web.url)
    image_id = web.url.replace("//", "//ann:secret-word@") + "/data/1.dcm"

    assert host.get(INSTANCE, image_id) is None
    assert "user and password do not belong into a URL" in str(host.explain(INSTANCE, image_id))
    assert web.asked == []
