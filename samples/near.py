"""Near misses: for every rule a change that comes close to its fault and is right. Told from the faults of `samples.faults` by one detail.

Each is made on the clean return of a department, as the faults are; checked, it must not raise the rule's code (other rules may speak).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from samples.changes import insert_lines
from samples.oddities import Change, number_at, unchanged
from samples.package import EXCEL, STRICT_EXCEL, Dialect
from samples.workbook import CARD, DIRECTIONS, FUNDS, MATRIX, Formula, Workbook

Datum = Decimal | str | Formula | None
Made = Datum | Callable[[Datum], Datum]
"""What a cell says, or how that comes of what it said."""


class Near(NamedTuple):
    """One near miss: in whose return, which rule, what is right about it, and the change; `file` is its name, when that is what is odd,
    `dialect` how it was saved.
    """

    department: str
    code: str
    what: str
    change: Change = unchanged
    file: str = ""
    dialect: Dialect = EXCEL


def _place(cell: str) -> tuple[int, int]:
    return int(cell[1:]), ord(cell[0]) - 64


def _says(sheet: str, **cells: Made) -> Change:
    """These cells say something else; None empties them."""

    def change(book: Workbook) -> None:
        for name, made in cells.items():
            row, col = _place(name)
            at = book.sheet(sheet).lines[row - 1].cells
            old = at.get(col)
            value = made(old.value if old is not None else None) if callable(made) else made
            if value is None:
                at.pop(col, None)
            else:
                book.sheet(sheet).put(row, col, value, style=old.style if old is not None else None)

    return change


def _copied(sheet: str, source: str, **cells: Callable[[Datum], Datum]) -> Change:
    """These cells say what comes of the source."""

    def change(book: Workbook) -> None:
        row, col = _place(source)
        value = book.sheet(sheet).lines[row - 1].cells[col].value
        _says(sheet, **{name: made(value) for name, made in cells.items()})(book)

    return change


def _spaced(old: Datum) -> Datum:
    """White space in the middle of a text."""
    text = str(old)
    return f"{text[: len(text) // 2]} {text[len(text) // 2 :]}"


def _plus(amount: str) -> Callable[[Datum], Datum]:
    return lambda old: Decimal(str(old)) + Decimal(amount)


def _and(more: str) -> Callable[[Datum], Datum]:
    return lambda old: f"{old}{more}"


def _item(more: str) -> Callable[[Datum], Datum]:
    return lambda old: f"{old}\n{more}"


def _right_total(book: Workbook) -> None:
    sheet = book.sheet(FUNDS)
    _says(FUNDS, B7="合计", D7=sum((number_at(sheet, row, 4) for row in (4, 5, 6)), Decimal(0)))(book)


def _hidden_empty_row(book: Workbook) -> None:
    book.sheet(FUNDS).lines[20].hidden = True


def _sheet_renamed(book: Workbook) -> None:
    book.sheet(DIRECTIONS).name = "Sheet2"


def _more_rows(book: Workbook) -> None:
    insert_lines(book.sheet(FUNDS), 5, 2)


NEAR = (
    Near("响石岭街道办事处", "T01", "存成严格 OOXML 格式", dialect=STRICT_EXCEL),
    Near("区应急管理局", "T02", "扩展名是大写", file="区应急管理局.XLSX"),
    Near("区农业农村局", "T04", "工作表改了名", _sheet_renamed),
    Near("区住房和城乡建设局", "T05", "栏目中间有换行", _says(DIRECTIONS, J5="时效\n指标")),
    Near("区财政局", "T07", "数据行之间加了空行", _more_rows),
    Near("区政府办公室", "T03", "年度用全角数字", _says(FUNDS, A1="２０１９年区级专项资金预算绩效目标汇总表")),
    Near("区财政局", "T06", "栏目中间有空格", _says(FUNDS, F3="年度 绩效目标")),
    Near("区财政局", "T08", "公式存有结果", _says(FUNDS, D4=Formula("40+8", Decimal(48)))),
    Near("区卫生健康局", "T09", "隐藏的是空行", _hidden_empty_row),
    Near("区城市管理和综合执法局", "T10", "句中有“示例”二字", _says(DIRECTIONS, M6="数字城管示例小区12个")),
    Near("区文化旅游体育局", "A01", "合计行没有序号", _right_total),
    Near("区住房和城乡建设局", "A02", "只填了一个字", _says(FUNDS, F6="略")),
    Near("区应急管理局", "A03", "数字存成文本", _says(FUNDS, D4="63")),
    Near("区应急管理局", "A04", "恰好两位小数", _says(FUNDS, D4=Decimal("63.25"))),
    Near("田心街道办事处", "A05", "略小于一亿元", _says(FUNDS, D6=Decimal("9999.99"))),
    Near("区民政局", "A06", "恰好十个字", _says(FUNDS, F6="新建社区照料中心三个")),
    Near("区农业农村局", "A07", "多一个字", _copied(FUNDS, "E4", F4=_and("等"))),
    Near(
        "区退役军人事务局", "A08", "编号连续", _says(DIRECTIONS, H8="1、建成服务站（中心）76个；2、配备工作人员152名")
    ),
    Near("区退役军人事务局", "A09", "同一专项的另一方向", _copied(FUNDS, "B5", B6=lambda old: old)),
    Near("区文化旅游体育局", "A10", "合计与各行之和相等", _right_total),
    Near("区人力资源和社会保障局", "A11", "多“人民币”三字", _says(FUNDS, A2="单位：人民币万元")),
    Near("区民政局", "B01", "填了简称", _says(DIRECTIONS, A8="民政")),
    Near("区财政局", "B02", "全称中间有空格", _says(DIRECTIONS, A6="区 财政局")),
    Near("区民政局", "B03", "用了长横线", _says(DIRECTIONS, D6="2019年—2021年")),
    Near("区文化旅游体育局", "B04", "恰好到本年为止", _says(DIRECTIONS, D8="2017年-2019年")),
    Near("区民政局", "B05", "三年，止于本年", _says(DIRECTIONS, D8="2017年-2019年")),
    Near("区退役军人事务局", "B06", "最小的金额", _says(DIRECTIONS, E8=Decimal("0.01"))),
    Near("区卫生健康局", "B07", "只留一项产出指标", _says(DIRECTIONS, H9=None, I9=None, J9=None)),
    Near("响石岭街道办事处", "B08", "只留满意度", _says(DIRECTIONS, L7=None, M7=None, N7=None, O7=None, P7="≥90%")),
    Near("区退役军人事务局", "B09", "只写“合格”", _says(DIRECTIONS, I7="合格")),
    Near("区卫生健康局", "B10", "恰好二百字", _says(DIRECTIONS, M9="扶助政策宣传到村到户，" * 18 + "扶助")),
    Near(
        "区应急管理局",
        "B11",
        "差一个字",
        _says(DIRECTIONS, M6="安全生产形势持续稳定向好", M7="安全生产形势持续平稳向好"),
    ),
    Near("区文化旅游体育局", "B12", "目标之外还有内容", _copied(DIRECTIONS, "G8", M8=_and("参加人数5000人"))),
    Near("区财政局", "B13", "补了数量", _says(DIRECTIONS, H7="全区预算单位财务人员520人")),
    Near("区应急管理局", "B14", "有完成时间", _says(DIRECTIONS, J9="保质保量，2019年12月底前")),
    Near("区财政局", "B15", "本年最后一天", _says(DIRECTIONS, J8="2019年12月31日")),
    Near("区应急管理局", "B16", "单位成本", _says(DIRECTIONS, K9="≤45万元/项")),
    Near("区财政局", "B17", "恰好等于年度金额", _copied(DIRECTIONS, "E8", K8=lambda old: f"不超过{old}万元")),
    Near("区应急管理局", "B18", "写了上限", _says(DIRECTIONS, K9="不高于45万元")),
    Near("区财政局", "B19", "恰好等于年度金额", _copied(DIRECTIONS, "E8", K8=lambda old: f"{old}万元/项")),
    Near("区卫生健康局", "B20", "恰好百分之百", _says(DIRECTIONS, P7="≥100%")),
    Near("区卫生健康局", "B21", "百分之九十九", _says(DIRECTIONS, P8="99%")),
    Near("区文化旅游体育局", "C01", "名称中间有空格", _says(CARD, B2="区文化旅游 体育局")),
    Near("区政府办公室", "C02", "恰好两位小数", _says(CARD, C5=Decimal("480.25"))),
    Near("区财政局", "C03", "差在误差之内", _says(CARD, C3=_plus("0.004"))),
    Near("区农业农村局", "C04", "恰好十五个字", _says(CARD, B7="完成年度农业农村重点工作任务。")),
    Near("区人力资源和社会保障局", "C05", "只有一条", _says(CARD, C8="指标1：新增就业：5000人")),
    Near("区财政局", "C06", "编号接着往下", _says(CARD, C8=_item("指标4：财政监督检查：12次"))),
    Near("区财政局", "C07", "有指标值", _says(CARD, C8=_item("指标4：财政监督检查：12次"))),
    Near("区应急管理局", "C08", "恰好百分之百", _says(CARD, C8=_item("指标4：应急物资完好率：100%"))),
    Near(
        "区农业农村局",
        "C09",
        "与本表相符",
        _says(
            CARD,
            C3=Decimal(1000),
            C5=Decimal(600),
            C6=Decimal(400),
            C8=_item("指标4：部门重点支出占部门整体支出的比例：41%"),
        ),
    ),
    Near("区财政局", "C10", "不增不减", _says(CARD, C8=_item("指标4：三公经费增减率：0%"))),
    Near("区财政局", "C11", "写作满意率", _says(CARD, C9=lambda old: str(old).replace("满意度", "满意率"))),
    Near("区政府办公室", "C12", "只有栏目名和空格", _says(CARD, B10="业务股室意见:　")),
    Near("区应急管理局", "M01", "同一一级下的另一二级", _says(MATRIX, C6="质量指标", F6="质量指标")),
    Near("区科技和工业信息化局", "M02", "指标值为 0", _says(MATRIX, H4="0起")),
    Near("区财政局", "M03", "名称中间有空格", _says(MATRIX, G5=_spaced)),
    Near("区财政局", "M04", "数量不同、单位相同", _copied(MATRIX, "E4", H4=lambda old: f" {old} ")),
    Near("区财政局", "M05", "恰好等于实施期", _copied(MATRIX, "E5", H5=lambda old: old)),
    Near("区财政局", "M06", "频率不是比率", _says(MATRIX, D5="参训人数", E5="300人", G5="参训人数", H5="100人")),
    Near("区应急管理局", "V01", "有计量单位", _says(DIRECTIONS, H9="应急演练15次")),
    Near("区财政局", "V02", "收录的单位", _says(DIRECTIONS, H7="培训521人次")),
    Near("区财政局", "V03", "元每人次不矛盾", _says(DIRECTIONS, K7="520元/人次")),
    Near("区财政局", "V04", "年份不是数量", _says(DIRECTIONS, J6="2019年")),
    Near("区财政局", "V05", "恰好百分之百", _says(DIRECTIONS, I7="培训考核合格率100%")),
    Near("区财政局", "V06", "零不是负数", _says(DIRECTIONS, H6="0个")),
    Near("区财政局", "V07", "“以上”是下限", _says(DIRECTIONS, H7="培训520人次以上")),
    Near("区财政局", "V08", "百分数是文字", _says(DIRECTIONS, P7="92%")),
    Near("区财政局", "V09", "反向指标写了上限", _says(DIRECTIONS, I8="系统故障率≤0.5%")),
    Near("区政府办公室", "X01", "名称中间有空格", _says(FUNDS, C6=_spaced)),
    Near("区科技和工业信息化局", "X02", "差在误差之内", _says(DIRECTIONS, E6=_plus("0.004"))),
    Near("区农业农村局", "X03", "差在误差之内", _says(CARD, C6=_plus("0.004"))),
    Near("响石岭街道办事处", "X04", "只差空格", _says(FUNDS, F4=_spaced)),
    Near("区人力资源和社会保障局", "X05", "差一千倍", _says(DIRECTIONS, E8=Decimal(31750))),
    Near("区文化旅游体育局", "X06", "名称中间有空格", _says(DIRECTIONS, A8="区文化旅游 体育局")),
    Near("区人力资源和社会保障局", "S01", "文件名用了别名", file="区人社局申报表.xlsx"),
    Near("响石岭街道办事处", "Z03", "恰好等于控制数", _says(CARD, C3=Decimal(1100))),
)
