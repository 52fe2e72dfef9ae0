"""Every rule of the catalogue has a sample that raises it, one that comes near and does not, words, an example and a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from samples.batches import NEAR_BATCHES, Batch
from samples.near import NEAR
from samples.package import EXCEL, save
from samples.proofs import raised, spared
from samples.workbook import fill, read_blank
from tools.make_samples import contents
from tools.rule_samples_page import PAGE, page
from xlsform.core.batch import Register, Return, owner, put_together
from xlsform.core.catalogue import RULES, reference_page
from xlsform.core.findings import Finding
from xlsform.operations import Settings, check, load_settings, merge, read_return
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
    """Of each near miss whether it differs from the clean return at all, and what is found in it."""
    texts, blank, register = contents(SAMPLES), read_blank(), Register(settings().roster)
    wholes: list[Return] = []
    found: dict[str, list[Finding]] = {}
    odd = []
    for number, near in enumerate(NEAR):
        book = fill(texts[near.department], blank)
        clean = save(book, EXCEL)
        near.change(book)
        data = save(book, near.dialect)
        odd.append(data != clean or bool(near.file))
        submission = read_return(f"{number}/{near.file or near.department + '.xlsx'}", data, settings())
        whose = owner(submission, register)
        whole, said = put_together(near.department, register.find(near.department), [submission], settings().formset)
        wholes.append(whole)
        found[submission.file] = [*submission.findings, *whose.findings, *said]
    for finding in evaluate(wholes, settings()).findings:
        found[finding.where.file].append(finding)
    levelled = (tuple(settle_levels(findings, settings().formset)) for findings in found.values())
    return dict(enumerate(zip(odd, levelled, strict=True)))


def test_every_rule_is_raised_and_spared_by_something():
    assert sorted(set(RULES) - {proof.code for proof in raised()}) == [], "rules that nothing raises"
    assert sorted(set(RULES) - {code for code, _ in spared()}) == [], "rules that nothing comes near to"
    assert {proof.code for proof in raised()} | {code for code, _ in spared()} <= set(RULES)


@pytest.mark.parametrize("number", range(len(NEAR)), ids=[f"{near.code}-{near.what}" for near in NEAR])
def test_a_near_miss_is_no_fault(number: int):
    changed, findings = near_misses()[number]
    assert changed, "a near miss differs from the clean return"
    assert [finding for finding in findings if finding.code == NEAR[number].code] == []


@pytest.mark.parametrize("batch", NEAR_BATCHES, ids=[f"{batch.code}-{batch.what}" for batch in NEAR_BATCHES])
def test_a_batch_that_is_a_near_miss_is_no_fault(batch: Batch, tmp_path: Path):
    inbox = tmp_path / batch.folder
    inbox.mkdir()
    for name, data in batch.written(contents(SAMPLES), read_blank()):
        (inbox / name).write_bytes(data)
    own = load_settings([inbox])
    report = merge([inbox], tmp_path / "汇总.xlsx", own, dry_run=True) if batch.merging else check([inbox], own)
    assert report.read == len(batch.files)
    assert report.departments == len(batch.departments)
    assert [finding for finding in report.findings if finding.code == batch.code] == []


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
