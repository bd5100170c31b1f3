"""What Cornerstone3D and OHIF answer for the same files, and where we differ on purpose.

The recorded answers lie outside of the repository; a checkout without them skips this.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared"
COMPARE = SHARED / "checks" / "compare_modules.py"

VERDICTS = ("differs ", "missing ", "raised ")

#: Verdict, file and field, as a pattern -> why our answer stands.
ACCEPTED = {
    r"differs .*imagePixelModule.pixelPadding(Value|RangeLimit): ours -": (
        "theirs lose the sign: -2000 becomes 63536"
    ),
    r"missing .*enhanced_nopos.dcm.* imagePlaneModule.imagePositionPatient": (
        "the header has no position; theirs is made up: 0, 0, the number of the frame"
    ),
    r"missing .*nm_static.dcm.* imagePlaneModule.(image(Orientation|Position)Patient|.*Cosines)": (
        "the frames of a STATIC image are no slices; theirs are stacked all the same"
    ),
    r"differs .*luts.dcm voiLutModule.voiLUTSequence": (
        "entries of 8 bits are packed two to a word; theirs are read as words"
    ),
    r"differs .*overlay.dcm overlayPlaneModule.overlays": (
        "an overlay has rows * columns pixels; theirs has those of the padding as well"
    ),
}


@pytest.mark.skipif(not COMPARE.exists(), reason="the recorded answers of Cornerstone are not here")
def test_every_difference_is_a_known_one() -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", str(COMPARE), "--show", "100000"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = [line for line in ran.stdout.splitlines() if line.startswith(VERDICTS)]
    unknown = [line for line in found if not any(re.search(known, line) for known in ACCEPTED)]
    assert unknown == []
    unused = [known for known in ACCEPTED if not any(re.search(known, line) for line in found)]
    assert unused == []
