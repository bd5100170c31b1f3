"""``wadouri:`` image ids: a DICOM object by one URL (PS3.18 9), or any DICOM file behind one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from metaprov_core import parse_image_id
from metaprov_dicomweb.server.urls import parsed

if TYPE_CHECKING:
    from metaprov_dicomweb.server.urls import Url

__all__ = ["object_url"]


def object_url(image_id: str) -> Url | None:
    """Where the object of a ``wadouri:`` id is, as a DICOM file; None for anything else."""
    url = parsed(parse_image_id(image_id).base.removeprefix("wadouri:"))
    if url is None:
        return None
    names = {name.lower() for name, _ in parse_qsl(url.query, keep_blank_values=True)}
    if "objectuid" in names and "contenttype" not in names:
        # Without that, a server gives a picture of it.
        return url._replace(query=f"{url.query}&contentType=application/dicom")
    return url
