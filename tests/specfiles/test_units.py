"""The shipped units say what they should; a file with faults is refused with every line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from xlsform.core.errors import SpecError
from xlsform.core.values import DIMENSIONS, parse
from xlsform.specfiles import load_units

HEAD = "scales: {万: 10000}\nunits:\n"


def faults_of(path: Path) -> list[str]:
    with pytest.raises(SpecError) as caught:
        load_units(path)
    return [f"{fault.mark.line}: {fault.key}: {fault.what}" for fault in caught.value.faults]


def test_the_shipped_units(checkout: Path):
    units = load_units(checkout / "mappings" / "units.yaml")
    assert {unit.dimension for unit in units.spellings.values()} == {*DIMENSIONS, ""}
    assert units.spellings["m2"] == units.spellings["平米"]
    assert units.spellings["角"].scale == Decimal("0.1")
    assert units.scales["万亿"] == 10**12
    assert all(unit.base in units.spellings for unit in units.spellings.values())
    for word, meant in units.contradictory.items():
        assert "V03" in parse(f"1000万{word}", units).flags
        assert "V03" not in parse(f"1000万{meant}", units).flags


def test_each_unit_alone_is_read_back(checkout: Path):
    units = load_units(checkout / "mappings" / "units.yaml")
    for word, unit in units.spellings.items():
        read = units.read(word)
        assert read is not None
        assert (read[0].unit, read[1]) == (unit.name, len(word))


def test_a_unit_of_the_district_s_own(tmp_path: Path):
    path = tmp_path / "units.yaml"
    path.write_text(
        HEAD + '  航次: count\n  "%": share\n  标箱: {dimension: count, aliases: [TEU], base: 航次, scale: 2}\n',
        "utf-8",
    )
    units = load_units(path)
    value = parse("≥3万TEU", units)
    assert (value.unit, value.in_base, value.base_unit) == ("万标箱", 60000, "航次")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("  人: coun\n", ["3: dimension: 没有“coun”这种类别，是否为“count”"]),
        ("  人: {dimension: count, alias: [名]}\n", ["3: alias: 不认识的键“alias”，是否为“aliases”"]),
        ("  人: {aliases: [名]}\n", ["3: dimension: 缺少这一项"]),
        ("  角: {dimension: money, base: 圆, scale: 0.1}\n", ["3: base: 没有单位“圆”，是否为“角”"]),
        ("  元: money\n  角: {dimension: money, scale: 0.1}\n", ["4: scale: “角”写了 scale，缺少 base"]),
        ("  元: money\n  角: {dimension: money, base: 元, scale: 0}\n", ["4: scale: 应当大于 0"]),
        ("  元: money\n  角: {dimension: money, base: 元, scale: 一}\n", ["4: scale: 应为不小于 0 的小数（如 0.005），现为“一”"]),
        ("  米: length\n  角: {dimension: money, base: 米}\n", ["4: base: “米”不能作 base：它自己另有 base，或类别不同"]),
        ("  米: length\n  延米: {dimension: length, aliases: [米]}\n", ["4: 延米: “米”已经是单位“米”的写法"]),
        ("  万: count\n", ["1: 万: “万”已经是单位“万”的写法"]),
        ("  人: count\n  人: count\n", ["4: 人: 写了两次，前一次在第 3 行"]),
        ("  人: count\ncontradictory: {元人: 仁}\n", ["4: 元人: 没有单位“仁”，是否为“人”"]),
        ("  人: count\n  元人: money\ncontradictory: {元人: 人}\n", ["5: 元人: 已经是一个单位"]),
        ("  人: count\n  名: coun\n  位: {base: 人}\n", [
            "4: dimension: 没有“coun”这种类别，是否为“count”", "5: dimension: 缺少这一项",
        ]),
    ],
)  # fmt: skip
def test_faults_name_line_and_key(lines: str, expected: list[str], tmp_path: Path):
    path = tmp_path / "units.yaml"
    path.write_text(HEAD + lines, "utf-8")
    assert faults_of(path) == expected


def test_a_file_that_is_none(tmp_path: Path):
    assert faults_of(tmp_path / "units.yaml") == ["0: : 打不开这个文件（No such file or directory）"]
