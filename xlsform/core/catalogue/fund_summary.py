"""A: 专项资金预算绩效目标汇总表."""

from __future__ import annotations

from xlsform.core.catalogue.rule import Rule, error, hint, warning

RULES = (
    Rule(
        "A01",
        "格",
        "序号连续",
        "Serial numbers run",
        {
            "": warning("序号应为“{exp}”，现为“{got}”", "the serial number should be “{exp}” but is “{got}”"),
            "empty": warning("序号应为“{exp}”，现未填", "the serial number should be “{exp}” but is blank"),
        },
        why="汇总表用中文数字从“一”起顺序编号，不跳号、不重号；汇总时程序会重新编号。",
        bad="一、二、二、四；1、2、3",
        good="一、二、三、四",
        fix="按顺序改成中文数字；汇总时会自动重排，不改也不影响汇总。",
    ),
    Rule(
        "A02",
        "完",
        "汇总表必填栏目",
        "Required columns of the fund summary",
        {"": error("第 {n} 行未填{field}", "row {n}: {field} is blank")},
        why="编报说明二.1–4：支出方向、资金总额、实施期绩效目标、年度绩效目标均须填报。",
        bad="专项支出名称为空",
        good="专项支出名称：深改小康经费；支出方向：党委办公室及相关机构事务",
        fix="在该单元格补填；整行不要的，删除整行。",
    ),
    Rule(
        "A03",
        "完",
        "资金总额是数字",
        "The fund's amount is a number",
        {
            "": error(
                "“{name}”的资金总额应为大于 0 的数字（万元），现为“{got}”",
                "the amount of “{name}” should be a number above 0 (万元) but is “{got}”",
            ),
            "empty": error(
                "“{name}”的资金总额应为大于 0 的数字（万元），现未填",
                "the amount of “{name}” should be a number above 0 (万元) but is blank",
            ),
            "format": error(
                "“{name}”的资金总额应为大于 0 的数字（万元），现显示为“{got}”，与存储的数不同（单元格格式）",
                "the amount of “{name}” is shown as “{got}”, which is not the stored number (cell format)",
            ),
            "negative": warning(
                "“{name}”的资金总额应为大于 0 的数字（万元），现为“{got}”",
                "the amount of “{name}” should be above 0 (万元) but is “{got}”",
            ),
            "zero": warning(
                "“{name}”的资金总额应为大于 0 的数字（万元），现为“{got}”",
                "the amount of “{name}” should be above 0 (万元) but is “{got}”",
            ),
        },
        why="编报说明二.2：资金总额为区级财政预算安排的专项资金总额，单位万元。",
        bad="7万x；无；约8万",
        good="8",
        fix="只填数字，不写单位和文字；单元格格式设为“常规”或“数值”。",
    ),
    Rule(
        "A04",
        "格",
        "金额写法",
        "How amounts are written",
        {
            "": warning("金额 {got} 小数超过两位或为文本", "amount {got} has more than two decimals or is text"),
            "places": warning("金额 {got} 小数超过两位", "amount {got} has more than two decimals"),
            "text": warning("金额 {got} 为文本，已按 {exp} 万元读取", "amount {got} is text; read as {exp} 万元"),
            "unit": warning(
                "金额 {got} 不是以万元为单位，已折算为 {exp} 万元", "amount {got} is not in 万元; read as {exp} 万元"
            ),
        },
        why="表头单位为万元，保留两位小数（到百元）；存成文本的数字不能参加合计。",
        bad="8.00001；文本“8万元”",
        good="8；336.07",
        fix="删除单位和空格，单元格格式改为“数值”，保留两位小数；左上角有绿三角的，点“转换为数字”。",
    ),
    Rule(
        "A05",
        "适",
        "金额疑为元",
        "An amount may be in 元",
        {"": warning("{got} 万元明显偏大，是否按“元”填报", "{got} 万元 is far above the others; was it meant in 元?")},
        why="单位为万元，误按元填报会大一万倍。",
        bad="80000（其余专项都在 10 左右）",
        good="8",
        fix="按元填的，除以 10000 后重填；确为这个数的，在审核说明中写明。",
    ),
    Rule(
        "A06",
        "完",
        "绩效目标长短",
        "Length of the goals",
        {"": warning("{field}共 {k} 字，过短或过长", "{field} has {k} characters: too short or too long")},
        why="编报说明二.3–4：采用定性描述和必要的定量描述，是对所有支出方向绩效目标的汇总和综合。",
        bad="做好工作。",
        good="统筹协调推进全区全面深化改革和全面小康工作。",
        fix="写清产出和效果，10 至 600 字。",
    ),
    Rule(
        "A07",
        "适",
        "年度目标与实施期目标有别",
        "Annual goal differs from the period's",
        {
            "": warning(
                "跨年专项的年度目标与实施期目标完全相同", "a fund of several years has the same text for both goals"
            )
        },
        why="编报说明二.3–4：实施期目标描述整个计划期，年度目标是对本年度的细化。",
        bad="2019年-2021年的专项，两栏文字一样",
        good="实施期写三年总体，年度写本年要做的",
        fix="年度绩效目标改写为本年度的产出和效果。",
    ),
    Rule(
        "A08",
        "格",
        "条目编号连续",
        "Numbered items run",
        {"": hint("{field}的条目编号不连续", "the items of {field} are not numbered in order")},
        why="分条写的目标按 1、2、3、顺序编号，便于逐条审核。",
        bad="1、…… 3、……",
        good="1、…… 2、……",
        fix="改正条目编号；换行用 Alt+Enter。",
    ),
    Rule(
        "A09",
        "勾",
        "不重复",
        "No record twice",
        {"": error("“{name}/{dir}”重复出现在第 {rows} 行", "“{name}/{dir}” stands in rows {rows}")},
        why="同一专项的同一支出方向只填一行，重复会重复计算金额（指标分解表中同一二级指标下三级指标不重名，为警告）。",
        bad="两行都是“深改小康经费 / 党委办公室及相关机构事务”",
        good="一个专项、一个支出方向一行",
        fix="合并或删除重复的行；确是两个方向的，把支出方向写清楚。",
    ),
    Rule(
        "A10",
        "勾",
        "合计正确",
        "The total is right",
        {
            "": error("合计 {got} ≠ 各行之和 {sum}", "total {got} ≠ sum of the rows {sum}"),
            "unreadable": error(
                "合计“{got}”不是数字，各行之和为 {sum}", "total “{got}” is no number; the rows sum to {sum}"
            ),
        },
        why="表中如有合计行，应等于各行之和。",
        bad="合计 110（各行之和 100）",
        good="=SUM(D4:D9)，结果 100",
        fix="合计用求和公式，检查公式范围是否盖住所有数据行；或删除合计行，汇总时由程序合计。",
    ),
    Rule(
        "A11",
        "格",
        "表头单位",
        "Unit line",
        {
            "": error("表头单位为“{u}”，应为万元", "the unit line says “{u}”; it should say 万元"),
            "rounded": error(
                "汇总表以“{u}”为单位，数字已经舍位，不能再用来汇总；请用以万元为单位的汇总表",
                "the summary is in “{u}”: its amounts are rounded and cannot be merged again; use the summary in 万元",
            ),
            "missing": hint(
                "表头没有“单位：万元”一行，已按万元读取", "there is no line “单位：万元”; amounts were read as 万元"
            ),
        },
        why="两张专项表的表头印有“单位：万元”；按元填报会大一万倍。",
        bad="单位：元",
        good="单位：万元",
        fix="金额按万元重填，并把表头单位改回“单位：万元”。",
    ),
)
