"""Nothing is asked that is not configured, and nobody hears of secrets."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

import metaprov_storage
from metaprov_core import MetadataReadError
from metaprov_dicom import INSTANCE
from metaprov_storage.places.environment import places_in
from metaprov_storage.places.links import links_of
from metaprov_storage.places.masking import masked
from metaprov_storage.places.settings import configured_place
from metaprov_storage.provider import Storage

NOTHING_IMPORTED = """
import sys, metaprov_core
for image_id in ("s3://private/1.dcm", "gs://private/1.dcm", "https://169.254.169.254/latest"):
    assert metaprov_core.get("instance", image_id) is None
    assert "is not configured" in str(metaprov_core.explain("instance", image_id))
print({"fsspec", "s3fs", "aiohttp", "botocore"} & set(sys.modules))
"""


def test_what_is_not_configured_is_not_asked_and_imports_no_backend():
    done = subprocess.run(
        [sys.executable, "-c", NOTHING_IMPORTED], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    ("url", "is_in"),
    [
        ("s3://images/ct/1.dcm", True),
        ("s3://images/ct/deep/1.dcm", True),
        ("s3://images/ct", True),
        ("s3://images/ct2/1.dcm", False),
        ("s3://images/1.dcm", False),
        ("s3://images2/ct/1.dcm", False),
        ("gs://images/ct/1.dcm", False),
        ("zip://1.dcm::s3://images/ct/a.zip", True),
        ("zip://s3://images/ct/::s3://private/a.zip", False),
        ("zip://1.dcm::zip://a.zip::s3://private/a.zip", False),
    ],
)
def test_a_place_is_everything_below_its_url(url, is_in):
    metaprov_storage.configure("s3://images/ct/")

    assert (configured_place(links_of(url)[-1]) is not None) == is_in


@pytest.mark.parametrize(
    "url",
    [
        "s3://images/../private/1.dcm",
        "s3://images/%2e%2E/private/1.dcm",
        "https://data.example.org/a/../../1.dcm",
        "https://data.example.org/a/..%2f..%2F1.dcm",
        "https://data.example.org/a%2f%2e%2e%2f1.dcm",
        "https://data.example.org/a/%252e%252e/1.dcm",
        "https://data.example.org/a/..;/1.dcm",
        "https://data.example.org/a/..%3bx=1/1.dcm",
        "https://data.example.org/a/..%5c1.dcm",
        "https://data.example.org/a/%00/1.dcm",
        "s3://images/a\\b",
        "zip://1.dcm::s3://images/../private/a.zip",
    ],
)
def test_a_detour_is_never_asked(host, url):
    metaprov_storage.configure("s3://images/")
    metaprov_storage.configure("https://data.example.org/")

    assert host.get(INSTANCE, url) is None
    assert "its path has" in str(host.explain(INSTANCE, url))


def test_of_two_places_the_longer_one_counts():
    metaprov_storage.configure("s3://", anon=True)
    metaprov_storage.configure("s3://images/ct/", key="a-key")
    (inner,), (outer,) = links_of("s3://images/ct/1.dcm"), links_of("s3://images/1.dcm")

    assert configured_place(inner).options == {"key": "a-key"}
    assert configured_place(outer).options == {"anon": True}
    metaprov_storage.configure()
    assert configured_place(inner) is None


@pytest.mark.parametrize(
    "url", ["", "/data", "ftp://x/", "zip://a::/b.zip", "images", "https://u:p@h/"]
)
def test_what_is_no_place_cannot_be_configured(url):
    with pytest.raises(ValueError, match="is no place"):
        metaprov_storage.configure(url)


def test_the_environment_names_places(monkeypatch):
    monkeypatch.setenv("METAPROV_STORAGE", "s3://images/, gs://others/ct/")

    assert configured_place(links_of("s3://images/1.dcm")[0]) is not None
    assert configured_place(links_of("gs://others/ct/1.dcm")[0]) is not None
    assert configured_place(links_of("gs://others/1.dcm")[0]) is None


def test_a_file_names_places_with_their_options(monkeypatch, tmp_path):
    file = tmp_path / "places.toml"
    file.write_text('[[places]]\nurl = "s3://images/"\nanon = true\n')
    monkeypatch.setenv("METAPROV_STORAGE", str(file))

    assert configured_place(links_of("s3://images/1.dcm")[0]).options == {"anon": True}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("secret-word = ", "is not TOML"),
        ("x = 1", r"has no \[\[places\]\]"),
        ("[[places]]\nanon = true", "needs a url"),
        ('[[places]]\nurl = "/data"', "is no place"),
    ],
)
def test_a_file_that_is_wrong_is_told(host, monkeypatch, tmp_path, content, said):
    file = tmp_path / "places.toml"
    file.write_text(content)
    monkeypatch.setenv("METAPROV_STORAGE", str(file))
    places_in.cache_clear()

    with pytest.raises(MetadataReadError, match=f"METAPROV_STORAGE: .*{said}") as raised:
        host.get(INSTANCE, "s3://images/1.dcm")
    assert "secret-word" not in str(raised.value)


def test_a_package_that_is_not_there_is_named(host, monkeypatch):
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    metaprov_storage.configure("gs://images/")

    with pytest.raises(MetadataReadError, match="gs: needs gcsfs: python -m pip install gcsfs"):
        host.get(INSTANCE, "gs://images/1.dcm")


def test_settings_travel_to_other_processes_without_their_secrets():
    metaprov_storage.configure(
        "s3://images/", anon=False, endpoint_url="http://127.0.0.1:9", key="a-key", secret="a-word"
    )
    settings = pickle.dumps(Storage().copy_settings())

    assert b"a-key" not in settings
    assert b"a-word" not in settings
    metaprov_storage.configure()
    pickle.loads(settings)()
    options = configured_place(links_of("s3://images/1.dcm")[0]).options
    assert options == {"anon": False, "endpoint_url": "http://127.0.0.1:9"}


def test_an_endpoint_among_the_options_of_a_client_is_no_secret():
    client = {"endpoint_url": "http://127.0.0.1:9", "region_name": "eu-west-1"}
    secret = {"aws_secret_access_key": "a-word"}
    metaprov_storage.configure("s3://images/", client_kwargs={**client, **secret})
    settings = Storage().copy_settings()

    assert masked("a-word: no bucket in eu-west-1") == "...: no bucket in eu-west-1"
    metaprov_storage.configure()
    settings()
    options = configured_place(links_of("s3://images/1.dcm")[0]).options
    assert options == {"client_kwargs": client}


@pytest.mark.parametrize("said", ["a/b+c word==", "a/b%2Bc%20word%3D%3D", "a%2Fb%2Bc+word%3D%3D"])
@pytest.mark.parametrize(
    "option",
    [
        {"key": "a/b+c word=="},
        {"connection_string": "DefaultEndpointsProtocol=https;AccountKey=a/b+c word==;X=1"},
    ],
)
def test_a_secret_is_masked_however_it_is_written(option, said):
    metaprov_storage.configure("abfs://images/", **option)

    assert masked(f"https://h/?{said}") == "https://h/?..."
    assert masked(f"<{said}> of https://h/") == "<...> of https://h/"


@pytest.mark.parametrize(
    "url",
    ["https://ann:secret-word@h/", "ftp://ann:secret-word@h/", "https://ann:secret-word/x@h/"],
)
def test_a_url_that_is_no_place_is_told_without_its_password(url):
    with pytest.raises(ValueError, match="is no place") as raised:
        metaprov_storage.configure(url)

    assert "://...@h/" in str(raised.value)
    assert "secret-word" not in str(raised.value)


def test_a_process_keeps_the_secrets_that_it_has():
    metaprov_storage.configure("s3://images/", anon=True)
    settings = Storage().copy_settings()
    metaprov_storage.configure("s3://images/", key="a-key")
    settings()

    assert configured_place(links_of("s3://images/1.dcm")[0]).options == {"key": "a-key"}


def test_a_new_place_forgets_what_was_read_before(host, s3, ct):
    image_id = s3.store("1.dcm", ct())
    host.get(INSTANCE, image_id)
    metaprov_storage.configure()

    assert host.get(INSTANCE, image_id) is None


def test_a_place_shows_no_option():
    metaprov_storage.configure("s3://images/", secret="secret-word")

    assert "secret-word" not in repr(configured_place(links_of("s3://images/1.dcm")[0]))
