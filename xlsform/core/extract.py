"""From an aligned workbook to records: every non-blank cell gets its one fate, and what cannot be read becomes a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from xlsform.core.cells import Book, Cell, Grid, Ref, address
from xlsform.core.findings import Finding, Level
from xlsform.core.identify import Sheets, identify
from xlsform.core.kinds import parse_items
from xlsform.core.labels import GRAND_TOTAL_WORDS, label_key, without_space
from xlsform.core.layout import Aligned, Layout, Layouts
from xlsform.core.records import Fate, Record, Sighting, Submission, Total, Unmapped, Value
from xlsform.core.regions import card as cards
from xlsform.core.regions.rows import ReadRow, RowKind, read_rows, read_value
from xlsform.core.regions.table import Column, Header, differences
from xlsform.core.spec import FormSet, Matrix, Prose, Table

LONGEST_QUOTE = 30
"""Characters of a cell's text that a finding quotes."""


@dataclass(slots=True)
class _Harvest:
    """What has been gathered from one file so far."""

    file: str
    records: list[Record] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    fates: dict[tuple[str, int, int], Fate] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)

    def add(self, form: str, region: str, department: str, sheet: str, values: Mapping[str, Value]) -> int:
        item = self.items.get(region, 0)
        self.items[region] = item + 1
        self.records.append(Record(form, region, item, department, self.file, sheet, values))
        return item

    def find(
        self,
        code: str,
        level: Level,
        sheet: str,
        at: tuple[int, int],
        form_id: str = "",
        /,
        *,
        variant: str = "",
        **params: str,
    ) -> None:
        """Adds a finding; got, expected and field are taken from the parameters."""
        got = params.get("got", params.get("text", ""))
        self.findings.append(
            Finding(
                code,
                level,
                Ref(self.file, sheet, *at),
                form_id,
                "",
                params.get("field", ""),
                got,
                params.get("expected", ""),
                params,
                variant,
            )
        )


def quote(text: str) -> str:
    """A cell's text on one line, cut to what a finding shows."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else line[:LONGEST_QUOTE] + "…"


def extract(book: Book, formset: FormSet, layouts: Layouts) -> Submission:
    """Reads every form that the workbook holds. Nothing is raised for what a department did; see Submission.findings."""
    harvest = _Harvest(book.file)
    sheets = identify(book, layouts)
    for aligned in sheets.aligned:
        _read_sheet(aligned, formset, harvest)
    _report_sheets(book, sheets, harvest)
    department = "" if sheets.summary else _department(harvest.records, formset)
    records = tuple(r._replace(department=department) if not r.department else r for r in harvest.records)
    return Submission(
        book.file,
        book.sha256,
        department,
        tuple(harvest.sightings),
        records,
        tuple(harvest.totals),
        tuple(harvest.unmapped),
        tuple(harvest.findings),
        harvest.fates,
    )


def _department(records: Iterable[Record], formset: FormSet) -> str:
    region, key = formset.identity
    names = [str(data) for r in records if r.region == region and (data := r.data(key)) is not None]
    return names[0].strip() if names else ""


def _read_sheet(aligned: Aligned, formset: FormSet, harvest: _Harvest) -> None:
    layout, grid = aligned.layout, aligned.grid
    form = layout.form
    fates: dict[tuple[int, int], Fate] = {}
    before = len(harvest.records)
    for line in (aligned.title, aligned.unit):
        if line is not None:
            fates[line.row, line.col] = Fate.LABEL
    for index, (rows_region, header, blank) in enumerate(aligned.tables):
        end = aligned.tables[index + 1][1].top if index + 1 < len(aligned.tables) else None
        fates.update(dict.fromkeys(header.labels, Fate.LABEL))
        _report_header(form.id, grid, header, blank, harvest)
        _read_table(aligned, rows_region, header, end, formset, harvest, fates)
    for region in aligned.lost:
        harvest.find("T05", Level.ERROR, grid.sheet, (0, 0), form.id, form=form.name, label=_labels_of(region))
    if aligned.card is not None:
        _read_card(aligned, aligned.card, harvest, fates)
    _sight(aligned, harvest)
    _settle(aligned, harvest, fates)
    if len(harvest.records) > before or not form.regions:
        _report_hidden(aligned, harvest, fates)


def _labels_of(region: object) -> str:
    fields = region.fields if isinstance(region, Table) else region.shared if isinstance(region, Matrix) else ()
    return "、".join(item.name for item in fields)


def _sight(aligned: Aligned, harvest: _Harvest) -> None:
    title, unit = aligned.title, aligned.unit
    sheet = aligned.grid.sheet
    harvest.sightings.append(
        Sighting(
            aligned.layout.form.id,
            sheet,
            title.year if title else None,
            Ref(harvest.file, sheet, title.row, title.col) if title else None,
            unit.text if unit else "",
            Ref(harvest.file, sheet, unit.row, unit.col) if unit else None,
            aligned.layout.summary,
        )
    )


def _read_table(
    aligned: Aligned,
    region: Table | Matrix,
    header: Header,
    end: int | None,
    formset: FormSet,
    harvest: _Harvest,
    fates: dict[tuple[int, int], Fate],
) -> None:
    grid, layout = aligned.grid, aligned.layout
    group = layout.form.summary.group if layout.summary and layout.form.summary is not None else None
    rows = ((row, grid.rows[row]) for row in sorted(grid.rows) if row > header.bottom and (end is None or row < end))
    department = ""
    scope: list[int] = []
    open_group: tuple[ReadRow, list[int]] | None = None
    for read in read_rows(region, header, rows, grid.merges, group):
        _claim(read, fates)
        for col in read.covered:
            cell = grid.cell(read.row, col)
            if cell is not None:
                harvest.find(
                    "T09",
                    Level.WARNING,
                    grid.sheet,
                    (read.row, col),
                    layout.form.id,
                    cell=address(read.row, col),
                    text=quote(cell.text),
                )
        if read.kind is RowKind.GROUP:
            department = read.name
            if open_group is not None:
                _close(open_group, region.id, grid.sheet, layout, harvest)
            open_group = (read, [])
        elif read.kind is RowKind.RECORD:
            for _, values in read.records:
                item = _add_record(layout, region, department, grid.sheet, values, formset, harvest)
                scope.append(item)
                if open_group is not None:
                    open_group[1].append(item)
        elif read.kind is RowKind.TOTAL:
            _add_totals(read, region.id, grid, layout, tuple(scope), harvest)
    if open_group is not None:
        _close(open_group, region.id, grid.sheet, layout, harvest)
    _complete_totals(region.id, grid.sheet, tuple(scope), harvest)
    _report_broken(aligned, region, harvest, before=len(harvest.records) - len(scope))


def _close(group: tuple[ReadRow, list[int]], region: str, sheet: str, layout: Layout, harvest: _Harvest) -> None:
    read, items = group
    for key, value in read.totals.items():
        harvest.totals.append(Total(layout.form.id, region, key, value, harvest.file, sheet, tuple(items)))


def _add_totals(
    read: ReadRow, region: str, grid: Grid, layout: Layout, scope: tuple[int, ...], harvest: _Harvest
) -> None:
    """A 合计 covers every record of the table, wherever it stands; a 小计 in a return those since the last one, when there are any."""
    words = {label_key(grid.text(read.row, col)) for col in read.claimed}
    grand = bool(words & GRAND_TOTAL_WORDS)
    covered = {
        i for total in harvest.totals if total.region == region and total.sheet == grid.sheet for i in total.items
    }
    items = (ALL,) if grand else tuple(i for i in scope if i not in covered)
    for key, value in read.totals.items():
        harvest.totals.append(Total(layout.form.id, region, key, value, harvest.file, grid.sheet, items))


ALL = -1
"""Stands for every record of the table until all are read."""


def _complete_totals(region: str, sheet: str, scope: tuple[int, ...], harvest: _Harvest) -> None:
    harvest.totals[:] = [
        total._replace(items=scope)
        if total.items == (ALL,) and total.region == region and total.sheet == sheet
        else total
        for total in harvest.totals
    ]


def _claim(read: ReadRow, fates: dict[tuple[int, int], Fate]) -> None:
    row = read.row
    if read.kind is RowKind.RECORD:
        for col in read.claimed:
            fates[row, col] = Fate.VALUE
    elif read.kind is RowKind.EMPTY:
        for col in read.claimed:
            fates[row, col] = Fate.PREFILL
    elif read.kind in (RowKind.TOTAL, RowKind.GROUP):
        amounts = {value.col for value in read.totals.values()}
        for col in read.claimed:
            fates[row, col] = Fate.TOTAL if col in amounts else Fate.LABEL
    elif read.kind is RowKind.HEADER:
        for col in read.claimed:
            fates[row, col] = Fate.LABEL


def _add_record(
    layout: Layout,
    region: Table | Matrix,
    department: str,
    sheet: str,
    values: Mapping[str, Value],
    formset: FormSet,
    harvest: _Harvest,
) -> int:
    """A record, and those of the prose blocks that stand in its cells (the summary shows a card as one row)."""
    if region.id == formset.identity[0]:
        identity = values.get(formset.identity[1])
        department = str(identity.data) if identity is not None and identity.data is not None else department
    item = harvest.add(layout.form.id, region.id, department, sheet, values)
    if isinstance(region, Table):
        for column in region.fields:
            if column.kind.startswith("prose:") and column.key in values:
                block = values[column.key]
                word = next(
                    (r.word for r in layout.form.regions if isinstance(r, Prose) and r.id == column.key), "指标"
                )
                _add_items(layout, column.kind.partition(":")[2], department, sheet, [block], word, harvest)
    return item


def _add_items(
    layout: Layout, region: str, department: str, sheet: str, blocks: Iterable[Value], word: str, harvest: _Harvest
) -> None:
    for block in blocks:
        if not isinstance(block.data, str):
            continue
        for entry in parse_items(block.data, word):
            values = {"no": entry.no, "name": entry.name, "value": entry.value}
            harvest.add(
                layout.form.id,
                region,
                department,
                sheet,
                {
                    key: Value(data, "" if data is None else str(data), block.row, block.col)
                    for key, data in values.items()
                },
            )


def _read_card(aligned: Aligned, places: cards.Places, harvest: _Harvest, fates: dict[tuple[int, int], Fate]) -> None:
    layout, grid = aligned.layout, aligned.grid
    fates.update(dict.fromkeys(places.labels, Fate.LABEL))
    values: dict[str, Value] = {}
    prose: list[tuple[Prose, list[Value]]] = []
    region_id = ""
    for answer in places.answers:
        question = answer.question
        cells = _answer_cells(answer, grid, places, harvest, layout.form.id)
        column = Column(question.field, "", question.path, question.names, answer.at[1])
        if isinstance(question.region, Prose):
            blocks = [read_value(cell, column._replace(at=col), row) for row, col, cell in cells]
            values[question.region.id] = _joined(blocks, answer.at)
            prose.append((question.region, blocks))
        else:
            region_id = question.region.id
            cells = _single(cells, answer.at)
            row, col, cell = cells[0] if cells else (*answer.at, None)
            values[question.field.key] = read_value(cell, column._replace(at=col), row)
        for row, col, _ in cells:
            fates[row, col] = Fate.VALUE
    for question, text in places.renamed:
        harvest.find("T06", Level.HINT, grid.sheet, (0, 0), layout.form.id, raw=quote(text), label=question.field.name)
    for question in places.missing:
        harvest.find(
            "T05", Level.ERROR, grid.sheet, (0, 0), layout.form.id, form=layout.form.name, label=question.field.name
        )
    start = len(harvest.records)
    if region_id:
        harvest.add(layout.form.id, region_id, "", grid.sheet, values)
    for region, blocks in prose:
        _add_items(layout, region.id, "", grid.sheet, blocks, region.word, harvest)
    for record in harvest.records[start : start + 1]:
        for key, value in record.values.items():
            _report_if_broken(record.form, key, value, grid, harvest)


def _joined(blocks: list[Value], at: tuple[int, int]) -> Value:
    """The block as one value: as it stands in its cell, several cells joined by line breaks."""
    if len(blocks) == 1:
        return blocks[0]
    texts = [block.data for block in blocks if isinstance(block.data, str)]
    first = (blocks[0].row, blocks[0].col) if blocks else at
    return Value("\n".join(texts) or None, "\n".join(texts), *first)


def _answer_cells(
    answer: cards.Answer, grid: Grid, places: cards.Places, harvest: _Harvest, form: str
) -> list[tuple[int, int, Cell]]:
    """The non-blank cells in which the answer may stand; those covered by a merge are reported and left out."""
    if answer.inline:
        label = grid.cell(answer.label.top, answer.label.left)
        text = cards.answer_behind(label.text, answer.question.names) if label is not None else ""
        return [(answer.label.top, answer.label.left, Cell(text, text))] if text else []
    cells = []
    area = answer.area
    for row in range(area.top, area.bottom + 1) if area.bottom - area.top < len(grid.rows) else sorted(grid.rows):
        for col, cell in sorted(grid.rows.get(row, {}).items()):
            if not area.holds(row, col) or (row, col) in places.labels:
                continue
            if _is_covered(grid, row, col):
                harvest.find(
                    "T09", Level.WARNING, grid.sheet, (row, col), form, cell=address(row, col), text=quote(cell.text)
                )
            else:
                cells.append((row, col, cell))
    return cells


def _single(cells: list[tuple[int, int, Cell]], at: tuple[int, int]) -> list[tuple[int, int, Cell]]:
    """The one cell that answers: the only one, or the one just where the answer belongs; else none, and all are left to be reported."""
    if len(cells) <= 1:
        return cells
    return [(row, col, cell) for row, col, cell in cells if (row, col) == at]


def _is_covered(grid: Grid, row: int, col: int) -> bool:
    return any(area.holds(row, col) and (row, col) != (area.top, area.left) for area in grid.merges)


def _report_header(form: str, grid: Grid, header: Header, blank: Header, harvest: _Harvest) -> None:
    name = next((c.field.name for c in header.columns), "")
    for column in header.missing:
        harvest.find(
            "T05",
            Level.ERROR,
            grid.sheet,
            (header.bottom, 0),
            form,
            form=form,
            label=column.field.name,
            field=column.field.key,
        )
    for column in header.twice:
        harvest.find(
            "T05",
            Level.ERROR,
            grid.sheet,
            (header.bottom, 0),
            form,
            variant="twice",
            form=form,
            label=column.field.name,
            field=column.field.key,
        )
    for column, text in header.renamed:
        harvest.find(
            "T06",
            Level.HINT,
            grid.sheet,
            (header.bottom, column.at),
            form,
            raw=quote(text),
            label=column.field.name,
            field=column.field.key,
        )
    detail = "；".join(differences(header, blank)) if header is not blank else ""
    if detail:
        harvest.find("T07", Level.WARNING, grid.sheet, (header.top, 0), form, detail=detail, label=name)


def _report_broken(aligned: Aligned, region: Table | Matrix, harvest: _Harvest, before: int) -> None:
    seen: set[tuple[int, int]] = set()
    for record in harvest.records:
        if record.region != region.id or record.sheet != aligned.grid.sheet:
            continue
        for key, value in record.values.items():
            if value.problem == "broken" and (value.row, value.col) not in seen:
                seen.add((value.row, value.col))
                _report_if_broken(record.form, key, value, aligned.grid, harvest)


def _report_if_broken(form: str, key: str, value: Value, grid: Grid, harvest: _Harvest) -> None:
    if value.problem == "broken":
        harvest.find(
            "T08",
            Level.ERROR,
            grid.sheet,
            (value.row, value.col),
            form,
            cell=address(value.row, value.col),
            field=key,
            got=quote(value.text),
        )


def _settle(aligned: Aligned, harvest: _Harvest, fates: dict[tuple[int, int], Fate]) -> None:
    """Gives every cell that is still without a fate its own: a text of the blank is a label, everything else is unmapped and said."""
    grid, layout = aligned.grid, aligned.layout
    sheet = grid.sheet
    last_head = min((header.top for _, header, _ in aligned.tables), default=0)
    for row, col, cell in grid:
        fate = fates.get((row, col))
        if fate is None:
            outside = not aligned.tables or row < last_head
            if outside and without_space(cell.text) in layout.texts and not _in_answer(aligned, row, col):
                fate = Fate.LABEL
            else:
                fate = Fate.UNMAPPED
                harvest.unmapped.append(Unmapped(Ref(harvest.file, sheet, row, col), cell.text))
                _report_stray(aligned, row, col, cell, harvest)
        harvest.fates[sheet, row, col] = fate


def _in_answer(aligned: Aligned, row: int, col: int) -> bool:
    return aligned.card is not None and any(answer.area.holds(row, col) for answer in aligned.card.answers)


def _report_stray(aligned: Aligned, row: int, col: int, cell: Cell, harvest: _Harvest) -> None:
    sheet = aligned.grid.sheet
    if any(f.code == "T09" and f.where[1:] == (sheet, row, col) for f in harvest.findings):
        return
    harvest.find(
        "T07",
        Level.WARNING,
        sheet,
        (row, col),
        aligned.layout.form.id,
        variant="unmapped",
        cell=address(row, col),
        text=quote(cell.text),
    )


def _report_hidden(aligned: Aligned, harvest: _Harvest, fates: Mapping[tuple[int, int], Fate]) -> None:
    """One warning for a hidden sheet, row or column that holds values, at its first value."""
    grid = aligned.grid
    values = sorted(place for place, fate in fates.items() if fate is Fate.VALUE)
    if grid.hidden:
        spots = values[:1]
    else:
        rows = {row: (row, col) for row, col in reversed(values) if row in grid.hidden_rows}
        cols = {col: (row, col) for row, col in reversed(values) if any(a <= col <= b for a, b in grid.hidden_cols)}
        spots = sorted({*rows.values(), *cols.values()})
    for row, col in spots:
        harvest.find(
            "T09",
            Level.WARNING,
            grid.sheet,
            (row, col),
            aligned.layout.form.id,
            cell=address(row, col),
            text=quote(grid.text(row, col)),
        )


def _report_sheets(book: Book, sheets: Sheets, harvest: _Harvest) -> None:
    """Sheets that belong to no form: their cells are unmapped, with one finding a sheet; a form found twice is an error."""
    for form, grids in sheets.rivals:
        names = "、".join(grid.sheet for grid in grids)
        harvest.find("T04", Level.ERROR, grids[0].sheet, (0, 0), form.id, variant="twice", form=form.name, sheets=names)
    for grid in (*sheets.unknown, *(grid for _, grids in sheets.rivals for grid in grids)):
        for row, col, cell in grid:
            harvest.fates[grid.sheet, row, col] = Fate.UNMAPPED
            harvest.unmapped.append(Unmapped(Ref(book.file, grid.sheet, row, col), cell.text))
    for grid in sheets.unknown:
        if grid.rows:
            harvest.find("T07", Level.HINT, grid.sheet, (0, 0), variant="sheet", text=grid.sheet)
    for grid in (*sheets.copies, *sheets.own):
        for row, col, _ in grid:
            harvest.fates[grid.sheet, row, col] = Fate.LABEL
    for grid in sheets.copies:
        harvest.find("T07", Level.WARNING, grid.sheet, (0, 0), variant="copy", text=grid.sheet)
    for card in sheets.cards:
        for row, col, _ in card.grid:
            harvest.fates[card.grid.sheet, row, col] = Fate.LABEL
