"""Who was imaged."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = [
    "CLINICAL_TRIAL",
    "PATIENT",
    "PATIENT_DEMOGRAPHIC",
    "PATIENT_STUDY",
    "ClinicalTrialModule",
    "PatientDemographicModule",
    "PatientModule",
    "PatientStudyModule",
]


class PatientModule(Answer, frozen=True):
    """The patient (PS3.3 C.7.1.1)."""

    patient_id: Annotated[str | None, meaning("Identifier, unique for its issuer.")] = None
    patient_name: Annotated[
        str | None,
        meaning(
            "Family^Given^Middle^Prefix^Suffix, with = between alphabetic, ideographic and "
            "phonetic spelling."
        ),
    ] = None
    patient_birth_date: Annotated[str | None, meaning("YYYYMMDD.")] = None
    patient_birth_time: Annotated[str | None, meaning("HHMMSS.FFFFFF.")] = None
    patient_sex: Annotated[str | None, meaning('"M", "F" or "O".')] = None
    issuer_of_patient_id: Annotated[str | None, meaning("Who gave the patient_id.")] = None


class PatientStudyModule(Answer, frozen=True):
    """The patient at the time of the study (PS3.3 C.7.2.2)."""

    patient_age: Annotated[str | None, meaning('A number and its unit, D, W, M or Y: "045Y".')] = (
        None
    )
    patient_size: Annotated[float | None, meaning("Height.", "m")] = None
    patient_weight: Annotated[float | None, meaning("Weight.", "kg")] = None
    patient_sex: Annotated[str | None, meaning('"M", "F" or "O".')] = None


class PatientDemographicModule(Answer, frozen=True):
    """What OHIF asks about the patient (PS3.3 C.2.3)."""

    patient_sex: Annotated[str | None, meaning('"M", "F" or "O".')] = None


class ClinicalTrialModule(Answer, frozen=True):
    """The trial that the patient takes part in (PS3.3 C.7.1.3)."""

    clinical_trial_sponsor_name: Annotated[str | None, meaning("Who pays for the trial.")] = None
    clinical_trial_protocol_id: Annotated[str | None, meaning("Identifier of the trial.")] = None
    clinical_trial_site_id: Annotated[str | None, meaning("Identifier of the site.")] = None
    clinical_trial_site_name: Annotated[str | None, meaning("Name of the site.")] = None
    clinical_trial_subject_id: Annotated[
        str | None, meaning("Identifier of the patient in the trial.")
    ] = None


PATIENT: Final = MetadataType("patientModule", PatientModule)
PATIENT_STUDY: Final = MetadataType("patientStudyModule", PatientStudyModule)
PATIENT_DEMOGRAPHIC: Final = MetadataType("patientDemographicModule", PatientDemographicModule)
CLINICAL_TRIAL: Final = MetadataType("clinicalTrialModule", ClinicalTrialModule)
