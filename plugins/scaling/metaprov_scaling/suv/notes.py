"""Notes about factors, with the table of their codes, and refusals: why there are none."""

from __future__ import annotations

from typing import Final, NamedTuple, final

from metaprov_modules import Note, Severity

__all__ = ["KINDS", "NoteKind", "Notes", "Refusal", "Refused"]


class NoteKind(NamedTuple):
    """What all notes of one code have in common."""

    severity: Severity
    #: What such a note means, in a sentence; SUV.md has the rules.
    meaning: str


#: Each kind of note, by its code, in the order of the rules.
KINDS: Final = {
    # values from the chart
    "given": NoteKind("info", "A value that was given stands in place of the header's."),
    # series
    "singleImage": NoteKind(
        "info", "No other image of the series is known: the factors rest on this one alone."
    ),
    "seriesOfFolder": NoteKind("info", "The series was looked for in the image's folder alone."),
    "imagesWithoutHeader": NoteKind(
        "warning", "Images of the series have no header: the factors rest on the others."
    ),
    "imagesUnreadable": NoteKind(
        "warning", "Images of the series cannot be read: the factors rest on the others."
    ),
    "imagesSetAside": NoteKind(
        "info", "Images of the series are of no class of PET, and have no factors."
    ),
    "rescaleUnusual": NoteKind(
        "warning", "RescaleIntercept is not 0, or RescaleSlope is not positive."
    ),
    # corrected image
    "decayCorrectionNoneWithDecy": NoteKind(
        "warning", "DecayCorrection is NONE, which is used, and CorrectedImage has DECY."
    ),
    # weight, height, sex
    "weightInGrams": NoteKind("repaired", "PatientWeight is in g, not kg."),
    "weightImplausible": NoteKind(
        "warning", "PatientWeight is not needed and cannot be, or is in g without repairs."
    ),
    "weightLow": NoteKind("warning", "PatientWeight is below 1 kg."),
    "heightInCentimetres": NoteKind("repaired", "PatientSize is in cm, not m."),
    "heightImplausible": NoteKind("warning", "PatientSize cannot be, or is in cm without repairs."),
    "weightMissing": NoteKind("info", "PatientWeight is missing: there is only one kind of SUV."),
    "heightMissing": NoteKind("info", "PatientSize is missing: there are fewer kinds of SUV."),
    "sexMissing": NoteKind("info", "PatientSex is missing: there are fewer kinds of SUV."),
    "sexOther": NoteKind("info", "PatientSex is O: the mean of both formulas is used."),
    "massNotPositive": NoteKind("info", "A formula gives no mass for this patient."),
    "massBeyondFormula": NoteKind("info", "A formula is not made for this patient."),
    # dose
    "doseInMegabecquerel": NoteKind("repaired", "RadionuclideTotalDose is in MBq, not Bq."),
    "doseInBecquerel": NoteKind(
        "repaired", "RadionuclideTotalDose of Enhanced PET is in Bq, not MBq."
    ),
    # half-life
    "halfLifeAssumed": NoteKind(
        "assumed", "The half-life is missing: that of the coded nuclide is assumed."
    ),
    "halfLifeContradicts": NoteKind(
        "warning", "The half-life is more than 3 % off that of the coded nuclide."
    ),
    # times
    "dateAssumed": NoteKind(
        "assumed", "A date is gone: the day that brings its time next to the others is assumed."
    ),
    "seriesLongBeforeAcquisition": NoteKind(
        "warning", "SeriesTime is more than 2 h before the earliest acquisition."
    ),
    "privateTimeMoved": NoteKind(
        "repaired", "A vendor's private time is moved by whole days, to the acquisition."
    ),
    "backComputedTimesDiffer": NoteKind(
        "warning", "FrameReferenceTime puts the start of the series at several times."
    ),
    "earliestAcquisition": NoteKind(
        "assumed", "Nothing says what decay is corrected to: the earliest acquisition is assumed."
    ),
    "utcOffsetIgnored": NoteKind(
        "info", "The UTC offset of a time is ignored: the header names no time zone."
    ),
    "movedToTimezone": NoteKind("info", "A time is moved to the time zone of the header."),
    "decayFactorContradicts": NoteKind(
        "warning", "DecayFactor means another time than decay is corrected to."
    ),
    # administration
    "startDayAssumed": NoteKind(
        "assumed", "A StartDateTime without a day is completed by StartTime."
    ),
    "startTimeZone": NoteKind("repaired", "StartDateTime is moved to the time zone of StartTime."),
    "startTimesContradict": NoteKind(
        "warning", "StartDateTime and StartTime contradict each other."
    ),
    "startTimeUsed": NoteKind(
        "repaired", "StartTime is used, as StartDateTime gives no plausible uptake."
    ),
    "startDateRepaired": NoteKind(
        "repaired", "Of StartDateTime only the time of day is used: its date was shifted."
    ),
    "startDateAssumed": NoteKind(
        "assumed", "StartTime has no date: that of the scan, or the day before, is assumed."
    ),
    "privateStartAssumed": NoteKind(
        "assumed", "The time of day of GE's (0009,103B) stands for the missing start."
    ),
    "administeredDuringScan": NoteKind("info", "The tracer was given during the scan."),
    "administeredAfterScan": NoteKind(
        "info", "The tracer was given after the scan as far as it is known."
    ),
    "longUptake": NoteKind("warning", "The uptake is over 2 half-lives, or over 5 of a long one."),
    # check
    "vendorFactorsDisagree": NoteKind(
        "warning", "Philips' own factor is more than 2 % off the computed one."
    ),
}


_PLACES: Final = {code: place for place, code in enumerate(KINDS)}


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
        severity = KINDS[code].severity
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
