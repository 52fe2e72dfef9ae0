"""Workbooks made by hand, byte by byte: what no library would write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"

CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="0&quot;万元&quot;"/>'
    '<numFmt numFmtId="165" formatCode=";;;"/><numFmt numFmtId="166" formatCode="@&quot;（盖章）&quot;"/></numFmts>'
    '<cellXfs count="1"><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="165"/>'
    '<xf numFmtId="57"/><xf numFmtId="14"/><xf numFmtId="166"/><xf numFmtId="999"/></cellXfs></styleSheet>'
)
"""Cell formats 0 General, 1 0%, 2 0"万元", 3 ;;;, 4 built-in 57 (Chinese), 5 built-in 14, 6 a text format, 7 one nobody knows."""


def relations(*items: tuple[str, str, str]) -> str:
    """A relationships part of (id, kind, target)."""
    body = "".join(f'<Relationship Id="{key}" Type="{_REL}/{kind}" Target="{target}"/>' for key, kind, target in items)
    return f'<Relationships xmlns="{_PACKAGE_REL}">{body}</Relationships>'


def sheet(data: str, *, before: str = "", after: str = "") -> str:
    """A worksheet part with that content of sheetData."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'


def parts(*sheets: str, strings: str = "", book: str = "", names: tuple[str, ...] = ()) -> dict[str, str | bytes]:
    """The parts of a workbook. book: elements of the workbook part behind the sheets."""
    names = names or tuple(f"表{number}" for number in range(1, len(sheets) + 1))
    listed = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(names, 1))
    links = [(f"rId{at}", "worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)]
    links += [("rIdS", "styles", "styles.xml"), ("rIdT", "sharedStrings", "sharedStrings.xml")]
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_REL}"><sheets>{listed}</sheets>{book}</workbook>',
        "xl/_rels/workbook.xml.rels": relations(*links),
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        **{f"xl/worksheets/sheet{at}.xml": text for at, text in enumerate(sheets, 1)},
    }


def packed(content: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return out.getvalue()


def workbook(*sheets: str, strings: str = "", book: str = "") -> bytes:
    """A workbook of such sheets (see `sheet`)."""
    return packed(parts(*sheets, strings=strings, book=book))


def one_cell(cell: str, *, strings: str = "", book: str = "") -> bytes:
    """A workbook with one sheet whose first row holds this markup."""
    return workbook(sheet(f'<row r="1">{cell}</row>'), strings=strings, book=book)
