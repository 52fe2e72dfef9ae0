"""Render one page of a workbook to PNG through LibreOffice, as it would be printed.

    python tools/render.py FILE.xlsx OUT.png [--sheet N] [--page N] [--dpi N]

``--sheet`` counts from 1; with it the page number counts within that sheet, without it within the whole workbook.
Needs ``soffice`` and ``pdftoppm`` (poppler). The papers use 宋体, 仿宋 and 黑体, which no free system has: the free
Noto Serif CJK SC and Noto Sans CJK SC stand in for them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_SERIF, _SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
_STAND_INS = {"宋体": _SERIF, "SimSun": _SERIF, "仿宋": _SERIF, "仿宋_GB2312": _SERIF, "黑体": _SANS, "SimHei": _SANS}


def only_sheet(workbook: Path, number: int, copy: Path) -> None:
    """Write to ``copy`` the workbook with every sheet but ``number`` hidden, so that only that one is printed."""
    with zipfile.ZipFile(workbook) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename == "xl/workbook.xml":
                part = _hide_others(part, number)
            target.writestr(entry.filename, part)


def _hide_others(part: bytes, number: int) -> bytes:
    root = etree.fromstring(part)
    sheets = root.findall(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")
    if not 1 <= number <= len(sheets):
        raise SystemExit(f"--sheet {number}: the workbook has {len(sheets)} sheets")
    for position, sheet in enumerate(sheets, start=1):
        sheet.set("state", "visible" if position == number else "hidden")
    # LibreOffice prints a hidden sheet all the same as long as it has a print area
    for names in root.findall(f"{{{MAIN}}}definedNames"):
        for name in list(names):
            if name.get("localSheetId") not in (None, str(number - 1)):
                names.remove(name)
    for view in root.findall(f"{{{MAIN}}}bookViews/{{{MAIN}}}workbookView"):
        view.set("activeTab", str(number - 1))
        view.set("firstSheet", str(number - 1))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _font_config(folder: Path) -> Path:
    aliases = "".join(
        f'<match target="pattern"><test name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{stand_in}</string></edit></match>'
        for name, stand_in in _STAND_INS.items()
    )
    config = folder / "fonts.conf"
    system = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
    config.write_text(f'<?xml version="1.0"?><fontconfig>{system}{aliases}</fontconfig>', "utf-8")
    return config


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is not installed")
    return found


def to_pdf(workbook: Path, folder: Path) -> Path:
    """Print ``workbook`` into ``folder`` as PDF with a LibreOffice profile of its own."""
    environment = dict(os.environ, FONTCONFIG_FILE=str(_font_config(folder)))
    profile = folder / "profile"
    command = [_program("soffice"), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "pdf"]
    subprocess.run(  # noqa: S603 -- our own command on a file the caller named
        [*command, "--outdir", str(folder), str(workbook)],
        env=environment,
        check=True,
        capture_output=True,
        timeout=180,
    )
    return folder / f"{workbook.stem}.pdf"


def render(workbook: Path, picture: Path, sheet: int | None, page: int, dpi: int) -> None:
    """Write page ``page`` of ``workbook`` (of its sheet ``sheet``) to ``picture`` as PNG."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy = folder / "workbook.xlsx"
        if sheet is None:
            shutil.copyfile(workbook, copy)
        else:
            only_sheet(workbook, sheet, copy)
        pdf = to_pdf(copy, folder)
        stem = folder / "page"
        drawn = subprocess.run(  # noqa: S603 -- our own command on a file the caller named
            [_program("pdftoppm"), "-png", "-r", str(dpi), "-f", str(page), "-singlefile", str(pdf), str(stem)],
            check=False,
            capture_output=True,
            text=True,
        )
        made = stem.with_suffix(".png")
        if drawn.returncode or not made.exists():
            raise SystemExit(f"--page {page}: {drawn.stderr.strip()}")
        shutil.move(made, picture)


def main() -> None:
    parser = argparse.ArgumentParser(description="Render one page of a workbook to PNG.")
    parser.add_argument("workbook", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--sheet", type=int, help="sheet number from 1; default: the whole workbook")
    parser.add_argument("--page", type=int, default=1, help="page number from 1 (default 1)")
    parser.add_argument("--dpi", type=int, default=110)
    given = parser.parse_args()
    render(given.workbook, given.picture, given.sheet, given.page, given.dpi)


if __name__ == "__main__":
    main()
