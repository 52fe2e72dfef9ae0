"""Any number of further returns, drawn at random from a seed: clean by every rule, each with the records that reading must give.

    for name, data in generate(seed=7, n=500): ...
    truth(7, 0)["fund_summary"][0]["total_amount"]
    write_district(Path("大区"), seed=7, n=5000)

The same seed always gives the same bytes; return `i` does not depend on how many are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple

from samples.content import Content, Direction, Fund, Item, Measure, Overall, Truth, money, truth_of
from samples.numerals import numeral
from samples.package import EXCEL, OPENPYXL, WPS, save
from samples.roster import roster_workbook
from samples.workbook import Blank, fill, read_blank

Style = Literal["excel", "wps", "openpyxl", "mixed"]
DIALECTS = {"excel": EXCEL, "wps": WPS, "openpyxl": OPENPYXL}
PARENT = "石峰区政府"


class Theme(NamedTuple):
    """What money is spent on: the noun of the 专项, what is done, its unit."""

    noun: str
    action: str
    unit: str


THEMES = tuple(
    Theme(*line.split())
    for line in """
    道路养护 养护道路 公里|校舍维修 维修校舍 平方米|就业培训 培训劳动者 人次|疫苗接种 接种疫苗 剂次|农田水利 整修沟渠 公里
    危房改造 改造危房 户|公共文化 举办文化活动 场|全民健身 建设健身点 个|绿地养护 养护绿地 万平方米|垃圾收运 收运垃圾 万吨
    安全监管 检查企业 家次|科技创新 支持科技项目 项|养老服务 新增养老床位 张|残疾人康复 服务残疾人 人|法律援助 办理援助案件 件
    应急储备 储备物资 类|水环境治理 整治河段 公里|食品抽检 抽检食品 批次|信息化运维 维护业务系统 个|网格服务 配备网格员 人
    人居环境 改建卫生厕所 户|妇幼保健 筛查妇女儿童 人次|招商引资 开展招商活动 次|档案整理 整理档案 卷
    """.replace("\n", "|").split("|")
    if line.strip()
)
FUND_KINDS = ("专项资金", "工作经费", "补助资金", "发展资金", "以奖代补资金")
SCOPES = (
    "城区片",
    "乡镇片",
    "重点人群",
    "基层单位",
    "示范点",
    "日常运行",
    "提质改造",
    "（二期）",
    "A类项目",
    "“十三五”续建",
)
QUALITIES = (
    "验收合格率100%",
    "合格率≥95%",
    "达标率≥98%",
    "=100%",
    "按期办结率≥96.5%",
    "差错率≤0.5%",
    "零安全责任事故",
    "全覆盖",
    "优良",
    "合格率不低于95%、优良率不低于80%",
    "百分之九十五以上",
    "投诉办结率≥98%",
    "符合行业标准",
    "1:1.5",
)
TIMES = (
    "2019年12月31日前",
    "2019年11月30日前",
    "2019年年底前",
    "2019年第四季度",
    "2019年1-12月",
    "2019年度",
    "12月底前",
    "每季度末",
    "15个工作日内",
    "收到申请后15日内",
    "按时办结率≥98%",
    "资金下达当年发放",
    "2019年3月启动，2019年11月底前完成",
)
BENEFITS = {
    "economic": (
        "带动投资≥2000万元",
        "节约财政资金≥50万元",
        "亩均增收≥120元",
        "同比增长8%",
        "人均年增收1200元",
        "较上年下降3个百分点",
    ),
    "social": ("受益群众≥3.2万人", "政策知晓率≥95%", "较大及以上事故0起", "就业率≥90%", "切实改进文风会风", "80%-90%"),
    "ecological": ("绿化覆盖率≥41%", "污水处理率≥96%", "能耗同比下降3%", "空气质量优良天数≥300天", "明显改善"),
    "sustainability": (
        "长效管护机制覆盖率≥90%",
        "运行维护责任落实率100%",
        "为下一年度工作打下基础",
        "设计使用年限≥10年",
        "长期",
    ),
    "satisfaction": (
        "≥90%",
        "≥85%",
        "≥92.5%",
        "群众满意度≥88%",
        "学生满意度≥90%、家长满意度≥85%",
        "85%-95%",
        "达到95%以上",
    ),
}
PROSE = (
    "围绕中心、服务大局，各项工作任务按时序推进。",
    "立足优质，强化保障。严格落实财经纪律，完善管理制度，推进财务管理精细化、规范化。",
    "服务水平进一步提升，群众办事更加便捷。",
)


class Gauge(NamedTuple):
    """A 三级指标 of form 4 and its value in both halves; {n} is a number, {m} three times as much, {unit} what the 专项 counts in."""

    name: str
    period: str
    annual: str


GAUGES = {
    "产出指标": {
        "数量指标": (
            Gauge("{action}数量", "{m}{unit}", "{n}{unit}"),
            Gauge("组织培训人次", "≥{m}人次", "≥{n}人次"),
            Gauge("建成示范点数（个）", "{m}", "{n}"),
        ),
        "质量指标": (
            Gauge("验收合格率", "每年≥{share}%", "≥{share}%"),
            Gauge("差错率", "≤{few}%", "≤{few}%"),
            Gauge("建设标准", "执行行业标准", "执行行业标准"),
        ),
        "时效指标": (
            Gauge("任务完成时间", "每年年底前", "2019年年底前"),
            Gauge("资金拨付时限", "≤15个工作日", "≤15个工作日"),
            Gauge("报告提交时间", "每年9月底前", "2019年9月30日前"),
        ),
        "成本指标": (
            Gauge("单位成本", "≤{few}万元/项", "≤{few}万元/项"),
            Gauge("项目总成本", "≤{m}万元", "≤{n}万元"),
            Gauge("人均补助标准", "{n}元/人·年", "{n}元/人·年"),
        ),
    },
    "效益指标": {
        "经济效益指标": (
            Gauge("带动投资额", "≥{m}万元", "≥{n}万元"),
            Gauge("人均增收", "年均≥{n}元", "≥{n}元"),
            Gauge("产值增长率", "每年≥{few}%", "≥{few}%"),
        ),
        "社会效益指标": (
            Gauge("受益群众人数", "≥{m}人", "≥{n}人"),
            Gauge("政策知晓率", "≥{share}%", "≥{share}%"),
            Gauge("群众获得感", "进一步提升", "进一步提升"),
        ),
        "生态效益指标": (
            Gauge("绿化面积", "{m}万平方米", "{n}万平方米"),
            Gauge("污水处理率", "≥{share}%", "≥{share}%"),
            Gauge("能耗降幅", "三年累计{m}吨", "{n}吨"),
        ),
        "可持续影响指标": (
            Gauge("长效管护机制覆盖率", "{share}%", "{share}%"),
            Gauge("设施设计使用年限", "≥{few}年", "≥{few}年"),
            Gauge("管护责任", "落实到位", "落实到位"),
        ),
        "社会公益或服务对象满意度指标": (
            Gauge("群众满意度", "每年≥{share}%", "≥{share}%"),
            Gauge("受训学员满意度", "≥{share}%", "≥{share}%"),
            Gauge("服务企业满意度", "{share}%以上", "{share}%以上"),
        ),
    },
}


@cache
def issued_blank() -> Blank:
    """The issued blank, read once a process."""
    return read_blank()


def department(seed: int, i: int) -> str:
    """The name of department `i`; unique within a seed."""
    return (
        f"石峰区第{numeral(i + 1)}{_draw(seed, i, 'name').choice(('局', '中心', '办公室', '街道办事处', '管理委员会'))}"
    )


def content(seed: int, i: int) -> Content:
    """What return `i` says."""
    draw = _draw(seed, i, "content")
    name = department(seed, i)
    authority = name if draw.random() < 0.7 else PARENT
    funds: list[Fund] = []
    directions: list[Direction] = []
    themes: dict[str, Theme] = {}
    for theme in draw.sample(THEMES, draw.randint(1, 9)):
        rows = _directions(draw, theme, authority)
        themes[rows[0].fund_name] = theme
        directions += rows
        funds += _funds(draw, rows)
    project = money(sum((row.annual_amount for row in directions), Decimal(0)))
    basic = _amount(draw, 1_000_000)
    overall = Overall(
        name,
        money(basic + project),
        basic,
        project,
        f"{draw.choice(PROSE)}全年完成{numeral(len(funds))}个方面的工作任务，预算支出进度不低于{draw.randint(90, 99)}%。",
        _outputs(draw, directions, project / (basic + project)),
        _benefits(draw),
    )
    measures = tuple(
        row for fund, theme in themes.items() if draw.random() < 0.5 for row in _measures(draw, fund, theme)
    )
    return Content(tuple(funds), tuple(directions), overall, measures)


def truth(seed: int, i: int) -> Truth:
    """Region → records → field → value that reading return `i` must give."""
    return truth_of(content(seed, i))


def generate(seed: int, n: int, style: Style = "mixed") -> Iterator[tuple[str, bytes]]:
    """`n` returns as (file name, bytes). "mixed" takes the three programs in turn."""
    blank = issued_blank()
    dialects = list(DIALECTS.values()) if style == "mixed" else [DIALECTS[style]]
    for i in range(n):
        drawn = content(seed, i)
        yield f"{drawn.overall.department}.xlsx", save(fill(drawn, blank), dialects[i % len(dialects)])


def roster_entries(seed: int, n: int) -> Iterator[dict[str, object]]:
    """The register lines of the `n` departments; every control figure leaves room for what is asked."""
    for i in range(n):
        name = department(seed, i)
        total = content(seed, i).overall.total_amount
        yield {
            "code": f"{i + 1:05}",
            "name": name,
            "aliases": [name.removeprefix("石峰区")],
            "parent": PARENT,
            "email": f"d{i + 1:05}@example.cn",
            "contact": "财务科科长",
            "control": money(total.quantize(Decimal(1)) + 10),
        }


def write_district(folder: Path, seed: int, n: int, style: Style = "mixed") -> None:
    """Writes `folder`/departments.xlsx and `folder`/returns/*.xlsx; existing files of these names are replaced."""
    target = folder / "returns"
    target.mkdir(parents=True, exist_ok=True)
    for name, data in generate(seed, n, style):
        (target / name).write_bytes(data)
    (folder / "departments.xlsx").write_bytes(roster_workbook(roster_entries(seed, n)))


def _draw(seed: int, i: int, what: str) -> Random:
    return Random(f"{seed}/{i}/{what}")


def _amount(draw: Random, cents: int = 300_000) -> Decimal:
    """0.01 to `cents`/100 万元; whole, with one or with two decimals."""
    number = Decimal(draw.randint(1, cents)) / 100
    return money(number.quantize(Decimal(draw.choice(("1.00", "1.00", "1.0", "1")))) or number)


def _directions(draw: Random, theme: Theme, authority: str) -> list[Direction]:
    fund = theme.noun + draw.choice(FUND_KINDS)
    period = draw.choice(("2019年", "2019年-2021年"))
    return [
        _direction(draw, theme, authority, fund, f"{theme.noun}{scope}", period)
        for scope in draw.sample(SCOPES, draw.choice((1, 1, 1, 2, 2, 3)))
    ]


def _direction(draw: Random, theme: Theme, authority: str, fund: str, direction: str, period: str) -> Direction:
    amount = _amount(draw)
    count = draw.randint(3, 9000)
    work = f"{theme.action}{count}{theme.unit}"
    goal = f"{theme.noun}工作机制健全，实施期内{theme.action}{count * 3}{theme.unit}，群众满意度稳步提高。"
    annual = f"全年{work}，资金支出进度不低于95%。"
    if draw.random() < 0.4:
        annual = f"1、{annual}\n2、按《{fund}管理办法》（石财发〔2018〕{draw.randint(1, 99)}号）使用资金，专款专用。"
        if draw.random() < 0.3:
            annual += "\n3、加强监督检查，绩效评价结果为“良”及以上；R&D 投入占比 >2.5%。 "
    outputs = {
        "quantity": draw.choice(
            (work, f"{theme.action}≥{count}{theme.unit}", f"全年{theme.action}不少于{count}{theme.unit}")
        ),
        "quality": draw.choice(QUALITIES),
        "timeliness": draw.choice(TIMES),
        "cost": draw.choice(_costs(draw, theme, format(amount, "f"))),
    }
    return Direction(
        authority, direction, fund, period, amount, goal, annual, _some(draw, outputs) | _some(draw, _effects(draw))
    )


def _costs(draw: Random, theme: Theme, amount: str) -> tuple[str, ...]:
    """Ways to say what it costs; a cost of each 项 is only right where the quantity counts something else."""
    each = f"{draw.randint(5, 900) * 10}元/{theme.unit.removeprefix('万')}"
    whole = (f"≤{amount}万元", f"控制在{amount}万元以内", f"{amount}万元", "不超过预算")
    return whole if theme.unit == "项" else (*whole, each, f"{amount}万元/项", f"{amount}万元/项")


def _effects(draw: Random) -> dict[str, str]:
    return {key: draw.choice(texts) for key, texts in BENEFITS.items()}


def _some(draw: Random, indicators: dict[str, str]) -> dict[str, str]:
    """At least one of them, in column order."""
    kept = set(draw.sample(sorted(indicators), draw.randint(1, len(indicators))))
    return {key: value for key, value in indicators.items() if key in kept}


def _funds(draw: Random, rows: Sequence[Direction]) -> list[Fund]:
    """Form 1's rows of one 专项: one a direction, or at times one whose cell lists all directions."""
    if len(rows) > 1 and draw.random() < 0.25:
        total = money(sum((row.annual_amount for row in rows), Decimal(0)))
        listed = draw.choice("\n；、").join(row.direction for row in rows)
        return [Fund(rows[0].fund_name, listed, total, rows[0].period_goal, rows[-1].annual_goal)]
    return [Fund(row.fund_name, row.direction, row.annual_amount, row.period_goal, row.annual_goal) for row in rows]


def _outputs(draw: Random, rows: Sequence[Direction], share: Decimal) -> tuple[Item, ...]:
    names = draw.sample(
        ("重点工作办结率", "预算支出进度", "资金拨付及时率", "政府采购执行率", "预决算公开率"), draw.randint(1, 4)
    )
    answers = [(name, f"{draw.choice(('', '≥'))}{draw.randint(85, 100)}%") for name in names]
    answers.append(("项目完成数", f"{len(rows)}个"))
    others = (
        ("部门重点支出占部门整体支出的比例", f"{share * 100:.0f}%"),
        ("三公经费增减率", f"-{draw.randint(0, 20)}%"),
        ("平均办理时限", f"≤{draw.randint(2, 15)}个工作日"),
        ("举办培训", f"{draw.randint(2, 40)}期"),
        ("重大安全责任事故", "0起"),
        ("年度重点任务", "全部完成"),
    )
    answers += draw.sample(others, draw.randint(0, 3))
    return tuple(
        Item(number, name, value, f"指标{number}：{name}{draw.choice(('：', '：', ': '))}{value}")
        for number, (name, value) in enumerate(answers, 1)
    )


def _benefits(draw: Random) -> tuple[Item, ...]:
    texts = draw.sample(PROSE, draw.randint(1, len(PROSE)))
    items = [Item(number, text, None, f"指标{number}：{text}") for number, text in enumerate(texts, 1)]
    number, share = len(items) + 1, f"≥{draw.randint(80, 95)}%"
    return (*items, Item(number, "服务对象满意度", share, f"指标{number}：服务对象满意度：{share}"))


def _measures(draw: Random, fund: str, theme: Theme) -> Iterator[Measure]:
    for level1, classes in GAUGES.items():
        for level2 in sorted(draw.sample(list(classes), draw.randint(1, 2)), key=list(classes).index):
            for gauge in draw.sample(classes[level2], draw.randint(1, 3)):
                number = draw.randint(3, 9000)
                words = {"action": theme.action, "unit": theme.unit, "n": number, "m": number * 3}
                words |= {"share": draw.randint(60, 100), "few": draw.randint(1, 30)}
                name, period, annual = (text.format(**words) for text in gauge)
                yield Measure(fund, level1, level2, name, period, level2, name, annual)
