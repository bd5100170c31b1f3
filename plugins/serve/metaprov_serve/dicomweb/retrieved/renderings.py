"""Pictures of instances for people (PS3.18 10.4.1.1.3): PNG, or JPEG where that is asked for."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_serve.dicomweb.exchange.accept import best_of
from metaprov_serve.http.errors import HttpError
from metaprov_serve.pictures import rendered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metaprov_core import Host
    from metaprov_serve.dicomweb.exchange.accept import Accepted

__all__ = ["Rendering", "picture", "rendering"]

_PNG: Final = "image/png"
_JPEG: Final = "image/jpeg"
_THUMBNAIL: Final = 256
_LARGEST: Final = 8_192
#: Hardly to be told from the picture itself.
_QUALITY: Final = 90


class Rendering(NamedTuple):
    """How a picture is to be."""

    media_type: str
    #: Its longest edge; None: as large as the image.
    size: int | None
    #: Center and width; None: the image's own.
    window: tuple[float, float] | None


def rendering(
    parameters: Mapping[str, str], ranges: Sequence[Accepted], *, thumbnail: bool
) -> Rendering:
    """What the parameters ``viewport`` and ``window``, and the media types, ask for.

    Raises HttpError: 400 for parameters that are none, 406 where no picture is accepted.
    """
    media_type = best_of(ranges, (_PNG, _JPEG))
    if media_type is None:
        raise HttpError(406, f"pictures are {_PNG} or {_JPEG}")
    viewport = _numbers("viewport", parameters.get("viewport"))
    size = _THUMBNAIL if thumbnail else None
    if viewport is not None:
        size = int(max(viewport))
        if not 1 <= size <= _LARGEST:
            raise HttpError(400, f"viewport is from 1 to {_LARGEST} pixels wide and high")
    return Rendering(media_type, size, _numbers("window", parameters.get("window")))


def picture(host: Host, image_id: str, how: Rendering) -> bytes:
    """The picture of a frame. Raises MetaprovError where none can be made."""
    png = rendered(host, image_id, size=how.size, window=how.window)
    return png if how.media_type == _PNG else _as_jpeg(png)


def _numbers(name: str, text: str | None) -> tuple[float, float] | None:
    """The first two numbers of a parameter; behind them may be the function of a window."""
    if text is None:
        return None
    try:
        first, second = map(float, text.split(",")[:2])
    except ValueError:
        raise HttpError(400, f"{name} is two numbers with a comma, not {text!r:.100}") from None
    if not (abs(first) < float("inf") and 0 < second < float("inf")):
        raise HttpError(400, f"{name} is {text!r:.100}: its second number is to be above 0")
    return first, second


def _as_jpeg(png: bytes) -> bytes:
    from PIL import Image

    with Image.open(BytesIO(png)) as image, BytesIO() as file:
        image.convert("L" if image.mode in {"1", "L"} else "RGB").save(
            file, "JPEG", quality=_QUALITY
        )
        return file.getvalue()
