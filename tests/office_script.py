"""What a clerk does in LibreOffice, done by the program itself. Runs under the system's Python, which has `uno`; see `office`.

    python3 office_script.py PROFILE_FOLDER < jobs.json > answers.json

jobs: [{"open": path, "save": path or "", "steps": [[what, …], …]}]; the answers: for each job what its steps gave (null, or what was
asked for). Typing goes the way of the keyboard, so that formats and recognised dates count; what would bring up a message box (a locked
cell, a refused value) ends LibreOffice, which has no screen here.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

EXCEL = "Calc MS Excel 2007 XML"
PATIENCE = 60


def said(**values: Any) -> tuple[Any, ...]:
    properties = []
    for name, value in values.items():
        one = PropertyValue()
        one.Name, one.Value = name, value
        properties.append(one)
    return tuple(properties)


class Sheet:
    """A workbook that is open, and what may be done with it."""

    def __init__(self, context: Any, document: Any) -> None:
        manager = context.ServiceManager
        self.document = document
        self.frame = document.CurrentController.Frame
        self.dispatcher = manager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)

    def command(self, name: str, **arguments: Any) -> None:
        self.dispatcher.executeDispatch(self.frame, f".uno:{name}", "", 0, said(**arguments))

    def go(self, sheet: str, place: str) -> None:
        self.document.CurrentController.setActiveSheet(self.document.Sheets.getByName(sheet))
        self.command("GoToCell", ToPoint=place)

    def type(self, sheet: str, place: str, text: str) -> None:
        """Text typed into a cell and ended with Enter."""
        self.go(sheet, place)
        self.command("EnterString", StringName=text)

    def erase(self, sheet: str, place: str) -> None:
        self.go(sheet, place)
        self.command("ClearContents")

    def insert_rows(self, sheet: str, row: int, count: int) -> None:
        """Whole rows above this one, by the menu."""
        self.go(sheet, f"A{row}:A{row + count - 1}")
        self.command("SelectRow")
        self.command("InsertRowsBefore")

    def insert_rows_plainly(self, sheet: str, row: int, count: int) -> None:
        """Whole rows above this one, by the programming interface."""
        self.document.Sheets.getByName(sheet).Rows.insertByIndex(row - 1, count)

    def delete_rows(self, sheet: str, row: int, count: int) -> None:
        self.go(sheet, f"A{row}:A{row + count - 1}")
        self.command("SelectRow")
        self.command("DeleteRows")

    def show(self, sheet: str) -> None:
        """The sheet comes to the front."""
        self.document.CurrentController.setActiveSheet(self.document.Sheets.getByName(sheet))

    def recalculate(self) -> None:
        self.document.calculateAll()

    def texts(self, sheet: str, place: str) -> list[list[str]]:
        """What the cells of an area show."""
        return [[cell.String for cell in row] for row in self._cells(sheet, place)]

    def formulas(self, sheet: str, place: str) -> list[list[str]]:
        area = self.document.Sheets.getByName(sheet).getCellRangeByName(place)
        return [list(row) for row in area.FormulaArray]

    def notes(self, sheet: str) -> list[list[Any]]:
        """(row, column, text) of the notes, 1-based."""
        found = self.document.Sheets.getByName(sheet).Annotations
        return [[one.Position.Row + 1, one.Position.Column + 1, one.String] for one in found]

    def validation(self, sheet: str, place: str) -> list[Any]:
        """(kind, formula, title and text of the prompt, title and text of the error) of the validation at a cell."""
        one = self.document.Sheets.getByName(sheet).getCellRangeByName(place).Validation
        return [
            one.Type.value,
            one.getFormula1(),
            one.InputTitle,
            one.InputMessage,
            one.ErrorTitle,
            one.ErrorMessage,
            bool(one.ShowErrorMessage),
        ]

    def formats(self, sheet: str) -> list[list[Any]]:
        """(areas, formulas) of the conditional formats."""
        listed = self.document.Sheets.getByName(sheet).ConditionalFormats
        found = []
        for one in listed.getConditionalFormats():
            entries = [one.getByIndex(at) for at in range(one.getCount())]
            found.append(
                [one.Range.RangeAddressesAsString, [getattr(entry, "Formula1", entry.Type) for entry in entries]]
            )
        return found

    def names(self) -> dict[str, str]:
        listed = self.document.NamedRanges
        return {name: listed.getByName(name).Content for name in listed.ElementNames}

    def sheets(self) -> list[list[Any]]:
        """(name, visible, protected) of the sheets."""
        listed = [self.document.Sheets.getByIndex(at) for at in range(self.document.Sheets.Count)]
        return [[one.Name, bool(one.IsVisible), bool(one.isProtected())] for one in listed]

    def active(self) -> str:
        return str(self.document.CurrentController.ActiveSheet.Name)

    def anchors(self, sheet: str) -> list[list[Any]]:
        """(name, row of the cell it hangs on, or 0 on the page) of pictures, boxes, charts and controls."""
        page = self.document.Sheets.getByName(sheet).DrawPage
        shapes = [page.getByIndex(at) for at in range(page.Count)]
        return [
            [one.Name, one.Anchor.CellAddress.Row + 1 if hasattr(one.Anchor, "CellAddress") else 0] for one in shapes
        ]

    def charts(self, sheet: str) -> list[str]:
        """Where the series of the charts come from."""
        charts = self.document.Sheets.getByName(sheet).Charts
        series = [one.Values for chart in charts for one in chart.EmbeddedObject.DataSequences]
        return sorted(one.SourceRangeRepresentation for one in series)

    def merges(self, sheet: str, place: str) -> list[bool]:
        """Whether the rows of an area hold cells that are merged."""
        return [any(cell.IsMerged for cell in row) for row in self._cells(sheet, place)]

    def heights(self, sheet: str, first: int, last: int) -> list[int]:
        """In hundredths of a millimetre."""
        rows = self.document.Sheets.getByName(sheet).Rows
        return [rows.getByIndex(row - 1).Height for row in range(first, last + 1)]

    def tables(self) -> dict[str, list[int]]:
        """First and last row of the tables, by name."""
        listed = self.document.DatabaseRanges
        areas = {name: listed.getByName(name).DataArea for name in listed.ElementNames}
        return {name: [one.StartRow + 1, one.EndRow + 1] for name, one in areas.items()}

    def print_areas(self, sheet: str) -> list[list[int]]:
        """(top, left, bottom, right), 1-based."""
        areas = self.document.Sheets.getByName(sheet).PrintAreas
        return [[one.StartRow + 1, one.StartColumn + 1, one.EndRow + 1, one.EndColumn + 1] for one in areas]

    def _cells(self, sheet: str, place: str) -> list[list[Any]]:
        """The cells of an area, row by row."""
        area = self.document.Sheets.getByName(sheet).getCellRangeByName(place)
        columns = range(area.Columns.Count)
        return [[area.getCellByPosition(col, row) for col in columns] for row in range(area.Rows.Count)]


def connect(profile: str, pipe: str) -> tuple[subprocess.Popen[bytes], Any]:
    """A LibreOffice of our own, and the context of its objects."""
    program = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation={Path(profile).as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            f"--accept=pipe,name={pipe};urp;",
        ]
    )
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return program, resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > end or program.poll() is not None:
                program.kill()
                raise
            time.sleep(0.1)


def done(context: Any, job: dict[str, Any]) -> list[Any]:
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    document = desktop.loadComponentFromURL(Path(job["open"]).as_uri(), "_blank", 0, said(Hidden=True))
    try:
        sheet = Sheet(context, document)
        steps: list[tuple[Callable[..., Any], list[Any]]] = [
            (getattr(sheet, what), rest) for what, *rest in job["steps"]
        ]
        answers = [step(*rest) for step, rest in steps]
        if job["save"]:
            document.storeToURL(Path(job["save"]).as_uri(), said(FilterName=EXCEL))
        return answers
    finally:
        document.close(True)


def main() -> None:
    profile = sys.argv[1]
    program, context = connect(profile, f"xlsform{Path(profile).parent.name}{time.monotonic_ns()}")
    try:
        answers = [done(context, job) for job in json.load(sys.stdin)]
    finally:
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        desktop.terminate()
        program.wait(PATIENCE)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
