"""fileModule: the name and the size of the file that an image is in."""

from pathlib import Path

from metaprov_core import hookimpl, parse_image_id


@hookimpl(types=["fileModule"], schemes=["dicomfile"])
def get_metadata(image_id):
    path = Path(parse_image_id(image_id).base.removeprefix("dicomfile:"))
    return {"name": path.name, "bytes": path.stat().st_size} if path.is_file() else None
