"""Each department has exactly one state, told from what came in, what was found in it and what was done with it."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.turnouts import CALENDAR, came, department, district, error, told
from xlsform.core.batch import Return
from xlsform.core.cells import Ref
from xlsform.core.errors import Mark
from xlsform.core.findings import Finding, Level, Standing
from xlsform.core.inbox import Decisions
from xlsform.core.progress import (
    Acts,
    Amounts,
    Calendar,
    Reporting,
    State,
    Turnout,
    amounts_of,
    by_title,
    excused_by,
)
from xlsform.core.records import Record, Value
from xlsform.core.spec import Overview
from xlsform.core.waivers import Waiver

A, B = department("区教育局", email="jy@example.gov.cn"), department("区财政局")
FIRST = came("区教育局.xlsx", "2018-11-20 09:12", says="区教育局")
SECOND = came("区教育局.xlsx", "2018-11-28 16:00", says="区教育局", text="改正")
BACK = Acts({FIRST[0].sha256: "2018-11-22T10:00:00+08:00"})


def line(turnout: Turnout, name: str = "区教育局") -> Reporting:
    (found,) = (one for one in turnout.lines if one.department == name)
    return found


# -------------------------------------------------------------------------------------------------------------- each state


def test_nothing_came():
    found = line(told([A, B], []))
    assert (found.state, found.overdue, found.late, found.first, found.number) == (State.MISSING, True, False, "", 0)
    assert not line(told([A], [], calendar=Calendar("2018-11-30T23:59:59+08:00", "2018-11-30"))).overdue
    assert not line(told([A], [], calendar=Calendar("2018-12-30T08:00:00+08:00"))).overdue, "no deadline"


def test_it_came_without_an_error():
    found = line(told([A], [FIRST], [error("区教育局", level=Level.WARNING), error("区教育局", level=Level.HINT)]))
    assert (found.state, found.errors, found.warnings, found.hints) == (State.REPORTED, 0, 1, 1)
    assert (found.first, found.last, found.number) == (
        "2018-11-20T09:12:00+08:00",
        "2018-11-20T09:12:00+08:00",
        1,
    )
    assert found.files == ("区教育局.xlsx",)


def test_it_came_with_an_error_and_what_is_waived_is_none():
    fault = error("区教育局")
    assert line(told([A], [FIRST], [fault])).state is State.FAULTY
    waived = Finding(fault.code, fault.level, fault.where, department="区教育局", standing=Standing.WAIVED)
    assert line(told([A], [FIRST], [waived])).state is State.REPORTED
    assert line(told([A], [FIRST], [error("区财政局")])).state is State.REPORTED


def test_it_was_handed_back():
    found = line(told([A], [FIRST], [error("区教育局")], BACK))
    assert (found.state, found.returned) == (State.RETURNED, "2018-11-22T10:00:00+08:00")
    assert line(told([A], [FIRST], [error("区教育局", level=Level.WARNING)], BACK)).state is State.RETURNED
    hint = error("区教育局", level=Level.HINT)
    assert line(told([A], [FIRST], [hint], BACK)).state is State.REPORTED, "nothing is asked of them"


def test_it_was_handed_back_and_came_again():
    found = line(told([A], [FIRST, SECOND], [], BACK))
    assert (found.state, found.number, found.returned) == (State.RESENT, 2, "")
    assert (found.first[:10], found.last[:10]) == ("2018-11-20", "2018-11-28")
    assert len(found.files) == 1
    assert line(told([A], [FIRST, SECOND], [error("区教育局")], BACK)).state is State.RESENT_FAULTY
    assert line(told([A], [FIRST, SECOND], [error("区教育局")])).state is State.FAULTY, "nobody handed anything back"
    twice = Acts(BACK.returned | {SECOND[0].sha256: "2018-11-29T10:00:00+08:00"})
    assert line(told([A], [FIRST, SECOND], [error("区教育局")], twice)).state is State.RETURNED


def test_a_file_that_cannot_be_read_is_a_return_with_an_error():
    broken = came("区教育局.xlsx", "2018-11-20 09:00", sender="jy@example.gov.cn", reason="E-DAMAGED")
    found = line(told([A], [broken]))
    assert (found.state, found.files) == (State.FAULTY, ("区教育局.xlsx",))
    assert (
        line(told([A], [FIRST, came("区教育局.xlsx", "2018-11-29", text="2", reason="E-DAMAGED")])).state
        is State.FAULTY
    )
    after = came("区教育局.xlsx", "2018-11-19", text="2", reason="E-DAMAGED")
    assert line(told([A], [FIRST, after])).state is State.REPORTED, "a readable one followed"


def test_a_scan_alone_is_no_return():
    found = line(told([A], [came("区教育局盖章件.pdf", "2018-11-20 09:00", reason="E-NOTXLSX")]))
    assert (found.state, found.number, found.first, found.scans) == (State.MISSING, 0, "", 1)


def test_what_may_be_theirs_waits_for_the_clerk():
    unclear = came("区财政局.xlsx", "2018-11-20 09:00", says="区教育局")
    whole = told([A, B], [unclear])
    assert [(one.department, one.state, one.held) for one in whole.lines] == [
        ("区教育局", State.HELD, 1),
        ("区财政局", State.HELD, 1),
    ]
    assert not line(whole).overdue
    assert not whole.complete
    decided = told([A, B], [unclear], decisions=Decisions({unclear[0].sha256: "区财政局"}))
    assert [one.state for one in decided.lines] == [State.MISSING, State.REPORTED]
    ignored = told([A, B], [unclear], decisions=Decisions(ignored=frozenset({unclear[0].sha256})))
    assert [one.state for one in ignored.lines] == [State.MISSING, State.MISSING]
    both = told([A, B], [FIRST, unclear])
    assert (line(both).state, line(both).held) == (State.REPORTED, 1), "what is in force is told, the rest is a remark"


def test_who_need_not_report_is_not_expected():
    whole = told([A, B], [FIRST], excused={"区财政局": "无专项"})
    assert (line(whole, "区财政局").state, whole.expected, whole.missing) == (State.EXCUSED, 1, ())
    assert whole.complete
    sent = told([A], [FIRST], [error("区教育局")], excused={"区教育局": "无专项"})
    assert line(sent).state is State.FAULTY, "they sent something all the same"
    mark = Mark("waivers.yaml", 3)
    waivers = [Waiver("Z02", "区财政局", "无专项", mark=mark), Waiver("X03", "区教育局", "理由", mark=mark)]
    assert excused_by(waivers) == {"区财政局": "无专项"}


def test_late_is_the_day_in_china_of_what_came_first():
    late = came("区教育局.xlsx", "2018-12-01 00:01", says="区教育局")
    assert line(told([A], [late])).late
    assert not line(told([A], [came("区教育局.xlsx", "2018-11-30 23:59", says="区教育局")])).late
    assert not line(told([A], [FIRST, late])).late, "the first came in time"
    assert not line(told([A], [late], calendar=Calendar("2018-12-03T00:00:00+08:00"))).late


def test_a_department_that_is_not_in_the_roster_stands_behind_and_is_not_counted():
    whole = told([A], [came("原环保局.xlsx", "2018-11-20", says="原环保局")])
    assert [(one.department, one.known is None, one.state) for one in whole.lines] == [
        ("区教育局", False, State.MISSING),
        ("原环保局", True, State.REPORTED),
    ]
    assert (whole.expected, whole.counts[State.REPORTED], len(whole.registered)) == (1, 0, 1)


def test_a_finding_without_department_counts_for_whose_file_it_is():
    finding = Finding("T01", Level.ERROR, Ref("区教育局.xlsx"))
    assert line(told([A], [FIRST], [finding])).errors == 1


def test_that_somebody_is_missing_is_a_state_and_no_error_of_theirs():
    finding = Finding("Z02", Level.ERROR, Ref(""), department="区教育局")
    assert line(told([A], [], [finding])).errors == 0


# ------------------------------------------------------------------------------------------------------------------- laws


@given(
    st.lists(
        st.tuples(st.sampled_from("ABCD"), st.sampled_from(["", "无法读", "乱名"]), st.integers(1, 28), st.booleans()),
        max_size=8,
    ),
    st.sets(st.sampled_from("ABCD")),
    st.sets(st.sampled_from("ABCD")),
)
def test_every_department_has_one_state_and_the_counts_add_up(sent, faulty, excused):
    names = {"A": "区教育局", "B": "区财政局", "C": "区民政局", "D": "原环保局"}
    arrivals, returned = [], {}
    for number, (who, how, day, handed) in enumerate(sent):
        says = "" if how == "乱名" else names[who]
        name = "表.xlsx" if how == "乱名" else f"{names[who]}.xlsx"
        one = came(
            name, f"2018-11-{day:02d}", says=says, text=str(number), reason="E-DAMAGED" if how == "无法读" else ""
        )
        arrivals.append(one)
        if handed:
            returned[one[0].sha256] = "2018-11-29T00:00:00+08:00"
    whole = told(
        [department(names[key]) for key in "ABC"],
        arrivals,
        [error(names[key]) for key in faulty],
        Acts(returned),
        excused={names[key]: "理由" for key in excused},
    )
    assert len({one.department for one in whole.lines}) == len(whole.lines)
    assert {one.department for one in whole.registered} == {names[key] for key in "ABC"}
    assert sum(whole.counts.values()) == 3
    assert whole.expected == sum(count for state, count in whole.counts.items() if state is not State.EXCUSED)
    assert whole.overdue == whole.counts[State.MISSING] == len(whole.missing), "the deadline is past"
    for one in whole.lines:
        assert bool(one.files) is (one.state not in {State.MISSING, State.HELD, State.EXCUSED})
        assert one.state is not State.RESENT or one.errors == 0
        assert one.state is not State.RETURNED or one.returned
    assert whole.complete is (
        not whole.held and all(one.state in {State.REPORTED, State.RESENT, State.EXCUSED} for one in whole.lines)
    )


def test_the_order_of_arrival_does_not_matter():
    sent = [FIRST, SECOND, came("区财政局.xlsx", "2018-11-21", says="区财政局")]
    wholes = {told([A, B], order, [error("区财政局")], BACK).lines for order in itertools.permutations(sent)}
    assert len(wholes) == 1


def test_the_made_up_district_has_every_kind():
    whole, _ = district()
    assert whole.expected == 60 - whole.counts[State.EXCUSED]
    assert whole.calendar == CALENDAR
    states = {one.state for one in whole.lines}
    assert states >= {State.MISSING, State.REPORTED, State.FAULTY, State.RETURNED, State.RESENT, State.RESENT_FAULTY}


# ---------------------------------------------------------------------------------------------------------------- amounts


def record(region: str, **values: object) -> Record:
    return Record(region, region, 0, "区教育局", "a.xlsx", "表", {k: Value(v, str(v), 1, 1) for k, v in values.items()})  # type: ignore[arg-type]


RETURN = Return(
    "区教育局",
    None,
    ("a.xlsx",),
    {
        "card": (record("card", total=Decimal("336.07")),),
        "list": (
            record("list", way="学前 教育", money=Decimal("8.05")),
            record("list", way="小学教育", money=Decimal(100)),
            record("list", way="学前教育", money=Decimal("0.10")),
            record("list", way="小学教育", money=None),
            record("list", way=None, money=Decimal(1)),
        ),
    },
    (),
    (),
)
OVERVIEW = Overview(("card", "total"), ("list", "money"), ("list", "way"))


def test_amounts_are_those_the_form_set_names_to_the_last_digit():
    found = amounts_of(RETURN, OVERVIEW)
    assert found.overall == Decimal("336.07")
    assert found.table == Decimal("109.15")
    assert found.by == (("学前 教育", Decimal("8.15")), ("小学教育", Decimal(100)), ("", Decimal(1)))
    assert amounts_of(RETURN, None) == Amounts()
    assert amounts_of(RETURN, Overview(table=("list", "money"))) == Amounts(None, Decimal("109.15"))
    assert amounts_of(RETURN, Overview(("missing", "total"))) == Amounts()


@pytest.mark.parametrize("order", [1, -1])
def test_sums_by_title_are_of_all_departments_the_greatest_first(order):
    lines = [
        Reporting("甲", None, State.REPORTED, amounts=Amounts(by=(("学前教育", Decimal(5)), ("道路", Decimal(7))))),
        Reporting("乙", None, State.REPORTED, amounts=Amounts(by=(("学前教育", Decimal("2.5")), ("安全", Decimal(7))))),
    ][::order]
    assert by_title(lines) == (("学前教育", Decimal("7.5"), 2), ("安全", Decimal(7), 1), ("道路", Decimal(7), 1))
