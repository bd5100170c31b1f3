"""Compares metaprov-scaling with calculate-suv, z-rad and pysuv, and writes the table into SUV.md.

``python benchmarks/suv.py``. It needs the data beside the repository (../shared/data/suv, and
../shared/data/reported/suv), pysuv, z-rad and metaprov-dicom installed, and node and npm, with
which it installs calculate-suv; where one of them is not there it says so, and writes nothing.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOT = Path(__file__).parents[1]
_PAGE = _ROOT / "plugins" / "scaling" / "SUV.md"
_DATA = _ROOT.parent / "shared" / "data" / "suv"
_REPORTED = _ROOT.parent / "shared" / "data" / "reported" / "suv"
_PET = "1.2.840.10008.5.1.4.1.1.128"
_SCRIPT = Path(__file__).with_name("suv.mjs")
_BEGIN, _END = "<!-- comparison: python benchmarks/suv.py -->\n", "<!-- /comparison -->\n"

_CALCULATE_SUV = "@cornerstonejs/calculate-suv@1.1.0"
#: A factor is right within this, relative.
_TOLERANCE = 5e-3

#: Factors by JSON name, of each image; None where there are none.
Outcome = list[dict[str, float]] | None

_TRACER = (
    "RadionuclideTotalDose",
    "RadionuclideHalfLife",
    "RadiopharmaceuticalStartDateTime",
    "RadiopharmaceuticalStartTime",
)
#: What calculate-suv calls private attributes.
_PRIVATE = {
    "70531000": ("PhilipsPETPrivateGroup", "SUVScaleFactor"),
    "70531009": ("PhilipsPETPrivateGroup", "ActivityConcentrationScaleFactor"),
    "0009100D": (None, "GEPrivatePostInjectionDateTime"),
    "00711022": (None, "SiemensDecayCorrectionDateTime"),
}


class Series(NamedTuple):
    """One series, and what is right for it."""

    source: str
    #: The header of each image, by keyword and private tag.
    images: list[dict[str, Any]]
    #: None: to be refused.
    expected: Outcome
    #: Its files, where there are some.
    paths: tuple[Path, ...] = ()
    #: Of a reported one: the outcomes that are right, any of which will do.
    accept: tuple[dict[str, Any], ...] = ()


class Tool(NamedTuple):
    """One that computes factors."""

    name: str
    #: The kinds of SUV that it gives, by JSON name.
    kinds: tuple[str, ...]
    outcomes: list[Outcome]
    #: For 267 slices whose headers are read; None where it reads the files itself.
    ms: float | None


def main() -> None:
    missing = [*_missing()]
    if missing:
        sys.exit(f"not compared: {' and '.join(missing)}")
    series = [*_cases(), *_reference_objects(), *_real_headers(), *_reported()]
    slices = [_instance(flat) for flat in json.loads((_DATA / "sts001_instances.json").read_text())]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tools = [
            _metaprov(series, slices),
            _calculate_suv(series, slices),
            _zrad(series),
            _pysuv(series, slices),
        ]
    table = _table(series, tools)
    print(table)
    before, _, rest = _PAGE.read_text().partition(_BEGIN)
    after = rest.partition(_END)[2]
    _PAGE.write_text(f"{before}{_BEGIN}\n{table}\n{_END}{after}")


def _missing() -> list[str]:
    from importlib.util import find_spec

    needed = {
        "the data, ../shared/data/suv, is not there": _DATA.is_dir(),
        "the data, ../shared/data/reported/suv, is not there": _REPORTED.is_dir(),
        "z-rad is not installed": find_spec("zrad"),
        "node is not installed": shutil.which("node"),
        "npm is not installed": shutil.which("npm"),
        "pysuv is not installed": find_spec("pysuv"),
        "metaprov-dicom is not installed": find_spec("metaprov_dicom"),
    }
    return [reason for reason, there in needed.items() if not there]


# -- the data


def _cases() -> list[Series]:
    cases = json.loads((_DATA / "cases.json").read_text())["cases"]
    return [
        Series(
            "cases",
            [_instance(flat) for flat in case["series"]],
            case["expected"]["factors"] if case["expected"]["ok"] else None,
        )
        for case in cases
    ]


def _reference_objects() -> list[Series]:
    import metaprov_core

    expected = json.loads((_DATA / "ibsi_dro_expected.json").read_text())["factors"]
    objects = []
    for name, factors in expected.items():
        paths = sorted((_DATA / "ibsi-dro-headers" / name).glob("*.dcm"))
        images = [dict(metaprov_core.require("instance", f"dicomfile:{path}")) for path in paths]
        objects.append(Series("objects", images, factors, tuple(paths)))
    return objects


def _real_headers() -> list[Series]:
    rows = json.loads((_DATA / "real_headers.json").read_text())["rows"]
    return [
        Series(
            "real",
            [_instance({**row["instance"], "Manufacturer": row["manufacturer"]})],
            [{"suvbw": row["expected_suvbw"]}],
        )
        for row in rows
        if row["expected_suvbw"] is not None
    ]


def _reported() -> list[Series]:
    cases = [json.loads(path.read_text()) for path in sorted(_REPORTED.glob("*.json"))]
    return [
        Series("reported", case["series"], None, accept=tuple(case["accept"])) for case in cases
    ]


def _instance(flat: dict[str, Any]) -> dict[str, Any]:
    tracer = {name: flat[name] for name in _TRACER if name in flat}
    instance = {name: value for name, value in flat.items() if name not in _TRACER}
    philips = instance.pop("PhilipsPETPrivateGroup", None) or {}
    for tag, (group, name) in _PRIVATE.items():
        source = instance if group is None else philips
        if name in source:
            instance[tag] = source.pop(name)
    return {"Modality": "PT", "RadiopharmaceuticalInformationSequence": (tracer,), **instance}


# -- the tools


def _metaprov(series: list[Series], slices: list[dict[str, Any]]) -> Tool:
    import msgspec

    from metaprov_scaling import Refusal, pet_header, scale_series

    def scale(images: list[dict[str, Any]]) -> Outcome:
        outcome = scale_series([pet_header(image) for image in images])
        return None if isinstance(outcome, Refusal) else msgspec.to_builtins(outcome.modules)

    def outcome(each: Series) -> Outcome:
        return _scaled_from_files(each) if each.accept else scale(each.images)

    ms = _median_ms(lambda: scale_series([pet_header(image) for image in slices]))
    kinds = ("suvbw", "suvlbm", "suvlbmJames128", "suvlbmJanma", "suvbsa", "suvibw")
    name = f"metaprov-scaling {_version('metaprov-scaling')}"
    return Tool(name, kinds, [outcome(each) for each in series], ms)


def _scaled_from_files(each: Series) -> Outcome:
    """The factors of the images of a series, or of their frames; None where none has any."""
    import metaprov_core

    with TemporaryDirectory() as folder, metaprov_core.Host(discover=True) as host:
        _write(each, Path(folder))
        modules = [host.get("scalingModule", each) for each in host.find_images(folder)]
    if not any(modules):
        return None
    return [{} if module is None else {"suvbw": module.suvbw} for module in modules]


def _calculate_suv(series: list[Series], slices: list[dict[str, Any]]) -> Tool:
    # Enhanced images have nothing that it could be asked with: they are an image without values.
    asked = {"all": [_flat(each.images) for each in series], "timed": _flat(slices)}
    with TemporaryDirectory() as folder:
        npm = [shutil.which("npm") or "", "install", "--no-audit", "--no-fund", _CALCULATE_SUV]
        subprocess.run(npm, cwd=folder, check=True, capture_output=True)
        (Path(folder) / "suv.mjs").write_text(_SCRIPT.read_text())
        ran = subprocess.run(
            [shutil.which("node") or "", "suv.mjs"],
            cwd=folder,
            check=True,
            capture_output=True,
            input=json.dumps(asked, default=str),
            text=True,
        )
    told = json.loads(ran.stdout)
    return Tool(
        f"calculate-suv {told['version']}",
        ("suvbw", "suvlbm", "suvlbmJanma", "suvbsa"),
        [None if each is None else [_numbers(f) for f in each] for each in told["outcomes"]],
        told["ms"],
    )


def _flat(images: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The attributes in the one level of calculate-suv's interface."""
    flat = []
    for image in images:
        one = dict(image)
        for tracer in one.pop("RadiopharmaceuticalInformationSequence", ())[:1]:
            one.update(tracer)
        philips = {}
        for tag, (group, name) in _PRIVATE.items():
            if tag in one:
                (one if group is None else philips)[name] = one.pop(tag)
        flat.append({**one, "PhilipsPETPrivateGroup": philips})
    return flat


def _numbers(factors: dict[str, str]) -> dict[str, float]:
    numbers = {}
    for kind, written in factors.items():
        try:
            numbers[kind] = float(written)
        except ValueError:
            numbers[kind] = math.nan
    return numbers


def _zrad(series: list[Series]) -> Tool:
    import numpy as np
    import SimpleITK as sitk  # noqa: N813 - everybody's name for it
    from pydicom import dcmread
    from zrad.io.pet_suv import apply_suv_correction, validate_pet_dicom_tags

    def scale(each: Series) -> Outcome:
        with TemporaryDirectory() as folder:
            rescaled = _write(each, Path(folder))
            files = [
                {"ds": dcmread(path, stop_before_pixels=True), "file_path": str(path)}
                for path in sorted(Path(folder).iterdir())
            ]
            try:
                validate_pet_dicom_tags(files)
                ones = sitk.GetImageFromArray(np.ones((len(rescaled), 2, 2)))
                values = sitk.GetArrayFromImage(apply_suv_correction(files, ones))
            except Exception:
                return None
        return [
            {"suvbw": float(value[0, 0]) / one} for value, one in zip(values, rescaled, strict=True)
        ]

    return Tool(f"z-rad {_version('z-rad')}", ("suvbw",), [scale(each) for each in series], None)


def _write(each: Series, folder: Path) -> list[float]:
    """Write the files of a series, whose pixels are 1; what that is rescaled, by image or frame."""
    from pydicom import dcmread
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    ones: list[float] = []
    for place, image in enumerate(each.images):
        dataset = dcmread(each.paths[place]) if each.paths else _dataset(image)
        if not each.paths:
            # z-rad refuses what has no manufacturer, which no case has.
            defaults = {
                "SOPClassUID": _PET,
                "Modality": "PT",
                "SeriesInstanceUID": "1.2.3",
                "Manufacturer": "Synthetic",
            }
            for name, value in defaults.items():
                if name not in dataset:
                    setattr(dataset, name, value)
        dataset.SOPInstanceUID, dataset.InstanceNumber = f"1.2.3.{place + 1}", place + 1
        dataset.ImagePositionPatient = [0, 0, 3 * place]
        dataset.ImageOrientationPatient, dataset.PixelSpacing = [1, 0, 0, 0, 1, 0], [4, 4]
        dataset.Rows = dataset.Columns = 2
        dataset.BitsAllocated = dataset.BitsStored = 16
        dataset.HighBit, dataset.PixelRepresentation, dataset.SamplesPerPixel = 15, 0, 1
        dataset.PhotometricInterpretation = "MONOCHROME2"
        frames = dataset.get("PerFrameFunctionalGroupsSequence") or [dataset]
        dataset.PixelData = b"\1\0" * 4 * len(frames)
        dataset["PixelData"].VR = "OW"
        if frames[0] is dataset and each.source != "reported":
            dataset.RescaleSlope, dataset.RescaleIntercept = 1, 0
        for frame in frames:
            (values,) = frame.get("PixelValueTransformationSequence") or [dataset]
            slope, intercept = values.get("RescaleSlope"), values.get("RescaleIntercept")
            ones.append(float(1 if slope is None else slope) + float(intercept or 0))
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.save_as(folder / f"{place:04}.dcm", enforce_file_format=True)
    return ones


def _pysuv(series: list[Series], slices: list[dict[str, Any]]) -> Tool:
    import pydicom
    import pysuv

    # In m2 there, in cm2 here.
    kinds = {"bw": ("suvbw", 1), "lbm": ("suvlbmJames128", 1), "bsa": ("suvbsa", 1e4)}
    kinds["ibw"] = ("suvibw", 1)

    def factors(dataset: Any) -> dict[str, float]:
        found = {"suvbw": pysuv.get_suv_factor(dataset).suv_factor}
        for kind, (name, unit) in kinds.items():
            try:
                found[name] = pysuv.get_suv_factor(dataset, kind).suv_factor * unit
            except Exception:
                # Without a height, say, there are only some of them.
                continue
        return found

    def scale(each: Series) -> Outcome:
        try:
            if each.paths:
                return [factors(pydicom.dcmread(path)) for path in each.paths]
            return [factors(_dataset(image)) for image in each.images]
        except Exception:
            return None

    datasets = [_dataset(image) for image in slices]
    ms = _median_ms(lambda: [pysuv.get_suv_factor(dataset) for dataset in datasets], 11)
    names = tuple(name for name, _ in kinds.values())
    name = f"pysuv {_version('pysuv')}"
    return Tool(name, names, [scale(each) for each in series], ms)


def _dataset(image: dict[str, Any]) -> Any:
    from pydicom import Dataset

    dataset = Dataset()
    dataset.RescaleSlope, dataset.RescaleIntercept = 1, 0
    _fill(dataset, image)
    return dataset


def _fill(dataset: Any, image: dict[str, Any]) -> None:
    from pydicom import Dataset

    for name, value in image.items():
        if name[0].isdigit():
            if isinstance(value, str | int | float):
                vr = "LO" if name[4:6] == "00" else "DS" if name.startswith("7053") else "DT"
                dataset.add_new(int(name, 16), vr, str(value)[:16] if vr == "DS" else value)
        elif isinstance(value, list | tuple) and value and isinstance(value[0], dict):
            items = []
            for each in value:
                items.append(Dataset())
                _fill(items[-1], each)
            setattr(dataset, name, items)
        elif value is not None:
            setattr(dataset, name, list(value) if isinstance(value, tuple) else value)
        elif name in dataset:
            delattr(dataset, name)


def _median_ms(run: Callable[[], object], rounds: int = 41) -> float:
    times = []
    for _ in range(rounds):
        begun = perf_counter()
        run()
        times.append(perf_counter() - begun)
    return median(times) * 1000


def _version(distribution: str) -> str:
    from importlib.metadata import version

    return version(distribution)


# -- the table


def _table(series: list[Series], tools: list[Tool]) -> str:
    rows = [
        ("", *(tool.name for tool in tools)),
        ("---", *("---" for _ in tools)),
        *_compared("IBSI reference objects", "objects", series, tools),
        *_compared("made series", "cases", series, tools),
        *_compared("real headers, GE, Philips and Siemens", "real", series, tools),
        _refused(series, tools),
        *_reports(series, tools),
        (
            "267 slices of GE, headers read: ms",
            *("-" if tool.ms is None else f"{tool.ms:.1f}" for tool in tools),
        ),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _compared(
    title: str, source: str, series: list[Series], tools: list[Tool]
) -> list[tuple[str, ...]]:
    places = [
        i for i, each in enumerate(series) if each.source == source and each.expected is not None
    ]
    rows = []
    for kinds, of in ((("suvbw",), "suvbw"), (None, "every kind that the tool has")):
        if source == "real" and kinds is None:
            continue
        cells = []
        for tool in tools:
            judged = [
                _judged(tool.outcomes[i], series[i].expected or [], kinds or tool.kinds)
                for i in places
            ]
            cells.append(
                ", ".join(
                    f"{count} {word}"
                    for word in ("right", "wrong", "refused")
                    if (count := judged.count(word))
                )
            )
        rows.append((f"{len(places)} {title}: {of}", *cells))
    return rows


def _judged(outcome: Outcome, expected: list[dict[str, float]], kinds: tuple[str, ...]) -> str:
    if outcome is None:
        return "refused"
    for factors, right in zip(outcome, expected, strict=True):
        for kind in kinds:
            factor, wanted = factors.get(kind), right.get(kind)
            if factor is None and wanted is None:
                continue
            if factor is None or wanted is None:
                return "wrong"
            if not math.isclose(factor, wanted, rel_tol=_TOLERANCE):
                return "wrong"
    return "right"


def _refused(series: list[Series], tools: list[Tool]) -> tuple[str, ...]:
    places = [i for i, each in enumerate(series) if each.source == "cases" and not each.expected]
    counts = [sum(tool.outcomes[i] is None for i in places) for tool in tools]
    return (f"{len(places)} made series without a right factor: refused", *map(str, counts))


def _reports(series: list[Series], tools: list[Tool]) -> list[tuple[str, ...]]:
    """How many reported series have a right factor, or are refused; notes are not judged."""
    judged = [
        i
        for i, each in enumerate(series)
        if any("suvbw" in outcome or "refused" in outcome for outcome in each.accept)
    ]
    counts = [sum(_accepted(tool.outcomes[i], series[i].accept) for i in judged) for tool in tools]
    title = f"{len(judged)} series of public reports: right factor, or refused"
    return [(title, *map(str, counts))]


def _accepted(outcome: Outcome, accept: tuple[dict[str, Any], ...]) -> bool:
    if outcome is None:
        return any("refused" in each for each in accept)
    rights = [
        [{} if factor is None else {"suvbw": factor} for factor in each["suvbw"]]
        for each in accept
        if "suvbw" in each
    ]
    return any(
        len(right) == len(outcome) and _judged(outcome, right, ("suvbw",)) == "right"
        for right in rights
    )


if __name__ == "__main__":
    main()
