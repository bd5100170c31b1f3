"""What commands write: whatever the answer, and whatever the terminal can show."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from metaprov_core.cli.tables import print_rows, print_table

#: A name of the bytes `no-` and 0xff, as Python has it, and what no terminal of cp1252 can show.
NAMES = ["clinic:no-\udcff", "clinic:žluť"]

CLINIC = f"""
    from metaprov_core import hookimpl, note

    @hookimpl(types=["patientModule"], schemes=["clinic"])
    def get_metadata(image_id):
        if image_id == "clinic:-":
            note("nothing of \\udcff, žluť")
            return None
        return {{"name": image_id}}

    @hookimpl
    def find_images(source):
        return iter({NAMES!r})
    """


@pytest.fixture
def clinic(site, command):
    site.install("clinic", CLINIC)
    return command


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "žluť".encode()), ("cp1252", b"\x9elu\\u0165"), ("ascii", b"\\u017elu\\u0165")],
)
def test_what_the_terminal_cannot_show_is_escaped_and_file_names_keep_their_bytes(
    clinic, encoding, shown
):
    found = clinic("find", "clinic:", PYTHONIOENCODING=encoding)
    asked = clinic("get", "patientModule", *NAMES, PYTHONIOENCODING=encoding)
    tables = [
        clinic("get", "patientModule", name, PYTHONIOENCODING=encoding).stdout for name in NAMES
    ]

    assert (found.returncode, found.stderr) == (0, b"")
    assert found.stdout == b"clinic:no-\xff\nclinic:%b\n" % shown
    assert (asked.returncode, asked.stderr) == (0, b"")
    assert b"clinic:no-\xff\n" in asked.stdout
    assert b"name   clinic:no-\xff\n" in tables[0]
    assert b"name   clinic:%b\n" % shown in tables[1]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_messages_are_escaped_too(clinic, encoding):
    asked = clinic("get", "patientModule", "clinic:-", PYTHONIOENCODING=encoding)

    assert asked.returncode == 1
    assert b"nothing of \\udcff" in asked.stderr


def test_a_file_is_utf_8_whatever_the_terminal(clinic, tmp_path):
    found = clinic("find", "clinic:", "-o", tmp_path / "ids", PYTHONIOENCODING="ascii")

    assert (found.returncode, found.stderr) == (0, b"")
    assert (tmp_path / "ids").read_bytes() == b"clinic:no-\xff\n" + "clinic:žluť\n".encode()


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_json_has_a_file_name_that_is_no_text_by_its_escape(clinic, tmp_path, encoding):
    found = clinic("find", "clinic:", "--json", PYTHONIOENCODING=encoding)
    written = clinic("find", "clinic:", "--json", "-o", tmp_path / "ids", PYTHONIOENCODING=encoding)
    answer = clinic("get", "patientModule", NAMES[0], "--json", PYTHONIOENCODING=encoding)

    assert (found.returncode, found.stderr) == (0, b"")
    assert b'"clinic:no-\\udcff"' in found.stdout
    assert json.loads(found.stdout) == NAMES
    assert (written.returncode, (tmp_path / "ids").read_bytes()) == (0, found.stdout)
    assert json.loads(answer.stdout) == {"name": NAMES[0]}


def test_ids_that_find_has_written_can_be_read_again(clinic):
    found = clinic("find", "clinic:")
    asked = clinic("get", "patientModule", "-", "--json", input=found.stdout)

    answers = [json.loads(line) for line in asked.stdout.splitlines()]
    assert answers == [{"image_id": name, "answer": {"name": name}} for name in NAMES]


def test_json_has_numbers_for_the_numbers_of_numpy(site, command):
    pytest.importorskip("numpy")
    site.install(
        "numbers-of-numpy",
        """
        import numpy
        from metaprov_core import hookimpl

        @hookimpl(types=["numbers"])
        def get_metadata():
            return {
                "int16": numpy.int16(4),
                "uint64": numpy.uint64(2**64 - 1),
                "float32": numpy.float32(0.5),
                "float64": numpy.float64(0.1),
                "longdouble": numpy.longdouble(0.25),
                "nan": [numpy.float32("nan"), numpy.float64("inf"), float("nan")],
                "bool": numpy.bool_(True),
                "array": numpy.array([[1, 2], [3, 4]], dtype="uint8"),
                "no_dimension": numpy.array(7),
                "str": numpy.str_("a"),
                "odd name \\udcff": [numpy.float32("nan")],
            }
        """,
    )

    assert json.loads(command("get", "numbers", "clinic:7", "--json").stdout) == {
        "int16": 4,
        "uint64": 2**64 - 1,
        "float32": 0.5,
        "float64": 0.1,
        "longdouble": 0.25,
        "nan": [None, None, None],
        "bool": True,
        "array": [[1, 2], [3, 4]],
        "no_dimension": 7,
        "str": "a",
        "odd name \udcff": [None],
    }


def test_json_has_numbers_for_numbers_of_any_class(site, command):
    site.install(
        "numbers-of-others",
        """
        from fractions import Fraction
        from metaprov_core import hookimpl

        class Text(str): ...
        class Whole(int):
            def __repr__(self): return "'4'"
        class Real(float): ...
        class Index:
            def __index__(self): return 5
        class Odd:
            def __repr__(self): return "odd"

        @hookimpl(types=["numbers"])
        def get_metadata():
            return [Text("a"), Whole(4), Real(0.5), Fraction(1, 4), Index(), Odd()]
        """,
    )

    printed = command("get", "numbers", "clinic:7", "--json").stdout

    assert json.loads(printed) == ["a", 4, 0.5, 0.25, 5, "odd"]


# -- as it comes

SLOW = """
    import sys, time
    from metaprov_core import hookimpl

    @hookimpl
    def find_images(source):
        return {"slow:": slowly, "many:": many}[source]()

    def slowly():
        for number in range(3):
            yield f"slow:{number}"
        sys.stdin.read()
        yield "slow:end"

    def many():
        number = 0
        while True:
            yield f"many:{number}"
            number += 1
    """


@pytest.fixture
def start(site):
    """Start the command with a plugin that finds images slowly, or without end."""
    site.install("slow", SLOW)

    def start(*arguments, **options):
        return subprocess.Popen(
            [sys.executable, "-m", "metaprov_core", *arguments],
            env={**os.environ, "PYTHONPATH": str(site.folder), "METAPROV_ONLY": "slow"},
            **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
            | options,
        )

    return start


def test_ids_reach_their_reader_while_the_search_goes_on(start):
    with start("find", "slow:") as process:
        # Nobody lets the search go on before these were read.
        found = [process.stdout.readline() for _ in range(3)]
        rest, _ = process.communicate(b"", timeout=60)

    assert found == [b"slow:0\n", b"slow:1\n", b"slow:2\n"]
    assert rest == b"slow:end\n"


@pytest.mark.skipif(os.name == "nt", reason="pipes are others there")
def test_where_the_reader_has_enough_a_search_without_end_ends_at_once(start, tmp_path):
    with start("find", "many:") as process:
        assert process.stdout.readline() == b"many:0\n"
        process.stdout.close()
        assert process.wait(timeout=60) == 141
        assert process.stderr.read() == b""


@pytest.mark.skipif(os.name == "nt", reason="pipes are others there")
def test_a_pipe_as_output_ends_it_too(start, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with start("find", "many:", "-o", str(tmp_path / "pipe")) as process:
        with (tmp_path / "pipe").open("rb") as reader:
            assert reader.readline() == b"many:0\n"
        assert process.wait(timeout=60) == 141
        assert process.stderr.read() == b""


@pytest.mark.skipif(os.name == "nt", reason="pipes are others there")
@pytest.mark.parametrize("arguments", [["types"], ["plugins", "--json"], ["--help"]])
def test_a_reader_that_is_gone_is_no_error_to_tell_of(start, arguments):
    reader, writer = os.pipe()
    os.close(reader)
    with start(*arguments, stdout=writer) as process:
        os.close(writer)
        _, stderr = process.communicate(b"", timeout=60)

    assert (process.returncode, stderr) == (141, b"")


def test_the_broken_connection_of_a_plugin_is_not_taken_for_it(site, command):
    site.install(
        "clinic",
        """
        from metaprov_core import hookimpl

        @hookimpl(types=["patientModule"])
        def get_metadata():
            raise BrokenPipeError(32, "Broken pipe")
        """,
    )

    completed = command("get", "patientModule", "clinic:7")

    assert completed.returncode == 3
    assert b"BrokenPipeError: [Errno 32] Broken pipe; raised by plugin clinic" in completed.stderr


@pytest.fixture
def in_terminals(start):
    """Run a search whose stderr is a terminal, and stdout too if it is to be; what both show."""
    pty = pytest.importorskip("pty")

    def run(until, *, stdout_too):
        controller, terminal = pty.openpty()
        output = {"stdout": terminal} if stdout_too else {}
        with start("find", "slow:", stderr=terminal, **output) as process:
            os.close(terminal)
            shown = b""
            while until not in shown:
                shown += os.read(controller, 65536)
            process.stdin.close()
            stdout = b"" if stdout_too else process.stdout.read()
            try:
                while block := os.read(controller, 65536):
                    shown += block
            except OSError:  # Linux's way to say that nobody writes any more
                pass
            os.close(controller)
        assert process.returncode == 0
        return stdout, shown

    return run


@pytest.mark.parametrize("stdout_too", [False, True])
def test_a_terminal_shows_how_far_a_search_is_and_nothing_of_it_is_left(
    in_terminals, monkeypatch, stdout_too
):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")

    stdout, shown = in_terminals(b"3 images found", stdout_too=stdout_too)

    assert stdout == (b"" if stdout_too else b"slow:0\nslow:1\nslow:2\nslow:end\n")
    after = shown[shown.rindex(b"images found") :]
    assert b"\x1b[2K" in after  # erases the line
    assert (b"slow:end\r\n" in after.partition(b"\x1b[2K")[2]) is stdout_too


def test_a_terminal_that_cannot_erase_shows_no_progress(in_terminals, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")

    _, shown = in_terminals(b"slow:2", stdout_too=True)

    assert shown == b"slow:0\r\nslow:1\r\nslow:2\r\nslow:end\r\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_output_that_cannot_be_written_is_status_2(command, site, answering):
    site.install("clinic", answering("Ann", 'types=["name"]'))
    with Path("/dev/full").open("wb") as full:
        said = subprocess.run(
            [sys.executable, "-m", "metaprov_core", "plugins"],
            env={**os.environ, "PYTHONPATH": str(site.folder), "METAPROV_ONLY": "clinic"},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (said.returncode, said.stderr) == (
        2,
        "metaprov: cannot write the output: No space left on device\n",
    )


@pytest.mark.skipif(os.name != "posix", reason="a shell closes stdout")
def test_a_stdout_that_is_closed_is_status_2(command, site, answering):
    site.install("clinic", answering("Ann", 'types=["name"]'))
    said = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m metaprov_core plugins >&-"],
        env={**os.environ, "PYTHONPATH": str(site.folder), "METAPROV_ONLY": "clinic"},
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 2
    assert said.stderr == "metaprov: cannot write the output: it is closed\n"


def test_a_sequence_of_ids_of_any_class_is_an_id_a_line(command, site):
    site.install(
        "clinic",
        """\
        from collections.abc import Sequence
        from metaprov_core import hookimpl

        class Ids(Sequence):
            def __len__(self):
                return 2

            def __getitem__(self, place):
                return ["clinic:1", "clinic:2"][place]

        @hookimpl(types=["frameImageIds"])
        def get_metadata():
            return Ids()
        """,
    )
    assert command("get", "frameImageIds", "clinic:7").stdout == b"clinic:1\nclinic:2\n"


def test_what_detach_raises_is_one_line(command, site):
    site.install(
        "clinic",
        """\
        from metaprov_core import hookimpl

        class Plugin:
            @hookimpl
            def detach(self):
                raise RuntimeError("no disk")

            @hookimpl(types=["name"])
            def get_metadata(self):
                return "Ann"
        """,
        entry_points={"clinic": "clinic:Plugin"},
    )
    said = command("get", "name", "clinic:7")
    assert said.stdout == b"Ann\n"
    assert said.stderr.decode() == (
        "metaprov: warning: plugin clinic (clinic 1.0) left, and its detach raised "
        "RuntimeError: no disk\n"
    )
    assert b"Traceback" in command("--traceback", "get", "name", "clinic:7").stderr


# -- tables


def test_lines_stand_below_the_row_that_they_are_about(capsys):
    rows = [("1", "one"), ("2", "two"), ("3", "three")]

    print_table(("no.", "name"), rows, [["of\x1b one"], [], ["a", "b"]])

    assert capsys.readouterr().out.splitlines() == [
        "no.  name",
        "1    one",
        "    of\\x1b one",
        "2    two",
        "3    three",
        "    a",
        "    b",
    ]


def test_a_branch_of_a_tree_is_indented_and_has_no_names_of_columns(capsys):
    print_rows([("a", "1"), ("bcd", "2")], [["why"]], indent="  ")
    print_rows([])

    assert capsys.readouterr().out == "  a    1\n      why\n  bcd  2\n"


def test_on_a_terminal_a_branch_is_no_wider_than_that(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")

    print_rows([("a", "word " * 12)], [["reason " * 12]], indent="    ")

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 4
    assert max(map(len, lines)) <= 40
