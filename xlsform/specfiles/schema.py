"""The JSON Schemas that editors use, and the reference page of the mapping language: both printed from the models.

`python -m xlsform.specfiles.schema [FOLDER]` writes them into a checkout.
"""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from xlsform.core.catalogue import RULES
from xlsform.specfiles import models
from xlsform.specfiles.relations import GRAMMAR

FILES: Mapping[str, tuple[type[BaseModel], str]] = {
    "mapping": (models.FormFile, "映射文件：一张表一个"),
    "formset": (models.FormSetFile, "一套表 formset.yaml"),
    "relations": (models.RelationsFile, "勾稽关系 relations.yaml"),
    "tree": (models.TreeFile, "指标体系"),
    "campaign": (models.CampaignFile, "一次采集 campaign.yaml"),
    "units": (models.UnitsFile, "计量单位 units.yaml"),
    "waivers": (models.WaiversFile, "豁免 waivers.yaml"),
}
"""The kinds of file, by the name of their schema."""


def schemas() -> dict[str, str]:
    """File name below mappings/ → the text of that JSON Schema."""
    return {f"{name}.schema.json": _schema(model, title) for name, (model, title) in FILES.items()}


def _schema(model: type[BaseModel], title: str) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(), "title": title}
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


# ----------------------------------------------------------------------------------------------------------- reference

INTRO = """# 映射文件参考

*The mapping language, key by key. This page is printed from the models (`python -m xlsform.specfiles.schema`); do not edit it.
The tutorial is [docs/how-to/new-form.md](../how-to/new-form.md).*

本页由程序从定义生成，请勿手工修改。入门请看[自带表格怎么做](../how-to/new-form.md)。

一个年度的一套表是一个文件夹（如 `mappings/2019/`）：`formset.yaml`、每张表一个 `.yaml`、`relations.yaml`（可以没有）。
文件是 UTF-8 编码的 YAML 1.2：所有的值先按文字读，`no`、`010`、`12:30` 不会变成别的东西；同一个键写两次、不认识的键、制表符缩进都是错误，
连同文件名和行号一次报全。含 `{ }`、`[ ]`、`: `（冒号加空格）或以 `&`、`*`、`!`、`%`、`@` 开头的文字要加引号。
"""


def reference() -> str:
    """The text of docs/reference/mapping.md."""
    parts = [INTRO]
    parts += [
        _section("## 一套表：formset.yaml", models.FormSetFile),
        _section("### 进度中的金额 overview", models.OverviewEntry),
        _section("## 一张表：表名.yaml", models.FormFile),
    ]
    parts += [_section(f"### 区域 kind: {_kind_of(model)}", model) for model in REGIONS]
    parts += [_section("### 栏目（fields 里的每一项）", models.FieldEntry), _field_kinds()]
    parts += [_section("### 检查（checks 里的每一行）", models.CheckEntry), _checks()]
    parts += [_section("### 区级汇总 summary", models.SummaryEntry), _section("#### 部门行 group", models.GroupEntry)]
    parts += [_relations(), _tree()]
    parts += [_section("## 计量单位：units.yaml", models.UnitsFile), _section("### 单位", models.UnitEntry)]
    parts += [_section("## 一次采集：campaign.yaml", models.CampaignFile), _section("### 邮件 mail", models.MailEntry)]
    parts += [_section("## 豁免：waivers.yaml", models.WaiversFile), _section("### 一条豁免", models.WaiverEntry)]
    return "\n".join(parts)


REGIONS: tuple[type[models.Entry], ...] = (
    models.TableEntry,
    models.CardEntry,
    models.MatrixEntry,
    models.ProseEntry,
)


def _kind_of(model: type[BaseModel]) -> str:
    return str(get_args(model.model_fields["kind"].annotation)[0])


def _section(heading: str, model: type[BaseModel]) -> str:
    rows = [_row(info.alias or name, info) for name, info in model.model_fields.items()]
    return f"{heading}\n\n{model.__doc__}\n\n{_table(('键', '名称', '写什么', '不写时', '说明'), rows)}"


def _row(name: str, info: FieldInfo) -> tuple[str, ...]:
    default = "**必写**" if info.is_required() else _shown(info.get_default(call_default_factory=True))
    wanted = "文字或清单" if any(one in get_args(models.Labels) for one in info.metadata) else _type(info.annotation)
    return (f"`{name}`", info.title or "", wanted, default, info.description or "")


def _shown(default: object) -> str:
    if default is None or default in ((), {}):
        return "（空）"
    if isinstance(default, bool):
        return "`true`" if default else "`false`"
    return f"`{default}`"


def _type(annotation: Any) -> str:
    """What may be written, in words."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(args[0])
    if origin is Literal:
        return " 或 ".join(f"`{one}`" for one in args)
    if origin in (Union, types.UnionType):
        return " 或 ".join(dict.fromkeys(_type(one) for one in args if one is not type(None)))
    if origin is tuple:
        return f"清单：{_type(args[0])}"
    if origin is dict:
        return "键: 值"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "键: 值"
    return _WORDS.get(annotation, "文字")


_WORDS = {bool: "`true` 或 `false`", int: "整数", Decimal: "小数"}


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return (
        "\n".join(
            "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines
        )
        + "\n"
    )


FIELD_KINDS = {
    "text": "文字，一字不改",
    "indicator": "绩效指标值，一字不改（“≥79%”“8万元/项”），另有规则看它的含义",
    "money": "金额，按 unit 计；“８万元”“80000元”“1,200.50”都读得出，读不出的报错，绝不当作 0",
    "percent": "百分数",
    "integer": "整数",
    "serial": "序号，一、二、三……或 1、2、3",
    "period": "期间，“2019年”或“2019年-2021年”（— ~ 至 均可）",
}
"""What each kind of field holds; a test holds it against `kinds.KINDS`."""


def _field_kinds() -> str:
    rows = [(f"`{kind}`", FIELD_KINDS[kind]) for kind in models.FIELD_KINDS]
    rows.append(("`prose:区域`", "只用于汇总表：整段文字块，读回时仍拆成那个区域的记录"))
    return f"#### 栏目的类型 kind\n\n{_table(('类型', '值'), rows)}"


def _checks() -> str:
    rows = []
    for name, kind in models.CHECKS.items():
        many = "不写" if kind.most == 0 else f"{kind.least} 个" if kind.least == kind.most else "一个或几个"
        rows.append((f"`{name}`", kind.what, many, "、".join(sorted(kind.kinds)) or "任意", "、".join(kind.params)))
    said = (
        f"规则代码须是规则目录里的（{next(iter(RULES))}……{list(RULES)[-1]}，`xlsform rules` 列出全部，`xlsform explain A02` 解释一条）。"
        "本区自定的规则可用目录外的代码（一个大写字母加两位数字，如 Q01），但要同时写 level 和 message。"
    )
    return f"#### 各种检查 check\n\n{_table(('检查', '查什么', '字段', '字段类型', '另写'), rows)}\n{said}\n"


def _relations() -> str:
    options = {name: models.RelationEntry.model_fields[name] for name in models.RELATION_OPTIONS}
    rows = [_row(name, info) for name, info in options.items()]
    head = "## 勾稽关系：relations.yaml\n\n`relations:` 下面一行一条，写作“`- 规则代码: 关系式`”；同一代码可以有几条。关系式的写法：\n"
    table = _table(("键", "名称", "写什么", "不写时", "说明"), rows)
    return f"{head}\n```text\n{GRAMMAR}```\n\n与代码同级还可以写：\n\n{table}"


def _tree() -> str:
    return (
        "## 指标体系：trees/名称.yaml\n\n"
        f"{models.TreeFile.__doc__}\n\n"
        "```yaml\n产出指标:\n  quantity: 数量指标\n效益指标:\n  satisfaction: [服务对象满意度指标, 满意度指标]\n```\n"
    )


def write(folder: Path) -> Iterator[Path]:
    """Writes mappings/*.schema.json and docs/reference/mapping.md below `folder`."""
    for name, text in {
        **{f"mappings/{name}": text for name, text in schemas().items()},
        "docs/reference/mapping.md": reference(),
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        yield path


if __name__ == "__main__":
    for written in write(Path(sys.argv[1] if len(sys.argv) > 1 else ".")):
        sys.stdout.write(f"{written}\n")
