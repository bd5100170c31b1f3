"""The exit statuses that every command has, as the table of docs/reference/command-line.md says."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sysconfig
from pathlib import Path
from textwrap import dedent

import pytest

from metaprov_core.cli.exit_status import ExitStatus

METAPROV = Path(sysconfig.get_path("scripts")) / "metaprov"
TABLE = Path(__file__).parents[1] / "docs" / "reference" / "command-line.md"

CLINIC = """
    import logging, sys, time
    from metaprov_core import MetadataReadError, hookimpl

    @hookimpl(types=["patientModule"], schemes=["clinic"])
    def get_metadata(image_id):
        if image_id == "clinic:torn":
            raise MetadataReadError(image_id, "the page is torn")
        if image_id == "clinic:bug":
            raise ZeroDivisionError("division by zero")
        if image_id == "clinic:slow":
            wait()
        return {"clinic:7": {"patientName": "Ann"}}.get(image_id)

    @hookimpl
    def find_images(source):
        if source == "clinic:torn":
            raise MetadataReadError(source, "the page is torn")
        if source == "clinic:slow":
            return slowly()
        if source == "clinic:wet":
            logging.getLogger("metaprov_clinic").warning("passed over: %s", "clinic:9 is wet")
            logging.getLogger("other").warning("hello")
            return ["clinic:7"]
        return {"clinic:": ["clinic:7"], "clinic:2": ["clinic:8"], "clinic:empty": []}.get(source)

    def slowly():
        yield "clinic:7"
        wait()

    def wait():
        sys.stderr.write("waiting\\n")
        sys.stderr.flush()
        time.sleep(60)
    """


CLOSING_SLOWLY = """
    import sys, time
    from metaprov_core import hookimpl

    class Slow:
        @hookimpl(types=["patientModule"])
        def get_metadata(self):
            self.wait("waiting")

        @hookimpl
        def detach(self):
            self.wait("closing")

        def wait(self, word):
            sys.stderr.write(word + "\\n")
            sys.stderr.flush()
            time.sleep(60)

    plugin = Slow()
    """


WAITING = """
    import sys, time
    sys.stderr.write("waiting\\n")
    sys.stderr.flush()
    # A signal that comes just before a sleep is heeded behind it.
    for _ in range(600):
        time.sleep(0.1)
    """


@pytest.fixture
def start(site):
    """Start the command with one plugin, called clinic."""
    site.install("clinic", CLINIC)

    def start(*arguments):
        variables = {"METAPROV_ONLY": ",".join(site.distributions), "PYTHONUNBUFFERED": "1"}
        return subprocess.Popen(
            [METAPROV, *arguments],
            env={**os.environ, "PYTHONPATH": str(site.folder), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture
def metaprov(start):
    """Run it to its end."""

    def run(*arguments):
        with start(*arguments) as process:
            stdout, stderr = process.communicate(timeout=60)
        return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)

    return run


@pytest.mark.parametrize(
    ("status", "arguments"),
    [
        (0, ["get", "patientModule", "clinic:7"]),
        (0, ["explain", "patientModule", "clinic:7"]),
        (0, ["find", "clinic:"]),
        (0, ["find", "clinic:", "clinic:2"]),
        (0, ["plugins"]),
        (0, ["types"]),
        (0, ["check"]),
        (0, ["check", "--fail-on", "remark"]),
        (1, ["get", "patientModule", "clinic:nobody"]),
        (1, ["explain", "patientModule", "clinic:nobody"]),
        (1, ["find", "moon:"]),
        (1, ["find", "clinic:empty"]),
        (1, ["find", "clinic:", "clinic:empty"]),
        (2, ["get", "patientModule", "clinic:torn"]),
        (2, ["explain", "patientModule", "clinic:torn"]),
        (2, ["find", "clinic:torn"]),
        (2, ["find", "clinic:torn", "clinic:", "clinic:empty"]),
        (2, ["find"]),
        (2, ["find", ""]),
        (2, ["get", "patientModule"]),
        (2, ["get", "patientModule", "clinic:7", "-o", "no/such/folder/answer"]),
        (2, ["find", "clinic:", "-o", "no/such/folder/answer"]),
        (2, ["check", "--fail-on", "anything"]),
        (3, ["get", "patientModule", "clinic:bug"]),
        (3, ["explain", "patientModule", "clinic:bug"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_each_command_has_the_status_of_the_table(metaprov, status, arguments):
    completed = metaprov(*arguments)

    assert completed.returncode == status, completed
    assert "Traceback" not in completed.stderr
    # What explain prints is the explanation.
    assert bool(completed.stderr) == (status != 0 and arguments[0] != "explain")


def test_a_plugin_that_does_not_work_is_3_for_check_and_a_remark_is_4_where_it_is_to_be(
    site, metaprov, answering
):
    site.install("greedy", answering(1))
    assert metaprov("check").returncode == 0
    assert metaprov("check", "--fail-on", "remark").returncode == 4

    site.install("broken", "raise OSError('no licence')")
    assert metaprov("check", "--fail-on", "remark").returncode == 3


def test_a_source_that_cannot_be_read_does_not_stop_the_others(metaprov):
    completed = metaprov("find", "clinic:torn", "moon:", "clinic:", "clinic:2")

    assert completed.stdout.split() == ["clinic:7", "clinic:8"]
    assert completed.stderr.splitlines() == [
        "metaprov: cannot read clinic:torn: the page is torn",
        "metaprov: no plugin finds images in 'moon:'",
    ]


def test_an_image_that_is_passed_over_is_told_of_and_3(metaprov):
    completed = metaprov("find", "clinic:wet", "clinic:2")

    assert (completed.returncode, completed.stdout.split()) == (3, ["clinic:7", "clinic:8"])
    assert completed.stderr.splitlines() == [
        "metaprov: warning: passed over: clinic:9 is wet",
        "hello",
    ]


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent in another way there")
@pytest.mark.parametrize(
    "arguments",
    [["get", "patientModule", "clinic:slow"], ["find", "clinic:slow"]],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_ctrl_c_is_130_and_shows_no_traceback(start, tmp_path, arguments):
    ids = tmp_path / "ids"
    ids.write_text("of yesterday\n")
    with start(*arguments, "-o", ids) as process:
        assert process.stderr.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)

    assert (process.returncode, stdout, stderr) == (130, "", "metaprov: interrupted\n")
    assert ids.read_text() == "of yesterday\n"
    assert list(tmp_path.glob("ids*")) == [ids]


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent in another way there")
@pytest.mark.parametrize("module", ["pluggy", "typer", "clinic", "metaprov_clinic_command"])
def test_ctrl_c_while_something_is_imported_is_130_too(site, start, module):
    """What the host needs, what the command line needs, a plugin, the command of a plugin."""
    site.write(module, dedent(WAITING))
    site.write("metaprov_clinic_command", dedent(WAITING))
    site.install(
        "metaprov-clinic",
        entry_points="[metaprov.commands]\nwait = metaprov_clinic_command:wait\n",
    )
    arguments = ["wait"] if "command" in module else ["get", "patientModule", "clinic:7"]
    with start(*arguments) as process:
        assert process.stderr.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)

    assert (process.returncode, stdout, stderr) == (130, "", "metaprov: interrupted\n")


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent in another way there")
def test_ctrl_c_at_help_is_130_too(site, start):
    site.install(
        "metaprov-clinic",
        WAITING,
        entry_points="[metaprov.commands]\nwait = metaprov_clinic:wait\n",
    )
    with start("--help") as process:
        assert process.stderr.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)

    assert (process.returncode, stderr) == (130, "metaprov: interrupted\n")


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent in another way there")
@pytest.mark.parametrize("arguments", [["types"], ["get", "patientModule", "clinic:slow"]])
def test_ctrl_c_while_the_host_closes_shows_no_traceback(site, start, arguments):
    """Also a second one, after that which ended the command."""
    site.install("metaprov-clinic", CLOSING_SLOWLY, entry_points={"slow": "metaprov_clinic:plugin"})
    said = ["closing\n"]
    with start(*arguments) as process:
        if "clinic:slow" in arguments:
            said = ["metaprov: interrupted\n", *said]
            assert process.stderr.readline() == "waiting\n"
            process.send_signal(signal.SIGINT)
        assert [process.stderr.readline() for _ in said] == said
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=50)

    assert (process.returncode, stderr) == (130, "")


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        (["get", "patientModule", "clinic:7"], None),
        (["explain", "patientModule", "clinic:7"], None),
        (["find", "clinic:", "clinic:2"], None),
        (["types"], None),
        (["get", "patientModule", "clinic:7", "--json"], json.loads),
        (["find", "clinic:", "--json"], json.loads),
        (["plugins", "--json"], json.loads),
        (["types", "--json"], json.loads),
    ],
)
def test_output_has_what_would_have_been_printed(metaprov, tmp_path, arguments, read):
    file = tmp_path / "file"
    written, printed = metaprov(*arguments, "--output", file), metaprov(*arguments)

    assert (written.stdout, written.returncode) == ("", 0)
    if read is None:
        # How long it took differs.
        same = [re.sub(r"[0-9.]+$", "", text, flags=re.MULTILINE) for text in
                (file.read_text(), printed.stdout)]  # fmt: skip
        assert same[0] == same[1]
    else:
        assert type(read(file.read_text())) is type(read(printed.stdout))


@pytest.mark.skipif(os.name == "nt", reason="links and devices are others there")
def test_a_link_stays_a_link_and_a_device_a_device(metaprov, tmp_path):
    (tmp_path / "file").write_text("of yesterday\n")
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)

    assert metaprov("find", "clinic:", "-o", tmp_path / "link").returncode == 0
    assert metaprov("find", "clinic:", "-o", tmp_path / "pipe").returncode == 0

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "clinic:7\n"
    assert (tmp_path / "pipe").is_fifo()
    assert os.read(reader, 100) == b"clinic:7\n"
    os.close(reader)


def test_nothing_is_written_where_there_is_no_answer(metaprov, tmp_path):
    file = tmp_path / "file"

    assert metaprov("get", "patientModule", "clinic:nobody", "-o", file).returncode == 1
    assert metaprov("find", "clinic:empty", "-o", file).returncode == 1
    assert not list(tmp_path.glob("file*"))


def test_the_table_of_the_documentation_has_every_status():
    rows = re.findall(r"^\| ([0-9]+) \| (.+) \|$", TABLE.read_text(), re.MULTILINE)

    assert [int(status) for status, _ in rows] == list(ExitStatus)


def test_help_has_the_table_in_one_sentence():
    helped = subprocess.run(
        [METAPROV, "--help"], capture_output=True, text=True, check=True, encoding="utf-8",
        env={**os.environ, "COLUMNS": "300", "METAPROV_ONLY": "none"},
    )  # fmt: skip
    sentence = re.search(r"Exit status: (.*)\.", helped.stdout)[1]

    assert [int(part.split()[0]) for part in sentence.split(", ") if part[0].isdigit()] == list(
        ExitStatus
    )
