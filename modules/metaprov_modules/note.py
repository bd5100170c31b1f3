"""Something to know about an answer, beside its values."""

from typing import Annotated, Literal

from .answer import Answer, meaning

__all__ = ["Note", "Severity"]

#: "info": a fact to know; "assumed": a value that the header does not have; "repaired": a value
#: that the header has in another unit, or on another day; "warning": a doubtful value.
Severity = Literal["info", "assumed", "repaired", "warning"]


class Note(Answer, frozen=True):
    """Something to know about an answer: what it rests on, or what is doubtful."""

    code: Annotated[str, meaning('A word for programs, such as "doseInMegabecquerel".')]
    severity: Annotated[Severity, meaning('"info", "assumed", "repaired" or "warning".')]
    sentence: Annotated[str, meaning("A sentence for people.")]
    attribute: Annotated[
        str, meaning("DICOM keyword, or (gggg,eeee), of what it is about; two are joined by /.")
    ]
