"""A folder of mapping files made into a form set, or every fault in all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from xlsform.core.catalogue import RULES
from xlsform.core.errors import Fault, Mark, SpecError
from xlsform.core.labels import label_key
from xlsform.core.spec import NO_UNITS, Card, Form, FormSet, Matrix, Overview, Relation, Table
from xlsform.core.values import Units
from xlsform.resources import bundled
from xlsform.specfiles.faults import instead, speaks_of, validated
from xlsform.specfiles.mapping import LEVELS, keys_of, load_form, regions_by_id
from xlsform.specfiles.models import FormSetFile, TreeFile
from xlsform.specfiles.relations import load_relations
from xlsform.specfiles.source import Source, read_source
from xlsform.specfiles.units import load_units

FORMSET = "formset.yaml"
RELATIONS = "relations.yaml"


def load_formset(folder: Path) -> FormSet:
    """The form set of a folder: formset.yaml, one .yaml per form, relations.yaml (may be absent), and the indicator tree and the units it
    names (the bundled units when it names none).

    Raises SpecError with every fault of every file, sorted by file and line.
    """
    if not folder.is_dir():
        raise SpecError((Fault(Mark(str(folder)), "", "没有这个文件夹"),))
    faults: list[Fault] = []
    source, syntax = read_source(folder / FORMSET)
    faults += syntax
    file: FormSetFile | None = None
    if source is not None:
        file, source, refused, _ = validated(FormSetFile, source)
        faults += refused
    paths = _paths(folder, file)
    loaded = [load_form(path) for path in paths]
    forms = [one.form for one in loaded if one.form is not None]
    faults += [fault for one in loaded for fault in one.faults]
    broken = frozenset[str]().union(*(one.broken for one in loaded))
    whole = len(forms) == len(paths)
    relations, related = _relations(folder, forms) if whole else ((), ())
    tied = [
        *_repeated(forms),
        *related,
        *((*_source_faults(forms), *_period_faults(forms), *_share_faults(forms)) if whole else ()),
    ]
    tree, units = Tree({}, {}), NO_UNITS
    if file is not None and source is not None:
        tree, wrong = _tree(folder, file, source)
        units, mistaken = _units(folder, file, source)
        faults += mistaken
        tied += _class_faults(tree, forms) if tree.classes else ()
        own = {one.code for form in forms for one in form.checks} | {one.code for one in relations}
        faults += [*wrong, *_formset_faults(folder, file, source, own if whole else None)]
        tied += (*_identity_faults(file, source, forms), *_overview_faults(file, source, forms)) if whole else ()
    faults += [fault for fault in tied if not speaks_of(fault, broken)]
    if faults or file is None:
        raise SpecError(tuple(sorted(set(faults), key=lambda fault: (fault.mark.file, fault.mark.line))))
    levels = {code: LEVELS.get(word) for code, word in file.levels.items()}
    return FormSet(
        file.id,
        file.year,
        tuple(forms),
        file.template,
        file.summary_template,
        file.identity,
        relations,
        tree.levels,
        levels,
        tree.classes,
        units,
        _overview(file),
    )


def _relations(folder: Path, forms: Sequence[Form]) -> tuple[tuple[Relation, ...], tuple[Fault, ...]]:
    path = folder / RELATIONS
    return load_relations(path, forms) if path.exists() else ((), ())


def _paths(folder: Path, file: FormSetFile | None) -> list[Path]:
    """The mapping files in the order of the forms; all there are when formset.yaml cannot be read, so that their faults are told too."""
    if file is not None:
        return [path for name in dict.fromkeys(file.forms) if (path := folder / f"{name}.yaml").exists()]
    return sorted(path for path in folder.glob("*.yaml") if path.name not in {FORMSET, RELATIONS})


def _formset_faults(folder: Path, file: FormSetFile, source: Source, used: set[str] | None) -> Iterator[Fault]:
    """Forms without file, files without form, levels of rules that neither the catalogue has nor a line of these files uses
    (`used`; None where some of them cannot be read).
    """
    taken = {FORMSET, RELATIONS, *(Path(name).name for name in (file.units, file.tree) if name is not None)}
    there = sorted(path.stem for path in folder.glob("*.yaml") if path.name not in taken)
    for index, name in enumerate(file.forms):
        mark = source.mark("forms", index)
        if name not in there:
            yield Fault(mark, name, f"没有文件 {name}.yaml{instead(name, there)}")
        if name in file.forms[:index]:
            yield Fault(mark, name, "写了两次")
    for name in there:
        if name not in file.forms:
            yield Fault(source.mark("forms"), name, f"文件夹里有 {name}.yaml，forms 却没有列出；不用的请移走")
    for code in file.levels:
        if code not in RULES and used is not None and code not in used:
            yield Fault(source.mark("levels", code), code, f"规则目录里没有 {code}{instead(code, RULES)}")


def _identity_faults(file: FormSetFile, source: Source, forms: Sequence[Form]) -> Iterator[Fault]:
    regions = regions_by_id(forms)
    name, key = file.identity
    mark = source.mark("identity")
    if name not in regions:
        yield Fault(mark, "identity", f"没有区域“{name}”{instead(name, regions)}")
    elif not (keys := keys_of(regions[name])).get(key):
        yield Fault(mark, "identity", f"区域 {name} 没有字段“{key}”{instead(key, keys)}")


def _overview(file: FormSetFile) -> Overview | None:
    if file.overview is None:
        return None
    return Overview(*(_pair(name) for name in (file.overview.amount, file.overview.table, file.overview.by)))


def _pair(name: str | None) -> tuple[str, str] | None:
    region, _, key = (name or "").partition(".")
    return (region, key) if region else None


def _overview_faults(file: FormSetFile, source: Source, forms: Sequence[Form]) -> Iterator[Fault]:
    """Answers of an overview that nobody gives, that are no amounts, or that stand in the wrong kind of region."""
    if file.overview is None:
        return
    regions = regions_by_id(forms)
    for key, name, kinds in (
        ("amount", file.overview.amount, (Card,)),
        ("table", file.overview.table, (Table, Matrix)),
        ("by", file.overview.by, (Table, Matrix)),
    ):
        if name is None:
            continue
        mark = source.mark("overview", key)
        wanted, _, field_key = name.partition(".")
        fitting = [one for one, region in regions.items() if isinstance(region, kinds)]
        if wanted not in fitting:
            what = "卡片" if key == "amount" else "表格"
            yield Fault(mark, key, f"没有{what}区域“{wanted}”{instead(wanted, fitting)}")
            continue
        own = keys_of(regions[wanted])
        chosen = [one for one, fields in own.items() if key == "by" or any(field.kind == "money" for field in fields)]
        if field_key not in chosen:
            what = "字段" if key == "by" else "金额字段"
            yield Fault(mark, key, f"区域 {wanted} 没有{what}“{field_key}”{instead(field_key, chosen)}")
    if file.overview.by is not None:
        of, by = (_pair(name) for name in (file.overview.table, file.overview.by))
        if of is None or by is None or of[0] != by[0]:
            yield Fault(source.mark("overview", "by"), "by", "要与 table 同在一个区域，并且写了 table")


def _source_faults(forms: Sequence[Form]) -> Iterator[Fault]:
    """Fields whose choices are the answers of a field that does not exist, or that is no column of a table."""
    regions = regions_by_id(forms)
    tables = [name for name, region in regions.items() if isinstance(region, Table | Matrix)]
    for region in regions.values():
        for field in (one for fields in keys_of(region).values() for one in fields if one.source):
            name, _, key = field.source.partition(".")
            if name not in tables:
                yield Fault(field.mark, field.key, f"choices：没有表格区域“{name}”{instead(name, tables)}")
            elif not (keys := keys_of(regions[name])).get(key):
                yield Fault(field.mark, field.key, f"choices：区域 {name} 没有字段“{key}”{instead(key, keys)}")


def _period_faults(forms: Sequence[Form]) -> Iterator[Fault]:
    """Checks that ask for a period in another form's region: it must be there, hold periods, and share the field `by`."""
    regions = regions_by_id(forms)
    for check in (check for form in forms for check in form.checks if "period" in check.params):
        name, _, key = str(check.params["period"]).rpartition(".")
        region = regions.get(name or check.region)
        if region is None:
            yield Fault(check.mark, "period", f"没有区域“{name}”{instead(name, regions)}")
            continue
        keys = keys_of(region)
        periods = [one for one, fields in keys.items() if any(field.kind == "period" for field in fields)]
        if key not in periods:
            yield Fault(
                check.mark, "period", f"区域 {region.id} 没有类型为 period 的字段“{key}”{instead(key, periods)}"
            )
        by = check.params.get("by")
        if name not in ("", check.region) and by is None:
            yield Fault(check.mark, "by", "期间在别的区域，要写 by：两边相同的字段")
        elif by is not None and by not in keys:
            yield Fault(check.mark, "by", f"区域 {region.id} 没有字段“{by}”{instead(str(by), keys)}")


def _share_faults(forms: Sequence[Form]) -> Iterator[Fault]:
    """Shares of amounts that do not exist, or that are no amounts."""
    regions = regions_by_id(forms)
    for check in (check for form in forms for check in form.checks):
        for what in ("part", "whole"):
            if what not in check.params:
                continue
            name, _, key = str(check.params[what]).partition(".")
            region = regions.get(name)
            if region is None:
                yield Fault(check.mark, what, f"没有区域“{name}”{instead(name, regions)}")
                continue
            amounts = [one for one, fields in keys_of(region).items() if any(field.kind == "money" for field in fields)]
            if key not in amounts:
                yield Fault(check.mark, what, f"区域 {name} 没有金额字段“{key}”{instead(key, amounts)}")


def _repeated(forms: Sequence[Form]) -> Iterator[Fault]:
    """Region ids name records in JSON and relations: one id, one region, in the whole set; a sheet holds one form."""
    regions: dict[str, str] = {}
    sheets: dict[str, str] = {}
    for form in forms:
        for region in form.regions:
            if region.id in regions:
                yield Fault(region.mark, region.id, f"区域名在 {regions[region.id]}.yaml 里已经用过")
            regions.setdefault(region.id, form.id)
        if form.sheet in sheets:
            yield Fault(form.mark, "sheet", f"工作表“{form.sheet}”已经给了 {sheets[form.sheet]}.yaml")
        sheets.setdefault(form.sheet, form.id)


class Tree(NamedTuple):
    """An indicator tree: 一级 → the labels of its 二级, official and other spellings alike; and what rules call each 二级, by label."""

    levels: Mapping[str, tuple[str, ...]]
    classes: Mapping[str, str]


def _tree(folder: Path, file: FormSetFile, source: Source) -> tuple[Tree, tuple[Fault, ...]]:
    if file.tree is None:
        return Tree({}, {}), ()
    path = folder / file.tree
    if not path.is_file():
        near = sorted(other.stem for other in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
        return Tree({}, {}), (Fault(source.mark("tree"), "tree", f"没有文件 {file.tree}{instead(path.stem, near)}"),)
    tree_source, faults = read_source(path)
    if tree_source is None:
        return Tree({}, {}), faults
    tree, _, refused, _ = validated(TreeFile, tree_source)
    levels = tree.root if tree is not None else {}
    flat = {level1: tuple(label for labels in inner.values() for label in labels) for level1, inner in levels.items()}
    classes = {label_key(label): key for inner in levels.values() for key, labels in inner.items() for label in labels}
    return Tree(flat, classes), (*faults, *refused)


def _class_faults(tree: Tree, forms: Sequence[Form]) -> Iterator[Fault]:
    """Checks of a class of indicators that the tree does not have."""
    known = dict.fromkeys(tree.classes.values())
    for check in (check for form in forms for check in form.checks):
        named = check.params.get("classes", ())
        for name in named if isinstance(named, tuple) else ():
            if name not in known:
                yield Fault(check.mark, "classes", f"指标体系里没有“{name}”{instead(name, known)}")


def _units(folder: Path, file: FormSetFile, source: Source) -> tuple[Units, tuple[Fault, ...]]:
    """The units that the form set names, else the bundled ones."""
    path = folder / file.units if file.units is not None else bundled("mappings", "units.yaml")
    if not path.is_file():
        return NO_UNITS, (Fault(source.mark("units"), "units", f"没有文件 {file.units}"),)
    try:
        return _units_of(path, path.stat().st_mtime_ns), ()
    except SpecError as error:
        return NO_UNITS, error.faults


@lru_cache(maxsize=8)
def _units_of(path: Path, _changed: int) -> Units:
    """A table of units, read once a process as long as the file does not change."""
    return load_units(path)
