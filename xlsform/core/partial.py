"""部分汇总: what the first sheet of a summary says when departments are missing in it, so that nobody takes its total for the district's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from xlsform.core.cells import Grid
from xlsform.core.edits import CellValue, Edit, Line, Look, Put, Restyle, Rows
from xlsform.core.labels import LONGEST_LABEL, NOTE_GAP, PARTIAL
from xlsform.core.layout import Layout
from xlsform.core.layout import Line as Title

NAMED = 12
"""Departments named in the note; 报送情况 has a line for each."""


class Lack(NamedTuple):
    """What a summary lacks. merged: departments that are in it; due: how many should be, None when nobody knows (no roster).

    missing: departments of which nothing is in it; partly: those that lack forms; files: how many belong to nobody or cannot be read.
    """

    merged: int
    due: int | None
    missing: Sequence[str] = ()
    partly: Sequence[str] = ()
    files: int = 0

    @property
    def counts(self) -> str:
        """部分汇总：已汇总 14／应报 16."""
        return f"{PARTIAL}已汇总 {self.merged}" + (f"／应报 {self.due}" if self.due is not None else "")

    @property
    def note(self) -> str:
        """The whole sentence, "" when the summary is complete."""
        if not (self.missing or self.partly or self.files):
            return ""
        told = [self.counts]
        if self.missing:
            told.append(f"缺：{_named(self.missing)}")
        if self.partly:
            told.append(f"有表未汇入：{_named(self.partly)}")
        if self.files:
            told.append(f"另有 {self.files} 个文件未汇入")
        return "，".join(told[:2]) + "".join(f"；{one}" for one in told[2:])


def _named(names: Sequence[str]) -> str:
    return "、".join(names[:NAMED]) + (f"等 {len(names)} 个部门" if len(names) > NAMED else "")


def with_note(edits: Iterable[Edit], lack: Lack, layout: Layout, grid: Grid) -> Iterator[Edit]:
    """The edits of a summary, and the note before the unit line of this sheet; in brackets behind its title where it has no such line.

    The line is read as before, whatever stands before it, and the head of every page repeats it.
    """
    line, title = layout.unit, layout.title
    if not lack.note:
        yield from edits
    elif line is None or (title is not None and (title.row, title.col) == (line.row, line.col)):
        yield from _behind_title(edits, lack, layout)
    else:
        said: dict[int, CellValue] = {col: cell.text for col, cell in grid.rows[line.row].items()}
        for edit in edits:
            if isinstance(edit, Put) and (edit.sheet, edit.row) == (layout.sheet, line.row):
                said[edit.col] = edit.value
            else:
                yield edit
        said[line.col] = f"{lack.note}{NOTE_GAP}{said[line.col]}"
        yield from _unit_row(said, line, grid)


def _unit_row(said: Mapping[int, CellValue], line: Title, grid: Grid) -> Iterator[Edit]:
    """The row of the unit line anew, higher where the note needs it."""
    over = next((area for area in grid.merges if area.holds(line.row, line.col)), None)
    if over is not None and over.top < over.bottom:
        yield from (Put(grid.sheet, line.row, col, text) for col, text in said.items())
        return
    if over is not None:
        yield Restyle(grid.sheet, over, Look(wrap=True))
    yield Rows(grid.sheet, line.row, line.row, 1, (Line(line.row, tuple(sorted(said.items()))),))


def _behind_title(edits: Iterable[Edit], lack: Lack, layout: Layout) -> Iterator[Edit]:
    title = layout.title
    text = title.text if title is not None else ""
    for edit in edits:
        if title is not None and isinstance(edit, Put) and edit[:3] == (layout.sheet, title.row, title.col):
            text = str(edit.value)
        else:
            yield edit
    with_counts = f"{text}（{lack.counts}）"
    if title is not None:
        yield Put(layout.sheet, title.row, title.col, with_counts if len(with_counts) <= LONGEST_LABEL else text)
