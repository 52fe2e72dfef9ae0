"""Pages that work offline: one file, nothing fetched, tables that filter, sort and print by themselves, complete without their script.

All that comes from returns is escaped; a Content-Security-Policy lets only the page's own script and style run, known by their hashes, so
that nothing a return could hold would be carried out even if it were not.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib import resources
from typing import NamedTuple

from xlsform.core.catalogue import Lang

_HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


class Cell(NamedTuple):
    """A cell of a table. html: ready to stand there; key: what sorts it, where that is not its text; number: stands to the right;
    head: names its row.
    """

    html: str
    key: str = ""
    number: bool = False
    head: bool = False


class Choice(NamedTuple):
    """A filter: the data attribute of rows that it looks at, its label, and (value, text) of what can be chosen."""

    key: str
    label: str
    options: Sequence[tuple[str, str]]


def document(title: str, lang: Lang, body: Iterable[str], own_style: str) -> bytes:
    """The whole page in UTF-8; the same parts give the same bytes. own_style: the style sheet that follows the one all pages share."""
    style = _resource("document.css") + _resource(own_style)
    script = _resource("document.js")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{"en" if lang == "en" else "zh-CN"}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{escaped(title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        *body,
        f"<script>{script}</script>",
        "</body>",
        "</html>",
    ]
    return ("\n".join(parts) + "\n").encode()


def _resource(name: str) -> str:
    return resources.files("xlsform.writers").joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def escaped(text: str) -> str:
    """Escaped, and what is invisible or turns the direction of writing shown by its code point: good for attributes."""
    return escape(_HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def html(text: str) -> str:
    """As `escaped`, line breaks kept."""
    return escaped(text).replace("\r\n", "\n").replace("\n", "<br>")


def table(
    name: str, caption: str, columns: Iterable[str], rows: Iterable[str], *, sortable: bool = False
) -> Iterator[str]:
    """A table with a caption and column headings; sortable headings become buttons by the script."""
    yield f'<div class="wide" role="region" aria-labelledby="{name}-caption" tabindex="0">'
    yield f'<table id="{name}"{" data-sort" if sortable else ""}>'
    yield f'<caption id="{name}-caption">{html(caption)}</caption>'
    yield "<thead><tr>" + "".join(f'<th scope="col">{html(column)}</th>' for column in columns) + "</tr></thead>"
    yield "<tbody>"
    yield from rows
    yield "</tbody></table></div>"


def row(cells: Iterable[str | Cell], data: Mapping[str, str] | None = None) -> str:
    """A row; `data` are its data attributes, which filters look at. A cell given as text is HTML."""
    attributes = "".join(f' data-{key}="{escaped(value)}"' for key, value in (data or {}).items())
    return f"<tr{attributes}>{''.join(_cell(cell) for cell in cells)}</tr>"


def _cell(cell: str | Cell) -> str:
    if isinstance(cell, str):
        return f"<td>{cell}</td>"
    attributes = f' data-key="{escaped(cell.key)}"' if cell.key else ""
    attributes += ' class="number"' if cell.number else ""
    return f'<th scope="row"{attributes}>{cell.html}</th>' if cell.head else f"<td{attributes}>{cell.html}</td>"


def filters(name: str, choices: Iterable[Choice], lang: Lang) -> Iterator[str]:
    """The filters of a table, of use only where the script runs: hidden until it shows them, and on paper."""
    search, every, counted = (
        ("Search", "all", "{n} of {all} shown") if lang == "en" else ("查找", "全部", "显示 {n} / {all} 条")
    )
    yield f'<form data-table="{name}" hidden>'
    yield f'<label>{search} <input type="search" autocomplete="off"></label>'
    for choice in choices:
        options = "".join(f'<option value="{escaped(value)}">{html(text)}</option>' for value, text in choice.options)
        label, key = html(choice.label), choice.key
        yield f'<label>{label} <select data-key="{key}"><option value="">{every}</option>{options}</select></label>'
    yield f'<output aria-live="polite" data-text="{counted}"></output>'
    yield "</form>"
