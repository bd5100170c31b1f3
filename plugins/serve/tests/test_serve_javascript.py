"""The JavaScript package: its own tests pass, and notice each rule that is broken."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parents[1] / "javascript"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")


class Broken(NamedTuple):
    """A rule, what breaks it, and the words of a test that must fail then."""

    rule: str
    code: str
    instead: str
    noticed: str


BROKEN = [
    Broken(
        "null fields are left out",
        "const metadata = withoutNulls(answered);",
        "const metadata = answered;",
        "fields that are null are left out",
    ),
    Broken(
        "null fields are left out at any depth",
        "kept[name] = withoutNulls(field)",
        "kept[name] = field",
        "fields that are null are left out",
    ),
    Broken(
        "a fresh copy a call",
        "? answer : copied(answer)",
        "? answer : answer",
        "what one writes into an answer is not in the next",
    ),
    Broken(
        "no answer is frozen",
        '"object" ? { ...answer } : answer',
        '"object" ? Object.freeze({ ...answer }) : answer',
        "what one writes into an answer is not in the next",
    ),
    *(
        Broken(
            f"{type} is always an object",
            f"  {type}: {rule},\n",
            f"  {type}: (metadata) => metadata.{type} && {rule}(metadata),\n",
            "plane, pixels and series of a known image are objects",
        )
        for type, rule in [
            ("imagePlaneModule", "imagePlane"),
            ("imagePixelModule", "imagePixel"),
            ("generalSeriesModule", "generalSeries"),
        ]
    ),
    Broken(
        "no orientation",
        "?? [1, 0, 0, 0, 1, 0]",
        "?? []",
        "a plane without place and direction",
    ),
    Broken("no position", "?? [0, 0, 0]", "?? undefined", "a plane without place and direction"),
    Broken(
        "no spacing is 1",
        "known ? [row, column] : [1, 1]",
        "[row, column]",
        "a spacing that is missing is 1",
    ),
    Broken(
        "usingDefaultValues is said",
        "    usingDefaultValues: !known,\n",
        "",
        "a spacing that is missing is 1",
    ),
    Broken(
        "usingDefaultValues is for spacing only",
        "usingDefaultValues: !known",
        "usingDefaultValues: !known || !plane.imagePositionPatient",
        "a plane without place and direction",
    ),
    Broken(
        "calibratedPixelSpacing",
        "  calibratedPixelSpacing,\n",
        "",
        "the calibration of a projection has its type",
    ),
    Broken(
        "no scale beside that of the plane",
        "{ rowPixelSpacing, columnPixelSpacing, scale, ...others }",
        "{ rowPixelSpacing, columnPixelSpacing, ...others }",
        "the spacing and the scale of a user are in the plane alone",
    ),
    Broken(
        "no spacing beside that of the plane",
        "{ rowPixelSpacing, columnPixelSpacing, scale, ...others }",
        "{ scale, ...others }",
        "the spacing and the scale of a user are in the plane alone",
    ),
    Broken(
        "the window of PT",
        'if (series.modality === "PT") return factors.suvbw;\n  if',
        "if",
        "the window of a PT is by (C - 0.5) f + 0.5 and (W - 1) f + 1",
    ),
    Broken(
        "the window's half step does not scale",
        "[c * factor + (1 - factor) / 2, w * factor + (1 - factor)]",
        "[c * factor, w * factor]",
        "the window of a PT is by (C - 0.5) f + 0.5 and (W - 1) f + 1",
    ),
    Broken(
        "the window of RTDOSE",
        'if (series.modality === "RTDOSE") return factors.doseGridScaling;\n  return undefined',
        "return undefined",
        "the window of a dose is in its unit",
    ),
    Broken(
        "LINEAR_EXACT is no LINEAR",
        "[c * factor + 0.5, w * factor + 1]",
        "[c * factor, w * factor]",
        "the LINEAR_EXACT window of a PT is in SUV",
    ),
    Broken(
        "palettes are arrays",
        "(bits === 8 ? Uint8Array : Uint16Array).from(pixel[name])",
        "pixel[name]",
        "palettes are arrays of their bits",
    ),
    Broken(
        "the names of a dose",
        "([name, theirs]) => [theirs, module[name]]",
        "([name]) => [name, module[name]]",
        "a dose has the names that Cornerstone reads, and its own",
    ),
    Broken(
        "the name of a dose's sum",
        'doseSummationType: "DoseSummation"',
        'doseSummationType: "DoseSummationType"',
        "a dose has the names that Cornerstone reads, and its own",
    ),
    Broken(
        "dates and names are strings",
        "const metadata = withoutNulls(answered);",
        "const metadata = withoutNulls(answered);\n"
        "  const { patientModule: patient } = metadata;\n"
        "  if (patient) patient.patientName = { Alphabetic: patient.patientName };",
        "dates, times and names are texts",
    ),
    Broken(
        "SUV and dose are floats",
        'factor === undefined ? (wanted ?? own) : "Float32Array"',
        "wanted ?? own",
        "a PT with a factor of whole numbers is floats too",
    ),
    Broken(
        "dose takes no rescale",
        '=== "RTDOSE" ? [1, 0]',
        '=== "RTDOSE" ? [rescaleSlope, rescaleIntercept]',
        "a dose is in its unit, and takes no rescale",
    ),
    Broken(
        "read-outs by the geometry of the pixels",
        "image.imageData.worldToIndex(world)",
        "world",
        "a value is that of the pixel whose center is nearest",
    ),
]


def run_of(package: Path) -> subprocess.CompletedProcess[str]:
    """The package's tests, run by node."""
    files = sorted(package.glob("tests/*.test.js"))
    command = [NODE, "--test", "--test-reporter=tap", *files]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)


def test_the_package_passes_its_tests():
    run = run_of(PACKAGE)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "\n# fail 0\n" in run.stdout
    assert "\n# pass 0\n" not in run.stdout


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.rule)
def test_a_broken_rule_is_noticed(broken, tmp_path):
    package = tmp_path / "javascript"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("node_modules"))
    program = package / "metaprov.js"
    code = program.read_text(encoding="utf-8")
    assert code.count(broken.code) == 1
    program.write_text(code.replace(broken.code, broken.instead), encoding="utf-8")
    run = run_of(package)
    failed = [line for line in run.stdout.splitlines() if line.lstrip().startswith("not ok")]
    assert any(broken.noticed in line for line in failed), run.stdout
