"""The progress report as a page: all that is known in it, nothing that a return could slip into it, the same bytes for the same input."""

from __future__ import annotations

import base64
import hashlib
import re
from decimal import Decimal

import pytest
from lxml import html

from tests.turnouts import NAMES, came, department, error, listing, told
from xlsform.core.progress import Amounts, Calendar, State
from xlsform.writers.listing import Listing
from xlsform.writers.progress_page import progress_page
from xlsform.writers.progress_words import Labels, ProgressListing, headline

EVIL = """</td></svg><script>alert(1)</script><img src=x onerror="alert(2)">'"&{got}\u202e"""


def of(whole, findings=(), lang="zh", labels=Labels()):  # noqa: B008 - a tuple
    return ProgressListing(whole, Listing(headline(whole, lang), tuple(findings), lang=lang), "报送进度", labels)


def made(progress: ProgressListing) -> html.HtmlElement:
    return html.document_fromstring(progress_page(progress).decode())


def rows(document: html.HtmlElement, name: str) -> list[list[str]]:
    return [
        [cell.text_content() for cell in row.xpath("./td | ./th")]
        for row in document.xpath(f"//table[@id='{name}']/tbody/tr")
    ]


def test_every_department_is_a_row_in_the_order_of_the_roster():
    document = made(listing())
    found = rows(document, "departments")
    assert [row[1] for row in found] == [*NAMES, "原区环境保护局"]
    heads = [head.text_content() for head in document.xpath("//table[@id='departments']/thead/tr/th")]
    assert heads == [
        "序号",
        "部门",
        "主管部门",
        "状态",
        "首次收到",
        "最近收到",
        "来件",
        "错误",
        "警告",
        "提示",
        "资金总额（部门整体）",
        "资金总额（汇总表）",
        "备注",
    ]
    six = dict(zip(heads, found[5], strict=True))
    assert (six["状态"], six["错误"], six["首次收到"], six["备注"]) == (
        "退回",
        "1",
        "2018-11-15 13:35",
        "2018-12-01 退回",
    )


def test_the_figures_add_up():
    document = made(listing())
    figures = {
        one.xpath("./dt")[0].text_content().strip(): one.xpath("./dd/text()")[0]
        for one in document.xpath("//dl[@class='figures']/div")
    }
    assert figures["应报"] == "59"
    parts = [int(value) for label, value in figures.items() if label in {state.label for state in State}]
    assert sum(parts) == 59
    whole = listing().turnout
    total = sum((line.amounts.overall for line in whole.lines if line.amounts.overall), Decimal(0))
    assert figures["已报送资金总额（万元）"] == f"{total:,.2f}"
    shares = document.xpath("//svg[@class='shares']//text/text()")
    assert shares == ["已报 27", "重报 6", "有错 6", "重报有错 6", "退回 6", "未报 7"], (
        "待认定 1 has no room for a label"
    )


def test_reminders_held_files_and_rules():
    document = made(listing())
    assert rows(document, "reminders")[0] == [
        "区发展和改革局",
        "联系人10 0731-28620010",
        "bm10@example.gov.cn",
        "3",
        "2018-12-01 09:00",
    ]
    assert [row[0] for row in rows(document, "held")] == ["绩效目标（最终版2）.xlsx", "区机关事务服务中心.xlsx"]
    assert [row[:2] + row[3:] for row in rows(document, "rules")] == [
        ["错误", "X03", "18", "18", ""],
        ["警告", "C09", "12", "12", "1"],
        ["提示", "V08", "12", "12", ""],
    ]


def test_charts_say_their_numbers_and_have_a_table():
    document = made(listing())
    charts = document.xpath("//svg[@class='chart']")
    assert len(charts) == 5
    assert all(chart.get("role") == "img" for chart in charts)
    for chart in charts:
        ids = chart.get("aria-labelledby").split()
        assert [chart.xpath(f".//*[@id='{one}']")[0].tag for one in ids] == ["title", "desc"]
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    values = document.xpath("//svg[starts-with(@aria-labelledby,'by-department')]//text[@class='value']/text()")
    assert len(values) == len([line for line in listing().turnout.lines if line.amounts.overall is not None])
    numbers = [Decimal(value.replace(",", "")) for value in values]
    assert numbers == sorted(numbers, reverse=True)
    titles = rows(document, "titles")
    assert len(titles) == 24
    bars = document.xpath("//svg[starts-with(@aria-labelledby,'by-title')]//text[@class='value']/text()")
    assert len(bars) == 21, "twenty, and the rest as one"
    assert sum(Decimal(bar.replace(",", "")) for bar in bars) == sum(Decimal(row[1].replace(",", "")) for row in titles)


def test_columns_and_sections_without_anything_in_them_are_left_out():
    whole = told([department("区教育局"), department("区财政局")], [], calendar=Calendar("2018-11-01"))
    document = made(of(whole))
    heads = [head.text_content() for head in document.xpath("//table[@id='departments']/thead/tr/th")]
    assert heads == ["序号", "部门", "状态"]
    assert document.xpath("//svg[@class='chart']") == []
    assert "没有问题。" in document.text_content()
    assert "已报无错 0 / 2（0.0%）" in document.text_content()
    assert made(of(told([], []))).xpath("//svg[@class='shares']") == []


def test_a_hundred_percent_means_all():
    departments = [department(f"局{number}") for number in range(3000)]
    sent = [came(f"局{number}.xlsx", "2018-11-02", says=f"局{number}") for number in range(2999)]
    assert "已报无错 2999 / 3000（99.9%）" in made(of(told(departments, sent))).text_content()


def test_what_a_return_says_stays_text():
    sent = [came(f"{EVIL}.xlsx", "2018-11-20", says=EVIL), came(f"{EVIL} 2.xlsx", "2018-11-20", sender=EVIL)]
    amounts = {EVIL: Amounts(Decimal(-5), Decimal(7), ((EVIL, Decimal(7)),))}
    whole = told([department("区教育局", email=EVIL, contact=EVIL, parent=EVIL)], sent, amounts=amounts)
    progress = of(whole, [error(EVIL)], labels=Labels(EVIL, EVIL, EVIL, EVIL, EVIL))
    text = progress_page(progress).decode()
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "\u202e" not in text
    document = made(progress)
    assert len(document.xpath("//script")) == 1
    assert "</td></svg><script>alert(1)</script>" in rows(document, "departments")[1][1]


def test_nothing_is_fetched_and_only_its_own_script_runs():
    text = progress_page(listing()).decode()
    document = html.document_fromstring(text)
    assert document.xpath("//@src | //@href | //@style | //@onclick") == []
    (policy,) = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; ")
    for tag in ("script", "style"):
        (element,) = document.xpath(f"//{tag}")
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not re.search(r"https?://|@import|eval\(|innerHTML", text)
    assert set(re.findall(r"url\(([^)]*)\)", text)) <= {"#lined", "#crossed", "#gridded", "#hatched", "#dotted"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_equal_progress_makes_equal_bytes(lang):
    assert progress_page(listing(lang=lang)) == progress_page(listing(lang=lang))


def test_in_english_no_chinese_word_of_ours_is_left():
    text = made(of(told([department("A")], [came("A.xlsx", "2018-12-02", says="A")]), lang="en")).text_content()
    assert "已" not in text
    assert "late" in text
