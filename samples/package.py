"""A workbook in memory → the bytes of an .xlsx, in the dialect of the program that is said to have saved it.

Everything is deterministic: fixed times, fixed order of parts, no identifiers drawn at random.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from io import BytesIO
from typing import NamedTuple

from samples.workbook import Blank, Cell, Formula, Line, Rich, Sheet, Workbook, Wrong

TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STRICT = (
    (TRANSITIONAL, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (RELATIONS, "http://purl.oclc.org/ooxml/officeDocument/relationships"),
)
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
WHEN = (2018, 11, 22, 9, 0, 0)
"""The one time stamp of everything: returns for the 2019 budget come in during the autumn before."""


class Dialect(NamedTuple):
    """How a program writes a workbook.

    inline: texts stand in their cells instead of a table; noise: numbers as 17 binary digits (336.06999999999999);
    dimension: "true", "A1" (WPS declares that at times) or "" (none); prefix: of the main namespace's elements ("x:");
    bare: rows and cells carry no address; strict: ISO 29500 Strict namespaces; spans: rows tell their columns.
    """

    application: str
    inline: bool = False
    noise: bool = False
    dimension: str = "true"
    prefix: str = ""
    bare: bool = False
    strict: bool = False
    spans: bool = False


EXCEL = Dialect("Microsoft Excel", noise=True, spans=True)
WPS = Dialect("WPS 表格", dimension="A1", spans=True)
OPENPYXL = Dialect("Microsoft Excel Compatible / Openpyxl 3.1.5")
INLINE = Dialect("Apache POI", inline=True)
PREFIXED = Dialect("ClosedXML", prefix="x:")
BARE = Dialect("SheetJS", bare=True, dimension="")
STRICT_EXCEL = Dialect("Microsoft Excel", strict=True, spans=True)


@dataclass(slots=True)
class Strings:
    """The shared string table as it grows: items as XML, and where each stands."""

    places: dict[str, int] = field(default_factory=dict)
    uses: int = 0

    def place(self, item: str) -> int:
        """The index of the item (the XML inside <si>), added when it is new."""
        self.uses += 1
        return self.places.setdefault(item, len(self.places))


def escape(text: str) -> str:
    """Text as XML content."""
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def _text(text: str) -> str:
    keep = text != text.strip() or "\n" in text
    return f'<t xml:space="preserve">{escape(text)}</t>' if keep else f"<t>{escape(text)}</t>"


def _item(value: str | Rich) -> str:
    if isinstance(value, str):
        return _text(value)
    fonts = ('<rPr><sz val="10.5"/><rFont val="宋体"/></rPr>', '<rPr><b/><sz val="10.5"/><rFont val="宋体"/></rPr>')
    runs = "".join(f"<r>{fonts[index % 2]}{_text(run)}</r>" for index, run in enumerate(value.runs))
    return f'{runs}<rPh sb="0" eb="1">{_text(value.phonetic)}</rPh>' if value.phonetic else runs


def number(value: Decimal, *, noise: bool) -> str:
    """The digits as stored; with `noise` the 17 digits of the binary number, as Excel writes them."""
    return format(float(value), ".17g") if noise else format(value, "f")


@cache
def _letters(col: int) -> str:
    head, tail = divmod(col - 1, 26)
    return (_letters(head) if head else "") + chr(65 + tail)


def _cell(cell: Cell, where: str, dialect: Dialect, strings: Strings) -> str:
    value = cell.value
    front = f'<c{where} s="{cell.style}"'
    if isinstance(value, Decimal):
        return f"{front}><v>{number(value, noise=dialect.noise)}</v></c>"
    if isinstance(value, (str, Rich)):
        if dialect.inline:
            return f'{front} t="inlineStr"><is>{_item(value)}</is></c>'
        return f'{front} t="s"><v>{strings.place(_item(value))}</v></c>'
    if isinstance(value, Formula):
        return _formula(front, value, dialect)
    if isinstance(value, Wrong):
        return f'{front} t="e"><v>{value.code}</v></c>'
    return f"{front}/>"


def _formula(front: str, value: Formula, dialect: Dialect) -> str:
    text = f"<f>{escape(value.text)}</f>"
    if value.stored is None:
        return f"{front}>{text}</c>"
    if isinstance(value.stored, Decimal):
        return f"{front}>{text}<v>{number(value.stored, noise=dialect.noise)}</v></c>"
    return f'{front} t="str">{text}<v>{escape(value.stored)}</v></c>'


def _row(row: int, line: Line, dialect: Dialect, strings: Strings) -> str:
    cells: list[str] = []
    held = line.cells
    last = max(len(line.styles), max(held, default=0))
    for col in range(1, last + 1):
        where = "" if dialect.bare else f' r="{_letters(col)}{row}"'
        cell = held.get(col)
        if cell is not None:
            cells.append(_cell(cell, where, dialect, strings))
        elif col <= len(line.styles) and (line.styles[col - 1] or dialect.bare):
            cells.append(f'<c{where} s="{line.styles[col - 1]}"/>')
        elif dialect.bare:
            cells.append("<c/>")
    attributes = "" if dialect.bare else f' r="{row}"'
    if dialect.spans:
        attributes += f' spans="1:{last or 1}"'
    if line.height is not None:
        attributes += f' ht="{line.height:g}" customHeight="1"'
    if line.hidden:
        attributes += ' hidden="1"'
    return f"<row{attributes}>{''.join(cells)}</row>"


def sheet_xml(sheet: Sheet, dialect: Dialect, strings: Strings) -> str:
    """The sheet's part, its new texts added to `strings`."""
    width = max((len(line.styles) for line in sheet.lines), default=1)
    declared = {"true": f"A1:{_letters(width)}{len(sheet.lines)}", "A1": "A1", "": ""}[dialect.dimension]
    rows = [_row(row, line, dialect, strings) for row, line in enumerate(sheet.lines, 1)]
    cols = "".join(
        f'<col min="{col}" max="{col}" width="{wide:g}" customWidth="1"{HIDDEN if col in sheet.hidden_cols else ""}/>'
        for col, wide in enumerate(sheet.widths, 1)
    )
    # Schema order: what stands before the columns in the blank is sheetPr, sheetViews, sheetFormatPr; the dimension is second.
    head = sheet.head
    if declared:
        mark = f'<dimension ref="{declared}"/>'
        at = head.index("<sheetViews") if "<sheetViews" in head else 0
        head = head[:at] + mark + head[at:]
    merges = "".join(
        f'<mergeCell ref="{_letters(b.left)}{b.top}:{_letters(b.right)}{b.bottom}"/>' for b in sheet.merges
    )
    merged = f'<mergeCells count="{len(sheet.merges)}">{merges}</mergeCells>' if merges else ""
    return (
        f'{DECLARATION}<worksheet xmlns="{TRANSITIONAL}" xmlns:r="{RELATIONS}">{head}'
        f"{f'<cols>{cols}</cols>' if cols else ''}<sheetData>{''.join(rows)}</sheetData>{merged}{sheet.tail}</worksheet>"
    )


HIDDEN = ' hidden="1"'


def _workbook_xml(book: Workbook) -> str:
    sheets = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{number}"{STATE if sheet.hidden else ""} r:id="rId{number}"/>'
        for number, sheet in enumerate(book.sheets, 1)
    )
    stamps = re.findall(
        r'<definedName name="xlsform\.[^<]*</definedName>', book.blank.parts["xl/workbook.xml"].decode()
    )
    titles = [
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{index}">\'{escape(sheet.name)}\'!{sheet.print_rows}</definedName>'
        for index, sheet in enumerate(book.sheets)
        if sheet.print_rows
    ]
    names = "".join(titles + stamps)
    return (
        f'{DECLARATION}<workbook xmlns="{TRANSITIONAL}" xmlns:r="{RELATIONS}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets><definedNames>{names}</definedNames></workbook>"
    )


STATE = ' state="hidden"'


def _content_types(count: int, *, shared: bool) -> str:
    overrides = [("/xl/workbook.xml", f"{SHEET_TYPE}.sheet.main+xml")]
    overrides += [
        (f"/xl/worksheets/sheet{number}.xml", f"{SHEET_TYPE}.worksheet+xml") for number in range(1, count + 1)
    ]
    overrides += [("/xl/styles.xml", f"{SHEET_TYPE}.styles+xml")]
    overrides += [("/xl/sharedStrings.xml", f"{SHEET_TYPE}.sharedStrings+xml")] if shared else []
    overrides += [
        ("/xl/theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        ("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
    ]
    listed = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides)
    return (
        f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _relations(targets: list[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


@lru_cache(maxsize=64)
def _fixed_parts(dialect: Dialect, count: int, *, shared: bool) -> dict[str, str]:
    book = [(f"{RELATIONS}/worksheet", f"worksheets/sheet{number}.xml") for number in range(1, count + 1)]
    book += [(f"{RELATIONS}/theme", "theme/theme1.xml"), (f"{RELATIONS}/styles", "styles.xml")]
    book += [(f"{RELATIONS}/sharedStrings", "sharedStrings.xml")] if shared else []
    root = [
        (f"{RELATIONS}/officeDocument", "xl/workbook.xml"),
        (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        (f"{RELATIONS}/extended-properties", "docProps/app.xml"),
    ]
    stamp = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*WHEN)
    when = "".join(
        f'<dcterms:{word} xsi:type="dcterms:W3CDTF">{stamp}</dcterms:{word}>' for word in ("created", "modified")
    )
    return {
        "[Content_Types].xml": _content_types(count, shared=shared),
        "_rels/.rels": _relations(root),
        "xl/_rels/workbook.xml.rels": _relations(book),
        "docProps/app.xml": (
            f'{DECLARATION}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
            f"<Application>{dialect.application}</Application></Properties>"
        ),
        "docProps/core.xml": (
            f'{DECLARATION}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
            'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"{when}</cp:coreProperties>"
        ),
    }


def _static(blank: Blank, dialect: Dialect) -> tuple[str, Strings]:
    """The 编报说明, which nobody fills, and a string table that begins with its texts; "" and an empty table for a blank without it."""
    xml, places, uses = _static_once(blank, dialect)
    return xml, Strings(dict(places), uses)


@lru_cache(maxsize=32)
def _static_once(blank: Blank, dialect: Dialect) -> tuple[str, dict[str, int], int]:
    strings = Strings()
    xml = "".join(sheet_xml(sheet, dialect, strings) for sheet in blank.sheets if sheet.static)
    return xml, strings.places, strings.uses


def parts_of(book: Workbook, dialect: Dialect) -> dict[str, bytes]:
    """All parts of the package by name, in the order they are packed."""
    static, strings = _static(book.blank, dialect)
    sheets = {
        f"xl/worksheets/sheet{number}.xml": static if sheet.static else sheet_xml(sheet, dialect, strings)
        for number, sheet in enumerate(book.sheets, 1)
    }
    shared = bool(strings.places)
    parts = dict(_fixed_parts(dialect, len(book.sheets), shared=shared))
    parts["xl/workbook.xml"] = _workbook_xml(book)
    parts |= sheets
    if shared:
        items = "".join(f"<si>{item}</si>" for item in strings.places)
        count = f'count="{strings.uses}" uniqueCount="{len(strings.places)}"'
        parts["xl/sharedStrings.xml"] = f'{DECLARATION}<sst xmlns="{TRANSITIONAL}" {count}>{items}</sst>'
    for name in ("xl/theme/theme1.xml", "xl/styles.xml"):
        parts[name] = _kept(book.blank, name)
    return {name: _spoken(text, name, dialect).encode() for name, text in parts.items()}


def _kept(blank: Blank, name: str) -> str:
    return blank.parts[name].decode()


def _spoken(text: str, name: str, dialect: Dialect) -> str:
    if dialect.strict and not name.startswith(("[", "xl/theme")):
        for loose, strict in STRICT:
            text = text.replace(loose, strict)
    if dialect.prefix and name.startswith(("xl/worksheets/", "xl/sharedStrings", "xl/workbook.xml")):
        text = re.sub(r"<(/?)(?=[A-Za-z])", rf"<\1{dialect.prefix}", text)
        text = text.replace(' xmlns="', f' xmlns:{dialect.prefix.rstrip(":")}="', 1)
    return text


def pack(parts: Mapping[str, bytes]) -> bytes:
    """The parts as a zip archive with fixed times and no trace of the machine."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, data)
    return out.getvalue()


def save(book: Workbook, dialect: Dialect = EXCEL, change: Callable[[dict[str, bytes]], None] | None = None) -> bytes:
    """The workbook's bytes; `change` may alter the parts before they are packed."""
    parts = parts_of(book, dialect)
    if change is not None:
        change(parts)
    return pack(parts)
