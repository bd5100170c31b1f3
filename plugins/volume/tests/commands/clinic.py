"""A plugin with the volumes of a clinic: another scheme, and geometry that nobody computed."""

from metaprov_core import MetadataReadError, hookimpl, note
from metaprov_modules import (
    GENERAL_SERIES,
    SERIES_VOLUMES,
    GeneralSeriesModule,
    Note,
    VolumeGap,
    VolumeGeometryModule,
    VolumeGroup,
)


def _volume(series, *names, **changes):
    fields = {
        "dimensions": (512, 512, len(names)),
        "spacing": (0.976563, 0.976563, 2.0),
        "origin": (0.0, 0.0, 0.0),
        "direction": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
        "affine_lps": None,
        "affine_ras": None,
        "image_ids": tuple(f"clinic:{series}/{name}" for name in names),
        "slice_indices": tuple(range(len(names))),
        "distances": tuple(2.0 * place for place in range(len(names))),
        "regular": True,
        "orthogonal": True,
        "tilt_degrees": 0.0,
        "series_number": series,
        "modality": "MR",
    }
    return VolumeGeometryModule(**{**fields, **changes})


def _echo(index):
    return VolumeGroup(attribute="EchoTime", value=(10.0, None)[index], index=index, count=2)


DOUBTFUL = Note(
    code="doubtful", severity="warning", sentence="It is doubtful.", attribute="EchoTime"
)
VOLUMES = {
    1: (
        _volume(
            1,
            *"abcd",
            regular=False,
            gaps=(VolumeGap(after="clinic:1/b", distance=4.0, missing=1),),
            duplicates=(("clinic:1/c", "clinic:1/d"),),
        ),
    ),
    2: (
        _volume(2, "a", "b", group=_echo(0), notes=(DOUBTFUL,)),
        _volume(2, "c", "d", group=_echo(1), orthogonal=False, tilt_degrees=15.0),
    ),
}


@hookimpl
def find_images(source):
    names = {"clinic:": "1234", "clinic:good": "2", "clinic:none": "3", "clinic:torn": "24"}
    if source not in names:
        return None
    return (f"clinic:{series}/{name}" for series in names[source] for name in "abcd")


def _series(image_id):
    return int(image_id.removeprefix("clinic:").partition("/")[0])


@hookimpl(specname="get_metadata", types=[GENERAL_SERIES], schemes=["clinic"])
def general_series(image_id):
    series = _series(image_id)
    return GeneralSeriesModule(
        series_instance_uid=f"1.{series}",
        series_number=series,
        modality="MR",
        series_description="Head",
    )


@hookimpl(specname="get_metadata", types=[SERIES_VOLUMES], schemes=["clinic"])
def series_volumes(image_id):
    series = _series(image_id)
    if series == 4:
        raise MetadataReadError(image_id, "the page is torn")
    if series not in VOLUMES:
        note("nobody measured it: clinic:3/a, clinic:3/b")
    return VOLUMES.get(series)
