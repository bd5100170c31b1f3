"""The API answers what metaprov answers, about what is served and nothing else."""

from __future__ import annotations

import copy
import json

import msgspec
import numpy as np
import pytest
from asked_server import TOKEN, Server, bytes_of, write_image, write_series
from pydicom.dataset import Dataset

from metaprov_core.cli.as_json import encoded


@pytest.fixture
def ids(tmp_path):
    return write_series(tmp_path / "scans")


@pytest.fixture
def server(host, ids, tmp_path):
    return Server(host, tmp_path / "scans")


TYPES = ["imagePlaneModule", "imagePixelModule", "patientModule", "scalingModule"]


def test_metadata_are_in_the_order_asked_and_as_msgspec_has_them(server, host, ids):
    asked = [ids[2], ids[0]]
    rows = server.metadata(asked, TYPES)
    assert [row["imageId"] for row in rows] == asked
    for row in rows:
        for type in TYPES[:3]:
            answer = host.require(type, row["imageId"])
            assert row["metadata"][type] == json.loads(msgspec.json.encode(answer))
        # Of a CT there is none: it is in neither.
        assert "scalingModule" not in row["metadata"]
        assert row["errors"] == {}


def test_get_and_post_are_alike(server, ids):
    got = server("/metaprov/api/metadata", params={"id": ids[:2], "type": TYPES})
    assert got.json() == server.metadata(ids[:2], TYPES)


def test_more_images_than_a_batch_are_all_answered(host, tmp_path):
    ids = write_series(tmp_path / "many", 300)
    rows = Server(host, tmp_path / "many").metadata(ids, ["imagePlaneModule"])
    positions = [row["metadata"]["imagePlaneModule"]["imagePositionPatient"][2] for row in rows]
    assert positions == [2.0 * number for number in range(300)]


def test_a_geometry_is_sent_once_a_series(server, ids):
    rows = server.metadata(ids, ["seriesVolumes", "volumeGeometryModule"])
    first, *others = (row["metadata"] for row in rows)
    assert first["volumeGeometryModule"]["imageIds"] == ids
    assert [geometry["imageIds"] for geometry in first["seriesVolumes"]] == [ids]
    same = {"sameAs": ids[0]}
    assert others == [{"seriesVolumes": same, "volumeGeometryModule": same}] * 3


def test_what_cannot_be_read_has_an_error_and_the_others_answers(server, ids, tmp_path):
    torn = tmp_path / "scans" / "torn.dcm"
    torn.write_bytes(bytes(128) + b"DICMnothing")
    rows = server.metadata([ids[0], f"dicomfile:{torn}"], ["imagePlaneModule"])
    assert rows[0]["errors"] == {}
    assert rows[1]["metadata"] == {}
    assert rows[1]["errors"]["imagePlaneModule"]["error"] == "MetadataReadError"


def outside_of(tmp_path):
    """Ids of images that are there, and not served."""
    beside = write_image(tmp_path / "beside" / "secret.dcm", 1)
    link = tmp_path / "scans" / "link.dcm"
    link.symlink_to(tmp_path / "beside" / "secret.dcm")
    folder = tmp_path / "scans" / "folder"
    folder.symlink_to(tmp_path / "beside")
    root = tmp_path / "scans"
    return {
        "beside": beside,
        "dots": f"dicomfile:{root}/../beside/secret.dcm",
        "link": f"dicomfile:{link}",
        "frame of a link": f"dicomfile:{link}?frame=1",
        "link, with dots": f"dicomfile:{root}/./x/..//link.dcm",
        "linked folder": f"dicomfile:{folder}/secret.dcm",
        "linked folder, with dots": f"dicomfile:{folder}/./secret.dcm",
        "linked folder itself": f"dicomfile:{folder}/",
        "alike": f"dicomfile:{root}2/a.dcm",
        "url": f"file://{tmp_path}/beside/secret.dcm",
        "null": f"dicomfile:{root}/a\0.dcm",
    }


OUTSIDE = (
    "beside",
    "dots",
    "link",
    "frame of a link",
    "link, with dots",
    "linked folder",
    "linked folder, with dots",
    "linked folder itself",
    "alike",
    "url",
    "null",
)


@pytest.mark.parametrize("how", OUTSIDE)
def test_what_is_outside_is_refused_without_a_path(server, tmp_path, how):
    image_id = outside_of(tmp_path)[how]
    (row,) = server.metadata([image_id], ["imagePlaneModule", "patientModule"])
    assert row["metadata"] == {}
    assert set(row["errors"]) == {"imagePlaneModule", "patientModule"}
    assert "secret" not in json.dumps(row["errors"])
    for question in ("explain", "volumes", "header", "frame", "rendered", "thumbnail"):
        response = server.api(question, id=image_id, type="patientModule")
        assert response.status_code == 404
        assert set(response.json()) == {"error"}
        assert "secret" not in response.text


@pytest.mark.parametrize(
    "spelling",
    ["./001.dcm", "/001.dcm", "../scans/001.dcm", "link.dcm", "folder/001.dcm", ".hidden.dcm"],
)
def test_what_is_inside_is_served_however_it_is_spelled(server, ids, tmp_path, spelling):
    root = tmp_path / "scans"
    (root / "link.dcm").symlink_to(root / "001.dcm")
    (root / "folder").symlink_to(root)
    (root / ".hidden.dcm").write_bytes((root / "001.dcm").read_bytes())
    image_id = f"dicomfile:{root}/{spelling}"
    (row,) = server.metadata([image_id], ["imagePlaneModule"])
    assert row["metadata"] == server.metadata([ids[1]], ["imagePlaneModule"])[0]["metadata"]


def test_a_folder_that_becomes_a_link_leads_nowhere(host, ids, tmp_path):
    server = Server(host, tmp_path / "scans")
    image_id = write_image(tmp_path / "scans" / "in" / "001.dcm", 1)
    assert server.api("header", id=image_id).status_code == 200
    (tmp_path / "scans" / "in").rename(tmp_path / "in")
    (tmp_path / "scans" / "in").symlink_to(tmp_path / "in")
    assert server.api("header", id=image_id).status_code == 404


@pytest.mark.parametrize("image_id", ["s3-like:bucket/key", "http-x:y", "wadouri:dicomfile:/a"])
def test_schemes_that_are_no_paths_are_forbidden(server, image_id):
    assert server.api("header", id=image_id).status_code == 403


def test_images_are_those_of_the_sources_without_links_that_lead_out(server, ids, tmp_path):
    outside_of(tmp_path)
    assert server.api("images").json() == ids
    assert server.api("images", source=str(tmp_path / "scans")).json() == ids
    assert server.api("images", source=str(tmp_path / "beside")).status_code == 404


def test_a_single_file_is_served_alone(host, ids, tmp_path):
    server = Server(host, tmp_path / "scans" / "001.dcm")
    assert server.api("header", id=ids[1]).status_code == 200
    assert server.api("header", id=ids[2]).status_code == 404
    assert server.api("header", id=f"{ids[1]}/in.dcm").status_code == 404


def test_frames_of_its_own_dicomweb_are_those_of_the_file(server, ids):
    path = "/dicomweb/studies/1.2/series/1.2.3/instances/1.2.3.4.1"
    assert server(f"{path}/metadata").status_code == 200
    own = f"wadors:http://127.0.0.1:8042{path}/frames/1"
    (row,) = server.metadata([own], ["imagePlaneModule"])
    assert row["imageId"] == own
    assert row["metadata"] == server.metadata([ids[1]], ["imagePlaneModule"])[0]["metadata"]
    other = own.replace("127.0.0.1:8042", "pacs.example")
    (row,) = server.metadata([other], ["imagePlaneModule"])
    assert row["metadata"] == {}


def test_questions_are_answered_as_the_command_line_does(server, host, ids):
    found = server.api("explain", id=ids[0], type="imagePlaneModule", all="1").json()
    expected = json.loads(encoded(host.explain("imagePlaneModule", ids[0], all=True).to_dict()))
    assert [row["provider"] for row in found["rows"]] == [
        row["provider"] for row in expected["rows"]
    ]
    assert found["answer"] == expected["answer"]
    (geometry,) = server.api("volumes", id=ids[0]).json()
    assert geometry["imageIds"] == ids
    assert {row["type"] for row in server.api("types").json()} == set(host.types())
    assert {row["name"] for row in server.api("plugins").json()} == {
        record.name for record in host.plugins()
    }
    assert server.api("header", id=ids[0]).json()["00100020"]["Value"] == ["P1"]


def test_frames_say_what_their_bytes_are(server, ids):
    decoded = server.api("frame", id=ids[3])
    assert decoded.content == bytes_of(ids[3])
    told = {name: value for name, value in decoded.headers.items() if name.startswith("x-")}
    del told["x-content-type-options"]
    assert told == {
        "x-rows": "2",
        "x-columns": "3",
        "x-samples": "1",
        "x-bits-allocated": "16",
        "x-pixel-representation": "0",
        "x-photometric": "MONOCHROME2",
    }
    stored = server.api("frame", id=ids[3], decoded="0")
    assert stored.content == bytes_of(ids[3])
    assert stored.headers["x-transfer-syntax"] == "1.2.840.10008.1.2.1"


@pytest.mark.parametrize("name", ["rendered", "thumbnail"])
def test_pictures_are_png(server, ids, name):
    pillow = pytest.importorskip("PIL.Image")
    response = server.api(name, id=ids[0])
    assert response.headers["content-type"] == "image/png"
    import io

    with pillow.open(io.BytesIO(response.content)) as picture:
        # Pixels are higher than wide: the picture is not.
        assert np.asarray(picture).shape == (3, 3)
    windowed = server.api(name, id=ids[0], window="0,10")
    assert windowed.status_code == 200
    assert windowed.content != response.content


@pytest.mark.parametrize(
    ("name", "parameters", "status"),
    [
        ("header", {}, 400),
        ("explain", {"id": "ID"}, 400),
        ("rendered", {"id": "ID", "window": "wide"}, 400),
        ("rendered", {"id": "ID", "window": "1,0"}, 422),
        ("rendered", {"id": "ID", "size": "0"}, 400),
        ("header", {"id": "dicomfile:" + "a" * 5000}, 400),
        ("nothing", {}, 404),
    ],
)
def test_wrong_questions_are_told(server, ids, name, parameters, status):
    asked = {key: ids[0] if value == "ID" else value for key, value in parameters.items()}
    response = server.api(name, **asked)
    assert response.status_code == status
    assert set(response.json()) == {"error"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(server, method):
    for path in ("/metaprov/api/images", "/dicomweb/studies"):
        response = server(path, method)
        assert response.status_code == 405
        assert "error" in response.json()


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'{"imageIds": 1, "types": []}', b"\xff"])
def test_a_body_that_asks_nothing_is_told(server, body):
    response = server("/metaprov/api/metadata", "POST", content=body)
    assert response.status_code == 400
    assert "error" in response.json()


def test_too_much_is_refused(server, ids):
    many = {"imageIds": [ids[0]] * 20_001, "types": ["a"] * 10}
    assert server("/metaprov/api/metadata", "POST", json=many).status_code == 413
    body = b'{"imageIds": ["' + b"a" * (16 << 20) + b'"], "types": []}'
    assert server("/metaprov/api/metadata", "POST", content=body).status_code == 413


def test_who_has_an_answer_is_told_that_it_is_the_same(server, ids):
    first = server("/metaprov/api/header", params={"id": ids[0]})
    headers = {"Authorization": f"Bearer {TOKEN}", "If-None-Match": first.headers["etag"]}
    again = server("/metaprov/api/header", params={"id": ids[0]}, headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    other = server("/metaprov/api/header", params={"id": ids[1]}, headers=headers)
    assert other.status_code == 200


def test_large_answers_are_compressed_for_those_who_take_it(server):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    plain = server("/metaprov/api/types", headers={**headers, "Accept-Encoding": "identity"})
    packed = server("/metaprov/api/types", headers={**headers, "Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    assert int(packed.headers["content-length"]) < len(plain.content) / 2


def test_a_header_has_the_groups_of_all_frames(host, tmp_path):
    plane = Dataset()
    plane.PlanePositionSequence = [Dataset()]
    plane.PlanePositionSequence[0].ImagePositionPatient = [0, 0, 1]
    groups = [plane, copy.deepcopy(plane)]
    image_id = write_image(
        tmp_path / "enhanced.dcm", 1, NumberOfFrames=2, PerFrameFunctionalGroupsSequence=groups
    )
    header = Server(host, tmp_path / "enhanced.dcm").api("header", id=image_id).json()
    assert len(header["52009230"]["Value"]) == 2
