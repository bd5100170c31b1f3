"""``wadouri:`` image ids: the URL of an object by WADO-URI (PS3.18 9), or of any DICOM file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from metaprov_core import parse_image_id
from metaprov_dicomweb.server.urls import parsed

if TYPE_CHECKING:
    from metaprov_dicomweb.server.urls import Url

__all__ = ["object_uid", "object_url"]


def object_url(image_id: str) -> Url | None:
    """The URL of the DICOM file that a ``wadouri:`` id names; None for anything else."""
    url = parsed(parse_image_id(image_id).base.removeprefix("wadouri:"))
    if url is None:
        return None
    names = {name.lower() for name, _ in parse_qsl(url.query, keep_blank_values=True)}
    if "objectuid" in names and "contenttype" not in names:
        # By default a server sends a picture of the object.
        return url._replace(query=f"{url.query}&contentType=application/dicom")
    return url


def object_uid(url: Url) -> str | None:
    """The SOPInstanceUID that a URL asks for; None where it names none."""
    for name, value in parse_qsl(url.query):
        if name.lower() == "objectuid":
            return value.strip()
    return None
