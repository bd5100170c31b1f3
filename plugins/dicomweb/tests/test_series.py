"""What is asked of a server, how often, and what becomes of it."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from pydicom.dataset import Dataset

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import IMAGE_PLANE, INSTANCE, PATIENT, SERIES_IMAGE_IDS
from metaprov_dicomweb.headers.series import fetch_series
from metaprov_dicomweb.services.wado_rs import image_url

SERIES = "/studies/1.2.3/series/1.2.3.4"
METADATA = f"{SERIES}/metadata"


def test_the_first_question_about_a_series_fetches_the_metadata_of_all_its_images(
    host, server, series
):
    positions = [host.require(IMAGE_PLANE, image_id).image_position_patient for image_id in series]

    assert positions == [(0, 0, number) for number in range(1, 6)]
    assert server.asked() == [METADATA]


def test_threads_that_ask_for_a_cold_series_at_once_make_one_request(host, server, series):
    barrier = Barrier(4)

    def ask(image_id):
        barrier.wait(10)
        return host.require(IMAGE_PLANE, image_id)

    with ThreadPoolExecutor(4) as threads:
        planes = list(threads.map(ask, series[:4]))

    assert [plane.image_position_patient[2] for plane in planes] == [1, 2, 3, 4]
    assert server.asked() == [METADATA]


def test_a_connection_is_used_again(host, server, series):
    host.get(IMAGE_PLANE, series[0])
    host.changed()
    host.get(IMAGE_PLANE, series[0])
    host.changed()
    host.get(IMAGE_PLANE, series[0])

    assert len(set(server.clients)) == 1


def test_other_modules_of_other_images_are_answered_without_a_request(host, server, series):
    host.get(IMAGE_PLANE, series[0])
    server.requests.clear()

    assert {host.require(PATIENT, image_id).patient_name for image_id in series} == {"Äbel^Ann"}
    assert host.get("modalityLutModule", series[3]).rescale_intercept == -1024
    assert host.get("PatientID", series[4]) == "P7"
    assert server.requests == []


def test_the_frames_of_an_image_come_from_the_same_header(host, server, store, ct):
    groups = []
    for z in (1.0, 2.0, 3.0):
        group, position = Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, z]
        group.PlanePositionSequence = [position]
        groups.append(group)
    image_id = store(ct(NumberOfFrames=3, PerFrameFunctionalGroupsSequence=groups))

    planes = [host.require(IMAGE_PLANE, f"{image_id}/frames/{n}") for n in (1, 2, 3)]

    assert [plane.image_position_patient[2] for plane in planes] == [1, 2, 3]
    assert server.asked() == [METADATA]
    with pytest.raises(MetadataReadError, match="no frame 4; the image has 3 frames"):
        host.get(IMAGE_PLANE, f"{image_id}/frames/4")


def test_an_image_that_came_to_the_server_later_is_asked_for_by_itself(
    host, server, series, store, ct
):
    host.get(IMAGE_PLANE, series[0])
    late = store(ct(9))

    assert host.require(IMAGE_PLANE, late).image_position_patient == (0, 0, 9)
    assert server.asked() == [METADATA, f"{SERIES}/instances/1.2.3.4.9/metadata"]
    assert host.require(SERIES_IMAGE_IDS, late)[-1] == late


def test_an_image_that_the_server_does_not_have_is_an_error(host, server, series):
    missing = series[0].replace("1.2.3.4.1", "1.2.3.4.77")

    with pytest.raises(MetadataReadError, match=r"1\.2\.3\.4\.77/metadata: the server answers 404"):
        host.get(IMAGE_PLANE, missing)


def test_the_images_of_a_series_are_in_the_order_of_their_instance_numbers(host, store, ct):
    ids = [store(ct(number)) for number in (10, 9, 2)]
    ids.append(store(ct(0, InstanceNumber=None)))

    found = host.require(SERIES_IMAGE_IDS, f"{ids[0]}/frames/1")

    assert found == (ids[2], ids[1], ids[0], ids[3])
    assert all(host.require(SERIES_IMAGE_IDS, image_id) is found for image_id in ids)


def test_an_image_that_the_server_lists_twice_is_one(host, server, series):
    server.images.append(server.images[0])

    assert host.require(IMAGE_PLANE, series[0]).image_position_patient == (0, 0, 1)
    assert host.require(SERIES_IMAGE_IDS, series[0]) == tuple(series)


def test_a_change_of_an_image_drops_what_was_fetched_for_it(host, server, series):
    host.get(IMAGE_PLANE, series[0])
    host.get(IMAGE_PLANE, series[1])
    server.images[0].json["00200032"]["Value"] = [7.0, 8.0, 9.0]

    assert host.require(IMAGE_PLANE, series[0]).image_position_patient == (0, 0, 1)
    host.changed(INSTANCE, f"{series[0]}/frames/1")

    assert host.require(IMAGE_PLANE, series[0]).image_position_patient == (7, 8, 9)
    assert server.asked() == [METADATA, METADATA]


@pytest.mark.parametrize("forget", ["changed", "clear"])
def test_everything_is_fetched_again_once_everything_has_changed(host, server, series, forget):
    host.get(IMAGE_PLANE, series[0])
    getattr(host, forget)()
    host.get(IMAGE_PLANE, series[0])

    assert server.asked() == [METADATA, METADATA]


def test_what_is_fetched_during_a_change_is_not_kept(host, server, series):
    def change(handler):
        server.instead = None
        host.changed()
        return False

    server.instead = change
    host.get(INSTANCE, series[0])
    host.get(INSTANCE, series[0])

    assert server.asked() == [METADATA, METADATA]


def test_a_series_is_kept_in_a_small_part_of_what_was_sent(server, store, ct):
    for number in range(1, 51):
        store(ct(number, ImageComments=" ".join(map(str, range(2000)))))
    series = fetch_series(image_url(server.ids()[0]).series)

    kept = len(series._common) + sum(map(len, series._headers.values()))
    assert kept < 50 * len(series.header("1.2.3.4.1")) / 10
    assert json.loads(series.header("1.2.3.4.50"))["00200013"]["Value"] == [50]


def test_an_instance_can_be_sent_to_another_process(host, server, series):
    instance = host.require(INSTANCE, series[0])
    instance.get("PatientName")

    received = pickle.loads(pickle.dumps(instance))

    assert dict(received) == dict(instance)
    assert received["TransferSyntaxUID"] == "1.2.840.10008.1.2.1"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process is forked here")
def test_a_forked_process_has_connections_of_its_own(server, series):
    program = """if True:
        import os, sys, metaprov_core, metaprov_dicomweb
        metaprov_dicomweb.configure([sys.argv[1]])
        metaprov_core.require("instance", sys.argv[2])
        child = os.fork()
        metaprov_core.changed()
        metaprov_core.require("instance", sys.argv[2])
        if child:
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """
    subprocess.run([sys.executable, "-c", program, server.base, series[0]], check=True, timeout=60)

    of_parent, *later = server.clients
    assert server.asked() == [METADATA] * 3
    assert len({*later}) == 2
    assert of_parent in later


def test_no_credentials_are_sent_to_another_process(host, server, series):
    metaprov_dicomweb.configure([metaprov_dicomweb.Server(server.base, bearer_token="s3cret")])

    assert b"s3cret" not in pickle.dumps(host.require(INSTANCE, series[0]))


@pytest.mark.parametrize(
    ("type", "tag", "element"),
    [
        # The module answers without the attribute,
        ("imagePixelModule", "00281201", {"vr": "OW", "BulkDataURI": "http://elsewhere/x"}),
        # or has no answer, as one of two values is none.
        ("voiLutModule", "00281050", {"vr": "DS", "Value": [40, "wide"]}),
        ("voiLutModule", "00281050", {"vr": "DS", "Value": ["wide"]}),
    ],
)
def test_explain_gives_the_same_reasons_before_and_after_get(
    host, server, series, type, tag, element
):
    # Palettes and windows are not in the images of the tests.
    descriptors = ("00281101", "00281102", "00281103")
    more = {
        "00280004": {"vr": "CS", "Value": ["PALETTE COLOR"]},
        **{key: {"vr": "US", "Value": [256, 0, 16]} for key in descriptors},
        tag: element,
    }
    server.in_series = lambda json: json | more

    def reasons():
        return [note for row in host.explain(type, series[0]).rows for note in row.notes]

    before = reasons()
    assert before
    host.clear()
    for _ in range(2):
        host.get(type, series[0])
        assert set(reasons()) == set(before)
