"""``metaprov demo [FOLDER]``: images to try metaprov with, and what to try.

It needs typer and rich, which are there wherever the command line is.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from metaprov_core.cli.live import LiveOutput
from metaprov_core.cli.tables import print_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["app"]

app = typer.Typer(add_completion=False)

_FOLDER: Final = Path("metaprov-demo")
#: What the name of a file ends with while it is written, and after the process was killed.
_PART: Final = ".part"


class _Trial(NamedTuple):
    """A command to try."""

    command: str
    #: Its arguments: ``{folder}`` is that of the images, ``{beside}`` the same by its own name.
    arguments: tuple[str, ...]
    #: What it shows.
    shows: str
    #: What to install for it.
    package: str = "metaprov"
    #: A command of the package that it asks, where that is not the one that it runs.
    asks: str = ""

    def works_with(self, commands: frozenset[str]) -> bool:
        """Whether all that it needs is there."""
        return {self.command, self.asks or self.command} <= commands


_TRIALS: Final = (
    _Trial("get", ("imagePlaneModule", "{folder}/ct/1.dcm"), "where a slice lies, in mm"),
    _Trial("suv", ("{folder}/pet",), "the factors to SUV, and what they rest on"),
    _Trial(
        "explain",
        ("scalingModule", "{folder}/pet/1.dcm", "--fields"),
        "who answers, who else was asked, where the values come from",
        asks="suv",
    ),
    _Trial(
        "look", ("{folder}",), "the patients, studies and series of a folder", "metaprov[volume]"
    ),
    _Trial("volumes", ("{folder}",), "each series in space, and what is wrong", "metaprov[volume]"),
    _Trial(
        "convert",
        ("{folder}", "-o", "{beside}-nifti", "--preview"),
        "NIfTI in HU and SUV, with pictures",
        "metaprov[volume]",
    ),
    _Trial("serve", ("{folder}", "--open"), "the folder in a browser", "metaprov[serve]"),
    _Trial("table", ("{folder}", "-o", "{beside}.parquet"), "a row an image", "metaprov[table]"),
    _Trial("report", ("{beside}.parquet",), "a page of what is wrong", "metaprov[table]"),
)


@app.command(epilog="Example: metaprov demo scans/")
def demo(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where to write the images.")
    ] = _FOLDER,
) -> None:
    """Write CT, MR and PET of a phantom into a folder, and show what to try with them.

    What is in the folder stays as it is.
    """
    written = _write(folder)
    typer.echo(f"{folder}: {_said(written)}\n\nTry:\n")
    there = _commands(context.parent)
    print_rows(
        [(_line(trial, folder), trial.shows) for trial in _TRIALS if trial.works_with(there)],
        indent="  ",
    )
    missing = [trial for trial in _TRIALS if not trial.works_with(there)]
    for package in dict.fromkeys(trial.package for trial in missing):
        typer.echo(f'\nAfter  python -m pip install "{package}"\n')
        rows = [(_line(each, folder), each.shows) for each in missing if each.package == package]
        print_rows(rows, indent="  ")


def _commands(metaprov: Any) -> frozenset[str]:
    """The commands that there are, given the context of ``metaprov`` itself; none without one."""
    return frozenset(metaprov.command.list_commands(metaprov) if metaprov else ())


def _write(folder: Path) -> int:
    """Write the files that are not there, or empty; returns how many those are."""
    from .series import FILES, encoded

    _refuse_others(folder, FILES)
    written = 0
    with LiveOutput(lambda: f"{written} of {len(FILES)} images written"):
        for file in FILES:
            path = folder / file
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                if not path.exists() or path.stat().st_size == 0:
                    _write_whole(path, encoded(file))
                    written += 1
            except OSError as error:
                raise _refusal(f"cannot write {path}: {error.strerror or error}") from error
    return written


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: the next time half of one would count as there."""
    part = path.with_name(f"{path.name}{_PART}")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _refuse_others(folder: Path, files: tuple[str, ...]) -> None:
    """Raise typer.BadParameter for a folder with other files, or for what is no folder."""
    try:
        for path in _files_in(folder):
            if path.removesuffix(_PART) not in files:
                raise _refusal(f"{folder} has other files in it, {path} say: name another folder")
    except OSError as error:
        raise _refusal(f"cannot look into {folder}: {error.strerror or error}") from error


def _files_in(folder: Path) -> Iterator[str]:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise _refusal(f"{folder} is there, and is no folder: name another one")
    for path in folder.rglob("*"):
        if not path.is_dir():
            yield path.relative_to(folder).as_posix()


def _refusal(message: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint="FOLDER")


def _said(written: int) -> str:
    if not written:
        return "all images are there"
    return f"{written} image{'s' if written > 1 else ''} of a phantom, CT, MR and PET"


def _line(trial: _Trial, folder: Path) -> str:
    """The command, as a shell takes it."""
    # `.` is a folder, and `.-nifti` no name for what is made of it.
    beside = folder.parent / folder.resolve().name
    names = {"folder": _no_option(folder), "beside": _no_option(beside)}
    parts = ["metaprov", trial.command, *(each.format(**names) for each in trial.arguments)]
    return subprocess.list2cmdline(parts) if os.name == "nt" else shlex.join(parts)


def _no_option(path: Path) -> str:
    """A path as an argument: no command takes it for one of its options."""
    return f"{os.curdir}{os.sep}{path}" if str(path).startswith("-") else str(path)
