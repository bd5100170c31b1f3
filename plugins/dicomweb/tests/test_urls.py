"""Which URLs are one, which are refused, and what is within what."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaprov_dicomweb.server.urls import parse, parsed, reference
from metaprov_dicomweb.services.wado_rs import image_url

IMAGE = "studies/1.2/series/1.2.3/instances/1.2.3.4"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://pacs/dicom-web", "HTTPS://PACS/dicom-web"),
        ("https://pacs/dicom-web/", "HTTPS://PACS/dicom-web/"),
        ("https://pacs/dicom-web", "https://pacs:443/dicom-web"),
        ("http://pacs", "http://pacs:80/"),
        ("https://pacs./a", "https://pacs/a"),
        ("https://pacs/a-b", "https://pacs/%61%2Db"),
        ("https://pacs/%c3%a4", "https://pacs/%C3%A4"),
        ("https://pacs/%c3%a4", "https://pacs/ä"),
        ("https://pacs/a b?c=d e", "https://pacs/a%20b?c=d%20e"),
        ("https://pacs?PatientName=M%c3%bcller", "https://pacs/?PatientName=Müller"),
        ("https://pacs/1.2/v1%2E0", "https://pacs/1%2e2/v1.0"),
        ("https://pacs?a=50%", "https://pacs?a=50%25"),
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
        ("https://pacs/a", "https://pacs/a/"),
        ("https://pacs/a?b=1+2", "https://pacs/a?b=1%202"),
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
        "https://pacs/a\tb",
        "https://pacs/a\u202eb",
        "https://pa cs/a",
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
        ("https://pacs/dicom-web/", True),
        ("https://pacs/dicom-web/studies/", True),
    ],
)
@pytest.mark.parametrize("base", ["https://pacs/dicom-web", "https://pacs/dicom-web/"])
def test_a_url_is_within_another_by_whole_segments(base, url, is_within):
    assert parsed(url).is_within(parsed(base)) is is_within


@given(st.text(alphabet="./%25eEfFcC;\\@:ab?#", max_size=30))
def test_whatever_a_reference_is_it_has_no_step_upwards(text):
    page = parse("https://pacs/dicom-web/studies/1")
    try:
        url = reference(page, text)
    except ValueError:
        return

    path = "/".join(url.path)
    for _ in range(10):
        path = unquote(path)
    parts = path.replace("\\", "/").split("/")
    assert {".", ".."}.isdisjoint(part.partition(";")[0] for part in parts)
    assert reference(page, str(url)) == url


def test_a_relative_reference_is_that_of_the_page():
    page = parsed("https://pacs/dicom-web/studies/1/metadata")

    assert str(reference(page, "bulk/3")) == "https://pacs/dicom-web/studies/1/bulk/3"
    assert str(reference(page, "/dicom-web/b")) == "https://pacs/dicom-web/b"
    assert str(reference(page, "https://other/b")) == "https://other/b"
    with pytest.raises(ValueError, match="it has a user"):
        reference(page, "https://user@pacs/b")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("../../bulk/3", "https://pacs/dicom-web/bulk/3"),
        ("../../../../bulk/3", "https://pacs/bulk/3"),
        ("./b", "https://pacs/dicom-web/studies/1/b"),
        ("b/", "https://pacs/dicom-web/studies/1/b/"),
        ("b/..", "https://pacs/dicom-web/studies/1/"),
        ("a//b", "https://pacs/dicom-web/studies/1/a//b"),
        ("a%2fb", "https://pacs/dicom-web/studies/1/a%2Fb"),
        ("a%3Fb%25c%3bd", "https://pacs/dicom-web/studies/1/a%3Fb%25c%3Bd"),
        ("b#fragment", "https://pacs/dicom-web/studies/1/b"),
        (" b c?d=e f ", "https://pacs/dicom-web/studies/1/b%20c?d=e%20f"),
        ("M\u00fcller", "https://pacs/dicom-web/studies/1/M%C3%BCller"),
        ("/", "https://pacs"),
        ("?a=b", "https://pacs/dicom-web/studies/1/metadata?a=b"),
        ("", "https://pacs/dicom-web/studies/1/metadata"),
        ("//other/b", "https://other/b"),
    ],
)
def test_a_reference_is_resolved_and_may_have_what_object_stores_have(text, url):
    assert str(reference(parse("https://pacs/dicom-web/studies/1/metadata"), text)) == url


@pytest.mark.parametrize(
    "text",
    [
        "/dicom-web/%2e%2e/admin",
        "/dicom-web/..%2fadmin",
        "/dicom-web/a%2f..%2f..%2fadmin",
        "/dicom-web/a%5c..%5c..%5cadmin",
        "/dicom-web/%252e%252e/admin",
        "/dicom-web/%25252e%25252e%25252fadmin",
        "/dicom-web/..;a=b/admin",
        "/dicom-web/%2e%2e%3b/admin",
        "/dicom-web/..%20/admin",
        "/dicom-web/%c0%ae%c0%ae/admin",
        "/dicom-web/%ef%bc%8e%ef%bc%8e/admin",
        "/dicom-web/%e2%80%a5/admin",
        "/dicom-web/a%00b",
        "/dicom-web/a%0d%0aHost:%20evil",
        "/dicom-web/%u002e%u002e/admin",
        "/dicom-web/..%3fx/admin",
        "/dicom-web/..%23x/admin",
        "/dicom-web/..%e2%80%8b/admin",
        "/dicom-web/%c2%ad../admin",
        "/dicom-web/%f8%80%80%80%ae%f8%80%80%80%ae/admin",
        f"/dicom-web/%{'25' * 200_000}2e",
        "/dicom-web\\..\\admin",
        "https://pacs/dicom-web/../admin",
        "https://pacs/dicom-web/./admin",
        "https:/dicom-web/b",
        "data:text/plain,b",
        "/dicom-web/a\r\nHost: evil",
    ],
)
def test_a_reference_that_may_step_out_is_refused_however_it_is_written(text):
    with pytest.raises(ValueError, match=r"^it "):
        reference(parse("https://pacs/dicom-web/studies/1/metadata"), text)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://pacs/a#b", "fragment .* %23"),
        ("https://pacs//a", "an empty segment, //"),
        ("https://pacs/a/%2e%2e/b", "a step"),
        ("https://pacs/a%2fb", "an encoded separator or control character, %2f"),
        ("https://pacs/a%zz", "a % without"),
        ("https://ann:s3cret@pacs/a", "a user or a password"),
        ("https://pacs\\a", "a backslash"),
        ("https://pacs/a\nb", "a character that cannot be seen"),
        ("https://p\u00e4cs/a", "xn--"),
        ("pacs/a", "is not http"),
    ],
)
def test_the_reason_for_a_refusal_is_told_and_quotes_no_secret(url, reason):
    with pytest.raises(ValueError, match=reason) as raised:
        parse(url)
    assert "s3cret" not in str(raised.value)


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
        "studies/1.2/series/1.2.3/instances/1.2;a",
        "studies/1.2/instances/1.2.3.4",
        "instances/1.2.3.4",
        "",
    ],
)
def test_an_id_with_anything_else_than_uids_names_no_image(path):
    assert image_url(f"wadors:https://pacs/dicom-web/{path}") is None
