"""The documentation as it is built: links, signatures, what a page loads, what is refused."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from html import unescape
from importlib import metadata
from pathlib import Path

import pytest

pytest.importorskip("sphinx")
pytest.importorskip("sphinx_copybutton")

ROOT = Path(__file__).parents[1]
PLUGINS = [
    tomllib.loads(path.read_text())["project"]["name"]
    for path in ROOT.glob("plugins/*/pyproject.toml")
]


def build(source, target, builder):
    for name in PLUGINS:
        if not any(metadata.distributions(name=name)):
            pytest.skip(f"{name} is not installed")
    options = ("--quiet", "--fresh-env", "--fail-on-warning", "--keep-going", "-b", builder)
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *options, source, target],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    target = tmp_path_factory.mktemp("docs")
    built = build(ROOT / "docs", target, "html")
    assert built.returncode == 0, built.stderr
    return lambda name: (target / name).read_text("utf-8")


@pytest.fixture(scope="module")
def links(page):
    """The names in the text of a page that are links, and where they lead."""

    def links_of(name):
        text = page(name).partition("<article")[2].partition("</article>")[0]
        found = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(<code.*?</code>)</a>', text, re.DOTALL)
        return {(unescape(re.sub("<[^>]+>", "", words)), target) for target, words in found}

    return links_of


@pytest.mark.parametrize(
    ("name", "text", "target"),
    [
        ("index", '"imagePlaneModule"', "reference/answers/place.html#type-imageplanemodule"),
        ("asking/debug", "METAPROV_DISABLE", "../reference/environment.html#METAPROV_DISABLE"),
        ("asking/debug", "metaprov get", "../reference/command-line.html#metaprov-get"),
        ("reference/asking", "metaprov_core.types()", "#metaprov_core.Host.types"),
        ("reference/asking", "get", "#metaprov_core.Host.get"),
        ("reference/notes", "Note", "answers/values.html#metaprov_modules.Note"),
        ("reference/answers/classes", "KINDS", None),
        # Of a host and of a cache.
        ("explanation/caches", "get", None),
        # A field of several classes, and a word.
        ("reference/answers/place", "rows", None),
    ],
)
def test_a_name_in_backticks_is_a_link_where_it_is_clear(links, name, text, target):
    found = {leads_to for said, leads_to in links(f"{name}.html") if said == text}

    assert found == ({target} if target else set())


def test_a_signature_that_fits_stands_on_one_line(page):
    rows = dict(
        re.findall(
            r'<dt class="sig sig-object py" id="metaprov_core\.Host\.?(\w*)">(.*?)</dt>',
            page("reference/asking.html"),
            re.DOTALL,
        )
    )

    assert "<dl>" not in rows["type_of"]
    assert "<dl>" not in rows["call_order"]
    assert "<dl>" in rows["prefetch"]


def test_a_field_has_its_names_type_unit_meaning_and_attribute(page):
    text = page("reference/answers/place.html")
    row = re.search(
        r'<tr[^>]*id="metaprov_modules\.ImagePlaneModule\.pixel_spacing">(.*?)</tr>',
        text,
        re.DOTALL,
    )
    said = " ".join(re.sub(r"<[^>]+>", " ", row[1]).split())

    assert said == (
        "pixel_spacing JSON pixelSpacing tuple[float, ...] | None in mm Between rows, then between "
        "columns. PixelSpacing (0028,0030)"
    )


def test_pages_show_the_version_straight_quotes_and_nothing_from_elsewhere(page):
    for name in ("index.html", "tutorial.html", "changelog.html", "reference/notes.html"):
        text = page(name)
        assert f"metaprov {metadata.version('metaprov-core')}" in text
        assert not re.search("[\u2018\u2019\u201c\u201d]", text)
        assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?//', text)
        assert "copybutton.js" in text


def test_the_list_of_packages_has_what_they_bring(page):
    text = re.sub(r"<[^>]+>", " ", page("reference/packages.html"))
    words = " ".join(text.split())

    assert "metaprov-nifti" in words
    assert "claims files: .hdr , .nii , .nii.gz" in words


def test_the_changelog_is_a_page(page):
    assert "Unreleased" in page("changelog.html")


def test_a_build_fails_where_something_is_missing(tmp_path):
    ignored = shutil.ignore_patterns("_build", "__pycache__")
    docs = shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=ignored)
    shutil.copy(ROOT / "CHANGELOG.md", tmp_path)

    def take_out(name, line):
        path = docs / name
        assert re.search(line, path.read_text(), re.MULTILINE)
        path.write_text(re.sub(line, "", path.read_text(), flags=re.MULTILINE))

    take_out("reference/environment.md", r"^\| `METAPROV_STORAGE=.*\n")
    take_out("reference/answers/pixels.md", r"^(ecgModule|Overlay)\n")
    take_out("reference/notes.md", r"^```{note-codes}\n```\n")
    take_out("reference/answers/classes.md", r"^.. autofunction:: metaprov_modules.answer_of\n")

    built = build(docs, tmp_path / "built", "dummy")

    assert built.returncode != 0
    for said in (
        "METAPROV_STORAGE is read, and not on the page",
        "the type ecgModule is on no page",
        "the class Overlay is on no page",
        "the code startDateAssumed of a note is on no page",
        "metaprov_modules.answer_of is public, and on no page",
    ):
        assert said in built.stderr
