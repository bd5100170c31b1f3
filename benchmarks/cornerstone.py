"""The same question to Cornerstone3D's own metaData.get, in node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from calls import TYPE, host_of, image_ids, plugins
from measure import Row, Table, medians

_COUNTS = (1, 10, 20, 100)
# Providers of Cornerstone see every question: they look at the type first, or for the image.
_HOW = {"byType": "looking at the type first", "byImage": "looking for the image first"}
_SCRIPT = Path(__file__).with_name("cornerstone.mjs")


def measure(rounds: int) -> list[Table]:
    ids = image_ids(1000)
    hosts = {count: host_of(count, dict.fromkeys(ids, object())) for count in _COUNTS}

    def ask(count: int) -> None:
        get = hosts[count].get
        for image_id in ids:
            get(TYPE, image_id)

    cases = {str(count): lambda count=count: ask(count) for count in _COUNTS}
    title = "Next to Cornerstone3D's `metaData.get`, the last provider asked answers"
    try:
        theirs = _in_node(rounds)
    except (OSError, subprocess.SubprocessError) as error:
        reason = str(error) if isinstance(error, FileNotFoundError) else "npm or node failed"
        return [Table(title, "us", [], f"Not measured: {reason}.")]
    us = {name: seconds * 1e6 / len(ids) for name, seconds in medians(cases, rounds).items()}
    rows = [
        Row(
            f"`Host.get`, {plugins(count)}",
            us[str(count)],
            theirs["figures"][f"{how} {count}"] / 1000,
            said,
            0.2 if count == 100 else None,
        )
        for how, said in _HOW.items()
        for count in _COUNTS
    ]
    remark = f"@cornerstonejs/metadata {theirs['version']} in node {theirs['node']}."
    return [Table(title, "us", rows, remark)]


def _in_node(rounds: int) -> dict:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise FileNotFoundError("node and npm are not installed")
    with TemporaryDirectory() as folder:

        def run(*command: str) -> str:
            ran = subprocess.run(
                command, check=True, cwd=folder, capture_output=True, text=True, timeout=300
            )
            return ran.stdout

        run(npm, "install", "--no-audit", "--no-fund", "@cornerstonejs/metadata")
        return json.loads(run(node, str(_SCRIPT), str(rounds), *map(str, _COUNTS)))
