"""Writes samples/2019: the roster, the returns with every known oddity, the faulty returns and batches, mails, what is expected of each, the README.

    python tools/make_samples.py [FOLDER]

Everything is made from samples/2019/content, the official paper 原文.txt and the issued blank; a second run writes the same bytes.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from samples.batches import BATCHES  # noqa: E402
from samples.content import Content, Datum, truth_of  # noqa: E402
from samples.faults import FAULTS  # noqa: E402
from samples.mails import AGAIN, FIRST, LETTERS, mails  # noqa: E402
from samples.numerals import numeral  # noqa: E402
from samples.oddities import RETURNS  # noqa: E402
from samples.official import example_tables, real_return  # noqa: E402
from samples.package import EXCEL, save  # noqa: E402
from samples.roster import roster_workbook  # noqa: E402
from samples.workbook import Blank, fill, read_blank  # noqa: E402
from samples.written import load, read_yaml  # noqa: E402


def contents(source: Path) -> dict[str, Content]:
    """Every department's return by department name, in register order."""
    paper = (source / "原文.txt").read_text(encoding="utf-8")
    tables = example_tables(paper)
    found: dict[str, Content] = {}
    for entry in read_yaml(source / "content" / "departments.yaml"):
        path = source / "content" / f"{entry['name']}.yaml"
        found[entry["name"]] = load(path, tables) if path.exists() else real_return(paper)
    return found


def returns(texts: dict[str, Content], blank: Blank) -> Iterator[tuple[str, bytes]]:
    """The files of samples/2019/returns."""
    for each in RETURNS:
        for file in each.files:
            book = fill(texts[each.department], blank)
            file.change(book)
            yield file.name, save(book, file.dialect)


def faulty(texts: dict[str, Content], blank: Blank) -> Iterator[tuple[str, bytes]]:
    """The files of samples/2019/faulty."""
    for fault in FAULTS:
        book = fill(texts[fault.department], blank)
        if fault.spoil is not None:
            fault.spoil(book)
        data = save(book, EXCEL)
        yield fault.file, fault.damage(data) if fault.damage is not None else data


def batches(texts: dict[str, Content], blank: Blank) -> Iterator[tuple[str, bytes]]:
    """The files of samples/2019/batches, a folder a batch."""
    for batch in BATCHES:
        for name, data in batch.written(texts, blank):
            yield f"{batch.folder}/{name}", data


def expected_records(texts: dict[str, Content]) -> dict[str, object]:
    """samples/2019/expected.json: what reading and merging the returns must give, made from the content, not from the workbooks."""
    return {
        each.department: {
            "files": [file.name for file in each.files],
            "records": {
                region: [{key: _json(key, value) for key, value in record.items()} for record in records]
                for region, records in truth_of(texts[each.department]).items()
            },
        }
        for each in RETURNS
    }


def _json(key: str, value: Datum) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return numeral(value) if key == "seq" and isinstance(value, int) else value


def expected_findings() -> dict[str, object]:
    """samples/2019/faulty/expected.json: file → the findings it must raise beyond those of the clean return, and no other."""
    return {
        fault.file: {
            "department": fault.department,
            "findings": [
                {"code": code, "level": level, "sheet": sheet, "cell": cell}
                for code, level, (sheet, cell) in (
                    *((fault.code, fault.level, place) for place in fault.places),
                    *((code, level, ("", "")) for code, level in fault.also),
                )
            ],
        }
        for fault in FAULTS
    }


def expected_of_batches() -> dict[str, object]:
    """samples/2019/batches/expected.json: folder → the command that says it, and all findings of the batch."""
    return {
        batch.folder: {
            "command": "merge" if batch.merging else "check",
            "findings": [
                {"code": batch.code, "level": batch.level, "file": file, "sheet": sheet, "cell": cell}
                for file, (sheet, cell) in batch.spots
            ],
        }
        for batch in BATCHES
    }


def readme() -> str:
    """samples/2019/README.md: which file shows what."""
    good = [f"| {'<br>'.join(file.name for file in each.files)} | {each.shows} | {each.english} |" for each in RETURNS]
    bad = [
        f"| {fault.file} | {fault.code} | {fault.level} | {'<br>'.join('!'.join(filter(None, p)) or '整个文件' for p in fault.places)} |"
        for fault in FAULTS
    ]
    together = [
        f"| {batch.folder}/ | {batch.code} | {batch.level} | {'<br>'.join('!'.join(filter(None, (file, *place))) or '整批' for file, place in batch.spots)} |"
        for batch in BATCHES
    ]
    sent = [
        f"| {folder}/{letter.file} | {letter.shows} | {letter.english} |"
        for folder, letters in LETTERS.items()
        for letter in letters
    ]
    return README.format(
        departments=len(RETURNS),
        good="\n".join(good),
        bad="\n".join(bad),
        faults=len(FAULTS),
        together="\n".join(together),
        first=FIRST,
        again=AGAIN,
        sent="\n".join(sent),
    )


README = """# 石峰区 2019 年样例 · a small district to try everything on

{departments} 个部门的申报。区委办本级是真实申报（原文.txt，逐字）；四个部门用了编报说明中的示例指标表；其余部门、邮箱、联系人均为虚构。
The return of 区委办本级 is real and verbatim, four departments use the example tables of the official instructions, all others are
invented. Everything here except 原文.txt and content/ is written by `python tools/make_samples.py`; do not edit it by hand.

- `departments.xlsx` 部门名册 · the roster, with aliases, parents and control figures
- `returns/` 可以直接汇总的申报，各有各的“不规矩”，没有一处错误 · complete and mergeable: odd, but right or only warned
- `faulty/` 每个文件恰有一处错误，`expected.json` 列出应报的问题 · one fault each, and what must be found
- `batches/` 单个文件看不出的错误，每个文件夹一处，自带名册 · faults that no single return shows, a folder each with its own roster
- `mails/` 部门的来信（.eml），附件就是上面的文件；入门第二篇从这里收起 · the departments' mails, for the second tutorial
- `expected.json` 各部门应读出的全部记录（由 content/ 和原文得来，不是从工作簿读出来的） · the records that reading must give
- `content/` 虚构部门的内容 · what the invented departments say

## returns/

| 文件 | 特点 | shows |
|---|---|---|
{good}

## faulty/（{faults} 个文件）

| 文件 | 规则 | 级别 | 位置 |
|---|---|---|---|
{bad}

## batches/

整个文件夹一起检查（Z02 用 `merge`）。*Check the folder as a whole; Z02 is said by `merge`.*

| 文件夹 | 规则 | 级别 | 位置 |
|---|---|---|---|
{together}

## mails/

`{first}/` 是第一次来信，`{again}/` 是退回、催报以后的来信。*The first answers, and those after returns and reminders went out.*

| 文件 | 特点 | shows |
|---|---|---|
{sent}
"""


def main(folder: Path) -> None:
    """Writes everything below `folder`; files of returns/, faulty/, batches/ and mails/ that are no longer made are removed."""
    source = ROOT / "samples" / "2019"
    texts = contents(source)
    blank = read_blank()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "departments.xlsx").write_bytes(roster_workbook(read_yaml(source / "content" / "departments.yaml")))
    made: dict[str, bytes] = {}
    for name, files in (
        ("returns", returns(texts, blank)),
        ("faulty", faulty(texts, blank)),
        ("batches", batches(texts, blank)),
        ("mails", mails(made)),
    ):
        shutil.rmtree(folder / name, ignore_errors=True)
        made |= {f"{name}/{file}": data for file, data in files}
    for way, data in made.items():
        target = folder / way
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    _write_json(folder / "faulty" / "expected.json", expected_findings())
    _write_json(folder / "batches" / "expected.json", expected_of_batches())
    _write_json(folder / "expected.json", expected_records(texts))
    (folder / "README.md").write_text(readme(), encoding="utf-8", newline="\n")


def _write_json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "samples" / "2019")
