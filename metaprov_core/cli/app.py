"""The commands: each puts one question to the default host, and prints the answer."""

from __future__ import annotations

import logging
import sys
import warnings
from enum import StrEnum
from itertools import chain
from typing import Annotated, Final

import typer

import metaprov_core

from . import output
from .answer_classes.asked import asked_type, describing_plugins
from .answer_classes.described import TypeDescription
from .arguments import AnyImageIds, AnyType, AsJson, ImageId, ImageIds, Output, Sources, Type
from .as_json import print_json
from .commands import CommandsOfPlugins
from .destination import written_to
from .disagreements import ImageFindings
from .encoding import let_output_fit
from .exit_status import ExitStatus
from .failures import LogOfHost, report, tell
from .findings import findings
from .live import LiveOutput
from .loading import advice_without_plugins, load_quietly, use_plugins
from .new import new
from .served import print_types
from .several import SeveralAnswers, image_ids_of, is_several
from .sources import FoundImages

__all__ = ["run"]

app = typer.Typer(
    cls=CommandsOfPlugins,
    help="Ask the installed metadata providers about medical images.",
    epilog="Exit status: 0 done, 1 nothing found or answered, 2 wrong usage, an unreadable source "
    "or nothing written, 3 some images failed or a plugin raised, 4 --fail-on, 130 interrupted, "
    "141 the reader of the output has enough.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run() -> None:
    """Run the command line."""
    if sys.stdout is None:
        tell("cannot write the output: it is closed")
        raise SystemExit(ExitStatus.UNUSABLE)
    let_output_fit()
    warnings.formatwarning = report.format_warning
    logging.getLogger("metaprov_core").addHandler(LogOfHost())
    with report:
        app(prog_name="metaprov")


#: The commands that show which plugins failed, so that no warning needs to.
_TELL_OF_FAILURES: Final = frozenset({"check", "explain", "plugins"})


@app.callback()
def _main(
    context: typer.Context,
    *,
    plugin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="A file or a module with a provider, to use as if it were installed; this option "
            "may be repeated.",
        ),
    ] = None,
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
    report.with_traceback = traceback
    if plugin:
        is_told = context.invoked_subcommand in _TELL_OF_FAILURES
        errors = use_plugins(plugin, tells_of_failures=is_told)
        for error in errors:
            tell(str(error))
        if errors:
            raise typer.Exit(ExitStatus.UNUSABLE)


@app.command(epilog="Example: metaprov get imagePlaneModule scan/slice-001.dcm --json")
def get(type: Type, image_ids: ImageIds, *, as_json: AsJson = False, to: Output = None) -> None:
    """Print the answer to a question about one image, or about each of several."""
    if not is_several(image_ids):
        answer = metaprov_core.require(type, *image_ids)
        with written_to(to):
            output.print_answer(answer, as_json=as_json)
        return
    answers = SeveralAnswers(type, report, as_json=as_json)
    with written_to(to):
        with LiveOutput(lambda: f"{answers.asked:,} images asked about") as live:
            answers.print(image_ids_of(image_ids), live)
        if not answers.asked:
            tell("there is no image id on standard input")
        if not answers.answered:
            # No file is better than one that looks like an answer.
            raise typer.Exit(answers.status)
    if answers.status is not ExitStatus.DONE:
        raise typer.Exit(answers.status)


@app.command(epilog="Example: metaprov explain scalingModule scan/slice-001.dcm")
def explain(
    type: Type,
    image_id: ImageId,
    *,
    everyone: Annotated[
        bool, typer.Option("--all", help="Also ask the providers after the first answer.")
    ] = False,
    fields: Annotated[
        bool, typer.Option("--fields", help="Show where each field of the answer comes from.")
    ] = False,
    as_json: AsJson = False,
    to: Output = None,
) -> None:
    """Show which providers were asked, in order, what each said, and what the answer rests on."""
    load_quietly()
    explanation = metaprov_core.explain(type, image_id, all=everyone, fields=fields)
    with written_to(to):
        output.print_explanation(explanation, as_json=as_json)
    if explanation.error is not None:
        raise typer.Exit(report.exit_status(explanation.error))
    if explanation.answer is None:
        _tell_where_there_is_no_plugin()
        raise typer.Exit(ExitStatus.NOTHING)


@app.command(epilog="Example: metaprov plugins --json")
def plugins(*, as_json: AsJson = False, to: Output = None) -> None:
    """List the plugins in the order in which they are asked, then those disabled or failed."""
    load_quietly()
    records = metaprov_core.plugins()
    with written_to(to):
        output.print_plugins(records, as_json=as_json)
    if not records:
        _tell_where_there_is_no_plugin()


@app.command(epilog="Example: metaprov types imagePlaneModule")
def types(type: AnyType = None, *, as_json: AsJson = False, to: Output = None) -> None:
    """List the types that are served, the class of each answer, and the plugins; or explain one."""
    if type is not None:
        key = asked_type(type)
        with written_to(to):
            providers, describing = metaprov_core.providers(), describing_plugins(key)
            TypeDescription(key, providers, describing).print(as_json=as_json)
        return
    with written_to(to):
        print_types(metaprov_core.types(), metaprov_core.providers(), as_json=as_json)
    _tell_where_there_is_no_plugin()


@app.command(epilog="Example: metaprov find scans/ | head -1 | xargs metaprov get imagePlaneModule")
def find(sources: Sources, *, as_json: AsJson = False, to: Output = None) -> None:
    """Print the ids of the images behind one or more sources, in order, one per line."""
    found = FoundImages(sources, report)
    with written_to(to):
        with LiveOutput(lambda: f"{found.count:,} images found") as live:
            if as_json:
                image_ids = list(found)
            else:
                for image_id in found:
                    live.print(image_id)
        if as_json:
            print_json(image_ids)
        if not found.count:
            raise typer.Exit(found.status)
    if found.status is not ExitStatus.DONE:
        raise typer.Exit(found.status)


class _FailOn(StrEnum):
    """The severities of findings that may be let pass."""

    REMARK = "remark"


@app.command(epilog="Example: METAPROV_ONLY=my-plugin metaprov check --fail-on remark")
def check(
    image_ids: AnyImageIds = None,
    *,
    fail_on: Annotated[
        _FailOn | None,
        typer.Option(help="Exit with status 4 if there is a remark."),
    ] = None,
    as_json: AsJson = False,
    to: Output = None,
) -> None:
    """Load every plugin and list what is wrong with it; status 3 if one does not work.

    Of an image it tells whether it can be read, who answers what, what was noted, and where two
    providers disagree.
    """
    load_quietly()
    found = list(findings(metaprov_core.plugins(), metaprov_core.providers()))
    agreed: list[str] = []
    images: list[ImageFindings] = []
    status = ExitStatus.DONE
    count = 0
    with LiveOutput(lambda: f"{count:,} images compared"):
        for image_id in chain.from_iterable(image_ids_of(image_ids or ())):
            of_image = ImageFindings(image_id)
            findings_of_image = list(of_image)
            found += findings_of_image
            status = max(status, _tell_of_image(image_id, of_image))
            images = [*images[:1], of_image]
            if not findings_of_image and of_image.answered:
                agreed.append(
                    f"{image_id}: {of_image.answered} of {of_image.asked} types have an answer, "
                    "and no two providers disagree"
                )
            count += 1
    with written_to(to):
        output.print_findings(found, as_json=as_json)
    is_quiet = not found and status is ExitStatus.DONE
    if is_quiet and not as_json and not _tell_where_there_is_no_plugin():
        typer.echo("nothing found: every plugin loads, and declares what it serves")
    if not as_json:
        for line in agreed:
            typer.echo(line)
        # Of many images it would be long: `metaprov look` and `metaprov table` are for those.
        if len(images) == 1 and images[0].answered:
            output.print_answers(images[0])
    if any(finding.severity == "error" for finding in found):
        status = max(status, ExitStatus.SOME_FAILED)
    elif fail_on is not None and found:
        status = max(status, ExitStatus.FAIL_ON)
    if status is not ExitStatus.DONE:
        raise typer.Exit(status)


def _tell_of_image(image_id: str, found: ImageFindings) -> ExitStatus:
    """Say on stderr if there is nothing to compare."""
    if found.unreadable is not None:
        return report.tell(found.unreadable)
    if found.answered or found.errors:
        return ExitStatus.DONE
    tell(f"nobody answers any type of {image_id}")
    return ExitStatus.NOTHING


app.command(epilog="Example: metaprov new --name metaprov-clinic --types patientModule")(new)


def _tell_where_there_is_no_plugin() -> bool:
    """Say what to do if there is no plugin to ask; returns whether that is so."""
    advice = advice_without_plugins()
    if advice is not None:
        tell(advice)
    return advice is not None
