"""Who was imaged."""

from __future__ import annotations

from typing import Final

import msgspec

from metaprov_core import MetadataType

from .table import Table, module_of

__all__ = [
    "CLINICAL_TRIAL",
    "PATIENT",
    "PATIENT_DEMOGRAPHIC",
    "PATIENT_STUDY",
    "ClinicalTrialModule",
    "PatientDemographicModule",
    "PatientModule",
    "PatientStudyModule",
    "derive_clinical_trial",
    "derive_patient",
    "derive_patient_demographic",
    "derive_patient_study",
]

_PATIENT = Table(
    "PatientID",
    "PatientName",
    "PatientBirthDate",
    "PatientBirthTime",
    "PatientSex",
    "IssuerOfPatientID",
)


class PatientModule(msgspec.Struct, frozen=True, gc=False, rename=_PATIENT.json_name):
    """The patient (PS3.3 C.7.1.1)."""

    patient_id: str | None = None
    #: ``Family^Given^Middle^Prefix^Suffix``, with ``=`` between alphabetic, ideographic and
    #: phonetic spelling.
    patient_name: str | None = None
    #: ``YYYYMMDD``.
    patient_birth_date: str | None = None
    #: ``HHMMSS.FFFFFF``.
    patient_birth_time: str | None = None
    #: "M", "F" or "O".
    patient_sex: str | None = None
    issuer_of_patient_id: str | None = None


_PATIENT_STUDY = Table("PatientAge", "PatientSize", "PatientWeight", "PatientSex")


class PatientStudyModule(msgspec.Struct, frozen=True, gc=False, rename=_PATIENT_STUDY.json_name):
    """The patient at the time of the study (PS3.3 C.7.2.2)."""

    #: A number and its unit, D, W, M or Y: "045Y".
    patient_age: str | None = None
    #: In m.
    patient_size: float | None = None
    #: In kg.
    patient_weight: float | None = None
    #: "M", "F" or "O".
    patient_sex: str | None = None


_PATIENT_DEMOGRAPHIC = Table("PatientSex")


class PatientDemographicModule(
    msgspec.Struct, frozen=True, gc=False, rename=_PATIENT_DEMOGRAPHIC.json_name
):
    """What OHIF asks about the patient (PS3.3 C.2.3)."""

    #: "M", "F" or "O".
    patient_sex: str | None = None


_CLINICAL_TRIAL = Table(
    "ClinicalTrialSponsorName",
    "ClinicalTrialProtocolID",
    "ClinicalTrialSiteID",
    "ClinicalTrialSiteName",
    "ClinicalTrialSubjectID",
)


class ClinicalTrialModule(msgspec.Struct, frozen=True, gc=False, rename=_CLINICAL_TRIAL.json_name):
    """The trial that the patient takes part in (PS3.3 C.7.1.3)."""

    clinical_trial_sponsor_name: str | None = None
    clinical_trial_protocol_id: str | None = None
    clinical_trial_site_id: str | None = None
    clinical_trial_site_name: str | None = None
    clinical_trial_subject_id: str | None = None


PATIENT: Final = MetadataType("patientModule", PatientModule)
PATIENT_STUDY: Final = MetadataType("patientStudyModule", PatientStudyModule)
PATIENT_DEMOGRAPHIC: Final = MetadataType("patientDemographicModule", PatientDemographicModule)
CLINICAL_TRIAL: Final = MetadataType("clinicalTrialModule", ClinicalTrialModule)

derive_patient = module_of(PatientModule, _PATIENT)
derive_patient_study = module_of(PatientStudyModule, _PATIENT_STUDY)
derive_patient_demographic = module_of(PatientDemographicModule, _PATIENT_DEMOGRAPHIC)
derive_clinical_trial = module_of(ClinicalTrialModule, _CLINICAL_TRIAL)
