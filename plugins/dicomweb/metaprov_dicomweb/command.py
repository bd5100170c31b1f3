"""``metaprov dicomweb --server URL COMMAND ...``: another command, with a server that may be asked.

With ``--prefetch`` the images that it is about are fetched first, side by side.

typer is not among the dependencies of this package: whoever has the command line has it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Final

import typer

import metaprov_core
from metaprov_core import hookimpl

from .headers.prefetch import fetched_ahead
from .server.settings import configure
from .services.wado_rs import image_url
from .services.wado_uri import object_url

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from rich.progress import Progress

__all__ = ["app"]

#: How an argument begins that names images on a server.
_OF_SERVERS: Final = ("wadors:", "wadouri:", "http:", "https:")

app = typer.Typer(add_completion=False)


@app.command(
    epilog="Example: metaprov dicomweb --server https://pacs/dicom-web find URL",
    context_settings={"allow_interspersed_args": False},
)
def dicomweb(
    context: typer.Context,
    command: Annotated[
        list[str],
        typer.Argument(metavar="COMMAND", help="Another command of metaprov, and its arguments."),
    ],
    *,
    server: Annotated[
        list[str],
        typer.Option(help="A DICOMweb server that may be asked; this option may be repeated."),
    ],
    prefetch: Annotated[
        bool,
        typer.Option(
            "--prefetch",
            help="First fetch, side by side, the images that the arguments of COMMAND name.",
        ),
    ] = False,
) -> None:
    """Run another command of metaprov that may ask a DICOMweb server.

    METAPROV_DICOMWEB_SERVERS does the same for all commands, and takes a file with credentials.
    """
    try:
        configure(server)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--server") from None
    if prefetch:
        _fetch([argument for argument in command[1:] if argument.lower().startswith(_OF_SERVERS)])
    metaprov = context.find_root().command
    # Its errors are reported as if it had been called directly.
    raise typer.Exit(metaprov.main(command, prog_name="metaprov", standalone_mode=False) or 0)


class _Found:
    """Finds again what was found before: a search of the command would fetch all anew."""

    def __init__(self) -> None:
        self.image_ids: Final[dict[str, list[str]]] = {}

    @hookimpl(wrapper=True)
    def find_images(self, source: str) -> Generator[None, Iterable[str] | None, object]:
        found = yield
        return self.image_ids.get(source, found)


def _fetch(arguments: Sequence[str]) -> None:
    """Fetch the images that arguments name. What is wrong with one, the command says."""
    found = _Found()
    image_ids = list(filter(_is_image, arguments))
    sources = [argument for argument in arguments if not _is_image(argument)]
    if sources:
        # First of all, as a new plugin lets all others forget what they have.
        metaprov_core.register(found, "prefetched images")
    with _progress() as progress:
        task = progress.add_task("finding images", total=None)

        def find(source: str) -> list[str]:
            ids = []
            for image_id in metaprov_core.find_images(source):
                ids.append(image_id)
                progress.advance(task)
            return ids

        for source, result in fetched_ahead(find, sources):
            with suppress(Exception):
                found.image_ids[source] = result()
                image_ids += found.image_ids[source]
        if not image_ids:
            if sources:
                metaprov_core.unregister(found)
            return
        progress.update(task, description="fetching images", completed=0, total=len(image_ids))
        metaprov_core.prefetch(
            image_ids, progress=lambda done, _: progress.update(task, completed=done)
        )


def _is_image(argument: str) -> bool:
    """Whether an argument is the id of an image, and no source of several."""
    if argument.lower().startswith("wadouri:"):
        return object_url(argument) is not None
    return argument.lower().startswith("wadors:") and image_url(argument) is not None


def _progress() -> Progress:
    """A bar on stderr, for as long as it takes, if that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
