"""The documentation: what it tells to do is done, and nothing public is missing from it."""

from __future__ import annotations

import importlib
import inspect
import os
import re
import shlex
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import metaprov_core
from metaprov_core.hooks import specs

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.glob("**/*.md"))
BLOCK = re.compile(r"^```([\w{}-]+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: Blocks that nothing can be done with but read, as with a piece of a pyproject.toml.
READ = {"text", "csv", "mermaid"}
#: The plugins of this repository.
OURS = sorted(
    tomllib.loads(path.read_text())["project"]["name"]
    for path in ROOT.glob("plugins/*/pyproject.toml")
)
#: Plugins that come with what a page may tell to install.
PLUGINS = {
    "metaprov": ["metaprov-dicom", "metaprov-scaling"],
    "metaprov[dicomweb]": ["metaprov-dicom", "metaprov-scaling", "metaprov-dicomweb"],
    "metaprov[nifti]": ["metaprov-dicom", "metaprov-scaling", "metaprov-nifti"],
    "metaprov[serve]": [
        "metaprov-dicom",
        "metaprov-scaling",
        "metaprov-volume",
        "metaprov-serve",
    ],
    "metaprov[storage]": ["metaprov-dicom", "metaprov-scaling", "metaprov-storage"],
    "metaprov[volume]": ["metaprov-dicom", "metaprov-scaling", "metaprov-volume"],
    "metaprov-serve[notebook,decode]": ["anywidget"],
    "metaprov-table[report,dask]": [
        "metaprov-dicom",
        "metaprov-scaling",
        "metaprov-volume",
        "metaprov-table",
        "duckdb",
        "distributed",
    ],
}
DIRECTIVES = {
    "{answers}",
    "{command-line}",
    "{eval-rst}",
    "{findings}",
    "{include}",
    "{literalinclude}",
    "{note-codes}",
    "{packages}",
    "{toctree}",
    "{types}",
}

SESSION = """
# Of a page: the text of its sessions goes in, and what differs comes out.
import doctest, sys, traceback
# Before Python 3.11.5 or so, doctest compares the last line alone, which is a note.
lines_of = traceback.format_exception_only
traceback.format_exception_only = lambda *error: ["".join(lines_of(*error))]
flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
test = doctest.DocTestParser().get_doctest(sys.stdin.read(), {}, sys.argv[1], sys.argv[1], 0)
results = doctest.DocTestRunner(optionflags=flags).run(test)
sys.exit(1 if results.failed or not results.attempted else 0)
"""


class Reader:
    """Somebody who follows a page: writes its files, runs its commands, types its sessions.

    They have metaprov-core, and what the page tells them to install; and whatever they had before.
    """

    def __init__(self, folder, had):
        self.work = folder / "followed"
        self.installed = folder / "installed"
        for each in (self.work, self.installed):
            each.mkdir()
        self.packages = list(had)
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": f"{self.work}{os.pathsep}{self.installed}",
            "COLUMNS": "100",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def follow(self, page):
        session = ""
        for language, name, text in BLOCK.findall((DOCS / page).read_text()):
            if language == "pycon":
                session += text
                continue
            if language in READ | DIRECTIVES or (language == "toml" and not name):
                continue
            # What has changed is seen by an interpreter that is started after it.
            session = self.type(session, page)
            if name.startswith("file="):
                path = self.work / name.removeprefix("file=")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            else:
                assert language == "console", f"nobody runs this block:\n{text}"
                for command, output in _commands(text):
                    self.run(command, output)
        self.type(session, page)

    def type(self, session, page):
        """The sessions that follow each other are one; then the interpreter is left."""
        if session:
            said = self._run([sys.executable, "-c", SESSION, page], input=session)
            assert said.returncode == 0, said.stdout + said.stderr
        return ""

    def run(self, command, output):
        """Run a command; what the page shows of its output is what it prints."""
        if command.startswith("python -m pip install"):
            self.install(shlex.split(command)[4:])
            return
        # Words that the shell reads; the pages are ours.
        said = self._run(["sh", "-c", command])
        if output:
            assert _matches(output, said.stdout + said.stderr), said.stdout + said.stderr
        # A page may show what a command finds wrong, but no tests that fail.
        if not output or "pytest" in command:
            assert said.returncode == 0, said.stdout + said.stderr

    def install(self, what):
        """Install a folder without the network; packages are those that the tests came with."""
        for each in what:
            if each.startswith("."):
                pip = ("pip", "install", "--quiet", "--no-deps", "--no-index")
                options = ("--no-build-isolation", "--upgrade", "--target", self.installed)
                said = self._run([sys.executable, "-m", *pip, *options, each])
                assert said.returncode == 0, said.stderr
            elif not each.startswith("-"):
                names = PLUGINS.get(each) or [re.match(r"[\w-]+", each)[0]]
                for name in names:
                    _skip_without(name)
                self.packages += names

    def _plugins(self):
        """The distributions of plugins that they have, and no others."""
        here = [each.name.split("-")[0] for each in self.installed.glob("*.dist-info")]
        return [*here, *(each for each in self.packages if each in OURS)]

    def _run(self, command, **options):
        return subprocess.run(
            command,
            cwd=self.work,
            env={**self.environment, "METAPROV_ONLY": ",".join(self._plugins())},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            **options,
        )


def _commands(text):
    """The commands of a console block, each with what is shown below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command.partition("  #")[0], output


def _skip_without(distribution):
    if not any(metadata.distributions(name=distribution)):
        pytest.skip(f"{distribution} is not installed")


def _matches(shown, said):
    """Whether it is what was printed, but for spaces, times and what "..." stands for."""

    def plain(text):
        text = re.sub(r"\b\d+\.\d+( ms|s| slow)?(?=\s|$)", "0.0", text)
        return " ".join(re.sub(r"/[^\s:]*(?=/followed/)/followed", "", text).split())

    pattern = ".*".join(map(re.escape, plain(shown).split("...")))
    return re.search(pattern, plain(said), re.DOTALL) is not None


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_tells_to_do_works(page, tmp_path):
    Reader(tmp_path, had=()).follow(page)


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_tells_to_do_works_where_everything_is_installed(page, tmp_path):
    for name in OURS:
        _skip_without(name)

    Reader(tmp_path, had=OURS).follow(page)


def test_no_page_has_two_versions_of_a_passage():
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.glob("**/*.md")]
    assert [page for page in pages if re.search(r"^[<>]{7} ", page.read_text(), re.MULTILINE)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_one_title_and_is_short(page):
    text = (DOCS / page).read_text()
    outside_of_blocks = BLOCK.sub("", text)

    assert len(re.findall(r"^# ", outside_of_blocks, re.MULTILINE)) == 1
    assert len(outside_of_blocks.split()) < 900


def test_every_page_is_in_a_table_of_contents():
    listed = set()
    for page in PAGES:
        for language, _, entries in BLOCK.findall(_text(page)):
            if language == "{toctree}":
                lines = [line for line in entries.split() if not line.startswith(":")]
                listed |= {Path(page).parent.joinpath(each).as_posix() for each in lines}

    assert {page.removesuffix(".md") for page in PAGES} - listed == {"index"}


def test_every_link_leads_to_a_file():
    missing = [
        (page, link)
        for page in PAGES
        for link in re.findall(r"\]\((?!http)([^)#\s]+)[^)]*\)", _text(page))
        if not (DOCS / page).parent.joinpath(link).exists()
    ]

    assert missing == []


# -- nothing is missing

REFERENCE = "\n".join(path.read_text() for path in sorted((DOCS / "reference").glob("*.md")))


def _text(page):
    return (DOCS / page).read_text()


def _documented():
    """What the reference takes the docstrings of."""
    return set(re.findall(r"^\.\. auto\w+:: ([\w.]+)", REFERENCE, re.MULTILINE))


@pytest.mark.parametrize("hook", specs.__all__)
def test_every_hook_is_documented(hook):
    assert f"metaprov_core.hooks.specs.{hook}" in _documented()


@pytest.mark.parametrize("module", ["metaprov_core", "metaprov_core.testing"])
def test_every_public_name_is_documented(module):
    names = importlib.import_module(module).__all__
    methods = set(re.findall(r"^\| `metaprov_core\.(\w+)\(", REFERENCE, re.MULTILINE))
    documented = {*(each.removeprefix(f"{module}.") for each in _documented()), *methods}

    assert set(names) - documented == set()


def test_every_method_of_the_host_is_in_the_table_with_its_arguments():
    rows = dict(re.findall(r"^\| `metaprov_core\.(\w+)\((.*?)\)`", REFERENCE, re.MULTILINE))
    methods = {
        name: ", ".join(
            parameter.name
            if parameter.default is parameter.empty
            else f"{parameter.name}={parameter.default!r}"
            for parameter in inspect.signature(getattr(metaprov_core, name)).parameters.values()
        )
        for name in metaprov_core.__all__
        if inspect.ismethod(getattr(metaprov_core, name))
    }

    assert rows == methods
