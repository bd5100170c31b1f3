"""What it costs to import the host, and to load plugins, next to pluggy's own."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pluggy
from installed import install, install_plugin
from measure import Row, Table, medians

from metaprov_core import Host
from metaprov_core.hooks import specs

if TYPE_CHECKING:
    from collections.abc import Callable

_DISTRIBUTIONS = 150
_PLUGINS = 100
_NAMES = 200


def measure(rounds: int) -> list[Table]:
    return [_import(rounds), _load(rounds)]


def _import(rounds: int) -> Table:
    with TemporaryDirectory() as folder:
        for number in range(_DISTRIBUTIONS):
            scripts = f"[console_scripts]\nscript{number} = distribution{number}:main\n"
            install(Path(folder), number, scripts if number % 3 == 0 else "")

        def python(code: str) -> Callable[[], None]:
            # Compiled, as an installer leaves it; the first round sees to that.
            environment = os.environ | {
                "PYTHONPATH": folder,
                "PYTHONPYCACHEPREFIX": f"{folder}/cache",
            }
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            command = [sys.executable, "-c", code]
            return lambda: subprocess.run(command, check=True, env=environment, cwd=folder) and None

        cases = {
            name: python(code)
            for name, code in {
                "nothing": "pass",
                "pluggy": "import pluggy",
                "host": "import metaprov_core",
            }.items()
        }
        medians(cases, 1)
        ms = {name: seconds * 1000 for name, seconds in medians(cases, rounds).items()}
    return Table(
        f"Whole process, {_DISTRIBUTIONS} distributions installed",
        "ms",
        [
            Row("`import metaprov_core`", ms["host"], ms["pluggy"], "`import pluggy`", 2.6),
            Row("`pass`", ms["nothing"], ms["pluggy"], "`import pluggy`"),
        ],
    )


def _load(rounds: int) -> Table:
    with TemporaryDirectory() as folder:
        names = [install_plugin(Path(folder), number, _NAMES) for number in range(_PLUGINS)]
        sys.path.insert(0, folder)
        try:
            modules = [import_module(name) for name in names]

            def load(host: Host) -> None:
                host.load_plugins()

            # What a host finds when it is made is part of the import above.
            hosts = iter([Host(discover=True) for _ in range(rounds)])
            by_hand = Host()
            for module in modules[1:]:
                by_hand.register(module)

            def register_one() -> None:
                by_hand.register(modules[0])
                by_hand.unregister(modules[0])

            cases: dict[str, Callable[[], Any]] = {
                "load": lambda: load(next(hosts)),
                "pluggy": lambda: _register(modules),
                "one": register_one,
            }
            ms = {name: seconds * 1000 for name, seconds in medians(cases, rounds).items()}
        finally:
            sys.path.remove(folder)
    return Table(
        f"{_PLUGINS} plugins whose modules have {_NAMES} names, imported already",
        "ms",
        [
            Row("load those discovered", ms["load"], ms["pluggy"], "`register` of pluggy", 0.5),
            Row("`register` and `unregister` one more", ms["one"]),
        ],
    )


def _register(modules: list[Any]) -> None:
    manager = pluggy.PluginManager("metaprov")
    manager.add_hookspecs(specs)
    for module in modules:
        manager.register(module)
