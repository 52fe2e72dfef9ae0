"""One line a relation: what it means, and what a slip in it is called."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from xlsform.core.findings import Level
from xlsform.core.spec import Field, Form, Matrix, Relation, Table, Term
from xlsform.specfiles.relations import load_relations

FORMS = (
    Form(
        "funds",
        "专项表",
        "专项表",
        (
            Table(
                "funds",
                (
                    Field("name", ("名称",)),
                    Field("way", ("方向",)),
                    Field("amount", ("金额",), "money", unit="万元"),
                    Field("rest", ("其余",), "money", unit="万元"),
                    Field("goal", ("目标",)),
                ),
            ),
        ),
    ),
    Form(
        "card",
        "整体表",
        "整体表",
        (
            Table(
                "card",
                (Field("name", ("名称",)), Field("total", ("总额",), "money", unit="万元"), Field("goal", ("目标",))),
            ),
            Matrix("grid", "half", (), ()),
        ),
    ),
)


def load(tmp_path: Path, *lines: str) -> tuple[tuple[Relation, ...], list[str]]:
    path = tmp_path / "relations.yaml"
    path.write_text("relations:\n" + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
    relations, faults = load_relations(path, FORMS)
    return relations, [f"{fault.mark.line} {fault.key}: {fault.what}" for fault in faults]


def one(tmp_path: Path, *lines: str) -> Relation:
    relations, faults = load(tmp_path, *lines)
    assert faults == []
    (relation,) = relations
    return relation


def test_sums_of_single_fields(tmp_path: Path):
    relation = one(tmp_path, "- C03: card.total = funds.amount + funds.rest-card.total")
    assert relation.op == "="
    assert relation.left == (Term("card", "total"),)
    assert relation.right == (Term("funds", "amount"), Term("funds", "rest"), Term("card", "total", sign=-1))
    assert (relation.by, relation.tolerance, relation.level, relation.mark.line) == ((), Decimal("0.005"), None, 2)


def test_sums_over_records_by_a_key(tmp_path: Path):
    relation = one(tmp_path, "- X02: sum( funds.amount )<=card.total by name")
    assert (relation.op, relation.by) == ("<=", ("name",))
    assert relation.left == (Term("funds", "amount", total=True),)


def test_the_same_keys_on_both_sides(tmp_path: Path):
    relation = one(tmp_path, "- X01: funds(name, goal) <=> card(name,goal)")
    assert (relation.op, relation.by) == ("<=>", ("name", "goal"))
    assert (relation.left, relation.right) == ((Term("funds", ""),), (Term("card", ""),))


def test_texts_alike_and_options(tmp_path: Path):
    relation = one(
        tmp_path, "- X04: funds.goal ~ card.goal by name", "  level: hint", "  message: 请核对", "  tolerance: 0.1"
    )
    assert (relation.op, relation.level, relation.message, relation.tolerance) == (
        "~",
        Level.HINT,
        "请核对",
        Decimal("0.1"),
    )


def test_a_sentence_names_only_what_a_finding_has(tmp_path: Path):
    _, faults = load(tmp_path, "- C03: card.total = funds.amount", "  message: '{left} 与 {rihgt} 不符'")
    assert faults == ["2 C03: 提示语中没有“rihgt”这个位置，是否为“right”"]
    one(tmp_path, "- C03: card.total = funds.amount", "  message: '{left} 与 {right} 不符，{t} ≠ {b}'")


def test_a_minus_may_come_first(tmp_path: Path):
    assert one(tmp_path, "- C03: -funds.rest + card.total = funds.amount").left[0].sign == -1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("- C03: card.total", "2 C03: 结尾处应为=、<= 或 ~"),
        ("- C03: card.total = ", "2 C03: 结尾处应为区域名或 sum("),
        ("- C03: card = funds.amount", "2 C03: 第 6 个字符“=”处应为“.”和字段名"),
        ("- C03: card.total == funds.amount", "2 C03: 第 13 个字符“=”处应为区域名或 sum("),
        ("- C03: card.total = funds.amount + ", "2 C03: 结尾处应为区域名或 sum("),
        ("- C03: card.total = sum(funds.amount", "2 C03: 结尾处应为)"),
        ("- C03: card.total = 100", "2 C03: 第 14 个字符“100”处应为区域名或 sum("),
        ("- C03: card.total = 资金.总额", "2 C03: 第 14 个字符“资”处应为区域名或 sum("),
        ("- C03: card.total = funds.amount for name", "2 C03: 第 27 个字符“for”处应为+、-、by 或句末"),
        ("- C03: card.total = funds.amount by", "2 C03: 结尾处应为字段名"),
        ("- C03: card.total = funds.amount by name,", "2 C03: 结尾处应为字段名"),
        ("- X01: funds(name) = card(name)", "2 X01: 第 13 个字符“=”处应为<=>"),
        ("- X01: funds(name) <=> card(goal)", "2 X01: 第 17 个字符“card”处应为与左边相同的字段（name）"),
        ("- X01: funds(name <=> card(name)", "2 X01: 第 12 个字符“<=>”处应为逗号或 )"),
        ("- X01: funds() <=> card()", "2 X01: 第 7 个字符“)”处应为字段名"),
        ("- X02: sum(fund.amount) = card.total", "2 X02: 没有区域“fund”，是否为“funds”"),
        ("- X02: sum(funds.amuont) = card.total", "2 X02: 区域 funds 没有字段“amuont”，是否为“amount”"),
        ("- X02: sum(funds.amount) = card.total by way", "2 X02: 区域 card 没有字段“way”"),
        ("- X02: sum(funds.name) = card.total", "2 X02: “=”比较金额，funds.name 的类型是 text"),
        ("- X04: funds.amount ~ card.goal", "2 X04: “~”比较文字，funds.amount 不是文字字段"),
        ("- X04: funds.goal + funds.goal ~ card.goal", "2 X04: “~”两边各写一个文字字段"),
        ("- X99: card.total = funds.amount", "2 X99: 规则目录里没有 X99"),
        ("- c03: card.total = funds.amount", "2 relations: 每条应当有且只有一个“规则代码: 关系式”"),
        ("- card.total = funds.amount", "2 relations: 应为“键: 值”"),
        ("- {C03: card.total = funds.amount, X03: card.total = funds.amount}", "2 relations: 每条应当有且只有一个"),
        ("- {C03: card.total = funds.amount, tolerence: 1}", "2 relations: 不认识的键“tolerence”，是否为“tolerance”"),
        ("- {C03: card.total = funds.amount, tolerance: 一分}", "2 tolerance: 应为不小于 0 的小数"),
        ("- {C03: card.total = funds.amount, level: waring}", "2 level: 不能是“waring”，是否为“warning”"),
        ("- C03:", "2 text: 没有写内容"),
    ],
)
def test_a_slip_says_what_was_expected_and_where(tmp_path: Path, line: str, said: str):
    _, faults = load(tmp_path, line)
    assert faults[0].startswith(said), faults


def test_every_line_is_told(tmp_path: Path):
    relations, faults = load(tmp_path, "- X01: funds(name", "- C03: card.total = card.total", "- X02: a.b = c.d")
    assert [fault.split(":")[0] for fault in faults] == ["2 X01", "4 X02", "4 X02"]
    assert [relation.code for relation in relations] == ["C03", "X02"]


def test_last_year_and_times(tmp_path: Path):
    relation = one(tmp_path, "- X03: sum(funds.amount) <= 1.2 * sum(last.funds.amount) + 2*last.card.total by name")
    assert relation.left == (Term("funds", "amount", total=True),)
    assert relation.right == (
        Term("funds", "amount", total=True, last=True, times=Decimal("1.2")),
        Term("card", "total", last=True, times=Decimal(2)),
    )


def test_amounts_of_one_order(tmp_path: Path):
    relation = one(tmp_path, "- X05: funds.amount ~ last.funds.amount by name, way within 1000")
    assert (relation.op, relation.by, relation.within) == ("~", ("name", "way"), Decimal(1000))
    assert (relation.left, relation.right) == ((Term("funds", "amount"),), (Term("funds", "amount", last=True),))
    assert relation.upto is None


def test_amounts_apart_by_a_band_of_times(tmp_path: Path):
    relation = one(tmp_path, "- X05: funds.amount ~ last.funds.amount within 1000 to 100000")
    assert (relation.within, relation.upto) == (Decimal(1000), Decimal(100000))


def test_a_region_may_be_called_last(tmp_path: Path):
    path = tmp_path / "relations.yaml"
    path.write_text("relations:\n  - C03: last.total = last.total\n", encoding="utf-8")
    table = Table("last", (Field("total", ("总额",), "money", unit="万元"),))
    relations, faults = load_relations(path, (Form("last", "表", "表", (table,)),))
    assert faults == ()
    assert relations[0].left == (Term("last", "total"),)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("- X05: funds.amount ~ last.funds.amount within", "2 X05: 结尾处应为大于 1 的倍数"),
        ("- X05: funds.amount ~ last.funds.amount within 1", "2 X05: 第 41 个字符“1”处应为大于 1 的倍数"),
        ("- X05: funds.amount ~ last.funds.amount within 9 to", "2 X05: 结尾处应为大于 9 的倍数"),
        ("- X05: funds.amount ~ last.funds.amount within 9 to 9", "2 X05: 第 46 个字符“9”处应为大于 9 的倍数"),
        ("- X05: funds.amount ~ last.funds.amount within 9 by name", "2 X05: 第 43 个字符“by”处应为to 或句末"),
        ("- X05: funds.amount ~ last.funds.amount within 9 to 99 to", "2 X05: 第 49 个字符“to”处应为句末"),
        (
            "- X05: funds.amount ~ last.funds.amount",
            "2 X05: “~”比较文字，funds.amount 不是文字字段；比较金额要写 within 倍数",
        ),
        ("- X05: funds.goal ~ last.funds.goal within 9", "2 X05: “within”比较金额，funds.goal 的类型是 text"),
        ("- X05: funds.amount = last.funds.amount within 9", "2 X05: 第 34 个字符“within”处应为+、-、by 或句末"),
        ("- X05: last.funds.goal ~ funds.goal", "2 X05: 上年（last）的写在右边，左边写今年的"),
        ("- X03: last.funds.amount <= last.card.total", "2 X03: 上年（last）的写在右边，左边写今年的"),
        ("- X03: last.fnds.amount <= card.total", "2 X03: 没有区域“fnds”，是否为“funds”"),
        ("- X03: 1.2 funds.amount <= card.total", "2 X03: 第 1 个字符“1.2”处应为区域名或 sum("),
        ("- X04: funds.goal ~ 2 * card.goal", "2 X04: “~”比较文字，card.goal 不是文字字段"),
        ("- X01: last.funds(name) <=> card(name)", "2 X01: 第 11 个字符“(”处应为=、<= 或 ~"),
    ],
)
def test_a_slip_in_a_relation_with_last_year(tmp_path: Path, line: str, said: str):
    _, faults = load(tmp_path, line)
    assert any(fault.startswith(said) for fault in faults), faults
