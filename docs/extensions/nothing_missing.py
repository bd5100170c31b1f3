"""At the end of a build: a warning for each thing that is there and not documented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import what_is_missing as missing
from answers_there_are import item_classes, types
from commands_there_are import commands
from notes_there_are import codes, codes_used
from packages_there_are import sources_of
from sphinx.util import logging

import metaprov_modules
from metaprov_core import MetadataType
from metaprov_core.cli.type_names import import_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_LOGGER = logging.getLogger(__name__)


def warn(_app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of what is missing; with ``--fail-on-warning`` the build fails."""
    for each in _missing(env):
        _LOGGER.warning(each, type="metaprov", subtype="undocumented")


def _missing(env: BuildEnvironment) -> Iterator[str]:
    of_kind: dict[str, set[str]] = {}
    for kind, name in env.domains.standard_domain.objects:
        of_kind.setdefault(kind, set()).add(name)
    names = {*env.domains.python_domain.objects}
    explained = [
        one for each in types().values() for one in each.classes if one.__module__ != "builtins"
    ]
    classes = [*explained, *item_classes().values()]
    documented = {each.__name__ for each in classes if import_name(each) in names}

    yield from missing.of_types(types(), of_kind.get("answertype", set()))
    yield from missing.of_classes(classes, documented)
    yield from missing.of_variables(
        missing.variables_in(sources_of()), of_kind.get("envvar", set())
    )
    yield from missing.of_commands(commands(), of_kind.get("subcommand", set()))
    yield from missing.of_codes(codes(), codes_used(), of_kind.get("notecode", set()))
    yield from missing.of_names(_public(metaprov_modules), names)


def _public(package: Any) -> Iterator[str]:
    """The classes and functions of a package; its keys are explained as types."""
    for name in package.__all__:
        value = getattr(package, name)
        if callable(value) and not isinstance(value, MetadataType):
            yield f"{package.__name__}.{name}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at all pages once they are read."""
    app.connect("env-check-consistency", warn)
    return {"parallel_read_safe": True}
