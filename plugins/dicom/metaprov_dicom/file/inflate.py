"""Deflated data sets (PS3.5 A.5): their headers, inflated no further than headers are long."""

from __future__ import annotations

import zlib
from typing import Final

from metaprov_dicom.encoding.walk import PIXELS, CutOff, NotUnderstood, walk

__all__ = ["HEAD", "deflated_header", "is_part_of_a_head"]

#: A header may inflate to this many times its size, or to this many bytes if that is more.
_MOST_TIMES: Final = 16
_AT_LEAST: Final = 1024 * 1024

#: How many bytes pydicom reads to see whether there is another element.
HEAD: Final = 8


def deflated_header(data: bytes) -> tuple[bytes, bool]:
    """The deflated data of a data set without its pixels, and whether it ends inside its header.

    Raises ValueError where the header is many times as long as the data: a damaged or hostile one.
    """
    limit = max(_AT_LEAST, _MOST_TIMES * len(data))
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    header = inflate.decompress(data, limit)
    is_all = len(header) < limit
    try:
        end = walk(header, 0, len(header), {}, True, PIXELS)
    except CutOff:
        end = len(header) + 1
    except NotUnderstood:
        if not is_all:
            raise ValueError("the deflated data is damaged") from None
        return data, False
    if is_all:
        # Padding is not an element.
        return data, end > len(header) or is_part_of_a_head(header[end:])
    if end > len(header) - HEAD:
        raise ValueError(f"the deflated header has more than {limit} bytes")
    # The pixels begin with the head of their element, which is what pydicom stops at.
    stored = zlib.compressobj(0, wbits=-zlib.MAX_WBITS)
    return stored.compress(header[: end + 12]) + stored.flush(), False


def is_part_of_a_head(rest: bytes) -> bool:
    """Whether what follows the last element is the beginning of another, and no padding."""
    return len(rest) < HEAD and bool(rest.strip(b"\0"))
