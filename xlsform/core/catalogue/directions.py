"""B: 专项资金支出方向绩效目标表."""

from __future__ import annotations

from xlsform.core.catalogue.rule import Rule, error, hint, warning

RULES = (
    Rule(
        "B01",
        "完",
        "支出方向表必填栏目",
        "Required columns of the direction targets",
        {"": error("第 {n} 行未填{field}", "row {n}: {field} is blank")},
        why="编报说明1–3、6–7：主管部门、支出方向、所属专项名称、两项绩效目标均须填报。",
        bad="所属专项名称为空",
        good="主管部门：石峰区政府；支出方向：党委办公室及相关机构事务；所属专项名称：深改小康经费",
        fix="在该单元格补填；整行不要的，删除整行。",
    ),
    Rule(
        "B02",
        "完",
        "主管部门为全称",
        "Full name of the authority",
        {
            "": warning(
                "“{got}”不是登记的全称，是否为“{best}”", "“{got}” is no registered full name; is “{best}” meant?"
            ),
            "unlike": warning(
                "“{got}”不是登记的全称，名册中也没有相近的名称",
                "“{got}” is no registered full name, and the register has none like it",
            ),
            "alias": hint("“{got}”是简称，登记的全称是“{best}”", "“{got}” is an alias; the full name is “{best}”"),
        },
        why="编报说明3：填写专项资金主管部门全称。",
        bad="区府",
        good="石峰区政府",
        fix="按单位名册上的全称填写；名册漏登的，请财政部门补登。",
    ),
    Rule(
        "B03",
        "格",
        "实施期写法",
        "How the period is written",
        {
            "": error(
                "专项实施期“{got}”应写作“2019年”或“2019年-2021年”",
                "the period “{got}” should read “2019年” or “2019年-2021年”",
            ),
            "empty": error(
                "未填专项实施期，应写作“2019年”或“2019年-2021年”",
                "the period is blank; it should read “2019年” or “2019年-2021年”",
            ),
        },
        why="编报说明4：专项三年一设，一般是2019年—2021年，根据专项资金具体情况填写；一年的写“2019年”。",
        bad="三年；2019-21；2019.1-2021.12",
        good="2019年；2019年-2021年",
        fix="单元格格式设为“文本”，写起止年份，都带“年”字。",
    ),
    Rule(
        "B04",
        "完",
        "实施期含预算年度",
        "The period holds the budget year",
        {
            "": error("实施期 {got} 不含预算年度 {Y}", "the period {got} does not hold the budget year {Y}"),
            "order": error("实施期 {got} 的终止年份早于起始年份", "the period {got} ends before it begins"),
        },
        why="编报说明5：年度金额是预算年度该支出方向的总金额，实施期必须包含预算年度。",
        bad="2016年-2018年（预算年度 2019）",
        good="2019年-2021年",
        fix="改正实施期；已到期的专项不应再申报。",
    ),
    Rule(
        "B05",
        "适",
        "实施期三年",
        "Three years",
        {"": hint("专项一般三年一设，现为 {k} 年，请确认", "funds usually run three years; this one runs {k}")},
        why="编报说明4：专项三年一设（通常，不是必须）。",
        bad="2019年-2028年",
        good="2019年-2021年",
        fix="确认实施期；一次性专项写一年即可。",
        on=False,
    ),
    Rule(
        "B06",
        "完",
        "年度金额是数字",
        "The annual amount is a number",
        {
            "": error(
                "年度金额应为大于 0 的数字（万元），现为“{got}”",
                "the annual amount should be a number above 0 (万元) but is “{got}”",
            ),
            "empty": error(
                "年度金额应为大于 0 的数字（万元），现未填",
                "the annual amount should be a number above 0 (万元) but is blank",
            ),
            "format": error(
                "年度金额应为大于 0 的数字（万元），现显示为“{got}”，与存储的数不同（单元格格式）",
                "the annual amount is shown as “{got}”, which is not the stored number (cell format)",
            ),
            "negative": warning(
                "年度金额应为大于 0 的数字（万元），现为“{got}”",
                "the annual amount should be above 0 (万元) but is “{got}”",
            ),
            "zero": warning(
                "年度金额应为大于 0 的数字（万元），现为“{got}”",
                "the annual amount should be above 0 (万元) but is “{got}”",
            ),
            "places": warning("年度金额 {got} 小数超过两位", "the annual amount {got} has more than two decimals"),
            "text": warning(
                "年度金额 {got} 为文本，已按 {exp} 万元读取", "the annual amount {got} is text; read as {exp} 万元"
            ),
            "unit": warning(
                "年度金额 {got} 不是以万元为单位，已折算为 {exp} 万元",
                "the annual amount {got} is not in 万元; read as {exp} 万元",
            ),
        },
        why="编报说明5：预算年度区级专项资金该支出方向总金额，单位万元。",
        bad="八万；8万元左右",
        good="8",
        fix="只填数字，不写单位和文字；单元格格式设为“常规”或“数值”，保留两位小数。",
    ),
    Rule(
        "B07",
        "完",
        "至少一项产出指标",
        "At least one output indicator",
        {"": error("“{name}”至少填一项产出指标", "“{name}” needs at least one output indicator")},
        why="编报说明8–13：绩效指标是对绩效目标的细化和量化；数量、质量、时效、成本至少一项。",
        bad="四项产出指标全空",
        good="时效指标：2019年度；成本指标：8万元/项",
        fix="在数量、质量、时效、成本指标中至少填一项，有几类填几类。",
    ),
    Rule(
        "B08",
        "完",
        "至少一项效益指标",
        "At least one benefit indicator",
        {"": error("“{name}”至少填一项效益指标", "“{name}” needs at least one benefit indicator")},
        why="编报说明14：该支出方向有什么类型的效益指标就填报该类型的指标，不要求全部填写，但不能全空（满意度也算）。",
        bad="五项效益指标全空",
        good="社会公益或服务对象满意度指标：100%",
        fix="在经济、社会、生态、可持续影响、满意度指标中至少填一项。",
    ),
    Rule(
        "B09",
        "完",
        "质量指标",
        "Quality indicator",
        {"": hint("未填质量指标", "the quality indicator is blank")},
        why="编报说明11：质量指标反映产品或服务达到的标准、水平和效果；不是必填。",
        bad="（空）",
        good="教育培训合格率：≥90%",
        fix="能衡量质量的，补填一项。",
        on=False,
    ),
    Rule(
        "B10",
        "完",
        "指标长短",
        "Length of an indicator",
        {"": warning("{field}共 {k} 字，请提炼为指标", "{field} has {k} characters; make it an indicator")},
        why="编报说明8：指标是对目标的细化和量化，不是工作总结。",
        bad="把年度总结整段粘在指标格里",
        good="举办党史宣传活动 12 场",
        fix="提炼为名称和数值，200 字以内。",
    ),
    Rule(
        "B11",
        "相",
        "指标雷同",
        "The same indicator again and again",
        {"": hint("“{text}”在 {k} 个专项中重复", "“{text}” stands under {k} funds")},
        why="指标应与该专项相关，几个专项照抄同一段话难以说明各自效果。",
        bad="六个专项都写“推动各项工作落到实处”",
        good="各写各的预期效果",
        fix="按各专项的内容分别改写。",
        on=False,
    ),
    Rule(
        "B12",
        "相",
        "指标不照抄目标",
        "An indicator is no copy of the goal",
        {
            "": warning(
                "{field}照抄了绩效目标，请写成可衡量的指标", "{field} repeats the goal; write a measurable indicator"
            )
        },
        why="编报说明8：指标是对绩效目标的细化和量化。",
        bad="社会效益指标与年度绩效目标一字不差",
        good="群众满意度：≥90%",
        fix="把目标拆成可衡量的指标。",
    ),
    Rule(
        "B13",
        "完",
        "数量指标有数量",
        "Quantity has a number",
        {
            "": warning(
                "数量指标“{got}”没有数量，请补充数值和单位", "the quantity “{got}” has no number; add number and unit"
            )
        },
        why="编报说明10：数量指标反映预算年度内计划完成的产品或提供的服务数量。",
        bad="各街道，区直机关各部门、市直驻区各单位",
        good="服务单位 56 个",
        fix="补上数值和计量单位；确实只能写对象的，在审核说明中写明。",
    ),
    Rule(
        "B14",
        "完",
        "时效指标有时间",
        "Timeliness names a time",
        {"": warning("时效指标“{got}”看不出完成时间", "the timeliness indicator “{got}” names no time")},
        why="编报说明12：时效指标反映提供产品或服务的及时程度和效率。",
        bad="保质保量",
        good="2019年12月底前；2019年度；按时办结率 100%",
        fix="写明完成时间、期限或及时率。",
    ),
    Rule(
        "B15",
        "适",
        "时效在实施期内",
        "Times lie in the period",
        {"": warning("时效 {got} 不在 {period} 内", "{got} lies outside {period}")},
        why="编报说明4、12：指标的时间应在专项实施期内。",
        bad="2018年底前（实施期 2019年-2021年）",
        good="2019年底前",
        fix="改正年份。",
    ),
    Rule(
        "B16",
        "完",
        "成本指标是金额",
        "Cost is money",
        {"": warning("成本指标“{got}”不是金额或单位成本", "the cost “{got}” is no amount and no cost per thing")},
        why="编报说明13：成本指标反映计划提供产品或服务所需成本。",
        bad="节约开支",
        good="8万元/项；≤30万元",
        fix="写金额，或“金额/单位”。",
    ),
    Rule(
        "B17",
        "勾",
        "成本不超年度金额",
        "Cost within the annual amount",
        {
            "": warning(
                "成本 {x} 万元大于年度金额 {y} 万元", "the cost of {x} 万元 exceeds the annual amount of {y} 万元"
            )
        },
        why="编报说明5、13：该方向的成本由年度金额安排。",
        bad="成本 80万元/项，年度金额 8",
        good="成本 8万元/项，年度金额 8",
        fix="核对成本的单位和年度金额。",
    ),
    Rule(
        "B18",
        "适",
        "成本的方向",
        "Direction of a cost",
        {"": hint("成本指标一般用“≤”，现为“{sign}”", "a cost usually reads ≤; here it is “{sign}”")},
        why="成本越低越好，一般写上限（编报说明13 的例子用了“≥”，允许）。",
        bad="≥30万元/个",
        good="≤30万元/个",
        fix="确认是否应为“≤”。",
        on=False,
    ),
    Rule(
        "B19",
        "勾",
        "单项成本与年度金额",
        "Cost per item and the annual amount",
        {
            "": hint(
                "成本 {x} 与年度金额 {y} 不同，请确认项数",
                "cost {x} differs from the annual amount {y}; how many items are there?",
            )
        },
        why="只有一项的，“N万元/项”应等于支出方向年度金额。",
        bad="成本 5万元/项，年度金额 8",
        good="成本 8万元/项，年度金额 8",
        fix="确认项数；多项的写明项数。",
    ),
    Rule(
        "B20",
        "完",
        "满意度为百分比",
        "Satisfaction is a percentage",
        {
            "": error("满意度“{got}”应为 0%–100%", "satisfaction “{got}” should lie in 0%–100%"),
            "words": warning("满意度“{got}”应为 0%–100%", "satisfaction “{got}” should be a percentage of 0%–100%"),
        },
        why="编报说明14：社会公众或服务对象满意度，以百分比表示。",
        bad="120%；满意",
        good="≥95%",
        fix="写百分比，如 ≥95%。",
    ),
    Rule(
        "B21",
        "适",
        "满意度可实现",
        "Satisfaction within reach",
        {"": hint("满意度目标为 {got}，请确认可实现", "satisfaction is set at {got}; can that be reached?")},
        why="满意度 100% 难以达到，低于 60% 又过低。",
        bad="100%",
        good="≥95%",
        fix="按实际可达到的水平填写。",
        on=False,
    ),
)
