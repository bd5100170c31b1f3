"""metaprov serve, installed and run: what it prints, refuses and answers."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import httpx
import pytest
from asked_server import write_series

from metaprov_serve.command import _listening

METAPROV = Path(sys.executable).with_name("metaprov")


@pytest.fixture
def folder(tmp_path):
    write_series(tmp_path / "scans", 2)
    return tmp_path / "scans"


def run(*arguments, **environment):
    return subprocess.run(
        [METAPROV, "serve", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.fixture
def started():
    running = []

    def start(*arguments, **environment):
        process = subprocess.Popen(
            [METAPROV, "serve", *map(str, arguments), "--port", "0", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # As a pipe is in most places: not flushed at each line.
            env={**os.environ, "PYTHONUNBUFFERED": "", **environment},
        )
        running.append(process)
        return json.loads(process.stdout.readline()), process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def status_of(url, **headers):
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), timeout=60
        ) as got:
            return got.status
    except urllib.error.HTTPError as error:
        return error.code


def test_each_page_is_printed_with_the_token_that_it_needs(started, folder):
    pages, process = started(folder)
    assert set(pages) == {"inspector", "dicomweb"}
    root, _, token = pages["inspector"].partition("/metaprov/?token=")
    assert len(token) >= 43
    assert status_of(f"{root}/metaprov/api/images") == 401
    assert status_of(f"{root}/metaprov/api/images", Authorization=f"Bearer {token}") == 200
    process.terminate()
    _, logged = process.communicate(timeout=60)
    assert token not in logged


def test_two_servers_have_two_tokens_and_one_may_be_given(started, folder):
    first, _ = started(folder)
    second, _ = started(folder, METAPROV_SERVE_TOKEN="")
    given, _ = started(folder, METAPROV_SERVE_TOKEN="given")
    tokens = [pages["inspector"].partition("token=")[2] for pages in (first, second, given)]
    assert len(set(tokens)) == 3
    assert tokens[2] == "given"


def test_it_listens_at_an_address_of_ipv6(started, folder):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("there is no IPv6 here")
    pages, _ = started(folder, "--host", "::1")
    root, _, token = pages["inspector"].partition("?token=")
    assert root.startswith("http://[::1]:")
    assert status_of(f"{root}api/types", Authorization=f"Bearer {token}") == 200
    assert status_of(f"{root}api/types", Authorization=f"Bearer {token}", Host="pacs") == 400


def test_files_that_are_plugins_are_told_without_their_folders(started, folder, tmp_path):
    (tmp_path / "ward.py").write_text("import nothing_of_that_name")
    files = f"{tmp_path / 'ward.py'},{tmp_path / 'missing.py'}"
    pages, _ = started(folder, METAPROV_PLUGINS=files)
    root, _, token = pages["inspector"].partition("?token=")
    asked = urllib.request.Request(
        f"{root}api/plugins", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        told = answer.read().decode()
    assert {"ward.py", "missing.py"} <= {row["entry_point"] for row in json.loads(told)}
    assert str(tmp_path) not in told


def test_a_browser_is_started_with_a_ticket_instead_of_the_token(started, folder, tmp_path):
    browser, asked = tmp_path / "browser", tmp_path / "asked"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {asked}.new && mv {asked}.new {asked}\n')
    browser.chmod(0o755)
    pages, process = started(folder, "--open", BROWSER=f"{browser} %s")
    root, _, token = pages["inspector"].partition("?token=")
    assert status_of(f"{root}api/types", Authorization=f"Bearer {token}") == 200
    url = asked.read_text()
    assert url.startswith(f"{root}?token=")
    assert token not in url
    # Followed without its cookie.
    assert [status_of(url), status_of(url)] == [401, 401]
    process.send_signal(signal.SIGINT)
    _, logged = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in logged
    assert token not in logged


def test_who_sends_too_much_reads_why(started, folder):
    pages, _ = started(folder, "--no-token")
    root = pages["inspector"]
    asked = {"imageIds": ["a" * (40 << 20)], "types": []}
    answer = httpx.post(f"{root}api/metadata", json=asked, timeout=60)
    assert answer.status_code == 413
    assert "16 MB" in answer.json()["error"]


def test_without_a_token_every_program_of_the_machine_may_ask(started, folder):
    pages, _ = started(folder, "--no-token")
    assert status_of(pages["dicomweb"]) == 200


def test_small_answers_are_sent_at_once():
    async def has_no_delay():
        told = asyncio.get_running_loop().create_future()

        async def connected(_, writer):
            accepted = writer.get_extra_info("socket")
            told.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listening = _listening("127.0.0.1", 0)
        async with await asyncio.start_server(connected, sock=listening):
            _, writer = await asyncio.open_connection(*listening.getsockname())
            writer.close()
            return await told

    assert asyncio.run(has_no_delay())


def test_a_port_that_is_taken_is_told(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run(folder, "--port", taken.getsockname()[1])
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere"),
        (["SCANS", "--no-token", "--host", "0.0.0.0"], "--no-token"),
        (["SCANS", "--ohif", "nowhere"], "OHIF"),
        (["SCANS", "--host", "nowhere.invalid"], "nowhere.invalid"),
        (["SCANS", "--token", "not; fit"], "--token"),
    ],
)
def test_wrong_usage_is_told(folder, arguments, said):
    done = run(*[folder if each == "SCANS" else each for each in arguments], "--port", "0")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_command_and_its_help_import_no_server():
    program = (
        "import sys, metaprov_serve, metaprov_serve.command;"
        "print(sorted({'starlette', 'uvicorn', 'numpy', 'pydicom'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[]\n"
