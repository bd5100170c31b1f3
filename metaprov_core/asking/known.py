"""Which distribution brings what: for who asks where it is not installed, disabled, or failed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import importlib_metadata

from metaprov_core.errors import described
from metaprov_core.image_ids import scheme_of
from metaprov_core.loading.candidate import normalized
from metaprov_core.loading.options import is_set, options_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from metaprov_core.loading.record import PluginRecord, Provider

__all__ = [
    "KNOWN_DISTRIBUTIONS",
    "hints_for_command",
    "hints_for_question",
    "hints_for_source",
    "is_known_type",
]


class _Known(NamedTuple):
    """A plugin, or a command, of this project."""

    name: str
    distribution: str


_FILES: Final = _Known("dicom-files", "metaprov-dicom")
_MODULES: Final = _Known("dicom-modules", "metaprov-dicom")
_ATTRIBUTES: Final = _Known("dicom-attributes", "metaprov-dicom")
_CALIBRATIONS: Final = _Known("dicom-calibrations", "metaprov-dicom")
_WEB: Final = _Known("dicomweb", "metaprov-dicomweb")
_NIFTI: Final = _Known("nifti", "metaprov-nifti")
_BIDS: Final = _Known("nifti-bids", "metaprov-nifti")
_STORAGE: Final = _Known("storage", "metaprov-storage")
_SUV: Final = _Known("suv", "metaprov-scaling")
_VOLUMES: Final = _Known("volumes", "metaprov-volume")

_TYPES: Final = {
    "baseImageId": _MODULES,
    "bidsSidecar": _BIDS,
    "byteSource": _STORAGE,
    "calibratedPixelSpacing": _CALIBRATIONS,
    "calibrationModule": _MODULES,
    "cineModule": _MODULES,
    "clinicalTrialModule": _MODULES,
    "ecgModule": _MODULES,
    "frameImageIds": _MODULES,
    "frameModule": _MODULES,
    "frameOfReferenceModule": _MODULES,
    "generalImageModule": _MODULES,
    "generalSeriesModule": _MODULES,
    "generalStudyModule": _MODULES,
    "imagePixelModule": _MODULES,
    "imagePlaneModule": _MODULES,
    "imageUrlModule": _MODULES,
    "modalityLutModule": _MODULES,
    "multiframeModule": _MODULES,
    "niftiHeader": _NIFTI,
    "nmMultiframeGeometryModule": _MODULES,
    "overlayPlaneModule": _MODULES,
    "patientDemographicModule": _MODULES,
    "patientModule": _MODULES,
    "patientStudyModule": _MODULES,
    "petImageModule": _MODULES,
    "petIsotopeModule": _MODULES,
    "petSeriesModule": _MODULES,
    "philipsScalingModule": _MODULES,
    "realWorldValueModule": _MODULES,
    "scalingModule": _SUV,
    "seriesVolumes": _VOLUMES,
    "sopCommonModule": _MODULES,
    "transferSyntax": _MODULES,
    "ultrasoundEnhancedRegionModule": _MODULES,
    "uriModule": _MODULES,
    "voiLutModule": _MODULES,
    "volumeGeometryModule": _VOLUMES,
}
# The header, and what is known of the images beside it, come from where the image is.
_SCHEMES: Final = {
    "dicomfile": _FILES,
    "nifti": _NIFTI,
    "wadors": _WEB,
    "wadouri": _WEB,
    **dict.fromkeys(("abfs", "gs", "http", "https", "memory", "s3", "tar", "zip"), _STORAGE),
}
_SCHEMES_OF_SOURCES: Final = {**_SCHEMES, "http": _WEB, "https": _WEB}
_FINDS: Final = {
    _FILES: "finds DICOM files",
    _NIFTI: "finds NIfTI files",
    _WEB: "finds images on DICOMweb servers",
    _STORAGE: "finds images in stores and archives",
}
_COMMANDS: Final = {
    "convert": _Known("convert", "metaprov-volume"),
    "demo": _Known("demo", "metaprov-dicom"),
    "dicomweb": _WEB,
    "look": _Known("look", "metaprov-volume"),
    "report": _Known("report", "metaprov-table"),
    "serve": _Known("serve", "metaprov-serve"),
    "suv": _SUV,
    "table": _Known("table", "metaprov-table"),
    "volumes": _VOLUMES,
}

#: The distributions of this project that have plugins.
KNOWN_DISTRIBUTIONS: Final = frozenset(
    known.distribution for known in (*_TYPES.values(), *_SCHEMES.values())
)

# A keyword such as PatientName, or a tag of 8 hex digits.
_ATTRIBUTE: Final = re.compile(r"[A-Z][A-Za-z0-9]+|[0-9A-Fa-f]{8}")


def hints_for_question(
    type: str, scheme: str, records: Iterable[PluginRecord], noted: Iterable[Provider]
) -> tuple[str, ...]:
    """Who could answer what nobody answers, and why they do not; a sentence for each.

    ``records`` are the plugins of the host, whatever became of them; ``noted`` the providers that
    were asked and said why they have no answer. Where one of another project did, that counts.
    """
    if any(
        provider.distribution not in KNOWN_DISTRIBUTIONS and provider.types is not None
        for provider in noted
    ):
        return ()
    known = {}
    if is_known_type(type):
        known[_TYPES[type]] = f"answers {type}"
    elif _ATTRIBUTE.fullmatch(type):
        known[_ATTRIBUTES] = "answers attributes by their keywords"
    if scheme in _SCHEMES:
        known[_SCHEMES[scheme]] = f"reads {scheme}: ids"
    return tuple(_hints(known, records))


def is_known_type(type: str) -> bool:
    """Whether a type is spelled as one that this project answers."""
    return type in _TYPES


def hints_for_source(source: str, records: Iterable[PluginRecord]) -> tuple[str, ...]:
    """Who could find the images behind a source that nobody knows, and why they do not."""
    scheme = scheme_of(source)
    if scheme not in _SCHEMES_OF_SOURCES:
        return ()
    known = _SCHEMES_OF_SOURCES[scheme]
    return tuple(_hints({known: _FINDS[known]}, records))


def hints_for_command(name: str, records: Iterable[PluginRecord]) -> tuple[str, ...]:
    """Who has a command that is not there; ``records`` are those of the group of commands."""
    if name not in _COMMANDS:
        return ()
    return tuple(_hints({_COMMANDS[name]: f"has the command {name!r}"}, records))


def _hints(known: Mapping[_Known, str], records: Iterable[PluginRecord]) -> Iterator[str]:
    by_name = {(record.distribution, record.name): record for record in records}
    told: set[tuple[str, str]] = set()
    for (name, distribution), does in known.items():
        record = by_name.get((distribution, name))
        # So it is called where another distribution has one of this name.
        record = record or by_name.get((distribution, f"{distribution}:{name}"))
        reason = _not_installed(distribution) if record is None else _reason(record)
        if reason is not None and (distribution, reason) not in told:
            told.add((distribution, reason))
            yield f"plugin {name!r} of {distribution}, which {does}, {reason}"


def _reason(record: PluginRecord) -> str | None:
    """Why a plugin does not answer; None for one that is active."""
    if record.error is not None:
        return f"failed: {described(record.error.failures[0].cause)}"
    if record.status != "disabled":
        return None
    if is_set("METAPROV_DISABLE_AUTOLOAD"):
        return "is disabled by METAPROV_DISABLE_AUTOLOAD"
    names = set(map(normalized, (record.name, record.distribution)))
    options = options_from(None, None, None, None, environment=True)
    if not options.disable.isdisjoint(names):
        return "is disabled by METAPROV_DISABLE"
    if options.only is not None and options.only.isdisjoint(names):
        return "is not in METAPROV_ONLY"
    return "is disabled"


def _not_installed(distribution: str) -> str | None:
    try:
        importlib_metadata.distribution(distribution)
    except importlib_metadata.PackageNotFoundError:
        return f"is not installed: python -m pip install {distribution}"
    if is_set("METAPROV_DISABLE_AUTOLOAD"):
        return "is disabled by METAPROV_DISABLE_AUTOLOAD"
    # It is there and has no such plugin, or cannot be read, which is a failure of its own.
    return None
