"""Laws of versions, on inboxes drawn at random: every file is in one place, every form that was answered has one holder, order is nothing."""

from __future__ import annotations

import random

import pytest

from xlsform.core.batch import Register
from xlsform.core.inbox import (
    Arrival,
    Content,
    Decisions,
    Evidence,
    Letter,
    Versions,
    Whose,
    contents,
    misdated,
    recognise,
    replaced,
    results,
    versions,
)
from xlsform.core.spec import Department

REGISTER = Register((Department("1", "甲", parent="主", email="a@x"), Department("2", "乙", parent="甲", email="b@x")))
FORMS = ("funds", "targets", "overall", "matrix", "notes")


def day(chance: random.Random) -> str:
    return f"2018-11-0{chance.randint(1, 6)}T00:00:00"


def evidence(chance: random.Random) -> Evidence:
    forms = frozenset(form for form in FORMS if chance.random() < 0.8)
    if chance.random() < 0.15 or not forms:
        return Evidence("2019", reason="E-DAMAGED")
    answered = frozenset(form for form in forms - {"notes"} if chance.random() < 0.6)
    return Evidence("2019", chance.choice(["甲", "乙", ""]), forms=forms, answered=answered)


def arrival(chance: random.Random, sha256: str, number: int) -> Arrival:
    sender, sent = chance.choice(["a@x", "b@x", "c@x"]), chance.choice(["", day(chance)])
    letters = (Letter(sender, sent=sent),) if chance.random() < 0.7 else ()
    name = chance.choice(["甲.xlsx", "表.xlsx", "乙.xls", f"表（{sha256[:8]}）.xlsx"])
    original = chance.choice([sha256, "another", "third"])
    return Arrival(sha256, original, f"{number}/{name}", name, "", "2018-11-20T00:00:00", day(chance), letters)


Inbox = tuple[tuple[Content, ...], tuple[tuple[Content, Whose], ...], tuple[Versions, ...], dict[str, object]]


def inbox(arrivals: list[Arrival], said: dict[str, Evidence], decided: Decisions) -> Inbox:
    all_ = contents(arrivals, said)
    whose = tuple((one, recognise(one, REGISTER, decided)) for one in all_)
    found = versions(whose, REGISTER, FORMS, decided)
    return all_, whose, found, dict(results(whose, found, decided))


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_lost_or_doubled_and_order_is_nothing(seed: int) -> None:
    for turn in range(20):
        chance = random.Random(seed * 100 + turn)  # noqa: S311
        said = {
            f"{chance.randrange(16**8):08x}{number:056x}": evidence(chance) for number in range(chance.randint(1, 7))
        }
        arrivals = [arrival(chance, one, number) for one in said for number in range(chance.randint(1, 2))]
        decided = Decisions(
            {one: chance.choice(["甲", "乙"]) for one in said if chance.random() < 0.2},
            frozenset(one for one in said if chance.random() < 0.15),
            frozenset(one for one in said if chance.random() < 0.1),
        )
        first = inbox(arrivals, said, decided)
        assert inbox(chance.sample(arrivals, len(arrivals)), said, decided) == first
        all_, whose, found, became = first
        assert len({one.name.casefold() for one in all_}) == len(said) == len(became)
        for one in found:
            mine = [content for content, owner in whose if owner.department == one.department and not owner.held]
            agrees(one, [content for content in mine if content.sha256 not in decided.ignored], decided)


def agrees(one: Versions, mine: list[Content], decided: Decisions) -> None:
    """That these versions are right for the files of one department."""
    readable = [content for content in mine if content.evidence.forms]
    placed = [*(taken.content for taken in one.holding), *one.former, *one.blank]
    assert sorted(content.sha256 for content in placed) == sorted(content.sha256 for content in readable)
    assert {content.sha256 for content in one.unread} <= {content.sha256 for content in mine} - {
        c.sha256 for c in placed
    }
    for form in FORMS:
        holders = [taken.content for taken in one.holding if form in taken.forms]
        answers = [content for content in readable if form in content.evidence.answered]
        assert all(form in content.evidence.forms for content in holders)
        assert (len(holders) > 1) == (form in one.undecided)
        if any(content.sha256 in decided.used for content in answers):
            assert {content.sha256 for content in holders} <= decided.used
        elif answers and not one.decided:
            newest = max(content.when for content in answers)
            emptied = [content for content in holders if form not in content.evidence.answered]
            assert holders == emptied or {content.when for content in holders} == {newest}
            assert all(content.when >= newest and content.evidence.answered for content in emptied)
        else:
            assert bool(holders) >= bool(answers)
    assert misdated(one) == ()
    for change in replaced(one):
        assert all(former.when < change.by.when for former, _ in change.formers)
