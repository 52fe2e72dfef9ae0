"""What clerks plausibly write is no fault; beside it, the like that is one."""

import pytest

from tests.rules.forms import A, B, C, M, brief, judged, spoil, submission

S2, S3, S4 = "支出方向表", "部门整体", "指标分解表"

COUNTED = [
    "购置设备一批", "建成一个平台", "编制规划一份、方案一套", "参训率由80%提高到90%", "≥95%且≤98%", "铺设管网5km×2", "500+人次", "参训人数120人",
    "参训人数（人）：120",
]  # fmt: skip
NOT_COUNTED = ["一次性补助到位", "一村一品", "统一标准", "5G网络建设", "第一批"]
TIMED = [
    "1次/周", "2次/年", "每半个月1次", "半年1次", "年2次", "全年12次", "2019年3次", "按月发放", "按季度召开", "汛期", "春秋两季", "逾期率为0",
    "“八一”前发放到位", "法定时限内办结", "合同期内", "年终", "12.31前", "每天巡查",
]  # fmt: skip
UNTIMED = ["按年度计划完成", "2次/人", "按计划完成", "12次"]
COST = ["据实列支", "以中标价为准", "控制价以内", "不高于财政评审价", "政府采购价"]
VALUED = [
    "全年无重大安全责任事故",
    "杜绝重大事故发生",
    "公文差错率为零",
    "三公经费只减不增",
    "差错率：0",
    "三公经费变动率：≤0",
    "制度完善性：完善",
]
UNVALUED = ["无障碍设施建设", "完成固定资产投资任务", "杜绝浪费"]


@pytest.mark.parametrize(
    ("column", "text"),
    [("H6", text) for text in COUNTED] + [("J6", text) for text in TIMED] + [("K6", text) for text in COST],
)
def test_nothing_is_said_of_what_is_right(column: str, text: str):
    assert brief(judged(submission(b=spoil(B, 6, **{column: text})))) == []


@pytest.mark.parametrize(
    ("column", "code", "text"),
    [("H6", "B13", text) for text in NOT_COUNTED] + [("J6", "B14", text) for text in UNTIMED],
)
def test_the_like_that_says_nothing_is_asked_about(column: str, code: str, text: str):
    assert brief(judged(submission(b=spoil(B, 6, **{column: text})))) == [(code, "warning", S2, column)]


def block(item: str):
    return submission(c={**C, "C8": f"{C['C8']}\\n指标3：{item}"})


@pytest.mark.parametrize("item", VALUED)
def test_items_with_a_value_in_words_or_a_bare_zero(item: str):
    assert brief(judged(block(item))) == []


@pytest.mark.parametrize("item", UNVALUED)
def test_items_without_one(item: str):
    assert brief(judged(block(item))) == [("C07", "warning", S3, "C8")]


def test_a_cost_that_names_its_own_number_of_things():
    assert brief(judged(submission(b=spoil(B, 6, K6="6万元/项，共5项")))) == []
    assert brief(judged(submission(b=spoil(B, 6, K6="6万元/项，共4项")))) == [("B19", "hint", S2, "K6")]


@pytest.mark.parametrize(("period", "annual"), [("4次/年", "4次"), ("1000元/人·年", "1000元/人")])
def test_a_unit_of_one_year_in_the_year_s_own_half(period: str, annual: str):
    rows = [*M, ("^", "产出指标", "数量指标", "标准", period, "数量指标", "标准", annual)]
    assert brief(judged(submission(m=rows))) == []


def test_what_is_within_three_years_is_no_annual_cost():
    assert brief(judged(submission(b=spoil(B, 6, K6="三年内90万元")))) == []
    assert brief(judged(submission(b=spoil(B, 6, K6="年内90万元")))) == [("B17", "warning", S2, "K6")]


def amounts(amount: str, cost: str, fund: str):
    """The first fund with these amounts; what C says is left alone."""
    return submission(a=spoil(A, 4, D4=fund), b=spoil(B, 6, E6=amount, K6=cost), c=None, m=None)


@pytest.mark.parametrize("cost", ["30万元/项", "≤30万元", "6万元/项，共5项"])
def test_a_department_that_reports_everything_in_yuan_is_told_so_at_the_amount(cost: str):
    found = brief(judged(amounts("300000", cost, "300000")))
    assert sorted(found) == [("A05", "warning", "汇总表", "D4"), ("X05", "warning", S2, "E6")]


def test_an_amount_that_is_proved_to_be_in_yuan_is_told_so_once():
    assert brief(judged(amounts("300000", "30万元/项", "30"))) == [("X05", "error", S2, "E6")]


@pytest.mark.parametrize("amount", ["0", "-5"])
def test_a_cost_is_not_above_an_amount_that_is_none(amount: str):
    assert {one.code for one in judged(amounts(amount, "6万元/所", amount))} == {"A03", "B06"}


def test_a_repeated_number_is_told_what_its_own_place_asks_for():
    found = judged(submission(a=spoil(A, 4, A5="一", A6="一")))
    assert [(one.where.address, one.expected) for one in found] == [("A5", "二"), ("A6", "三")]
