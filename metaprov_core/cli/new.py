"""`metaprov new`: a package with a provider of one's own, made from the template beside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

__all__ = ["new"]

_TEMPLATE: Final = Path(__file__).parents[1] / "template"


def new(
    name: Annotated[str, typer.Option(prompt="Name of the package", help="metaprov-clinic")],
    types: Annotated[
        str,
        typer.Option(
            prompt="Types that it answers, with commas in between",
            help="patientModule,generalSeriesModule",
        ),
    ],
    schemes: Annotated[
        str,
        typer.Option(
            prompt="Schemes of its image ids, empty for any",
            help="clinic; empty for images of any scheme",
        ),
    ] = "",
    output: Annotated[
        Path | None, typer.Option(help="The folder to make; by default the name.")
    ] = None,
) -> None:
    """Make a package with a provider of your own: typed, tested, found when it is installed."""
    try:
        import copier
    except ModuleNotFoundError as error:
        raise typer.BadParameter(
            "copier is not installed; run: python -m pip install 'metaprov-core[cli]'"
        ) from error
    folder = Path(name) if output is None else output
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise typer.BadParameter(f"{folder} exists: name another folder with --output")
    answers = {"name": name, "types": types, "schemes": schemes}
    try:
        copier.run_copy(str(_TEMPLATE), folder, data=answers, defaults=True, quiet=True)
    except ValueError as error:  # what the template's validators say of an answer
        raise typer.BadParameter(" ".join(str(error).split())) from error
    typer.echo(
        f"{folder} is made; next:\n"
        f"  cd {folder}\n"
        "  python -m pip install --editable . --group test\n"
        "  python -m pytest"
    )
