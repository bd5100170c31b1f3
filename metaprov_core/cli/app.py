"""The commands: each puts one question to the default host, and prints the answer."""

from __future__ import annotations

import warnings
from typing import Annotated

import typer

import metaprov_core

from . import output
from .commands import CommandsOfPlugins
from .completion import complete_type
from .failures import ExitCode, FailureReport, tell
from .findings import findings
from .loading import advice_without_plugins, load_quietly
from .new import new

__all__ = ["run"]

app = typer.Typer(
    cls=CommandsOfPlugins,
    help="Ask the installed metadata providers about medical images.",
    epilog="Exit status: 0 answered, 1 nobody answers or no image is found, 2 wrong usage or an "
    "image that cannot be read, 3 a plugin raised.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_report = FailureReport()


def _not_empty(value: str) -> str:
    if not value:
        raise typer.BadParameter("it is empty")
    return value


Type = Annotated[
    str,
    typer.Argument(
        metavar="TYPE",
        help="What to ask for: imagePlaneModule ...",
        autocompletion=complete_type,
        callback=_not_empty,
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
Source = Annotated[
    str,
    typer.Argument(help="A folder, a file, or the URL of a series.", callback=_not_empty),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def run() -> None:
    """Run the command line."""
    warnings.formatwarning = _report.format_warning
    with _report:
        app(prog_name="metaprov")


@app.callback()
def _main(
    *,
    version: Annotated[  # noqa: ARG001 - its callback prints and exits
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=output.print_versions,
            help="Print the version of metaprov-core.",
        ),
    ] = False,
    traceback: Annotated[
        bool, typer.Option("--traceback", help="Show where in a plugin an exception was raised.")
    ] = False,
) -> None:
    _report.with_traceback = traceback


@app.command(epilog="Example: metaprov get imagePlaneModule scan/slice-001.dcm --json")
def get(type: Type, image_id: ImageId, *, as_json: AsJson = False) -> None:
    """Print the answer to one question."""
    output.print_answer(metaprov_core.require(type, image_id), as_json=as_json)


@app.command(epilog="Example: metaprov explain scalingModule scan/slice-001.dcm")
def explain(
    type: Type,
    image_id: ImageId,
    *,
    everyone: Annotated[
        bool, typer.Option("--all", help="Also ask the providers after the first answer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show which providers were asked, in order, and what each said."""
    load_quietly()
    explanation = metaprov_core.explain(type, image_id, all=everyone)
    output.print_explanation(explanation, as_json=as_json)
    if explanation.error is not None:
        raise typer.Exit(_report.exit_code(explanation.error))
    if explanation.answer is None:
        _tell_where_there_is_no_plugin()
        raise typer.Exit(ExitCode.NOBODY_ANSWERS)


@app.command(epilog="Example: metaprov plugins --json")
def plugins(*, as_json: AsJson = False) -> None:
    """List the plugins in the order in which they are asked, then those disabled or failed."""
    load_quietly()
    records = metaprov_core.plugins()
    output.print_plugins(records, as_json=as_json)
    if not records:
        _tell_where_there_is_no_plugin()


@app.command(epilog="Example: metaprov types")
def types(*, as_json: AsJson = False) -> None:
    """List the types that are served, the class of each answer, and the plugins."""
    output.print_types(metaprov_core.types(), metaprov_core.providers(), as_json=as_json)
    _tell_where_there_is_no_plugin()


@app.command(epilog="Example: metaprov find scans/ | head -1 | xargs metaprov get imagePlaneModule")
def find(source: Source, *, as_json: AsJson = False) -> None:
    """Print the ids of the images behind a source, in order, one per line."""
    if not output.print_image_ids(metaprov_core.find_images(source), as_json=as_json):
        tell(f"there are no images in {source!r}")
        raise typer.Exit(ExitCode.NOBODY_ANSWERS)


@app.command(epilog="Example: METAPROV_ONLY=my-plugin metaprov check")
def check(*, as_json: AsJson = False) -> None:
    """Load every plugin and list what is wrong with it; status 1 if one does not work."""
    load_quietly()
    found = list(findings(metaprov_core.plugins(), metaprov_core.providers()))
    output.print_findings(found, as_json=as_json)
    if not found and not as_json and not _tell_where_there_is_no_plugin():
        typer.echo("nothing found: every plugin loads, and declares what it serves")
    if any(each.severity == "error" for each in found):
        raise typer.Exit(ExitCode.NOBODY_ANSWERS)


app.command(epilog="Example: metaprov new --name metaprov-clinic --types patientModule")(new)


def _tell_where_there_is_no_plugin() -> bool:
    """Say what to do if there is no plugin to ask; returns whether that is so."""
    advice = advice_without_plugins()
    if advice is not None:
        tell(advice)
    return advice is not None
