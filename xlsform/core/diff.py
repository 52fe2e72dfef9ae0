"""What differs between two workbooks, by record and by cell. Records are paired by the mapping's key; where they stand is no difference."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from xlsform.core.batch import is_of_summary
from xlsform.core.cells import Ref
from xlsform.core.errors import UsageError
from xlsform.core.kinds import NUMBERS, plain
from xlsform.core.labels import without_space
from xlsform.core.records import Record, Sighting, Submission, Value
from xlsform.core.spec import Card, Form, FormSet, Matrix, Prose, Region, Table, fields_of, kinds_of
from xlsform.core.words import Span, changed_words


class Change(StrEnum):
    """What became of a record or a cell."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"

    @property
    def label(self) -> str:
        """The word a clerk reads."""
        return {Change.ADDED: "新增", Change.REMOVED: "删除", Change.CHANGED: "修改"}[self]


class CellChange(NamedTuple):
    """One answer that differs. delta: the amount's difference, an empty cell counting as nothing (None: no amount, or not readable).

    words: a changed text word by word, () for everything else.
    """

    change: Change
    field: str
    label: str
    old: Value | None
    new: Value | None
    delta: Decimal | None = None
    words: tuple[Span, ...] = ()


class RecordChange(NamedTuple):
    """One record that differs, with its cells that do; of an added or removed record, all that are not empty.

    What stands in no record has region "": a form's heading (year, unit, the whole sheet), texts outside the form (form "" then).

    title: what a clerk calls the place (the form, or the text block's label); key: (field, text) pairs that say which record it is;
    name: these in a clerk's words, "第 2 条" where the region has no key.
    """

    change: Change
    department: str
    form: str
    region: str
    title: str
    key: tuple[tuple[str, str], ...]
    name: str
    old: Record | None
    new: Record | None
    cells: tuple[CellChange, ...]


def compare(old: Submission, new: Submission, formset: FormSet) -> tuple[RecordChange, ...]:
    """All that differs, by department, form and region, in the order of the older file; what is new comes last in its region.

    Behind the records come headings and texts outside the forms.

    Two returns are compared whatever department they name (one may be the blank that was issued); a summary and a return, only what
    stands in the summary under the return's department. Raises UsageError when it stands there under no record.
    """
    counted = not (is_of_summary(old) or is_of_summary(new))
    records = [
        change
        for department, before, after in _departments(old, new)
        for form in formset.forms
        for region in form.regions
        for change in _region(
            _Place(department, form, region, counted),
            [record for record in before if record.region == region.id],
            [record for record in after if record.region == region.id],
        )
    ]
    alike = is_of_summary(old) == is_of_summary(new)
    headings = _headings(old, new, formset) if alike else ()
    return (*records, *headings, *(_outside(old, new) if alike else ()))


def changed_amounts(changes: Iterable[RecordChange], formset: FormSet) -> tuple[str, ...]:
    """The amounts among the changes in a clerk's words: 深改小康经费 资金总额 8 → 10（+2）."""
    money = {
        (region.id, key)
        for form in formset.forms
        for region in form.regions
        for key, kind in kinds_of(region).items()
        if kind == "money"
    }
    return tuple(
        f"{change.name or change.title} {cell.label} "
        f"{_said(cell.old) or '（空）'} → {_said(cell.new) or '（空）'}"
        f"{f'（{cell.delta:+f}）' if cell.delta is not None else ''}"
        for change in changes
        for cell in change.cells
        if (change.region, cell.field) in money
    )


Records = Sequence[Record]


def _departments(old: Submission, new: Submission) -> Iterator[tuple[str, Records, Records]]:
    """Departments with their records on both sides."""
    if not (is_of_summary(old) or is_of_summary(new)):
        yield new.department or old.department, old.records, new.records
        return
    before, after = _by_department(old), _by_department(new)
    names = list(before | after)
    if not (is_of_summary(old) and is_of_summary(new)):
        single, many = (new, before) if is_of_summary(old) else (old, after)
        names = [without_space(single.department)]
        if names[0] not in many:
            raise UsageError(f"汇总表里没有部门“{single.department}”")
    for name in names:
        everything = (*before.get(name, ()), *after.get(name, ()))
        said = next((record.department for record in everything if record.department), name)
        yield said, before.get(name, ()), after.get(name, ())


def _by_department(submission: Submission) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in submission.records:
        found.setdefault(without_space(record.department or submission.department), []).append(record)
    return found


# --- which record is which ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """A region of a department. counted: numbers of records (序号, 编号) are compared, where their order is the same."""

    department: str
    form: Form
    region: Region
    counted: bool

    @property
    def key(self) -> tuple[str, ...]:
        """The fields that say which record is which."""
        if isinstance(self.region, Prose):
            return ("name",)
        return self.region.key if isinstance(self.region, Table | Matrix) else ()

    @property
    def numbering(self) -> frozenset[str]:
        """The fields that only count the records."""
        if isinstance(self.region, Prose):
            return frozenset({"no"})
        return frozenset(key for key, kind in kinds_of(self.region).items() if kind == "serial")


Pair = tuple[Record | None, Record | None]


def _region(place: _Place, old: Records, new: Records) -> Iterator[RecordChange]:
    """The changes of one region."""
    pairs = _pairs(place, old, new)
    place_of = {id(record): at for at, record in enumerate(new)}
    order = [place_of[id(after)] if after is not None else -1 for _, after in pairs]
    unmoved = len(old) == len(new) == len(pairs) and order == sorted(order)
    skip = frozenset() if place.counted and unmoved else place.numbering
    for number, (before, after) in enumerate(pairs, 1):
        change = _record(place, number, before, after, skip)
        if change is not None:
            yield change


def _pairs(place: _Place, old: Records, new: Records) -> list[Pair]:
    """Records that are the same one, those that are gone with None behind, new ones with None before."""
    if isinstance(place.region, Card) or not place.key:
        longest = max(len(old), len(new))
        return [(old[at] if at < len(old) else None, new[at] if at < len(new) else None) for at in range(longest)]
    partners = _matched(old, new, lambda record: tuple(without_space(_text(record, key)) for key in place.key))
    if isinstance(place.region, Prose):  # an item whose name was reworded is known by its number
        left = [record for at, record in enumerate(old) if at not in partners]
        rest = [record for at, record in enumerate(new) if at not in partners.values()]
        again = _matched(left, rest, lambda record: record.data("no"))
        at_old, at_new = ({id(record): at for at, record in enumerate(side)} for side in (old, new))
        partners |= {at_old[id(left[one])]: at_new[id(rest[other])] for one, other in again.items()}
    gone = [(record, new[partners[at]] if at in partners else None) for at, record in enumerate(old)]
    taken = set(partners.values())
    return [*gone, *((None, record) for at, record in enumerate(new) if at not in taken)]


def _matched(old: Records, new: Records, key: Callable[[Record], Hashable]) -> dict[int, int]:
    """Place in `old` → place in `new` of records with the same key; of several the first with the first."""
    waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for at, record in enumerate(new):
        waiting[key(record)].append(at)
    found = {}
    for at, record in enumerate(old):
        if alike := waiting[key(record)]:
            found[at] = alike.popleft()
    return found


def _text(record: Record, key: str) -> str:
    return _said(record.values.get(key))


def _said(value: Value | None) -> str:
    """What stands in the cell, "" when that is nothing but white space."""
    return "" if value is None or value.text.isspace() else value.text


# --- what differs in it ------------------------------------------------------------------------------------------------


def _record(
    place: _Place, number: int, old: Record | None, new: Record | None, skip: frozenset[str]
) -> RecordChange | None:
    labels = _labels(place.region)
    across = place.region.across if isinstance(place.region, Matrix) else ""
    cells = tuple(
        cell
        for key, kind in kinds_of(place.region).items()
        if key not in skip or old is None or new is None
        if not (key in place.key and key == across)
        if (cell := _cell(key, labels[key], kind, _value(old, key), _value(new, key))) is not None
    )
    if not cells:
        return None
    there = new if new is not None else old
    key = tuple((name, _text(there, name)) for name in place.key) if there is not None else ()
    form, region = place.form, place.region
    title = region.label[-1] if isinstance(region, Prose) else form.name
    name = " / ".join(_named(region, field, text) for field, text in key if text)
    if not name and not isinstance(region, Card):
        name = f"第 {number} 条"
    return RecordChange(_change(old, new), place.department, form.id, region.id, title, key, name, old, new, cells)


def _change(before: Record | str | None, after: Record | str | None) -> Change:
    """What became of a record or of a cell's text; None and "" are nothing."""
    return Change.CHANGED if before and after else Change.ADDED if after else Change.REMOVED


def _value(record: Record | None, key: str) -> Value | None:
    return record.values.get(key) if record is not None else None


def _cell(key: str, label: str, kind: str, old: Value | None, new: Value | None) -> CellChange | None:
    """What became of an answer, None when nothing did: numbers by what they say, texts to the letter."""
    before, after = _said(old), _said(new)
    if kind in NUMBERS:
        one, other = (value.data if value is not None else None for value in (old, new))
        if one == other and (one is not None or before == after):
            return None
    elif before.replace("\r\n", "\n") == after.replace("\r\n", "\n"):
        return None
    change = _change(before, after)
    if kind in NUMBERS:
        return CellChange(change, key, label, old, new, _delta(old, new) if kind == "money" else None)
    words = changed_words(before, after) if before and after else ()
    return CellChange(change, key, label, old, new, None, words)


def _delta(old: Value | None, new: Value | None) -> Decimal | None:
    """new − old; None when one of them stands there and cannot be read."""
    amounts = []
    for value in (old, new):
        data = value.data if value is not None else None
        if data is None and _said(value):
            return None
        amounts.append(Decimal(data) if isinstance(data, Decimal | int) else Decimal(0))
    return plain(amounts[1] - amounts[0])


def _labels(region: Region) -> Mapping[str, str]:
    """What a clerk calls each field."""
    labels = {field.key: field.name.strip("：: ") for field in fields_of(region)}
    return labels | {region.across: "组别"} if isinstance(region, Matrix) else labels


def _named(region: Region, key: str, text: str) -> str:
    """A key's text; the band of a matrix by the label above its columns."""
    if isinstance(region, Matrix) and key == region.across:
        band = next((band for band in region.bands if band.value == text), None)
        return band.fields[0].label[0] if band is not None else text
    return text


# --- what stands in no record ------------------------------------------------------------------------------------------


def _headings(old: Submission, new: Submission, formset: FormSet) -> Iterator[RecordChange]:
    """Forms that came or went, and those whose year or unit of money is another: the same figures then mean something else."""
    department = new.department or old.department
    for form in formset.forms:
        before, after = (next((s for s in side.sightings if s.form == form.id), None) for side in (old, new))
        if (before is None) != (after is None):
            values = (_at(seen.sheet, seen.title) if seen is not None else None for seen in (before, after))
            cells = [_plain_cell("sheet", "工作表", *values)]
        elif before is not None and after is not None:
            years = (_at(str(seen.year or ""), seen.title) for seen in (before, after))
            units = (_at(seen.unit, seen.unit_at) for seen in (before, after))
            cells = [_plain_cell("year", "年度", *years), _plain_cell("unit", "金额单位", *units)]
        else:
            continue
        sides = (_heading(seen, side, department) for seen, side in ((before, old), (after, new)))
        yield from _told(department, form.id, form.name, "表头", cells, *sides)


def _at(text: str, where: Ref | None) -> Value:
    return Value(None, text, where.row if where is not None else 0, where.col if where is not None else 0)


def _heading(seen: Sighting | None, side: Submission, department: str) -> Record | None:
    """Stands for the form's heading where a record would stand, to say in which sheet it is."""
    return Record(seen.form, "", 0, department, side.file, seen.sheet, {}) if seen is not None else None


def _outside(old: Submission, new: Submission) -> Iterator[RecordChange]:
    """Texts that nothing in the mapping claims and that stand in one file only, wherever in their sheet."""
    department = new.department or old.department
    there, here = (Counter((lost.ref.sheet, lost.text) for lost in side.unmapped) for side in (old, new))
    for side, more, change in ((old, there - here, Change.REMOVED), (new, here - there, Change.ADDED)):
        for lost in side.unmapped:
            if not more[lost.ref.sheet, lost.text]:
                continue
            more[lost.ref.sheet, lost.text] -= 1
            value = _at(lost.text, lost.ref)
            values = (value, None) if change is Change.REMOVED else (None, value)
            place = Record("", "", 0, department, side.file, lost.ref.sheet, {})
            sides = (place, None) if change is Change.REMOVED else (None, place)
            cells = [_plain_cell("text", "文字", *values)]
            yield from _told(department, "", lost.ref.sheet, "表外文字", cells, *sides)


def _plain_cell(key: str, label: str, old: Value | None, new: Value | None) -> CellChange | None:
    return _cell(key, label, "text", old, new)


def _told(
    department: str,
    form: str,
    title: str,
    name: str,
    cells: Iterable[CellChange | None],
    old: Record | None,
    new: Record | None,
) -> Iterator[RecordChange]:
    found = tuple(cell for cell in cells if cell is not None)
    if found:
        yield RecordChange(_change(old, new), department, form, "", title, (), name, old, new, found)
