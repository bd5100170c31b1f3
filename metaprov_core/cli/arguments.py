"""The arguments and options that commands have in common, spelled and meant alike in all of them.

Commands of plugins use them, too: ``def suv(sources: Sources, *, as_json: AsJson = False)``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .completion import complete_type

__all__ = ["AnyImageIds", "AnyType", "AsJson", "ImageId", "ImageIds", "Output", "Sources", "Type"]


def _not_empty(value: str) -> str:
    if not value:
        raise typer.BadParameter("it is empty")
    return value


def _none_empty(values: list[str]) -> list[str]:
    return [_not_empty(value) for value in values]


Type = Annotated[
    str,
    typer.Argument(
        metavar="TYPE",
        help="What to ask for: imagePlaneModule ...",
        autocompletion=complete_type,
        callback=_not_empty,
    ),
]
AnyType = Annotated[
    str | None,
    typer.Argument(
        metavar="TYPE",
        help="The type to explain: its class, its plugins, and what each field means.",
        autocompletion=complete_type,
        callback=lambda value: None if value is None else _not_empty(value),
    ),
]
ImageId = Annotated[
    str,
    typer.Argument(
        metavar="IMAGE_ID",
        help="A path, or an id: dicomfile:..., wadors:...",
        callback=_not_empty,
    ),
]
ImageIds = Annotated[
    list[str],
    typer.Argument(
        metavar="IMAGE_ID...",
        help="Paths, or ids: dicomfile:..., wadors:...; - reads them from standard input, one a "
        "line.",
        callback=_none_empty,
    ),
]
AnyImageIds = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="IMAGE_ID...",
        help="Images that every provider is asked about, to find where two disagree.",
        callback=lambda values: _none_empty(values or []),
    ),
]
Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE...",
        help="Folders, files, or the URLs of series.",
        callback=_none_empty,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write to this file instead of the terminal."
    ),
]
