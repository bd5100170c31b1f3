"""``metaprov dicomweb --server URL COMMAND ...``: another command, with a server that may be asked.

typer is not among the dependencies of this package: whoever has the command line has it.
"""

from __future__ import annotations

from typing import Annotated

import typer

from .server.settings import configure

__all__ = ["app"]

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
) -> None:
    """Run another command of metaprov that may ask a DICOMweb server.

    METAPROV_DICOMWEB_SERVERS does the same for all commands, and takes a file with credentials.
    """
    try:
        configure(server)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--server") from None
    metaprov = context.find_root().command
    # Its errors are reported as if it had been called directly.
    raise typer.Exit(metaprov.main(command, prog_name="metaprov", standalone_mode=False) or 0)
