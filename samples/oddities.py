"""The sixteen returns of samples/2019/returns: right, but each odd in its own way. One table says which department shows what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from samples.changes import (
    delete_line,
    insert_column,
    insert_lines,
    keep_only,
    merge_down,
    move_column,
    relabel,
    reorder,
    unmerge,
    write_out,
)
from samples.package import BARE, EXCEL, INLINE, OPENPYXL, PREFIXED, STRICT_EXCEL, WPS, Dialect
from samples.workbook import (
    CARD,
    DIRECTIONS,
    FIRST_ROW,
    FUNDS,
    MATRIX,
    NOTES,
    Box,
    Formula,
    Line,
    Rich,
    Sheet,
    Workbook,
    runs,
)

Change = Callable[[Workbook], None]


class File(NamedTuple):
    """One file of a return: its name, the program that saved it, and what was done to the filled blank."""

    name: str
    dialect: Dialect
    change: Change


class Return(NamedTuple):
    """One department's return and what it shows, in Chinese and in English (for the README)."""

    department: str
    files: tuple[File, ...]
    shows: str
    english: str


def data_rows(sheet: Sheet) -> list[int]:
    """The rows of a growing sheet that hold records, in order."""
    return [row for row, line in enumerate(sheet.lines, 1) if any(cell.holds for cell in line.cells.values())]


def number_at(sheet: Sheet, row: int, col: int) -> Decimal:
    """The amount that stands there. Raises TypeError when it is none."""
    value = sheet.lines[row - 1].cells[col].value
    if not isinstance(value, Decimal):
        raise TypeError(f"{sheet.name} {row},{col} holds {value!r}")
    return value


def reword(sheet: Sheet, row: int, col: int, value: Decimal | str | Formula | Rich) -> None:
    """Another way to write what stands there; the cell holds the same fields as before."""
    cells = sheet.lines[row - 1].cells
    cells[col] = cells[col]._replace(value=value)


def as_percent(book: Workbook, row: int, share: Decimal) -> None:
    """The satisfaction of a 支出方向 typed into a cell without text format: stored as 0.9, shown as 90%."""
    cells = book.sheet(DIRECTIONS).lines[row - 1].cells
    cells[16] = cells[16]._replace(value=share, style=book.blank.percent[cells[16].style])


def add_note(sheet: Sheet, row: int, col: int, text: str) -> None:
    """A text of the clerk's own outside the form, in a row that is made when the sheet ends above it."""
    while len(sheet.lines) < row:
        sheet.lines.append(Line((0,) * len(sheet.lines[-1].styles)))
    sheet.put(row, col, text, style=0)


def as_the_paper(book: Workbook) -> None:
    relabel(book.sheet(DIRECTIONS), {"所属专项名称": "所 属专项名称"})
    for word in ("数量", "质量", "时效", "成本"):
        relabel(book.sheet(DIRECTIONS), {f"{word}指标": f"{word}\n指标"})


def blank_rows_between(book: Workbook) -> None:
    insert_lines(book.sheet(FUNDS), 5, 2)
    insert_lines(book.sheet(DIRECTIONS), 6)
    insert_lines(book.sheet(DIRECTIONS), 8)
    insert_lines(book.sheet(MATRIX), 4)


def merged_authority(book: Workbook) -> None:
    sheet = book.sheet(DIRECTIONS)
    rows = data_rows(sheet)
    merge_down(sheet, 1, rows[0], rows[-1])
    merge_down(sheet, 3, rows[0], rows[2])
    for row in rows:
        as_percent(book, row, Decimal(str(sheet.lines[row - 1].cells[16].value).rstrip("%")) / 100)
    last = len(book.sheet(FUNDS).lines)
    add_note(book.sheet(FUNDS), last + 2, 1, "注：学前教育发展资金含上级补助，按区级预算安排数填列。")
    add_note(book.sheet(FUNDS), last + 3, 1, "填表人：计财科　　联系电话：0731-00000000")


def inserted_columns(book: Workbook) -> None:
    funds, directions = book.sheet(FUNDS), book.sheet(DIRECTIONS)
    insert_column(funds, 5)
    funds.put(3, 5, "备注", style=funds.lines[2].styles[3])
    funds.put(4, 5, "含上级资金", style=funds.lines[3].styles[1])
    insert_column(directions, 3)
    insert_column(book.sheet(MATRIX), 9)


def moved_columns(book: Workbook) -> None:
    move_column(book.sheet(FUNDS), 4, 3, top=3)
    move_column(book.sheet(DIRECTIONS), 5, 4, top=3)
    move_column(book.sheet(DIRECTIONS), 16, 12, top=5)
    for old, new in ((FUNDS, "附件1"), (DIRECTIONS, "附件2 支出方向"), (CARD, "附件3整体"), (MATRIX, "Sheet4")):
        book.sheet(old).name = new


def reordered_sheets(book: Workbook) -> None:
    empty = next(sheet for sheet in book.blank.sheets if sheet.name == FUNDS).copy()
    book.sheets.append(replace(empty, name=f"{FUNDS} (2)", form=""))
    reorder(book, [NOTES, CARD, MATRIX, f"{FUNDS} (2)", DIRECTIONS, FUNDS])
    sheet = book.sheet(MATRIX)
    for box in [box for box in sheet.merges if box.top >= FIRST_ROW[MATRIX]]:
        write_out(sheet, box)


def formulas(book: Workbook) -> None:
    funds, directions, card = book.sheet(FUNDS), book.sheet(DIRECTIONS), book.sheet(CARD)
    reword(funds, 4, 4, Formula("40+8", Decimal(48)))
    reword(funds, 5, 4, Formula(f"{DIRECTIONS}!E7", Decimal("6.5")))
    reword(directions, 6, 5, Formula("ROUND(24*2,2)", Decimal(48)))
    reword(card, 3, 3, Formula("C5+C6", number_at(card, 3, 3)))
    reword(card, 6, 3, Formula(f"SUM({FUNDS}!D4:D6)", number_at(card, 6, 3)))
    total = sum((number_at(directions, row, 5) for row in (7, 8)), Decimal(48))
    funds.put(7, 2, "合　计")
    funds.put(7, 4, Formula("SUM(D4:D6)", total))
    directions.put(9, 1, "合计")
    directions.put(9, 5, Formula("SUM(E6:E8)", total))
    goal = str(funds.lines[3].cells[5].value)
    reword(funds, 4, 5, Rich((goal[:6], goal[6:14], goal[14:]), "サンネンナイ"))


def only(*names: str) -> Change:
    """Only these sheets were sent."""

    def change(book: Workbook) -> None:
        keep_only(book, names)

    return change


def reworded_labels(book: Workbook) -> None:
    relabel(
        book.sheet(FUNDS),
        {"序号": "序　号", "专项支出名称": "专项\n支出名称", "资金总额": " 资金总额:", "单位：万元": "单位: 万元"},
    )
    relabel(book.sheet(FUNDS), {"年度绩效目标": "本年度绩效目标"})
    relabel(
        book.sheet(DIRECTIONS),
        {
            "主管部门": "区级主管部门",
            "产出指标": "产 出 指 标",
            "时效指标": "时效\n指标",
            "社会公益或服务对象满意度指标": "社会公众或服务对象\n满意度指标",
            "生态效益指标": "生态效益\n指标",
        },
    )
    relabel(
        book.sheet(CARD),
        {
            "部门名称": "部门名称：",
            "资金总额：": "资金总额",
            "其中：基本支出：": "其中:基本支出:",
            "项目支出：": "项目支出",
            "整体绩效目标": "整体绩效\n目标",
            "绩效股意见：": "绩效股意见:",
        },
    )
    relabel(book.sheet(MATRIX), {"实施期（2019年-2021年）": "实施期(2019年—2021年)", "一级指标": "一级\n指标"})


def hidden_columns(book: Workbook) -> None:
    funds, directions = book.sheet(FUNDS), book.sheet(DIRECTIONS)
    directions.hidden_cols.add(9)
    directions.hidden_cols.add(14)
    while len(funds.lines) > data_rows(funds)[-1]:
        delete_line(funds, len(funds.lines))
    insert_lines(directions, len(directions.lines), 8)
    book.sheet(NOTES).hidden = True


def title_row_above(book: Workbook) -> None:
    for number, name in enumerate((FUNDS, DIRECTIONS, CARD, MATRIX), 1):
        sheet = book.sheet(name)
        insert_lines(sheet, 1)
        sheet.lines[0] = Line((0,) * len(sheet.lines[1].styles), {}, 22)
        sheet.put(1, 1, f"附件{number}", style=0)


def added_merges(book: Workbook) -> None:
    funds, directions = book.sheet(FUNDS), book.sheet(DIRECTIONS)
    for sheet, col in ((funds, 2), (directions, 3), (directions, 4)):
        rows = data_rows(sheet)
        groups = [sheet.lines[row - 1].cells[col].value for row in rows]
        for start, end in runs(groups):
            if end - start > 1:
                merge_down(sheet, col, rows[start], rows[end - 1])
    unmerge(directions, Box(3, 8, 3, 16))
    unmerge(directions, Box(2, 1, 2, 16))
    unmerge(book.sheet(CARD), Box(7, 2, 7, 3))
    # An indicator written across the blank cells beside it belongs to the column it begins in.
    directions.merges.append(Box(6, 13, 6, 15))


def human_amounts(book: Workbook) -> None:
    funds, directions, card = book.sheet(FUNDS), book.sheet(DIRECTIONS), book.sheet(CARD)
    for row, text in ((4, "８"), (5, "22.5万元"), (6, "2,005,000元"), (7, " 36 ")):
        reword(funds, row, 4, text)
    for row, text in ((6, "80000元"), (7, "２２．５"), (8, "￥200.50万元")):
        reword(directions, row, 5, text)
    reword(card, 3, 3, "1,131.20")
    cell = card.lines[4].cells[3]
    card.lines[4].cells[3] = cell._replace(style=book.blank.thousands[cell.style])


def unchanged(_book: Workbook) -> None:
    """Nothing was done to the blank but filling it."""


def whole(department: str, dialect: Dialect, change: Change, shows: str, english: str) -> Return:
    """A return in one file named as its department."""
    return Return(department, (File(f"{department}.xlsx", dialect, change),), shows, english)


RETURNS = (
    whole(
        "区委办本级",
        EXCEL,
        as_the_paper,
        "真实申报（原文逐字）；栏目写法照原文（“所 属专项名称”“数量⏎指标”）；金额按二进制存储（336.06999999999999）",
        "the real return, to the letter; labels as in the paper; binary noise in amounts",
    ),
    whole(
        "区政府办公室",
        WPS,
        blank_rows_between,
        "WPS 保存，声明区域只有 A1；数据行之间留有空行",
        "saved by WPS, declared size A1; blank rows between the data",
    ),
    whole(
        "区教育局",
        EXCEL,
        merged_authority,
        "主管部门、专项名称向下合并；满意度存为 0.9、显示 90%；表下有附注和填表人；说明中的学前教育指标表",
        "authority merged down; 90% stored as 0.9; notes below the table; the first example table",
    ),
    whole(
        "区退役军人事务局",
        INLINE,
        inserted_columns,
        "插入“备注”列和空列；文字为单元格内字符串；说明中的退役安置指标表",
        "inserted columns (one with remarks); inline strings; the second example table",
    ),
    whole(
        "区民政局",
        OPENPYXL,
        moved_columns,
        "调换列序；工作表改名；由程序导出；说明中的优抚抚恤指标表",
        "moved columns; renamed sheets; the third example table",
    ),
    whole(
        "区文化旅游体育局",
        EXCEL,
        reordered_sheets,
        "工作表调换次序，另有空白副本“汇总表 (2)”；指标分解表取消合并、逐行重复；说明中的非遗保护指标表",
        "sheets reordered, an empty copy of one; matrix unmerged and repeated; the fourth example table",
    ),
    whole(
        "区财政局",
        EXCEL,
        formulas,
        "金额是公式（=40+8、跨表引用）；自加合计行；富文本带注音",
        "formulas with stored values; 合计 rows; rich text with phonetics",
    ),
    Return(
        "区人力资源和社会保障局",
        tuple(File(f"区人社局-{name}.xlsx", WPS, only(name)) for name in (FUNDS, DIRECTIONS, CARD, MATRIX)),
        "四张表分别报送，文件名用简称；只有部门整体表内有部门名称",
        "four files, one a form; the file name gives the department by alias",
    ),
    whole(
        "区卫生健康局",
        PREFIXED,
        reworded_labels,
        "栏目中的空格、换行、冒号被改；汇总表一格列出全部支出方向；XML 带命名空间前缀",
        "spaces, line breaks and colons in labels changed; one cell lists all directions; prefixed namespaces",
    ),
    whole(
        "区住房和城乡建设局",
        EXCEL,
        hidden_columns,
        "隐藏了质量指标和生态效益指标两列（内有内容，提示核实）；删掉多余空行、另加空行；编报说明被隐藏",
        "hidden columns with data (warned); spare rows deleted and added; hidden instructions",
    ),
    Return(
        "区城市管理和综合执法局",
        (
            File(f"区城管局-{FUNDS}.xlsx", EXCEL, only(FUNDS)),
            File("区城管局-其余三表.xlsx", EXCEL, only(DIRECTIONS, CARD, MATRIX)),
        ),
        "分两个文件报送，汇总表单独一个文件、表内无部门名称",
        "two files; the one without the card is told by its name",
    ),
    whole(
        "区农业农村局",
        OPENPYXL,
        unchanged,
        "把“合计”“质量指标”“效益指标”等栏目字样填进了指标格",
        "label words typed into answer cells",
    ),
    whole(
        "区科技和工业信息化局",
        BARE,
        title_row_above,
        "每张表上方加了“附件N”一行；XML 中没有行列地址",
        "a row above every title; rows and cells without addresses",
    ),
    whole(
        "区应急管理局",
        EXCEL,
        added_merges,
        "专项名称、实施期向下合并，指标横向合并，表头和卡片取消合并",
        "merges added and removed",
    ),
    whole(
        "田心街道办事处",
        WPS,
        human_amounts,
        "金额写成“８”“22.5万元”“80000元”“2,005,000元”“￥200.50万元”（均提示核实）",
        "amounts in human forms (warned)",
    ),
    whole(
        "响石岭街道办事处",
        STRICT_EXCEL,
        unchanged,
        "严格 OOXML 格式保存；审核意见写在“业务股室意见:”同一格内（提示）",
        "Strict OOXML; an opinion behind its label (hint)",
    ),
)
