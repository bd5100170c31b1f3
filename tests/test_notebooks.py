"""What a notebook shows: tables of HTML, in which nothing of an image or a plugin is markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from metaprov_core import Host, hookimpl, note


class Table(HTMLParser):
    """The cells of a table, row by row, and the tags around them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
        elif tag == "br" and self.rows and self.lasttag != "p":
            self.rows[-1][-1] += "\n"

    def handle_data(self, data):
        self.text += data
        if self.lasttag in ("th", "td", "br") and self.rows:
            self.rows[-1][-1] += data


MARKUP = {"table", "caption", "thead", "tbody", "tr", "th", "td", "br", "p"}


class Asked:
    @hookimpl(types=["name"])
    def get_metadata(self):
        note("the first <b>reason</b>")
        note("& another")


class Answering:
    @hookimpl(types=["name"], trylast=True)
    def get_metadata(self):
        return "Ann"


def test_an_explanation_is_a_table_with_its_notes():
    host = Host()
    host.register(Answering(), "<script>")
    host.register(Asked(), "asked")
    host.register(lambda type: None, "silent")
    explanation = host.explain("name", "clinic:<7>")
    table = Table(explanation._repr_html_())
    assert table.tags <= MARKUP
    assert explanation.summary in table.text
    assert [row[:3] + row[4:] for row in table.rows] == [
        ["provider", "distribution", "outcome", "notes"],
        ["silent", "-", "no answer", ""],
        ["asked", "-", "no answer", "the first <b>reason</b>\n& another"],
        ["<script>", "-", "answered", ""],
    ]


def test_the_list_of_plugins_is_a_table(site):
    site.install("broken", "raise ImportError('<no driver>')")
    site.install("off", "")
    host = site.host(only=["broken"])
    with pytest.warns(UserWarning, match="no driver"):
        host.register(Answering(), "answering")
    plugins = host.plugins()
    assert isinstance(plugins, list)
    table = Table(plugins._repr_html_())
    assert table.tags <= MARKUP
    assert table.rows[:2] == [
        ["order", "plugin", "group", "distribution", "serves", "schemes", "error"],
        ["1", "answering", "trylast", "by hand", "name", "all", ""],
    ]
    failed = next(row for row in table.rows if row[1] == "broken")
    assert failed[0] == "failed"
    assert failed[3] == "broken 1.0"
    assert "<no driver>" in failed[-1]
