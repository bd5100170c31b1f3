"""Wards and weights of patients, from the CSV file that HOSPITAL_CSV names."""

from .ward import WARD, WardModule

__all__ = ["WARD", "WardModule"]
