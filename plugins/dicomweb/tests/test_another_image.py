"""A server that sends another image than was asked for: it is not taken for that one."""

from __future__ import annotations

import pytest

from metaprov_core import MetadataReadError
from metaprov_dicom import IMAGE_PLANE, INSTANCE


def test_the_file_of_another_image_is_an_error(host, server, series):
    server.give_for_images(server.images[1].file, "application/dicom")

    with pytest.raises(MetadataReadError, match=r"the answer is another image, 1\.2\.3\.4\.2"):
        host.get("dataset", series[0])
    server.instead = None
    assert host.get("dataset", series[0]) is not None


def test_the_header_of_another_image_is_not_taken_where_there_are_no_metadata(host, server, series):
    body = server.images[1].file
    server.instead = lambda handler: (
        handler.answer(404, b"", "text/plain") is None
        if handler.path.endswith("/metadata")
        else handler.answer(200, body, "application/dicom") is None
    )

    with pytest.raises(MetadataReadError, match="another image"):
        host.get(IMAGE_PLANE, series[0])
    assert host.require(IMAGE_PLANE, series[1]).image_position_patient == (0, 0, 2)


def test_an_object_of_another_uid_is_an_error(host, server, series):
    server.give_for_images(server.images[1].file, "application/dicom")

    with pytest.raises(MetadataReadError, match="another image"):
        host.get(INSTANCE, f"wadouri:{server.host}/wado?requestType=WADO&objectUID=1.2.3.4.1")
