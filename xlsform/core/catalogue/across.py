"""X: across forms; S: submission; Z: district merge."""

from __future__ import annotations

from xlsform.core.catalogue.rule import Rule, error, hint, warning

RULES = (
    Rule(
        "X01",
        "勾",
        "两表专项和方向一致",
        "Both forms name the same funds and directions",
        {"": error("“{name}/{dir}”只在《{form}》中出现", "“{name}/{dir}” stands in “{form}” only")},
        why="汇总表编报说明二.1：支出方向是该专项所包含的所有扶持方向，应与支出方向表逐一对应。",
        bad="汇总表有“考核工作经费”，支出方向表没有",
        good="两表同一专项、同一支出方向",
        fix="补上缺的一行，或统一两表的名称。汇总表一格可列出多个方向，用换行、“；”或“、”隔开。",
    ),
    Rule(
        "X02",
        "勾",
        "方向金额之和与资金总额",
        "The directions sum to the fund",
        {
            "": error(
                "“{name}”各方向合计 {b} 与资金总额 {a} 不符",
                "the directions of “{name}” sum to {b}, the fund's amount is {a}",
            ),
            "over": error(
                "“{name}”各方向合计 {b} 与资金总额 {a} 不符",
                "the directions of “{name}” sum to {b}, above the fund's amount of {a}",
            ),
            "under": warning(
                "“{name}”各方向合计 {b} 与资金总额 {a} 不符",
                "the directions of “{name}” sum to {b}, below the fund's amount of {a}",
            ),
        },
        why="编报说明二.2、5：资金总额含上级资金，方向年度金额只是区级资金，所以方向之和可以小于（警告）、不能大于（错误）资金总额。",
        bad="资金总额 8，两个方向 5 + 4",
        good="资金总额 8，两个方向 5 + 3",
        fix="核对两表金额；因上级资金而小于的，在审核说明中写明。",
    ),
    Rule(
        "X03",
        "勾",
        "专项合计与项目支出",
        "The funds sum to the project expenditure",
        {
            "": warning(
                "专项合计 {a} 与项目支出 {c} 不同，请说明",
                "the funds sum to {a}, the project expenditure is {c}; say why",
            )
        },
        why="部门的专项一般就是其项目支出；有非专项项目或上级资金时可以不同。",
        bad="专项合计 90，项目支出 100，没有说明",
        good="专项合计 100 = 项目支出 100",
        fix="核对；不同的在审核说明中写明原因。",
    ),
    Rule(
        "X04",
        "勾",
        "两表绩效目标一致",
        "Both forms name the same goals",
        {"": warning("两表{field}文字不一致，差异：{diff}", "{field} differs between the two forms: {diff}")},
        why="编报说明二.3–4：汇总表的目标是对各支出方向目标的汇总；只有一个方向时两表应相同（空格、换行不计）。",
        bad="汇总表“参与征编”，支出方向表“参与编纂”",
        good="两表文字相同",
        fix="从一张表复制到另一张表。",
    ),
    Rule(
        "X05",
        "格",
        "两表金额差一万倍",
        "Linked amounts differ by 10,000",
        {
            "": warning(
                "{a} 与 {b} 相差一万倍，疑单位不一致", "{a} and {b} differ by a factor of 10,000; the units may differ"
            ),
            "one": warning(
                "{a} 疑为元：折合 {b} 万元后，两边正好相等",
                "{a} may be in 元: as {b} 万元 it would make both sides equal",
            ),
            "last_year": warning(
                "“{name}”本年 {a} 与上年 {b} 相差 {k} 倍，疑单位不一致",
                "“{name}”: {a} this year and {b} last year differ by a factor of {k}; the units may differ",
            ),
        },
        why="一张表按万元、一张表按元，或年度金额正好是成本的一万倍。它代替所在勾稽关系的问题，级别随之；与上年相比的，给出上年汇总时才查：两年的金额本来就有增减，"
        "所以相差一千至十万倍（一万倍上下各十倍）的都提，差得更多的不像是单位写错。倍数写在 relations.yaml 的 within … to …。",
        bad="8 与 80000",
        good="8 与 8",
        fix="都按万元填写。",
    ),
    Rule(
        "X06",
        "完",
        "主管部门与部门名称",
        "Authority and department",
        {"": hint("主管部门“{b}”与部门名称“{c}”无登记关系", "the authority “{b}” is not registered for “{c}”")},
        why="编报说明3：主管部门是本部门或名册上登记的主管部门。下发时按名册填好的，没有名册也认得，不提。",
        bad="主管部门：区教育局；部门名称：区委办本级",
        good="主管部门：石峰区政府（名册登记）；部门名称：区委办本级",
        fix="核对主管部门；需要的请财政部门在名册中登记。",
    ),
    Rule(
        "S01",
        "格",
        "来源与部门一致",
        "Sender and department agree",
        {
            "": warning("文件来自{a}，表内部门为{b}", "the file comes from {a}, the form says {b}"),
            "by_name": warning(
                "{a} 里没有写部门名称，按文件名归入{b}，请核对",
                "{a} names no department inside; by its name it is {b}'s",
            ),
            "issued_to_other": warning(
                "这份表是下发给{a}的，表内部门却为{b}", "this workbook was issued to {a}, but its card says {b}"
            ),
            "held": error(
                "不能确定 {file} 是哪个部门的，暂不采用（{clues}），请核对后用 xlsform assign 指定",
                "whose {file} is cannot be told, so it is held back ({clues}); decide with xlsform assign",
            ),
            "nobody": error(
                "{file} 里、发件邮箱和文件名都看不出是哪个部门的，暂不采用，请用 xlsform assign 指定",
                "neither {file} itself nor its sender or name says whose it is, so it is held back; decide with xlsform assign",
            ),
            "summary": error(
                "{file} 是区级汇总表，不是部门报送的表，不采用；确认无误请用 xlsform assign --ignore 标明不计",
                "{file} is a district summary, no department's return, and does not count; mark it with xlsform assign --ignore",
            ),
        },
        why="发件人、文件名和表内部门名称应是同一单位；对不上时由人核定，不猜。",
        bad="区教育局的邮箱发来“区民政局”的表",
        good="文件名、表内部门一致",
        fix="核对后改正部门名称，或由本单位邮箱重发；已收取的文件，财政部门可用 xlsform assign 指定部门。",
    ),
    Rule(
        "S02",
        "格",
        "版本",
        "Versions",
        {
            "": warning(
                "已有 {k} 个版本，采用 {file}；金额变动 {n} 处：{diff}",
                "{k} versions are here, {file} counts; {n} amounts changed: {diff}",
            ),
            "amounts_kept": hint(
                "已有 {k} 个版本，采用 {file}；金额没有变动", "{k} versions are here, {file} counts; no amount changed"
            ),
            "undecided": error(
                "《{form}》有内容不同的几份（{file}），不能确定以哪一份为准，均未汇总",
                "“{form}” came with different contents ({file}); which one counts cannot be told, none is merged",
            ),
            "same": hint("《{form}》与 {file} 内容相同，只计一次", "“{form}” is the same as in {file}; counted once"),
            "misdated": error(
                "{file} 的发信日期 {date} 晚于收取的日期，不能按日期确定以哪一版为准，请核对后用 xlsform assign 固定采用（--use）或不计入（--ignore）",
                "{file} bears the date {date}, later than the day it was collected, so that dates do not tell which version "
                "counts; decide with xlsform assign --use or --ignore",
            ),
            "overlooked": warning(
                "{file} 是固定采用 {pinned} 之后收到的新版，没有采用；要采用新版，请用 xlsform assign 收回固定（--no-use）",
                "{file} came after {pinned} was pinned and does not count; if it is to, let the pin go with xlsform assign --no-use",
            ),
            "blank": warning(
                "{file} 是空白表，不采用，仍以该部门另外报来的为准；请问清是否发错了文件",
                "{file} is blank and does not count; what else the department sent does. Ask whether it is the wrong file",
            ),
        },
        why="同一部门同一张表以新的为准，旧的列出不计，绝不重复计算。",
        bad="一天内报来两个不同的“最终版”",
        good="一个部门一份",
        fix="确认采用的版本：已收取的文件可用 xlsform assign 固定采用（--use）或不计入（--ignore），散放的从收件夹移出。",
    ),
    Rule(
        "Z01",
        "勾",
        "区级合计",
        "District totals",
        {"": error("区级合计 {z} ≠ 各部门之和 {s}", "district total {z} ≠ sum of the departments {s}")},
        why="区级汇总的每个合计都等于各部门报送数之和，一分不差。",
        bad="合计行被手工改成整数",
        good="合计为公式，等于各部门之和",
        fix="不要手工改合计；改部门的表后重新汇总。",
    ),
    Rule(
        "Z02",
        "完",
        "部门齐全",
        "All departments are in",
        {"": error("未报部门：{names}", "departments that have not reported: {names}")},
        why="编报说明一：区直预算部门都要申报；名册上有而没有报送的，列出催报。",
        bad="名册 12 个部门，收到 11 个",
        good="收齐",
        fix="催报；今年不用报的部门，在 waivers.yaml 里写 Z02 和理由（免报）。",
    ),
    Rule(
        "Z03",
        "适",
        "控制数",
        "Control figure",
        {"": warning("{dept} 申报 {x}，超过控制数 {y}", "{dept} asks for {x}, above its control figure of {y}")},
        why="名册登记有预算控制数的，项目支出或资金总额不超过控制数。",
        bad="申报 120，控制数 100",
        good="申报 100",
        fix="压减，或说明追加依据。",
    ),
)
