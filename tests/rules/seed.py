"""The real papers of 2019 as rows: the text's tables hold one cell a line, each line of a cell after the first without a tab."""

from __future__ import annotations

from pathlib import Path

TEXT = Path("samples/2019/原文.txt")


def cells(begin: str, end: str) -> list[str]:
    """The cells between two lines, bookmarks left out (they come from the Word-to-text step)."""
    text = TEXT.read_text(encoding="utf-8").replace("\r\n", "\n")
    part = text[text.index(begin) + len(begin) : text.index(end)]
    for mark in ("[bookmark: OLE_LINK2]", "[bookmark: _GoBack]", "[bookmark: OLE_LINK1]"):
        part = part.replace(mark, "")
    found: list[str] = []
    for line in part.split("\n"):
        if line.startswith("\t"):
            found.append(line[1:])
        elif found and line:
            found[-1] += "\\n" + line
    return found


def _quoted(text: str) -> str:
    return f"'{text}'" if text != text.strip() else text


def funds() -> list[list[str]]:
    flat = cells("年度绩效目标\n\n", "\n\n\n2019年区级专项资金支出方向绩效目标表")
    return [[_quoted(text) for text in flat[i : i + 6]] for i in range(0, len(flat), 6)]


def targets() -> list[list[str]]:
    flat = cells("社会公益或服务对象满意度指标\n\n", "\n\n\n\n\n[bookmark: OLE_LINK1]部门整体支出绩效申报表")
    return [[_quoted(text) for text in flat[i : i + 16]] for i in range(0, len(flat), 16)]


def card() -> dict[str, str]:
    flat = cells("部门整体支出绩效申报表\n", "\n\n\n\n2019年区级专项支出预算绩效目标汇总表")
    after = {label: flat[i + 1] for i, label in enumerate(flat[:-1])}
    return {
        "B2": after["部门名称"],
        "C3": after["资金总额："],
        "C5": after["其中：基本支出："],
        "C6": after["项目支出："],
        "B7": after["整体绩效目标"],
        "C8": after["产出指标"],
        "C9": after["效益指标"],
    }


FUND_OF_EXAMPLE = ("学前教育发展资金", "退役安置补助资金", "优抚对象抚恤补助资金", "非物质文化遗产保护资金")


def examples() -> list[list[list[str]]]:
    """The four tables of the 编报说明, as rows of our sheet: 所属专项名称 in front, cells merged down as ^."""
    text = TEXT.read_text(encoding="utf-8").replace("\r\n", "\n")
    tables = []
    for number, fund in enumerate(FUND_OF_EXAMPLE):
        begin = text.split("\t指标值\n\n")[number + 1]
        flat = [line[1:] for line in begin[: begin.index("（该指标仅用于")].split("\n") if line.startswith("\t")]
        rows = [flat[i : i + 7] for i in range(0, len(flat), 7)]
        tables.append([[fund if i == 0 else "^", *(cell or "^" for cell in row)] for i, row in enumerate(rows)])
    return tables
