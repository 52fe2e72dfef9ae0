"""The progress page in a real browser: quiet, alone, sorted and filtered by mouse and keyboard, readable in light, dark and print."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chromium import Browser, Page
from tests.turnouts import NAMES, listing
from tests.writers.test_page import LISTING
from xlsform.writers.page import page as problem_page
from xlsform.writers.progress_page import progress_page

DEPARTMENTS = "[...document.querySelectorAll('#departments tbody tr')]"
SHOWN = f"{DEPARTMENTS}.filter((row) => row.checkVisibility()).map((row) => row.querySelector('th').textContent)"
HEADS = "[...document.querySelectorAll('#departments thead th')]"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser")) as one:
        yield one


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "进度 1.html"
    path.write_bytes(progress_page(listing()))
    return path


def column(page: Page, label: str) -> int:
    """The number of a column, from 1 on."""
    heads: list[str] = page.run(f"{HEADS}.map((head) => head.textContent)")
    return next(number for number, head in enumerate(heads, 1) if head.startswith(label))


def cells(page: Page, label: str) -> list[str]:
    found: list[str] = page.run(f"{DEPARTMENTS}.map((row) => row.cells[{column(page, label) - 1}].textContent)")
    return found


def quiet(page: Page, path: Path) -> bool:
    return page.requests == [path.as_uri()] and page.said == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_asked_for_and_nothing_is_said(browser: Browser, file: Path, width: int, dark: bool):
    page = browser.open(file, dark=dark, width=width)
    if width > 1000:
        page.print()
    assert quiet(page, file)
    assert page.run("document.documentElement.scrollWidth") <= width, "only tables scroll sideways"
    ground = page.run("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") is not dark


def test_the_problem_list_is_quiet_too_whatever_a_return_tries(browser: Browser, tmp_path: Path):
    path = tmp_path / "问题清单.html"
    path.write_bytes(problem_page(LISTING))
    page = browser.open(path)
    assert quiet(page, path)
    page.click("#findings thead th:nth-child(1) button")
    levels = "[...document.querySelectorAll('#findings tbody tr')].map((row) => row.dataset.level)"
    assert page.run(levels) == ["hint", "warning", "warning", "error", "error"]
    page.run("document.querySelector('select[data-key=level]').focus()")
    page.press("ArrowDown")
    shown = "[...document.querySelectorAll('#findings tbody tr')].filter((row) => !row.hidden).map((row) => row.dataset.level)"
    assert page.run(shown) == ["error", "error"]


def test_columns_are_sorted_by_what_they_mean(browser: Browser, file: Path):
    page = browser.open(file)
    number = column(page, "资金总额（部门")
    head = f"#departments thead th:nth-child({number})"
    page.click(f"{head} button")
    sums = [text.replace(",", "") for text in cells(page, "资金总额（部门")]
    known = [float(text) for text in sums if text]
    assert known == sorted(known)
    assert len(known) > 40
    assert set(sums[len(known) :]) == {""}, "what has no amount stands behind"
    assert page.run(f"{HEADS}.map((head) => head.getAttribute('aria-sort')).filter((one) => one)") == ["ascending"]
    page.click(f"{head} button")
    again = [text.replace(",", "") for text in cells(page, "资金总额（部门")]
    assert again == [*reversed(sums[: len(known)]), *sums[len(known) :]]
    assert page.run(f"document.querySelector('{head}').getAttribute('aria-sort')") == "descending"
    page.click(f"#departments thead th:nth-child({column(page, '状态')}) button")
    states = list(dict.fromkeys(cells(page, "状态")))
    assert states == ["已报", "重报", "有错", "重报有错", "退回", "待认定", "未报", "免报"]
    page.click("#departments thead th:nth-child(1) button")
    assert page.run(SHOWN)[: len(NAMES)] == NAMES, "the order of the roster comes back"


def test_the_keyboard_sorts_and_filters(browser: Browser, file: Path):
    page = browser.open(file)
    page.run("document.querySelector('form[data-table=departments] input').focus()")
    page.write("街道")
    assert len(page.run(SHOWN)) == 7
    assert page.run("document.querySelector('form[data-table=departments] output').textContent") == "显示 7 / 61 条"
    page.press("Tab")
    for _ in range(7):
        page.press("ArrowDown")
    assert page.run("document.activeElement.selectedOptions[0].textContent") == "未报"
    assert page.run(SHOWN) == ["铜塘湾街道办事处", "龙头铺街道办事处"]
    page.press("Tab")  # the deadline
    page.press("Tab")  # the table, which scrolls
    page.press("Tab")  # its first heading
    page.press("Tab")
    assert page.run("document.activeElement.closest('th').textContent") == "部门"
    page.press("Enter")
    assert page.run("document.activeElement.closest('th').getAttribute('aria-sort')") == "ascending"
    assert page.run(SHOWN) == ["龙头铺街道办事处", "铜塘湾街道办事处"]


def test_without_its_script_the_page_is_whole(browser: Browser, file: Path):
    page = browser.open(file, script=False)
    names = page.names()
    assert not any(role == "searchbox" or (role == "button" and name == "部门") for role, name in names)
    headings = [name for role, name in names if role == "heading"]
    assert headings[0] == "石峰区2019年预算绩效目标报送进度"
    assert [name for role, name in names if role == "rowheader" and name in NAMES][: len(NAMES)] == NAMES


def test_who_does_not_see_hears_the_same(browser: Browser, file: Path):
    names = browser.open(file).names()
    images = [name for role, name in names if role == "image"]
    assert any("应报 59 个部门：已报 27" in name for name in images)
    assert sum("各部门资金总额" in name for name in images) == 3
    assert all(images), "every chart has a name"
    tables = [name for role, name in names if role == "table"]
    assert tables[:3] == [
        "各部门报送情况（金额：万元）",
        "未报部门 7 个",
        "分不清是哪个部门的来件 2 份，由经办人认定后才计入",
    ]
    controls = [name for role, name in names if role in {"searchbox", "combobox"}]
    assert controls[:3] == ["查找", "状态", "时限"]


CONTRAST = """(() => {
  const part = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = (rgb) => { const [r, g, b] = rgb.map((c) => part(c / 255)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (node) => { for (let one = node; one; one = one.parentElement) {
    const found = parse(getComputedStyle(one).backgroundColor); if (found.length < 4 || found[3] > 0) return found.slice(0, 3); }
    return [255, 255, 255]; };
  const low = [];
  for (const node of document.querySelectorAll("h1, h2, p, dt, dd, small, th, td, td a, .badge, label, output, summary, caption")) {
    if (!node.textContent.trim()) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color).slice(0, 3)), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push([node.className || node.tagName, node.textContent.slice(0, 20), Math.round(ratio * 100) / 100]);
  }
  return low;
})()"""


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_stands_out(browser: Browser, file: Path, dark: bool):
    assert browser.open(file, dark=dark).run(CONTRAST) == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler) is not installed")
def test_on_paper_every_page_of_a_table_has_its_heads_and_no_chart_is_cut(browser: Browser, file: Path, tmp_path: Path):
    page = browser.open(file)
    (tmp_path / "进度.pdf").write_bytes(page.print())
    done = subprocess.run(["pdftotext", "-layout", "进度.pdf", "-"], cwd=tmp_path, capture_output=True, check=True)
    pages = done.stdout.decode().split("\f")[:-1]
    listed = [text for text in pages if "2018-11-1" in text and "区政府" in text]
    assert len(listed) >= 2
    assert all("主管部门" in text and "最近收到" in text for text in listed)
    assert all(any(name in text for text in pages) for name in NAMES if len(name) < 9)
    assert "查找" not in "".join(pages), "filters are for the screen"
    assert any("数据表" in text and "占比" in text for text in pages), "what is folded is printed"
    info = subprocess.run(["pdfinfo", "进度.pdf"], cwd=tmp_path, capture_output=True, check=True).stdout.decode()
    size = next(line for line in info.splitlines() if line.startswith("Page size"))
    assert [round(float(one)) for one in re.findall(r"[\d.]+(?= x| pts)", size)] == [842, 595], "A4 landscape"
    heights = page.run("[...document.querySelectorAll('svg.chart')].map((one) => one.viewBox.baseVal.height)")
    assert len(heights) > 3
    assert max(heights) < 560, "in two columns of an A4 page, 186 mm high, nothing is cut"
    styles = page.run("[...document.querySelectorAll('svg.chart')].map((one) => getComputedStyle(one).breakInside)")
    assert set(styles) == {"avoid"}
