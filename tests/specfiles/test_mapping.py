"""A mapping file is made into its spec, or refused with file, line, key, and the nearest right word, all faults at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlsform.core.findings import Level
from xlsform.core.kinds import KINDS
from xlsform.core.spec import Card, Field, Form, Group, Matrix, Prose, Table
from xlsform.rules import named
from xlsform.specfiles.mapping import load_form
from xlsform.specfiles.models import CHECKS, FIELD_KINDS

GOOD = """
title: "{year}年设备表"
title_aliases: [设备明细表]
sheet: 设备
unit: 元
regions:
  devices:
    kind: table
    fields:
      seq: {label: 序号, kind: serial}
      name: {label: [设备, 名称], aliases: [品名], prompt: 写全称}
      price: {label: [设备, 单价], kind: money, places: 4}
      total: {label: 合计, kind: money, unit: 万元, carry: true}
checks:
  - {code: A02, check: present, fields: [name, price], level: hint, message: 请填写}
  - {code: A06, check: length, fields: [name], min: 2, max: 30}
  - {code: A11, check: unit}
summary:
  sheet: 设备汇总
  group: {name: name, marker_field: seq}
  renumber: seq
  totals: [price, total]
  merge_down: [name]
"""


def load(tmp_path: Path, text: str) -> tuple[Form | None, list[str]]:
    path = tmp_path / "devices_form.yaml"
    path.write_text(text, encoding="utf-8")
    form, faults, _ = load_form(path)
    assert all(fault.mark.file == str(path) for fault in faults)
    return form, [f"{fault.mark.line} {fault.key}: {fault.what}" for fault in faults]


def test_everything_a_table_says_reaches_its_spec(tmp_path: Path):
    form, faults = load(tmp_path, GOOD)
    assert faults == []
    assert form is not None
    assert (form.id, form.title, form.title_aliases, form.unit, form.required) == (
        "devices_form", "{year}年设备表", ("设备明细表",), "元", True,
    )  # fmt: skip
    (region,) = form.regions
    assert isinstance(region, Table)
    plain = [field_without_mark(field) for field in region.fields]
    assert plain == [
        Field("seq", ("序号",), "serial"),
        Field("name", ("设备", "名称"), aliases=("品名",), prompt="写全称"),
        Field("price", ("设备", "单价"), "money", unit="元", places=4, carry=False),
        Field("total", ("合计",), "money", unit="万元", carry=True),
    ]
    assert [field.mark.line for field in region.fields] == [10, 11, 12, 13]
    assert form.summary is not None
    assert form.summary.regions == form.regions
    assert form.summary.group == Group("name", "seq", "小计", "{department}")
    assert (form.summary.renumber, form.summary.totals, form.summary.merge_down) == (
        "seq",
        ("price", "total"),
        ("name",),
    )


def test_checks_know_their_region_level_params_and_line(tmp_path: Path):
    form, _ = load(tmp_path, GOOD)
    assert form is not None
    present, length, unit = form.checks
    assert (present.region, present.fields, present.level, present.message) == (
        "devices",
        ("name", "price"),
        Level.HINT,
        "请填写",
    )
    assert dict(length.params) == {"min": 2, "max": 30}
    assert (unit.fields, unit.level) == ((), None)
    assert [check.mark.line for check in form.checks] == [15, 16, 17]


def field_without_mark(field: Field) -> Field:
    return Field(
        field.key,
        field.label,
        field.kind,
        field.aliases,
        field.unit,
        field.places,
        field.carry,
        field.inline,
        field.prompt,
    )


def test_cards_matrices_and_text_blocks(tmp_path: Path):
    form, faults = load(
        tmp_path,
        """
title: 综合表
sheet: 综合
regions:
  card:
    kind: card
    fields:
      head: {label: 负责人：, inline: true}
  grid:
    kind: matrix
    across: half
    shared:
      place: {label: 地点}
    bands:
      first: {amount: {label: [上半年, 数量], kind: integer}}
      second: {amount: {label: [下半年, 数量], kind: integer}}
  goals:
    kind: prose
    label: [目标, 年度目标]
    word: 目标
    prompt: 逐条写
""",
    )
    assert faults == []
    assert form is not None
    card, grid, goals = form.regions
    assert isinstance(card, Card)
    assert card.fields[0].inline
    assert isinstance(grid, Matrix)
    assert (grid.across, [band.value for band in grid.bands], grid.shared[0].key) == (
        "half",
        ["first", "second"],
        "place",
    )
    assert isinstance(goals, Prose)
    assert (goals.label, goals.word, goals.prompt) == (("目标", "年度目标"), "目标", "逐条写")
    assert [field.key for field in goals.fields] == ["no", "name", "value"]


WRONG = [
    ("unit: 元", "unti: 元", "5 unti: 不认识的键“unti”，是否为“unit”"),
    ("sheet: 设备\n", "", "2 sheet: 缺少这一项"),
    ("sheet: 设备\n", "sheet:\n", "4 sheet: 没有写内容"),
    ("sheet: 设备\n", "sheet: [设备]\n", "4 sheet: 应为文字"),
    ("kind: table", "kind: tabel", "8 kind: 不能是“tabel”，是否为“table”"),
    ("    kind: table\n", "", "7 devices: 缺少 kind"),
    ("kind: serial", "kind: seriall", "10 kind: 没有“seriall”这种类型，是否为“serial”"),
    ("kind: serial", "kind: no", "10 kind: 没有“no”这种类型，可用的有"),
    ("places: 4", "places: 010", "12 places: 不是整数“010”"),
    ("places: 4", "places: 12:30", "12 places: 不是整数“12:30”"),
    ("places: 4", "places: 99", "12 places: 不能大于 6"),
    ("carry: true", "carry: yes", "13 carry: 应为 true 或 false，现为“yes”"),
    ("carry: true", "carry: no", "13 carry: 应为 true 或 false，现为“no”"),
    ("carry: true", "cary: true", "13 cary: 不认识的键“cary”，是否为“carry”"),
    ("prompt: 写全称", f"prompt: {'长' * 256}", "11 prompt: 最多 255 字"),
    ("label: 序号", "label: []", "10 label: 至少要有 1 项，现有 0 项"),
    ("label: 序号", "label: 、", "10 seq: 栏目名称“、”除了标点没有别的字"),
    ("{label: 序号, kind: serial}", "序号", "10 seq: 应为“键: 值”"),
    ("      total:", "      Total:", "13 Total: “Total”不合写法：名字只用小写英文字母"),
    ("      total:", "      name:", "13 name: 写了两次，前一次在第 11 行"),
    ("[设备, 单价]", "[设备, 名 称]", "12 price: 栏目“名 称”与字段 name 的栏目分不开"),
    ("aliases: [品名]", "aliases: [名称：]", "11 name: 别名“名称：”与栏目名称或另一个别名重复"),
    ("kind: serial}", "kind: serial, inline: true}", "10 seq: inline 只能用在 kind: card"),
    ("kind: serial}", "kind: 'prose:goals'}", "10 seq: 类型“prose:goals”只能用在 summary"),
    ("unit: 元\n", "", "11 price: 金额没有单位"),
    ('"{year}年设备表"', '"{yaer}年设备表"', "2 title: 表题中没有“yaer”这个位置，是否为“year”"),
    ("check: present", "check: presnt", "15 check: 没有“presnt”这种检查，是否为“present”"),
    ("code: A02", "code: a2", "15 code: “a2”不合写法：规则代码是一个大写字母加两位数字"),
    ("[name, price]", "[nmae, price]", "15 nmae: 没有字段“nmae”，是否为“name”"),
    ("fields: [name, price]", "region: device, fields: [name]", "15 region: 本表没有区域“device”，是否为“devices”"),
    ("level: hint", "level: hnit", "15 level: 不能是“hnit”，是否为“hint”"),
    ("level: hint", "level: off", "15 level: 不能是“off”"),
    ("message: 请填写", "message: '请填写{feild}'", "15 message: 提示语中没有“feild”这个位置，是否为“field”"),
    ("min: 2, max: 30", "min: 32, max: 30", "16 min: 32 大于 max 的 30"),
    ("min: 2, max: 30", "", "16 min: 检查 length 要写 min、max 中的至少一项"),
    ("length, fields: [name], min: 2, max: 30", "repeated, fields: [name]", "16 min: 检查 repeated 缺少这一项"),
    (
        "length, fields: [name], min: 2, max: 30",
        "not_copied, fields: [name], of: [nmae]",
        "16 nmae: 没有字段“nmae”，是否为“name”",
    ),
    (
        "length, fields: [name], min: 2, max: 30",
        "outlier, fields: [name], min: 1, times: 2",
        "16 name: 检查 outlier 只用于类型为 money 的字段",
    ),
    ("min: 2, max: 30", "min: 2, times: 2", "16 times: 检查 length 用不到这一项"),
    ("min: 2", "label: 甲, min: 2", "16 label: 检查 length 用不到这一项"),
    ("check: unit}", "check: unit, fields: [name]}", "17 fields: 检查 unit 不写字段"),
    ("check: unit}", "check: amount, fields: [name]}", "17 name: 检查 amount 只用于类型为 money 的字段，name 是 text"),
    ("check: unit}", "check: paired, fields: [name]}", "17 fields: 检查 paired 要写2 个字段"),
    ("group: {name: name", "group: {name: nmae", "20 group: 汇总表没有字段“nmae”，是否为“name”"),
    ("marker_field: seq}", "text: 部门}", "20 text: 应当含有 {department}"),
    ("renumber: seq", "renumber: name", "21 renumber: 字段 name 的类型应为 serial、integer"),
    ("totals: [price, total]", "totals: [price, name]", "22 totals: 字段 name 的类型应为 money"),
    ("merge_down: [name]", "merge_down: name", "23 merge_down: 应为清单"),
]


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG, ids=[wrong[:40] or right[:40] for right, wrong, _ in WRONG])
def test_a_slip_is_told_with_line_key_and_the_right_word(tmp_path: Path, right: str, wrong: str, said: str):
    assert GOOD.count(right) == 1
    _, faults = load(tmp_path, GOOD.replace(right, wrong))
    assert any(fault.startswith(said) for fault in faults), faults
    assert all(int(fault.split()[0]) > 0 for fault in faults)


def test_all_faults_are_told_at_once(tmp_path: Path):
    text = (
        GOOD.replace("unit: 元", "unti: 元")
        .replace("kind: serial", "kind: no")
        .replace("check: present", "check: presnt")
    )
    _, faults = load(tmp_path, text)
    assert [fault.split(":")[0] for fault in faults] == ["10 kind", "15 check", "5 unti"]


def test_what_does_not_fit_is_told_beside_what_cannot_be_read(tmp_path: Path):
    text = (
        GOOD.replace("kind: serial", "kind: serail")
        .replace("[name, price]", "[nmae]")
        .replace("totals: [price", "totals: [prise")
    )
    _, faults = load(tmp_path, text)
    assert [fault.split(":")[0] for fault in faults] == ["10 kind", "15 nmae", "22 totals"]


def test_what_only_follows_from_a_fault_is_not_told(tmp_path: Path):
    for right, wrong in (("unit: 元", "unti: 元"), ("kind: table", "kind: tabel"), ("label: 序号", "lable: 序号")):
        _, faults = load(tmp_path, GOOD.replace(right, wrong))
        assert {fault.split(":")[0].split()[1] for fault in faults} <= {"unti", "kind", "lable", "label"}, faults


def test_faults_of_meaning_are_told_at_once_too(tmp_path: Path):
    text = (
        GOOD.replace("[name, price]", "[nmae]")
        .replace("renumber: seq", "renumber: sqe")
        .replace("code: A06", "code: A60")
    )
    _, faults = load(tmp_path, text)
    assert [fault.split(":")[0] for fault in faults] == ["15 nmae", "16 code", "21 renumber"]


def test_an_own_code_needs_its_own_level_and_message(tmp_path: Path):
    _, faults = load(tmp_path, GOOD.replace("code: A02", "code: Q01"))
    assert faults == []
    _, faults = load(tmp_path, GOOD.replace("code: A06", "code: Q01"))
    assert faults[0].startswith("16 code: 规则目录里没有 Q01")


def test_fields_of_several_regions_need_a_region(tmp_path: Path):
    two = """
title: 表
sheet: 表
regions:
  one: {kind: card, fields: {name: {label: 甲}, only_one: {label: 乙}}}
  two: {kind: card, fields: {name: {label: 丙}, only_two: {label: 丁}}}
checks:
  - {code: C01, check: present, fields: [name]}
  - {code: C01, check: present, fields: [name], region: two}
  - {code: C01, check: present, fields: [only_two]}
  - {code: C01, check: present, fields: [only_one, only_two]}
"""
    form, faults = load(tmp_path, two)
    assert faults == [
        "8 region: 几个区域都有这些字段，请写 region，如 region: one",
        "11 fields: 这些字段不在同一个区域里",
    ]
    assert form is not None
    assert [check.region for check in form.checks[1:3]] == ["two", "two"]


def test_a_summary_shows_a_card_as_a_table(tmp_path: Path):
    text = """
title: 表
sheet: 表
unit: 万元
regions:
  card: {kind: card, fields: {name: {label: 甲}}}
  goals: {kind: prose, label: 目标}
summary:
  sheet: 汇总
  regions:
    card: {kind: table, fields: {name: {label: 甲}, goals: {label: 目标, kind: "prose:goals"}}}
"""
    form, faults = load(tmp_path, text)
    assert faults == []
    assert form is not None
    assert form.summary is not None
    (table,) = form.summary.regions
    assert isinstance(table, Table)
    assert table.fields[1].kind == "prose:goals"
    _, faults = load(tmp_path, text.replace("prose:goals", "prose:gaols"))
    assert faults == ["11 goals: 部门表里没有文字块“gaols”，是否为“goals”"]
    _, faults = load(tmp_path, text.replace("    card: {kind: table", "    crad: {kind: table"))
    assert faults == ["11 crad: 部门表里没有区域“crad”，是否为“card”"]
    _, faults = load(tmp_path, text[: text.index("  regions:\n    card: {kind: table")])
    assert faults == ["8 summary: 汇总表里没有表格：卡片和文字块要在 summary 的 regions 里写成 kind: table"]


def test_a_matrix_keeps_its_names_apart(tmp_path: Path):
    text = """
title: 表
sheet: 表
regions:
  grid:
    kind: matrix
    across: half
    shared: {place: {label: 地点}}
    bands:
      first: {half: {label: [上, 量]}}
      second: {place: {label: [下, 量]}}
"""
    _, faults = load(tmp_path, text)
    assert faults == ["7 half: 组别字段不能与栏目同名", "11 place: 既是共用栏目，又是一组里的栏目"]


def test_the_checks_of_the_language_are_those_of_the_rules():
    assert set(CHECKS) == set(named.CHECKS)


def test_the_kinds_of_the_language_are_those_of_the_core():
    assert set(FIELD_KINDS) | {"prose"} == set(KINDS)


def test_the_key_of_a_record_names_fields_of_its_region(tmp_path: Path):
    form, faults = load(tmp_path, GOOD.replace("kind: table\n", "kind: table\n    key: [name, price]\n"))
    assert faults == []
    assert form is not None
    (region,) = form.regions
    assert isinstance(region, Table)
    assert region.key == ("name", "price")
    _, faults = load(tmp_path, GOOD.replace("kind: table\n", "kind: table\n    key: [name, prise]\n"))
    assert faults == ["9 key: 本区域没有字段“prise”，是否为“price”"]
