"""A plugin for tests, which writes down what it is asked, and does what names of files say.

At ``wait-...`` it waits until the test lets it go on, and ``poison-...`` ends the process.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from time import sleep

from metaprov_core import MetadataType, hookimpl, parse_image_id

GATE = MetadataType("gate", str)
SERIES_GATE = MetadataType("seriesGate", str, scope="series")
FOLDER = Path(os.environ["GATE_FOLDER"])


class OfImages:
    """Answers each image by itself."""

    @hookimpl(types=[GATE])
    def get_metadata(self, type: str, image_id: str) -> str:
        return passed(type, image_id, "")


class OfSeries:
    """Answers for whole series: it minds ``series-wait-...`` and ``series-poison-...``."""

    @hookimpl(types=[SERIES_GATE], scope="series")
    def get_metadata(self, type: str, image_id: str) -> str:
        return passed(type, image_id, "series-")


def passed(type: str, image_id: str, prefix: str) -> str:
    name = Path(parse_image_id(image_id).rest).name
    with (FOLDER / f"asked-{type}").open("a") as asked:
        asked.write(f"{name}\n")
    if name.startswith(f"{prefix}wait"):
        (FOLDER / f"waiting-{os.getpid()}").touch()
        while not (FOLDER / "go").exists():
            sleep(0.01)
    if name.startswith(f"{prefix}poison"):
        if "segfault" in name:
            os.kill(os.getpid(), signal.SIGSEGV)
        os._exit(1)
    return "open"
