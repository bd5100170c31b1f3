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

    patient_id: Annotated[
        str | None, meaning("Identifier, unique for its issuer.", attribute="PatientID (0010,0020)")
    ] = None
    patient_name: Annotated[
        str | None,
        meaning(
            "Family^Given^Middle^Prefix^Suffix, with = between alphabetic, ideographic and "
            "phonetic spelling.",
            attribute="PatientName (0010,0010)",
        ),
    ] = None
    patient_birth_date: Annotated[
        str | None, meaning("YYYYMMDD.", attribute="PatientBirthDate (0010,0030)")
    ] = None
    patient_birth_time: Annotated[
        str | None, meaning("HHMMSS.FFFFFF.", attribute="PatientBirthTime (0010,0032)")
    ] = None
    patient_sex: Annotated[
        str | None, meaning('"M", "F" or "O".', attribute="PatientSex (0010,0040)")
    ] = None
    issuer_of_patient_id: Annotated[
        str | None, meaning("Who gave the patient_id.", attribute="IssuerOfPatientID (0010,0021)")
    ] = None


class PatientStudyModule(Answer, frozen=True):
    """The patient at the time of the study (PS3.3 C.7.2.2)."""

    patient_age: Annotated[
        str | None,
        meaning('A number and its unit, D, W, M or Y: "045Y".', attribute="PatientAge (0010,1010)"),
    ] = None
    patient_size: Annotated[
        float | None, meaning("Height.", "m", attribute="PatientSize (0010,1020)")
    ] = None
    patient_weight: Annotated[
        float | None, meaning("Weight.", "kg", attribute="PatientWeight (0010,1030)")
    ] = None
    patient_sex: Annotated[
        str | None, meaning('"M", "F" or "O".', attribute="PatientSex (0010,0040)")
    ] = None


class PatientDemographicModule(Answer, frozen=True):
    """What OHIF asks about the patient (PS3.3 C.2.3)."""

    patient_sex: Annotated[
        str | None, meaning('"M", "F" or "O".', attribute="PatientSex (0010,0040)")
    ] = None


class ClinicalTrialModule(Answer, frozen=True):
    """The trial that the patient takes part in (PS3.3 C.7.1.3)."""

    clinical_trial_sponsor_name: Annotated[
        str | None,
        meaning("Who pays for the trial.", attribute="ClinicalTrialSponsorName (0012,0010)"),
    ] = None
    clinical_trial_protocol_id: Annotated[
        str | None,
        meaning("Identifier of the trial.", attribute="ClinicalTrialProtocolID (0012,0020)"),
    ] = None
    clinical_trial_site_id: Annotated[
        str | None, meaning("Identifier of the site.", attribute="ClinicalTrialSiteID (0012,0030)")
    ] = None
    clinical_trial_site_name: Annotated[
        str | None, meaning("Name of the site.", attribute="ClinicalTrialSiteName (0012,0031)")
    ] = None
    clinical_trial_subject_id: Annotated[
        str | None,
        meaning(
            "Identifier of the patient in the trial.",
            attribute="ClinicalTrialSubjectID (0012,0040)",
        ),
    ] = None


PATIENT: Final = MetadataType("patientModule", PatientModule)
PATIENT_STUDY: Final = MetadataType("patientStudyModule", PatientStudyModule)
PATIENT_DEMOGRAPHIC: Final = MetadataType("patientDemographicModule", PatientDemographicModule)
CLINICAL_TRIAL: Final = MetadataType("clinicalTrialModule", ClinicalTrialModule)
