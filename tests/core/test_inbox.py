"""Whose a file is, which version of it holds, and what is said of the others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest

from xlsform.core.batch import Register
from xlsform.core.catalogue import message
from xlsform.core.findings import Level
from xlsform.core.inbox import (
    Arrival,
    Content,
    Decisions,
    Evidence,
    How,
    Letter,
    Result,
    Versions,
    blank_finding,
    contents,
    held_finding,
    is_meant,
    misdated,
    misdated_finding,
    overlooked,
    overlooked_finding,
    recognise,
    replaced,
    replaced_finding,
    results,
    unread_finding,
    versions,
)
from xlsform.core.spec import Department

ROSTER = (
    Department("1", "区委办本级", ("区委办",), "石峰区政府", "qwb@example.cn"),
    Department("2", "区教育局", (), "区教育局", "jyj@example.cn"),
    Department("3", "第一小学", (), "区教育局", ""),
    Department("4", "田心街道办事处", ("田心街道",), "石峰区政府", "shared@example.cn"),
    Department("5", "响石岭街道办事处", (), "石峰区政府", "shared@example.cn"),
)
REGISTER = Register(ROSTER)
FORMS = ("funds", "targets", "overall", "matrix")
ALL = frozenset(FORMS)


def arrival(
    sha256: str,
    name: str = "表.xlsx",
    sent: str = "",
    *,
    dated: str = "",
    senders: Sequence[str] = (),
    original: str = "",
) -> Arrival:
    letters = tuple(Letter(sender, sent=sent) for sender in senders) or ((Letter("", sent=sent),) if sent else ())
    return Arrival(sha256, original or sha256, name, name, "文件夹", "2018-12-31T00:00:00+08:00", dated, letters)


def content(
    sha256: str, *arrivals: Arrival, evidence: Evidence | None = None, answered: Sequence[str] = FORMS
) -> Content:
    said = evidence or Evidence("2019", "区委办本级", forms=frozenset(answered), answered=frozenset(answered))
    (made,) = contents(arrivals or [arrival(sha256)], {sha256: said})
    return made


def settled(*all_: Content, decisions: Decisions = Decisions()) -> tuple[Versions, ...]:  # noqa: B008 - it is frozen
    whose = [(one, recognise(one, REGISTER, decisions)) for one in all_]
    return versions(whose, REGISTER, FORMS, decisions)


# ------------------------------------------------------------------------------------------------------------------- contents


def test_a_content_counts_once_however_often_it_came():
    """Arrival 23: the same bytes, twice and under another name."""
    came = [arrival("a", "区委办.xlsx", "2018-11-20"), arrival("a", "区委办(1).xlsx", "2018-11-21"), arrival("b")]
    one, two = contents(came, {"a": Evidence("2019"), "b": Evidence("2019")})
    assert (two.sha256, two.name, len(two.arrivals)) == ("b", "表.xlsx", 1)
    assert (one.sha256, one.name, len(one.arrivals)) == ("a", "区委办.xlsx", 2)
    assert one.when == "2018-11-21", "sent again, it is as new as the last time"


def test_two_contents_of_one_name_are_told_apart_by_their_hash():
    came = [
        arrival("1" * 64, "a.XLSX"),
        arrival("2" * 64, "A.xlsx"),
        arrival("3" * 64, "b.xlsx"),
        arrival("4" * 64, "无后缀"),
    ]
    names = {one.name for one in contents(came, {one.sha256: Evidence("2019") for one in came})}
    assert names == {"a（11111111）.XLSX", "A（22222222）.xlsx", "b.xlsx", "无后缀"}


def test_a_name_that_was_made_to_tell_files_apart_may_come_in_again():
    """Our own copy went back as 区委办（11111111）.xlsx and comes in under that name."""
    came = [
        arrival("1" * 64, "区委办.xlsx"),
        arrival("2" * 64, "区委办.xlsx"),
        arrival("3" * 64, "区委办（11111111）.xlsx"),
        arrival("11111111" + "4" * 56, "区委办.xlsx"),
    ]
    all_ = contents(came, {one.sha256: Evidence("2019") for one in came})
    assert {one.sha256[-1]: one.name for one in all_} == {
        "1": "区委办（1111111111111111）.xlsx",
        "2": "区委办（22222222）.xlsx",
        "3": "区委办（11111111）（33333333）.xlsx",
        "4": "区委办（1111111144444444）.xlsx",
    }
    first, _, third = contents(came[:3], {one.sha256: Evidence("2019") for one in came[:3]})
    assert (first.name, third.name) == ("区委办（11111111）.xlsx", "区委办（11111111）（33333333）.xlsx")


def test_the_order_in_which_things_were_collected_decides_nothing():
    came = [arrival("a", sent="2018-11-20"), arrival("a", sent="2018-11-22"), arrival("b", sent="2018-11-21")]
    said = {"a": Evidence("2019"), "b": Evidence("2019")}
    first, *others = (contents(order, said) for order in permutations(came))
    assert all(other == first for other in others)


def test_copying_a_loose_file_does_not_make_it_newer():
    made = content("a", arrival("a", dated="2018-11-20"), arrival("a", dated="2018-11-25"))
    assert made.when == "2018-11-20"


# ------------------------------------------------------------------------------------------------------------------- whose it is


@pytest.mark.parametrize(
    ("made", "how", "department"),
    [
        (content("a", evidence=Evidence("2019", "区教育局", "区教育局", ALL)), How.STAMP, "区教育局"),
        (content("a", evidence=Evidence("2019", "区委办", forms=ALL)), How.CARD, "区委办本级"),
        (content("a", arrival("a", senders=["QWB@example.cn"]), evidence=Evidence("2019", forms=ALL)), How.SENDER, "区委办本级"),
        (content("a", arrival("a", "田心街道.xlsx"), evidence=Evidence("2019", forms=ALL)), How.FILE_NAME, "田心街道办事处"),
        (content("a", evidence=Evidence("2019", "不在名册的单位", forms=ALL)), How.CARD, "不在名册的单位"),
    ],
)  # fmt: skip
def test_the_strongest_clue_tells(made: Content, how: How, department: str):
    told = recognise(made, REGISTER, Decisions())
    assert (told.how, told.department, told.held) == (how, department, False)


@pytest.mark.parametrize(
    "made",
    [
        content("a", arrival("a", "区教育局.xlsx")),
        content("a", arrival("a", senders=["jyj@example.cn"])),
        content("a", evidence=Evidence("2019", "区委办", "区教育局", ALL)),
        content("a", arrival("a", "区委办.xlsx"), evidence=Evidence("2019", "区委办本及", forms=ALL)),
        content("a", arrival("a", "区委办.xlsx"), arrival("a", "区教育局.xlsx")),
    ],
)  # fmt: skip
def test_clues_that_disagree_hold_it_back(made: Content):
    """Arrival 25: file name, sender and department cell disagree."""
    told = recognise(made, REGISTER, Decisions())
    assert told.held
    found = held_finding(made, told)
    assert (found.code, found.level, found.variant) == ("S01", Level.ERROR, "held")
    assert all(clue.how.label in message(found) for clue in told.clues)
    assert settled(made) == ()


def test_the_sender_of_an_outer_mail_speaks_when_the_inner_one_is_not_registered():
    made = content("a", arrival("a", senders=["clerk@qq.com", "jyj@example.cn"]), evidence=Evidence("2019", forms=ALL))
    assert recognise(made, REGISTER, Decisions()).department == "区教育局"


def test_who_passes_on_what_the_department_sent_itself_does_not_matter():
    """A colleague whose own office is in the roster forwards the mail: the version in force must not drop out for that."""
    own, passed_on = (
        arrival("a", sent="2018-11-20", senders=["qwb@example.cn"]),
        arrival("a", sent="2018-11-21", senders=["jyj@example.cn"]),
    )
    assert recognise(content("a", passed_on), REGISTER, Decisions()).held
    for order in ((own, passed_on), (passed_on, own)):
        assert recognise(content("a", *order), REGISTER, Decisions())[:3] == ("区委办本级", How.CARD, False)
    nameless = content("a", own, passed_on, evidence=Evidence("2019", forms=ALL, answered=ALL))
    assert recognise(nameless, REGISTER, Decisions()).held, "which of the two it is, nothing inside says"


def test_an_authority_may_send_what_its_departments_filled_in():
    made = content("a", arrival("a", senders=["jyj@example.cn"]), evidence=Evidence("2019", "第一小学", forms=ALL))
    assert recognise(made, REGISTER, Decisions())[:3] == ("第一小学", How.CARD, False)


def test_a_shared_address_tells_only_together_with_something_else():
    alone = content("a", arrival("a", senders=["shared@example.cn"]), evidence=Evidence("2019", forms=ALL))
    assert recognise(alone, REGISTER, Decisions()).held
    named = content(
        "a", arrival("a", "田心街道.xlsx", senders=["shared@example.cn"]), evidence=Evidence("2019", forms=ALL)
    )
    assert recognise(named, REGISTER, Decisions())[:3] == ("田心街道办事处", How.FILE_NAME, False)


def test_likeness_never_decides():
    made = content("a", arrival("a", "区委班.xlsx"), evidence=Evidence("2019", forms=ALL))
    told = recognise(made, REGISTER, Decisions())
    assert told.held
    assert held_finding(made, told).variant == "nobody"


def test_a_summary_is_nobodys_return():
    made = content("a", arrival("a", "区教育局.xlsx"), evidence=Evidence("2019", forms=ALL, summary=True))
    told = recognise(made, REGISTER, Decisions())
    assert told.held
    assert held_finding(made, told).variant == "summary"


def test_the_clerk_has_the_last_word():
    made = content("a", arrival("a", "区教育局.xlsx"))
    told = recognise(made, REGISTER, Decisions(assigned={"a": "区委办"}))
    assert told[:3] == ("区委办本级", How.ASSIGNED, False)


# -------------------------------------------------------------------------------------------------------- which version holds


def test_of_two_versions_the_newer_holds_and_the_other_is_listed():
    """Arrival 24."""
    old, new = content("b", arrival("b", sent="2018-11-20")), content("a", arrival("a", sent="2018-11-21"))
    (one,) = settled(old, new)
    assert [(taken.content.sha256, taken.forms) for taken in one.holding] == [("a", ALL)]
    assert [former.sha256 for former in one.former] == ["b"]
    assert one.number == 2
    (change,) = replaced(one)
    assert (change.by.sha256, change.number) == ("a", 2)
    assert [(former.sha256, forms) for former, forms in change.formers] == [("b", ALL)]


def test_parts_of_a_return_hold_together_also_when_each_carries_the_other_forms_blank():
    parts = [
        content(
            form, arrival(form, sent=f"2018-11-2{number}"),
            evidence=Evidence("2019", "区委办", forms=ALL, answered=frozenset({form})),
        )
        for number, form in enumerate(FORMS)
    ]  # fmt: skip
    (one,) = settled(*parts)
    assert {taken.content.sha256: taken.forms for taken in one.holding} == {form: frozenset({form}) for form in FORMS}
    assert one.former == ()
    assert replaced(one) == ()


def test_a_form_sent_again_alone_replaces_that_form_only():
    whole = content("a", arrival("a", sent="2018-11-20"))
    again = content("b", arrival("b", sent="2018-11-21"), answered=["overall"])
    (one,) = settled(whole, again)
    assert {taken.content.sha256: taken.forms for taken in one.holding} == {
        "a": ALL - {"overall"},
        "b": frozenset({"overall"}),
    }
    (change,) = replaced(one)
    assert change.formers == ((whole, frozenset({"overall"})),)


def test_a_form_emptied_in_a_newer_version_of_the_same_file_is_empty():
    whole = content("a", arrival("a", sent="2018-11-20"))
    emptied = content(
        "b", arrival("b", sent="2018-11-21"),
        evidence=Evidence("2019", "区委办", forms=ALL, answered=ALL - {"matrix"}),
    )  # fmt: skip
    (one,) = settled(whole, emptied)
    assert [(taken.content.sha256, taken.forms) for taken in one.holding] == [("b", ALL)]


def test_two_contents_of_one_moment_both_hold_so_that_the_difference_is_asked_about():
    one, two = (content(name, arrival(name, sent="2018-11-20")) for name in "ab")
    (both,) = settled(one, two)
    assert both.undecided == ALL
    assert len(both.holding) == 2
    assert replaced(both) == ()


def test_what_the_clerk_pinned_holds_whatever_comes_later():
    old, new = content("a", arrival("a", sent="2018-11-20")), content("b", arrival("b", sent="2018-11-21"))
    (one,) = settled(old, new, decisions=Decisions(used=frozenset("a")))
    assert [taken.content.sha256 for taken in one.holding] == ["a"]
    assert one.decided
    assert replaced(one) == ()


def test_a_pinned_part_leaves_the_other_parts_where_they_are():
    parts = [
        content(
            form, arrival(form, sent=f"2018-11-2{number}"),
            evidence=Evidence("2019", "区委办", forms=ALL, answered=frozenset({form})),
        )
        for number, form in enumerate(FORMS)
    ]  # fmt: skip
    (one,) = settled(*parts, decisions=Decisions(used=frozenset({"funds"})))
    assert {taken.content.sha256: taken.forms for taken in one.holding} == {form: frozenset({form}) for form in FORMS}


def test_of_two_contents_of_one_moment_the_pinned_one_holds():
    one, two = (content(name, arrival(name, sent="2018-11-20")) for name in "ab")
    (both,) = settled(one, two, decisions=Decisions(used=frozenset("a")))
    assert [taken.content.sha256 for taken in both.holding] == ["a"]
    assert both.undecided == frozenset()


def test_what_comes_after_a_version_was_pinned_is_not_passed_over_in_silence():
    old, new = content("a", arrival("a", sent="2018-11-20")), content("b", arrival("b", "新.xlsx", sent="2018-11-21"))
    taken = new.arrivals[0].taken
    before, after = (Decisions(used=frozenset("a"), used_at={"a": at}) for at in ("2018-11-22", taken))
    (one,) = settled(old, new, decisions=before)
    assert overlooked(one, before) == ((new, old),)
    assert overlooked(one, after) == (), "the clerk had both before him"
    found = overlooked_finding(new, old, "区委办本级")
    assert (found.code, found.level, found.variant) == ("S02", Level.WARNING, "overlooked")
    assert "新.xlsx 是固定采用 表.xlsx 之后收到的新版" in message(found)
    (free,) = settled(old, new)
    assert overlooked(free, Decisions()) == ()


def test_a_date_that_cannot_be_right_decides_no_version_unasked():
    """A clock years ahead would win over every correction that follows."""
    ahead, later = content("a", arrival("a", sent="2099-01-01")), content("b", arrival("b", sent="2018-11-25"))
    (one,) = settled(ahead, later)
    assert misdated(one) == (ahead,)
    found = misdated_finding(ahead, "区委办本级")
    assert (found.code, found.level, found.variant) == ("S02", Level.ERROR, "misdated")
    assert "发信日期 2099-01-01 晚于收取的日期" in message(found)
    (alone,) = settled(ahead)
    assert misdated(alone) == (), "there is nothing to decide"
    (part,) = settled(
        content("a", ahead.arrivals[0], answered=["funds"]), content("b", later.arrivals[0], answered=["overall"])
    )
    assert misdated(part) == ()
    (pinned,) = settled(ahead, later, decisions=Decisions(used=frozenset("b")))
    assert misdated(pinned) == ()


def test_a_blank_workbook_replaces_nothing_and_is_said():
    whole = content("a", arrival("a", sent="2018-11-20"))
    blank = content(
        "b", arrival("b", "空.xlsx", sent="2018-11-21"), evidence=Evidence("2019", "区委办", forms=ALL | {"notes"})
    )
    whose = [(one, recognise(one, REGISTER, Decisions())) for one in (whole, blank)]
    (one,) = versions(whose, REGISTER, (*FORMS, "notes"), Decisions())
    assert [(taken.content.sha256, taken.forms) for taken in one.holding] == [("a", ALL)]
    assert (one.former, one.blank, one.number) == ((), (blank,), 1)
    assert results(whose, [one], Decisions()) == {"a": Result.HOLDS, "b": Result.BLANK}
    found = blank_finding(blank, "区委办本级")
    assert (found.code, found.level, found.variant) == ("S02", Level.WARNING, "blank")
    assert "空.xlsx 是空白表，不采用" in message(found)
    (alone,) = settled(blank)
    assert [taken.content.sha256 for taken in alone.holding] == ["b"], "with nothing else, it is what they sent"
    assert alone.blank == ()


def test_what_the_clerk_ignores_is_as_if_it_had_not_come():
    old, new = content("a", arrival("a", sent="2018-11-20")), content("b", arrival("b", sent="2018-11-21"))
    decisions = Decisions(ignored=frozenset("b"))
    (one,) = settled(old, new, decisions=decisions)
    assert [taken.content.sha256 for taken in one.holding] == ["a"]
    assert one.former == ()
    whose = [(each, recognise(each, REGISTER, decisions)) for each in (old, new)]
    assert results(whose, [one], decisions) == {"a": Result.HOLDS, "b": Result.IGNORED}


def unread(sha256: str, sent: str, name: str = "区委办.xlsx", reason: str = "E-DAMAGED", original: str = "") -> Content:
    came = arrival(sha256, name, sent, senders=["qwb@example.cn"], original=original)
    return content(sha256, came, evidence=Evidence("2019", reason=reason))


@pytest.mark.parametrize(
    ("made", "open_"),
    [
        (unread("b", "2018-11-21"), True),
        (unread("b", "2018-11-20"), True),
        (unread("b", "2018-11-19"), False),
        (unread("b", "2018-11-21", original="a"), False),
        (unread("b", "2018-11-21", "签字页.pdf", "E-NOTXLSX"), False),
        (unread("b", "2018-11-21", "申报表.xls", "E-NOTXLSX"), True),
        (unread("b", "2018-11-21", "申报表.rar", "E-ARCHIVE"), True),
    ],
)
def test_a_file_that_cannot_be_read_is_open_until_something_readable_follows(made: Content, open_: bool):
    good = content("a", arrival("a", sent="2018-11-20", original="a"))
    (one,) = settled(good, made)
    assert [each.sha256 for each in one.unread] == (["b"] if open_ else [])
    assert [taken.content.sha256 for taken in one.holding] == ["a"], "what was there before still holds"


@pytest.mark.parametrize("original", ["a", "elsewhere"])
def test_a_part_does_not_make_up_for_a_file_that_may_have_been_another_part(original: str):
    whole = content("w", arrival("w", "全部.xlsx", "2018-11-20"))
    damaged = unread("b", "2018-11-24", "部门整体.xlsx", original="a")
    part = content("p", arrival("p", "汇总表.xlsx", "2018-11-25", original=original), answered=["funds"])
    (one,) = settled(whole, damaged, part)
    assert [each.sha256 for each in one.unread] == ["b"]
    again = content("c", arrival("c", "部门整体.XLSX", "2018-11-26"), answered=["overall"])
    (one,) = settled(whole, damaged, part, again)
    assert one.unread == (), "the same file, readable"
    other = content("d", arrival("d", "更正.xlsx", "2018-11-26"), answered=["targets", "overall", "matrix"])
    (one,) = settled(whole, damaged, part, other)
    assert one.unread == (), "everything has come anew"


def test_what_cannot_be_read_says_why():
    made = unread("b", "2018-11-21")
    assert is_meant(made)
    found = unread_finding(made, "区委办本级")
    assert (found.code, found.level, found.department, found.variant) == ("T01", Level.ERROR, "区委办本级", "E-DAMAGED")


def test_every_content_has_one_result():
    all_ = [
        content("a", arrival("a", sent="2018-11-20")),
        content("b", arrival("b", sent="2018-11-21")),
        content("c", arrival("c", "区教育局.xlsx")),
        unread("d", "2018-11-22"),
        unread("e", "2018-11-22", "签字页.pdf", "E-NOTXLSX"),
    ]
    whose = [(one, recognise(one, REGISTER, Decisions())) for one in all_]
    found = results(whose, settled(*all_), Decisions())
    assert found == {"a": Result.FORMER, "b": Result.HOLDS, "c": Result.HELD, "d": Result.UNREAD, "e": Result.OTHER}
    assert len({result.label for result in Result}) == len(Result)


def test_changed_amounts_are_listed_as_far_as_there_is_room():
    old, new = content("a", arrival("a", sent="2018-11-20")), content("b", arrival("b", "新.xlsx", sent="2018-11-21"))
    (one,) = settled(old, new)
    (change,) = replaced(one)
    amounts = [f"专项{number} 资金总额 8 → {number}（+2）" for number in range(20)]
    found = replaced_finding(change, "区委办本级", amounts)
    assert found.level is Level.WARNING
    assert "已有 2 个版本，采用 新.xlsx；金额变动 20 处：专项0 资金总额 8 → 0（+2）；" in message(found)
    assert message(found).endswith("；……")
    assert found.got.count("；") == 19
    none = replaced_finding(change, "区委办本级", [])
    assert (none.level, message(none)) == (Level.HINT, "已有 2 个版本，采用 新.xlsx；金额没有变动")
    assert "no amount changed" in message(none, "en")
