"""The roster of departments (部门名册), as a clerk keeps it in Excel: .xlsx, or .csv in UTF-8 or GBK."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from xlsform.core.cells import Book, Cell
from xlsform.core.errors import Fault, Mark, Rejected, SpecError
from xlsform.core.kinds import KINDS
from xlsform.core.labels import is_note, label_key, without_space
from xlsform.core.spec import Department, Field
from xlsform.specfiles.faults import nearest_word

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "部门代码": ("部门代码", "部门编码", "单位代码", "单位编码", "代码", "编码"),
    "部门名称": ("部门名称", "单位名称", "部门", "单位"),
    "别名": ("别名", "简称", "曾用名"),
    "主管部门": ("主管部门", "区级主管部门"),
    "邮箱": ("邮箱", "电子邮箱", "邮件地址"),
    "联系人": ("联系人",),
    "控制数": ("控制数", "预算控制数"),
}
"""The columns of a roster and the headings they may have; further columns (电话, 备注) are the clerk's own."""

REQUIRED = ("部门代码", "部门名称")
CONTROL = Field("control", ("控制数",), "money", unit="万元")
ONE_LINE = ("部门代码", "部门名称", "主管部门", "邮箱", "联系人")
"""Columns whose texts run on over a line break, which a clerk puts in to make them fit the cell."""
LONGEST = 100
"""Characters of a name: it becomes part of file names and of formulas, which have their limits."""
_BREAK = re.compile(r"\s*[\x00-\x1f\x7f]+\s*")
_BETWEEN = re.compile(r"[、，,；;\n]")
NO_ENCODING = "不是 UTF-8 也不是 GBK 编码，请另存为“CSV UTF-8”"


class Line(NamedTuple):
    """One row of the table: its number in the file and its cells by column."""

    number: int
    cells: Mapping[int, Cell]


def load_roster(path: Path, read: Callable[[str, bytes], Book]) -> tuple[Department, ...]:
    """The departments in the order of the file. `read` makes a Book of .xlsx bytes. Raises SpecError with the fault of every row."""
    file = str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SpecError((Fault(Mark(file), "", f"打不开名册（{error.strerror}）"),)) from error
    if path.suffix.lower() == ".csv":
        return departments(file, [_csv_lines(file, data)])
    try:
        book = read(file, data)
    except Rejected as error:
        raise SpecError((Fault(Mark(file), "", f"打不开名册（{error.reason}），请另存为 .xlsx 或 .csv"),)) from error
    return departments(file, [[Line(row, grid.rows[row]) for row in sorted(grid.rows)] for grid in book.grids])


def csv_text(data: bytes) -> str | None:
    """The text of a .csv, which Excel writes as UTF-8 or, on a Chinese Windows, as GBK; None when it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _csv_lines(file: str, data: bytes) -> list[Line]:
    """The rows of a .csv; the number is that of the line on which a row begins."""
    text = csv_text(data)
    if text is None:
        raise SpecError((Fault(Mark(file), "", NO_ENCODING),))
    reader = csv.reader(io.StringIO(text, newline=""))
    lines, begin = [], 1
    for row in reader:
        cells = {col: Cell(value, value) for col, value in enumerate(row, start=1) if value.strip()}
        lines.append(Line(begin, cells))
        begin = reader.line_num + 1
    return [line for line in lines if line.cells]


def departments(file: str, sheets: Sequence[Sequence[Line]]) -> tuple[Department, ...]:
    """The departments of the first sheet that has a roster's heading. Raises SpecError with the fault of every row."""
    for lines in sheets:
        for index, line in enumerate(lines):
            columns = _heading(line)
            if "部门名称" in columns.values():
                reading = _Reading(file, columns)
                reading.heading(line)
                for row in lines[index + 1 :]:
                    reading.row(row)
                if not reading.found and not reading.faults:
                    reading.fault(line.number, "", "表头下面一个部门也没有")
                if reading.faults:
                    raise SpecError(tuple(sorted(reading.faults, key=lambda fault: fault.mark.line)))
                return tuple(reading.found)
    raise SpecError((Fault(Mark(file), "", f"找不到表头：应有一行写着 {'、'.join(COLUMNS)}"),))


def _heading(line: Line) -> dict[int, str]:
    """Which column is which, by the headings in this row; the first of two alike counts and `heading` tells of the second."""
    found: dict[int, str] = {}
    for col, cell in line.cells.items():
        name = next((name for name, spellings in COLUMNS.items() if label_key(cell.text) in spellings), None)
        if name is not None and name not in found.values():
            found[col] = name
    return found


@dataclass(slots=True)
class _Reading:
    """The departments read so far, whose names they took, and what is wrong."""

    file: str
    columns: Mapping[int, str]
    found: list[Department] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)

    def fault(self, line: int, key: str, what: str) -> None:
        self.faults.append(Fault(Mark(self.file, line), key, what))

    def heading(self, line: Line) -> None:
        missing = [name for name in COLUMNS if name not in self.columns.values()]
        for col, cell in line.cells.items():
            if col in self.columns:
                continue
            key = label_key(cell.text)
            if any(key in spellings for spellings in COLUMNS.values()):
                self.fault(line.number, cell.text, "这一栏有两列")
            elif near := nearest_word(key, missing):
                self.fault(line.number, cell.text, f"不认识的栏目，是否为“{near}”")
        for name in REQUIRED:
            if name in missing:
                self.fault(line.number, name, "缺少这一栏")

    def row(self, line: Line) -> None:
        cells = {name: cell for col, name in self.columns.items() if (cell := line.cells.get(col)) is not None}
        texts = {name: _BREAK.sub("" if name in ONE_LINE else "\n", cell.text.strip()) for name, cell in cells.items()}
        if not texts or ("部门名称" not in texts and is_note(line.cells[min(line.cells)].text)):
            return
        for name in REQUIRED:
            if name not in texts and name in self.columns.values():
                self.fault(line.number, name, "没有填")
        aliases = tuple(
            dict.fromkeys(alias.strip() for alias in _BETWEEN.split(texts.get("别名", "")) if alias.strip())
        )
        for key in ONE_LINE:
            if len(texts.get(key, "")) > LONGEST:
                self.fault(line.number, key, f"最多 {LONGEST} 个字，现有 {len(texts[key])} 个")
        name = texts.get("部门名称", "")
        self._claim(line.number, texts.get("部门代码", ""), name, aliases)
        email = texts.get("邮箱", "")
        if email and re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email) is None:
            self.fault(line.number, "邮箱", f"“{email}”不是邮箱地址")
        self.found.append(
            Department(
                texts.get("部门代码", ""),
                name,
                tuple(alias for alias in aliases if alias != name),
                texts.get("主管部门", ""),
                email,
                texts.get("联系人", ""),
                self._control(line.number, cells.get("控制数")),
                Mark(self.file, line.number),
            )
        )

    def _claim(self, line: int, code: str, name: str, aliases: Sequence[str]) -> None:
        """Codes and names (aliases are names too) lead to one department each."""
        if code in self.codes:
            self.fault(line, "部门代码", f"“{code}”与第 {self.codes[code]} 行重复")
        if code:
            self.codes.setdefault(code, line)
        for key, text in (("部门名称", name), *(("别名", alias) for alias in aliases)):
            folded = without_space(text)
            if folded and self.names.get(folded, line) != line:
                self.fault(line, key, f"“{text}”与第 {self.names[folded]} 行的名称或别名重复")
            self.names.setdefault(folded, line)

    def _control(self, line: int, cell: Cell | None) -> Decimal | None:
        if cell is None:
            return None
        data, _ = KINDS["money"].parse(cell, CONTROL)
        if not isinstance(data, Decimal) or data < 0:
            self.fault(line, "控制数", f"“{cell.text}”应为不小于 0 的数字（万元）")
            return None
        return data
