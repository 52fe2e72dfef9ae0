"""T: file and template."""

from __future__ import annotations

from xlsform.core.catalogue.rejections import REJECTIONS, REMARKS
from xlsform.core.catalogue.rule import Rule, error, hint, warning

RULES = (
    Rule(
        "T01",
        "格",
        "文件能打开",
        "The file opens",
        {
            "": error(
                "文件无法读取（{why}），请取消打开密码或重新保存后再报",
                "the file cannot be read ({why}); remove the password or save it again",
            ),
            **{
                key: error(reason.zh + reason.step, f"{reason.en} {reason.step_en}")
                for key, reason in REJECTIONS.items()
            },
        },
        why="技术要求：打不开、加密、残缺的文件无法汇总；其余部门的文件照常处理，本文件列入报送情况。",
        bad="设有打开密码的 区委办.xlsx；发送中断、只有一半的文件；改名为 .xlsx 的网页",
        good="用 Excel 或 WPS 能直接打开的 .xlsx",
        fix="在 Excel/WPS 中打开原文件：文件 → 信息 → 保护工作簿 → 用密码进行加密，清空密码；再“另存为”Excel 工作簿(.xlsx)，重新报送。",
        basis="technical",
    ),
    Rule(
        "T02",
        "格",
        "扩展名与内容一致",
        "The extension fits the content",
        {
            "": warning(
                "扩展名为 {ext}，实际是 {real} 格式，已按实际格式读取",
                "the extension is {ext} but the content is {real}; read as what it is",
            ),
            **{key: hint(said.zh, said.en) for key, said in REMARKS.items() if key != "W-EXTENSION"},
        },
        why="技术要求：改扩展名不会改变文件格式，对方电脑可能打不开。",
        bad="把 .xls 直接改名为 .xlsx",
        good="用“另存为”得到的 .xlsx",
        fix="在 Excel/WPS 中打开，“另存为”时选“Excel 工作簿(.xlsx)”。",
        basis="technical",
    ),
    Rule(
        "T03",
        "完",
        "表题年度",
        "Year in the title",
        {
            "": error(
                "表题年度 {y} 与本次采集年度 {Y} 不一致，疑用了旧表",
                "the title says {y} but {Y} is being collected; an old form may have been used",
            )
        },
        why="各表表题均带预算年度；用旧表填报，口径和年度都不对。",
        bad="采集 2019 年时报来《2018年区级专项资金预算绩效目标汇总表》",
        good="2019年区级专项资金预算绩效目标汇总表",
        fix="改用本次下发的空白表；如只是表题没有改，把表题中的年度改正并核对内容确为本年度。",
    ),
    Rule(
        "T04",
        "完",
        "表齐全",
        "All forms are there",
        {
            "": error("缺少《{form}》", "form “{form}” is missing"),
            "twice": error(
                "《{form}》有多份（{sheets}），不能确定以哪一份为准",
                "form “{form}” is there more than once ({sheets}); which one counts cannot be told",
            ),
            "none": error(
                "文件中一张表也认不出来，全部内容未汇总", "no form was recognised in this file; nothing of it is merged"
            ),
        },
        why="区直预算部门所有专项资金支出都要申报绩效目标（编报说明一）；表之间互相核对，缺一张就无法核对。",
        bad="工作簿里没有支出方向表",
        good="汇总表、支出方向表、部门整体、指标分解表都在",
        fix="把下发的空白表中缺少的工作表填好补上；没有专项的部门保留空表即可，不要删除。重复的工作表只留一份。",
    ),
    Rule(
        "T05",
        "完",
        "栏目齐全",
        "All labels are there",
        {
            "": error("《{form}》找不到栏目“{label}”", "form “{form}” has no column or row “{label}”"),
            "twice": error("《{form}》的栏目“{label}”出现多次", "form “{form}” has “{label}” more than once"),
            "several": error(
                "《{form}》“{label}”旁边有多处内容（{cells}），不能确定以哪一处为准，均未汇总",
                "beside “{label}” of form “{form}” stand several texts ({cells}); which one counts cannot be told",
            ),
        },
        why="程序按栏目名称取数；名称删掉或改成别的意思，内容就没有着落。",
        bad="把“资金总额”栏删除，或改名为“备注”",
        good="表头与下发的空白表一致（多空格、换行、冒号不要紧）",
        fix="对照下发的空白表恢复该栏目名称；内容仍填在它的下面或右边。",
    ),
    Rule(
        "T06",
        "格",
        "栏目名称写法",
        "Spelling of a label",
        {"": hint("“{raw}”已按“{label}”识别", "“{raw}” was read as “{label}”")},
        why="技术说明：各单位的表头写法有出入，程序按别名或近似识别，告诉您它是怎样理解的。",
        bad="所 属专项名称；时效指际",
        good="所属专项名称；时效指标",
        fix="一般不用改；识别错了请恢复空白表上的写法。",
        on=False,
        basis="technical",
    ),
    Rule(
        "T07",
        "格",
        "表格结构",
        "Structure of the form",
        {
            "": warning(
                "表格结构与下发模板不同（{detail}），已按表头定位",
                "the form differs from the blank ({detail}); found by its labels",
            ),
            "renamed": warning(
                "栏目“{raw}”已按“{label}”读取，请核对", "“{raw}” was read as “{label}”; check that this is meant"
            ),
            "unmapped": warning(
                "{cell} 的内容不在任何栏目内，未汇总：{text}", "{cell} lies in no field and is not merged: {text}"
            ),
            "sheet": hint(
                "工作表“{text}”不属于任何一张表，未汇总", "sheet “{text}” belongs to no form and is not merged"
            ),
            "reason": hint(
                "“审核说明”中对 {code} 写的理由没有对应的问题，未采用",
                "the reason given for {code} fits no finding and was not taken over",
            ),
            "copy": warning(
                "工作表“{text}”是另一张的空白副本，未汇总", "sheet “{text}” is an empty copy of another one; not merged"
            ),
        },
        why="技术要求：增删列、取消合并会让人工核对和打印走样。",
        bad="在资金总额前插入一列",
        good="只在数据行之间增加行，不增删列",
        fix="撤销增加或删除的列，恢复合并单元格；或把内容抄到下发的空白表。程序已按表头取数，请核对取数是否正确。",
        basis="technical",
    ),
    Rule(
        "T08",
        "格",
        "公式有结果",
        "Formulas have results",
        {
            "": error(
                "{cell} 的公式无有效结果，请打开并保存后再报",
                "the formula in {cell} has no valid result; open and save the file",
            ),
            "error": error("{cell} 是错误值 {got}，请更正后再报", "{cell} holds the error value {got}"),
            "external": error(
                "{cell} 的公式引用了其他文件（{got}），请改为数值后再报",
                "the formula in {cell} refers to another file ({got}); replace it by its value",
            ),
        },
        why="技术要求：没有算过的公式和错误值没有数，程序不会当作 0 或空白。",
        bad="#REF!；由程序写出、从未用 Excel 打开过的公式",
        good="8；=D5+D6（打开保存过，结果正确）",
        fix="在 Excel/WPS 中打开文件，按 F9 重算，改正显示 #REF! 之类的单元格，保存后重报；引用其他文件的，复制后“选择性粘贴 → 数值”。",
        basis="technical",
    ),
    Rule(
        "T09",
        "格",
        "没有看不见的内容",
        "Nothing is hidden",
        {
            "": warning(
                "{cell} 有被隐藏或被合并遮住的内容：{text}",
                "{cell} holds content that is hidden or under a merge: {text}",
            ),
        },
        why="技术要求：打印和审阅时看不到的内容，不应悄悄进入汇总，也不应悄悄丢掉。",
        bad="隐藏行里留着上年的一条专项；合并单元格下面压着另一个数",
        good="所有内容都看得见",
        fix="取消隐藏的行、列、工作表，取消合并看一看下面的内容，保留要的，删除不要的。",
        basis="technical",
    ),
    Rule(
        "T10",
        "完",
        "没有示例文字",
        "No sample text left",
        {"": warning("“{text}”像是示例文字，请替换或删除", "“{text}” looks like sample text; replace or delete it")},
        why="编报说明：“该指标仅用于解释说明……的填报”，示例不是填报内容。",
        bad="指标1：；XX专项；（该指标仅用于解释说明数量指标的填报）",
        good="指标1：重点工作办结率：100%",
        fix="换成本部门的内容，没有的整条删除。",
    ),
)
