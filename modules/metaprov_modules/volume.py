"""What a series is in space: volumes, and the defects of each."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType
from .note import Note

__all__ = [
    "SERIES_VOLUMES",
    "VOLUME_GEOMETRY",
    "Matrix",
    "VolumeGap",
    "VolumeGeometryModule",
    "VolumeGroup",
]

_Row = tuple[float, float, float, float]
#: A 4x4 matrix, row by row.
Matrix = tuple[_Row, _Row, _Row, _Row]


class VolumeGap(Answer, frozen=True):
    """Where the distance between two neighbouring slices is not the step of their volume."""

    after: Annotated[str, meaning("Id of the image before the gap.")]
    distance: Annotated[float, meaning("From it to the next slice, along the normal.", "mm")]
    missing: Annotated[
        int | None,
        meaning("How many slices are missing; None where the distance is no multiple of the step."),
    ] = None


class VolumeGroup(Answer, frozen=True):
    """What sets a volume apart from the others at the same place in its series: a time, an echo."""

    attribute: Annotated[
        str, meaning("DICOM keyword, or (gggg,eeee), that differs; two are joined by /.")
    ]
    value: Annotated[
        str | int | float | tuple[str | int | float | None, ...] | None,
        meaning(
            "Its value in this volume; None where the header has none. Of attributes that differ "
            "within a volume, such as acquisition times, that of the first image."
        ),
    ]
    index: Annotated[int, meaning("Place among the volumes of the group, counted from 0.")]
    count: Annotated[int, meaning("How many volumes there are in the group.")]
    assumed: Annotated[
        bool, meaning("Whether only the order of the images tells the volumes apart.")
    ] = False


class VolumeGeometryModule(Answer, frozen=True):
    """Where the images of one volume lie in the patient (PS3.3 C.7.6.2), mm and LPS throughout.

    An index is (column, row, slice), as Cornerstone's IVolume, ITK and NIfTI have it. Nothing is
    made up: the step is measured from the positions, and None where one slice has none.
    """

    dimensions: Annotated[tuple[int, int, int], meaning("Columns, rows, slices of the lattice.")]
    spacing: Annotated[
        tuple[float, float, float | None],
        meaning(
            "Between columns, rows and slices; the last along the step, None where it is not known "
            "or not even.",
            "mm",
        ),
    ]
    origin: Annotated[tuple[float, float, float], meaning("Center of the first voxel.", "mm")]
    direction: Annotated[
        tuple[float, ...],
        meaning("Nine cosines: of a row, of a column, and of the step from slice to slice."),
    ]
    affine_lps: Annotated[
        Matrix | None, meaning("Index (column, row, slice, 1) to the patient, LPS.", "mm")
    ]
    affine_ras: Annotated[Matrix | None, meaning("The same to RAS, as NIfTI has it.", "mm")]
    image_ids: Annotated[
        tuple[str, ...], meaning("The images, ascending along row x column; of a mosaic, one.")
    ]
    slice_indices: Annotated[
        tuple[int, ...] | None,
        meaning("Slice of the lattice of each image; of a mosaic, of each tile. None: no affine."),
    ]
    distances: Annotated[
        tuple[float, ...], meaning("Position of each image, or tile, along the normal.", "mm")
    ]
    regular: Annotated[
        bool, meaning("No gap, no duplicate, and no deviation above 1 % of the step.")
    ]
    orthogonal: Annotated[bool, meaning("Whether the step is along the normal.")]
    tilt_degrees: Annotated[float, meaning("Angle between the step and the normal.", "degree")]
    max_deviation: Annotated[
        float | None, meaning("Largest distance of a slice from its place on the lattice.", "mm")
    ] = None
    gaps: Annotated[tuple[VolumeGap, ...], meaning("Where slices are missing, or uneven.")] = ()
    duplicates: Annotated[
        tuple[tuple[str, ...], ...],
        meaning("Ids of images at one position, that nothing separates."),
    ] = ()
    off_lattice: Annotated[tuple[str, ...], meaning("Ids of images beside the lattice.")] = ()
    group: Annotated[
        VolumeGroup | None, meaning("What sets it apart from volumes at the same place.")
    ] = None
    frame_of_reference_uid: Annotated[
        str | None,
        meaning(
            "UID of the coordinate system of the positions.",
            attribute="FrameOfReferenceUID (0020,0052)",
        ),
    ] = None
    series_instance_uid: Annotated[
        str | None, meaning("UID of the series.", attribute="SeriesInstanceUID (0020,000E)")
    ] = None
    study_instance_uid: Annotated[
        str | None, meaning("UID of the study.", attribute="StudyInstanceUID (0020,000D)")
    ] = None
    modality: Annotated[
        str | None, meaning('"CT", "MR", "PT" ...', attribute="Modality (0008,0060)")
    ] = None
    series_description: Annotated[
        str | None, meaning("What the series is called.", attribute="SeriesDescription (0008,103E)")
    ] = None
    series_number: Annotated[
        int | None, meaning("Number of the series.", attribute="SeriesNumber (0020,0011)")
    ] = None
    notes: Annotated[
        tuple[Note, ...],
        meaning("What was assumed, and what is doubtful, in the order of the rules."),
    ] = ()


SERIES_VOLUMES: Final[MetadataType[tuple[VolumeGeometryModule, ...]]] = MetadataType(
    "seriesVolumes",
    scope="series",
    meaning="The volumes of the series of an image, each a `VolumeGeometryModule`, the same for "
    "each of its images.",
)
VOLUME_GEOMETRY: Final = MetadataType(
    "volumeGeometryModule",
    VolumeGeometryModule,
    scope="series",
    meaning="The volume that holds an image, or a frame.",
)
