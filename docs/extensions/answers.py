"""The directives ``{answers}`` and ``{types}``: what can be asked, made of the classes themselves.

The lines of ``{answers}`` are types, and classes that answers hold: a section each, with a row for
each field. ``{types}`` is the table of all types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from answers_there_are import item_classes, types
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from tables import code, codes, row, table

from metaprov_core.cli.answer_classes.fields import fields_of, sections_in, summary_of
from metaprov_core.cli.type_names import import_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

    from metaprov_core.cli.answer_classes.described import TypeDescription
    from metaprov_core.cli.answer_classes.fields import AnswerField


class Answers(SphinxDirective):
    """A section for each type or class that is named in its lines."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """The sections."""
        return [self._section(name.strip()) for name in self.content if name.strip()]

    def _section(self, name: str) -> nodes.section:
        if name in types():
            return self._section_of_type(types()[name])
        if name in item_classes():
            return self._section_of_class(item_classes()[name])
        raise ExtensionError(f"{{answers}}: {name!r} is no type, and no class that answers hold")

    def _section_of_type(self, described: TypeDescription) -> nodes.section:
        section = self._titled(described.type, f"type-{described.type}")
        self.env.domains.standard_domain.note_object(
            "answertype", described.type, section["ids"][0]
        )
        section += self.parse_text_to_nodes(described.summary)
        section += _facts(
            {
                "class": [code(import_name(each)) for each in described.classes],
                "scope": [nodes.paragraph(text=described.scope)],
                "plugins": [codes(described.plugins)],
                "source": _sections(described.sections),
            }
        )
        for each in described.classes:
            if fields_of(each):
                section += self._fields(each)
        return section

    def _section_of_class(self, item_class: type[Any]) -> nodes.section:
        section = self._titled(item_class.__name__, f"class-{item_class.__name__}")
        summary = summary_of(item_class)
        section += self.parse_text_to_nodes(summary)
        source = _sections(sections_in(summary))
        section += _facts({"class": [code(import_name(item_class))], "source": source})
        section += self._fields(item_class)
        return section

    def _titled(self, name: str, label: str) -> nodes.section:
        section = nodes.section(ids=[nodes.make_id(label)])
        section += nodes.title("", "", nodes.literal(text=name))
        return section

    def _fields(self, answer_class: type[Any]) -> nodes.table:
        """The table of the fields of a class, which links to the class, or to a field, lead to."""
        name = import_name(answer_class)
        rows = list(self._rows(name, answer_class))
        fields = table(("field", "type", "meaning"), rows, (30, 25, 45))
        fields["ids"].append(name)
        self.env.domains.python_domain.note_object(name, "class", name, location=fields)
        return fields

    def _rows(self, name: str, answer_class: type[Any]) -> Iterator[nodes.row]:
        for field in fields_of(answer_class):
            label = f"{name}.{field.name}"
            yield row(self._cells(field), ids=[label])
            self.env.domains.python_domain.note_object(label, "attribute", label)

    def _cells(self, field: AnswerField) -> Iterator[list[nodes.Node]]:
        names = [code(field.name)]
        if field.json_name != field.name:
            in_json = nodes.literal(text=field.json_name)
            names.append(nodes.paragraph("", "", nodes.Text("JSON "), in_json))
        yield names
        unit = [nodes.paragraph(text=f"in {field.unit}")] if field.unit else []
        yield [code(field.type), *unit]
        attribute = [nodes.paragraph("", "", nodes.emphasis(text=field.attribute))]
        yield [*self.parse_text_to_nodes(field.meaning), *(attribute if field.attribute else [])]


class Types(SphinxDirective):
    """The table of all types: what each is, and which plugins answer it."""

    def run(self) -> list[nodes.Node]:
        """The table."""
        rows = [row(self._cells(each)) for each in types().values()]
        return [table(("type", "what it is", "scope", "plugins"), rows, (28, 42, 10, 20))]

    def _cells(self, described: TypeDescription) -> Iterator[list[nodes.Node]]:
        yield [code(described.type)]
        sentence = described.summary.partition("\n\n")[0]
        yield self.parse_text_to_nodes(sentence)
        yield [nodes.paragraph(text=described.scope)]
        yield [codes(described.plugins)]


def _sections(sections: tuple[str, ...]) -> list[nodes.paragraph]:
    return [nodes.paragraph(text=", ".join(sections))] if sections else []


def _facts(facts: dict[str, list[nodes.paragraph]]) -> nodes.field_list:
    return nodes.field_list(
        "",
        *(
            nodes.field("", nodes.field_name(text=name), nodes.field_body("", *body))
            for name, body in facts.items()
            if body
        ),
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_object_type("answertype", "answertype")
    app.add_directive("answers", Answers)
    app.add_directive("types", Types)
    return {"parallel_read_safe": True}
