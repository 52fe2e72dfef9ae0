"""Every rule of the catalogue has a sample that raises it, one that comes near and does not, words, an example and a page."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from samples.near import NEAR
from samples.package import EXCEL, save
from samples.proofs import RAISED, SPARED, raised, spared
from samples.workbook import fill, read_blank
from tools.make_samples import contents
from tools.rule_samples_page import PAGE, page
from xlsform.core.batch import Register, put_together
from xlsform.core.catalogue import RULES, reference_page
from xlsform.core.findings import Finding
from xlsform.operations import Settings, check, load_settings, read_return
from xlsform.operations.checking import evaluate, settle_levels

CHECKOUT = Path(__file__).resolve().parents[2]
SAMPLES = CHECKOUT / "samples" / "2019"


@cache
def settings() -> Settings:
    """With every rule on, also those that a bureau has to turn on."""
    base = load_settings([SAMPLES / "returns"])
    off = {code: rule.messages[""].level for code, rule in RULES.items() if not rule.on}
    return replace(base, formset=replace(base.formset, levels=off))


@cache
def near_misses() -> Mapping[int, tuple[bool, tuple[Finding, ...]]]:
    """Of each near miss whether it changes the clean return at all, and what is found in it."""
    texts, blank, register = contents(SAMPLES), read_blank(), Register(settings().roster)
    wholes, found, changed = [], {}, {}
    for number, near in enumerate(NEAR):
        book = fill(texts[near.department], blank)
        clean = save(book, EXCEL)
        near.change(book)
        data = save(book, EXCEL)
        changed[number] = data != clean
        submission = read_return(f"{number}.xlsx", data, settings())
        whole, said = put_together(near.department, register.find(near.department), [submission], settings().formset)
        wholes.append(whole)
        found[f"{number}.xlsx"] = [*submission.findings, *said]
    for finding in evaluate(wholes, settings()).findings:
        found[finding.where.file].append(finding)
    return {
        number: (changed[number], tuple(settle_levels(found[f"{number}.xlsx"], settings().formset)))
        for number in range(len(NEAR))
    }


def test_every_rule_is_raised_and_spared_by_something():
    assert sorted(set(RULES) - {proof.code for proof in raised()}) == [], "rules that nothing raises"
    assert sorted(set(RULES) - {code for code, _ in spared()}) == [], "rules that nothing comes near to"
    assert {proof.code for proof in raised()} | {code for code, _ in spared()} <= set(RULES)


@pytest.mark.parametrize("number", range(len(NEAR)), ids=[f"{near.code}-{near.what}" for near in NEAR])
def test_a_near_miss_is_no_fault(number: int):
    changed, findings = near_misses()[number]
    assert changed, "a near miss differs from the clean return"
    assert [finding for finding in findings if finding.code == NEAR[number].code] == []


@pytest.mark.parametrize(("code", "test"), [*RAISED.items(), *SPARED.items()])
def test_a_named_test_is_there(code: str, test: str):
    file, _, name = test.partition("::")
    tree = ast.parse((CHECKOUT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, code


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_words_an_example_and_a_page(code: str):
    rule = RULES[code]
    assert all(said.zh and said.en for said in rule.messages.values())
    assert rule.why
    assert rule.bad
    assert rule.good
    assert rule.fix
    assert f'<a id="{code.lower()}"></a>{code} ' in reference_page()
    assert rule.evaluated


def test_the_page_says_what_the_tests_prove():
    """`python tools/rule_samples_page.py` writes it."""
    assert PAGE.read_text(encoding="utf-8") == page()
    assert "**缺**" not in page()


def test_a_workbook_under_another_extension(tmp_path: Path):
    """T02 for .xlsx content in a file called .xls; the same content under its own name is fine."""
    for name in ("区财政局.xls", "区财政局.xlsx"):
        folder = tmp_path / name.rpartition(".")[2]
        folder.mkdir()
        shutil.copy(SAMPLES / "faulty" / "区应急管理局-C03-合计不符.xlsx", folder / name)
        said = [finding.level.key for finding in check([folder], settings()).findings if finding.code == "T02"]
        assert said == (["warning"] if name.endswith(".xls") else [])


def test_the_clean_return_of_every_department():
    """T01 speaks of none of the sample district's files, odd as they are."""
    assert "T01" not in {finding.code for finding in check([SAMPLES / "returns"], settings()).findings}
