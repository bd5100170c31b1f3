"""Notes about factors, with the table of their codes, and refusals: why there are none."""

from __future__ import annotations

from typing import Final, NamedTuple, final

from metaprov_modules import Note, Severity

__all__ = ["SEVERITIES", "Notes", "Refusal", "Refused"]

#: The severity of each kind of note, by code. SUV.md says what each is about.
SEVERITIES: Final[dict[str, Severity]] = {
    # values from the chart
    "given": "info",
    # series
    "singleImage": "info",
    "seriesOfFolder": "info",
    "imagesWithoutHeader": "warning",
    "imagesUnreadable": "warning",
    "imagesSetAside": "info",
    "rescaleUnusual": "warning",
    # corrected image
    "decayCorrectionNoneWithDecy": "warning",
    # weight, height, sex
    "weightInGrams": "repaired",
    "weightImplausible": "warning",
    "weightLow": "warning",
    "heightInCentimetres": "repaired",
    "heightImplausible": "warning",
    "weightMissing": "info",
    "heightMissing": "info",
    "sexMissing": "info",
    "sexOther": "info",
    "massNotPositive": "info",
    "massBeyondFormula": "info",
    # dose
    "doseInMegabecquerel": "repaired",
    "doseInBecquerel": "repaired",
    # half-life
    "halfLifeAssumed": "assumed",
    "halfLifeContradicts": "warning",
    # times
    "dateAssumed": "assumed",
    "seriesLongBeforeAcquisition": "warning",
    "privateTimeMoved": "repaired",
    "backComputedTimesDiffer": "warning",
    "earliestAcquisition": "assumed",
    "utcOffsetIgnored": "info",
    "movedToTimezone": "info",
    "decayFactorContradicts": "warning",
    # administration
    "startDayAssumed": "assumed",
    "startTimeZone": "repaired",
    "startTimesContradict": "warning",
    "startTimeUsed": "repaired",
    "startDateRepaired": "repaired",
    "startDateAssumed": "assumed",
    "privateStartAssumed": "assumed",
    "administeredDuringScan": "info",
    "administeredAfterScan": "info",
    "longUptake": "warning",
    # check
    "vendorFactorsDisagree": "warning",
}


_PLACES: Final = {code: place for place, code in enumerate(SEVERITIES)}


class Refusal(NamedTuple):
    """Why no factor can be given."""

    #: The DICOM keyword, or ``(gggg,eeee)``, of the attribute at fault; two are joined by ``/``.
    attribute: str
    #: A sentence that names it.
    sentence: str


class Refused(Exception):  # noqa: N818 - not an error: it ends the search for a factor
    """Ends the search for a factor; it carries a `Refusal`."""

    def __init__(self, attribute: str, sentence: str) -> None:
        super().__init__(sentence)
        self.refusal = Refusal(attribute, sentence)


@final
class Notes:
    """The notes of one series, each once, in the order of the rules."""

    def __init__(self, *, repairs: bool) -> None:
        #: Whether a value may be repaired or assumed.
        self.repairs: Final = repairs
        self._notes: dict[Note, None] = {}

    def add(self, code: str, attribute: str, sentence: str) -> None:
        """Add a note. Raises Refused for an assumed or repaired value where repairs are off."""
        severity = SEVERITIES[code]
        if not self.repairs and severity in ("assumed", "repaired"):
            raise Refused(attribute, f"{sentence}; repairs are switched off")
        self._notes[Note(code, severity, sentence, attribute)] = None

    @property
    def in_order(self) -> tuple[Note, ...]:
        """The notes in the order of the rules, whatever the order of the images."""
        return tuple(sorted(self._notes, key=lambda note: (_PLACES[note.code], note.sentence)))

    @property
    def repaired(self) -> bool:
        return any(note.severity == "repaired" for note in self._notes)
