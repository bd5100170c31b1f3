"""Image ids: ``scheme:rest``, in Cornerstone's forms, with 1-based frames.

===================================================  =========  =====
image id                                             scheme     frame
===================================================  =========  =====
``dicomfile:/data/a.dcm?frame=3``                    dicomfile  3
``/data/a.dcm``, or a path that begins with a drive  dicomfile  None
``file:///data/with%20space.dcm``                    dicomfile  None
``wadouri:https://host/wado?objectUID=1.2&frame=3``  wadouri    3
``wadors:https://host/studies/1/.../frames/3``       wadors     3
===================================================  =========  =====

Schemes compare without case. A path whose ending a plugin claims (`metaprov_core.schemes`) has that
plugin's scheme, and its base is ``nifti:/data/a.nii.gz``; an explicit scheme always counts.

A relative path is one in the working directory. A cache knows it by its spelling, so a program that
changes its working directory asks by absolute paths.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from operator import index
from os.path import normpath
from pathlib import Path
from typing import NamedTuple

from .errors import MetadataReadError
from .schemes import FILE_SCHEME, is_scheme, suffixes

__all__ = ["ImageId", "base_image_id", "parse_image_id", "with_frame"]

_OF_ABSOLUTE_PATH = f"{FILE_SCHEME}:/"

_FRAME_IN_QUERY = re.compile(r"[?&]frame=([0-9]{1,18})\Z")
_FRAME_IN_PATH = re.compile(r"/frames/([0-9]{1,18})\Z")
_FRAMES_ARE_PATHS = re.compile(r"/instances/[^/?&]+\Z")
_URL_OF_A_DRIVE = re.compile(r"/[A-Za-z]:")
_DRIVE = re.compile(r"[A-Za-z]:")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


class ImageId(NamedTuple):
    """The parts of an image id."""

    #: What comes before the first colon, in lower case; that of its ending, or ``dicomfile``, for
    #: a bare path and a ``file:`` URL.
    scheme: str
    #: The image without its frame, the same for every spelling of it.
    base: str
    #: The frame, counted from 1; None where the id names none.
    frame: int | None

    @property
    def rest(self) -> str:
        """The base without its scheme: for a file, its absolute path."""
        return self.base[len(self.scheme) + 1 :]


def parse_image_id(image_id: str) -> ImageId:
    """Split an image id into scheme, base and frame.

    Only a frame at the very end counts. The base of a file has its absolute path. The path is taken
    literally, except for a ``file:`` URL, which is percent-decoded, and the backslashes behind a
    drive letter, which become slashes. Raises TypeError for anything but a string, and
    MetadataReadError for a relative path where the working directory was deleted.
    """
    try:
        id = _parts(image_id)
    except TypeError:
        # The id is not hashable: a list, say.
        refuse_what_is_no_string(image_id)
        raise
    return _with_absolute_path(id) if _has_relative_path(id) else id


# Every plugin that is asked a question parses the same id.
@lru_cache(64)
def _parts(image_id: str) -> ImageId:
    refuse_what_is_no_string(image_id)
    if image_id.startswith(_OF_ABSOLUTE_PATH) and "frame" not in image_id:
        return ImageId(FILE_SCHEME, image_id, None)
    head = _explicit_scheme(image_id)
    scheme = head.lower()
    if not head or scheme in suffixes().path_schemes:
        path, frame = _without_frame(image_id, _FRAME_IN_QUERY)
        path = path[len(head) + 1 :] if head else _bare_path(path)
        scheme = scheme or suffixes().scheme_of(path)
        return ImageId(scheme, f"{scheme}:{_with_slashes(path)}", frame)
    base, frame = _without_frame(image_id, _FRAME_IN_QUERY, _FRAME_IN_PATH)
    return ImageId(scheme, base if head == scheme else f"{scheme}{base[len(head) :]}", frame)


def _explicit_scheme(image_id: str) -> str:
    """The scheme that an image id states, as it spells it; "" for a bare path and a file: URL."""
    head, colon, _ = image_id.partition(":")
    return head if colon and is_scheme(head) else ""


def _without_frame(image_id: str, *patterns: re.Pattern[str]) -> tuple[str, int | None]:
    # Most ids name no frame, and the search for a frame is half of the work.
    if "frame" in image_id:
        for pattern in patterns:
            found = pattern.search(image_id)
            if found is not None:
                return image_id[: found.start()], int(found[1])
    return image_id, None


def base_image_id(image_id: str) -> str:
    """The image of an image id: the same id without frame, one for all spellings."""
    # Most ids are their own base, and every cache asks for it.
    if (
        isinstance(image_id, str)  # type: ignore[redundant-expr]  # a caller may pass anything
        and image_id.startswith(_OF_ABSOLUTE_PATH)
        and "frame" not in image_id
    ):
        return image_id
    return parse_image_id(image_id).base


def relative_path(image_id: str) -> str | None:
    """The id without frame of an image whose base depends on the working directory, or None."""
    if image_id.startswith(("/", _OF_ABSOLUTE_PATH)):
        return None
    id = _parts(image_id)
    return f"{id.scheme}:{normpath(id.rest)}" if _has_relative_path(id) else None


def with_frame(image_id: str, frame: int) -> str:
    """The id of another frame of the image that ``image_id`` names.

    Raises ValueError for a frame below 1.
    """
    frame = index(frame)
    if frame < 1:
        raise ValueError(f"frames are counted from 1: there is no frame {frame} of {image_id}")
    scheme, base, _ = parse_image_id(image_id)
    if scheme not in suffixes().path_schemes and _FRAMES_ARE_PATHS.search(base):
        return f"{base}/frames/{frame}"
    return f"{base}{'&' if '?' in base else '?'}frame={frame}"


def scheme_of(image_id: str) -> str:
    """The scheme of an image id. Raises TypeError for anything but a string."""
    refuse_what_is_no_string(image_id)
    return _explicit_scheme(image_id).lower() or scheme_of_path(image_id)


def scheme_of_path(image_id: str) -> str:
    """The scheme of an image id that is a bare path or a ``file:`` URL."""
    path = image_id
    if "frame=" in path:
        path, _ = _without_frame(path, _FRAME_IN_QUERY)
    # Decoding takes longer than all else, and where a path ends says of most that it is needless.
    if "%" in path and (path[-1:] in suffixes().last_letters or path[-3:-2] == "%"):
        path = _bare_path(path)
    return suffixes().scheme_of(path)


def one_spelling(image_id: str) -> str:
    """The id by which values added for an image are kept: no frame means frame 1."""
    _, base, frame = parse_image_id(image_id)
    return base if frame is None or frame == 1 else with_frame(base, frame)


def refuse_what_is_no_string(image_id: object) -> None:
    """Raise TypeError for anything but a string; for a path it says what to pass."""
    if not isinstance(image_id, str):
        hint = ""
        if isinstance(image_id, os.PathLike):
            hint = f": pass str(path), {str(image_id)!r}"
        raise TypeError(f"an image id is a string, not {type(image_id).__name__}{hint}")


def _bare_path(text: str) -> str:
    """The path in a bare path or a ``file:`` URL, without frame."""
    return _path_of_url(text[len("file:") :]) if text[:5].lower() == "file:" else text


def _with_slashes(path: str) -> str:
    return path.replace("\\", "/") if _DRIVE.match(path) else path


def _path_of_url(url: str) -> str:
    """The path in what follows ``file:`` (RFC 8089); a host stays before it: ``//host/path``."""
    from urllib.parse import unquote

    if url.startswith("//"):
        local = url[2:].removeprefix("localhost")
        url = local if local.startswith("/") else url
    path = unquote(url, errors="surrogateescape")
    return path[1:] if _URL_OF_A_DRIVE.match(path) else path


def _has_relative_path(id: ImageId) -> bool:
    if id.base.startswith(_OF_ABSOLUTE_PATH) or id.scheme not in suffixes().path_schemes:
        return False
    path = id.rest
    if _URL.match(path):
        return False
    return bool(path) and not path.startswith(("/", "\\\\")) and not _DRIVE.match(path)


def _with_absolute_path(id: ImageId) -> ImageId:
    path = id.rest
    try:
        folder = Path.cwd()
    except FileNotFoundError as error:
        raise MetadataReadError(
            path, "the working directory, in which this path is, was deleted; ask by absolute paths"
        ) from error
    return id._replace(base=f"{id.scheme}:{(folder / path).as_posix()}")
