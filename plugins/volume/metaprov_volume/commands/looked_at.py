"""What ``metaprov look`` tells of a series: whose it is, its volumes in short, and its SUV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from metaprov_modules import (
    GENERAL_STUDY,
    KINDS,
    PATIENT,
    SCALING,
    GeneralStudyModule,
    PatientModule,
    ScalingModule,
)

from .found_series import notes_in, volumes_of
from .in_words import defects_in_short, size_of, spacing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metaprov_core import Host, MetadataType
    from metaprov_modules import VolumeGeometryModule

    from .found_series import Failures, FoundSeries, VolumesOrReason

__all__ = ["Alike", "LookedAt", "Study", "Suv", "alike_of", "looked_at", "studies_of"]

T = TypeVar("T")

#: What a note says of a factor, from the least grave to the gravest.
_SEVERITIES: Final = ("assumed", "repaired", "warning")


class Study(NamedTuple):
    """A study, and whose it is."""

    patient: PatientModule
    about: GeneralStudyModule
    series: list[FoundSeries]


class Suv(NamedTuple):
    """Whether a series of PET has a factor to SUV."""

    #: "yes", "no", or "not asked": no plugin answers scalingModule of such images.
    answer: str
    #: Why there is none.
    reason: str | None = None
    #: The gravest of "assumed", "repaired" and "warning" that the factor comes with.
    severity: str | None = None


class LookedAt(NamedTuple):
    """A series, its volumes, and its SUV; None for other modalities than PET."""

    series: FoundSeries
    found: VolumesOrReason
    suv: Suv | None


class Alike(NamedTuple):
    """Volumes of a series that are alike: those of a 4D series, say."""

    number: int
    size: str
    spacing: str
    #: What sets them apart; "" where nothing does.
    by: str
    #: How many of them have a defect, by the defect in a few words.
    defects: dict[str, int]


def studies_of(host: Host, series: Iterable[FoundSeries], failures: Failures) -> list[Study]:
    """The studies of some series: those of a patient together and by date, series by number."""
    patients: dict[Any, dict[Any, Study]] = {}
    for each in series:
        patient = _module(host, PATIENT, PatientModule, each, failures)
        about = _module(host, GENERAL_STUDY, GeneralStudyModule, each, failures)
        studies = patients.setdefault(patient.patient_id or patient.patient_name, {})
        uid = about.study_instance_uid or each.about.study_instance_uid
        study = studies.setdefault(uid or about.study_date, Study(patient, about, []))
        study.series.append(each)
    for studies in patients.values():
        for study in studies.values():
            study.series.sort(key=lambda each: _none_last(each.about.series_number))
    return [
        study
        for studies in patients.values()
        for study in sorted(
            studies.values(),
            key=lambda each: (_none_last(each.about.study_date), _none_last(each.about.study_time)),
        )
    ]


def looked_at(host: Host, series: FoundSeries, failures: Failures) -> LookedAt:
    """The volumes of a series, and of one of PET, whether it has a factor."""
    found = volumes_of(host, series, failures)
    suv = None
    if series.about.modality == "PT":
        # An image of a volume is none that was captured from a screen.
        image_id = found.volumes[0].image_ids[0] if found.volumes else series.image_ids[0]
        is_answered = _is_answered(host, image_id)
        suv = _suv_of(host, image_id, failures) if is_answered else Suv("not asked")
    return LookedAt(series, found, suv)


def alike_of(volumes: Sequence[VolumeGeometryModule]) -> list[Alike]:
    """Volumes by their size, spacing and what sets them apart."""
    found: dict[tuple[str, str, str], Alike] = {}
    for volume in volumes:
        kind = (size_of(volume), spacing_of(volume), _by(volume))
        before = found.get(kind) or Alike(0, *kind, {})
        for defect in defects_in_short(volume):
            before.defects[defect] = before.defects.get(defect, 0) + 1
        found[kind] = before._replace(number=before.number + 1)
    return list(found.values())


def _by(volume: VolumeGeometryModule) -> str:
    group = volume.group
    if group is None:
        return ""
    return f"{group.attribute}{' (assumed)' if group.assumed else ''}"


def _is_answered(host: Host, image_id: str) -> bool:
    """Whether a plugin says that it answers scalingModule for images of this scheme."""
    asked = host.call_order(SCALING, image_id)
    return any(each.types is not None and SCALING in each.types for each in asked)


def _suv_of(host: Host, image_id: str, failures: Failures) -> Suv:
    try:
        # What somebody added may be of another class.
        scaling: object = host.get(SCALING, image_id)
        if scaling is None:
            return Suv("no", notes_in(host.explain(SCALING, image_id)))
    except Exception as error:
        failures.add(error)
        return Suv("no", str(error))
    if not isinstance(scaling, ScalingModule):
        return Suv("yes")
    if all(getattr(scaling, kind) is None for kind in KINDS):
        return Suv("no", "scalingModule has no factor")
    severities = {note.severity for note in scaling.notes}
    return Suv("yes", None, max(severities & {*_SEVERITIES}, key=_SEVERITIES.index, default=None))


def _module(
    host: Host, key: MetadataType[T], kind: type[T], series: FoundSeries, failures: Failures
) -> T:
    """What a series has of a type; nothing of it is known where nobody answers."""
    try:
        answer = host.get(key, series.image_ids[0])
    except Exception as error:
        failures.add(error)
        answer = None
    return answer if isinstance(answer, kind) else kind()


def _none_last(value: T | None) -> tuple[bool, T | None]:
    return value is None, value
