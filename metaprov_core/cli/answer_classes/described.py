"""One type in full: what its answer is, who serves it, and what each of its fields means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaprov_core.cli.as_json import print_json
from metaprov_core.cli.served import declared_classes, names_of_classes
from metaprov_core.cli.tables import has_room_for, print_fields, print_rows, print_table
from metaprov_core.cli.type_names import import_name

from .fields import fields_of, item_classes_of, sections_in, summary_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from metaprov_core import MetadataType, Provider

    from .fields import AnswerField

__all__ = ["TypeDescription"]

_OF_PYTHON = ("builtins", "types", "typing")
_COLUMNS = ("field", "JSON", "type", "unit", "DICOM attribute", "meaning")


class TypeDescription:
    """What can be said of a type that is served."""

    def __init__(
        self,
        key: MetadataType[Any],
        providers: Sequence[Provider],
        describing: Collection[str] = (),
    ) -> None:
        """``providers`` are those of the host, in call order.

        ``describing`` are the plugins whose ``describe_type`` gives a key of a type that is not
        declared.
        """
        self.type = str(key)
        self.scope = key.scope
        self._providers = [each for each in providers if each.types and key in each.types] or [
            each
            for each in providers
            if each.types is None and each.plugin in describing and not each.wrapper
        ]
        #: The classes that are declared for it, that of the first provider first.
        self.classes: list[type[Any]] = [*declared_classes(self.type, self._providers)]
        if not self.classes and key.answer_class is not None:
            self.classes = [key.answer_class]
        #: What the answer is, in one or more paragraphs.
        self.summary = "\n\n".join(filter(None, (key.meaning, self._summary_of_class)))

    @property
    def plugins(self) -> list[str]:
        """The plugins that declare it, or else describe it, in call order."""
        return [*dict.fromkeys(provider.plugin for provider in self._providers)]

    @property
    def class_names(self) -> list[str]:
        """What its classes are called."""
        return names_of_classes(self.classes)

    @property
    def sections(self) -> tuple[str, ...]:
        """Where it is defined, in the DICOM standard."""
        return sections_in(self.summary)

    @property
    def tables(self) -> dict[str, tuple[AnswerField, ...]]:
        """The fields of its classes, and then of the classes that those hold, by their names."""
        within = [one for each in self.classes for one in item_classes_of(each)]
        classes = [*dict.fromkeys((*self.classes, *within))]
        tables = zip(names_of_classes(classes), map(fields_of, classes), strict=True)
        return {name: fields for name, fields in tables if fields}

    def to_dict(self) -> dict[str, Any]:
        """The same for JSON, with classes as they are imported."""
        classes = [import_name(each) for each in self.classes]
        return {
            "type": self.type,
            "class": classes[0] if classes else None,
            "classes": classes,
            "scope": self.scope,
            "providers": [provider.name for provider in self._providers],
            "meaning": self.summary,
            "sections": self.sections,
            "fields": {
                name: [field._asdict() for field in fields] for name, fields in self.tables.items()
            },
        }

    def print(self, *, as_json: bool) -> None:
        """Print it; in a terminal that is too narrow for a table, what a field is stands below."""
        if as_json:
            print_json(self.to_dict())
            return
        rows = {
            "class": " or ".join(map(import_name, self.classes)),
            "scope": self.scope,
            "plugins": ", ".join(self.plugins),
            "source": ", ".join(self.sections),
            "meaning": self.summary,
        }
        print_fields(self.type, [(name, text) for name, text in rows.items() if text])
        for name, fields in self.tables.items():
            print_rows([("",), (name,)], style="bold")
            _print_fields_of_class(fields)

    @property
    def _summary_of_class(self) -> str:
        # That of `str` or of a union explains Python.
        described = self.classes and self.classes[0].__module__ not in _OF_PYTHON
        return summary_of(self.classes[0]) if described else ""


def _print_fields_of_class(fields: Sequence[AnswerField]) -> None:
    rows = [
        (
            each.name,
            each.json_name,
            each.type or "-",
            each.unit or "-",
            each.attribute or "-",
            each.meaning,
        )
        for each in fields
    ]
    if has_room_for(_COLUMNS, rows):
        print_table(_COLUMNS, rows)
        return
    short = [(each.name, each.meaning) for each in fields]
    print_rows(short, [[" · ".join(_told_of(each))] for each in fields])


def _told_of(field: AnswerField) -> list[str]:
    told = (field.json_name, field.type, field.unit and f"in {field.unit}", field.attribute)
    return [each for each in told if each]
