"""Answers with what a file beside an image has: pt-1.known.json for pt-1.dcm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from metaprov_core import hookimpl, parse_image_id
from metaprov_modules import IMAGE_PLANE, SCALING, answer_of


@hookimpl(types=[IMAGE_PLANE, SCALING], schemes=["dicomfile"])
def get_metadata(type: str, image_id: str) -> Any:
    file = Path(parse_image_id(image_id).rest).with_suffix(".known.json")
    if not file.exists():
        return None
    key = IMAGE_PLANE if type == IMAGE_PLANE else SCALING
    known = json.loads(file.read_bytes()).get(type)
    return None if known is None else answer_of(key, known)
