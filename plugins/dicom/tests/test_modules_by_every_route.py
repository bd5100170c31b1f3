"""Modules of headers that people reported: the same from a file, DICOM JSON and a data set."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from metaprov_dicom import (
    IMAGE_PIXEL,
    IMAGE_PLANE,
    INSTANCE,
    MODALITY_LUT,
    OVERLAY_PLANE,
    VOI_LUT,
    instance_from_encoded_json,
    instance_of_frame,
)

if TYPE_CHECKING:
    from pathlib import Path

    from metaprov_core import Host

STORAGE = "1.2.840.10008.5.1.4.1.1"
AXIAL = [1, 0, 0, 0, 1, 0]

Routes = Callable[..., list[str]]


class NoMore:
    """Has sent all of a header at once."""

    def bulk_data(self, _uri: str) -> bytes | None:
        return None

    def more(self, _tag: int | None) -> bytes | None:
        return None

    def acknowledge(self, _tag: int | None) -> None:
        """Nothing was sent."""


@pytest.fixture
def routes(host: Host, tmp_path: Path) -> Routes:
    """The ids of an image that comes by each route there is."""
    encoded: dict[str, bytes] = {}

    def source(type: str, image_id: str) -> Any:
        base, _, frame = image_id.partition("?frame=")
        if type != INSTANCE or base not in encoded:
            return None
        instance = instance_from_encoded_json(encoded[base], NoMore())
        return instance_of_frame(instance, int(frame or 1))

    host.register(source, "source")

    def routes(sop_class: str, **attributes: Any) -> list[str]:
        dataset = Dataset()
        dataset.SOPClassUID = f"{STORAGE}.{sop_class}"
        dataset.SOPInstanceUID = "1.2.3.4"
        dataset.SeriesInstanceUID = "1.2.3"
        for keyword, value in attributes.items():
            if keyword.isupper():
                dataset.add_new(int(keyword.removeprefix("X"), 16), *value)
            else:
                setattr(dataset, keyword, value)
        ids = []
        for syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian):
            dataset.file_meta = FileMetaDataset()
            dataset.file_meta.TransferSyntaxUID = syntax
            path = tmp_path / f"{syntax}.dcm"
            dataset.save_as(path, enforce_file_format=True)
            ids.append(f"dicomfile:{path}")
            host.add(INSTANCE, f"memory:{syntax}", dcmread(path))
            ids.append(f"memory:{syntax}")
        text = json.dumps(dcmread(tmp_path / f"{ExplicitVRLittleEndian}.dcm").to_json_dict())
        host.add(INSTANCE, "memory:json", json.loads(text))
        encoded["server:json"] = text.encode()
        return [*ids, "memory:json", "server:json"]

    return routes


def item(**attributes: Any) -> Dataset:
    item = Dataset()
    for keyword, value in attributes.items():
        setattr(item, keyword, value)
    return item


def planes(host: Host, ids: list[str], frame: int) -> Iterator[Any]:
    for image in ids:
        yield host.require(IMAGE_PLANE, f"{image}?frame={frame}")


def test_a_frame_has_its_own_bits_of_an_overlay(host: Host, routes: Routes) -> None:
    """Each had those of the first frame."""
    ids = routes(
        "7.2", NumberOfFrames=4,
        X60000010=("US", 1), X60000011=("US", 3), X60000015=("IS", 2), X60000051=("US", 2),
        X60003000=("OW", bytes([0b00101001, 0])),
    )  # fmt: skip
    for image in ids:
        found = [host.get(OVERLAY_PLANE, f"{image}?frame={frame}") for frame in (1, 2, 3, 4)]
        assert [each and each.overlays[0].pixel_data for each in found] == [
            None, (1, 0, 0), (1, 0, 1), None,
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("bits", "data", "expected"),
    [
        (12, struct.pack("<5H", 0, 1, 2, 3, 4), (0, 1, 2, 3)),
        (16, struct.pack("<6H", 0, 1, 2, 0xFFFF, 4, 5), (0, 1, 2, 0xFFFF)),
        (8, b"\1\2\3\4\5\0", (1, 2, 3, 4)),
        (8, struct.pack("<5H", 1, 2, 3, 4, 5), (1, 2, 3, 4)),
        (16, struct.pack("<3H", 1, 2, 3), None),
        (8, b"\1\2", None),
    ],
)
def test_of_a_table_that_is_too_long_the_first_entries_are_given(
    host: Host, routes: Routes, bits: int, data: bytes, expected: tuple[int, ...] | None
) -> None:
    """It was left out."""
    for vr in ("OW", "US"):
        lut = Dataset()
        lut.add_new(0x00283002, "US", [4, 0, bits])
        words = list(struct.unpack(f"<{len(data) // 2}H", data))
        lut.add_new(0x00283006, vr, data if vr == "OW" else words)
        for image in routes(
            "1", PixelRepresentation=0, RescaleType="US", WindowCenter=1,
            ModalityLUTSequence=[lut], VOILUTSequence=[lut],
            X00281101=("US", [4, 0, bits]), X00281201=("OW", data),
        ):  # fmt: skip
            luts = (
                host.require(MODALITY_LUT, image).modality_lut_sequence,
                host.require(VOI_LUT, image).voi_lut_sequence,
            )
            for tables in luts:
                assert (None if tables is None else tables[0].lut) == expected
            pixel = host.require(IMAGE_PIXEL, image)
            assert pixel.red_palette_color_lookup_table_data == expected
        host.clear()


def test_dose_offsets_that_were_rounded_are_absolute(host: Host, routes: Routes) -> None:
    """No frame had a position, the first one neither."""
    ids = routes(
        "481.2", Modality="RTDOSE", NumberOfFrames=2, ImagePositionPatient=[0, 0, "-120.000003"],
        ImageOrientationPatient=["0.99999", "0.00001", 0, 0, 1, 0],
        GridFrameOffsetVector=[-120, "-117.5"],
    )  # fmt: skip
    for plane in planes(host, ids, 2):
        assert plane.image_position_patient == (0, 0, -117.5)


def test_a_gated_frame_without_slice_vector_lies_nowhere(host: Host, routes: Routes) -> None:
    """The fifth of two time slots of three slices lay outside of the volume."""
    image = {
        "Modality": "NM",
        "ImageType": ["ORIGINAL", "PRIMARY", "RECON GATED TOMO", "EMISSION"],
        "NumberOfFrames": 6,
        "SpacingBetweenSlices": 4,
        "DetectorInformationSequence": [
            item(ImagePositionPatient=[0, 0, 0], ImageOrientationPatient=AXIAL)
        ],
    }
    for plane in planes(host, routes("20", **image), 5):
        assert plane.image_position_patient is None
        assert plane.image_orientation_patient == tuple(AXIAL)
    host.clear()
    for plane in planes(host, routes("20", SliceVector=[1, 2, 3, 1, 2, 3], **image), 5):
        assert plane.image_position_patient == (0, 0, 4)


@pytest.mark.parametrize(
    ("sop_class", "attributes", "calibration"),
    [
        (
            "12.1.1",
            {
                "ImagerPixelSpacing": [1, 1],
                "SharedFunctionalGroupsSequence": [
                    item(
                        ProjectionPixelCalibrationSequence=[
                            item(ObjectPixelSpacingInCenterOfBeam=[0.125, 0.25])
                        ]
                    )
                ],
            },
            "ERMF",
        ),
        ("481.1", {"ImagePlanePixelSpacing": ["0.125", "0.25"]}, "Proj"),
        ("7.3", {"NominalScannedPixelSpacing": ["0.125", "0.25"]}, "Unknown"),
        ("7", {"PixelSpacing": ["0.125", "0.25"]}, "Unknown"),
    ],
)
def test_the_spacing_is_where_the_kind_of_image_has_it(
    host: Host, routes: Routes, sop_class: str, attributes: dict[str, Any], calibration: str
) -> None:
    """It was missing, or that at the detector."""
    for plane in planes(host, routes(sop_class, NumberOfFrames=2, **attributes), 2):
        assert plane.pixel_spacing == (0.125, 0.25)
        assert (plane.row_pixel_spacing, plane.column_pixel_spacing) == (0.125, 0.25)
        assert plane.pixel_spacing_calibration == calibration
