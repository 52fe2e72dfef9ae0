"""Faults of the mapping files in words: what pydantic refused, where it stands in the file, and the nearest right word."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Generic, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz.distance import OSA

from xlsform.core.catalogue import RULES
from xlsform.core.errors import Fault
from xlsform.specfiles.source import Source, Tree, Way

Model = TypeVar("Model", bound=BaseModel)
_UNIONS = (Union, types.UnionType)


def unknown_code(code: str, *, own: bool) -> str:
    """What is wrong with a rule's code, "" when nothing: the catalogue has it, or the bureau says both level and message itself."""
    if code in RULES or own:
        return ""
    return f"规则目录里没有 {code}{instead(code, RULES)}；本区自定的规则要同时写 level 和 message"


_HOLE = re.compile(r"\{(\w+)\}")
HOLES = tuple(
    sorted(
        {"got", "exp", "cell", "sheet", "file", "n", "dept", "field", "left", "right", "other"}
        | {hole for rule in RULES.values() for said in rule.messages.values() for hole in _HOLE.findall(said.zh)}
    )
)
"""What a sentence may hold in { }: what the catalogue's own hold, and the two sides of a relation."""


def unknown_hole(message: str | None) -> str:
    """What is wrong with a bureau's own sentence, "" when nothing: it names something that no finding has."""
    wrong = next((hole for hole in _HOLE.findall(message or "") if hole not in HOLES), "")
    return f"提示语中没有“{wrong}”这个位置{instead(wrong, HOLES)}" if wrong else ""


def nearest_word(word: str, known: Iterable[str]) -> str:
    """The one known word that a mistyped one must mean, "" when none is near: at most a third of its letters may differ."""
    ranked = sorted((OSA.distance(word.lower(), other.lower()), other) for other in known)
    if not ranked or ranked[0][0] > max(1, len(ranked[0][1]) // 3):
        return ""
    return ranked[0][1]


def instead(word: str, known: Iterable[str]) -> str:
    """The end of a sentence: the nearest right word, or all that there are when they are few."""
    words = list(known)
    near = nearest_word(word, words)
    if near:
        return f"，是否为“{near}”"
    return f"，可用的有：{'、'.join(words)}" if words and len(words) <= _FEW else ""


_FEW = 30


class Validated(NamedTuple, Generic[Model]):
    """A file as its model. With faults, the model of what is left without them (None when too little is left), so that what does not
    fit together can be told at the same time; `broken` are the words about which nothing more can be said.
    """

    model: Model | None
    source: Source
    faults: tuple[Fault, ...]
    broken: frozenset[str]

    def sound(self, faults: Iterable[Fault]) -> tuple[Fault, ...]:
        """Those that do not merely follow from what is broken."""
        return tuple(fault for fault in faults if not speaks_of(fault, self.broken))


def speaks_of(fault: Fault, words: frozenset[str]) -> bool:
    """Whether the fault names one of the words."""
    return any(re.search(rf"\b{re.escape(word)}\b", f"{fault.key} {fault.what}") for word in words)


def validated(model: type[Model], source: Source) -> Validated[Model]:
    """The file as its model, and everything in it that the model refuses."""
    faults: tuple[Fault, ...] = ()
    broken: set[str] = set()
    rest = source
    for attempt in range(_ATTEMPTS):
        try:
            return Validated(model.model_validate(rest.data), rest, faults, frozenset(broken))
        except ValidationError as error:
            details = error.errors(include_url=False)
        if attempt == 0:
            faults = tuple(_fault(model, source, detail) for detail in details)
            broken = {word for detail in details for word in _broken_words(model, source, detail)}
        rest = _without(rest, details)
    return Validated(None, source, faults, frozenset(broken))


_ATTEMPTS = 4
"""What is refused is taken out; what is then missing is filled in; that settles all but hopeless files."""


def _broken_words(model: type[BaseModel], source: Source, detail: ErrorDetails) -> Iterator[str]:
    """The field or region in which the fault lies, with a broken region all its fields, and what a mistyped key would have said."""
    way = _way(source, detail["loc"])
    if detail["type"] == "extra_forbidden":
        yield nearest_word(str(way[-1]), _keys_at(model, detail["loc"][:-1])) or str(way[-1])
    inside = way[way.index("regions") + 1 :] if "regions" in way else ()
    depth = 3 if inside[1:2] == ("bands",) else 2
    if len(inside) > depth:
        yield str(inside[depth])
    elif inside:
        prefix = way[: way.index("regions") + 2]
        yield str(inside[0])
        yield from (
            str(other[-1])
            for other in source.lines
            if len(other) in {len(prefix) + 2, len(prefix) + 3} and other[: len(prefix)] == prefix
        )


def _without(source: Source, details: Iterable[ErrorDetails]) -> Source:
    """The file without what was refused; a check line goes whole. What was missing is filled in with a word found nowhere else."""
    cut: set[Way] = set()
    fill: dict[Way, str] = {}
    for detail in details:
        way = _way(source, detail["loc"])
        if detail["type"] == "missing":
            fill[way] = str(detail["loc"][-1])
        else:
            cut.add(way[:2] if way[:1] in {("checks",), ("relations",)} else way)
    lines: dict[Way, int] = {}

    def keep(node: Tree, old: Way, new: Way) -> Tree:
        lines[new] = source.lines.get(old, 1)
        if isinstance(node, list):
            kept = [index for index in range(len(node)) if (*old, index) not in cut]
            return [keep(node[index], (*old, index), (*new, at)) for at, index in enumerate(kept)]
        if isinstance(node, dict):
            out = {key: keep(value, (*old, key), (*new, key)) for key, value in node.items() if (*old, key) not in cut}
            return out | {fill[old]: f"缺{len(lines)}"} if old in fill else out
        return node

    return Source(source.file, keep(source.data, (), ()), lines)


def _fault(model: type[BaseModel], source: Source, detail: ErrorDetails) -> Fault:
    loc = (*detail["loc"], "kind") if detail["type"] == "union_tag_invalid" else detail["loc"]
    way = _way(source, loc)
    key = next((str(part) for part in reversed(loc) if isinstance(part, str) and part != "[key]"), "")
    what = _WORDING.get(detail["type"])
    if what is None:
        return Fault(source.mark(*way), key, _wrong_value(model, detail))
    return Fault(source.mark(*way), key, what.format(**{"got": detail["input"], **detail.get("ctx", {})}))


def _way(source: Source, loc: tuple[int | str, ...]) -> Way:
    """The way in the file that pydantic's `loc` means; it also names union tags, which stand nowhere."""
    way: Way = ()
    for part in loc:
        if (*way, part) in source.lines:
            way = (*way, part)
    return way


_WORDING = {
    "missing": "缺少这一项",
    "string_type": "应为文字（含 {{ }}、[ ] 或冒号加空格的文字要加引号）",
    "model_type": "应为“键: 值”",
    "model_attributes_type": "应为“键: 值”",
    "dict_type": "应为“键: 值”",
    "dict_attributes_type": "应为“键: 值”",
    "tuple_type": "应为清单，如 [甲, 乙]",
    "list_type": "应为清单，如 [甲, 乙]",
    "bool_type": "应为 true 或 false",
    "int_type": "应为整数",
    "too_short": "至少要有 {min_length} 项，现有 {actual_length} 项",
    "too_long": "最多 {max_length} 项，现有 {actual_length} 项",
    "string_too_long": "最多 {max_length} 字",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
}


def _wrong_value(model: type[BaseModel], detail: ErrorDetails) -> str:
    """Where the message needs more than a template: words that are not known, empty values, patterns."""
    kind, ctx, got = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "extra_forbidden":
        word = str(detail["loc"][-1])
        if word.lower() in _SECRETS:
            return _NO_SECRETS
        return f"不认识的键“{word}”{instead(word, _keys_at(model, detail['loc'][:-1]))}"
    if kind == "unknown_word":
        return detail["msg"] + instead(str(ctx["got"]), ctx["known"])
    if kind in {"literal_error", "union_tag_invalid"}:
        word = str(ctx.get("tag", got))
        known = re.findall(r"'([^']*)'", str(ctx.get("expected") or ctx.get("expected_tags")))
        return f"不能是“{word}”{instead(word, known)}"
    if kind == "union_tag_not_found":
        return "缺少 kind" if isinstance(got, dict) else "应为“键: 值”"
    if kind in {"string_too_short", "string_pattern_mismatch"} and not str(got).strip():
        return "没有写内容"
    if kind == "string_pattern_mismatch":
        return f"“{got}”不合写法：{_PATTERNS.get(str(ctx['pattern']), ctx['pattern'])}"
    return detail["msg"]


_SECRETS = frozenset({"password", "passwd", "pass", "pwd", "密码", "口令", "授权码"})
_NO_SECRETS = (
    "文件里不能写密码，请删去这一行：密码放在环境变量 XLSFORM_MAIL_PASSWORD 或系统的密码库里（keyring set xlsform 邮箱），"
    "都没有时在终端上询问"
)

_PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "名字只用小写英文字母、数字和下划线，以字母开头",
    r"^[A-Z][0-9]{2}$": "规则代码是一个大写字母加两位数字，如 A02",
    r"^([a-z][a-z0-9_]*\.)?[a-z][a-z0-9_]*$": "写作 字段 或 区域.字段",
}


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that may stand there: the model is followed along `loc`."""
    here: list[Any] = [model]
    for part in loc:
        here = [inner for one in here for inner in _inside(one, part)]
    return [field.alias or key for one in here if _is_model(one) for key, field in one.model_fields.items()]


def _inside(kind: Any, part: int | str) -> Iterator[Any]:
    """The annotations that `part` of a value of type `kind` may have."""
    if _is_model(kind):
        field = kind.model_fields.get(str(part))
        if field is not None:
            yield from _alternatives(field.annotation)
        elif kind.model_fields.get("kind") is not None and part in get_args(kind.model_fields["kind"].annotation):
            yield kind
    elif get_origin(kind) is dict:
        yield from _alternatives(get_args(kind)[1])
    elif get_origin(kind) is tuple:
        yield from _alternatives(get_args(kind)[0])


def _alternatives(annotation: Any) -> Iterator[Any]:
    """A | B → A, B; what Annotated adds is dropped."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif origin in _UNIONS:
        for one in get_args(annotation):
            yield from _alternatives(one)
    else:
        yield annotation


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
