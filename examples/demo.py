"""The main job, as `make demo` runs it: a folder of images, and what a program asks about them."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from pydicom.data import get_testdata_file
from rich.console import Console
from rich.table import Table

import metaprov_core
import metaprov_volume
import pet_series
from metaprov_dicom import GENERAL_SERIES, IMAGE_PLANE, MODALITY_LUT
from metaprov_scaling import SCALING

console = Console(width=None if sys.stdout.isatty() else 132, highlight=False)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_images(folder)

        image_ids = list(metaprov_core.find_images(folder))
        console.print(f"metaprov_core.find_images(folder) found {len(image_ids)} images:\n")
        console.print(table_of(image_ids, lambda each: each.replace(str(folder), ".")))

        pet, ct = image_ids[-1], next(i for i in image_ids if i.endswith("CT_small.dcm"))
        console.print(f"\n{metaprov_core.explain('scalingModule', pet)}".replace(str(folder), "."))
        console.print("\nThe series of PET, and what its factors rest on:\n")
        run("metaprov", "suv", str(folder / "pet"))
        console.print("\nThe same folder on one screen, and its volumes:\n")
        run("metaprov", "look", ".", folder=folder)
        console.print()
        run("metaprov", "volumes", ".", folder=folder)
        console.print("\nA NIfTI file beside DICOM: the series of PET, as one writes it, in SUV:\n")
        (folder / "nifti").mkdir()
        metaprov_volume.read(folder / "pet", values="suvbw").save(folder / "nifti" / "pet.nii.gz")
        run("metaprov", "volumes", "pet", "nifti", folder=folder)
        console.print("\nA zip of the folder, which is not unpacked:\n")
        with tempfile.TemporaryDirectory() as elsewhere:
            shutil.make_archive(f"{elsewhere}/images", "zip", folder)
            run("metaprov", "volumes", "images.zip", folder=Path(elsewhere))
        console.print("\nThe folder as a table, and what is wrong with it:\n")
        run("metaprov", "table", ".", "-o", "images.parquet", folder=folder)
        run("metaprov", "report", "images.parquet", folder=folder)
        console.print("\nA plugin of another package, installed and asked with no other step:\n")
        run("metaprov", "get", "fileModule", ct)


def write_images(folder: Path) -> None:
    """A CT and an MR image, and a PT series."""
    for name in ("CT_small.dcm", "MR_small.dcm"):
        shutil.copy(get_testdata_file(name, download=False), folder)
    pet_series.write_series(folder / "pet")


def table_of(image_ids: list[str], shown: Callable[[str], str]) -> Table:
    """What a program asks about images first, a row an image; ``shown`` shortens the ids."""
    table = Table(box=None, pad_edge=False)
    for column in ("image", "modality", "position (mm)", "spacing (mm)", "rescale", "scaling"):
        table.add_column(column)
    for image_id in image_ids:
        series = metaprov_core.require(GENERAL_SERIES, image_id)
        plane = metaprov_core.require(IMAGE_PLANE, image_id)
        rescale = metaprov_core.get(MODALITY_LUT, image_id)
        scaling = metaprov_core.get(SCALING, image_id)
        table.add_row(
            shown(image_id),
            series.modality,
            numbers(plane.image_position_patient),
            numbers(plane.pixel_spacing),
            "" if rescale is None else numbers((rescale.rescale_slope, rescale.rescale_intercept)),
            "" if scaling is None else f"suvbw {scaling.suvbw:.4g}",
        )
    return table


def numbers(values: tuple[float | None, ...] | None) -> str:
    return "" if values is None else "  ".join("-" if v is None else f"{v:.5g}" for v in values)


def run(*command: str, folder: Path | None = None) -> None:
    console.print("$", *(Path(part).name if "/" in part else part for part in command))
    sys.stdout.flush()
    program = Path(sys.executable).with_name(command[0])
    subprocess.run([program, *command[1:]], check=True, cwd=folder)


if __name__ == "__main__":
    main()
