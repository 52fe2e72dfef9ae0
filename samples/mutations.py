"""One random change after another, of the kinds that clerks and their programs make, with what reading must give afterwards.

    done = mutated(seed=11, changes=2)          # a random return, two random changes, its bytes
    done.data, done.expected, done.applied

The law for every mutation: each value of `expected.records` is read as it stands there, or there is a finding at the cell that
`expected.places` names; for keys in `expected.excused` a finding about the whole form (T03, T04, T05, A11) does as well; for keys in
`expected.unreadable` the data is None and there is a finding. No record is read that `expected.records` does not have. The cells
`expected.foreign` end as labels, totals or unmapped cells, or have a finding, and nothing of them is in a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from enum import Enum
from random import Random
from typing import NamedTuple

from samples import changes
from samples.content import INDICATORS, Content
from samples.draft import FOREIGN, REGIONS_OF, Draft, Expectation, Spot, data_rows, draft_of, expectation
from samples.generator import content, issued_blank
from samples.package import BARE, EXCEL, INLINE, OPENPYXL, PREFIXED, STRICT_EXCEL, WPS, Dialect, save
from samples.workbook import (
    CARD,
    DIRECTIONS,
    FUNDS,
    MATRIX,
    Box,
    Formula,
    Key,
    Line,
    Rich,
    Sheet,
    Wrong,
)

AMOUNTS = frozenset({"total_amount", "annual_amount", "basic_expenditure", "project_expenditure"})
GOALS = frozenset({"period_goal", "annual_goal", "overall_goal"})
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
LABEL_WORDS = (
    "合计",
    "小计",
    "产出指标",
    "效益指标",
    "质量指标",
    "序号",
    "支出方向",
    "年度绩效目标",
    "部门名称",
    "单位：万元",
)
DIALECTS = (EXCEL, WPS, OPENPYXL, EXCEL, WPS, INLINE, PREFIXED, BARE, STRICT_EXCEL)

Change = Callable[[Draft, Random], bool]
"""Changes the draft in place; False when there was nothing to change in this way (then nothing was)."""


class Mutated(NamedTuple):
    """A changed return: its bytes, what reading must give, and what was done to it."""

    data: bytes
    expected: Expectation
    applied: tuple[Mutation, ...]


def _sheet(draft: Draft, draw: Random, *forms: str) -> Sheet | None:
    here = [sheet for sheet in draft.forms() if sheet.form in (forms or REGIONS_OF) and data_rows(sheet)]
    return draw.choice(here) if here else None


def _pick(draft: Draft, draw: Random, wanted: Callable[[Key], bool]) -> Spot | None:
    found = draft.spots(wanted)
    return draw.choice(found) if found else None


def _labels(draft: Draft, draw: Random) -> list[Spot]:
    """The label cells of one form's sheet, title and unit line apart."""
    sheet = _sheet(draft, draw)
    if sheet is None:
        return []
    words = {
        cell.value
        for blank in draft.book.blank.sheets
        if blank.form == sheet.form
        for line in blank.lines[2 if sheet.form != CARD else 1 :]
        for cell in line.cells.values()
    }
    return [
        Spot(sheet, row, col)
        for row, line in enumerate(sheet.lines, 1)
        for col, cell in line.cells.items()
        if not cell.holds and cell.value in words
    ]


def _top(sheet: Sheet, start: str) -> Spot | None:
    """The first label cell whose text begins so."""
    for row, line in enumerate(sheet.lines, 1):
        for col, cell in sorted(line.cells.items()):
            if not cell.holds and isinstance(cell.value, str) and cell.value.startswith(start):
                return Spot(sheet, row, col)
    return None


# Rows


def insert_blank_rows(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw, FUNDS, DIRECTIONS, MATRIX)
    if sheet is None:
        return False
    changes.insert_lines(sheet, draw.choice(data_rows(sheet)), draw.choice((1, 1, 2, 5)))
    return True


def row_above_title(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw)
    if sheet is None:
        return False
    changes.insert_lines(sheet, 1)
    if draw.random() < 0.7:
        draft.note(sheet, 1, 1, draw.choice(("附件2", "附表", "石峰区2019年部门预算")))
    return True


def delete_spare_rows(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw, FUNDS, DIRECTIONS, MATRIX)
    if sheet is None:
        return False
    last = max(row for row, line in enumerate(sheet.lines, 1) if line.cells)
    spare = len(sheet.lines) - last
    for _ in range(draw.randint(1, spare) if spare else 0):
        changes.delete_line(sheet, len(sheet.lines))
    return bool(spare)


def _simple_rows(sheet: Sheet) -> list[int]:
    """Data rows with fields of their own that no merge begins on or crosses into another row."""
    crossed = {row for box in sheet.merges if box.bottom > box.top for row in range(box.top, box.bottom + 1)}
    return [row for row in data_rows(sheet) if row not in crossed]


def delete_data_row(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw, FUNDS, DIRECTIONS, MATRIX)
    rows = _simple_rows(sheet) if sheet is not None else []
    if sheet is None or not rows:
        return False
    row = draw.choice(rows)
    gone = {(key.region, key.item) for cell in sheet.lines[row - 1].cells.values() for key in cell.holds}
    changes.delete_line(sheet, row)
    for region, item in gone:
        if region != FOREIGN:
            draft.forget(region, item)
    return True


def swap_rows(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw, FUNDS, DIRECTIONS)
    rows = _simple_rows(sheet) if sheet is not None else []
    if sheet is None or len(rows) < 2:
        return False
    one, other = draw.sample(rows, 2)
    lines = sheet.lines
    lines[one - 1], lines[other - 1] = lines[other - 1], lines[one - 1]
    return True


def duplicate_row(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw, FUNDS, DIRECTIONS)
    rows = _simple_rows(sheet) if sheet is not None else []
    if sheet is None or not rows:
        return False
    row = draw.choice(rows)
    changes.insert_lines(sheet, row + 1)
    source = sheet.lines[row - 1]
    region = REGIONS_OF[sheet.form][0]
    fresh = 1 + max(item for known, item in draft.records if known == region)
    item = next(key.item for cell in source.cells.values() for key in cell.holds if key.region == region)
    draft.records[region, fresh] = dict(draft.records[region, item])
    for col, cell in source.cells.items():
        if any(key.region == FOREIGN for key in cell.holds):
            continue
        holds = tuple(key._replace(item=fresh) for key in cell.holds)
        sheet.lines[row].cells[col] = cell._replace(holds=holds)
        draft.unreadable |= {key for key, old in zip(holds, cell.holds, strict=True) if old in draft.unreadable}
        draft.excused |= {key for key, old in zip(holds, cell.holds, strict=True) if old in draft.excused}
    return True


def repeat_header(draft: Draft, draw: Random) -> bool:
    """The header once more in the middle, as for a second page."""
    sheet = _sheet(draft, draw, FUNDS, DIRECTIONS)
    top = _top(sheet, "序号" if sheet.form == FUNDS else "主管部门") if sheet is not None else None
    rows = _simple_rows(sheet) if sheet is not None else []
    if sheet is None or top is None or len(rows) < 2:
        return False
    height = 1 if sheet.form == FUNDS else 3
    header = [line.copy() for line in sheet.lines[top.row - 1 : top.row - 1 + height]]
    merges = [box for box in sheet.merges if top.row <= box.top and box.bottom < top.row + height]
    at = draw.choice(rows[1:])
    changes.insert_lines(sheet, at, height)
    down = at - top.row
    sheet.merges += [box._replace(top=box.top + down, bottom=box.bottom + down) for box in merges]
    for offset, line in enumerate(header):
        for col, cell in line.cells.items():
            draft.note(sheet, at + offset, col, cell.value, cell.style)
    return True


def hide_row(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw)
    if sheet is None:
        return False
    sheet.lines[draw.choice(data_rows(sheet)) - 1].hidden = True
    return True


def total_row(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw, FUNDS, DIRECTIONS)
    if sheet is None:
        return False
    region, name = ("fund_summary", "total_amount") if sheet.form == FUNDS else ("direction_targets", "annual_amount")
    spots = draft.spots(lambda key: key.region == region and key.field == name)
    first = draft.spots(lambda key: key.region == region and key.field in ("seq", "fund_name", "authority"))
    if not spots or not first or any(key.region == region for key in draft.unreadable):
        return False
    below = max(row for row, line in enumerate(sheet.lines, 1) if line.cells)
    if below != data_rows(sheet)[-1]:
        return False
    _reach(sheet, below + 1)
    total = sum((value for spot in spots if isinstance(value := draft.answer(spot.cell.holds[0]), Decimal)), Decimal(0))
    letters = chr(64 + spots[0].col)
    formula = Formula(f"SUM({letters}{spots[0].row}:{letters}{below})", total)
    draft.note(sheet, below + 1, draw.choice(first).col, draw.choice(("合计", "合 计", "总计")))
    draft.note(sheet, below + 1, spots[0].col, draw.choice((total, formula)))
    return True


def _reach(sheet: Sheet, row: int) -> None:
    while len(sheet.lines) < row:
        sheet.lines.append(Line(sheet.lines[-1].styles))


# Columns


def insert_column(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw)
    if sheet is None:
        return False
    changes.insert_column(sheet, draw.randint(1, len(sheet.widths) + 1))
    return True


def insert_remarks(draft: Draft, draw: Random) -> bool:
    """A column of the clerk's own, with a heading and a remark."""
    sheet = _sheet(draft, draw, FUNDS, DIRECTIONS, MATRIX)
    top = (
        _top(sheet, "序号" if sheet.form == FUNDS else "主管部门" if sheet.form == DIRECTIONS else "所属专项名称")
        if sheet
        else None
    )
    if sheet is None or top is None:
        return False
    at = draw.randint(2, len(sheet.widths) + 1)
    changes.insert_column(sheet, at)
    draft.note(sheet, top.row, at, draw.choice(("备注", "经办科室", "是否新增")))
    draft.note(sheet, draw.choice(data_rows(sheet)), at, draw.choice(("含上级资金", "是", "计财科", "√")))
    return True


def move_column(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw, FUNDS, DIRECTIONS)
    top = _top(sheet, "序号" if sheet.form == FUNDS else "主管部门") if sheet is not None else None
    if sheet is None or top is None or top.col != 1 or len(sheet.widths) not in (6, 16):
        return False
    blocks = (
        [(1, 6, top.row)] if sheet.form == FUNDS else [(1, 7, top.row), (8, 11, top.row + 2), (12, 16, top.row + 2)]
    )
    low, high, row = draw.choice(blocks)
    if any(
        box.bottom >= row and box.left != box.right and box.right >= low and box.left <= high for box in sheet.merges
    ):
        return False
    source, target = draw.sample(range(low, high + 1), 2)
    changes.move_column(sheet, source, target, row)
    return True


def hide_column(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw)
    if sheet is None:
        return False
    sheet.hidden_cols.add(draw.randint(1, len(sheet.widths)))
    return True


# Sheets


def rename_sheet(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw)
    if sheet is None:
        return False
    taken = {each.name for each in draft.book.sheets}
    sheet.name = next(name for name in (f"附件{n}" for n in range(draw.randint(1, 9), 99)) if name not in taken)
    return True


def swap_names(draft: Draft, _draw: Random) -> bool:
    """Two sheets carry each other's names."""
    funds, directions = draft.sheet(FUNDS), draft.sheet(DIRECTIONS)
    if funds is None or directions is None:
        return False
    funds.name, directions.name = directions.name, funds.name
    return True


def reorder_sheets(draft: Draft, draw: Random) -> bool:
    draw.shuffle(draft.book.sheets)
    return True


def hide_sheet(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw)
    if sheet is None:
        return False
    sheet.hidden = True
    return True


def _copy_name(draft: Draft, sheet: Sheet) -> str:
    return f"{sheet.name} ({len(draft.book.sheets)})"


def empty_copy(draft: Draft, draw: Random) -> bool:
    """The blank form once more, not filled."""
    sheet = _sheet(draft, draw)
    if sheet is None:
        return False
    blank = next(each for each in draft.book.blank.sheets if each.form == sheet.form)
    at = draw.randint(0, len(draft.book.sheets))
    draft.book.sheets.insert(at, replace(blank.copy(), name=_copy_name(draft, sheet), form=""))
    return True


def full_copy(draft: Draft, draw: Random) -> bool:
    """The filled form twice: nobody can tell which counts."""
    sheet = _sheet(draft, draw)
    if sheet is None:
        return False
    copy = replace(sheet.copy(), name=_copy_name(draft, sheet), form="")
    for line in copy.lines:
        line.cells = {col: cell._replace(holds=()) for col, cell in line.cells.items()}
    draft.book.sheets.insert(draw.randint(0, len(draft.book.sheets)), copy)
    draft.excuse(sheet)
    return True


def remove_sheet(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw)
    if sheet is None or len(draft.forms()) < 2:
        return False
    draft.book.sheets = [each for each in draft.book.sheets if each is not sheet]
    for region, item in list(draft.records):
        if region in REGIONS_OF[sheet.form]:
            draft.records.pop((region, item))
    return True


def extra_sheet(draft: Draft, draw: Random) -> bool:
    """A sheet of the clerk's own calculations."""
    name = f"Sheet{len(draft.book.sheets) + 1}"
    sheet = Sheet(name, "", [Line((0, 0)), Line((0, 0))], [], [12.0, 12.0], "", "")
    draft.note(sheet, 1, 1, draw.choice(("测算", "单位名单", "合计")))
    draft.note(sheet, 2, 2, Decimal(draw.randint(1, 999)))
    draft.book.sheets.append(sheet)
    return True


# Merges


def unmerge_heading(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw)
    if sheet is None:
        return False
    last = len(sheet.lines) if sheet.form == CARD else data_rows(sheet)[0] - 1
    boxes = [box for box in sheet.merges if box.bottom <= last]
    if not boxes:
        return False
    changes.unmerge(sheet, draw.choice(boxes))
    return True


def unmerge_data(draft: Draft, draw: Random) -> bool:
    """A merge of answers is taken away and its content repeated on every row."""
    choices = [
        (sheet, box)
        for sheet in draft.forms()
        if sheet.form != CARD
        for box in sheet.merges
        if box.bottom > box.top and _spans(sheet, box)
    ]
    if not choices:
        return False
    sheet, box = draw.choice(choices)
    changes.write_out(sheet, box)
    return True


def _spans(sheet: Sheet, box: Box) -> bool:
    """Whether the merge holds fields of a record on every row and nothing else."""
    cell = sheet.lines[box.top - 1].cells.get(box.left)
    if cell is None or not cell.holds or cell.holds[0].region == FOREIGN or box.left != box.right:
        return False
    own = changes.own_rows(sheet)
    return {own[key.region, key.item] for key in cell.holds} == set(range(box.top, box.bottom + 1))


def merge_down(draft: Draft, draw: Random) -> bool:
    """Equal neighbours in one column become one merged cell."""
    columns = draft.spots(lambda key: key.field in {"authority", "fund_name", "period"})
    draw.shuffle(columns)
    for spot in columns:
        bottom = spot.row
        while _mergeable(spot, bottom + 1):
            bottom += 1
        if bottom > spot.row and not _crossed(spot.sheet, Box(spot.row, spot.col, bottom, spot.col)):
            changes.merge_down(spot.sheet, spot.col, spot.row, bottom)
            return True
    return False


def _mergeable(spot: Spot, row: int) -> bool:
    lines = spot.sheet.lines
    below = lines[row - 1].cells.get(spot.col) if row <= len(lines) else None
    return below is not None and below.value == spot.cell.value and len(below.holds) == 1


def _crossed(sheet: Sheet, box: Box) -> bool:
    return any(
        each.top <= box.bottom and each.bottom >= box.top and each.left <= box.right and each.right >= box.left
        for each in sheet.merges
    )


def merge_across(draft: Draft, draw: Random) -> bool:
    """An indicator is merged with the blank cells to its right."""
    spots = draft.spots(lambda key: key.field in INDICATORS)
    draw.shuffle(spots)
    for spot in spots:
        line = spot.sheet.lines[spot.row - 1]
        if spot.col < len(spot.sheet.widths) and spot.col + 1 not in line.cells:
            box = Box(spot.row, spot.col, spot.row, spot.col + 1)
            if not _crossed(spot.sheet, box):
                spot.sheet.merges.append(box)
                return True
    return False


def merge_amounts(draft: Draft, draw: Random) -> bool:
    """Two amounts become one cell; the program keeps the upper and drops the lower without a word."""
    spots = draft.spots(lambda key: key.field in ("total_amount", "annual_amount"))
    draw.shuffle(spots)
    for spot in spots:
        below = spot.sheet.lines[spot.row].cells.get(spot.col) if spot.row < len(spot.sheet.lines) else None
        box = Box(spot.row, spot.col, spot.row + 1, spot.col)
        if (
            below is not None
            and len(below.holds) == 1
            and below.holds[0].region != FOREIGN
            and not _crossed(spot.sheet, box)
        ):
            Spot(spot.sheet, spot.row + 1, spot.col).say(None)
            draft.revise(below.holds[0], None)
            draft.unreadable.discard(below.holds[0])
            spot.sheet.merges.append(box)
            return True
    return False


def under_merge(draft: Draft, draw: Random) -> bool:
    """Something stands in a cell that a merge covers."""
    choices = [
        (sheet, row, col)
        for sheet in draft.forms()
        for box in sheet.merges
        for row in range(box.top, box.bottom + 1)
        for col in range(box.left, box.right + 1)
        if (row, col) != (box.top, box.left) and col not in sheet.lines[row - 1].cells
    ]
    if not choices:
        return False
    sheet, row, col = draw.choice(choices)
    draft.note(sheet, row, col, draw.choice(("原区属单位", Decimal(77), "旧内容")))
    return True


# Labels, titles, notes


def relabel(draft: Draft, draw: Random) -> bool:
    """Spaces, a line break or a colon more or less in a label."""
    spots = [spot for spot in _labels(draft, draw) if len(str(spot.cell.value)) >= 2]
    if not spots:
        return False
    spot = draw.choice(spots)
    word = str(spot.cell.value)
    half = len(word) // 2
    spot.say(
        draw.choice(
            (
                f" {word}",
                f"{word}　",
                f"{word[:half]} {word[half:]}",
                f"{word[:half]}\n{word[half:]}",
                f"{word[:half]}　　{word[half:]}",
                f"{word.rstrip('：:')}:",
                word.rstrip("：:"),
            )
        )
    )
    return True


def delete_label(draft: Draft, draw: Random) -> bool:
    spots = _labels(draft, draw)
    if not spots:
        return False
    spot = draw.choice(spots)
    del spot.sheet.lines[spot.row - 1].cells[spot.col]
    draft.excuse(spot.sheet)
    return True


def last_year(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw)
    title = _top(sheet, "2019年") if sheet is not None else None
    if sheet is None or title is None:
        return False
    title.say(str(title.cell.value).replace("2019", "2018"))
    draft.excuse(sheet)
    return True


def unit_of_yuan(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw, FUNDS, DIRECTIONS)
    line = _top(sheet, "单位") if sheet is not None else None
    if sheet is None or line is None:
        return False
    line.say("单位：元")
    draft.excuse(sheet)
    return True


def notes_below(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw)
    if sheet is None:
        return False
    at = (
        len(sheet.lines) if draw.random() < 0.5 else max(r for r, line in enumerate(sheet.lines, 1) if line.cells)
    ) + 1
    lines = (
        "注：含上级资金。",
        "填表人：计财科　　联系电话：00000000",
        "单位负责人（签章）：",
        "2018年11月20日",
        "说明：本表一式两份",
    )
    for offset, text in enumerate(draw.sample(lines, draw.randint(1, 2))):
        row = at + draw.randint(0, 1) + 2 * offset
        _reach(sheet, row)
        draft.note(sheet, row, 1, text)
    return True


def note_beside(draft: Draft, draw: Random) -> bool:
    sheet = _sheet(draft, draw)
    if sheet is None:
        return False
    row = draw.choice(data_rows(sheet))
    draft.note(sheet, row, len(sheet.widths) + draw.randint(1, 4), draw.choice(("请核实", Decimal("0.5"), "←新增")))
    return True


# Values


def label_word_in_cell(draft: Draft, draw: Random) -> bool:
    spot = _pick(draft, draw, lambda key: key.field in INDICATORS or key.field in GOALS)
    if spot is None:
        return False
    word = draw.choice(LABEL_WORDS)
    spot.say(word)
    draft.revise(spot.cell.holds[0], word)
    return True


def text_in_amount(draft: Draft, draw: Random) -> bool:
    spot = _pick(draft, draw, lambda key: key.field in AMOUNTS)
    if spot is None:
        return False
    key = spot.cell.holds[0]
    spot.say(draw.choice(("待定", "见附件", "约8万元左右", "8-10", "1_000", "nan", "1e3", "٣", "8万5千", "x")))
    draft.unreadable.add(key)
    draft.revise(key, None)
    return True


def amount_as_text(draft: Draft, draw: Random) -> bool:
    """The same amount as a person writes it."""
    spot = _pick(draft, draw, lambda key: key.field in AMOUNTS)
    amount = draft.answer(spot.cell.holds[0]) if spot is not None else None
    if spot is None or not isinstance(amount, Decimal):
        return False
    plain = format(amount, "f")
    spot.say(
        draw.choice(
            (
                plain,
                f" {plain} ",
                plain.translate(FULL_WIDTH),
                f"{plain}万元",
                f"{plain.translate(FULL_WIDTH)}万元",
                f"{plain} 万",
                f"{amount:,f}",
                f"￥{plain}",
                f"{format(amount * 10_000, 'f').removesuffix('.00').removesuffix('.0')}元",
            )
        )
    )
    return True


def error_value(draft: Draft, draw: Random) -> bool:
    spot = _pick(draft, draw, lambda key: key.field != "no")
    if spot is None:
        return False
    key = spot.cell.holds[0]
    spot.say(Wrong(draw.choice(("#REF!", "#DIV/0!", "#N/A", "#VALUE!"))))
    draft.unreadable.add(key)
    draft.revise(key, None)
    return True


def formula(draft: Draft, draw: Random) -> bool:
    spot = _pick(draft, draw, lambda key: key.field in AMOUNTS)
    amount = draft.answer(spot.cell.holds[0]) if spot is not None else None
    if spot is None or not isinstance(amount, Decimal):
        return False
    spot.say(Formula(f"{format(amount, 'f')}+5-5", amount))
    return True


def uncalculated(draft: Draft, draw: Random) -> bool:
    spot = _pick(draft, draw, lambda key: key.field in AMOUNTS)
    if spot is None:
        return False
    key = spot.cell.holds[0]
    spot.say(Formula("40+8", None))
    draft.unreadable.add(key)
    draft.revise(key, None)
    return True


def rich_text(draft: Draft, draw: Random) -> bool:
    spot = _pick(draft, draw, lambda key: key.field in GOALS)
    text = spot.cell.value if spot is not None else None
    if spot is None or not isinstance(text, str) or len(text) < 4:
        return False
    at = draw.randint(1, len(text) - 1)
    spot.say(Rich((text[:at], text[at:]), draw.choice(("", "ふりがな"))))
    return True


def clear_cell(draft: Draft, draw: Random) -> bool:
    spot = _pick(
        draft,
        draw,
        lambda key: key.field != "department" and key.region != "indicator_matrix" and "indicators" not in key.region,
    )
    if spot is None:
        return False
    spot.say(None)
    draft.revise(spot.cell.holds[0], None)
    return True


def percent_number(draft: Draft, draw: Random) -> bool:
    """90% typed by hand becomes the number 0.9 that shows as 90%."""
    spots = [
        spot
        for spot in draft.spots(lambda key: key.field in {"satisfaction", "value"})
        if str(spot.cell.value).lstrip("≥每年").rstrip("%").isdecimal() and str(spot.cell.value).endswith("%")
    ]
    if not spots:
        return False
    spot = draw.choice(spots)
    share = str(spot.cell.value).lstrip("≥每年").rstrip("%")
    spot.say(Decimal(share) / 100, draft.book.blank.percent.get(spot.cell.style))
    draft.revise(spot.cell.holds[0], f"{share}%")
    return True


def spaces_in_text(draft: Draft, draw: Random) -> bool:
    spot = _pick(draft, draw, lambda key: key.field in INDICATORS or key.field in GOALS)
    text = spot.cell.value if spot is not None else None
    if spot is None or not isinstance(text, str):
        return False
    changed = draw.choice((f" {text}", f"{text} ", f"{text}　", f"{text}\n", text.replace("，", "，\n", 1)))
    spot.say(changed)
    draft.revise(spot.cell.holds[0], changed)
    return True


def looks_like_formula(draft: Draft, draw: Random) -> bool:
    """Text that begins with =, + or @ and is text."""
    spot = _pick(draft, draw, lambda key: key.field in INDICATORS)
    if spot is None:
        return False
    text = draw.choice(("=100%", "=1+1", "+5个", "@社区", "-10%", '=HYPERLINK("http://example.cn")', "＝100%"))
    spot.say(text)
    draft.revise(spot.cell.holds[0], text)
    return True


def serial_form(draft: Draft, draw: Random) -> bool:
    """The serial number written another way."""
    spot = _pick(draft, draw, lambda key: key.field == "seq")
    serial = draft.answer(spot.cell.holds[0]) if spot is not None else None
    if spot is None or not isinstance(serial, int):
        return False
    spot.say(draw.choice((Decimal(serial), str(serial), f"（{spot.cell.value}）", f"{spot.cell.value}、")))
    return True


def period_form(draft: Draft, draw: Random) -> bool:
    """The period with another dash, or with spaces."""
    spot = _pick(draft, draw, lambda key: key.field == "period")
    if spot is None or not isinstance(spot.cell.value, str):
        return False
    text = spot.cell.value
    spot.say(
        draw.choice(
            (text.replace("-", "—"), text.replace("-", "－"), text.replace("-", "至"), text.replace("年", " 年"))
        )
    )
    return True


class Mutation(Enum):
    """Every kind of change: what a clerk would call it, and the function that makes it."""

    def __init__(self, label: str, change: Change) -> None:
        self.label = label
        self.change = change

    def __repr__(self) -> str:
        return self.name

    INSERT_BLANK_ROWS = ("插入空行", insert_blank_rows)
    ROW_ABOVE_TITLE = ("标题上加一行", row_above_title)
    DELETE_SPARE_ROWS = ("删除多余空行", delete_spare_rows)
    DELETE_DATA_ROW = ("删除一行数据", delete_data_row)
    SWAP_ROWS = ("两行对调", swap_rows)
    DUPLICATE_ROW = ("复制一行", duplicate_row)
    REPEAT_HEADER = ("中间重复表头", repeat_header)
    HIDE_ROW = ("隐藏行", hide_row)
    TOTAL_ROW = ("加合计行", total_row)
    INSERT_COLUMN = ("插入空列", insert_column)
    INSERT_REMARKS = ("插入备注列", insert_remarks)
    MOVE_COLUMN = ("移动列", move_column)
    HIDE_COLUMN = ("隐藏列", hide_column)
    RENAME_SHEET = ("工作表改名", rename_sheet)
    SWAP_NAMES = ("工作表名互换", swap_names)
    REORDER_SHEETS = ("工作表换序", reorder_sheets)
    HIDE_SHEET = ("隐藏工作表", hide_sheet)
    EMPTY_COPY = ("空白副本", empty_copy)
    FULL_COPY = ("填好的副本", full_copy)
    REMOVE_SHEET = ("删除工作表", remove_sheet)
    EXTRA_SHEET = ("另加工作表", extra_sheet)
    UNMERGE_HEADING = ("取消表头合并", unmerge_heading)
    UNMERGE_DATA = ("取消数据合并", unmerge_data)
    MERGE_DOWN = ("向下合并", merge_down)
    MERGE_ACROSS = ("向右合并", merge_across)
    MERGE_AMOUNTS = ("合并两个金额", merge_amounts)
    UNDER_MERGE = ("合并区下有内容", under_merge)
    RELABEL = ("改栏目的空格换行冒号", relabel)
    DELETE_LABEL = ("删除栏目名", delete_label)
    LAST_YEAR = ("去年的表题", last_year)
    UNIT_OF_YUAN = ("单位写成元", unit_of_yuan)
    NOTES_BELOW = ("表下加说明", notes_below)
    NOTE_BESIDE = ("表右加说明", note_beside)
    LABEL_WORD_IN_CELL = ("指标格填了栏目字样", label_word_in_cell)
    TEXT_IN_AMOUNT = ("金额填了文字", text_in_amount)
    AMOUNT_AS_TEXT = ("金额的其他写法", amount_as_text)
    ERROR_VALUE = ("错误值", error_value)
    FORMULA = ("公式", formula)
    UNCALCULATED = ("公式未计算", uncalculated)
    RICH_TEXT = ("富文本", rich_text)
    CLEAR_CELL = ("清空一格", clear_cell)
    PERCENT_NUMBER = ("百分数存为小数", percent_number)
    SPACES_IN_TEXT = ("文字带空格换行", spaces_in_text)
    LOOKS_LIKE_FORMULA = ("像公式的文字", looks_like_formula)
    SERIAL_FORM = ("序号的其他写法", serial_form)
    PERIOD_FORM = ("实施期的其他写法", period_form)


def mutate(draft: Draft, draw: Random, changes: int = 1, kinds: Iterable[Mutation] = Mutation) -> tuple[Mutation, ...]:
    """Makes `changes` random changes of these kinds to the draft, in place; which ones were made (kinds that do not apply are skipped)."""
    choices = list(kinds)
    done: list[Mutation] = []
    for _ in range(changes):
        for kind in draw.sample(choices, len(choices)):
            if kind.change(draft, draw):
                done.append(kind)
                break
    return tuple(done)


def mutated_content(
    said: Content, draw: Random, changes: int = 1, kinds: Iterable[Mutation] = Mutation, dialect: Dialect | None = None
) -> Mutated:
    """A return that says `said`, changed; without `dialect` a random program saved it."""
    draft = draft_of(said, issued_blank())
    applied = mutate(draft, draw, changes, kinds)
    return Mutated(save(draft.book, dialect or draw.choice(DIALECTS)), expectation(draft), applied)


def mutated(
    seed: int, changes: int = 1, kinds: Iterable[Mutation] = Mutation, dialect: Dialect | None = None
) -> Mutated:
    """A random return with random changes; the same seed always gives the same bytes."""
    return mutated_content(content(seed, 0), Random(f"{seed}/mutations"), changes, kinds, dialect)
