"""The table of units (units.yaml) made into `Units`, or every fault in it with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from xlsform.core.errors import Fault, SpecError
from xlsform.core.values import Unit, Units, fold
from xlsform.specfiles.faults import instead, validated
from xlsform.specfiles.models import UnitEntry, UnitsFile
from xlsform.specfiles.source import Source, read_source


def load_units(path: Path) -> Units:
    """The units of a file such as mappings/units.yaml. Raises SpecError with all its faults, sorted by line."""
    source, syntax = read_source(path)
    if source is None:
        raise SpecError(syntax)
    file, source, refused, _ = validated(UnitsFile, source)
    faults = {*syntax, *refused}
    if file is not None:
        faults |= {*_repeated(file, source), *_bases(file, source), *_meant(file, source)}
    if faults or file is None:
        raise SpecError(tuple(sorted(faults, key=lambda fault: fault.mark.line)))
    spellings: dict[str, Unit] = {}
    for name, entry in file.units.items():
        unit = Unit(fold(name), entry.dimension, fold(entry.base or name), entry.scale, entry.noun)
        spellings |= dict.fromkeys(map(fold, (name, *entry.aliases)), unit)
    contradictory = {fold(word): meant for word, meant in file.contradictory.items()}
    spellings |= {word: Unit(word, "", word) for word in contradictory}
    scales: Mapping[str, Decimal] = {fold(word): Decimal(scale) for word, scale in file.scales.items()}
    return Units(spellings, scales, contradictory)


def _repeated(file: UnitsFile, source: Source) -> Iterator[Fault]:
    """One spelling, one unit; what is also written as a multiple (千米, 万 of 米) is fine, the longer word counts."""
    taken: dict[str, str] = {}
    for name, entry in file.units.items():
        for word in (name, *entry.aliases):
            mark = source.mark("units", name) if word == name else source.mark("units", name, "aliases")
            other = taken.setdefault(fold(word), name)
            if other != name:
                yield Fault(mark, name, f"“{word}”已经是单位“{other}”的写法")
    for word in file.scales:
        if fold(word) in taken:
            yield Fault(source.mark("scales", word), word, f"“{word}”已经是单位“{taken[fold(word)]}”的写法")


def _bases(file: UnitsFile, source: Source) -> Iterator[Fault]:
    """A base is a unit of the same dimension that is its own base."""
    for name, entry in file.units.items():
        mark = source.mark("units", name, "base")
        if entry.base is None:
            if entry.scale != 1:
                yield Fault(source.mark("units", name, "scale"), "scale", f"“{name}”写了 scale，缺少 base")
            continue
        base = file.units.get(entry.base)
        if base is None:
            yield Fault(mark, "base", f"没有单位“{entry.base}”{instead(entry.base, file.units)}")
        elif not _is_base(entry.base, base) or base.dimension != entry.dimension:
            yield Fault(mark, "base", f"“{entry.base}”不能作 base：它自己另有 base，或类别不同")


def _is_base(name: str, entry: UnitEntry) -> bool:
    return entry.base in {None, name} and entry.scale == 1


def _meant(file: UnitsFile, source: Source) -> Iterator[Fault]:
    for word, meant in file.contradictory.items():
        mark = source.mark("contradictory", word)
        if meant not in file.units:
            yield Fault(mark, word, f"没有单位“{meant}”{instead(meant, file.units)}")
        if word in file.units:
            yield Fault(mark, word, "已经是一个单位")
