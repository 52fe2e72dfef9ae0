"""What a mapping says, once it is known to be right. Pure data; `specfiles` makes it from YAML, `layout` puts it on a blank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from xlsform.core.errors import Mark
from xlsform.core.findings import Level
from xlsform.core.values.units import Units

NOWHERE = Mark("")
NO_UNITS = Units({}, {}, {})
"""A table that knows no unit of measurement."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to read.

    key: the name in JSON, frames and rules; label: the header path from the top (绩效指标, 产出指标, 数量指标), or the one label of
    a card; aliases: other spellings of its last label; kind: a key of `kinds.KINDS`; unit: the unit amounts are held in;
    places: decimals an amount may have; carry: a cell merged down belongs to every row it spans;
    inline: the answer stands behind the label in the same cell; prompt: the sentence of the 编报说明 a department is shown;
    choices: words that are offered; source: the region.field whose answers are offered; prefill: what of the roster is filled in
    when a blank is issued ("name", "code", "parent"); carries: last year's answer may stand in this year's blank.
    """

    key: str
    label: tuple[str, ...]
    kind: str = "text"
    aliases: tuple[str, ...] = ()
    unit: str = ""
    places: int = 2
    carry: bool = True
    inline: bool = False
    prompt: str = ""
    choices: tuple[str, ...] = ()
    mark: Mark = NOWHERE
    source: str = ""
    prefill: str = ""
    carries: bool = False

    @property
    def name(self) -> str:
        """The last label: what a clerk calls the field."""
        return self.label[-1]


@dataclass(frozen=True, slots=True)
class Table:
    """A header of one or more rows, and below it one record a row. `key`: the fields that say which record is which, () for none."""

    id: str
    fields: tuple[Field, ...]
    mark: Mark = NOWHERE
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A group of columns of a matrix: its records carry `value` in the matrix's `across` field."""

    value: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A table whose rows hold one record for each band (实施期 | 本年度); `shared` fields belong to every band. `key` as in a table."""

    id: str
    across: str
    shared: tuple[Field, ...]
    bands: tuple[Band, ...]
    mark: Mark = NOWHERE
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """Labels with one answer each, one record a sheet."""

    id: str
    fields: tuple[Field, ...]
    mark: Mark = NOWHERE


@dataclass(frozen=True, slots=True)
class Prose:
    """A label whose answer is a text block of numbered items (“指标N：名称：值”), each a record of `no`, `name`, `value`.

    `word` is the word before the number. The fields of its records are fixed (`no`, `name`, `value`) and stand in `fields`.
    """

    id: str
    label: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    word: str = "指标"
    prompt: str = ""
    fields: tuple[Field, ...] = (
        Field("no", ("编号",), "integer"),
        Field("name", ("指标名称",)),
        Field("value", ("指标值",)),
    )
    mark: Mark = NOWHERE


Region = Table | Matrix | Card | Prose


def fields_of(region: Region) -> tuple[Field, ...]:
    """The fields of a region's records; a matrix has a field of its bands once for every band."""
    if isinstance(region, Matrix):
        return (*region.shared, *(field for band in region.bands for field in band.fields))
    return region.fields


def kinds_of(region: Region) -> Mapping[str, str]:
    """The keys that a region's records have, in order, with the kind of each."""
    kinds = {field.key: field.kind for field in fields_of(region)}
    return kinds | {region.across: "text"} if isinstance(region, Matrix) else kinds


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of a form, one line in its mapping: `{code: A02, check: present, fields: [fund_name]}`.

    check: a key of `rules.checks.CHECKS`; params: what that check takes besides fields; level None leaves the catalogue's.
    """

    code: str
    check: str
    region: str
    fields: tuple[str, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict)
    level: Level | None = None
    message: str = ""
    mark: Mark = NOWHERE


@dataclass(frozen=True, slots=True)
class Group:
    """The row that opens a department in the summary: its name in the column of field `name`, `marker` in that of `marker_field`.

    With `marker_field` empty the row holds only `text` with the name in place of {department}.
    """

    name: str
    marker_field: str = ""
    marker: str = "小计"
    text: str = "{department}"


@dataclass(frozen=True, slots=True)
class Summary:
    """How a form stands in the district summary: its sheet there, and the regions when they differ from the return's."""

    sheet: str
    regions: tuple[Region, ...]
    group: Group | None = None
    renumber: str = ""
    totals: tuple[str, ...] = ()
    merge_down: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One official form. `title` holds {year}; unit "" means that the form prints no unit line."""

    id: str
    title: str
    sheet: str
    regions: tuple[Region, ...]
    title_aliases: tuple[str, ...] = ()
    unit: str = ""
    required: bool = True
    checks: tuple[Check, ...] = ()
    summary: Summary | None = None
    card_sheet: str = ""
    mark: Mark = NOWHERE

    @property
    def name(self) -> str:
        """The title without its year: what a clerk calls the form."""
        return self.title.replace("{year}年", "").replace("{year}", "")


@dataclass(frozen=True, slots=True)
class Term:
    """`sum(form.field)` or `form.field`, with its sign, in a relation.

    last: that of last year's summary; times: what it is multiplied by.
    """

    form: str
    field: str
    total: bool = False
    sign: int = 1
    last: bool = False
    times: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Relation:
    """One 表内, 表间 or 跨期 check, one line: `X03: sum(fund_summary.total_amount) = department_overall.project_expenditure`.

    op: "=" amounts equal within tolerance, "<=" , "~" texts equal but for white space, or amounts of which neither is `within` times the
    other or more (with `upto` nothing is said of more than so many times either), "<=>" the same keys on both sides; by: the fields that
    say which records belong together, empty for the whole form. `form` names are region ids.
    """

    code: str
    op: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    by: tuple[str, ...] = ()
    tolerance: Decimal = Decimal("0.005")
    level: Level | None = None
    message: str = ""
    mark: Mark = NOWHERE
    within: Decimal | None = None
    upto: Decimal | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        """Those of both sides, the left before the right."""
        return (*self.left, *self.right)


@dataclass(frozen=True, slots=True)
class Department:
    """One line of the roster. Amounts in 万元; `parent` is the 主管部门 registered for it."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    parent: str = ""
    email: str = ""
    contact: str = ""
    control: Decimal | None = None
    mark: Mark = NOWHERE


@dataclass(frozen=True, slots=True)
class Overview:
    """Which answers tell at a glance what a department applies for, as (region id, field key), None for what the forms don't ask.

    amount: the amount in its card; table: the amounts in a table, summed; by: the field of that table that the sums are divided by.
    """

    amount: tuple[str, str] | None = None
    table: tuple[str, str] | None = None
    by: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FormSet:
    """All forms of a year with their relations, indicator tree (一级 → its 二级 labels) and units of measurement.

    identity: (region id, field key) of the cell that names the department; template and summary_template are file names below
    templates/<id>/. classes: what rules call a 二级 (cost, satisfaction), by its label without white space and punctuation (`label_key`);
    a column of a table has its class for a key.
    """

    id: str
    year: int
    forms: tuple[Form, ...]
    template: str
    summary_template: str
    identity: tuple[str, str]
    relations: tuple[Relation, ...] = ()
    tree: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    levels: Mapping[str, Level | None] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    units: Units = NO_UNITS
    overview: Overview | None = None

    def form(self, name: str) -> Form:
        """The form of that id. Raises KeyError."""
        for form in self.forms:
            if form.id == name:
                return form
        raise KeyError(name)
