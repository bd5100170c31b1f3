"""The command line, with a server by configuration or by option."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
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


# -- fetching the images first


@pytest.fixture
def study(server, store, ct):
    """The URL of a study of four series, and the ids of their images."""
    ids = [store(ct(number, SeriesInstanceUID=f"1.2.3.{number % 4}")) for number in range(8)]
    return f"{server.base}/studies/1.2.3", sorted(ids)


def metadata_asked_for(server):
    return sorted(path for path in server.asked() if path.endswith("/metadata"))


@pytest.mark.parametrize("prefix", ["", "wadors:"])
def test_what_is_prefetched_is_found_without_being_fetched_again(metaprov, server, study, prefix):
    url, ids = study
    found = metaprov("dicomweb", "--server", server.base, "--prefetch", "find", f"{prefix}{url}")

    assert (found.returncode, found.stderr) == (0, "")
    assert sorted(found.stdout.split()) == ids
    assert metadata_asked_for(server) == [
        f"/studies/1.2.3/series/1.2.3.{number}/metadata" for number in range(4)
    ]


def test_the_images_of_a_command_are_fetched_side_by_side(metaprov, server, study):
    _, ids = study
    everybody = threading.Barrier(4)
    server.instead = lambda handler: handler.path.endswith("/metadata") and everybody.wait(20) < 0
    # Each series would otherwise be asked for when the one before has come.
    answered = metaprov(
        "dicomweb", "--server", server.base, "--prefetch", "get", "Modality", *ids, "--json"
    )

    assert answered.returncode == 0, answered.stderr
    assert answered.stdout.count('"CT"') == 8
    assert len(server.requests) == 4


def test_the_series_of_a_command_are_found_side_by_side(metaprov, server, study):
    url, ids = study
    everybody = threading.Barrier(4)
    server.instead = lambda handler: handler.path.endswith("/metadata") and everybody.wait(20) < 0
    sources = [f"{url}/series/1.2.3.{number}" for number in range(4)]

    found = metaprov("dicomweb", "--server", server.base, "--prefetch", "find", *sources)

    assert sorted(found.stdout.split()) == ids
    assert len(server.requests) == 4


def test_what_cannot_be_prefetched_is_told_by_the_command(metaprov, server, series):
    missing = series[0].replace("1.2.3.4.1", "1.2.3.4.77")
    arguments = ("dicomweb", "--server", server.base)
    for command in (
        ("get", "instance", missing),
        ("get", "instance", "wadors:nonsense"),
        ("get", "instance", "wadouri:https://elsewhere/x"),
        ("find", "https://elsewhere/studies/1.2"),
        ("types",),
    ):
        plain = metaprov(*arguments, *command)
        prefetched = metaprov(*arguments, "--prefetch", *command)

        assert prefetched.returncode == plain.returncode
        # But for how long it took.
        assert re.sub("[0-9.]+", "", prefetched.stderr) == re.sub("[0-9.]+", "", plain.stderr)
        assert "Traceback" not in prefetched.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_a_terminal_shows_how_far_it_is(server, study):
    import pty

    url, ids = study
    ours, theirs = pty.openpty()
    command = [Path(sys.executable).with_name("metaprov"), "dicomweb", "--server", server.base]
    found = subprocess.run(
        [*command, "--prefetch", "find", url],
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        timeout=120,
        check=True,
    )
    os.close(theirs)
    shown = os.read(ours, 1_000_000).decode()
    os.close(ours)

    assert sorted(found.stdout.split()) == ids
    assert "images" in shown
    assert "8/8" in shown
