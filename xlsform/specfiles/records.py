"""Records to be filled in, from JSON as `extract` prints it, from a folder of its CSV tables, or as plain Python objects.

Amounts become Decimals of exactly the digits that stand there. Whatever is wrong is said at once, with file and JSON path.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from xlsform.core.cells import fits_in_cell
from xlsform.core.errors import Fault, Mark, RecordsError, UsageError
from xlsform.core.kinds import NUMBERS, amount
from xlsform.core.records import Data
from xlsform.core.spec import FormSet, kinds_of
from xlsform.specfiles.faults import instead
from xlsform.specfiles.roster import NO_ENCODING, csv_text

RESERVED = frozenset(
    {"schema_version", "file", "sha256", "department", "year", "records", "unmapped", "findings", "reasons"}
)
"""The keys beside `records` that extract prints; in a record, keys that begin with _ say where it came from."""
TABLES_BESIDE = frozenset({"findings", "unmapped"})
"""What a folder of CSV tables holds besides the regions."""

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_HALF = re.compile(r"[\ud800-\udfff]")
"""Half of a character beyond U+FFFF, which JSON can say and no file can hold."""
_QUOTED = re.compile(r"'+[=+\-@\t\r]")
_LONGEST_NUMBER = 40
_DIGITS = 15
"""Significant digits that a spreadsheet keeps."""


class RecordSet(NamedTuple):
    """What goes into one workbook: records by region, and what is known of where they came from.

    name: the return's file name ("" when unknown); year: None when none is given; mark and path: where they stand, for faults;
    faults: what is wrong with them already, taken by themselves.
    """

    records: Mapping[str, Sequence[Mapping[str, Data]]]
    mark: Mark
    path: str = ""
    name: str = ""
    year: int | None = None
    faults: tuple[Fault, ...] = ()


def read_records(source: Path | bytes, formset: FormSet) -> tuple[RecordSet, ...]:
    """One set of records for each workbook to be filled: from a JSON or JSON Lines file (or its bytes, then from stdin), or a CSV folder.

    What is wrong with the records stands in each set's faults. Raises RecordsError when the file is none of these at all, UsageError when
    it is not there.
    """
    if isinstance(source, Path) and source.is_dir():
        return _read_tables(source, formset)
    if isinstance(source, Path) and not source.exists():
        raise UsageError(f"找不到 {source}")
    if isinstance(source, Path) and source.suffix.lower() == ".csv":
        raise UsageError(f"{source} 是一张表，请给出这些 .csv 所在的文件夹")
    name = source.name if isinstance(source, Path) else "<stdin>"
    data = source if isinstance(source, bytes) else source.read_bytes()
    sets = tuple(_record_set(value, mark, formset) for value, mark in _documents(name, data))
    if not sets:
        raise RecordsError((Fault(Mark(name), "", "没有记录"),))
    return sets


def records_of(given: Mapping[str, Iterable[Mapping[str, object]]], formset: FormSet) -> RecordSet:
    """Records given as Python objects: lists of dicts by region. What is wrong with them stands in the set's faults."""
    return _record_set({key: list(rows) for key, rows in given.items()}, Mark("records"), formset)


# --- JSON --------------------------------------------------------------------------------------------------------------


def _documents(name: str, data: bytes) -> Iterator[tuple[object, Mark]]:
    """The file as one JSON document, or one a line, each with where it stands. Raises RecordsError with all lines that are no JSON."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecordsError((Fault(Mark(name), "", "不是 UTF-8 编码的文本"),)) from error
    try:
        yield _parsed(text), Mark(name)
    except ValueError as error:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) < 2 or not _is_json(lines[0][1]):
            raise RecordsError((_no_json(name, error),)) from error
        faults: list[Fault] = []
        found: list[tuple[object, Mark]] = []
        for number, line in lines:
            try:
                found.append((_parsed(line), Mark(name, number)))
            except ValueError as one:
                faults.append(_no_json(name, one, number))
        if faults:
            raise RecordsError(tuple(faults)) from error
        yield from found


def _no_json(name: str, error: ValueError, line: int = 0) -> Fault:
    if isinstance(error, json.JSONDecodeError):
        return Fault(Mark(name, line or error.lineno), "", f"不是正确的 JSON（第 {error.colno} 个字符处：{error.msg}）")
    return Fault(Mark(name, line), "", str(error))


def _is_json(text: str) -> bool:
    try:
        _parsed(text)
    except ValueError:
        return False
    return True


def _parsed(text: str) -> object:
    """JSON with Decimals for all numbers that are not whole. Raises ValueError, also for a key written twice, NaN and Infinity."""
    try:
        return json.loads(
            text,
            parse_float=Decimal,
            parse_int=_whole,
            parse_constant=_refused,
            object_pairs_hook=_unique,
        )
    except RecursionError as error:
        raise ValueError("JSON 套得太深") from error


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else Decimal(digits)


def _refused(word: str) -> object:
    raise ValueError(f"{word} 不是数字")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"键“{key}”写了两次")
        found[key] = value
    return found


# --- what one workbook gets --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is needed to judge a value, and where faults go."""

    mark: Mark
    faults: list[Fault]

    def fault(self, path: str, what: str) -> None:
        self.faults.append(Fault(self.mark, path, what))


def _record_set(value: object, mark: Mark, formset: FormSet) -> RecordSet:
    """The records of an object: below `records`, or the object itself when it has no such key."""
    reading = _Reading(mark, [])
    whole = value if isinstance(value, Mapping) else {}
    wrapped = "records" in whole
    path = "records" if wrapped else ""
    given = whole["records"] if wrapped else {key: rows for key, rows in whole.items() if key not in RESERVED}
    for key in whole if wrapped else ():
        if key not in RESERVED:
            reading.fault(str(key), f"不认识的键{instead(str(key), RESERVED)}")
    if not isinstance(value, Mapping) or not isinstance(given, Mapping):
        reading.fault(path, "应为对象 {区域: [记录…]}")
        given = {}
    regions = _kinds(formset)
    records: dict[str, list[Mapping[str, Data]]] = {}
    departments: set[str] = set()
    for region, rows in given.items():
        here = f"{path}.{region}" if path else str(region)
        if region not in regions:
            reading.fault(here, f"没有区域“{region}”{instead(str(region), regions)}")
        elif not isinstance(rows, list | tuple):
            reading.fault(here, "应为记录的清单 […]")
        else:
            records[region] = [
                _record(row, regions[region], f"{here}[{index}]", reading, departments)
                for index, row in enumerate(rows)
            ]
    if len(departments) > 1:
        reading.faults.append(_several(mark, path, departments))
    year = _year(whole.get("year"), reading)
    return RecordSet(records, mark, path, _text(whole.get("file")), year, tuple(reading.faults))


def _kinds(formset: FormSet) -> dict[str, Mapping[str, str]]:
    """The keys of every region's records, with the kind of each."""
    return {region.id: kinds_of(region) for form in formset.forms for region in form.regions}


def _several(mark: Mark, path: str, departments: Collection[str]) -> Fault:
    named = "、".join(sorted(departments)[:3])
    return Fault(mark, path, f"有 {len(departments)} 个部门的记录（{named}……），一个工作簿只填一个部门")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _year(value: object, reading: _Reading) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 1990 <= value <= 2100:
        return value
    reading.fault("year", f"应为四位年份，如 2019，现为 {_quoted(value)}")
    return None


def _record(
    row: object, kinds: Mapping[str, str], path: str, reading: _Reading, departments: set[str]
) -> Mapping[str, Data]:
    if not isinstance(row, Mapping):
        reading.fault(path, "应为一条记录 {字段: 值…}")
        return {}
    record: dict[str, Data] = {}
    for key, value in row.items():
        if str(key).startswith("_"):
            if key == "_department" and isinstance(value, str) and value:
                departments.add(value)
        elif key not in kinds:
            reading.fault(f"{path}.{key}".lstrip("."), f"没有字段“{key}”{instead(str(key), kinds)}")
        else:
            record[key] = _datum(value, kinds[key], f"{path}.{key}".lstrip("."), reading)
    return record


def _datum(value: object, kind: str, path: str, reading: _Reading) -> Data:
    """One value as `core.fill` takes it; a fault and None when it is none of its kind."""
    if value is None:
        return None
    huge = isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) > _LONGEST_NUMBER
    if isinstance(value, bool) or huge or not isinstance(value, str | int | Decimal | float):
        wrong = f"应为{'数字' if kind in NUMBERS else '文字'}，现为 {_quoted(value)}"
    else:
        found, wrong = _number(value, kind) if kind in NUMBERS else _words(value, kind)
        if not wrong:
            return found
    reading.fault(path, wrong)
    return None


def _words(value: str | Decimal | int | float, kind: str) -> tuple[Data, str]:  # noqa: PYI041 - mypy asks for both
    """The text (of a 序号 also its number) and no complaint, or the complaint; nothing but white space is absent."""
    if isinstance(value, str):
        if not fits_in_cell(value):
            return None, f"文字太长：一个单元格最多 32,767 个字符，现有 {len(value):,} 个"
        if half := _HALF.search(value):
            return None, f"第 {half.start() + 1} 个字符不完整（\\u{ord(half[0]):04x}），单元格里写不了"
        # \n is the one line break that a cell has
        return (value.replace("\r\n", "\n").replace("\r", "\n") if value and not value.isspace() else None), ""
    if isinstance(value, float):
        return None, f"应为文字，现为小数 {value!r}"
    if kind == "serial" and isinstance(value, int):
        return (value, "") if 1 <= value <= 99_999 else (None, f"序号应在 1 和 99,999 之间，现为 {value}")
    return (format(value, "f") if isinstance(value, Decimal) else str(value)), ""


def _number(value: str | Decimal | int | float, kind: str) -> tuple[Data, str]:  # noqa: PYI041 - mypy asks for both
    """The number and no complaint, or the complaint. A float counts as the shortest decimal that means it."""
    text = value if isinstance(value, str) else repr(value) if isinstance(value, float) else f"{Decimal(value):f}"
    if isinstance(value, float) and math.isfinite(value):
        text = f"{Decimal(text):f}"
    if not _NUMBER.fullmatch(text):
        return None, f"应为数字，现为 {_quoted(value)}"
    number = Decimal(text)
    if kind == "integer":
        whole = number == number.to_integral_value() and abs(number) < 10**12
        return (int(number), "") if whole else (None, f"应为整数，现为 {text}")
    kept, _ = amount(text)
    if kept != number:
        return None, f"金额最多 {_DIGITS} 位有效数字、10 位小数，现为 {text}"
    return kept, ""


def _quoted(value: object) -> str:
    plain = isinstance(value, str | Decimal)
    text = str(value) if plain else json.dumps(value, ensure_ascii=False, default=str)
    return f"“{text if len(text) <= 30 else text[:30] + '…'}”"


# --- CSV ---------------------------------------------------------------------------------------------------------------


def _read_tables(folder: Path, formset: FormSet) -> tuple[RecordSet, ...]:
    """A folder as `extract --format csv` writes it: a table a region; rows of different files (_file) go into different workbooks."""
    regions = _kinds(formset)
    faults: list[Fault] = []
    tables = [table for table in sorted(folder.glob("*.csv")) if table.stem not in TABLES_BESIDE]
    by_file: dict[str, dict[str, list[Mapping[str, Data]]]] = {}
    departments: dict[str, set[str]] = {}
    for table in tables:
        if table.stem not in regions:
            faults.append(Fault(Mark(table.name), "", f"没有区域“{table.stem}”{instead(table.stem, regions)}"))
            continue
        for number, row in _rows(table, faults):
            file = str(row.get("_file") or "")
            empty: dict[str, list[Mapping[str, Data]]] = {one.stem: [] for one in tables}
            reading = _Reading(Mark(table.name, number), faults)
            record = _record(row, regions[table.stem], "", reading, departments.setdefault(file, set()))
            by_file.setdefault(file, empty)[table.stem].append(record)
    mark = Mark(str(folder))
    faults += (_several(mark, file, names) for file, names in departments.items() if len(names) > 1)
    if not by_file:
        raise RecordsError((*faults, Fault(mark, "", "没有记录" if tables else "文件夹里没有 .csv")))
    sets = [RecordSet(records, mark, "", file) for file, records in by_file.items()]
    return (sets[0]._replace(faults=tuple(faults)), *sets[1:])


def _rows(table: Path, faults: list[Fault]) -> Iterator[tuple[int, dict[str, object]]]:
    """The rows of a table with their line; an empty cell is absent, an apostrophe that kept a text from being a formula is taken off."""
    text = csv_text(table.read_bytes())
    if text is None:
        faults.append(Fault(Mark(table.name), "", NO_ENCODING))
        return
    try:
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        head = next(rows, [])
        twice = [name for name, times in Counter(head).items() if times > 1]
        if twice:
            faults.append(Fault(Mark(table.name, 1), "", f"栏目“{twice[0]}”写了两次"))
            return
        if len(head) == 1 and re.search("[;\t]", head[0]):
            faults.append(Fault(Mark(table.name, 1), "", "各栏应以逗号分隔"))
            return
        for row in rows:
            if len(row) != len(head):
                faults.append(Fault(Mark(table.name, rows.line_num), "", f"有 {len(row)} 格，表头有 {len(head)} 格"))
                continue
            yield rows.line_num, {key: _unquoted(text) or None for key, text in zip(head, row, strict=True)}
    except csv.Error as error:
        faults.append(Fault(Mark(table.name), "", f"读不了：{error}"))


def _unquoted(text: str) -> str:
    return text[1:] if _QUOTED.match(text) else text
