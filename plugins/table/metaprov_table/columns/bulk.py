"""Fields with a value for each entry of a table, each pixel, or each image of a series."""

from __future__ import annotations

from typing import Final

__all__ = ["BULK_FIELDS", "BULK_VRS"]

#: By the names of classes and fields: a column has them only with ``bulk``.
BULK_FIELDS: Final = frozenset(
    {
        *(
            ("ImagePixelModule", f"{colour}_palette_color_lookup_table_data")
            for colour in ("red", "green", "blue", "alpha")
        ),
        ("Lut", "lut"),
        ("Overlay", "pixel_data"),
        ("RealWorldValueMapping", "lut"),
        ("VolumeGeometryModule", "image_ids"),
        ("VolumeGeometryModule", "slice_indices"),
    }
)
#: The value representations of binary data (PS3.5 6.2), alone or where the header decides.
BULK_VRS: Final = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
