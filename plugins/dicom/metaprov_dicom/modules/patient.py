"""Who was imaged."""

from __future__ import annotations

from metaprov_modules import (
    ClinicalTrialModule,
    PatientDemographicModule,
    PatientModule,
    PatientStudyModule,
)

from .table import Table, module_of

__all__ = [
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

_PATIENT_STUDY = Table("PatientAge", "PatientSize", "PatientWeight", "PatientSex")

_PATIENT_DEMOGRAPHIC = Table("PatientSex")

_CLINICAL_TRIAL = Table(
    "ClinicalTrialSponsorName",
    "ClinicalTrialProtocolID",
    "ClinicalTrialSiteID",
    "ClinicalTrialSiteName",
    "ClinicalTrialSubjectID",
)

derive_patient = module_of(PatientModule, _PATIENT)
derive_patient_study = module_of(PatientStudyModule, _PATIENT_STUDY)
derive_patient_demographic = module_of(PatientDemographicModule, _PATIENT_DEMOGRAPHIC)
derive_clinical_trial = module_of(ClinicalTrialModule, _CLINICAL_TRIAL)
