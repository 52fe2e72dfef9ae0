"""What is gathered while a file is read: records, totals, the fate of every cell, and what has to be said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from xlsform.core.cells import Ref, Spot, address
from xlsform.core.findings import Finding, Level
from xlsform.core.layout import Aligned
from xlsform.core.records import Fate, Reason, Record, Sighting, Total, Unmapped, Value

LONGEST_QUOTE = 30
"""Characters of a cell's text that a finding quotes."""
NOWHERE: Spot = (0, 0)


def quote(text: str) -> str:
    """A cell's text on one line, cut to what a finding shows."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else line[:LONGEST_QUOTE] + "…"


@dataclass(slots=True)
class Harvest:
    """What one file has given so far; the only thing that changes while it is read."""

    file: str
    records: list[Record] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    fates: dict[str, dict[Spot, Fate]] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    broken: set[Ref] = field(default_factory=set)
    reasons: list[Reason] = field(default_factory=list)

    def find(
        self,
        code: str,
        level: Level,
        where: Ref,
        form: str = "",
        variant: str = "",
        params: Mapping[str, str] | None = None,
    ) -> None:
        """Adds a finding; got, expected and field are taken from the parameters."""
        given = params or {}
        got = given.get("got", given.get("text", ""))
        self.findings.append(
            Finding(
                code, level, where, form, "", given.get("field", ""), got, given.get("expected", ""), given, variant
            )
        )

    def lose(self, sheet: str, at: Spot, text: str) -> None:
        """A cell that nothing claims."""
        self.fates.setdefault(sheet, {})[at] = Fate.UNMAPPED
        self.unmapped.append(Unmapped(Ref(self.file, sheet, *at), text))


@dataclass(slots=True)
class Sheet:
    """One aligned sheet while it is read: `fates` of its cells so far, and where its records go."""

    aligned: Aligned
    harvest: Harvest
    fates: dict[Spot, Fate] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.aligned.grid.sheet

    @property
    def form(self) -> str:
        return self.aligned.layout.form.id

    def claim(self, spots: Iterable[Spot], fate: Fate) -> None:
        """Gives cells their fate."""
        self.fates.update(dict.fromkeys(spots, fate))

    def find(self, code: str, level: Level, at: Spot = NOWHERE, variant: str = "", **params: str) -> None:
        """A finding at a cell of this sheet (row and column 0: the sheet)."""
        self.harvest.find(code, level, Ref(self.harvest.file, self.name, *at), self.form, variant, params)

    def find_cell(self, code: str, level: Level, at: Spot, text: str, variant: str = "") -> None:
        """A finding about a cell's content, which it quotes."""
        self.find(code, level, at, variant, cell=address(*at), text=quote(text))

    def add(self, region: str, department: str, values: Mapping[str, Value]) -> int:
        """Adds a record and returns its number within region and file."""
        harvest = self.harvest
        item = harvest.items.get(region, 0)
        harvest.items[region] = item + 1
        harvest.records.append(Record(self.form, region, item, department, harvest.file, self.name, values))
        return item

    def report_broken(self, key: str, value: Value) -> None:
        """T08, once a cell, when it holds an error or a formula whose result nobody has."""
        if value.problem != "broken":
            return
        where = Ref(self.harvest.file, self.name, value.row, value.col)
        if where not in self.harvest.broken:
            self.harvest.broken.add(where)
            self.find("T08", Level.ERROR, where[2:], cell=where.address, field=key, got=quote(value.text))
