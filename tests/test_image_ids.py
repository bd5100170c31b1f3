"""Image ids: scheme, base and frame of Cornerstone's forms."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from metaprov_core import (
    Host,
    MetadataReadError,
    ProviderCache,
    base_image_id,
    hookimpl,
    parse_image_id,
    with_frame,
)

WADO = "wadouri:https://host/wado?requestType=WADO&objectUID=1.2"
RS = "wadors:https://host/dicom-web/studies/1/series/2/instances/3"

FORMS = {
    "dicomfile:/data/a.dcm": ("dicomfile", "dicomfile:/data/a.dcm", None),
    "dicomfile:/data/a.dcm?frame=3": ("dicomfile", "dicomfile:/data/a.dcm", 3),
    "/data/a.dcm": ("dicomfile", "dicomfile:/data/a.dcm", None),
    "/data/a.dcm?frame=3": ("dicomfile", "dicomfile:/data/a.dcm", 3),
    "/data/10:30/a.dcm": ("dicomfile", "dicomfile:/data/10:30/a.dcm", None),
    "/data/with space.dcm": ("dicomfile", "dicomfile:/data/with space.dcm", None),
    "/data/100%25.dcm": ("dicomfile", "dicomfile:/data/100%25.dcm", None),
    "C:\\data\\a.dcm": ("dicomfile", "dicomfile:C:/data/a.dcm", None),
    "C:/data/a.dcm?frame=12": ("dicomfile", "dicomfile:C:/data/a.dcm", 12),
    "\\\\server\\share\\a.dcm": ("dicomfile", "dicomfile:\\\\server\\share\\a.dcm", None),
    "file:///data/a.dcm": ("dicomfile", "dicomfile:/data/a.dcm", None),
    "file:///data/with%20space.dcm?frame=2": ("dicomfile", "dicomfile:/data/with space.dcm", 2),
    "file://localhost/data/a.dcm": ("dicomfile", "dicomfile:/data/a.dcm", None),
    "file:/data/a.dcm": ("dicomfile", "dicomfile:/data/a.dcm", None),
    "file:///data/%FF.dcm": ("dicomfile", "dicomfile:/data/\udcff.dcm", None),
    "file:///C:/data/a.dcm": ("dicomfile", "dicomfile:C:/data/a.dcm", None),
    "FILE:///data/a.dcm": ("dicomfile", "dicomfile:/data/a.dcm", None),
    "file://server/share/a.dcm": ("dicomfile", "dicomfile://server/share/a.dcm", None),
    "/data/frames/3": ("dicomfile", "dicomfile:/data/frames/3", None),
    WADO: ("wadouri", WADO, None),
    f"{WADO}&frame=3": ("wadouri", WADO, 3),
    "wadouri:https://host/a.dcm?frame=3": ("wadouri", "wadouri:https://host/a.dcm", 3),
    RS: ("wadors", RS, None),
    f"{RS}/frames/3": ("wadors", RS, 3),
    "clinic:7": ("clinic", "clinic:7", None),
    "clinic:7?frame=1": ("clinic", "clinic:7", 1),
    "x-ray+1:7": ("x-ray+1", "x-ray+1:7", None),
    "scheme://imageId": ("scheme", "scheme://imageId", None),
    "clinic:": ("clinic", "clinic:", None),
}

FRAMES = st.integers(1, 10_000)
#: Ids of files, of servers and of nothing that is known, with and without a frame.
IDS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(
            ["", "/data/", "C:\\", "dicomfile:/", "file:///", "wadouri:https://h/", RS[:-1], "x:"]
        ),
        st.text(st.sampled_from("ab1:/\\.?&=%20 é"), max_size=12),
        st.sampled_from(["", "?frame=2", "&frame=2", "/frames/2", "?a=1&frame=2", "?frame=x"]),
    ),
)


@pytest.mark.parametrize(("image_id", "parts"), FORMS.items(), ids=FORMS)
def test_an_id_has_scheme_base_and_frame(image_id, parts):
    assert parse_image_id(image_id) == parts


def test_its_parts_have_names():
    parsed = parse_image_id("dicomfile:/data/a.dcm?frame=3")
    assert (parsed.scheme, parsed.base, parsed.frame) == ("dicomfile", "dicomfile:/data/a.dcm", 3)


@pytest.mark.parametrize(
    "spelling",
    [
        "/data/a b.dcm",
        "dicomfile:/data/a b.dcm",
        "file:///data/a%20b.dcm",
        "file:/data/a%20b.dcm",
        "/data/a b.dcm?frame=2",
        "dicomfile:/data/a b.dcm?frame=17",
    ],
)
def test_all_spellings_of_a_file_have_one_base(spelling):
    assert base_image_id(spelling) == "dicomfile:/data/a b.dcm"


@pytest.mark.parametrize(
    "spelling",
    ["a.dcm", "./a.dcm", ".//a.dcm?frame=2", "dicomfile:a.dcm", "file:a.dcm", "dicomfile:./a.dcm"],
)
def test_a_relative_path_is_one_in_the_working_directory(spelling, tmp_path, monkeypatch):
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        monkeypatch.chdir(folder)
        assert base_image_id(spelling) == base_image_id(str(folder / "a.dcm"))


def test_a_path_upwards_is_not_resolved(tmp_path, monkeypatch):
    # The folder may be a symbolic link, whose parent is another than its name tells.
    monkeypatch.chdir(tmp_path)
    assert base_image_id("../a.dcm") == f"dicomfile:{tmp_path}/../a.dcm"


@pytest.mark.parametrize(
    ("image_id", "framed"),
    [
        ("/data/a.dcm", "dicomfile:/data/a.dcm?frame=3"),
        ("/data/a.dcm?frame=2", "dicomfile:/data/a.dcm?frame=3"),
        (WADO, f"{WADO}&frame=3"),
        (f"{WADO}&frame=2", f"{WADO}&frame=3"),
        ("wadouri:https://host/a.dcm", "wadouri:https://host/a.dcm?frame=3"),
        (RS, f"{RS}/frames/3"),
        (f"{RS}/frames/2", f"{RS}/frames/3"),
    ],
)
def test_with_frame_is_the_id_of_that_frame_in_the_form_of_its_scheme(image_id, framed):
    assert with_frame(image_id, 3) == framed


@pytest.mark.parametrize("frame", [0, -1])
def test_there_is_no_frame_before_the_first(frame):
    with pytest.raises(ValueError, match=f"there is no frame {frame} of /data/a.dcm"):
        with_frame("/data/a.dcm", frame)


def test_a_frame_is_a_whole_number():
    with pytest.raises(TypeError):
        with_frame("/data/a.dcm", 1.5)


@pytest.mark.parametrize("parse", [parse_image_id, base_image_id, lambda each: with_frame(each, 1)])
def test_a_Path_is_a_TypeError_that_tells_to_pass_a_string(parse):
    with pytest.raises(TypeError, match=r"pass str\(path\)"):
        parse(Path("a.dcm"))


@given(IDS)
@example("dicomfile:file:///a?frame=2")
def test_the_base_of_a_base_is_itself(image_id):
    base = base_image_id(image_id)
    if parse_image_id(base).frame is None:
        assert base_image_id(base) == base


@given(IDS, FRAMES)
def test_the_frame_that_was_given_is_read_back(image_id, frame):
    assert parse_image_id(with_frame(image_id, frame)).frame == frame


@given(IDS, FRAMES)
def test_every_frame_of_an_image_has_the_base_of_the_image(image_id, frame):
    assert base_image_id(with_frame(image_id, frame)) == base_image_id(image_id)


@given(IDS, FRAMES, FRAMES)
def test_a_frame_takes_the_place_of_another(image_id, first, second):
    assert with_frame(with_frame(image_id, first), second) == with_frame(image_id, second)


@given(IDS)
def test_image_and_base_have_one_scheme(image_id):
    parsed = parse_image_id(image_id)
    assert parse_image_id(parsed.base).scheme == parsed.scheme


@given(st.text())
def test_any_text_can_be_parsed(text):
    parsed = parse_image_id(text)
    assert parsed.frame is None or parsed.frame >= 0


# -- relative paths


def test_a_relative_path_spelled_like_a_scheme_is_a_path_to_every_question():
    """By the part before the first colon alone, `get` asked the providers of that scheme."""
    host = Host()

    @hookimpl(schemes=["wadors"])
    def get_metadata():
        return "answered"

    host.register(get_metadata)
    assert host.get("any", "wadors") is None
    assert host.get_many("any", ["wadors", "/x"]) == [None, None]
    assert host.explain("any", "wadors").answer is None
    assert host.call_order("any", "wadors") == []
    assert host.get("any", "wadors:x") == "answered"


@pytest.fixture
def deleted_folder(tmp_path, monkeypatch):
    folder = tmp_path / "deleted"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()


@pytest.mark.usefixtures("deleted_folder")
def test_a_relative_path_in_a_deleted_folder_cannot_be_read():
    host = Host()
    cache = ProviderCache(5)

    @hookimpl
    def get_metadata(image_id):
        return cache.get(base_image_id(image_id), str.upper)

    host.register(get_metadata)
    for ask in (host.get, host.clear, host.changed):
        with pytest.raises(MetadataReadError, match=r"x\.dcm.*working directory"):
            ask("any", "x.dcm")
    assert host.get("any", "/data/x.dcm") == "DICOMFILE:/DATA/X.DCM"
