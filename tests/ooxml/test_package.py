"""The container: limits counted on bytes, claims compared with facts."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.ooxml.packages import packed, parts, sheet, workbook
from xlsform.core.errors import Rejected
from xlsform.ooxml import container, package
from xlsform.ooxml.package import RETURN, normal_name, open_package, resolve

GOOD = workbook(sheet('<row r="1"><c r="A1"><v>8</v></c></row>'))


def reason(data: bytes, limits=RETURN) -> str:
    with pytest.raises(Rejected) as caught:
        open_package(data, limits)
    return caught.value.reason


def entry_offset(data: bytes, name: str) -> int:
    """Where a part's packed bytes begin."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        header = archive.getinfo(name).header_offset
    name_length, extra_length = struct.unpack_from("<HH", data, header + 26)
    return header + 30 + name_length + extra_length


def with_size_claim(data: bytes, name: str, size: int) -> bytes:
    """The same package, whose central directory and local header claim another inflated size."""
    out = bytearray(data)
    for signature, name_at, size_at in ((b"PK\x01\x02", 46, 24), (b"PK\x03\x04", 30, 22)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            if data[at + name_at :].startswith(name.encode()):
                struct.pack_into("<L", out, at + size_at, size)
    return bytes(out)


def test_parts_are_found_whatever_their_name_looks_like():
    content = parts(sheet(""))
    content["\\XL\\Worksheets\\Sheet1.XML"] = content.pop("xl/worksheets/sheet1.xml")
    assert "xl/worksheets/sheet1.xml" in open_package(packed(content))
    assert normal_name("/xl\\A.xml") == "xl/a.xml"


@pytest.mark.parametrize(
    ("base", "target", "part"),
    [
        ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("xl/workbook.xml", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("xl/workbook.xml", "worksheets\\Sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("xl/workbook.xml", "../xl/./styles.xml", "xl/styles.xml"),
        ("xl/workbook.xml", "../../../etc/passwd", "../../etc/passwd"),
        ("", "xl/work%20book.xml", "xl/work book.xml"),
    ],
)
def test_targets(base: str, target: str, part: str):
    assert resolve(base, target) == part


@pytest.mark.parametrize("cut", [10, 100, len(GOOD) // 2, len(GOOD) - 5])
def test_truncated(cut: int):
    assert reason(GOOD[:cut]) == "E-DAMAGED"


def test_every_flipped_byte_is_noticed_or_harmless():
    """A changed byte is an error or changes nothing: no part ever reads otherwise."""
    whole = open_package(GOOD)
    sound = {name: whole.read(name) for name in whole.entries}
    for at in range(len(GOOD)):
        changed = GOOD[:at] + bytes([GOOD[at] ^ 0x41]) + GOOD[at + 1 :]
        try:
            opened = open_package(changed)
        except Rejected:
            continue
        assert {name: opened.read(name) for name in opened.entries} == sound, at


def test_a_wrong_crc_even_in_a_picture():
    content = parts(sheet(""))
    content["xl/media/image1.png"] = b"\x89PNG" + bytes(range(256))
    data = bytearray(packed(content, zipfile.ZIP_STORED))
    data[data.index(bytes(range(100, 200)))] ^= 1
    assert reason(bytes(data)) == "E-DAMAGED"


def test_twice_the_same_part_also_in_another_case():
    content = parts(sheet(""))
    content["xl/Workbook.XML"] = content["xl/workbook.xml"]
    assert reason(packed(content)) == "E-DUPPART"


def test_a_bomb_is_counted_while_it_inflates():
    content = parts(sheet(""))
    content["xl/media/zeros.bin"] = b"\0" * 3_000_000
    small = RETURN._replace(inflated=1_000_000)
    assert reason(packed(content), small) == "E-BOMB"
    content["xl/media/zeros.xml"] = content.pop("xl/media/zeros.bin")
    assert reason(packed(content), small) == "E-BOMB"


def test_a_bomb_that_lies_about_its_size():
    content = parts(sheet(""))
    content["xl/worksheets/sheet1.xml"] = b" " * 3_000_000
    data = with_size_claim(packed(content), "xl/worksheets/sheet1.xml", 1000)
    assert reason(data, RETURN._replace(inflated=1_000_000)) == "E-BOMB"
    assert reason(data) == "E-DAMAGED"


def test_overlapping_entries():
    data = bytearray(packed(parts(sheet("")), zipfile.ZIP_STORED))
    at = data.find(b"PK\x01\x02")
    packed_size, size = struct.unpack_from("<LL", data, at + 20)
    struct.pack_into("<LL", data, at + 20, packed_size + 60, size + 60)  # the first part now reaches into the second
    start = entry_offset(bytes(data), "[Content_Types].xml")
    struct.pack_into("<L", data, at + 16, zlib.crc32(data[start : start + size + 60]))
    assert reason(bytes(data)) == "E-DAMAGED"


def test_two_entries_over_the_same_bytes():
    data = packed({"a.xml": "<a/>", "b.xml": "<b/>"})
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    quoted = bytearray(data)
    struct.pack_into("<L", quoted, second + 42, 0)  # b.xml, too, claims to begin where a.xml does
    assert reason(bytes(quoted)) == "E-DAMAGED"


def test_encrypted_entries():
    data = bytearray(GOOD)
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert reason(bytes(data)) == "E-PASSWORD"


def test_an_unknown_way_of_packing():
    assert reason(packed(parts(sheet("")), zipfile.ZIP_BZIP2)) == "E-DAMAGED"


def test_too_many_parts():
    assert reason(packed({f"{at}.xml": "<a/>" for at in range(60)}), RETURN._replace(parts=50)) == "E-COMPLEX"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_in_any_part(encoding: str):
    content = parts(sheet(""))
    content["customXml/item1.xml"] = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(encoding)
    assert reason(packed(content)) == "E-XML"


def test_a_doctype_across_two_chunks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(package, "KEPT_PART", 0)
    monkeypatch.setattr(container, "CHUNK", 7)
    content = parts(sheet(""))
    content["customXml/item1.xml"] = "<!-- --><!DOCTYPE a><a/>"
    assert reason(packed(content)) == "E-XML"


def test_large_parts_come_in_chunks_and_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(package, "KEPT_PART", 100)
    monkeypatch.setattr(container, "CHUNK", 64)
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        content = parts(sheet("".join(f'<row r="{at}"/>' for at in range(1, 500))))
        path = tmp_path / f"{method}.xlsx"
        path.write_bytes(packed(content, method))
        opened = open_package(path)
        name = "xl/worksheets/sheet1.xml"
        assert opened.kept(name) is None
        assert max(map(len, opened.chunks(name))) <= 64
        assert opened.read(name).decode() == content[name]


def test_no_room_for_all_in_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(package, "KEPT_ALL", 1000)
    opened = open_package(GOOD)
    kept = [name for name in opened.entries if opened.kept(name) is not None]
    assert 0 < len(kept) < len(opened.entries)
    assert all(opened.read(name) for name in opened.entries)


def test_nothing_at_all(tmp_path: Path):
    (tmp_path / "empty.xlsx").touch()
    assert reason(b"") == "E-EMPTY"
    with pytest.raises(Rejected, match="E-EMPTY"):
        open_package(tmp_path / "empty.xlsx")


def test_an_archive_of_nothing():
    assert not open_package(packed({})).entries


def test_a_part_that_is_not_there():
    with pytest.raises(Rejected, match="E-DAMAGED"):
        open_package(GOOD).read("xl/nothing.xml")
