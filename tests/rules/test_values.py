"""Rules on what indicator values say: each fault is one finding at its cell; what only looks like one stays silent."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rules.forms import FORMSET, B, C, M, brief, judged, spoil, submission
from xlsform.core.catalogue import RULES, message
from xlsform.core.findings import Finding, Level
from xlsform.core.records import Submission
from xlsform.core.spec import FormSet
from xlsform.rules.precedence import SILENCES
from xlsform.specfiles import load_formset

S2, S3, S4 = "支出方向表", "部门整体", "指标分解表"
OFF = replace(FORMSET, levels=dict.fromkeys(("B18", "B21", "C11", "M06"), Level.HINT))
SHARE = "指标3：部门重点支出占部门整体支出的比例：{}"
LONG = "深入贯彻落实上级决策部署，" * 20


def b(**cells: str):
    return {"b": spoil(B, 6, **cells)}


def c(output: str = "", benefit: str = ""):
    return {
        "c": {
            **C,
            "C8": C["C8"] + ("\\n" + output if output else ""),
            "C9": C["C9"] + ("\\n" + benefit if benefit else ""),
        }
    }


def m(*row: str):
    """A third row: names and values of both halves, under 数量指标 unless another class comes first."""
    l1, l2, *rest = row if len(row) == 6 else ("产出指标", "数量指标", *row)
    return {"m": [*M, ("^", l1, l2, *rest[:2], l2, *rest[2:])]}


FAULTS = [
    # what is changed, the code, level, sheet, cell, and what the sentence says
    (b(H6="各街道，区直机关各部门"), ("B13", "warning", S2, "H6"), "数量指标“各街道，区直机关各部门”没有数量"),
    (b(H6="若干次"), ("B13", "warning", S2, "H6"), "没有数量"),
    (b(H6="2019年全年开展"), ("B13", "warning", S2, "H6"), "没有数量"),
    (b(H6="及时"), ("B13", "warning", S2, "H6"), "没有数量"),
    (b(J6="保质保量"), ("B14", "warning", S2, "J6"), "时效指标“保质保量”看不出完成时间"),
    (b(J6="100"), ("B14", "warning", S2, "J6"), "看不出完成时间"),
    (b(J6="尽快"), ("B14", "warning", S2, "J6"), "看不出完成时间"),
    (b(J6="2022年底前"), ("B15", "warning", S2, "J6"), "时效 2022年底前 不在 2019年-2021年 内"),
    (b(J7="2018年12月31日前"), ("B15", "warning", S2, "J7"), "时效 2018年12月31日前 不在 2019年 内"),
    (b(J6="2019年启动，2022年底前完成"), ("B15", "warning", S2, "J6"), "不在 2019年-2021年 内"),
    (b(K6="节约开支"), ("B16", "warning", S2, "K6"), "成本指标“节约开支”不是金额或单位成本"),
    (b(K6="800万"), ("B16", "warning", S2, "K6"), "不是金额"),
    (b(K6="≤5%"), ("B16", "warning", S2, "K6"), "不是金额"),
    (b(K6="≤31万元"), ("B17", "warning", S2, "K6"), "成本 31 万元大于年度金额 30 万元"),
    (b(K6="300万元/项"), ("B17", "warning", S2, "K6"), "成本 300 万元大于年度金额 30 万元"),
    (b(K6="≥1000000元"), ("B17", "warning", S2, "K6"), "成本 100 万元大于"),
    (b(K6="20~40万元"), ("B17", "warning", S2, "K6"), "成本 40 万元大于"),
    (b(K6="5万元/项"), ("B19", "hint", S2, "K6"), "成本 5 与年度金额 30 不同，请确认项数"),
    (b(K6="5万元/项", H6="支持项目4项"), ("B19", "hint", S2, "K6"), "请确认项数"),
    (b(P6="120%"), ("B20", "error", S2, "P6"), "满意度“120%”应为 0%–100%"),
    (b(P6="-5%"), ("B20", "error", S2, "P6"), "应为 0%–100%"),
    (b(P6="群众满意度≥292%"), ("B20", "error", S2, "P6"), "应为 0%–100%"),
    (b(P6="满意"), ("B20", "warning", S2, "P6"), "满意度“满意”应为 0%–100%"),
    (b(P6="≥90分"), ("B20", "warning", S2, "P6"), "应为 0%–100%"),
    (b(P6="进一步提升"), ("B20", "warning", S2, "P6"), "应为 0%–100%"),
    (b(P6="90"), ("V01", "warning", S2, "P6"), "“90”缺少计量单位"),
    (b(H6="100"), ("V01", "warning", S2, "H6"), "“100”缺少计量单位"),
    (b(H6="培训3次、编印资料500"), ("V01", "warning", S2, "H6"), "“编印资料500”缺少计量单位"),
    (b(H6="100人刺"), ("V02", "hint", S2, "H6"), "单位“人刺”未收录，是否为“人次”"),
    (b(H6="20嘎"), ("V02", "hint", S2, "H6"), "单位“嘎”未收录"),
    (b(H6="平均每年1000万元人次"), ("V03", "warning", S2, "H6"), "单位矛盾，疑多写“元”"),
    (b(K6="20万元人次"), ("V03", "warning", S2, "K6"), "单位矛盾"),
    (b(H6="20000年"), ("V04", "warning", S2, "H6"), "“20000年”的单位疑有误"),
    (b(I6="合格率292%"), ("V05", "warning", S2, "I6"), "“合格率292%”超过 100%"),
    (b(H6="新增幼儿园-5所"), ("V06", "warning", S2, "H6"), "为负值，请确认"),
    (b(H6="约300人"), ("V07", "hint", S2, "H6"), "“约300人”难以衡量"),
    (b(I6="进一步提升"), ("V07", "hint", S2, "I6"), "难以衡量"),
    (b(L6="投诉率≥5%"), ("V09", "hint", S2, "L6"), "“投诉率”是反向指标，现为“≥”"),
    (c("指标3：做好会务工作"), ("C07", "warning", S3, "C8"), "指标3“做好会务工作”没有指标值"),
    (c("指标3：结余率：120%"), ("C08", "warning", S3, "C8"), "指标3 结余率 = 120%，超出 0%–100%"),
    (c("指标3：结余率：-3%"), ("C08", "warning", S3, "C8"), "超出 0%–100%"),
    (c("", "指标3：覆盖率：292%"), ("C08", "warning", S3, "C9"), "指标3 覆盖率 = 292%"),
    (c(SHARE.format("60%")), ("C09", "hint", S3, "C8"), "填报 60%，按本表计算约 33.33%"),
    (c(SHARE.format("32%")), ("C09", "hint", S3, "C8"), "按本表计算约 33.33%"),
    (c("指标3：三公经费增减率：10%"), ("C10", "warning", S3, "C8"), "三公经费计划增长 10%，请说明"),
    (c("指标3：“三公”经费：增长2%"), ("C10", "warning", S3, "C8"), "请说明"),
    (c("指标3：新增床位：100"), ("V01", "warning", S3, "C8"), "“100”缺少计量单位"),
    (c("指标3：服务人次：100人刺"), ("V02", "hint", S3, "C8"), "是否为“人次”"),
    (c("指标3：惠及群众：10万元人次"), ("V03", "warning", S3, "C8"), "单位矛盾"),
    (c("指标3：新增园所：20000年"), ("V04", "warning", S3, "C8"), "单位疑有误"),
    (c("指标3：新增床位：-5张"), ("V06", "warning", S3, "C8"), "为负值"),
    (c("指标3：服务水平：明显提升"), ("V07", "hint", S3, "C8"), "“明显提升”难以衡量"),
    (c("指标3：投诉率：≥5%"), ("V09", "hint", S3, "C8"), "“投诉率”是反向指标"),
    (m("参训率", "90%", "合格率", "90%"), ("M03", "warning", S4, "G6"), "实施期“参训率”与本年度“合格率”不对应"),
    (m("新增学位", "20000个", "新增学位", "5000所"), ("M04", "warning", S4, "H6"), "“新增学位”两期单位不同：个 / 所"),
    (m("新增学位", "5000个", "新增学位", "6000个"), ("M05", "warning", S4, "H6"), "本年度 6000个 大于实施期 5000个"),
    (m("新增学位", "0.5万个", "新增学位", "6000个"), ("M05", "warning", S4, "H6"), "大于实施期 0.5万个"),
    (m("新增学位", "100", "新增学位", "50个"), ("V01", "warning", S4, "E6"), "缺少计量单位"),
    (m("受益人数", "100人刺", "受益人数", "50人次"), ("V02", "hint", S4, "E6"), "是否为“人次”"),
    (m("覆盖面", "292%", "覆盖面", "≥92%"), ("V05", "warning", S4, "E6"), "是否“≥”被误识别为“2”"),
    (m("新增学位", "20个", "新增学位", "-5个"), ("V06", "warning", S4, "H6"), "为负值"),
    (m("产出指标", "质量指标", "服务水平", "优", "服务水平", "有所提高"), ("V07", "hint", S4, "H6"), "难以衡量"),
    (m("产出指标", "质量指标", "差错率", "≤1%", "差错率", "≥1%"), ("V09", "hint", S4, "H6"), "“差错率”是反向指标"),
    # nothing but a rest of the blank, a copy or a paragraph: that is said, and no more
    (b(H6="培训XX人次"), ("T10", "warning", S2, "H6"), "像是示例文字"),
    (c("指标3：XX工作"), ("T10", "warning", S3, "C8"), "像是示例文字"),
    (b(K6="XX万元/项"), ("T10", "warning", S2, "K6"), "像是示例文字"),
    (b(H6=LONG), ("B10", "warning", S2, "H6"), "请提炼为指标"),
    (b(P6=LONG), ("B10", "warning", S2, "P6"), "请提炼为指标"),
    (b(J7=B[1][5]), ("B12", "warning", S2, "J7"), "照抄了绩效目标"),
    (m("该指标仅用于解释说明", "5所", "新增学位", "5所"), ("T10", "warning", S4, "D6"), "像是示例文字"),
]  # fmt: skip

SILENT = [
    b(H6="无"), b(H6="新增3个园"), b(H6="3、4号楼维修"), b(H6="举办三次活动"), b(H6="储备物资12类"),
    b(H6="开展两次大型活动及宣传"), b(H6="2019年培训3次、编印资料500册"), b(H6="零投诉"), b(H6="—"),
    b(I6="零事故"), b(I6="全覆盖"), b(I6="同比增长120%"), b(I6="增长率120%"), b(I6="差错率≤0.5%"), b(I6="1:1.5"),
    b(I6="投诉办结率≥98%"),
    b(H6="拆除违法建设≥5000平方米"),
    b(J6="每年年底前"), b(J6="15个工作日内"), b(J6="按时办结率100%"), b(J6="烈士备案当年发放"), b(J6="每季度1次"),
    b(J6="2019年春季和秋季学期各发放1次，12月底前完成"), b(J6="2021年底前"), b(J6="不适用"), b(J6="2019年—2021年"),
    b(J6="资金到位后一个月内全部发放到人到户"), b(J6="按石发〔2014〕14号文件要求，2019年底前完成"),
    b(K6="≤30万元"), b(K6="30.005万元"), b(K6="30万元/项"), b(K6="不超过预算"), b(K6="40万元/人"), b(K6="1200元/人·月"),
    b(K6="三年累计≤90万元"), b(K6="每月40万元"), b(K6="设备费20万元、人工10万元"), b(K6="每年30万元"), b(K6="下降200万元"),
    b(K6="6万元/项", H6="支持项目5项"), b(K6="≥30万元/个"), b(K6="控制在30万元以内"), b(K6="无"),
    b(P6="100%"), b(P6="0%"), b(P6="学生满意度≥90%、家长满意度≥85%"), b(P6="85%-95%"), b(P6="满意度达到90%以上并稳步提高"),
    b(P6="无"), b(P6="百分之九十五"), b(L6="受益群众3.2万人"), b(M6="满意度进一步提升"), b(L6="亩均增收≥120元"),
    c("指标3：会务工作合格"), c("指标3：全年举办培训12期"), c("指标3：预决算公开100%"), c("指标3：零投诉"),
    c("指标3：结余率：0%"), c("指标3：收入增长率：120%"), c("指标3：人均收入：同比增长120%"), c("指标3：结余率：100%"),
    c(SHARE.format("33%")), c(SHARE.format("34.33%")), c(SHARE.format("30%-33%")), c("指标3：重点支出完成率：100%"),
    c("指标3：三公经费增减率：-10%"), c("指标3：三公经费增减率：0%"), c("指标3：三公经费：下降10%"),
    c("指标3：三公经费压减率：10%"), c("指标3：三公经费公开率：100%"), c("指标3：新增床位数（张）：100"),
    c("", "指标3：群众获得感：明显提升"),
    {"c": {**C, "C8": "指标1：服务对象满意度：≥90%", "C9": "指标1：教育公平进一步落实。"}},
    m("新增学位", "20000个", "新增 学位", "5000个"), m("新增学位", "2万个", "新增学位", "5000个"),
    m("年均新增学位", "年均5000个", "年均新增学位", "6000个"), m("参训率", "每年≥85%", "参训率", "≥90%"),
    m("培训时间", "3天", "培训时间", "5天"), m("生均标准", "500元", "生均标准", "600元"), m("补助", "2万元/人", "补助", "3万元/人"),
    m("验收标准", "办公用房标准", "验收标准", "≥90%"), m("报告提交时间", "每年9月底前", "报告提交时间", "2019年9月30日前"),
    m("新增床位数（张）", "100", "新增床位数（张）", "50"), m("增长率", "120%", "增长率", "-5%"),
    m("效益指标", "社会效益指标", "获得感", "明显提升", "获得感", "明显提升"), m("毛入园率", "90%", "毛入园率", "80%"),
    m("产出指标", "成本指标", "补助", "≥30万元/个", "补助", "≥30万元/个"),
]  # fmt: skip

TURNED_ON = [
    (b(K6="≥30万元/个"), ("B18", "hint", S2, "K6"), "成本指标一般用“≤”，现为“≥”"),
    (b(K6="＞5万元"), ("B18", "hint", S2, "K6"), "现为“>”"),
    (m("产出指标", "成本指标", "补助", "≥30万元/个", "补助", "30万元/个"), ("B18", "hint", S4, "E6"), "现为“≥”"),
    (b(P6="100%"), ("B21", "hint", S2, "P6"), "满意度目标为 100%，请确认可实现"),
    (b(P6="≥59%"), ("B21", "hint", S2, "P6"), "请确认可实现"),
    ({"c": {**C, "C9": "指标1：教育公平进一步落实。"}}, ("C11", "hint", S3, "C9"), "未设满意度指标"),
    (m("毛入园率（%）", "85%", "毛入园率（%）", "85%"), ("M06", "hint", S4, "D6"), "“毛入园率（%）”放在数量指标下"),
    (m("产出指标", "时效指标", "下拨标准", "年底前", "下拨标准", "年底前"), ("M06", "hint", S4, "D6"), "“下拨标准”放在时效指标下"),
]  # fmt: skip
STILL_SILENT = [b(K6="≤30万元"), b(P6="60%"), b(P6="99%"), m("产出指标", "质量指标", "参训率", "9%", "参训率", "9%")]


def said_of(found: tuple[Finding, ...]) -> list[tuple[str, str, str, str]]:
    assert all("?" not in message(one) and "“?”" not in message(one, "en") for one in found)
    return brief(found)


@pytest.mark.parametrize(("changed", "expected", "sentence"), FAULTS)
def test_one_fault_is_one_finding_at_its_cell(changed, expected, sentence):
    found = judged(submission(**changed))
    assert said_of(found) == [expected]
    assert sentence in message(found[0])


@pytest.mark.parametrize("changed", SILENT)
def test_what_only_looks_like_a_fault(changed):
    assert brief(judged(submission(**changed))) == []


@pytest.mark.parametrize(("changed", "expected", "sentence"), TURNED_ON)
def test_rules_that_a_form_set_turns_on(changed, expected, sentence):
    assert not [one for one in judged(submission(**changed)) if one.code == expected[0]]
    found = [one for one in judged(submission(**changed), formset=OFF) if one.code == expected[0]]
    assert said_of(tuple(found)) == [expected]
    assert sentence in message(found[0])


@pytest.mark.parametrize("changed", STILL_SILENT)
def test_what_they_say_nothing_of(changed):
    assert brief(judged(submission(**changed), formset=OFF)) == []


def stored(problem: str) -> Submission:
    """The clean return with 2019年度 of J6 kept by the spreadsheet as a number that it shows so."""
    read = submission()
    records = tuple(
        one._replace(values={**one.values, "timeliness": one.values["timeliness"]._replace(problem=problem)})
        if (one.region, one.item) == ("direction_targets", 0)
        else one
        for one in read.records
    )
    return replace(read, records=records)


@pytest.mark.parametrize(("problem", "word"), [("date", "日期"), ("percent", "百分比")])
def test_a_value_that_the_spreadsheet_has_converted(problem: str, word: str):
    found = judged(stored(problem))
    assert said_of(found) == [("V08", "warning", S2, "J6")]
    assert message(found[0]).startswith(f"J6 被表格软件转成{word}")
    assert message(found[0]).endswith("已按“2019年度”读取")


def test_two_items_of_a_block_are_two_findings_in_one_cell():
    found = judged(submission(**c("指标3：做好会务工作\\n指标4：做好后勤工作")))
    assert brief(found) == [("C07", "warning", S3, "C8")] * 2
    assert [message(one)[:3] for one in found] == ["指标3", "指标4"]


def test_a_period_in_error_leaves_its_years_unjudged():
    both = judged(submission(**b(D6="三年", J6="2025年底前")))
    assert brief(both) == [("B03", "error", S2, "D6")]


def test_an_amount_in_error_leaves_the_cost_unjudged():
    assert brief(judged(submission(**b(E6="约30", K6="300万元")))) == [("B06", "error", S2, "E6")]


@pytest.mark.parametrize("changed", [{"C3": "340"}, {"C6": "60", "C3": "160"}, {"C3": "约150"}])
def test_amounts_in_doubt_leave_the_share_unjudged(changed):
    card = {**c(SHARE.format("33%"))["c"], **changed}
    assert not [one for one in judged(submission(c=card)) if one.code == "C09"]


@pytest.mark.parametrize(
    ("codes", "changed", "left"),
    [
        (("B17",), b(K6="300万元/项"), ["B19"]),
        (("B16",), b(K6="800万"), ["V01"]),
        (("B14",), b(J6="100"), ["V01"]),
        (("B20",), b(P6="120%"), ["V05"]),
        (("B13",), b(H6="若干次"), ["V07"]),
        (("C08",), c("指标3：结余率：-3%"), ["V06"]),
        (("T10",), b(H6="培训XX人次"), ["B13"]),
        (("M04",), m("新增学位", "20000年", "新增学位", "5000所"), ["V04"]),
    ],
)
def test_what_a_finding_hides_is_said_when_its_rule_is_off(codes, changed, left):
    off = replace(FORMSET, levels=dict.fromkeys(codes))
    assert [one.code for one in judged(submission(**changed), formset=off)] == left


def test_a_hint_hides_no_error():
    quiet = replace(FORMSET, levels={"T10": Level.HINT, "B20": Level.ERROR})
    assert {one.code for one in judged(submission(**b(P6="XX满意")), formset=quiet)} == {"T10", "B20"}


def test_every_silence_has_its_reason_and_names_rules():
    assert all(one.why and one.loud | one.quiet <= RULES.keys() for one in SILENCES)
    assert not [one for one in SILENCES if one.loud & one.quiet]


TREES = {
    "2015": ("满意度指标", "服务对象满意度", "产出指标", "成本指标"),
    "2021": ("满意度指标", "服务对象满意度指标", "成本指标", "经济成本指标"),
}


@pytest.mark.parametrize("tree", TREES)
def test_classes_are_those_of_the_tree_whatever_the_labels(tree: str, tmp_path: Path):
    formset = with_tree(tree, tmp_path)
    top, satisfied, of_cost, cost = TREES[tree]
    rows = [
        ("学前教育发展资金", of_cost, cost, "补助", "≥30万元/个", cost, "补助", "≥30万元/个"),
        ("^", top, satisfied, "家长满意度", "进一步提升", satisfied, "家长满意度", "≥90%"),
        ("^", "产出指标", "数量 指标", "入园率", "进一步提升", "数量指标", "入园率", "≥90%"),
        ("^", "产出指标", "质量指标", "合格率", "292%", "质量指标", "合格率", "≥90%"),
    ]
    read = submission(m=rows)
    assert brief(judged(read, formset=formset)) == [("V07", "hint", S4, "E6"), ("V05", "warning", S4, "E7")]
    turned = replace(formset, levels=dict.fromkeys(("B18", "M06"), Level.HINT))
    on = [one for one in brief(judged(read, formset=turned)) if one[0] in turned.levels]
    assert on == [("B18", "hint", S4, "E4"), ("B18", "hint", S4, "H4"), ("M06", "hint", S4, "D6")]


def with_tree(name: str, folder: Path) -> FormSet:
    shutil.copytree("mappings", folder, dirs_exist_ok=True)
    path = folder / "2019" / "formset.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("seed-2019", name), encoding="utf-8")
    return load_formset(folder / "2019")
