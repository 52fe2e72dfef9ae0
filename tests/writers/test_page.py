"""The problem list as a page: complete, offline, accessible, and deaf to what a return might try to slip into it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from lxml import html

from xlsform.core.cells import Ref
from xlsform.core.errors import Mark
from xlsform.core.findings import Finding, Level, Standing, Unevaluated
from xlsform.core.waivers import Waiver
from xlsform.writers.listing import Listing
from xlsform.writers.page import COLUMNS, page

EVIL = """</td><script>alert(1)</script><img src=x onerror="alert(2)">'"&{got}\u202e\x00\ud800"""
FINDING = Finding("A02", Level.ERROR, Ref("区委办 1.xlsx", "汇总表", 5, 3), "fund_summary", "区委办本级", "direction")
LISTING = Listing(
    "共 2 个文件",
    (
        FINDING,
        replace(FINDING, code="X03", level=Level.WARNING, reason="含上级资金2万元", standing=Standing.EXPLAINED),
        replace(FINDING, code="B13", level=Level.WARNING, reason="无", standing=Standing.REFUSED, ruling="hollow"),
        replace(FINDING, code="T04", department="区教育局", standing=Standing.WAIVED, ruling="本部门没有专项资金"),
        Finding("B09", Level.HINT, Ref("b.xlsx", EVIL), "", EVIL, EVIL, EVIL, EVIL, reason=EVIL),
    ),
    (Unevaluated("Z03", "区委办本级", "department_overall", "total_amount", "no_roster", 2),),
    (Waiver("A05", "区教育局", "金额确为一亿元以上", mark=Mark("/home/x/waivers.yaml", 7)),),
    {"区委办 1.xlsx": "../收件/区委办%201.xlsx"},
)


def made(listing: Listing = LISTING) -> html.HtmlElement:
    return html.document_fromstring(page(listing).decode())


def rows(name: str, listing: Listing = LISTING) -> list[list[str]]:
    return [
        ["\n".join(cell.itertext()) for cell in row.xpath("./td")]
        for row in made(listing).xpath(f"//table[@id='{name}']/tbody/tr")
    ]


def test_every_finding_is_a_row_under_the_labels():
    document = made()
    heads = [head.text_content() for head in document.xpath("//table[@id='findings']/thead/tr/th")]
    assert heads == [zh for zh, _ in COLUMNS]
    assert {head.get("scope") for head in document.xpath("//th")} == {"col"}
    found = rows("findings")
    assert len(found) == len(LISTING.findings)
    assert {len(row) for row in found} == {len(COLUMNS)}
    assert found[0] == ["错误", "A02", "区委办本级", "区委办 1.xlsx\n汇总表!C5", "第 5 行未填direction", "", "", ""]
    assert found[1][7] == "含上级资金2万元\n已说明"
    assert found[2][7] == "无\n说明未采纳：没有写明理由"
    assert found[3][7] == "已豁免\n本部门没有专项资金"


def test_each_table_has_its_caption_and_each_control_its_label():
    document = made()
    assert all(table.xpath("./caption")[0].text_content() for table in document.xpath("//table"))
    assert all(control.getparent().tag == "label" for control in document.xpath("//input | //select"))
    assert document.get("lang") == "zh-CN"
    assert made(LISTING._replace(lang="en")).get("lang") == "en"


def test_a_file_is_linked_and_a_code_leads_to_its_rule():
    document = made()
    assert document.xpath("//table[@id='findings']/tbody/tr[1]/td[4]/a/@href") == ["../收件/区委办%201.xlsx"]
    for target in document.xpath("//a/@href"):
        assert target.startswith(("../", "#"))
        assert not target.startswith("#") or document.xpath(f"//*[@id='{target[1:]}']")


def test_nothing_is_fetched_and_only_its_own_script_runs():
    document = made()
    assert document.xpath("//@src") == []
    assert document.xpath("//link | //iframe | //img | //object | //@style | //@onclick | //@onerror") == []
    (policy,) = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; ")
    for tag in ("script", "style"):
        (element,) = document.xpath(f"//{tag}")
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not re.search(r"https?://|url\(|@import|eval\(|innerHTML", page(LISTING).decode())


def test_what_a_return_says_stays_text():
    text = page(LISTING).decode()
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "\u202e" not in text
    assert "\x00" not in text
    (row,) = (row for row in rows("findings") if "B09" in row[1])
    assert row[5].startswith("</td><script>alert(1)</script><img src=x")
    assert row[5].endswith("\\u202e\\u0000\\ud800")
    (element,) = made().xpath("//tr[@data-level='hint']")
    assert element.get("data-department").startswith("</td><script>")


def test_what_was_not_evaluated_and_what_has_passed():
    assert [row[:2] + row[4:] for row in rows("skipped-table")] == [["Z03", "区委办本级", "没有部门名册", "2"]]
    assert [row[0] for row in rows("passed-table")] == ["已说明", "说明未采纳", "已豁免", "豁免没有用到"]
    assert rows("passed-table")[3][3] == "waivers.yaml:7", "no path of this machine"
    assert next(row[3:] for row in rows("counts")) == ["1", "0"]


def test_no_findings_make_a_page_too():
    document = made(Listing("共 1 个文件"))
    assert "没有问题。" in document.text_content()
    assert document.xpath("//form | //table") == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_equal_lists_make_equal_bytes(lang):
    assert page(LISTING._replace(lang=lang)) == page(LISTING._replace(lang=lang))
