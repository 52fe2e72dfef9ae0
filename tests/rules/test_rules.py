"""Every rule: one spoilt cell gives exactly one finding, at that cell, with its level and its sentence."""

import pytest

from tests.rules.forms import UNIT, A, B, C, M, brief, judged, spoil, submission
from xlsform.core.catalogue import RULES, message

S1, S2, S3, S4 = "汇总表", "支出方向表", "部门整体", "指标分解表"


def a(**cells: str):
    return {"a": spoil(A, 4, **cells)}


def b(**cells: str):
    return {"b": spoil(B, 6, **cells)}


def ab(cells_a: dict, cells_b: dict):
    return a(**cells_a) | b(**cells_b)


def c(**cells: str):
    return {"c": {**C, **cells}}


def m(**cells: str):
    return {"m": spoil(M, 4, **cells)}


DOUBLED = {"a": [*A, ("四", A[1][1], A[1][2], "1", A[1][4], A[1][5])]}

CASES = [
    # what is changed, code, level, sheet, cell, and what the sentence says
    (
        {"year": 2018},
        [("T03", "error", sheet, "A1") for sheet in (S4, S2, S1, S3)],
        "表题年度 2018 与本次采集年度 2019 不一致，疑用了旧表",
    ),
    (
        a(E4="XX专项三年内完成全部任务。") | b(F6="XX专项三年内完成全部任务。"),
        [("T10", "warning", S2, "F6"), ("T10", "warning", S1, "E4")],
        "像是示例文字",
    ),
    (c(C8="指标1：进度：100%\\n指标2："), ("T10", "warning", S3, "C8"), "“指标2：”像是示例文字，请替换或删除"),
    (m(D4="该指标仅用于解释说明"), ("T10", "warning", S4, "D4"), "像是示例文字"),
    (a(A5="三"), ("A01", "warning", S1, "A5"), "序号应为“二”，现为“三”"),
    (a(A6="四"), ("A01", "warning", S1, "A6"), "序号应为“三”，现为“四”"),
    (a(A6="3"), ("A01", "warning", S1, "A6"), "序号应为“三”，现为“3”"),
    (a(A5=""), ("A01", "warning", S1, "A5"), "序号应为“二”，现未填"),
    (a(C5=""), ("A02", "error", S1, "C5"), "第 5 行未填支出方向"),
    (a(B5=""), ("A02", "error", S1, "B5"), "第 5 行未填专项支出名称"),
    (a(E4=""), ("A02", "error", S1, "E4"), "第 4 行未填实施期绩效目标"),
    (a(D4="7万x"), ("A03", "error", S1, "D4"), "“学前教育发展资金”的资金总额应为大于 0 的数字（万元），现为“7万x”"),
    (a(D4=""), ("A03", "error", S1, "D4"), "现未填"),
    (a(D4="无"), ("A03", "error", S1, "D4"), "现为“无”"),
    (
        ab({"D4": "0"}, {"E6": "0"}) | c(C6="20", C3="120"),
        [("B06", "warning", S2, "E6"), ("A03", "warning", S1, "D4")],
        "现为“0”",
    ),
    (
        a(D4="8万元") | b(E6="8") | c(C6="28", C3="128"),
        ("A04", "warning", S1, "D4"),
        "金额 8万元 为文本，已按 8 万元读取",
    ),
    (
        a(D4="80000元") | b(E6="8") | c(C6="28", C3="128"),
        ("A04", "warning", S1, "D4"),
        "金额 80000元 不是以万元为单位，已折算为 8 万元",
    ),
    (ab({"D4": "30.001"}, {"E6": "30"}), ("A04", "warning", S1, "D4"), "金额 30.001 小数超过两位"),
    (
        DOUBLED | c(C6="51", C3="151") | {"b": spoil(B, 6, E7="13.5")},
        ("A09", "error", S1, "C7"),
        "“校舍维修资金/义务教育”重复出现在第 5、7 行",
    ),
    (
        m(D5="新增幼儿园数量", C5="^", E5="1所", F5="^"),
        ("A09", "warning", S4, "D5"),
        "“学前教育发展资金/新增幼儿园数量”重复出现在第 4、5 行",
    ),
    ({"a": [*A, ("", "合计", "", "51", "", "")]}, ("A10", "error", S1, "D7"), "合计 51 ≠ 各行之和 50"),
    ({"a": [*A, ("", "合计", "", "五十", "", "")]}, ("A10", "error", S1, "D7"), "合计“五十”不是数字"),
    ({"units": ("单位：元", UNIT)}, ("A11", "error", S1, "A2"), "表头单位为“元”，应为万元"),
    ({"units": (UNIT, "")}, ("A11", "hint", S2, "A1"), "表头没有“单位：万元”一行，已按万元读取"),
    (b(A6=""), ("B01", "error", S2, "A6"), "第 6 行未填主管部门"),
    (b(G7="'  '"), ("B01", "error", S2, "G7"), "第 7 行未填年度绩效目标"),
    (b(D6="三年"), ("B03", "error", S2, "D6"), "专项实施期“三年”应写作“2019年”或“2019年-2021年”"),
    (b(D6="2019"), ("B03", "error", S2, "D6"), "专项实施期“2019”应写作"),
    (b(D6=""), ("B03", "error", S2, "D6"), "未填专项实施期"),
    (b(D6="2016年-2018年"), ("B04", "error", S2, "D6"), "实施期 2016年-2018年 不含预算年度 2019"),
    (b(D6="2021年-2019年"), ("B04", "error", S2, "D6"), "终止年份早于起始年份"),
    (b(E6="约30"), ("B06", "error", S2, "E6"), "年度金额应为大于 0 的数字（万元），现为“约30”"),
    (b(E6="300000元"), ("B06", "warning", S2, "E6"), "已折算为 30 万元"),
    (b(H7=""), ("B07", "error", S2, "H7"), "“校舍维修资金”至少填一项产出指标"),
    (b(M7=""), ("B08", "error", S2, "L7"), "“校舍维修资金”至少填一项效益指标"),
    (c(B2="区教育委员会"), ("C01", "warning", S3, "B2"), "部门名称“区教育委员会”未登记"),
    (c(C5="未定"), ("C02", "error", S3, "C5"), "基本支出应为数字（万元），现为“未定”"),
    (c(C5=""), ("C02", "error", S3, "C5"), "现未填"),
    (c(C5="-100", C3="-50"), [("C02", "error", S3, "C3"), ("C02", "error", S3, "C5")], "不小于 0"),
    (c(C5="100.005", C3="150.005"), [("C02", "error", S3, "C3"), ("C02", "error", S3, "C5")], "最多两位小数"),
    (c(C5="'100万元'"), ("C02", "warning", S3, "C5"), "100万元 为文本，已按 100 万元读取"),
    (c(C3="340"), ("C03", "error", S3, "C3"), "资金总额 340 ≠ 基本支出 100 + 项目支出 50"),
    (c(B7=""), ("C04", "error", S3, "B7"), "未填整体绩效目标"),
    (c(B7="做好工作。"), ("C04", "warning", S3, "B7"), "整体绩效目标仅 5 字"),
    (c(B7="好" * 801), ("C04", "warning", S3, "B7"), "共 801 字"),
    (c(C9=""), ("C05", "error", S3, "C9"), "效益指标至少填一条"),
    (c(C8="指标1：\\n指标2："), ("C05", "error", S3, "C8"), "产出指标至少填一条"),
    (
        c(C8="指标1：甲率：1%\\n指标3：乙率：2%\\n指标4：丙率：3%"),
        ("C06", "warning", S3, "C8"),
        "产出指标应为指标2，现为指标3",
    ),
    (c(C8="甲率：1%\\n乙率：2%"), ("C06", "warning", S3, "C8"), "产出指标应为指标1，现没有编号"),
    (m(C5="社会效益指标"), ("M01", "error", S4, "C5"), "“社会效益指标”不属于“产出指标”"),
    (m(B4="产出"), ("M01", "error", S4, "B4"), "“产出”不是一级指标（产出指标、效益指标）"),
    (m(B4="", B5=""), [("M01", "error", S4, "B4"), ("M01", "error", S4, "B5")], "未填一级指标"),
    (m(E4=""), ("M02", "error", S4, "E4"), "“新增幼儿园数量”缺少指标值"),
    (m(G5=""), ("M02", "error", S4, "G5"), "指标值“≥79%”没有三级指标名称"),
    (
        b(B7="高中教育"),
        [("X01", "error", S2, "B7"), ("X01", "error", S1, "C5")],
        "“校舍维修资金/高中教育”只在《区级专项资金支出方向绩效目标表》中出现",
    ),
    (
        a(C6="义务教育；学前教育；高中教育"),
        ("X01", "error", S1, "C6"),
        "“校园安全经费/高中教育”只在《区级专项资金预算绩效目标汇总表》中出现",
    ),
    (b(E6="31"), ("X02", "error", S1, "D4"), "“学前教育发展资金”各方向合计 31 与资金总额 30 不符"),
    (b(E8="4"), ("X02", "warning", S1, "D6"), "“校园安全经费”各方向合计 6.5 与资金总额 7.5 不符"),
    (c(C6="60", C3="160"), ("X03", "warning", S3, "C6"), "专项合计 50 与项目支出 60 不同，请说明"),
    (
        ab({"D4": "20000"}, {"E6": "20000"}) | c(C6="20020", C3="20120"),
        ("A05", "warning", S1, "D4"),
        "20000 万元明显偏大，是否按“元”填报",
    ),
    (a(E4="普及教育。") | b(F6="普及教育。"), ("A06", "warning", S1, "E4"), "实施期绩效目标共 5 字，过短或过长"),
    (a(E6="好" * 601), ("A06", "warning", S1, "E6"), "共 601 字，过短或过长"),
    (a(F4=A[0][4]) | b(G6=A[0][4]), ("A07", "warning", S1, "F4"), "跨年专项的年度目标与实施期目标完全相同"),
    (b(H6="1、新增幼儿园5所；3、改造2所"), ("A08", "hint", S2, "H6"), "数量指标的条目编号不连续"),
    (b(A6="教育局"), ("B02", "warning", S2, "A6"), "“教育局”不是登记的全称，是否为“区教育局”"),
    (b(A6="水利部"), ("B02", "warning", S2, "A6"), "“水利部”不是登记的全称，名册中也没有相近的名称"),
    (b(A6="区委办公室"), ("B02", "hint", S2, "A6"), "“区委办公室”是简称，登记的全称是“区委办本级”"),
    (b(M7="改善办学条件" * 40), ("B10", "warning", S2, "M7"), "社会效益指标共 240 字，请提炼为指标"),
    (b(M7="完成年度 校舍维修任务。"), ("B12", "warning", S2, "M7"), "社会效益指标照抄了绩效目标"),
    (c(B10="同意。"), ("C12", "hint", S3, "B10"), "审核意见由财政部门填写"),
    (a(D4="300000"), ("X05", "warning", S1, "D4"), "300000 与 30 相差一万倍，疑单位不一致"),
    (b(E6="300000"), ("X05", "error", S2, "E6"), "300000 与 30 相差一万倍，疑单位不一致"),
    (b(E7="125000"), ("X05", "error", S2, "E7"), "125000 与 12.5 相差一万倍，疑单位不一致"),
    (c(C3="1500000"), ("X05", "error", S3, "C3"), "1500000 与 150 相差一万倍"),
    (c(C6="500000"), ("X05", "error", S3, "C6"), "500000 疑为元：折合 50 万元后，两边正好相等"),
    (ab({"D4": "300000"}, {"E6": "300000"}), ("X05", "warning", S1, "D4"), "300000 疑为元：折合 30 万元后"),
    (b(A6="区民政局"), ("X06", "hint", S2, "A6"), "主管部门“区民政局”与部门名称“区教育局”无登记关系"),
    (
        b(G6="新增幼儿园，扩充普惠性资源。"),
        ("X04", "warning", S1, "F4"),
        "两表年度绩效目标文字不一致，差异：“…增幼儿园，扩大普惠性资源…” / “…增幼儿园，扩充普惠性资源…”",
    ),
]


@pytest.mark.parametrize(("changed", "expected", "said"), CASES)
def test_one_fault_is_one_finding_at_its_cell(changed, expected, said):
    found = judged(submission(**changed))
    assert brief(found) == (expected if isinstance(expected, list) else [expected])
    assert said in message(found[0])
    assert "?" not in message(found[0])
    assert "?" not in message(found[0], "en").rstrip("?")


@pytest.mark.parametrize("line", ["单位：万元", "单位:万元 ", "（金额单位：人民币万元）", "单位 ： 万 元"])
def test_unit_lines_that_say_so(line: str):
    assert brief(judged(submission(units=(line, UNIT)))) == []


@pytest.mark.parametrize(
    "text", ["二〇〇八年以来的党史", "×项", "X光检查", "网址 xxgk.gov.cn", "2×2 阵列", "示例校建设", "举办 XXI 届会议"]
)
def test_text_that_is_no_sample(text: str):
    goals = {"a": spoil(A, 4, E6=text + "建成平安校园，师生安全有保障。")}
    assert brief(judged(submission(**goals))) == []


RAISED_HERE = {
    "T03", "T10", "A01", "A02", "A03", "A04", "A09", "A10", "A11", "B01", "B03", "B04", "B06", "B07", "B08",
    "A05", "A06", "A07", "A08", "B02", "B10", "B12", "C12", "X05", "X06",
    "C01", "C02", "C03", "C04", "C05", "C06", "M01", "M02", "X01", "X02", "X03", "X04",
}  # fmt: skip
RAISED_ELSEWHERE = {"T01", "T02", "T04", "T05", "T06", "T07", "T08", "T09", "S01", "S02", "Z01", "Z02"} | {
    "B05", "B09", "B11", "Z03",  # tests/rules/test_thresholds.py
    "B13", "B14", "B15", "B16", "B17", "B18", "B19", "B20", "B21", "C07", "C08", "C09", "C10", "C11", "M03", "M04", "M05", "M06",
    "V01", "V02", "V03", "V04", "V05", "V06", "V07", "V08", "V09",  # tests/rules/test_values.py
}  # fmt: skip


def test_every_rule_that_is_evaluated_has_a_case():
    raised = {code for _, expected, _ in CASES for code, *_ in (expected if isinstance(expected, list) else [expected])}
    assert raised == RAISED_HERE
    assert {code for code, rule in RULES.items() if rule.evaluated} == RAISED_HERE | RAISED_ELSEWHERE
