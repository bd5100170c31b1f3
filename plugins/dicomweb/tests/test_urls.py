"""Which URLs are one, which are refused, and what is within what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaprov_dicomweb.server.urls import joined, parsed
from metaprov_dicomweb.services.wado_rs import image_url

IMAGE = "studies/1.2/series/1.2.3/instances/1.2.3.4"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://pacs/dicom-web", "HTTPS://PACS/dicom-web/"),
        ("https://pacs/dicom-web", "https://pacs:443/dicom-web"),
        ("http://pacs", "http://pacs:80/"),
        ("https://pacs./a", "https://pacs/a"),
        ("https://pacs/a-b", "https://pacs/%61%2Db"),
        ("https://pacs/%c3%a4", "https://pacs/%C3%A4"),
        ("https://[::1]/a", "https://[::1]:443/a"),
    ],
)
def test_spellings_of_one_url_are_equal(one, other):
    assert parsed(one) == parsed(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://pacs/a", "http://pacs/a"),
        ("https://pacs/a", "https://pacs:8443/a"),
        ("https://pacs/a", "https://pacs.evil.org/a"),
        ("https://pacs/a", "https://pacs/A"),
        ("https://127.0.0.1/a", "https://2130706433/a"),
    ],
)
def test_urls_of_different_places_are_not(one, other):
    assert parsed(one) != parsed(other)


@pytest.mark.parametrize(
    "url",
    [
        "https://user:password@pacs/a",
        "https://pacs@evil.org/a",
        "https://pacs/a/../b",
        "https://pacs/a/./b",
        "https://pacs/a/%2e%2e/b",
        "https://pacs/a/%2E./b",
        "https://pacs/a/..;/b",
        "https://pacs/a//b",
        "https://pacs//a",
        "https://pacs/a%2fb",
        "https://pacs/a%5cb",
        "https://pacs/a%252e%252e/b",
        "https://pacs/a%00b",
        "https://pacs/a%3fb",
        "https://pacs/a%zz",
        "https://pacs/a%4",
        "https://pacs\\@evil.org/a",
        "https:\\\\pacs/a",
        "https://pacs/a#b",
        "https://pacs/a b",
        "https://pacs/a\nHost: evil.org",
        "https://pacs:99999/a",
        "https://pacs:/a",
        "https://pa%63s/a",
        "https://pаcs/a",  # noqa: RUF001 - a Cyrillic a
        "https:///a",
        "https:pacs/a",
        "//pacs/a",
        "ftp://pacs/a",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_url_that_is_not_what_it_seems_is_none(url):
    assert parsed(url) is None


@pytest.mark.parametrize(
    ("url", "is_within"),
    [
        ("https://pacs/dicom-web", True),
        ("https://PACS:443/dicom-web/studies?a=b", True),
        ("https://pacs/dicom-web-2/studies", False),
        ("https://pacs/dicom", False),
        ("https://pacs/", False),
        ("http://pacs/dicom-web/studies", False),
        ("https://pacs:444/dicom-web/studies", False),
        ("https://pacs.org/dicom-web/studies", False),
    ],
)
def test_a_url_is_within_another_by_whole_segments(url, is_within):
    assert parsed(url).is_within(parsed("https://pacs/dicom-web")) is is_within


@given(st.text(alphabet="./%25eEfFcC;\\@:ab?#", max_size=30))
def test_whatever_a_reference_is_it_has_no_step_upwards(reference):
    url = joined(parsed("https://pacs/dicom-web/studies/1"), reference)

    assert url is None or all(
        segment.partition(";")[0] not in ("", ".", "..") for segment in url.path
    )
    assert url is None or parsed(str(url)) == url


def test_a_relative_reference_is_that_of_the_page():
    page = parsed("https://pacs/dicom-web/studies/1/metadata")

    assert str(joined(page, "bulk/3")) == "https://pacs/dicom-web/studies/1/bulk/3"
    assert str(joined(page, "/dicom-web/b")) == "https://pacs/dicom-web/b"
    assert str(joined(page, "https://other/b")) == "https://other/b"
    assert joined(page, "https://user@pacs/b") is None


@pytest.mark.parametrize(
    "url",
    [f"https://pacs/{IMAGE}", f"https://pacs/dicom-web/{IMAGE}", f"https://pacs/a/b/{IMAGE}"],
)
def test_an_image_id_names_root_study_series_and_image(url):
    image = image_url(f"wadors:{url}/frames/3")

    assert (image.series.study, image.series.series, image.uid) == ("1.2", "1.2.3", "1.2.3.4")
    assert str(image.url) == url
    assert str(image.series.root) + f"/{IMAGE}" == url


@pytest.mark.parametrize(
    "path",
    [
        "studies/1.2/series/1.2.3",
        "studies/1.2/series/1.2.3/instances/..",
        "studies/../series/1.2.3/instances/1.2",
        "studies/1.2/series/1.2.3/instances/1..2",
        "studies/1.2/series/1.2.3/instances/.1",
        "studies/1.2/series/1.2.3/instances/1.",
        "studies/1.2/series/1.2.3/instances/abc",
        "studies/1.2/series/1.2.3/instances/" + "1" * 65,
        "studies/1.2/series/1.2.3/instances/1.2?x=y",
        "studies/1.2/series/1.2.3/instances/1.2;a",
        "studies/1.2/instances/1.2.3.4",
        "instances/1.2.3.4",
        "",
    ],
)
def test_an_id_with_anything_else_than_uids_names_no_image(path):
    assert image_url(f"wadors:https://pacs/dicom-web/{path}") is None
