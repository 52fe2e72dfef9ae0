"""A folder of mapping files made into a form set, or every fault in all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from xlsform.core.catalogue import RULES
from xlsform.core.errors import Fault, Mark, SpecError
from xlsform.core.spec import Form, FormSet, Relation
from xlsform.specfiles.faults import instead, speaks_of, validated
from xlsform.specfiles.mapping import LEVELS, keys_of, load_form
from xlsform.specfiles.models import FormSetFile, TreeFile
from xlsform.specfiles.relations import load_relations
from xlsform.specfiles.source import Source, read_source

FORMSET = "formset.yaml"
RELATIONS = "relations.yaml"


def load_formset(folder: Path) -> FormSet:
    """The form set of a folder: formset.yaml, one .yaml per form, relations.yaml (may be absent), and the indicator tree it names.

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
    tied = [*_repeated(forms), *related]
    tree: Mapping[str, tuple[str, ...]] = {}
    if file is not None and source is not None:
        tree, wrong = _tree(folder, file, source)
        faults += [*wrong, *_formset_faults(folder, file, source)]
        tied += _identity_faults(file, source, forms) if whole else ()
    faults += [fault for fault in tied if not speaks_of(fault, broken)]
    if faults or file is None:
        raise SpecError(tuple(sorted(set(faults), key=lambda fault: (fault.mark.file, fault.mark.line))))
    levels = {code: LEVELS.get(word) for code, word in file.levels.items()}
    return FormSet(
        file.id, file.year, tuple(forms), file.template, file.summary_template, file.identity, relations, tree, levels
    )


def _relations(folder: Path, forms: Sequence[Form]) -> tuple[tuple[Relation, ...], tuple[Fault, ...]]:
    path = folder / RELATIONS
    return load_relations(path, forms) if path.exists() else ((), ())


def _paths(folder: Path, file: FormSetFile | None) -> list[Path]:
    """The mapping files in the order of the forms; all there are when formset.yaml cannot be read, so that their faults are told too."""
    if file is not None:
        return [path for name in dict.fromkeys(file.forms) if (path := folder / f"{name}.yaml").exists()]
    return sorted(path for path in folder.glob("*.yaml") if path.name not in {FORMSET, RELATIONS})


def _formset_faults(folder: Path, file: FormSetFile, source: Source) -> Iterator[Fault]:
    """Forms without file, files without form, levels of rules that do not exist."""
    there = sorted(path.stem for path in folder.glob("*.yaml") if path.name not in {FORMSET, RELATIONS})
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
        if code not in RULES:
            yield Fault(source.mark("levels", code), code, f"规则目录里没有 {code}{instead(code, RULES)}")


def _identity_faults(file: FormSetFile, source: Source, forms: Sequence[Form]) -> Iterator[Fault]:
    regions = {region.id: region for form in forms for region in form.regions}
    name, key = file.identity
    mark = source.mark("identity")
    if name not in regions:
        yield Fault(mark, "identity", f"没有区域“{name}”{instead(name, regions)}")
    elif not (keys := keys_of(regions[name])).get(key):
        yield Fault(mark, "identity", f"区域 {name} 没有字段“{key}”{instead(key, keys)}")


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


def _tree(folder: Path, file: FormSetFile, source: Source) -> tuple[Mapping[str, tuple[str, ...]], tuple[Fault, ...]]:
    """一级 → the labels of its 二级, the official ones and their other spellings alike."""
    if file.tree is None:
        return {}, ()
    path = folder / file.tree
    if not path.is_file():
        near = sorted(other.stem for other in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
        return {}, (Fault(source.mark("tree"), "tree", f"没有文件 {file.tree}{instead(path.stem, near)}"),)
    tree_source, faults = read_source(path)
    if tree_source is None:
        return {}, faults
    tree, _, refused, _ = validated(TreeFile, tree_source)
    levels = tree.root if tree is not None else {}
    flat = {level1: tuple(label for labels in inner.values() for label in labels) for level1, inner in levels.items()}
    return flat, (*faults, *refused)
