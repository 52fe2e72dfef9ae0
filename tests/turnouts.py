"""Districts made up for the tests of `status`: departments, what they sent, what was found, without a single workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256

from xlsform.core.batch import Register
from xlsform.core.cells import Ref
from xlsform.core.findings import Finding, Level, Standing
from xlsform.core.inbox import (
    Arrival,
    Decisions,
    Evidence,
    Letter,
    contents,
    recognise,
    versions,
)
from xlsform.core.progress import Acts, Amounts, ArrivalLine, Calendar, Inflow, Turnout, turnout
from xlsform.core.spec import Department
from xlsform.writers.listing import Listing
from xlsform.writers.progress_words import Labels, ProgressListing, headline

FORMS = ("fund_summary", "department_overall")
CALENDAR = Calendar("2018-12-03T09:30:00+08:00", "2018-11-30", 3)


def department(name: str, code: str = "", parent: str = "", email: str = "", contact: str = "") -> Department:
    return Department(code, name, parent=parent, email=email, contact=contact)


def came(
    name: str, day: str, *, says: str = "", sender: str = "", text: str = "", reason: str = ""
) -> tuple[Arrival, Evidence]:
    """One file that came by mail at that moment (2018-11-20 09:12): its card says whose it is."""
    moment = f"{day.replace(' ', 'T')}:00+08:00" if " " in day else f"{day}T08:00:00+08:00"
    digest = sha256(f"{name}{day}{text}".encode()).hexdigest()
    letter = Letter(sender or "someone@example.cn", "经办人", "报送绩效目标", f"<{digest[:8]}@x>", moment)
    forms = frozenset() if reason else frozenset(FORMS)
    evidence = Evidence("2019", "" if reason else says, forms=forms, answered=forms, reason=reason)
    return Arrival(digest, digest, f"来信.eml/{name}", name, "邮箱", moment, moment, (letter,)), evidence


def received(
    register: Register, sent: Iterable[tuple[Arrival, Evidence]], decisions: Decisions | None = None
) -> Inflow:
    decisions = decisions or Decisions()
    sent = list(sent)
    all_ = contents([arrival for arrival, _ in sent], {arrival.sha256: said for arrival, said in sent})
    whose = tuple((one, recognise(one, register, decisions)) for one in all_)
    return Inflow(whose, versions(whose, register, FORMS, decisions), decisions.ignored)


def told(
    departments: Sequence[Department],
    sent: Iterable[tuple[Arrival, Evidence]],
    findings: Iterable[Finding] = (),
    acts: Acts | None = None,
    *,
    amounts: Mapping[str, Amounts] | None = None,
    excused: Mapping[str, str] | None = None,
    decisions: Decisions | None = None,
    calendar: Calendar = CALENDAR,
) -> Turnout:
    register = Register(departments)
    return turnout(
        register, received(register, sent, decisions), acts or Acts(), findings, amounts or {}, excused or {}, calendar
    )


def error(name: str, code: str = "X03", level: Level = Level.ERROR, file: str = "") -> Finding:
    return Finding(code, level, Ref(file or f"{name}.xlsx", "汇总表", 4, 4), "fund_summary", name, "total_amount")


NAMES = """区委办本级 区人大办 区政府办 区政协办 区纪委监委机关 区委组织部 区委宣传部 区委统战部 区委政法委 区发展和改革局 区教育局 区科技和工业信息化局
区民政局 区司法局 区财政局 区人力资源和社会保障局 区住房和城乡建设局 区交通运输局 区农业农村局 区商务粮食局 区文化旅游广电体育局 区卫生健康局
区退役军人事务局 区应急管理局 区审计局 区市场监督管理局 区统计局 区信访局 区城市管理和综合执法局 区行政审批服务局 区总工会 团区委 区妇联
区科学技术协会 区工商业联合会 区残疾人联合会 区红十字会 区文学艺术界联合会 区档案馆 区机关事务服务中心 区融媒体中心 区土地房屋征收服务中心
石峰区清水塘老工业区搬迁改造指挥部办公室 区政务服务和大数据中心 区投资促进事务中心 区自然灾害救助和抗旱防汛指挥中心（应急物资储备站） 区疾病预防控制中心 区妇幼保健计划生育服务中心
清水塘街道办事处 铜塘湾街道办事处 响石岭街道办事处 田心街道办事处 井龙街道办事处 学林街道办事处 龙头铺街道办事处 云田镇人民政府 区人民武装部
区税务局 区自然资源分局 区生态环境分局""".split()  # noqa: SIM905 - sixty lines otherwise
"""Sixty, some with long names."""
TITLES = """学前教育 小学教育 义务教育阶段校舍维修改造及运动场地建设 就业培训 道路养护 疫苗接种 农田水利 危房改造 公共文化 全民健身 绿地养护 垃圾收运 安全监管
科技创新 养老服务 残疾人康复 法律援助 应急储备 水环境治理 食品抽检 信息化运维 网格服务 人居环境 妇幼保健""".split()  # noqa: SIM905


def district(count: int = 60) -> tuple[Turnout, list[Finding]]:
    """A district in the middle of its collection: every state, long names, unequal amounts; always the same; and its findings."""
    departments = [
        department(
            name,
            f"{number:03d}",
            "区政府" if number % 3 else "区委",
            f"bm{number:02d}@example.gov.cn",
            f"联系人{number:02d} 0731-2862{number:04d}",
        )
        for number, name in enumerate(NAMES[:count], 1)
    ]
    sent, findings, returned = [], [], {}
    amounts: dict[str, Amounts] = {}
    for number, name in enumerate(NAMES[:count]):
        kind = number % 10
        if kind in {4, 9} and number % 4:
            continue
        file = f"{name}-绩效目标申报.xlsx"
        day = f"2018-11-{10 + number % 20:02d} {8 + number % 9:02d}:{number * 7 % 60:02d}"
        if kind == 8:
            day = f"2018-12-01 {10 + number % 9}:05"
        sent.append(came(file, day, says=name, sender=f"bm{number + 1:02d}@example.gov.cn"))
        part = Decimal((number * 7919 + 331) % 100003) / 100 + (2600 if number == 10 else 0)
        by = tuple((TITLES[(number * 5 + step) % len(TITLES)], part / 4 + step) for step in range(3))
        by = tuple((title, value.quantize(Decimal("0.01"))) for title, value in by)
        listed = sum((value for _, value in by), Decimal(0))
        amounts[name] = Amounts(listed + 236, listed, by)
        if kind in {2, 5, 6}:
            findings.append(error(name, "X03", file=file))
        if kind in {5, 3}:
            findings += [error(name, "C09", Level.WARNING, file), error(name, "V08", Level.HINT, file)]
        if kind == 5:
            returned[sent[-1][0].sha256] = "2018-12-01T10:00:00+08:00"
        if kind in {6, 7}:
            returned[sent[-1][0].sha256] = "2018-11-29T10:00:00+08:00"
            sent.append(came(file, f"2018-11-30 1{number % 10}:40", says=name, text="again"))
    findings.append(
        Finding(
            "C09",
            Level.WARNING,
            Ref("区人大办-绩效目标申报.xlsx", "部门整体", 3, 3),
            "department_overall",
            "区人大办",
            "total_amount",
            reason="含上年结转项目支出2万元",
            standing=Standing.EXPLAINED,
        )
    )
    sent.append(came("绩效目标（最终版2）.xlsx", "2018-11-29 17:58", sender="zhang@mail.example.cn"))
    sent.append(came("区机关事务服务中心.xlsx", "2018-11-30 16:20", says="区档案馆", sender="bm40@example.gov.cn"))
    sent.append(came("原区环保局.xlsx", "2018-11-22 10:00", says="原区环境保护局"))
    whole = told(
        departments,
        sent,
        findings,
        Acts(returned, {"区发展和改革局": "2018-12-01T09:00:00+08:00"}),
        amounts=amounts,
        excused={"区生态环境分局": "垂直管理，经费由上级保障，本年不报"},
    )
    arrivals = tuple(
        ArrivalLine(
            arrival.sent,
            arrival.name,
            arrival.way,
            arrival.letters[0].sender,
            arrival.letters[0].subject,
            said.named,
            "表内部门名称",
            "采用",
        )
        for arrival, said in sent
    )
    return whole._replace(came=arrivals), findings


def listing(count: int = 60, lang: str = "zh") -> ProgressListing:
    whole, findings = district(count)
    found = tuple(sorted(findings, key=lambda one: one.order))
    return ProgressListing(
        whole,
        Listing(headline(whole, lang), found, lang=lang),
        "石峰区2019年预算绩效目标报送进度",
        Labels("资金总额", "部门整体", "资金总额", "汇总表", "支出方向"),
    )
