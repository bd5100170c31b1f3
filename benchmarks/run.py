"""Measures what the core costs and writes README.md beside this file.

``python benchmarks/run.py``; with ``--quick`` everything runs once on a small scale, npm is left
out, and the page is printed instead.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import calls
import cornerstone
import memory
import startup
from measure import Table, as_markdown

_PAGE = Path(__file__).with_name("README.md")

_INTRODUCTION = """\
# Benchmarks

Written by `python benchmarks/run.py`, which needs the core, pluggy and msgspec, for the table next
to Cornerstone3D node and npm, and for the tables of readers those readers. Figures are medians of
interleaved rounds. Compare the ratios: figure and reference are measured side by side in one run,
and both change with the machine.
"""


def tables(quick: bool) -> list[Table | str]:
    rounds = 3 if quick else 41
    of_core = [
        *calls.measure(rounds),
        *startup.measure(3 if quick else 15),
        *memory.measure(10_000 if quick else 1_000_000),
    ]
    if quick:
        return of_core
    import volumes  # which needs NumPy and pydicom

    return [*of_core, *cornerstone.measure(rounds), *volumes.measure()]


def page(measured: list[Table | str]) -> str:
    return "\n".join([_INTRODUCTION, _machine(), "", "\n\n".join(map(_written, measured)), ""])


def _written(table: Table | str) -> str:
    return table if isinstance(table, str) else as_markdown(table)


def _machine() -> str:
    return "\n".join(
        [
            f"- {datetime.now(UTC):%Y-%m-%d}",
            f"- {_processor()}, {os.cpu_count()} cores, {platform.system()}",
            f"- {platform.python_implementation()} {platform.python_version()}",
            *(f"- {name} {version(name)}" for name in ("pluggy", "importlib-metadata", "msgspec")),
        ]
    )


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*: (.+)", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.machine()


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the core, and write README.md.")
    parser.add_argument("--quick", action="store_true", help="run everything once, write nothing")
    quick = parser.parse_args().quick
    written = page(tables(quick))
    if quick:
        print(written)
    else:
        _PAGE.write_text(written)


if __name__ == "__main__":
    main()
