"""The index: what is found, and what is answered while it is not yet whole."""

from __future__ import annotations

import shutil
import threading

import pydicom
import pytest
from serving import serving

from metaprov_core import Host, MetadataReadError
from metaprov_serve.dicomweb import Index


def built(*sources, **options) -> Index:
    index = Index(Host(discover=True), list(map(str, sources)), **options)
    index.start()
    assert index.wait(60)
    return index


def test_studies_have_series_and_these_instances(studies):
    index = built(studies)
    tree = {
        study.uid: {each.uid: sorted(each.instances) for each in study.below()}
        for study in index.studies()
    }
    assert tree == {
        "1.2.1": {
            "1.2.1.1": ["1.2.1.1.1", "1.2.1.1.2", "1.2.1.1.3"],
            "1.2.1.2": ["1.2.1.2.1"],
            "1.2.1.3": ["1.2.1.3.1"],
        },
        "1.2.2": {"1.2.2.1": ["1.2.2.1.1"]},
    }
    assert not index.indexing


def test_an_instance_is_found_by_its_uids(studies):
    index = built(studies)
    assert index.image_id("1.2.1", "1.2.1.1", "1.2.1.1.2") == f"dicomfile:{studies}/ct/2.dcm"
    assert index.image_id("1.2.2", "1.2.2.1", "1.2.2.1.1") == f"dicomfile:{studies}/us.dcm"
    assert index.image_id("1.2.1", "1.2.1.1", "1.2.1.2.1") is None
    assert index.image_id("1.2.2", "1.2.1.1", "1.2.1.1.2") is None
    assert index.image_id("1", "1.2.1.1", "1.2.1.1.2") is None


def test_of_the_same_uids_the_first_is_served(studies, tmp_path):
    shutil.copy(studies / "us.dcm", tmp_path / "b.dcm")
    shutil.copy(studies / "us.dcm", tmp_path / "a.dcm")
    assert (
        built(tmp_path).image_id("1.2.2", "1.2.2.1", "1.2.2.1.1") == f"dicomfile:{tmp_path}/a.dcm"
    )


def test_images_without_uids_are_left_out_and_said(studies, tmp_path, caplog):
    dataset = pydicom.dcmread(studies / "us.dcm")
    del dataset.StudyInstanceUID
    dataset.save_as(tmp_path / "nowhere.dcm")
    index = built(tmp_path)
    assert index.studies() == []
    assert index.left_out == 1
    assert "1 images are not in the DICOMweb index" in caplog.text


def test_a_source_that_fails_leaves_the_others(studies, caplog):
    def find(source):
        if source == "broken":
            raise MetadataReadError("broken", "it is broken")
        return Host(discover=True).find_images(source)

    index = built("broken", studies, find=find)
    assert len(index.studies()) == 2
    assert "it is broken" in caplog.text


@pytest.fixture
def slow(studies):
    """A server that has found the US study, and is not told where the CT study is; and a switch."""
    go_on = threading.Event()

    def find(source):
        yield from [f"{studies / 'us.dcm'}?frame={frame}" for frame in range(1, 4)]
        assert go_on.wait(60)
        yield from Host(discover=True).find_images(str(studies / "ct"))

    index = Index(Host(discover=True), ["slow"], find)
    with serving([], index) as server:
        yield server, go_on
        go_on.set()


def test_while_it_is_built_answers_say_so(slow, monkeypatch):
    monkeypatch.setattr("metaprov_serve.dicomweb.exchange.requests._PATIENCE", 0.05)
    server, go_on = slow
    # The thread may be slower than the first of them; each of these waits for it.
    answers = (server.get("/studies") for _ in range(200))
    answer = next(answer for answer in answers if answer.json())
    assert [match["0020000D"]["Value"] for match in answer.json()] == [["1.2.2"]]
    assert answer.headers["X-Metaprov-Indexing"] == "true"
    missing = server.get("/studies/1.2.1/metadata")
    assert missing.status_code == 404
    assert "ask again" in missing.json()["error"]

    go_on.set()
    assert server.archive.index.wait(60)
    answer = server.get("/studies")
    assert len(answer.json()) == 2
    assert "X-Metaprov-Indexing" not in answer.headers


def test_an_instance_that_is_asked_for_too_early_is_waited_for(slow):
    server, go_on = slow
    threading.Timer(0.2, go_on.set).start()
    answer = server.get("/studies/1.2.1/series/1.2.1.1/instances/1.2.1.1.2/metadata")
    assert answer.status_code == 200
    assert answer.json()[0]["00080018"]["Value"] == ["1.2.1.1.2"]
