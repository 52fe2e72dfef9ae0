"""The mapping language: what may stand in the YAML files. The JSON Schemas and the reference page are generated from here.

Models check the shape of one file; what ties keys, fields and files together is checked by `mapping` and `relations`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    JsonValue,
    RootModel,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from xlsform.accounts import account
from xlsform.core.kinds import KINDS
from xlsform.core.values import DIMENSIONS

KEY_PATTERN = r"^[a-z][a-z0-9_]*$"
CODE_PATTERN = r"^[A-Z][0-9]{2}$"
PERIOD_PATTERN = r"^([a-z][a-z0-9_]*\.)?[a-z][a-z0-9_]*$"
FIELD_KINDS = tuple(kind for kind in KINDS if kind != "prose")
"""What a mapping may name as a field's kind; a text block in a table column is `prose:` and the region's id."""


def _whole(text: object) -> object:
    """A whole number as people write it: 2, not 02, 2.0 or 2_000."""
    if isinstance(text, str):
        if re.fullmatch(r"0|[1-9][0-9]{0,8}", text) is None:
            raise PydanticCustomError("whole_number", "不是整数“{got}”", {"got": text})
        return int(text)
    return text


def _truth(text: object) -> object:
    """true or false; YAML 1.1's yes, no, on and off are words here and refused."""
    if isinstance(text, str):
        if text not in {"true", "false"}:
            raise PydanticCustomError("true_or_false", "应为 true 或 false，现为“{got}”", {"got": text})
        return text == "true"
    return text


def _decimal(text: object) -> object:
    if isinstance(text, str):
        try:
            number = Decimal(text) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else None
        except InvalidOperation:
            number = None
        if number is None:
            raise PydanticCustomError("plain_decimal", "应为不小于 0 的小数（如 0.005），现为“{got}”", {"got": text})
        return number
    return text


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _kind(kind: object) -> object:
    if isinstance(kind, str) and kind not in FIELD_KINDS and re.fullmatch(r"prose:[a-z][a-z0-9_]*", kind) is None:
        raise PydanticCustomError("unknown_word", "没有“{got}”这种类型", {"got": kind, "known": list(FIELD_KINDS)})
    return kind


def _title(text: object) -> object:
    if isinstance(text, str):
        for word in re.findall(r"\{([^{}]*)\}", text):
            if word != "year":
                raise PydanticCustomError("unknown_word", "表题中没有“{got}”这个位置", {"got": word, "known": ["year"]})
    return text


def _group_text(text: object) -> object:
    if isinstance(text, str) and "{department}" not in text:
        raise PydanticCustomError("no_department", "应当含有 {wanted}，表示部门名称的位置", {"wanted": "{department}"})
    return text


Whole = Annotated[int, BeforeValidator(_whole)]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
Truth = Annotated[bool, BeforeValidator(_truth)]
Text = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN)]
Code = Annotated[str, StringConstraints(pattern=CODE_PATTERN)]
Title = Annotated[Text, BeforeValidator(_title)]
Labels = Annotated[
    tuple[Text, ...], Field(min_length=1), BeforeValidator(_one_or_many, json_schema_input_type=str | tuple[str, ...])
]
Choices = Annotated[tuple[Text, ...], BeforeValidator(_one_or_many, json_schema_input_type=str | tuple[str, ...])]
Kind = Annotated[
    str,
    BeforeValidator(_kind),
    WithJsonSchema({"anyOf": [{"enum": list(FIELD_KINDS)}, {"type": "string", "pattern": "^prose:[a-z][a-z0-9_]*$"}]}),
]
Tolerance = Annotated[Decimal, BeforeValidator(_decimal), WithJsonSchema({"type": "number", "minimum": 0})]
LevelWord = Literal["error", "warning", "hint"]
Switch = Literal["error", "warning", "hint", "off"]


class Entry(BaseModel):
    """Base of all: unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class FieldEntry(Entry):
    """一个栏目（字段）。"""

    label: Labels = Field(
        title="栏目名称",
        description="表上印的栏目名。表头有几层就从上到下写几层，如 [绩效指标, 产出指标, 数量指标]；空格、换行、标点和括号里的字不影响比对。",
    )
    kind: Kind = Field("text", title="类型", description="值怎么读、怎么写：文字、金额、期间……")
    aliases: tuple[Text, ...] = Field((), title="别名", description="最后一层栏目名的其他写法。")
    unit: Text | None = Field(
        None, title="金额单位", description="金额以什么单位计；不写就用本表的单位。只用于 money。"
    )
    places: Whole | None = Field(None, title="小数位", description="金额最多几位小数，不写为 2。只用于 money。", le=6)
    carry: Truth | None = Field(
        None,
        title="合并下沿",
        description="纵向合并的单元格，其值是否属于它跨过的每一行。不写时：金额为 false，其他为 true。",
    )
    inline: Truth = Field(
        default=False,
        title="同格填写",
        description="答案写在栏目名后面、同一个单元格里（如“绩效股意见：……”）。只用于 card。",
    )
    prompt: Text | None = Field(
        None,
        title="填写提示",
        description="部门点到这一格时看到的说明，一般照抄编报说明里的那一句，最多 255 字。",
        max_length=255,
    )
    choices: Choices = Field(
        (),
        title="可选项",
        description="下发时的下拉选项：写几个词，如 [甲, 乙]；或写“区域.字段”，取该栏已填的内容，如 fund_summary.fund_name。",
    )
    prefill: Literal["name", "code", "parent"] | None = Field(
        None,
        title="预填",
        description="下发时按部门名册填好：name 部门名称、code 部门代码、parent 主管部门。表格里每个空行都填。",
    )
    carries: Truth = Field(
        default=False,
        title="沿用上年",
        description="下发时可以带入上年的内容（xlsform issue --carry）；金额、年度目标不要写。",
    )


Fields = Annotated[dict[Key, FieldEntry], Field(min_length=1)]
RecordKey = tuple[Key, ...]
KEY_MEANING = (
    "哪几个字段合起来说明是哪一条记录，如 [fund_name, direction]；比对两份表时按它找同一条，不写就按先后次序。"
)


class TableEntry(Entry):
    """表格：一至多行表头，下面一行一条记录。"""

    kind: Literal["table"] = Field(title="种类")
    fields: Fields = Field(title="栏目", description="字段名: 栏目，按表上从左到右。字段名用于 JSON、数据框和规则。")
    key: RecordKey = Field((), title="记录的键", description=KEY_MEANING)


class CardEntry(Entry):
    """卡片：一个栏目名对一个答案，整张表一条记录。"""

    kind: Literal["card"] = Field(title="种类")
    fields: Fields = Field(title="栏目", description="字段名: 栏目，按从上到下。")


class MatrixEntry(Entry):
    """矩阵：一行里并排几组栏目（如 实施期 | 本年度），每组各成一条记录。"""

    kind: Literal["matrix"] = Field(title="种类")
    across: Key = Field(title="组别字段", description="记录里说明自己属于哪一组的字段名，如 horizon。")
    shared: dict[Key, FieldEntry] = Field(
        default_factory=dict, title="共用栏目", description="各组共有的栏目，如左边的专项名称。"
    )
    bands: dict[Key, Fields] = Field(
        title="各组", description="组别的值: 该组的栏目。各组的字段名可以相同。", min_length=2
    )
    key: RecordKey = Field((), title="记录的键", description=KEY_MEANING + "可以写组别字段。")


class ProseEntry(Entry):
    """文字块：一个格子里逐条写“指标N：名称：值”，每条拆成一条记录（字段固定为 no、name、value）。"""

    kind: Literal["prose"] = Field(title="种类")
    label: Labels = Field(title="栏目名称", description="同 table 的 label。")
    aliases: tuple[Text, ...] = Field((), title="别名", description="最后一层栏目名的其他写法。")
    word: Text = Field("指标", title="条目用词", description="编号前面的词：“指标1：”写 指标，“目标1：”写 目标。")
    prompt: Text | None = Field(None, title="填写提示", description="同 table 的 prompt。", max_length=255)


RegionEntry = Annotated[TableEntry | CardEntry | MatrixEntry | ProseEntry, Field(discriminator="kind")]


class CheckKind(NamedTuple):
    """What a line with this check may hold: how many fields (at least, at most) of which kinds (empty: any), which params it must have
    and which it may have; at least one of those it may have where `one_param`.
    """

    what: str
    least: int
    most: int
    kinds: frozenset[str] = frozenset()
    params: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    one_param: bool = False


MANY = 99
_MONEY = frozenset({"money"})
_PERIOD = frozenset({"period"})
_VALUE = frozenset({"indicator", "text"})
_NAMED = ("name", "by", "classes")
VALUE_CHECKS: Mapping[str, CheckKind] = {
    "has_number": CheckKind("有数量：含有数字。", 1, MANY, _VALUE, may=_NAMED),
    "has_time": CheckKind("有时间、期限或及时率。", 1, MANY, _VALUE, may=_NAMED),
    "in_period": CheckKind("所说的年份在 period 字段的期间内。", 1, MANY, _VALUE, ("period",)),
    "is_cost": CheckKind("是金额，或每件东西的金额。", 1, MANY, _VALUE, may=_NAMED),
    "cost_within": CheckKind("总成本，或每 per 的成本，不大于第二个字段的金额。", 2, 2, params=("per",)),
    "cost_equals": CheckKind(
        "每 per 的成本，乘以它自己或第三个字段里的 per 数（没有就是一），等于第二个字段的金额。", 2, 3, params=("per",)
    ),
    "cost_slip": CheckKind(
        "第二个字段的金额不正好是成本的一万倍（成本怎样算同 cost_equals，也算总成本）。", 2, 3, params=("per",)
    ),
    "no_lower_bound": CheckKind("成本不写“≥”“>”。", 1, MANY, _VALUE, may=_NAMED),
    "percentage": CheckKind("是 min% 到 max% 的百分数。", 1, MANY, _VALUE, ("min", "max"), _NAMED),
    "reachable": CheckKind("百分数不低于 min%，低于 max%。", 1, MANY, _VALUE, ("min", "max"), _NAMED),
    "rate": CheckKind(
        "比率在 min% 到 max% 之间；名称是增减、增长、下降的不查。", 1, MANY, _VALUE, ("min", "max"), _NAMED
    ),
    "has_unit": CheckKind("数值带计量单位，或者名称里已写明单位。", 1, MANY, _VALUE, may=_NAMED),
    "known_unit": CheckKind("计量单位是收录的（units.yaml）。", 1, MANY, _VALUE, may=_NAMED),
    "sound_unit": CheckKind("计量单位不自相矛盾（元人次）。", 1, MANY, _VALUE, may=_NAMED),
    "sound_years": CheckKind("“年”前是年份，或者是不超过 max 的年数。", 1, MANY, _VALUE, ("max",), _NAMED),
    "within_whole": CheckKind(
        "比率不超过 max%（不小于 100）；名称是增减、增长、下降的不查。", 1, MANY, _VALUE, ("max",), _NAMED
    ),
    "not_negative": CheckKind("不是负数；名称是增减、增长、下降的不查。", 1, MANY, _VALUE, may=_NAMED),
    "measurable": CheckKind("不只是“进一步”“若干”“约”这样的话。", 1, MANY, _VALUE, may=_NAMED),
    "as_typed": CheckKind("没有被表格软件转成日期或百分数。", 1, MANY, frozenset({"indicator"})),
    "sign_fits": CheckKind("反向指标（投诉率、事故）不写“≥”。", 1, MANY, _VALUE, may=_NAMED),
    "same_name": CheckKind("矩阵的各组同一行是同一指标；第二个字段说明在哪一行。", 2, 2),
    "same_unit": CheckKind("矩阵的各组同一指标（name）单位相同。", 1, 1, _VALUE, ("name",)),
    "within_total": CheckKind(
        "矩阵的各组同一指标（name）的数量，后面的组不大于第一组；比率、年均不比。", 1, 1, _VALUE, ("name",)
    ),
    "not_called": CheckKind(
        "classes 各类指标的名称不以 ends 的词结尾；各组同名的只说一次。", 1, 1, params=("by", "classes", "ends")
    ),
    "not_rising": CheckKind("名称含有 about 各词的，计划不增长。", 1, 1, params=("about",)),
    "share_of": CheckKind(
        "名称含有 about 各词的百分数，与 part ÷ whole 相差不超过 max 个百分点。",
        1,
        1,
        params=("about", "part", "whole", "max"),
    ),
    "names_one": CheckKind("本表的文字块里，至少有一条的名称含有 about 各词。", 1, 1, params=("about",)),
}
"""Checks of what indicator values say (`rules.values`)."""
CHECKS: Mapping[str, CheckKind] = MappingProxyType(
    {
        "present": CheckKind("每条记录都填了这些字段；用于文字块时，至少有一条。", 1, MANY),
        "amount": CheckKind("是能读成金额的数字；0 和负数是否要提示由规则代码决定。", 1, MANY, _MONEY),
        "places": CheckKind("小数位数不超过字段的 places，且存为数字而不是文本。", 1, MANY, _MONEY),
        "serial": CheckKind("从一（1）起连续编号，不跳号不重号。", 1, 1, frozenset({"serial", "integer"})),
        "unique": CheckKind("几个字段合起来不重复。", 1, MANY),
        "total": CheckKind("表上如有合计、小计，等于所列各行之和。", 1, MANY, _MONEY),
        "unit": CheckKind("表头印的金额单位与本表的 unit 一致。", 0, 0),
        "period": CheckKind("写作“2019年”或“2019年-2021年”。", 1, MANY, _PERIOD),
        "contains_year": CheckKind("期间起止顺序正确，并包含预算年度。", 1, MANY, _PERIOD),
        "one_of": CheckKind("这些字段至少填一个；label 是它们的统称。", 1, MANY, params=("label",)),
        "registered": CheckKind("部门名称在部门名册里。", 1, 1),
        "full_name": CheckKind("是部门名册里的部门或主管部门的全称；写简称的另作提示。", 1, MANY),
        "authority": CheckKind("是本部门，或名册上登记的、下发时已填好的主管部门；同一名称每个部门只说一次。", 1, 1),
        "length": CheckKind(
            "文字的字数不少于 min、不多于 max（空白不计），至少写一项。", 1, MANY, may=("min", "max"), one_param=True
        ),
        "items": CheckKind("分条写的（1、2、；一、二、；（1）（2））编号连续，不跳号不重号。", 1, MANY),
        "not_copied": CheckKind("不是 of 各字段的原文照抄（空白不计）。", 1, MANY, params=("of",)),
        "repeated": CheckKind("同一栏里，min 字以上的同一段文字不在几条记录里重复。", 1, MANY, params=("min",)),
        "unique_across": CheckKind(
            "这些字段合起来不与别的部门相同；写了 min 的，只比 min 字以上的。提示语里可用 {other} 别的部门、{text} 文字、{name} 名称。",
            1,
            MANY,
            may=("min",),
        ),
        "differ": CheckKind(
            "期间超过一年的，两个字段的文字不能相同。期间在 period；在别的区域时写“区域.字段”，by 是两边相同的字段。",
            2,
            2,
            params=("period",),
            may=("by",),
        ),
        "outlier": CheckKind(
            "不小于 min 的金额，不大于本部门这一栏中位数的 times 倍。", 1, MANY, _MONEY, ("min", "times")
        ),
        "control": CheckKind("不超过部门名册里的控制数；名册没有写控制数的不查。", 1, MANY, _MONEY),
        "years": CheckKind(
            "期间的年数不少于 min、不多于 max，至少写一项。", 1, MANY, _PERIOD, may=("min", "max"), one_param=True
        ),
        "blank": CheckKind("留空，由财政部门填写；区级汇总表不查。", 1, MANY),
        "numbered": CheckKind("文字块的条目从 1 起连续编号。", 1, 1, frozenset({"integer"})),
        "valued": CheckKind("文字块的每一条都有指标值。", 1, 1),
        "sample_text": CheckKind("没有留下示例文字（“XX”“该指标仅用于……”、空的“指标1：”）。", 1, MANY),
        "tree": CheckKind("一级、二级指标都填了，且二级属于一级（按指标体系）；字段按一级、二级的次序写。", 2, 2),
        "paired": CheckKind("两个字段要么都填，要么都不填。", 2, 2),
        **VALUE_CHECKS,
    }
)
"""Every check a mapping may name; `rules.checks` holds what they do."""
CHECK_PARAMS = (
    "label",
    "min",
    "max",
    "times",
    "of",
    "period",
    "by",
    "name",
    "classes",
    "ends",
    "about",
    "per",
    "part",
    "whole",
)


def _check_name(name: object) -> object:
    if isinstance(name, str) and name not in CHECKS:
        raise PydanticCustomError("unknown_word", "没有“{got}”这种检查", {"got": name, "known": list(CHECKS)})
    return name


def _check_cases() -> dict[str, JsonValue]:
    """For editors: which keys a line needs, by its check."""
    cases: list[JsonValue] = []
    for name, kind in CHECKS.items():
        then: dict[str, JsonValue] = {"properties": {"fields": {"minItems": kind.least, "maxItems": kind.most}}}
        then["required"] = [*(["fields"] if kind.least else []), *kind.params]
        if kind.one_param:
            then["anyOf"] = [{"required": [name]} for name in kind.may]
        cases.append({"if": {"properties": {"check": {"const": name}}}, "then": then})
    return {"allOf": cases}


CheckName = Annotated[
    str,
    BeforeValidator(_check_name),
    WithJsonSchema({"oneOf": [{"const": name, "description": kind.what} for name, kind in CHECKS.items()]}),
]


class CheckEntry(Entry):
    """一条检查规则，写成一行。"""

    model_config = ConfigDict(json_schema_extra=_check_cases())

    code: Code = Field(title="规则代码", description="规则目录里的代码，如 A02；xlsform rules 列出全部。")
    check: CheckName = Field(title="检查", description="查什么，见“检查”一节。")
    region: Key | None = Field(None, title="区域", description="查哪个区域；本表只有一个区域含有这些字段时可以不写。")
    fields: tuple[Key, ...] = Field((), title="字段", description="查哪些字段。")
    label: Text | None = Field(None, title="统称", description="这些字段的统称，如 产出指标。只用于 one_of。")
    min: Whole | None = Field(
        None,
        title="下限",
        description="最少字数（length、repeated、unique_across）、年数（years）、金额（outlier）或百分数。",
    )
    max: Whole | None = Field(
        None, title="上限", description="最多字数（length）、年数（years、sound_years）、百分数或百分点（share_of）。"
    )
    times: Whole | None = Field(None, title="倍数", description="中位数的多少倍。只用于 outlier。", ge=1)
    of: tuple[Key, ...] | None = Field(
        None, title="原文", description="被照抄的是哪些字段。只用于 not_copied。", min_length=1
    )
    period: Annotated[str, StringConstraints(pattern=PERIOD_PATTERN)] | None = Field(
        None, title="期间", description="期间所在的字段，或“区域.字段”。只用于 differ。"
    )
    by: Key | None = Field(
        None,
        title="对应字段",
        description="期间在别的区域时，两边相同的字段（differ）；二级指标所在的字段（配合 classes）。",
    )
    name: Key | None = Field(None, title="名称字段", description="指标值的名称所在的字段，如 level3。")
    classes: tuple[Key, ...] | None = Field(
        None, title="指标类别", description="只查哪几类指标，用指标体系里左边的名字，如 cost；配合 by。", min_length=1
    )
    ends: tuple[Text, ...] | None = Field(
        None, title="词尾", description="名称不应以哪些词结尾。只用于 not_called。", min_length=1
    )
    about: tuple[Text, ...] | None = Field(
        None, title="名称含有", description="名称里都有这些词的才算，如 [重点支出, 占]。", min_length=1
    )
    per: tuple[Text, ...] | None = Field(
        None, title="每什么", description="单位成本的分母是哪些词的才比较，如 [项]。", min_length=1
    )
    part: FieldName | None = Field(None, title="部分", description="“区域.字段”：占比的分子。只用于 share_of。")
    whole: FieldName | None = Field(None, title="整体", description="“区域.字段”：占比的分母。只用于 share_of。")
    level: LevelWord | None = Field(None, title="级别", description="改用这个级别；不写就用规则目录的级别。")
    message: Text | None = Field(None, title="提示语", description="改用这句话；不写就用规则目录的话。")


class GroupEntry(Entry):
    """汇总表里每个部门开头的一行。"""

    name: Key = Field(title="部门名称所在字段", description="部门名称写在哪个字段的栏里。")
    marker_field: Key | None = Field(
        None, title="标记所在字段", description="“小计”二字写在哪个字段的栏里；不写则整行只有 text。"
    )
    marker: Text = Field("小计", title="标记", description="标记的文字。")
    text: Annotated[Text, BeforeValidator(_group_text)] = Field(
        "{department}", title="文字", description="部门名称怎么写，{department} 处换成名称。"
    )


class SummaryEntry(Entry):
    """本表在区级汇总工作簿里的样子。"""

    sheet: Text = Field(title="工作表", description="汇总工作簿里的工作表名。")
    card_sheet: Text | None = Field(None, title="卡片工作表", description="汇总工作簿里逐个部门照抄的卡片工作表名。")
    group: GroupEntry | None = Field(None, title="部门行", description="不写就没有部门行。")
    renumber: Key | None = Field(None, title="重编序号", description="汇总后重新编号的字段。")
    totals: tuple[Key, ...] = Field((), title="合计", description="求小计、合计的金额字段。")
    merge_down: tuple[Key, ...] = Field((), title="纵向合并", description="上下相同的值合并成一格的字段。")
    regions: dict[Key, TableEntry | MatrixEntry] = Field(
        default_factory=dict,
        title="汇总区域",
        description="与部门表样式不同时才写。这里的表格可用 kind: prose:区域名，把整段文字块放进一栏。",
    )


class FormFile(Entry):
    """一张表一个文件，文件名就是表的代号（fund_summary.yaml）。"""

    title: Title = Field(title="表题", description='表上的标题，年份处写 {year}，如 "{year}年……汇总表"（要加引号）。')
    title_aliases: tuple[Title, ...] = Field((), title="表题别名", description="标题的其他写法。")
    sheet: Text = Field(title="工作表", description="空白表里的工作表名。")
    unit: Text | None = Field(None, title="金额单位", description="表上“单位：”后面印的单位；表上没有这一行就不写。")
    required: Truth = Field(default=True, title="必报", description="缺了这张表是不是错误。")
    regions: dict[Key, RegionEntry] = Field(
        default_factory=dict, title="区域", description="区域名: 区域。区域名是 JSON 里记录的名字，全套表中不能重复。"
    )
    checks: tuple[CheckEntry, ...] = Field((), title="检查", description="本表的检查规则，一行一条。")
    summary: SummaryEntry | None = Field(None, title="区级汇总", description="不写就不进区级汇总。")


class TreeFile(RootModel[dict[Text, dict[Key, Labels]]]):
    """指标体系：一级指标: {规则用的名字: 二级指标（第一个为正式写法）}。"""

    root: dict[Text, dict[Key, Labels]] = Field(min_length=1)


def _dimension(word: object) -> object:
    if isinstance(word, str) and word not in DIMENSIONS:
        raise PydanticCustomError("unknown_word", "没有“{got}”这种类别", {"got": word, "known": list(DIMENSIONS)})
    return word


def _scale(text: object) -> object:
    number = _decimal(text)
    if number == 0:
        raise PydanticCustomError("no_scale", "应当大于 0")
    return number


def _unit(entry: object) -> object:
    return {"dimension": entry} if isinstance(entry, str) else entry


Scale = Annotated[Decimal, BeforeValidator(_scale), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]


class UnitEntry(Entry):
    """一个计量单位；只有类别时可以简写成“人次: count”。"""

    dimension: Annotated[str, BeforeValidator(_dimension), WithJsonSchema({"enum": list(DIMENSIONS)})] = Field(
        title="类别", description="量的是什么：money 金额、share 比率、count 数量、duration 时长……"
    )
    aliases: tuple[Text, ...] = Field((), title="别名", description="同一单位的其他写法，如 ㎡、平米；分大小写。")
    base: Text | None = Field(None, title="换算成", description="换算成哪个单位，如 角 换算成 元；不写就不换算。")
    scale: Scale = Field(Decimal(1), title="倍数", description="一个这种单位等于几个 base，如 角 是 0.1。")
    noun: Truth = Field(default=False, title="量词", description="后面可以直接跟一个字的东西，如 3个村。")


class UnitsFile(Entry):
    """指标值里认得的计量单位：units.yaml，一行一个。"""

    scales: dict[Text, Scale] = Field(title="倍数", description="可以写在单位前面的倍数，如 万: 10000。")
    units: dict[
        Text, Annotated[UnitEntry, BeforeValidator(_unit, json_schema_input_type=UnitEntry | Literal[DIMENSIONS])]
    ] = Field(title="单位", description="单位: 类别，或 单位: {dimension: 类别, …}。", min_length=1)
    contradictory: dict[Text, Text] = Field(
        default_factory=dict, title="矛盾单位", description="自相矛盾的单位: 大概想写的单位，如 元人次: 人次（V03）。"
    )


class OverviewEntry(Entry):
    """报送进度里列哪些金额，每个写作“区域.字段”。不写就不列金额、不画图。"""

    amount: FieldName | None = Field(
        None, title="部门资金总额", description="卡片里的金额，一个部门一个，如 department_overall.total_amount。"
    )
    table: FieldName | None = Field(
        None, title="逐条金额", description="表格里的金额，按部门合计，如 fund_summary.total_amount。"
    )
    by: FieldName | None = Field(
        None, title="分类", description="逐条金额另按同一表格的这一栏合计，如 fund_summary.direction。要先写 table。"
    )


class FormSetFile(Entry):
    """一个年度的一套表：formset.yaml。"""

    id: Text = Field(title="代号", description='这套表的代号，也是空白表所在文件夹的名字，如 "2019"（要加引号）。')
    year: Whole = Field(title="预算年度", ge=1990, le=2100)
    template: Text = Field(title="部门空白表", description="templates/代号/ 下的文件名。")
    summary_template: Text = Field(title="汇总空白表", description="templates/代号/ 下的文件名。")
    forms: tuple[Key, ...] = Field(
        title="各表", description="按工作簿里的次序，每个名字对应同名的 .yaml 文件。", min_length=1
    )
    identity: Annotated[tuple[Key, Key], Field(title="部门名称所在", description="[区域, 字段]：哪一格写着部门名称。")]
    tree: Text | None = Field(
        None, title="指标体系", description="指标体系文件，相对于本文件，如 ../trees/seed-2019.yaml。"
    )
    units: Text | None = Field(
        None, title="计量单位", description="计量单位文件，相对于本文件，如 ../units.yaml；不写就用软件自带的。"
    )
    levels: dict[Code, Switch] = Field(
        default_factory=dict, title="规则级别", description="规则代码: error 错误、warning 警告、hint 提示、off 不查。"
    )
    overview: OverviewEntry | None = Field(
        None, title="进度中的金额", description="xlsform status 按部门、按分类列哪些金额，画哪些图。"
    )


class RelationEntry(Entry):
    """一条勾稽关系，写作“规则代码: 关系式”。"""

    code: Code = Field(title="规则代码")
    text: Text = Field(title="关系式")
    tolerance: Tolerance = Field(Decimal("0.005"), title="容差", description="金额相差不超过它就算相等。")
    level: LevelWord | None = Field(None, title="级别", description="改用这个级别；不写就用规则目录的级别。")
    message: Text | None = Field(None, title="提示语", description="改用这句话；不写就用规则目录的话。")

    @model_validator(mode="before")
    @classmethod
    def _line(cls, line: Any) -> Any:
        """{X02: text, level: …} → {code: X02, text: text, level: …}."""
        if not isinstance(line, dict):
            return line
        codes = [key for key in line if re.fullmatch(CODE_PATTERN, key)]
        options = {key: value for key, value in line.items() if key not in codes}
        for key in options:
            if key not in RELATION_OPTIONS and len(codes) == 1:
                raise PydanticCustomError(
                    "unknown_word", "不认识的键“{got}”", {"got": key, "known": list(RELATION_OPTIONS)}
                )
        if len(codes) != 1:
            raise PydanticCustomError(
                "relation_line", "每条应当有且只有一个“规则代码: 关系式”，如 X03: sum(甲.金额) = 乙.金额"
            )
        return {**options, "code": codes[0], "text": line[codes[0]]}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        whole = handler.resolve_ref_schema(handler(schema))
        return {
            "type": "object",
            "description": cls.__doc__,
            "patternProperties": {CODE_PATTERN: {"type": "string", "title": "关系式"}},
            "properties": {key: whole["properties"][key] for key in RELATION_OPTIONS},
            "additionalProperties": False,
            "minProperties": 1,
        }


RELATION_OPTIONS = ("tolerance", "level", "message")


class RelationsFile(Entry):
    """表内、表间勾稽关系：relations.yaml，一行一条，写作“规则代码: 关系式”。"""

    relations: tuple[RelationEntry, ...] = Field(title="关系", description="一行一条。")


def _date(text: object) -> object:
    """A day as 2018-11-30."""
    if isinstance(text, str):
        try:
            return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else _no_date(text)
        except ValueError:
            return _no_date(text)
    return text


def _no_date(text: str) -> object:
    raise PydanticCustomError("plain_date", "应写作 2018-11-30 这样的日期，现为“{got}”", {"got": text})


Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]


def _imap(text: str) -> str:
    return _address(text, ("imaps", "imap"))


def _smtp(text: str) -> str:
    return _address(text, ("smtps", "smtp"))


def _address(text: str, schemes: tuple[str, ...]) -> str:
    try:
        account(text, schemes)
    except ValueError as error:
        raise PydanticCustomError("account", "{what}", {"what": str(error)}) from None
    return text


class MailEntry(Entry):
    """邮件草稿的写法，和收发邮件的服务器。"""

    sender: Text | None = Field(
        None, alias="from", title="发件人", description="如 石峰区财政局绩效股 <jx@example.gov.cn>；不写则留空。"
    )
    subject: Text | None = Field(
        None, title="标题", description="下发通知的标题；{year}、{district}、{department} 会换成实际内容。"
    )
    reply: Text | None = Field(
        None, title="报送邮箱", description="部门把填好的表发到这个邮箱；不写则只写“按原渠道报送”。"
    )
    office: Text | None = Field(None, title="落款", description="通知末尾的单位名称；不写则为“{district}财政局”。")
    contact: Text | None = Field(None, title="联系人", description="联系人和电话，写在通知里。")
    imap: Annotated[Text, AfterValidator(_imap)] | None = Field(
        None,
        title="收件邮箱",
        description="`xlsform collect` 从这里收：imaps://用户名@服务器:端口/文件夹，或 imap://（先明后密）；端口和文件夹可以不写。"
        "密码不写在文件里。",
    )
    smtp: Annotated[Text, AfterValidator(_smtp)] | None = Field(
        None,
        title="发件服务器",
        description="`xlsform send` 从这里发：smtps://用户名@服务器:465，或 smtp://用户名@服务器:587（先明后密）。密码不写在文件里。",
    )


class CampaignFile(Entry):
    """一次采集：campaign.yaml。"""

    year: Whole = Field(title="预算年度", ge=1990, le=2100)
    district: Text = Field(title="区县", description="如 石峰区。")
    form_set: Text = Field(
        "2019", title="表样", description="用哪一套表：软件自带的代号，或本文件夹 mappings/ 下的文件夹名。"
    )
    deadline: Day | None = Field(None, title="报送截止日", description="写作 2018-11-30。")
    mail: MailEntry | None = Field(None, title="邮件", description="邮件草稿的写法和收发邮件的服务器，都可以不写。")
    choices: dict[FieldName, tuple[Text, ...]] = Field(
        default_factory=dict,
        title="下拉选项",
        description="某一栏的可选项，写作“区域.字段: [甲, 乙]”，如 fund_summary.direction: [教育管理事务, 学前教育]。",
    )


class WaiverEntry(Entry):
    """一条豁免：哪条规则、哪个部门、什么理由。"""

    code: Code = Field(title="规则代码", description="如 X03；`xlsform rules` 列出全部。")
    department: Text = Field(title="部门", description="名册里的名称或别名。")
    reason: Text = Field(title="豁免理由", description="写明依据或特殊情况；“同意”“核实无误”之类不算理由。")
    sheet: str = Field("", title="工作表", description="只豁免这张工作表上的问题；不写则不限。")
    field: str = Field(
        "",
        title="栏目",
        description="只豁免这一栏的问题：表上的栏目名（资金总额）或字段名（total_amount）；不写则不限。",
    )


class WaiversFile(Entry):
    """财政部门的豁免：waivers.yaml，放在 campaign.yaml 旁边。"""

    waivers: tuple[WaiverEntry, ...] = Field((), title="豁免", description="一条一项；没有豁免时不写，或写 []。")
