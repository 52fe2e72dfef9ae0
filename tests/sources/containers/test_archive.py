"""Details of archives that no number of the list of arrivals covers."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest

from tests.ooxml.packages import packed, parts, sheet
from tests.sources.archives import Item, zipped
from xlsform.sources.containers import archive
from xlsform.sources.containers.unpack import unpack
from xlsform.sources.received import Found, Kind, Received

BOOK = packed(parts(sheet("")))


def found(data: bytes) -> list[Found]:
    return list(unpack(Received("包.zip", "", data)))


def test_folders_are_no_files():
    """A folder's own entry gives nothing; one that claims to be a folder and has content is a file."""
    out = found(
        zipped([Item(b"2019/", b""), Item(b"2020/", b"", method=0), Item(b"2019/a.xlsx", BOOK), Item(b"b.xlsx/", BOOK)])
    )
    assert [(one.name, one.data) for one in out] == [("a.xlsx", BOOK), ("b.xlsx", BOOK)]


def test_documents_are_files_also_inside():
    """A workbook is a zip; so are .docx and .ods, of which the reader says what they are."""
    ods = packed(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml": "", "content.xml": ""}
    )
    slashed = packed({name.replace("/", "\\"): part for name, part in parts(sheet("")).items()})
    upper = packed({name.upper(): part for name, part in parts(sheet("")).items()})
    for data in (BOOK, ods, slashed, upper):
        assert found(data) == [Found("包.zip", "包.zip", data)]
        (inside,) = found(zipped([Item(b"a", data)]))
        assert (inside.kind, inside.data) == (Kind.FILE, data)


def test_one_file_may_not_be_all_too_large(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "LARGEST", 1000)
    out = found(zipped([Item(b"a", b"x" * 1001), Item(b"b", b"x" * 1000)]))
    assert [(one.reason, len(one.data)) for one in out] == [("E-BOMB", 0), ("", 1000)]


def test_a_name_that_differs_in_the_local_header():
    (one,) = found(zipped([Item(b"a.xlsx", BOOK, local_name=b"b.xlsx")]))
    assert (one.name, one.reason) == ("a.xlsx", "E-DAMAGED")


def test_archives_as_programs_write_them():
    """By zipfile, streamed (sizes behind the data), with a comment."""
    plain, streamed = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("区委办.xlsx", BOOK)
        out.comment = b"packed by hand"
    with zipfile.ZipFile(_Unseekable(streamed), "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("区委办.xlsx", BOOK)
    for data in (plain.getvalue(), streamed.getvalue()):
        assert [(one.name, one.data, one.remarks) for one in found(data)] == [("区委办.xlsx", BOOK, ())]


def test_archives_of_other_kinds_are_files():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("a"))
    (one,) = found(out.getvalue())
    assert one.kind is Kind.FILE


class _Unseekable(io.RawIOBase):
    """A pipe."""

    def __init__(self, out: io.BytesIO) -> None:
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        return self._out.write(data)
