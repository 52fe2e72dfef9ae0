"""The words of indicator values, as data: signs, periods, directions, levels, what is vague, what refers, what names an object."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping


def any_of(words: Iterable[str]) -> str:
    """The words as alternatives of a pattern, longer ones first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


_NOT = ("不", "不得", "不能", "不可", "不应", "不宜", "绝不", "坚决不")

SIGNS: Mapping[str, str] = {
    **dict.fromkeys(("≥", ">=", "=>", "≥=", "大于等于", "大于或等于", "高于等于", "至少", "最少", "最低", "起码"), "≥"),
    **{f"{no}{word}": "≥" for no in _NOT for word in ("低于", "少于", "小于", "低过", "短于")},
    **dict.fromkeys(("≤", "<=", "=<", "≤=", "小于等于", "小于或等于", "低于等于", "至多", "最多", "最高", "不超"), "≤"),
    **{
        f"{no}{word}": "≤"
        for no in _NOT
        for word in ("高于", "超过", "大于", "多于", "超出", "突破", "晚于", "迟于", "长于")
    },
    **dict.fromkeys((">", "大于", "超过", "高于", "多于", "超出", "突破", "不止", "超"), ">"),
    **dict.fromkeys(("<", "小于", "低于", "少于", "不足", "不满", "不到", "低过"), "<"),
    **dict.fromkeys(("=", "等于", "达到", "达", "实现", "保持在", "稳定在", "维持在", "保持"), "="),
    **dict.fromkeys(("控制在", "控制到"), "控制在"),
    **dict.fromkeys(("≈", "约", "大约", "大概", "接近", "约占", "占约"), "≈"),
    "近": "近",
}
"""Before a number. 近 is ≈, but not before a length of time (近三年). 控制在 is ≤ unless something behind the number says otherwise."""

COMPARING = {word: sign for word, sign in SIGNS.items() if len(word) > 1 and sign in "≥≤><"}
"""Those in words or of two signs that compare: 不低于, >=, 超过."""

ENDS: Mapping[str, str] = {
    **{
        f"{before}{word}{after}": sign
        for word, sign in (("以上", "≥"), ("以下", "≤"))
        for before in ("", "及", "或", "含", "(含)", "及其")
        for after in ("", "(含)", "(含本数)")
    },
    **dict.fromkeys(("以内", "之内", "内", "(含)以内", "以内(含)", "封顶"), "≤"),
    **dict.fromkeys(("左右", "上下"), "≈"),
    **dict.fromkeys(("之间", "(含)", "整"), ""),
}
"""Behind a number and its unit."""

WITHIN = frozenset({"以内", "之内", "内", "(含)以内", "以内(含)"})
"""Behind a length of time these make a deadline of it."""

BASES: Mapping[str, str] = {
    **dict.fromkeys(("同比", "较上年同期", "比上年同期", "较去年同期", "比去年同期", "与上年同期相比"), "同比"),
    "环比": "环比",
    **dict.fromkeys(
        (
            "较上年",
            "比上年",
            "较去年",
            "比去年",
            "较上年度",
            "比上年度",
            "与上年相比",
            "与上年比",
            "较前一年",
            "比前一年",
        ),
        "较上年",
    ),
}
"""What an increase is measured against."""

_MOVES = ("增长", "增加", "提高", "提升", "上升", "下降", "减少", "降低", "缩短", "压减", "压缩", "扩大")
DIRECTIONS: Mapping[str, str] = {
    **{move: move for move in _MOVES},
    **{f"{move}{to}": f"{move}到" for move in _MOVES for to in ("到", "至", "为")},
    "降至": "下降到",
    "降到": "下降到",
    "降为": "下降到",
    "增至": "增加到",
    "增到": "增加到",
}
"""增长 8% is a difference, 提高到 60% the level itself: two different words."""

_EACH = (
    "年",
    "季度",
    "月",
    "周",
    "天",
    "日",
    "次",
    "人",
    "户",
    "学期",
    "学年",
    "半年",
    "半月",
    "旬",
    "人次",
    "班次",
    "村",
    "校",
    "班",
    "亩",
    "处",
    "项",
)
_PERIODS: Mapping[str, str] = {
    **{f"每{thing}": f"每{thing}" for thing in _EACH},
    **{f"每个{thing}": f"每{thing}" for thing in ("月", "季度", "工作日", "学期", "学年", "村", "班", "项目")},
    **{f"每{count}{thing}": f"每{count}{thing}" for count in "百千万" for thing in ("人", "人口", "户", "名学生")},
    "每季": "每季度",
    "每半个月": "每半月",
    "每年度": "每年",
    "每一年": "每年",
    "平均每年": "年均",
    "年平均": "年均",
    "年均": "年均",
    "平均每月": "月均",
    "月均": "月均",
    "平均每天": "日均",
    "日均": "日均",
    "平均每人": "人均",
    "人均": "人均",
    "户均": "户均",
    "平均": "平均",
    "全年": "全年",
    "年累计": "全年累计",
    "累计": "累计",
    "年内": "年内",
}
PERIODS: Mapping[str, str] = {**{name: name for name in _PERIODS.values()}, **_PERIODS}
"""Over what a number counts; several may follow each other (每人每年)."""

EMPTY = frozenset(
    (
        "",
        "无",
        "没有",
        "暂无",
        "不适用",
        "不涉及",
        "空",
        "略",
        "无此项",
        "无内容",
        "N/A",
        "n/a",
        "NA",
        "None",
        "nil",
        "null",
    )
)

LEVELS = frozenset(
    [
        "优",
        "良",
        "中",
        "差",
        "好",
        "优秀",
        "优良",
        "良好",
        "中等",
        "一般",
        "较差",
        "合格",
        "不合格",
        "基本合格",
        "达标",
        "不达标",
        "基本达标",
        "满意",
        "非常满意",
        "很满意",
        "比较满意",
        "较满意",
        "基本满意",
        "不满意",
        "十分满意",
        "及时",
        "按时",
        "按期",
        "准时",
        "不及时",
        "基本及时",
        "提前",
        "全覆盖",
        "基本覆盖",
        "全部覆盖",
        "完成",
        "已完成",
        "全部完成",
        "全面完成",
        "按期完成",
        "基本完成",
        "提前完成",
        "按时完成",
        "及时完成",
        "圆满完成",
        "全部",
        "全面",
        "完好",
        "正常",
        "运行正常",
        "安全",
        "稳定",
        "齐全",
        "齐备",
        "完备",
        "完整",
        "健全",
        "完善",
        "规范",
        "准确",
        "真实",
        "合规",
        "合法",
        "合理",
        "充分",
        "优质",
        "高效",
        "通过",
        "不通过",
        "验收合格",
        "验收通过",
        "是",
        "否",
        "有",
        "长期",
        "中长期",
        "长效",
        "常态化",
        "可持续",
        "达到预期",
        "符合要求",
        "到位",
        "保障到位",
        "零容忍",
        "安全无事故",
        "低",
        "中等偏上",
        "高",
    ]
)
"""Words of a scale, taken whole."""

PROMPT = (
    "及时",
    "按时",
    "按期",
    "准时",
    "按月",
    "按季",
    "按年",
    "按进度",
    "按计划",
    "如期",
    "足额",
    "及时足额",
    "按时足额",
    "即时",
    "实时",
    "当场",
    "立即",
    "随时",
)
LEVEL_PHRASE = re.compile(
    rf"(?:{any_of(PROMPT)})(?:[一-鿿]{{2,6}})?|应[一-鿿]尽[一-鿿]"
    r"|(?:全部|全面|基本|圆满)(?:[一-鿿]{2})?(?:完成|达标|合格|覆盖|到位|落实)"
)
"""按时发放, 及时足额拨付: a level and what it is about."""

VAGUE = re.compile(
    "进一步|有效|较好|较高|较大|较快|若干|显著|明显|不断|逐步|逐年|大幅|稳步|有所|一定|尽快|尽量|适当|适时|大量|一些|多次|数次|数十|数百|几[个次名项百千十]?|"
    "[十百千]几|更加|(?<!可)持续(?!性)|很[多高好大]|许多|相当|积极|上百|上千|成百|约|左右|大概"
)
MOVED = re.compile(f"(?:{any_of((*_MOVES, '改善', '增强', '好转', '优化', '加强', '完善', '改进', '扩大'))})")
LONGEST_VAGUE = 14
"""Characters: 显著提升 is vague only; a longer sentence may have a number's worth of sense."""

REFERENCE_SIGN = COMPARING | {
    "不突破": "≤",
    "不超": "≤",
    "控制在": "≤",
    "达到": "=",
    "符合": "=",
    "等于": "=",
    "≤": "≤",
    "≥": "≥",
}
_NAMES = (
    "标准 规定 要求 预算 概算 规范 水平 限额 定额 控制数 目标值 目标 计划数 计划 批复 上年 去年 上年度 平均值 平均数 均值 额度 合同 合同价 文件 方案 指导价 "
    "市场价 控制价 评审价 采购价 限价 年度预算 预算数 批复数 上限 下限 预期 指标值 基准值 招标价 中标价 合同金额 预算金额 项目预算 政策 制度 办法"
)
REFERENCE = re.compile(
    rf"(?P<sign>{any_of(REFERENCE_SIGN)})?(?P<what>[^0-9，,。；;:]{{0,24}}?(?:{any_of(_NAMES.split())}))(?:以内|之内|范围内|内|执行|约定|以下|以上|一致)?"
)
BY_RULE = re.compile(
    r"以[^0-9]{1,20}为准|据实[^0-9]{0,10}|(?:按照|按|依照|依据|根据|参照|执行|符合|遵照|严格执行|对照|严格按照|与上年|同上年|与去年)[^0-9]{2,30}"
)
"""按合同约定, 与上年持平: what it is measured by stands elsewhere."""

EVENT = re.compile(
    r"(?:[一-鿿()、“”\"]{1,24}?|(?=当))(?:当年|当月|当天|当日|当季|次年|次月|次日|之前|之后|以前|以后|(?<!提)(?<!目)(?<!靠)前|(?<!落)(?<!先)后|期间|同时|结束时)"
    r"(?:内|底前|底|及时)?(?:[一-鿿]{2,10})?"
)
DOING = re.compile(
    "发放|完成|支付|拨付|下达|办结|到位|交付|实施|开展|公开|公示|报送|上报|归档|验收|兑现|落实|启动|开工|竣工|完工|投入使用|下拨|结算|前$|后$|当[年月天日]$|期间$"
)

_GROUPS = (
    "单位 部门 街道 机关 系统 人员 群众 企业 公司 学校 乡镇 镇街 社区 村 村居 居民 村民 家庭 对象 机构 干部 职工 学生 教师 党员 儿童 老人 老年人 农户 人口 贫困户 患者 "
    "用户 市民 公众 局办 办公室 委员会 团体 组织 站所 中心 医院 幼儿园 小学 中学 驻区单位 市场主体 服务对象 受益人 纳税人 残疾人 退役军人 志愿者 代表 委员 区域 辖区 全区 全县 全市"
)
OBJECT = re.compile(
    rf"(?!.*(?:完成|开展|提高|提升|确保|保障|加强|改善|推进|满意|维护|服务好|促进|增强|建设|落实|发生|无|不))[^0-9。；;:%]{{0,80}}?(?:{any_of(_GROUPS.split())})(?:等|\.{{3}}|……)?"
)
"""The groups that an indicator is about: 各街道、区直机关各部门."""

NO_UNITS = re.compile(
    r"(?:[前后外起止的了在和与及或不未每为至到几全多余来自]|年度|年[初中末底]|级|等|类|号|届|楼|版|代|流|强|大|甲|星|期工程|标段|月|时|点|岁以[上下].*|比)"
)
"""Behind a number these name an order, a kind or an hour, no measure; the value stays text."""

GROWTH = re.compile("(?<!新)增|减|降|升|同比|环比|提高|变化|变动|超额|偏差|差异|温|倍")
"""Names of indicators that may be negative or above 100%."""

REVERSE = re.compile(
    "投诉|事故|差错|错误率|误差|发案|死亡|伤亡|违规|违法|违纪|失误|缺陷|流失|超标|上访|信访量|故障|损失|舆情|返贫|辍学|空置|闲置|逾期|延误|污染|能耗|排放|负债|缺口|拥堵|返工|退货|漏|失泄密|泄密|感染|拖欠|积压|滞留"
)
"""Names of indicators that should be low."""

FOUGHT = re.compile(
    "处理|办结|办理|查处|查办|整治|拆除|治理|打击|化解|处置|消除|清理|整改|解决|修复|排除|排查|回复|答复|响应|下降|降低|减少|控制|防治|预防|防范"
    "|达标|合格|满意|覆盖|及时|赔付|救助|监测|削减|回收|利用|盘活|压减|降幅"
)
"""Beside a name of `REVERSE` these turn it round: 投诉办结率, 拆除违法建设."""
