"""The command line, with a server by configuration or by option."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

NOT_CONFIGURED = "host not configured: set METAPROV_DICOMWEB_SERVERS=URL"
IMAGE_ID = "wadors:https://pacs.example.org/studies/1.2/series/1.2.3/instances/1.2.3.4"

pytest.importorskip("typer")


@pytest.fixture
def metaprov():
    def run(*arguments, **environment):
        return subprocess.run(
            [Path(sys.executable).with_name("metaprov"), *arguments],
            env={**os.environ, "COLUMNS": "200", **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_a_server_by_option_is_asked(metaprov, server, series):
    completed = metaprov(
        "dicomweb", "--server", server.base, "get", "imagePlaneModule", series[1], "--json"
    )

    assert completed.returncode == 0, completed.stderr
    assert '"imagePositionPatient": [\n    0.0,\n    0.0,\n    2.0\n  ]' in completed.stdout


def test_a_server_of_the_environment_is_asked(metaprov, server, series):
    found = metaprov("find", f"{server.base}/studies/1.2.3", METAPROV_DICOMWEB_SERVERS=server.base)

    assert found.stdout.split() == series


def test_the_command_line_says_how_to_configure_a_server(metaprov):
    for arguments in (("get", "imagePlaneModule", IMAGE_ID), ("find", "https://pacs/studies/1.2")):
        completed = metaprov(*arguments)

        assert completed.returncode == 1
        assert NOT_CONFIGURED in completed.stderr


def test_the_status_is_that_of_the_other_command(metaprov, server, series):
    missing = series[0].replace("1.2.3.4.1", "1.2.3.4.77")
    for arguments, status in (
        (("explain", "noSuchModule", series[0]), 1),
        (("get", "instance", missing), 2),
        (("no-such-command",), 2),
    ):
        completed = metaprov("dicomweb", "--server", server.base, *arguments)

        assert completed.returncode == status, completed.stderr
        assert "Traceback" not in completed.stderr


def test_an_option_that_is_no_server_is_refused_without_its_password(metaprov):
    completed = metaprov("dicomweb", "--server", "https://ann:s3cret@pacs", "types")

    assert completed.returncode == 2
    assert "without user and password" in completed.stderr
    assert "s3cret" not in completed.stdout + completed.stderr
