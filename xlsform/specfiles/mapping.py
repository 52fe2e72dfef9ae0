"""One form's mapping file made into its spec, and everything in it that does not fit together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from xlsform.core.errors import Fault
from xlsform.core.findings import Level
from xlsform.core.labels import LONGEST_LABEL, label_key
from xlsform.core.spec import Band, Card, Check, Field, Form, Group, Matrix, Prose, Region, Summary, Table, fields_of
from xlsform.specfiles.faults import instead, unknown_code, unknown_hole, validated
from xlsform.specfiles.models import (
    CHECK_PARAMS,
    CHECKS,
    CardEntry,
    CheckEntry,
    FieldEntry,
    FormFile,
    MatrixEntry,
    ProseEntry,
    SummaryEntry,
    TableEntry,
)
from xlsform.specfiles.source import Source, Way, read_source

LEVELS: Mapping[str, Level] = {level.key: level for level in Level}


class Loaded(NamedTuple):
    """A mapping file: its form (None when it cannot be understood at all), its faults, and the words that are broken in it."""

    form: Form | None
    faults: tuple[Fault, ...]
    broken: frozenset[str] = frozenset()


def load_form(path: Path) -> Loaded:
    """Reads one mapping file; the form's id is the file's name without .yaml."""
    source, faults = read_source(path)
    if source is None:
        return Loaded(None, faults)
    file, rest, refused, broken = found = validated(FormFile, source)
    if file is None:
        return Loaded(None, (*faults, *refused), broken)
    form = _form(path.stem, file, rest)
    return Loaded(form, (*faults, *refused, *found.sound(_form_faults(form, file, rest))), broken)


def keys_of(region: Region) -> dict[str, tuple[Field, ...]]:
    """The keys that a region's records have, with the fields behind each; a matrix has its `across` too, without a field."""
    keys: dict[str, tuple[Field, ...]] = {}
    for field in fields_of(region):
        keys[field.key] = (*keys.get(field.key, ()), field)
    return keys | {region.across: ()} if isinstance(region, Matrix) else keys


def regions_by_id(forms: Iterable[Form]) -> dict[str, Region]:
    """The regions of the forms, by their ids."""
    return {region.id: region for form in forms for region in form.regions}


# ------------------------------------------------------------------------------------------------------------ building


def _form(form_id: str, file: FormFile, source: Source) -> Form:
    unit = file.unit or ""
    regions = tuple(_region(name, entry, unit, source, ("regions", name)) for name, entry in file.regions.items())
    return Form(
        form_id,
        file.title,
        file.sheet,
        regions,
        file.title_aliases,
        unit,
        file.required,
        tuple(_check(entry, regions, source, ("checks", index)) for index, entry in enumerate(file.checks)),
        _summary(file.summary, regions, unit, source) if file.summary is not None else None,
        file.summary.card_sheet or "" if file.summary is not None else "",
        source.mark(),
    )


def _region(
    name: str, entry: TableEntry | CardEntry | MatrixEntry | ProseEntry, unit: str, source: Source, way: Way
) -> Region:
    def fields(entries: Mapping[str, FieldEntry], *inside: str) -> tuple[Field, ...]:
        return tuple(_field(key, field, unit, source, (*way, *inside, key)) for key, field in entries.items())

    mark = source.mark(*way)
    match entry:
        case TableEntry():
            return Table(name, fields(entry.fields, "fields"), mark, entry.key)
        case CardEntry():
            return Card(name, fields(entry.fields, "fields"), mark)
        case MatrixEntry():
            bands = tuple(Band(value, fields(inner, "bands", value)) for value, inner in entry.bands.items())
            return Matrix(name, entry.across, fields(entry.shared, "shared"), bands, mark, entry.key)
        case ProseEntry():
            return Prose(name, entry.label, entry.aliases, entry.word, entry.prompt or "", mark=mark)


def _field(key: str, entry: FieldEntry, unit: str, source: Source, way: Way) -> Field:
    money = entry.kind == "money"
    live = len(entry.choices) == 1 and re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", entry.choices[0]) is not None
    return Field(
        key,
        entry.label,
        entry.kind,
        entry.aliases,
        (entry.unit or unit) if money else "",
        2 if entry.places is None else entry.places,
        not money if entry.carry is None else entry.carry,
        entry.inline,
        entry.prompt or "",
        () if live else entry.choices,
        source.mark(*way),
        entry.choices[0] if live else "",
        entry.prefill or "",
        entry.carries,
    )


def _check(entry: CheckEntry, regions: tuple[Region, ...], source: Source, way: Way) -> Check:
    holding = [region.id for region in regions if set(entry.fields) <= keys_of(region).keys()]
    return Check(
        entry.code,
        entry.check,
        entry.region or (holding[0] if holding else ""),
        entry.fields,
        {name: value for name in CHECK_PARAMS if (value := getattr(entry, name)) is not None},
        LEVELS[entry.level] if entry.level is not None else None,
        entry.message or "",
        source.mark(*way),
    )


def _summary(entry: SummaryEntry, regions: tuple[Region, ...], unit: str, source: Source) -> Summary:
    own = tuple(
        _region(name, region, unit, source, ("summary", "regions", name)) for name, region in entry.regions.items()
    )
    group = entry.group
    return Summary(
        entry.sheet,
        own or regions,
        Group(group.name, group.marker_field or "", group.marker, group.text) if group is not None else None,
        entry.renumber or "",
        entry.totals,
        entry.merge_down,
    )


# ------------------------------------------------------------------------------------------------------------ checking


def _form_faults(form: Form, file: FormFile, source: Source) -> Iterator[Fault]:
    for region in form.regions:
        yield from _region_faults(region, source, ("regions", region.id))
        for field in fields_of(region):
            if field.kind.startswith("prose:"):
                yield Fault(
                    field.mark,
                    field.key,
                    f"类型“{field.kind}”只能用在 summary 的 regions 里；部门表上的文字块写成 kind: prose 的区域",
                )
    for index, entry in enumerate(file.checks):
        yield from _check_faults(entry, form, source, ("checks", index))
    if file.summary is not None and form.summary is not None:
        yield from _summary_faults(form, form.summary, file.summary, source)


def _region_faults(region: Region, source: Source, way: Way) -> Iterator[Fault]:
    """Labels that cannot be told apart, money without unit, options that do not belong to the region's kind."""
    if isinstance(region, Matrix):
        yield from _matrix_faults(region, source, way)
    if isinstance(region, Table | Matrix):
        yield from _key_faults(region, source, way)
    labels = [region] if isinstance(region, Prose) else list(fields_of(region))
    seen: dict[tuple[str, ...], str] = {}
    for labelled in labels:
        key = labelled.id if isinstance(labelled, Prose) else labelled.key
        for name in (labelled.label[-1], *labelled.aliases):
            path = (*(label_key(part) for part in labelled.label[:-1]), label_key(name))
            if not all(path):
                yield Fault(labelled.mark, key, f"栏目名称“{name}”除了标点没有别的字，或者超过 {LONGEST_LABEL} 字")
            elif path in seen:
                yield Fault(labelled.mark, key, _twice(name, key, seen[path]))
            seen.setdefault(path, key)
    if not isinstance(region, Prose):
        for field in fields_of(region):
            yield from _field_faults(field, region)


def _key_faults(region: Table | Matrix, source: Source, way: Way) -> Iterator[Fault]:
    known = keys_of(region)
    for index, key in enumerate(region.key):
        if key not in known:
            yield Fault(source.mark(*way, "key", index), "key", f"本区域没有字段“{key}”{instead(key, known)}")


def _twice(name: str, key: str, other: str) -> str:
    if key == other:
        return f"别名“{name}”与栏目名称或另一个别名重复（空格、标点不计）"
    return f"栏目“{name}”与字段 {other} 的栏目分不开，请写出上面各层表头，如 [产出指标, {name}]"


def _field_faults(field: Field, region: Region) -> Iterator[Fault]:
    if field.kind == "money" and not field.unit:
        yield Fault(field.mark, field.key, "金额没有单位：请在这里或本表开头写 unit，如 unit: 万元")
    if field.inline and not isinstance(region, Card):
        yield Fault(field.mark, field.key, "inline 只能用在 kind: card 的区域里")


def _matrix_faults(region: Matrix, source: Source, way: Way) -> Iterator[Fault]:
    shared = {field.key for field in region.shared}
    if region.across in keys_of(Table("", tuple(fields_of(region)))):
        yield Fault(source.mark(*way, "across"), region.across, "组别字段不能与栏目同名")
    for band in region.bands:
        for field in band.fields:
            if field.key in shared:
                yield Fault(field.mark, field.key, "既是共用栏目，又是一组里的栏目")


def _check_faults(entry: CheckEntry, form: Form, source: Source, way: Way) -> Iterator[Fault]:
    kind = CHECKS[entry.check]
    mark = source.mark(*way)
    if wrong := unknown_code(entry.code, own=entry.level is not None and entry.message is not None):
        yield Fault(mark, "code", wrong)
    if wrong := unknown_hole(entry.message):
        yield Fault(mark, "message", wrong)
    if entry.min is not None and entry.max is not None and entry.min > entry.max:
        yield Fault(mark, "min", f"{entry.min} 大于 max 的 {entry.max}")
    if not kind.least <= len(entry.fields) <= kind.most:
        wanted = f"{kind.least} 个" if kind.least == kind.most else "一个或几个"
        yield Fault(
            mark, "fields", f"检查 {entry.check} 要写{wanted}字段" if kind.most else f"检查 {entry.check} 不写字段"
        )
    for name in CHECK_PARAMS:
        given = getattr(entry, name) is not None
        if given and name not in (*kind.params, *kind.may):
            yield Fault(mark, name, f"检查 {entry.check} 用不到这一项")
        elif not given and name in kind.params:
            yield Fault(mark, name, f"检查 {entry.check} 缺少这一项")
    if kind.one_param and not any(getattr(entry, name) is not None for name in kind.may):
        yield Fault(mark, kind.may[0], f"检查 {entry.check} 要写 {'、'.join(kind.may)} 中的至少一项")
    if entry.check == "unit" and not form.unit:
        yield Fault(mark, "unit", "本表没有写 unit，无从检查")
    yield from _check_field_faults(entry, form, source, way)


def _check_field_faults(entry: CheckEntry, form: Form, source: Source, way: Way) -> Iterator[Fault]:
    mark = source.mark(*way)
    ids = [region.id for region in form.regions]
    if entry.region is not None and entry.region not in ids:
        yield Fault(mark, "region", f"本表没有区域“{entry.region}”{instead(entry.region, ids)}")
        return
    holding = [region for region in form.regions if entry.region in (None, region.id)]
    known = {key: fields for region in reversed(holding) for key, fields in keys_of(region).items()}
    for key in (*entry.fields, *(entry.of or ()), *_own_fields(entry)):
        if key not in known:
            yield Fault(mark, key, f"没有字段“{key}”{instead(key, known)}")
            return
    whole = [region.id for region in holding if set(entry.fields) <= keys_of(region).keys()]
    if not whole and entry.fields:
        yield Fault(mark, "fields", "这些字段不在同一个区域里")
    elif len(whole) > 1 and entry.fields:
        yield Fault(mark, "region", f"几个区域都有这些字段，请写 region，如 region: {whole[0]}")
    kinds = CHECKS[entry.check].kinds
    for key in entry.fields:
        for field in known[key]:
            if kinds and field.kind not in kinds:
                yield Fault(
                    mark,
                    key,
                    f"检查 {entry.check} 只用于类型为 {'、'.join(sorted(kinds))} 的字段，{key} 是 {field.kind}",
                )


def _own_fields(entry: CheckEntry) -> tuple[str, ...]:
    """Further fields that a line names in its own region."""
    here = entry.period is not None and "." not in entry.period
    return tuple(key for key in (entry.period if here else None, entry.by, entry.name) if key is not None)


def _summary_faults(form: Form, summary: Summary, entry: SummaryEntry, source: Source) -> Iterator[Fault]:
    ids = [region.id for region in form.regions]
    for region in summary.regions if entry.regions else ():
        yield from _region_faults(region, source, ("summary", "regions", region.id))
        if region.id not in ids:
            yield Fault(region.mark, region.id, f"部门表里没有区域“{region.id}”{instead(region.id, ids)}")
        yield from _prose_faults(form, region)
    if not any(isinstance(region, Table | Matrix) for region in summary.regions):
        yield Fault(
            source.mark("summary"),
            "summary",
            "汇总表里没有表格：卡片和文字块要在 summary 的 regions 里写成 kind: table",
        )
    fields = {key: fields for region in summary.regions for key, fields in keys_of(region).items()}
    named = [
        *(
            (("summary", "group", what), key, ())
            for what in ("name", "marker_field")
            if entry.group and (key := getattr(entry.group, what))
        ),
        *([(("summary", "renumber"), entry.renumber, ("serial", "integer"))] if entry.renumber else []),
        *((("summary", "totals", index), key, ("money",)) for index, key in enumerate(entry.totals)),
        *((("summary", "merge_down", index), key, ()) for index, key in enumerate(entry.merge_down)),
    ]
    for way, key, kinds in named:
        mark = source.mark(*way)
        if not fields.get(key):
            yield Fault(mark, str(way[1]), f"汇总表没有字段“{key}”{instead(key, fields)}")
        elif kinds and any(field.kind not in kinds for field in fields[key]):
            yield Fault(mark, str(way[1]), f"字段 {key} 的类型应为 {'、'.join(kinds)}")


def _prose_faults(form: Form, region: Region) -> Iterator[Fault]:
    blocks = [other.id for other in form.regions if isinstance(other, Prose)]
    for field in fields_of(region):
        head, _, block = field.kind.partition(":")
        if head == "prose" and block not in blocks:
            yield Fault(field.mark, field.key, f"部门表里没有文字块“{block}”{instead(block, blocks)}")
