"""What is asked for in a cell."""

from __future__ import annotations

from os import PathLike, fspath
from typing import TYPE_CHECKING

import metaprov_core
from metaprov_volume import Volume

from .errors import NotebookError
from .shown_images import ShownImages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metaprov_core import Host

    from .widget import ImageWidget

__all__ = ["show"]


def show(
    source: str | PathLike[str] | Iterable[str] | Volume, *, host: Host | None = None
) -> ImageWidget:
    """Images in a notebook, by Cornerstone3D: the last line of a cell.

    ``source`` is a folder, a file or a URL, image ids, or a volume that was read. Of a volume the
    images are shown that it was read from, with their own values: those of PET in SUV, whatever the
    volume has. Another host than the default one is asked with ``host``. No server is started and
    no port opened: what the browser asks goes over the channel of the kernel, and none is answered
    about but these images.

    Raises NotebookError without the extra "notebook" and where there is no image, and
    MetadataNotFoundError where no plugin knows the source.
    """
    asked = metaprov_core.default_host if host is None else host
    shown = ShownImages(asked, _image_ids(source, asked))
    if not shown.image_ids:
        raise NotebookError(f"no images to show: there are none in {source!r}")
    return _widget_class()(shown)


def _image_ids(source: str | PathLike[str] | Iterable[str] | Volume, host: Host) -> Iterable[str]:
    if isinstance(source, Volume):
        return (each for geometry in source.geometries for each in geometry.image_ids)
    if isinstance(source, str | PathLike):
        return host.find_images(fspath(source))
    return source


def _widget_class() -> type[ImageWidget]:
    try:
        from .widget import ImageWidget
    except ModuleNotFoundError as error:
        if error.name != "anywidget":
            raise
        raise NotebookError(
            "a notebook shows images with anywidget: python -m pip install "
            "'metaprov-serve[notebook]', and restart the kernel"
        ) from error
    return ImageWidget
