"""Endings of paths that plugins claim: which scheme a path has, and who is asked about it."""

from __future__ import annotations

import re
from functools import wraps

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metaprov_core import (
    Host,
    ProviderCache,
    base_image_id,
    hookimpl,
    image_ids,
    parse_image_id,
    with_frame,
)
from metaprov_core.schemes import Claim, Suffixes, problems, settle

CLAIMS = [
    Claim("metaprov-nifti", ".nii.gz", "nifti"),
    Claim("metaprov-nifti", ".nii", "nifti"),
    Claim("metaprov-nifti", ".hdr", "nifti"),
    Claim("toy", ".toy", "toy"),
    Claim("zipped", ".gz", "zipped"),
]


@pytest.fixture(scope="module", autouse=True)
def _claims():
    """The endings above are those that count in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("metaprov_core.schemes._Process.suffixes", Suffixes(CLAIMS))
        image_ids._parts.cache_clear()
        yield
    image_ids._parts.cache_clear()


@pytest.mark.parametrize(
    ("image_id", "scheme", "rest", "frame"),
    [
        ("/data/a.toy", "toy", "/data/a.toy", None),
        ("/data/a.TOY", "toy", "/data/a.TOY", None),
        ("/data/a.nii.gz", "nifti", "/data/a.nii.gz", None),
        ("/data/a.nii.gz?frame=12", "nifti", "/data/a.nii.gz", 12),
        ("/data/a.txt.gz", "zipped", "/data/a.txt.gz", None),
        ("/data/a.nii", "nifti", "/data/a.nii", None),
        ("/data/some: study/a.toy", "toy", "/data/some: study/a.toy", None),
        ("file:///data/with%20space.toy", "toy", "/data/with space.toy", None),
        ("FILE:///data/a%2Etoy?frame=2", "toy", "/data/a.toy", 2),
        ("C:\\data\\a.toy", "toy", "C:/data/a.toy", None),
        ("toy:/data/a.dcm", "toy", "/data/a.dcm", None),
        ("TOY:/data/a.toy?frame=3", "toy", "/data/a.toy", 3),
        ("dicomfile:/data/a.toy", "dicomfile", "/data/a.toy", None),
        ("/data/a.dcm", "dicomfile", "/data/a.dcm", None),
        ("/data/toy", "dicomfile", "/data/toy", None),
        ("/data/.toy", "dicomfile", "/data/.toy", None),
        ("/data.toy/a", "dicomfile", "/data.toy/a", None),
        ("/data/a.toy/frames/3", "dicomfile", "/data/a.toy/frames/3", None),
        ("https://host/a.toy", "https", "//host/a.toy", None),
        ("toy:https://host/a.toy?frame=3", "toy", "https://host/a.toy", 3),
        ("nifti:s3://bucket/a.nii", "nifti", "s3://bucket/a.nii", None),
        ("/data/a.nii&frame=3", "nifti", "/data/a.nii", 3),
        ("/data/a?b.toy", "toy", "/data/a?b.toy", None),
        ("", "dicomfile", "", None),
    ],
)
def test_the_scheme_of_an_image_id(image_id, scheme, rest, frame):
    id = parse_image_id(image_id)
    assert (id.scheme, id.rest, id.frame) == (scheme, rest, frame)
    assert id.base == f"{scheme}:{rest}"
    assert parse_image_id(id.base)[:2] == (scheme, id.base)


def test_every_spelling_of_a_path_has_one_base(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.toy"
    spellings = ["a.toy", str(path), path.as_uri(), "toy:a.toy", f"TOY:{path}", "a.toy?frame=2"]
    assert {base_image_id(each) for each in spellings} == {f"toy:{path}"}
    assert with_frame("a.toy", 3) == f"toy:{path}?frame=3"


@pytest.mark.parametrize("image_id", ["/data/instances/1.toy", "dicomfile:/data/instances/1"])
def test_the_frame_of_a_path_is_behind_a_question_mark_whatever_its_folders(image_id):
    frame = with_frame(image_id, 3)
    assert parse_image_id(frame).frame == 3
    assert base_image_id(frame) == base_image_id(image_id)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        (Claim("toy", ".dcm", "toy"), r"\.dcm stays dicomfile"),
        (Claim("toy", ".DCM", "toy"), r"\.dcm stays dicomfile"),
        (Claim("toy", "toy", "toy"), "an ending is a dot and what follows it"),
        (Claim("toy", ".", "toy"), "an ending is a dot and what follows it"),
        (Claim("toy", ".a/b", "toy"), "an ending is a dot and what follows it"),
        (Claim("toy", ".toy", "t"), "that is not a scheme"),
        (Claim("toy", ".toy", "file"), "that is not a scheme"),
        (Claim("toy", ".toy", "WadoRS"), "the ids of that scheme are URLs"),
        (Claim("toy", ".toy", "toy_provider:Toy"), "that is not a scheme"),
    ],
)
def test_a_claim_that_cannot_be_granted_is_a_warning(claim, reason):
    (problem,) = problems([claim])
    assert problem.startswith(f"toy claims paths that end in {claim.suffix!r} for {claim.scheme!r}")
    assert re.search(reason, problem)
    assert not Suffixes([claim])


def test_of_two_claims_to_one_ending_the_first_counts():
    claims = [Claim("one", ".toy", "toy"), Claim("other", ".TOY", "brick")]
    assert Suffixes(claims).scheme_of("/data/a.toy") == "toy"
    (problem,) = problems(claims)
    assert problem == (
        "other claims paths that end in '.TOY' for 'brick', which another distribution claims "
        "before it"
    )


def test_what_is_claimed_later_holds_in_a_new_process():
    later = [*CLAIMS, Claim("brick", ".brick", "brick")]
    settle(later)
    assert parse_image_id("/data/a.brick").scheme == "dicomfile"
    assert list(problems(CLAIMS)) == []
    (problem,) = problems(later)
    assert problem.endswith("for 'brick', which holds in a new process")


# -- who is asked

SCHEMES = ["dicomfile", "toy", "nifti", "wadors", "zipped"]
HEADS = [
    "/data/",
    "data/",
    "/da:ta/",
    "file:///data/",
    "C:\\data\\",
    "dicomfile:/data/",
    "DicomFile:/data/",
    "toy:/data/",
    "wadors:https://host/studies/1/series/2/instances/",
    "other:",
    "",
]
ENDINGS = [
    "",
    ".dcm",
    ".toy",
    ".TOY",
    ".nii.gz",
    ".gz",
    "y",
    "Z",
    ".json",
    "é",
    "y?frame=2",
    ".t%6Fy",
]
IDS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(HEADS),
    st.integers(0, 3),
    st.sampled_from(ENDINGS),
    st.sampled_from(["", "", "?frame=2", "&frame=2", "?v=1"]),
)


def provider(scheme):
    @hookimpl(types=["a"], schemes=[scheme])
    def get_metadata(image_id):
        return scheme, image_id

    return get_metadata


@settings(max_examples=300, deadline=None)
@given(
    declared=st.lists(st.sampled_from(SCHEMES), unique=True),
    runs=st.lists(
        st.lists(IDS, max_size=4)
        | st.builds(
            lambda head, end: [f"{head}{n}{end}" for n in range(9)],
            st.sampled_from(HEADS),
            st.sampled_from(ENDINGS),
        )
    ),
)
def test_the_providers_of_its_scheme_are_asked_about_an_id(declared, runs):
    host = Host()
    for scheme in declared:
        host.register(provider(scheme), scheme)
    ids = [image_id for run in runs for image_id in run]
    schemes = [parse_image_id(image_id).scheme for image_id in ids]
    expected = [
        (scheme, image_id) if scheme in declared else None
        for scheme, image_id in zip(schemes, ids, strict=True)
    ]
    for _ in range(2):
        assert [host.get("a", image_id) for image_id in ids] == expected
        assert host.get_many("a", ids) == expected
        for run in runs:
            assert host.get_many("a", run) == [host.get("a", image_id) for image_id in run]
    asked = [[each.name for each in host.call_order("a", image_id)] for image_id in ids]
    assert asked == [[answer[0]] if answer else [] for answer in expected]


# -- in a process of their own

TOY = """
    from metaprov_core import hookimpl

    @hookimpl(types=["name"], schemes=["TOY"])
    def get_metadata(image_id):
        return image_id
"""
ENTRY_POINTS = """\
[metaprov.providers]
toy = toy
[metaprov.suffixes]
.toy = toy
"""
PROGRAM = """
    import metaprov_core
    print(metaprov_core.get("name", "/data/a.toy"), metaprov_core.get("name", "/data/a.dcm"))
    print(metaprov_core.parse_image_id("/data/a.toy").scheme)
"""


def test_an_installed_plugin_is_asked_about_paths_with_the_ending_that_it_claims(site):
    site.install("toy", TOY, entry_points=ENTRY_POINTS)
    completed = site.run(PROGRAM)
    assert completed.stdout.splitlines() == ["/data/a.toy None", "toy"]
    assert completed.stderr == ""


@pytest.mark.parametrize("variable", ["METAPROV_DISABLE", "METAPROV_DISABLE_AUTOLOAD"])
def test_an_id_means_the_same_whatever_is_disabled_and_nothing_is_imported(site, variable):
    site.install("toy", "raise SystemExit('imported')", entry_points=ENTRY_POINTS)
    value = "toy" if variable == "METAPROV_DISABLE" else "1"
    completed = site.run(PROGRAM, **{variable: value})
    assert completed.stdout.splitlines() == ["None None", "toy"]


def test_claims_that_do_not_count_are_warnings_once_plugins_are_loaded(site):
    site.install("toy", TOY, entry_points=ENTRY_POINTS)
    site.install("brick", TOY, entry_points=ENTRY_POINTS.replace(".toy = toy", ".toy = brick"))
    completed = site.run(PROGRAM)
    assert completed.stdout.splitlines() == ["None None", "brick"]
    assert "toy claims paths that end in '.toy' for 'toy', which another distribution" in (
        completed.stderr
    )


def test_a_claim_that_is_installed_later_is_a_warning_at_refresh(site):
    host = site.host()
    host.load_plugins()
    entry_points = ENTRY_POINTS.replace("toy", "brick")
    site.install("brick", TOY.replace("TOY", "brick"), entry_points=entry_points)
    with pytest.warns(UserWarning, match="brick claims paths .* which holds in a new process"):
        host.refresh()
    assert parse_image_id("/data/a.brick").scheme == "dicomfile"


def test_relative_paths_of_two_schemes_are_two_images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cache = ProviderCache(10)
    cache.add("dicomfile:a.toy", 1)
    cache.add("a.toy", 2)
    cache.clear("toy:a.toy")
    assert (cache.get("dicomfile:a.toy"), cache.get("a.toy")) == (1, None)


def test_it_is_named_behind_a_decorator_too():
    def decorated(function):
        @wraps(function)
        def inner(*args):
            return function(*args)

        return inner

    class Failing:
        @hookimpl(types=["a"], schemes=["toy"])
        @decorated
        def get_metadata(self, image_id):
            raise OSError(image_id)

    host = Host()
    host.register(Failing(), "failing")
    with pytest.raises(OSError, match="toy") as caught:
        host.get("a", "/data/a.toy")
    assert caught.value.__notes__[0].startswith("raised by plugin failing in get_metadata('a'")


@pytest.mark.parametrize("image_id", ["/data/a.toy", "/da:ta/a.toy", "C:\\a.toy", "toy:/a.toy"])
def test_what_a_provider_of_a_claimed_path_raises_names_its_plugin(image_id):
    def fail(image_id):
        raise OSError(image_id)

    host = Host()
    host.register(hookimpl(types=["a"], schemes=["toy"])(fail), "failing")
    host.register(provider("dicomfile"), "files")
    for ask in (host.get, lambda type, image_id: host.get_many(type, [image_id])):
        with pytest.raises(OSError, match=r"a\.toy") as caught:
            ask("a", image_id)
        assert caught.value.__notes__[0].startswith("raised by plugin failing in get_metadata('a'")
