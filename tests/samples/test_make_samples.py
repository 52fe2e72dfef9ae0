"""The samples are complete, agree with themselves, and are what the script writes."""

from __future__ import annotations

import email
import json
import zipfile
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from samples.batches import BATCHES
from samples.content import Content
from samples.faults import FAULTS
from samples.oddities import RETURNS
from tools.make_samples import contents, main

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "2019"
EVERY_RULE = "T01 T02 T03 T04 T05 T06 T07 T08 T09 T10 A01 A02 A03 A04 A05 A06 A07 A08 A09 A10 A11 B01 B02 B03 B04 B05 B06 B07 B08 B09 B10 B11 B12 B13 B14 B15 B16 B17 B18 B19 B20 B21 C01 C02 C03 C04 C05 C06 C07 C08 C09 C10 C11 C12 M01 M02 M03 M04 M05 M06 V01 V02 V03 V04 V05 V06 V07 V08 V09 X01 X02 X03 X04 X05 X06 S01 S02 Z01 Z02 Z03"


@pytest.fixture(scope="module")
def texts() -> dict[str, Content]:
    return contents(SAMPLES)


@pytest.fixture(scope="module")
def roster() -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(SAMPLES / "departments.xlsx").active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def unpacked(data: bytes, name: str = "") -> object:
    """What a package holds, or the packages in a mail, whatever deflated them; other files are their bytes."""
    if name.endswith(".eml"):
        return [
            (str([*map(str, part.values())]), unpacked(part.get_payload(decode=True) or b""))
            for part in email.message_from_bytes(data).walk()
        ]
    if not zipfile.is_zipfile(BytesIO(data)):
        return data
    with zipfile.ZipFile(BytesIO(data)) as package:
        return [(entry.filename, entry.date_time, unpacked(package.read(entry))) for entry in package.infolist()]


def test_two_runs_are_byte_identical_and_are_what_is_committed(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        main(tmp_path / folder)
    written = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert len(written) > 60
    for path in written:
        data = (tmp_path / "one" / path).read_bytes()
        assert (tmp_path / "two" / path).read_bytes() == data, path
        if "文件截断" not in path.name:
            assert unpacked((SAMPLES / path).read_bytes(), path.name) == unpacked(data, path.name), path
    folders = ("returns", "faulty", "batches", "mails")
    kept = {path.relative_to(SAMPLES) for name in folders for path in (SAMPLES / name).rglob("*") if path.is_file()}
    assert kept == {path for path in written if path.parts[0] in folders}


def test_sums_hold_in_every_department(texts: dict[str, Content]) -> None:
    assert len(texts) == 16
    for name, said in texts.items():
        card = said.overall
        assert card.department == name
        funds = sum(fund.total_amount for fund in said.funds)
        assert funds == sum(row.annual_amount for row in said.directions) == card.project_expenditure
        assert card.total_amount == card.basic_expenditure + card.project_expenditure


def test_every_direction_has_an_output_and_a_benefit(texts: dict[str, Content]) -> None:
    for said in texts.values():
        for row in said.directions:
            assert row.indicators.keys() & {"quantity", "quality", "timeliness", "cost"}
            assert row.indicators.keys() & {"economic", "social", "ecological", "sustainability", "satisfaction"}


def test_the_roster_has_room_for_what_is_asked(texts: dict[str, Content], roster: list[tuple[object, ...]]) -> None:
    assert roster[0] == ("部门代码", "部门名称", "别名", "主管部门", "邮箱", "联系人", "控制数")
    lines = {str(line[1]): line for line in roster[1:]}
    assert list(lines) == list(texts)
    assert lines["区委办本级"][:4] == ("001", "区委办本级", "区委办、区委办公室、中共石峰区委办公室", "石峰区政府")
    for name, said in texts.items():
        control = lines[name][6]
        assert (control is None) == (name == "田心街道办事处")
        assert control is None or said.overall.total_amount <= Decimal(str(control))
        assert str(lines[name][4]).endswith("@example.cn")
    names = [word for line in roster[1:] for word in (str(line[1]), *str(line[2]).split("、"))]
    assert len(names) == len(set(names))


def test_every_department_returns_and_every_file_belongs_to_one(texts: dict[str, Content]) -> None:
    assert [each.department for each in RETURNS] == list(texts)
    files = [file.name for each in RETURNS for file in each.files]
    assert sorted(files) == sorted(path.name for path in (SAMPLES / "returns").iterdir())
    expected = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
    assert list(expected) == list(texts)
    assert expected["区委办本级"]["records"]["department_overall"][0]["total_amount"] == 336.07
    assert expected["区委办本级"]["records"]["fund_summary"][0]["seq"] == "一"


def test_every_rule_is_broken_once() -> None:
    assert {each.code for each in (*FAULTS, *BATCHES)} == set(EVERY_RULE.split())
    for folder in ("faulty", "batches"):
        expected = json.loads((SAMPLES / folder / "expected.json").read_text(encoding="utf-8"))
        assert sorted(expected) == sorted(path.name for path in (SAMPLES / folder).iterdir() if path.suffix != ".json")


def test_file_names_name_one_department_only(roster: list[tuple[object, ...]]) -> None:
    names = [word for line in roster[1:] for word in (str(line[1]), *str(line[2]).split("、"))]
    owner = {word: str(line[1]) for line in roster[1:] for word in (str(line[1]), *str(line[2]).split("、"))}
    for path in (*(SAMPLES / "returns").iterdir(), *(SAMPLES / "faulty").iterdir()):
        if path.suffix != ".json":
            assert len({owner[word] for word in names if word in path.name}) == 1, path.name


@pytest.mark.parametrize("path", sorted((SAMPLES / "returns").iterdir()), ids=lambda path: path.name)
def test_openpyxl_opens_every_return(path: Path) -> None:
    if path.name == "响石岭街道办事处.xlsx":
        # Strict OOXML: openpyxl finds no sheets in it and says so in a warning.
        with zipfile.ZipFile(path) as package:
            assert b"http://purl.oclc.org/ooxml/spreadsheetml/main" in package.read("xl/workbook.xml")
        return
    book = openpyxl.load_workbook(path)
    assert sum(sheet.max_row for sheet in book) > 10
