"""Whatever arrives is known by its content; what is no workbook is refused with the reason that says what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ooxml.packages import one_cell, packed, parts, relations, sheet
from xlsform import readers
from xlsform.core.cells import Book
from xlsform.core.errors import Rejected

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
GOOD = one_cell('<c r="A1"><v>8</v></c>')


def wide(name: str) -> bytes:
    return name.encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "E-EMPTY"),
        (b"\0" * 4096, "E-DAMAGED"),
        (OLE + wide("EncryptedPackage"), "E-PASSWORD"),
        (OLE + wide("WordDocument"), "E-NOTXLSX"),
        (OLE + wide("Workbook"), "E-XLS"),
        (OLE, "E-XLS"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", "E-NOTXLSX"),
        (b"Rar!\x1a\x07\x01\x00", "E-ARCHIVE"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "E-ARCHIVE"),
        (b"\x1f\x8b\x08\x00", "E-ARCHIVE"),
        (b"%PDF-1.7", "E-NOTXLSX"),
        (b"\x89PNG\r\n\x1a\n", "E-NOTXLSX"),
        (b"{\\rtf1", "E-NOTXLSX"),
        ("\ufeff <html><body><table>".encode(), "E-NOTXLSX"),
        (b"<!DOCTYPE html><html>", "E-NOTXLSX"),
        (b'<?xml version="1.0"?><html xmlns="x">', "E-NOTXLSX"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook/>', "E-NOTXLSX"),
        (b"MIME-Version: 1.0\r\n", "E-NOTXLSX"),
        (b"ID;PWXL;N;E\n", "E-NOTXLSX"),
        ("序号,专项名称\n一,深改\n".encode("gb18030"), "E-NOTXLSX"),
        ("序号\t专项名称".encode("utf-16"), "E-NOTXLSX"),
        (bytes(range(256)) * 8, "E-NOTXLSX"),
        (packed({"a.txt": "x"}), "E-ARCHIVE"),
        (packed({"return/区委办.xlsx": GOOD}), "E-ARCHIVE"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}), "E-NOTXLSX"),
        (
            packed(
                {
                    "[Content_Types].xml": "<Types/>",
                    "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")),
                    "word/document.xml": "<a/>",
                }
            ),
            "E-NOTXLSX",
        ),
        (
            packed(
                {
                    "[Content_Types].xml": "<Types/>",
                    "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.bin")),
                    "xl/workbook.bin": b"\x83\x01",
                }
            ),
            "E-NOTXLSX",
        ),
        (packed({"[Content_Types].xml": "<Types/>"}), "E-DAMAGED"),
        (GOOD[:-30], "E-DAMAGED"),
    ],
)
def test_what_is_no_workbook(data: bytes, reason: str):
    with pytest.raises(Rejected) as caught:
        readers.read("附件.xlsx", data)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("file", "suffix"),
    [
        ("区委办.xlsx", None),
        ("区委办.XLSM", None),
        ("区委办.xls", ".xls"),
        ("return.zip/区委办.et", ".et"),
        ("区委办", "（无）"),
        ("return.zip/区委办", "（无）"),
        ("收件\\.xlsx", "（无）"),
        ("区委办.xlsx.", "."),
    ],
)
def test_the_name_only_adds_a_remark(file: str, suffix: str | None):
    book = readers.read(file, GOOD)
    assert book.file == file
    assert [dict(params)["suffix"] for key, params in book.remarks if key == "W-EXTENSION"] == (
        [suffix] if suffix else []
    )


def test_no_workbook_part_with_content_types():
    content = parts(sheet(""))
    del content["xl/workbook.xml"]
    with pytest.raises(Rejected, match="E-DAMAGED"):
        readers.read("a.xlsx", packed(content))


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", OLE, b"<", GOOD[:200]]))
def test_any_bytes_are_rejected_never_raised_otherwise(tail: bytes, head: bytes):
    with pytest.raises(Rejected):
        readers.read("a.xlsx", head + tail)


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=4))
def test_a_damaged_workbook_reads_the_same_or_is_rejected(at: int, change: bytes):
    damaged = GOOD[:at] + change + GOOD[at + len(change) :]
    try:
        book: Book | None = readers.read("a.xlsx", damaged)
    except Rejected:
        book = None
    assert book is None or book.grids == readers.read("a.xlsx", GOOD).grids
