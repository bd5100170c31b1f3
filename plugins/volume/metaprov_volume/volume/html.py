"""What a notebook shows of a volume: its planes, and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metaprov_core.html_tables import html_table
from metaprov_volume.errors import VolumeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .volume import Volume

__all__ = ["html_of"]


def html_of(volume: Volume) -> str:
    """The preview, where Pillow is there to make it, above a table of what the volume is."""
    title = (
        f"Volume of {volume.geometry.series_description or volume.geometry.modality or 'images'}"
    )
    return _picture(volume) + html_table(("what", "value"), _rows(volume), title)


def _picture(volume: Volume) -> str:
    from base64 import b64encode
    from io import BytesIO

    from .preview import preview

    png = BytesIO()
    try:
        preview(volume).save(png, "PNG")
    except VolumeError:
        return ""
    return f'<img alt="planes" src="data:image/png;base64,{b64encode(png.getvalue()).decode()}">'


def _rows(volume: Volume) -> Iterator[tuple[str, str]]:
    geometry = volume.geometry
    yield "columns, rows, slices", " x ".join(map(str, geometry.dimensions))
    if volume.has_groups:
        group = geometry.group
        by = f" by {group.attribute}" if group is not None else ""
        yield "groups", f"{volume.array.shape[0]}{by}"
    known = ["?" if each is None else f"{each:.6g}" for each in geometry.spacing]
    yield "spacing", f"{' x '.join(known)} mm"
    if not geometry.orthogonal:
        yield "tilt", f"{geometry.tilt_degrees:.1f} degrees"
    yield "values", " in ".join(filter(None, (volume.values, volume.units)))
    yield "type", volume.array.dtype.name
    for note in volume.notes:
        yield note.severity, note.sentence
