"""Plugins that a user names for one run: files and modules that belong to no distribution.

METAPROV_PLUGINS and ``metaprov --plugin`` name them.
"""

from __future__ import annotations

import inspect
import os
import sys
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.util import find_spec, spec_from_file_location
from pathlib import Path
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any, Final

from importlib_metadata import EntryPoint

from .candidate import Candidate
from .check import InvalidPluginError, is_marked
from .discovery import Imported

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

__all__ = ["ImportedByHand", "from_any_folder", "named_by_hand"]


def named_by_hand(what: str, name: str | None = None) -> Candidate:
    """A file or a module, before it is imported, as what may become a plugin."""
    name = name or (Path(what).stem if _is_file(what) else what)
    return Candidate("", "", name, EntryPoint(name, what, "METAPROV_PLUGINS"))


def from_any_folder(what: str) -> str:
    """The same file or module, as it is found from any working directory."""
    return str(Path(what).resolve()) if _is_file(what) else what


class ImportedByHand:
    """A file or a module, imported. Raises whatever it raises, and FileNotFoundError."""

    def __init__(self, what: str) -> None:
        self._what = what
        started, cpu_started = perf_counter(), thread_time()
        self._module = _module_of_file(what) if _is_file(what) else import_module(what)
        seconds, cpu_seconds = perf_counter() - started, thread_time() - cpu_started
        self._took = seconds * 1000, cpu_seconds * 1000

    def plugins(self) -> Mapping[Candidate, Imported]:
        """What in it is a plugin: the module, or else the classes that have marked methods.

        Raises InvalidPluginError where nothing is.
        """
        if any(map(is_marked, vars(self._module).values())):
            return {named_by_hand(self._what): Imported(self._module, *self._took)}
        classes = list(_plugin_classes(self._module))
        if not classes:
            raise InvalidPluginError("nothing in it is marked with @hookimpl")
        name = named_by_hand(self._what).name
        names = [name] if len(classes) == 1 else [f"{name}:{each.__name__}" for each in classes]
        return {
            named_by_hand(self._what, name): Imported(each, *self._took)
            for name, each in zip(names, classes, strict=True)
        }


def _is_file(what: str) -> bool:
    return what.endswith(".py") or os.sep in what or "/" in what


def _module_of_file(what: str) -> ModuleType:
    path = Path(what).resolve()
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: name a file in it, or a module")
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    if spec_from_file_location(path.stem, path) is None:
        raise ImportError(f"{path} is no Python file: its name does not end with .py")
    name = _free_name(path)
    _FILES.paths[name] = path
    if _FILES not in sys.meta_path:
        sys.meta_path.insert(0, _FILES)
    try:
        return import_module(name)
    finally:
        # From now on it is among the modules, or the name is free.
        _FILES.paths.pop(name, None)


def _free_name(path: Path) -> str:
    """The name of a file's module: that of the file, unless another module has it."""
    name = path.stem.replace(".", "_")
    while (where := _origin(name)) is not None and where != path:
        name += "_"
    return name


def _origin(name: str) -> Path | None:
    """The file that a module of this name is, or would be, imported from; None: there is none."""
    if "." in name:
        return None
    try:
        spec = find_spec(name)
    except ValueError:  # a module that was made, and not imported
        return Path()
    return None if spec is None else Path(spec.origin or "").resolve()


class _Files(MetaPathFinder):
    """Lets files be imported as modules are: once, whole, however many threads want them."""

    def __init__(self) -> None:
        #: The file of each module that is being imported, by its name.
        self.paths: dict[str, Path] = {}

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002 - of the protocol
    ) -> ModuleSpec | None:
        """How to import a module, if it is one of these files."""
        file = self.paths.get(fullname) if path is None else None
        return None if file is None else spec_from_file_location(fullname, file)


_FILES: Final = _Files()


def _plugin_classes(module: ModuleType) -> Iterator[type[Any]]:
    """The classes of plugins in a module, but those that others in it are derived from."""
    classes = [
        each
        for each in vars(module).values()
        if inspect.isclass(each)
        and each.__module__ == module.__name__
        and any(is_marked(value) for owner in each.__mro__ for value in vars(owner).values())
        and not inspect.isabstract(each)
    ]
    for each in dict.fromkeys(classes):
        if not any(other is not each and issubclass(other, each) for other in classes):
            yield each
