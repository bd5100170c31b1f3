"""A million images in one ProviderCache: what an id takes, and what the garbage collector does."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import msgspec
from calls import image_ids
from measure import Row, Table

from metaprov_core import ProviderCache

_PAGE = 4096


class ImagePlane(msgspec.Struct, frozen=True, gc=False):
    """The fields of imagePlaneModule."""

    frame_of_reference_uid: str
    rows: int
    columns: int
    image_orientation_patient: tuple[float, ...]
    row_cosines: tuple[float, ...]
    column_cosines: tuple[float, ...]
    image_position_patient: tuple[float, ...]
    slice_thickness: float
    slice_location: float
    spacing_between_slices: float
    pixel_spacing: tuple[float, float]
    row_pixel_spacing: float
    column_pixel_spacing: float
    pixel_spacing_calibration: str | None = None


_ROW, _COLUMN = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
_ORIENTATION = _ROW + _COLUMN
_SPACING = (0.5, 0.5)
_UID = "1.2.840.113619.2.55.3.2831868886.929.1199999999"
_X, _Y, _THICKNESS, _HALF = -250.0, -250.0, 3.0, 0.5


def image_plane(image_id: str) -> ImagePlane:
    """An answer whose vectors and strings are those of its series, but for its own position."""
    z = 1.5 * int(image_id[-17:-9])
    return ImagePlane(
        frame_of_reference_uid=_UID,
        rows=512,
        columns=512,
        image_orientation_patient=_ORIENTATION,
        row_cosines=_ROW,
        column_cosines=_COLUMN,
        image_position_patient=(_X, _Y, z),
        slice_thickness=_THICKNESS,
        slice_location=z,
        spacing_between_slices=_THICKNESS,
        pixel_spacing=_SPACING,
        row_pixel_spacing=_HALF,
        column_pixel_spacing=_HALF,
    )


def measure(count: int) -> list[Table]:
    """In a process of its own, whose memory nothing else has touched."""
    ran = subprocess.run(
        [sys.executable, __file__, str(count)], check=True, capture_output=True, text=True
    )
    figures = json.loads(ran.stdout)
    return [
        Table(
            f"{count:,} image ids of 169 characters in a `ProviderCache`",
            "figure",
            [
                Row(
                    "bytes per id, with its imagePlaneModule",
                    figures["bytes"],
                    goal=600,
                ),
                Row("full garbage collection, ms", figures["collect"], goal=50),
                Row("slowest single insert, ms", figures["insert"], goal=50),
                Row("slowest single insert into a full cache, ms", figures["evict"], goal=50),
                Row("objects more that the garbage collector tracks", figures["tracked"]),
                Row("all inserts, s", figures["all"]),
            ],
        )
    ]


def _figures(count: int) -> dict[str, float]:
    few = image_ids(2)
    head, tail = few[0][:-17], few[0][-9:]
    cache: ProviderCache[ImagePlane] = ProviderCache(count)

    def slowest(numbers: range) -> float:
        longest = 0.0
        for number in numbers:
            image_id = f"{head}{number:08d}{tail}"
            started = perf_counter()
            cache.get(image_id, image_plane)
            longest = max(longest, perf_counter() - started)
        return longest * 1000

    gc.collect()
    tracked, resident = len(gc.get_objects()), _resident()
    started = perf_counter()
    insert = slowest(range(count))
    taken = perf_counter() - started
    bytes_each = (_resident() - resident) / count
    gc.collect()
    started = perf_counter()
    gc.collect()
    collect = (perf_counter() - started) * 1000
    return {
        "bytes": bytes_each,
        "collect": collect,
        "insert": insert,
        "tracked": len(gc.get_objects()) - tracked,
        "all": taken,
        "evict": slowest(range(count, count + count // 20)),
    }


def _resident() -> int:
    """The memory that this process occupies now."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    print(json.dumps(_figures(int(sys.argv[1]))))
