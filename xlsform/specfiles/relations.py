"""The relations file: 表内 and 表间 checks, one line each, read by a small parser that says what it expected and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from xlsform.core.errors import Fault, Mark
from xlsform.core.spec import Field, Form, Region, Relation, Term
from xlsform.specfiles.faults import instead, unknown_code, unknown_hole, validated
from xlsform.specfiles.mapping import LEVELS, keys_of, regions_by_id
from xlsform.specfiles.models import RelationEntry, RelationsFile
from xlsform.specfiles.source import read_source

GRAMMAR = """\
关系 = 边 （“=” 或 “<=” 或 “~”） 边 [“by” 字段 {“,” 字段}]    = 金额相等，<= 金额不大于，~ 文字相同（空白不计）
     | 边 “~” 边 [“by” 字段 {“,” 字段}] “within” 倍数 [“to” 倍数]  两边金额相差不到这么多倍，或超过 to 的倍数
     | 键 “<=>” 键                                         两边的记录一一对应
边   = [“-”] 项 {（“+” 或 “-”） 项}
项   = [倍数 “*”] 值                                       如 1.2 * last.fund_summary.total_amount
值   = [“last.”] 区域.字段 | sum([“last.”] 区域.字段)       last 是上年汇总，sum 是同一部门（by 相同）各条之和
键   = 区域(字段 {“,” 字段})                               两边的字段相同
"""
"""How a relation is written; `by` names the fields by which records of the two sides belong together."""

LAST = "last"
"""The word before a region of last year's summary."""

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[a-z][a-z0-9_]*)|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<sign><=>|<=|[=~+\-*(),.])|(?P<wrong>\S)|$)"
)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


class Token(NamedTuple):
    """A name, a sign, or "" at the end; `at` counts characters from 1."""

    text: str
    at: int
    name: bool = False


class _Unexpected(Exception):  # noqa: N818 - a signal inside this module, not an error anybody catches elsewhere
    def __init__(self, wanted: str, token: Token) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.token = token


def load_relations(path: Path, forms: Sequence[Form]) -> tuple[tuple[Relation, ...], tuple[Fault, ...]]:
    """Reads relations.yaml against the regions and fields of the forms. Faults name file, line, code and what was expected."""
    source, faults = read_source(path)
    if source is None:
        return (), faults
    file, source, refused, _ = validated(RelationsFile, source)
    if file is None:
        return (), (*faults, *refused)
    regions = regions_by_id(forms)
    relations: list[Relation] = []
    found = [*faults, *refused]
    for index, entry in enumerate(file.relations):
        mark = source.mark("relations", index)
        if wrong := unknown_code(entry.code, own=entry.level is not None and entry.message is not None):
            found.append(Fault(mark, entry.code, wrong))
        if wrong := unknown_hole(entry.message):
            found.append(Fault(mark, entry.code, wrong))
        relation, fault = _relation(entry, mark)
        if relation is not None:
            relations.append(relation)
            found.extend(_unknown(relation, regions))
        elif fault is not None:
            found.append(fault)
    return tuple(relations), tuple(found)


def _relation(entry: RelationEntry, mark: Mark) -> tuple[Relation | None, Fault | None]:
    try:
        op, left, right, by, (within, upto) = parse_relation(entry.text)
    except _Unexpected as error:
        at = f"第 {error.token.at} 个字符“{error.token.text}”" if error.token.text else "结尾"
        return None, Fault(mark, entry.code, f"{at}处应为{error.wanted}：{entry.text}")
    level = LEVELS[entry.level] if entry.level is not None else None
    return Relation(
        entry.code, op, left, right, by, entry.tolerance, level, entry.message or "", mark, within, upto
    ), None


# ------------------------------------------------------------------------------------------------------------- parsing

Band = tuple[Decimal | None, Decimal | None]
"""How many times apart two amounts must not be, and up to how many times that is said; None where nothing is written."""
Parsed = tuple[str, tuple[Term, ...], tuple[Term, ...], tuple[str, ...], Band]


class _Reader:
    """The tokens of one relation, taken from left to right."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.next = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.next]

    def take(self, wanted: str, *texts: str) -> str:
        """The token if it is one of `texts` (of none: any name), else a fault that says `wanted`."""
        token = self.here
        if token.text not in texts if texts else not token.name:
            raise _Unexpected(wanted, token)
        self.next += 1
        return token.text

    def number(self) -> Decimal | None:
        """The number that stands here, taken; None when none does."""
        text = self.here.text
        if _NUMBER.fullmatch(text) is None:
            return None
        self.next += 1
        return Decimal(text)

    def took(self, text: str) -> bool:
        if self.here.text != text:
            return False
        self.next += 1
        return True


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while (found := _TOKEN.match(text, at)) is not None:
        group = found.lastgroup
        if group is None:
            break
        yield Token(found[group], found.start(group) + 1, group == "name")
        at = found.end()
    yield Token("", len(text) + 1)


def parse_relation(text: str) -> Parsed:
    """(operator, left terms, right terms, fields that say which records belong together, band of times apart). Raises _Unexpected."""
    reader = _Reader(text)
    if [token.text for token in reader.tokens[1:2]] == ["("] and reader.here.text != "sum":
        return _same_keys(reader)
    left = _side(reader)
    op = reader.take("=、<= 或 ~", "=", "<=", "~")
    right = _side(reader)
    by = _names(reader) if reader.took("by") else ()
    band = _band(reader) if op == "~" and reader.took("within") else (None, None)
    reader.take(_END[band[0] is not None, band[1] is not None] if op == "~" else "+、-、by 或句末", "")
    return op, left, right, by, band


_END: Mapping[tuple[bool, bool], str] = {
    (False, False): "+、-、by、within 或句末",
    (True, False): "to 或句末",
    (True, True): "句末",
}
"""What may follow a relation with “~”, by whether `within` and `to` are written."""


def _band(reader: _Reader) -> Band:
    within = _times(reader, Decimal(1))
    return within, _times(reader, within) if reader.took("to") else None


def _times(reader: _Reader, least: Decimal) -> Decimal:
    here = reader.here
    number = reader.number()
    if number is None or number <= least:
        raise _Unexpected(f"大于 {least} 的倍数", here)
    return number


def _same_keys(reader: _Reader) -> Parsed:
    left, keys = _keys(reader)
    reader.take("<=>", "<=>")
    here = reader.here
    right, others = _keys(reader)
    if keys != others:
        raise _Unexpected(f"与左边相同的字段（{', '.join(keys)}）", here)
    reader.take("句末", "")
    return "<=>", (left,), (right,), keys, (None, None)


def _keys(reader: _Reader) -> tuple[Term, tuple[str, ...]]:
    region = reader.take("区域名")
    reader.take("(", "(")
    names = _names(reader)
    reader.take("逗号或 )", ")")
    return Term(region, ""), names


def _names(reader: _Reader) -> tuple[str, ...]:
    names = [reader.take("字段名")]
    while reader.took(","):
        names.append(reader.take("字段名"))
    return tuple(names)


def _side(reader: _Reader) -> tuple[Term, ...]:
    terms = [_term(reader, -1 if reader.took("-") else 1)]
    while reader.here.text in {"+", "-"}:
        terms.append(_term(reader, 1 if reader.take("+ 或 -", "+", "-") == "+" else -1))
    return tuple(terms)


def _term(reader: _Reader, sign: int) -> Term:
    here = reader.here
    times = reader.number()
    if times is not None and not reader.took("*"):
        raise _Unexpected("区域名或 sum(（倍数写在前面，如 1.2 * 甲.金额）", here)
    first = reader.take("区域名或 sum(")
    total = first == "sum" and reader.took("(")
    region = reader.take("区域名") if total else first
    reader.take("“.”和字段名", ".")
    field = reader.take("字段名")
    last = region == LAST and reader.took(".")
    if last:
        region, field = field, reader.take("字段名")
    if total:
        reader.take(")", ")")
    return Term(region, field, total, sign, last, Decimal(1) if times is None else times)


# ------------------------------------------------------------------------------------------------------------ checking


def _unknown(relation: Relation, regions: Mapping[str, Region]) -> Iterator[Fault]:
    """Regions and fields that do not exist, and fields whose kind the operator cannot compare."""
    for term in (*relation.left, *relation.right):
        region = regions.get(term.form)
        if region is None:
            yield Fault(relation.mark, relation.code, f"没有区域“{term.form}”{instead(term.form, regions)}")
            continue
        keys = keys_of(region)
        for name in (*([term.field] if term.field else []), *relation.by):
            if name not in keys:
                yield Fault(relation.mark, relation.code, f"区域 {term.form} 没有字段“{name}”{instead(name, keys)}")
        yield from _not_comparable(relation, term, keys.get(term.field, ()))
    terms = (*relation.left, *relation.right)
    if relation.op == "~" and relation.within is None and len(terms) != 2:
        yield Fault(relation.mark, relation.code, "“~”两边各写一个文字字段")
    if any(term.last for term in terms) and (
        all(term.last for term in terms) or (relation.op == "~" and relation.within is None and relation.left[0].last)
    ):
        yield Fault(relation.mark, relation.code, "上年（last）的写在右边，左边写今年的")


def _not_comparable(relation: Relation, term: Term, fields: Sequence[Field]) -> Iterator[Fault]:
    name = f"{term.form}.{term.field}"
    for field in fields:
        sign = "within" if relation.within is not None else relation.op
        if sign in {"=", "<=", "within"} and field.kind != "money":
            yield Fault(relation.mark, relation.code, f"“{sign}”比较金额，{name} 的类型是 {field.kind}")
        elif sign == "~" and (field.kind == "money" or term.total or term.times != 1):
            yield Fault(relation.mark, relation.code, f"“~”比较文字，{name} 不是文字字段；比较金额要写 within 倍数")
