"""What the factors of a PET series cost, from its files: beside reading them, and their planes.

    python benchmarks/scaling.py

The files are made in a temporary folder: 250 slices of GE, of 270 elements each, half of them
private, in implicit and in explicit VR. The cases take turns, each with files that are new to the
process; the figures are medians, in CPU time of the thread.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dicom import forget, in_turns, item
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from metaprov_core import Host
from metaprov_dicom import IMAGE_PLANE
from metaprov_dicom.plugins.files import DicomFiles
from metaprov_dicom.plugins.modules import DicomModules
from metaprov_modules import SCALING
from metaprov_scaling.plugins.computed import ComputedScaling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydicom import Dataset

__all__ = ["CostOfFactors", "costs"]

SLICES = 250
#: Of a dynamic series: slices with the same times.
SLICES_OF_A_FRAME = 50
TURNS = 15


class CostOfFactors(NamedTuple):
    """The times of a whole series, in ms."""

    #: In which encoding its files are, and how the series is known.
    what: str
    planes: float
    planes_and_factors: float

    @property
    def ratio(self) -> float:
        return self.planes_and_factors / self.planes


def costs(turns: int = TURNS) -> list[CostOfFactors]:
    """Each encoding, the series taken from the folder of its images, and found by a search."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            cost
            for name, syntax in (
                ("implicit", ImplicitVRLittleEndian),
                ("explicit", ExplicitVRLittleEndian),
            )
            for cost in _costs_of(f"{name} VR", write_series(Path(folder) / name, syntax), turns)
        ]


def _costs_of(name: str, files: Sequence[Path], turns: int) -> list[CostOfFactors]:
    ids = [f"dicomfile:{path}" for path in files]
    folder = str(files[0].parent)
    # One of its own, because a host remembers where it was searched.
    of_folder, of_search = _host(), _host()

    def ask(host: Host, types: Sequence[str]) -> None:
        found = ids if host is of_folder else list(host.find_images(folder))
        for type in types:
            for image_id in found:
                host.get(type, image_id)

    def forget_all() -> None:
        for host in (of_folder, of_search):
            forget(host)

    planes, both, planes_found, both_found = in_turns(
        lambda: ask(of_folder, [IMAGE_PLANE]),
        lambda: ask(of_folder, [IMAGE_PLANE, SCALING]),
        lambda: ask(of_search, [IMAGE_PLANE]),
        lambda: ask(of_search, [IMAGE_PLANE, SCALING]),
        before=forget_all,
        turns=turns,
    )
    return [
        CostOfFactors(f"{name}, the series of a folder", 1000 * planes, 1000 * both),
        CostOfFactors(f"{name}, found by a search", 1000 * planes_found, 1000 * both_found),
    ]


def _host() -> Host:
    host = Host()
    for plugin in (DicomFiles(), DicomModules(), ComputedScaling()):
        host.register(plugin)
    return host


def write_series(folder: Path, syntax: str) -> list[Path]:
    """A series as GE writes it, its private block behind another one."""
    folder.mkdir()
    dataset = _first_slice()
    dataset.file_meta.TransferSyntaxUID = syntax
    for number in range(1, SLICES + 1):
        frame = (number - 1) // SLICES_OF_A_FRAME
        dataset.SOPInstanceUID, dataset.InstanceNumber = f"1.2.3.5.{number}", number
        dataset.SliceLocation = -75 + 3.27 * (number % SLICES_OF_A_FRAME)
        dataset.ImagePositionPatient = [-158.135803, -179.035797, dataset.SliceLocation]
        dataset.AcquisitionTime = f"12{2 * frame:02}00.00"
        dataset.FrameReferenceTime = frame * 120_000 + 57_300
        dataset.DecayFactor = f"{2 ** ((frame * 120 + 57.3) / 6586.2):.6f}"
        dataset.RescaleSlope = f"{0.5 + number / 1000:.6f}"
        dataset.save_as(
            folder / f"{number:05}.dcm",
            implicit_vr=syntax == ImplicitVRLittleEndian,
            little_endian=True,
        )
    return sorted(folder.iterdir())


def _first_slice() -> Dataset:
    # Its header is GE's, with as many private elements.
    dataset = dcmread(get_testdata_file("CT_small.dcm", download=False))
    dataset.SOPClassUID, dataset.Modality = "1.2.840.10008.5.1.4.1.1.128", "PT"
    dataset.Manufacturer, dataset.SeriesType = "GE MEDICAL SYSTEMS", ["DYNAMIC", "IMAGE"]
    dataset.Units, dataset.DecayCorrection = "BQML", "START"
    dataset.CorrectedImage = ["DECY", "ATTN", "SCAT", "DTIM", "RAN", "NORM"]
    dataset.PatientWeight, dataset.PatientSize, dataset.PatientSex = 70, 1.75, "M"
    dataset.StudyDate = dataset.SeriesDate = dataset.AcquisitionDate = "20250101"
    dataset.SeriesTime, dataset.ActualFrameDuration = "120000.00", 120_000
    dataset.SeriesInstanceUID, dataset.RescaleIntercept = "1.2.3.5", 0
    nuclide = item(CodeValue="C-111A1", CodingSchemeDesignator="SRT", CodeMeaning="^18^Fluorine")
    dataset.RadiopharmaceuticalInformationSequence = [
        item(
            RadiopharmaceuticalStartDateTime="20250101110000.00",
            RadiopharmaceuticalStartTime="110000.00",
            RadionuclideTotalDose=370e6,
            RadionuclideHalfLife=6586.2,
            RadionuclideCodeSequence=[nuclide],
        )
    ]
    private = dataset.private_block(0x0009, "GEMS_PETD_01", create=True)
    private.add_new(0x0D, "DT", "20250101120000.00")
    private.add_new(0x3B, "DT", "20250101110000.00")
    dataset.PixelData = bytes(2 * 128 * 128)
    return dataset


def main() -> None:
    print(f"{SLICES} slices from files, Python {sys.version.split()[0]}; ms")
    for cost in costs():
        print(
            f"{cost.what}: planes {cost.planes:.1f}, planes and factors "
            f"{cost.planes_and_factors:.1f}, {cost.ratio:.2f} times"
        )


if __name__ == "__main__":
    main()
