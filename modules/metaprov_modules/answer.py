"""What all classes of answers have in common: immutable, small, documented field by field."""

from __future__ import annotations

from typing import Any, Final

import msgspec

__all__ = ["Answer", "json_name", "meaning"]

#: Words that are written in capitals in Cornerstone's names, unless they come first.
_ACRONYMS: Final = frozenset({"lut", "nm", "uid"})
#: Cornerstone's names that do not follow from those of the fields.
_EXCEPTIONS: Final = {
    "smallest_image_pixel_value": "smallestPixelValue",
    "largest_image_pixel_value": "largestPixelValue",
    "reference_pixel_physical_value_x": "referencePhysicalPixelValueX",
    "reference_pixel_physical_value_y": "referencePhysicalPixelValueY",
}


def json_name(field: str) -> str:
    """Cornerstone's name of a field: ``voiLUTFunction`` for ``voi_lut_function``."""
    if field in _EXCEPTIONS:
        return _EXCEPTIONS[field]
    first, *others = field.split("_")
    return first + "".join(
        word.upper() if word in _ACRONYMS else word.capitalize() for word in others
    )


def meaning(text: str, unit: str | None = None, *, attribute: str | None = None) -> msgspec.Meta:
    """What a field means, its unit, and the DICOM attribute it is taken from, for its annotation.

    ``patient_size: Annotated[float | None, meaning("Height.", "m", attribute="PatientSize
    (0010,1020)")] = None``; two attributes are joined by ``/``.

    The docstring of the class has it too, and JSON schemas have ``description``, ``unit`` and
    ``attribute``; for programs, ``get_type_hints(ImagePlaneModule, include_extras=True)`` has the
    ``msgspec.Meta``, with ``description``, ``extra["unit"]`` and ``extra["attribute"]``.
    `metaprov types imagePlaneModule` prints all of it.
    """
    said = {"unit": unit, "attribute": attribute}
    extra = {name: value for name, value in said.items() if value is not None} or None
    return msgspec.Meta(description=text, extra=extra, extra_json_schema=extra)


class Answer(msgspec.Struct, frozen=True, gc=False, rename=json_name, repr_omit_defaults=True):
    """Base of the answers: Python names in Python, Cornerstone's names in JSON.

    ``repr`` leaves out the fields that have no value; a notebook shows a table of all.

    A module that defines some does without ``from __future__ import annotations``: what the fields
    mean becomes part of the docstring when the class is made.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        fields = "\n".join(_line(*field) for field in cls.__annotations__.items())
        cls.__doc__ = f"{cls.__doc__ or cls.__name__}\n\n    Fields:\n\n{fields}\n    "

    def _repr_html_(self) -> str:
        from .notebook import html_of

        return html_of(self)


def _line(field: str, annotation: Any) -> str:
    for meta in getattr(annotation, "__metadata__", ()):
        if isinstance(meta, msgspec.Meta) and meta.description:
            extra = meta.extra or {}
            unit = f" [{extra['unit']}]" if "unit" in extra else ""
            attribute = f" *{extra['attribute']}*" if "attribute" in extra else ""
            return f"    - ``{field}``{unit}: {meta.description}{attribute}"
    return f"    - ``{field}``"
