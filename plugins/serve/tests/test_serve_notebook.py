"""What a notebook shows: which images, and what is answered about them over the channel."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, Queue

import comm
import pytest
from asked_server import bytes_of, write_image, write_series
from comm.base_comm import BaseComm

import metaprov_serve
import metaprov_volume
from metaprov_core import MetadataReadError
from metaprov_serve.notebook.channel import Channel
from metaprov_serve.notebook.errors import NotebookError

#: An answer that does not come within it is none.
PATIENCE = 60
IMAGES = {"path": "/metaprov/api/images"}


class Wire(BaseComm):
    """The channel as a kernel has it; the test is the browser at the other end."""

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        self.__dict__.setdefault("came", Queue()).put((data, buffers, threading.current_thread()))

    def sends(self, **message):
        data = {"method": "custom", "content": message}
        self.handle_msg({"content": {"data": data}, "buffers": []})

    def next(self, patience=PATIENCE):
        """The next answer: its status and headers, its bytes, and the thread that it came from."""
        data, buffers, thread = self.came.get(timeout=patience)
        assert data["method"] == "custom"
        (body,) = buffers
        return data["content"], body, thread

    def asks(self, path, query="", **how):
        self.sends(id=1, request={"path": f"/metaprov/{path}", "query": query, **how})
        said, body, _ = self.next()
        assert said["id"] == 1
        return said, body


@pytest.fixture(autouse=True)
def wires(monkeypatch):
    monkeypatch.setattr(comm, "create_comm", Wire)


@pytest.fixture
def ids(tmp_path):
    return write_series(tmp_path / "scans")


@pytest.fixture
def shown(host, ids, tmp_path):
    """A widget of the first three images of four."""
    widget = metaprov_serve.show(ids[:3], host=host)
    yield widget
    widget.close()


@pytest.fixture
def wire(shown):
    """Its channel, after what it said of itself at first."""
    shown.comm.came.get_nowait()
    return shown.comm


# What is shown.


def test_a_folder_shows_all_its_images(host, ids, tmp_path):
    assert metaprov_serve.show(tmp_path / "scans", host=host).image_ids == tuple(ids)
    assert metaprov_serve.show(str(tmp_path / "scans"), host=host).image_ids == tuple(ids)


def test_a_file_shows_its_image(host, ids):
    path = ids[1].removeprefix("dicomfile:")
    assert metaprov_serve.show(path, host=host).image_ids == (ids[1],)


def test_ids_are_shown_as_they_are_given_each_once(host, ids):
    given = [ids[2], ids[0], ids[2]]
    assert metaprov_serve.show(given, host=host).image_ids == (ids[2], ids[0])


def test_a_volume_shows_the_images_that_it_was_read_from(host, ids):
    volume = metaprov_volume.read(ids[1:3], host=host)
    assert metaprov_serve.show(volume, host=host).image_ids == tuple(ids[1:3])


def test_the_default_host_is_asked_unless_another_one_is_given(ids):
    assert metaprov_serve.show(ids).image_ids == tuple(ids)


def test_a_folder_without_images_is_an_error(host, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotebookError, match=r"no images to show: there are none in .*empty"):
        metaprov_serve.show(tmp_path / "empty", host=host)


def test_a_source_that_is_not_there_is_an_error_as_elsewhere(host, tmp_path):
    with pytest.raises(MetadataReadError, match="no such file"):
        metaprov_serve.show(tmp_path / "nowhere", host=host)


def test_without_anywidget_it_is_said_what_to_install(host, ids, monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "metaprov_serve.notebook.widget", raising=False)
    with pytest.raises(NotebookError, match=r"pip install 'metaprov-serve\[notebook\]'"):
        metaprov_serve.show(ids, host=host)


def test_importing_the_package_imports_neither_anywidget_nor_starlette():
    late = {"anywidget", "starlette", "numpy"}
    ran = run(f"import sys, metaprov_serve; print({late!r} & set(sys.modules))")
    assert (ran.stdout.strip(), ran.stderr) == ("set()", "")


def run(program):
    command = [sys.executable, "-c", program]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE)


def test_a_terminal_is_told_what_the_widget_is(host, ids):
    assert repr(metaprov_serve.show(ids, host=host)) == "<ImageWidget: 4 images, in a notebook>"
    assert repr(metaprov_serve.show(ids[:1], host=host)) == "<ImageWidget: 1 image, in a notebook>"


def test_nothing_of_the_images_is_in_what_a_notebook_saves(shown, ids):
    state = json.dumps(shown.get_state())
    assert "render" in state
    assert "scans" not in state
    assert "Doe" not in state


# What is answered.


def test_pixels_are_the_bytes_of_the_file(wire, ids):
    said, body = wire.asks("api/frame", f"id={ids[0]}", headers={"Accept-Encoding": "gzip"})
    assert said["status"] == 200
    assert said["headers"]["x-rows"] == "2"
    assert "content-encoding" not in said["headers"]
    assert body == bytes_of(ids[0])


def test_all_images_are_those_that_are_shown(wire, ids):
    said, body = wire.asks("api/images")
    assert said["status"] == 200
    assert json.loads(body) == ids[:3]


def test_metadata_are_asked_with_a_body(wire, ids):
    asked = {"imageIds": ids[:2], "types": ["imagePlaneModule"]}
    said, body = wire.asks("api/metadata", method="POST", body=json.dumps(asked))
    assert said["status"] == 200
    rows = json.loads(body)
    assert [row["imageId"] for row in rows] == ids[:2]
    assert rows[1]["metadata"]["imagePlaneModule"]["imagePositionPatient"] == [0, 0, 2]


def test_answers_and_modules_are_compressed_for_who_takes_that(wire):
    compressed = {"headers": {"Accept-Encoding": "gzip"}}
    for path, query in [("api/types", ""), ("program/notebook.js", "")]:
        said, body = wire.asks(path, query, **compressed)
        assert said["headers"]["content-encoding"] == "gzip"
        plain, whole = wire.asks(path, query)
        assert "content-encoding" not in plain["headers"]
        assert gzip.decompress(body) == whole


def test_other_images_are_not_answered_about(wire, ids, tmp_path):
    other = write_image(tmp_path / "other.dcm", 9)
    for image_id in (ids[3], other, "dicomfile:/etc/hostname", "file:///etc/hostname"):
        for question in ("frame", "header", "rendered", "volumes"):
            said, body = wire.asks(f"api/{question}", f"id={image_id}")
            assert said["status"] == 404
            assert json.loads(body) == {"error": "there is no such image here"}


def test_metadata_of_other_images_are_refused_image_by_image(wire, ids):
    asked = {"imageIds": [ids[3], ids[0]], "types": ["patientModule"]}
    _, body = wire.asks("api/metadata", method="POST", body=json.dumps(asked))
    refused, answered = json.loads(body)
    assert refused["metadata"] == {}
    assert refused["errors"]["patientModule"]["error"] == "NotServed"
    assert answered["errors"] == {}


def test_other_folders_are_not_listed(wire, tmp_path):
    said, _ = wire.asks("api/images", f"source={tmp_path}")
    assert said["status"] == 404


@pytest.mark.parametrize(
    ("path", "query", "method", "status"),
    [
        ("api/frame", "", "GET", 400),
        ("api/nothing", "", "GET", 404),
        ("program/../../../__init__.py", "", "GET", 404),
        ("api/types", "", "DELETE", 405),
    ],
)
def test_wrong_questions_have_the_status_of_the_server(wire, path, query, method, status):
    said, _ = wire.asks(path, query, method=method)
    assert said["status"] == status


def test_an_image_that_cannot_be_read_is_422_with_the_reason(host, ids):
    Path(ids[0].removeprefix("dicomfile:")).write_bytes(b"no DICOM")
    wire = metaprov_serve.show([ids[0]], host=host).comm
    wire.came.get_nowait()
    said, body = wire.asks("api/frame", f"id={ids[0]}")
    assert said["status"] == 422
    assert "000.dcm" in json.loads(body)["error"]


def test_what_nobody_foresaw_is_500_without_a_traceback(wire, ids, host, monkeypatch, caplog):
    monkeypatch.setattr(host, "explain", lambda *_args, **_how: 1 / 0)
    said, body = wire.asks("api/explain", f"id={ids[0]}&type=patientModule")
    assert said["status"] == 500
    assert json.loads(body) == {"error": "an error in the server: its log says which"}
    assert "ZeroDivisionError" in caplog.text


def test_a_message_that_is_no_request_is_an_error():
    with pytest.raises(ValueError, match="id"):
        Channel(None, None).receive({"request": IMAGES})


# When it is answered.


@pytest.fixture
def held(host, monkeypatch):
    """Holds each answer of `explain` until it is set."""
    may = threading.Event()
    asked = threading.Event()
    explain = host.explain

    def waiting(*args, **how):
        asked.set()
        assert may.wait(PATIENCE)
        return explain(*args, **how)

    monkeypatch.setattr(host, "explain", waiting)
    may.asked = asked
    yield may
    may.set()


def slow(ids):
    return {"path": "/metaprov/api/explain", "query": f"id={ids[0]}&type=patientModule"}


def test_answers_do_not_wait_for_the_thread_of_the_kernel_or_for_slower_ones(wire, ids, held):
    wire.sends(id=1, request=slow(ids))
    wire.sends(id=2, request=IMAGES)
    said, _, thread = wire.next()
    assert said["id"] == 2
    assert thread is not threading.main_thread()
    held.set()
    said, _, _ = wire.next()
    assert (said["id"], said["status"]) == (1, 200)


def test_an_answer_that_is_not_wanted_any_more_does_not_come(wire, ids, held):
    wire.sends(id=1, request=slow(ids))
    assert held.asked.wait(PATIENCE)
    wire.sends(id=1)
    held.set()
    wire.sends(id=2, request=IMAGES)
    assert wire.next()[0]["id"] == 2
    with pytest.raises(Empty):
        wire.next(patience=0.2)


def test_a_widget_that_is_closed_answers_nothing_more(shown, wire, ids, held):
    wire.sends(id=1, request=slow(ids))
    assert held.asked.wait(PATIENCE)
    shown.close()
    held.set()
    channel = shown._channel
    for running in list(channel._running.values()):
        assert running.cancelled()
    said = [data for data, _, _ in list(wire.came.queue) if data and data["method"] == "custom"]
    assert said == []


def test_a_program_with_an_answer_under_way_ends(ids):
    """Kernels are asked to end, and killed if they do not."""
    program = f"""
import time
import metaprov_core, metaprov_serve
widget = metaprov_serve.show({ids!r})
metaprov_core.default_host.explain = lambda *args, **how: time.sleep(1)
widget._channel.receive({{"id": 1, "request": {slow(ids)!r}}})
"""
    ran = run(program)
    assert (ran.returncode, ran.stderr) == (0, "")
