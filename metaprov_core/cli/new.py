"""`metaprov new`: a package with your own provider, made from the template in this package."""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

__all__ = ["new"]

_TEMPLATE: Final = Path(__file__).parents[1] / "template"

#: Modules, besides Python's own, that a package of that name would hide from its tests.
_NEEDED: Final = {
    "hatchling",
    "importlib_metadata",
    "metaprov",
    "metaprov_command",
    "metaprov_core",
    "metaprov_dicom",
    "metaprov_dicomweb",
    "metaprov_modules",
    "metaprov_nifti",
    "metaprov_pytest",
    "metaprov_scaling",
    "metaprov_serve",
    "metaprov_storage",
    "metaprov_table",
    "metaprov_volume",
    "mypy",
    "pluggy",
    "pytest",
    "tests",
}
#: Names of hooks, and names that the modules of the template already use, in lower case.
_TAKEN: Final = {
    "addmetadata",
    "any",
    "attach",
    "clearmetadata",
    "copysettings",
    "describetype",
    "detach",
    "final",
    "findimages",
    "hookimpl",
    "kept",
    "mapping",
    "mappingproxytype",
    "metadatachanged",
    "metadataplugin",
    "metadatatype",
    "overlay",
    "prefetch",
    "providercache",
    "radiopharmaceuticalinfo",
    "sequence",
    "str",
}


def new(
    name: Annotated[
        str | None, typer.Option(help="Name of the package, such as metaprov-clinic.")
    ] = None,
    types: Annotated[
        str | None,
        typer.Option(
            help="Types that it answers, separated by commas: patientModule,generalSeriesModule"
        ),
    ] = None,
    schemes: Annotated[
        str | None,
        typer.Option(help="Schemes of its image ids, separated by commas; by default, any."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The folder to make; by default, the name."),
    ] = None,
) -> None:
    """Make a package with a provider of your own: typed, tested, found once it is installed.

    Asks for the name, the types and the schemes unless name and types are given.
    """
    try:
        import copier
    except ModuleNotFoundError as error:
        raise typer.BadParameter(
            "copier is not installed; run: python -m pip install 'metaprov-core[new]'"
        ) from error
    if name is None or types is None:
        name = name or _ask("Name of the package")
        types = types or _ask("Types that it answers, separated by commas")
        schemes = (
            _ask("Schemes of its image ids, empty for any", "") if schemes is None else schemes
        )
    module = re.sub("[-_.]+", "_", name).lower()
    _refuse_package(name, module)
    _refuse_types(types, module)
    folder = Path(name) if output is None else output
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise typer.BadParameter(f"{folder} exists: name another folder with --output")
    answers = {"name": name, "types": types, "schemes": schemes or ""}
    try:
        copier.run_copy(str(_TEMPLATE), folder, data=answers, defaults=True, quiet=True)
    except ValueError as error:  # from the template's validators
        raise typer.BadParameter(_without_question(str(error))) from error
    except OSError as error:
        reason = error.strerror or error
        raise typer.BadParameter(
            f"cannot make {folder}: {reason}", param_hint="--output"
        ) from error
    typer.echo(
        f"{folder} is made; next:\n"
        f"  cd {folder}\n"
        '  python -m pip install --editable ".[test]"\n'
        "  python -m pytest"
    )


def _ask(question: str, default: str | None = None) -> str:
    try:
        return str(typer.prompt(question, default=default, show_default=False))
    except typer.Abort as error:
        if isinstance(error.__context__, KeyboardInterrupt):
            raise error.__context__ from None
        if sys.stdin.isatty():
            raise
        sys.stdout.write("\n")
        raise typer.BadParameter("nobody answered: give --name and --types") from error


def _without_question(message: str) -> str:
    """The validator's sentence on one line, without the words that copier puts before it."""
    return re.sub("^Validation error for question '[^']*': ", "", " ".join(message.split()))


def _refuse_package(name: str, module: str) -> None:
    """Refuse a package that Python could not import, or would import in place of another."""
    if keyword.iskeyword(module):
        raise typer.BadParameter(f"{name!r} is a keyword of Python: choose another name")
    if module in sys.stdlib_module_names:
        raise typer.BadParameter(f"{name!r} is a module of Python: choose another name")
    if module in _NEEDED:
        raise typer.BadParameter(f"{name!r} is a package that yours needs: choose another name")


def _refuse_types(types: str, module: str) -> None:
    """Refuse types that cannot name a function, a class and a key in one module."""
    class_of_provider = f"{module.removeprefix('metaprov_').replace('_', '')}provider"
    taken = {*_TAKEN, class_of_provider, *map(str.lower, keyword.kwlist)}
    names = {name.strip() for name in types.split(",")}
    lower = {name.lower() for name in names}
    for name in sorted(names):
        if name.lower() in taken:
            raise typer.BadParameter(
                f"a provider cannot be named after the type {name!r}: choose another type"
            )
        if f"{name.lower()}module" in lower:
            raise typer.BadParameter(
                f"the types {name!r} and '{name}Module' would have one key: choose another type"
            )
    if len(lower) < len(names):
        raise typer.BadParameter(f"the types {types!r} differ only in upper and lower case")
