"""Writes docs/reference/rule-samples.md: which sample raises each rule, at which cell, and what comes near it: `python tools/rule_samples_page.py`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from samples.proofs import Proof, raised, spared  # noqa: E402
from xlsform.core.catalogue import RULES  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "rule-samples.md"

HEAD = """\
# 规则与样表

本页由 `python tools/rule_samples_page.py` 从测试所用的数据生成，请勿手改。
*Which sample raises each rule, at which cell, and what comes near it without raising it. Printed from the data of the tests.*

“触发”是 `samples/2019/faulty/` 里的样表（单个文件看不出的，是 `samples/2019/batches/` 里的文件夹）和应报的单元格，整个文件的写“文件”，
测试逐份证明：该报的恰好报在那里，此外什么也不多报。“相近而不触发”是在同一部门无误的表上改出的另一种写法，见 `samples/near.py`、
`samples/batches.py`，测试逐条证明该规则不报。

| 代码 | 规则 | 触发 | 单元格 | 相近而不触发 |
|---|---|---|---|---|
"""


def page() -> str:
    """The text of the page: every rule of the catalogue; one that lacks a proof says so."""
    by_code = {code: [proof for proof in raised() if proof.code == code] for code in RULES}
    near = {code: [what for its, what in spared() if its == code] for code in RULES}
    lines = []
    for code, rule in RULES.items():
        link = f"[{code}](rules.md#{code.lower()})"
        told = "<br>".join(
            f"[{proof.sample.partition('/')[2]}](../../samples/2019/{proof.sample})" for proof in by_code[code]
        )
        cells = "<br>".join("、".join(place or _whole(proof) for place in proof.places) for proof in by_code[code])
        missing = "**缺**"
        lines.append(
            f"| {link} | {rule.title} | {told or missing} | {cells or missing} | {'<br>'.join(near[code]) or missing} |\n"
        )
    return HEAD + "".join(lines)


def _whole(proof: Proof) -> str:
    return "整批" if proof.sample.endswith("/") else "文件"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
