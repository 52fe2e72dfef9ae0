"""The faulty returns of samples/2019/faulty: one fault each, in an otherwise clean return. One table says what is expected of each.

What takes several files or a district summary to show is in `samples.batches`.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from samples.broken import cut_off, password_protected, web_page
from samples.changes import delete_column, keep_only, move_column
from samples.oddities import Change, as_percent, reword
from samples.workbook import (
    CARD,
    DIRECTIONS,
    FUNDS,
    MATRIX,
    Formula,
    Line,
    Workbook,
    Wrong,
)


class Place(NamedTuple):
    """Where a finding is expected; sheet and cell are "" when the whole file is meant."""

    sheet: str
    cell: str


class Fault(NamedTuple):
    """One fault. `spoil` changes the filled blank, `damage` its bytes; `named` is the department in the file's name, when it is another's.

    One finding is expected at each of `places`, and none that the clean return does not raise as well but those of `also`, which give
    code and level and are about the whole file.
    """

    department: str
    code: str
    level: str
    what: str
    places: tuple[Place, ...]
    spoil: Change | None = None
    damage: Callable[[bytes], bytes] | None = None
    suffix: str = ".xlsx"
    named: str = ""
    also: tuple[tuple[str, str], ...] = ()

    @property
    def file(self) -> str:
        """The file's name; it tells department, code and fault."""
        return f"{self.named or self.department}-{self.code}-{self.what}{self.suffix}"


def _copied(sheet: str, row: int, source: int, target: int) -> Change:
    """An answer of a row repeats another one of it, word by word."""

    def change(book: Workbook) -> None:
        cells = book.sheet(sheet).lines[row - 1].cells
        cells[target] = cells[target]._replace(value=cells[source].value)

    return change


def _put(sheet: str, row: int, col: int, value: Decimal | str | Formula | Wrong | None) -> Change:
    """That cell says something else, or nothing (None)."""

    def change(book: Workbook) -> None:
        if value is None:
            del book.sheet(sheet).lines[row - 1].cells[col]
        else:
            book.sheet(sheet).put(row, col, value)

    return change


def _all(*changes: Change) -> Change:
    def change(book: Workbook) -> None:
        for step in changes:
            step(book)

    return change


def _last_year(book: Workbook) -> None:
    for sheet in book.sheets[:4]:
        for line in sheet.lines:
            for col, cell in line.cells.items():
                if isinstance(cell.value, str):
                    old = cell.value.replace("2021年", "2020年").replace("2019年", "2018年")
                    line.cells[col] = cell._replace(value=old)


def _duplicate(book: Workbook) -> None:
    """三级服务保障站建设 114 becomes two rows of the same 专项 and 支出方向, 100 and 14."""
    sheet = book.sheet(FUNDS)
    sheet.lines[6].cells = dict(sheet.lines[5].cells)
    reword(sheet, 6, 4, Decimal(100))
    reword(sheet, 7, 4, Decimal(14))
    reword(sheet, 7, 1, "四")


def _wrong_total(book: Workbook) -> None:
    sheet = book.sheet(FUNDS)
    sheet.put(7, 2, "合计")
    sheet.put(7, 4, Decimal("205.4"))


def _hide_row(book: Workbook) -> None:
    book.sheet(FUNDS).lines[3].hidden = True


def _without(sheet: str) -> Change:
    def change(book: Workbook) -> None:
        keep_only(book, [each.name for each in book.sheets if each.name != sheet])

    return change


def _lose_column(book: Workbook) -> None:
    delete_column(book.sheet(DIRECTIONS), 10)


def _swapped_columns(book: Workbook) -> None:
    move_column(book.sheet(FUNDS), 4, 3, top=3)


def _blank_cells(sheet: str, row: int, cols: range) -> Change:
    def change(book: Workbook) -> None:
        for col in cols:
            book.sheet(sheet).lines[row - 1].cells.pop(col, None)

    return change


def _one_direction_less(book: Workbook) -> None:
    """政府门户网站建设 (15) is missing from form 2; the other direction of the same 专项 carries its amount."""
    sheet = book.sheet(DIRECTIONS)
    sheet.lines[7] = Line(sheet.lines[8].styles, {}, sheet.lines[8].height)
    reword(sheet, 7, 5, Decimal("57.4"))


def _renumber_items(book: Workbook) -> None:
    sheet = book.sheet(CARD)
    reword(sheet, 8, 3, str(sheet.lines[7].cells[3].value).replace("指标3：", "指标4："))


def _sample_text(book: Workbook) -> None:
    relabelled = str(book.sheet(DIRECTIONS).lines[5].cells[13].value)
    reword(book.sheet(DIRECTIONS), 6, 13, relabelled.replace("数字城管", "XX"))


def _reword(sheet: str, row: int, col: int, value: Decimal | str) -> Change:
    """A label or answer says something else and is still what it was."""

    def change(book: Workbook) -> None:
        reword(book.sheet(sheet), row, col, value)

    return change


def _one_more(row: int, line: str) -> Change:
    """Another item below those of the text block in that row of the card."""

    def change(book: Workbook) -> None:
        sheet = book.sheet(CARD)
        reword(sheet, row, 3, f"{sheet.lines[row - 1].cells[3].value}\n{line}")

    return change


def _less_satisfied(book: Workbook) -> None:
    """No item of the card speaks of satisfaction."""
    sheet = book.sheet(CARD)
    reword(sheet, 9, 3, str(sheet.lines[8].cells[3].value).replace("满意度", "支持率"))


def _at(sheet: str, *cells: str) -> tuple[Place, ...]:
    return tuple(Place(sheet, cell) for cell in cells)


WHOLE = _at("", "")
TITLES = tuple(Place(sheet, "A1") for sheet in (FUNDS, DIRECTIONS, CARD, MATRIX))

FAULTS = (
    Fault("区教育局", "T01", "error", "文件截断", WHOLE, damage=cut_off),
    Fault("区民政局", "T01", "error", "打开密码", WHOLE, damage=lambda data: password_protected(data[:16384])),
    Fault("区财政局", "T01", "error", "网页另存", WHOLE, damage=lambda _: web_page("2019年专项资金表"), suffix=".xls"),
    Fault("区应急管理局", "T01", "error", "空文件", WHOLE, damage=lambda _: b""),
    Fault("区应急管理局", "T02", "warning", "扩展名不对", WHOLE, suffix=".xls"),
    Fault(
        "区政府办公室",
        "T03",
        "error",
        "表题年度",
        _at(FUNDS, "A1"),
        _reword(FUNDS, 1, 1, "2018年区级专项资金预算绩效目标汇总表"),
    ),
    Fault("区民政局", "T03", "error", "用了旧表", TITLES, _last_year),
    Fault("区农业农村局", "T04", "error", "缺支出方向表", WHOLE, _without(DIRECTIONS)),
    Fault("区住房和城乡建设局", "T05", "error", "删了时效指标栏", _at(DIRECTIONS, ""), _lose_column),
    Fault("区财政局", "T06", "hint", "栏目用了别名", _at(FUNDS, "F3"), _reword(FUNDS, 3, 6, "本年度绩效目标")),
    Fault("区财政局", "T07", "warning", "调换了栏目", _at(FUNDS, ""), _swapped_columns),
    Fault("区应急管理局", "T07", "warning", "栏目外有内容", _at(FUNDS, "G5"), _put(FUNDS, 5, 7, "已与业务股核对")),
    Fault(
        "区科技和工业信息化局", "T08", "error", "错误值", _at(DIRECTIONS, "N9"), _put(DIRECTIONS, 9, 14, Wrong("#REF!"))
    ),
    Fault("区财政局", "T08", "error", "公式未计算", _at(FUNDS, "D4"), _put(FUNDS, 4, 4, Formula("40+8", None))),
    Fault("区卫生健康局", "T09", "warning", "隐藏行", _at(FUNDS, "A4"), _hide_row),
    Fault("区人力资源和社会保障局", "T09", "warning", "合并遮盖", _at(CARD, "C2"), _put(CARD, 2, 3, "（原区劳动局）")),
    Fault("区城市管理和综合执法局", "T10", "warning", "示例文字", _at(DIRECTIONS, "M6"), _sample_text),
    Fault("区财政局", "A01", "warning", "序号重复", _at(FUNDS, "A6"), _put(FUNDS, 6, 1, "二")),
    Fault("区住房和城乡建设局", "A02", "error", "未填年度目标", _at(FUNDS, "F6"), _put(FUNDS, 6, 6, None)),
    Fault("区应急管理局", "A03", "error", "金额不是数字", _at(FUNDS, "D4"), _put(FUNDS, 4, 4, "待定")),
    Fault("区应急管理局", "A04", "warning", "金额为文本", _at(FUNDS, "D4"), _put(FUNDS, 4, 4, "63")),
    Fault(
        "田心街道办事处",
        "A05",
        "warning",
        "金额明显偏大",
        _at(FUNDS, "D6"),
        _all(
            _put(FUNDS, 6, 4, Decimal(20050)),
            _put(DIRECTIONS, 8, 5, Decimal(20050)),
            _put(CARD, 6, 3, Decimal("20116.5")),
            _put(CARD, 3, 3, Decimal("20980.7")),
        ),
    ),
    Fault(
        "区民政局",
        "A06",
        "warning",
        "目标过短",
        _at(FUNDS, "F6"),
        _all(_put(FUNDS, 6, 6, "新建照料中心。"), _put(DIRECTIONS, 8, 7, "新建照料中心。")),
    ),
    Fault(
        "区农业农村局",
        "A07",
        "warning",
        "两期目标相同",
        _at(FUNDS, "F4"),
        _all(_copied(FUNDS, 4, 5, 6), _copied(DIRECTIONS, 6, 6, 7)),
    ),
    Fault(
        "区退役军人事务局",
        "A08",
        "hint",
        "条目编号跳号",
        _at(DIRECTIONS, "H8"),
        _put(DIRECTIONS, 8, 8, "1、建成服务站（中心）76个；3、配备工作人员152名"),
    ),
    Fault("区退役军人事务局", "A09", "error", "重复填报", _at(FUNDS, "C7"), _duplicate),
    Fault("区文化旅游体育局", "A10", "error", "合计不等", _at(FUNDS, "D7"), _wrong_total),
    Fault("区人力资源和社会保障局", "A11", "error", "单位为元", _at(FUNDS, "A2"), _reword(FUNDS, 2, 1, "单位：元")),
    Fault("区民政局", "B01", "error", "未填主管部门", _at(DIRECTIONS, "A8"), _put(DIRECTIONS, 8, 1, None)),
    Fault("区财政局", "B02", "warning", "主管部门不是全称", _at(DIRECTIONS, "A6"), _put(DIRECTIONS, 6, 1, "区财政")),
    Fault("区民政局", "B03", "error", "实施期写法", _at(DIRECTIONS, "D6"), _put(DIRECTIONS, 6, 4, "三年")),
    Fault(
        "区文化旅游体育局",
        "B04",
        "error",
        "实施期不含本年",
        _at(DIRECTIONS, "D8"),
        _put(DIRECTIONS, 8, 4, "2016年-2018年"),
    ),
    Fault("区民政局", "B05", "hint", "实施期不是三年", _at(DIRECTIONS, "D8"), _put(DIRECTIONS, 8, 4, "2019年")),
    Fault("区退役军人事务局", "B06", "error", "金额不是数字", _at(DIRECTIONS, "E8"), _put(DIRECTIONS, 8, 5, "待批复")),
    Fault(
        "区卫生健康局", "B07", "error", "无产出指标", _at(DIRECTIONS, "H9"), _blank_cells(DIRECTIONS, 9, range(8, 12))
    ),
    Fault(
        "响石岭街道办事处",
        "B08",
        "error",
        "无效益指标",
        _at(DIRECTIONS, "L7"),
        _blank_cells(DIRECTIONS, 7, range(12, 17)),
    ),
    Fault("区退役军人事务局", "B09", "hint", "未填质量指标", _at(DIRECTIONS, "I7"), _put(DIRECTIONS, 7, 9, None)),
    Fault(
        "区卫生健康局",
        "B10",
        "warning",
        "指标过长",
        _at(DIRECTIONS, "M9"),
        _put(DIRECTIONS, 9, 13, "扶助政策宣传到村到户，扶助金按月足额打卡发放，扶助对象的生活困难得到缓解。" * 6),
    ),
    Fault(
        "区应急管理局",
        "B11",
        "hint",
        "指标雷同",
        _at(DIRECTIONS, "M7"),
        _all(*(_put(DIRECTIONS, row, 13, "安全生产形势持续稳定向好") for row in (6, 7))),
    ),
    Fault("区文化旅游体育局", "B12", "warning", "指标照抄目标", _at(DIRECTIONS, "M8"), _copied(DIRECTIONS, 8, 7, 13)),
    Fault("区文化旅游体育局", "C01", "warning", "部门未登记", _at(CARD, "B2"), _put(CARD, 2, 2, "石峰区文广新中心")),
    Fault(
        "区财政局",
        "C01",
        "error",
        "未填部门名称",
        _at(CARD, "B2"),
        _put(CARD, 2, 2, None),
        also=(("S01", "warning"),),  # whose return it is was taken from the file's name, and that is said
    ),
    Fault("区政府办公室", "C02", "error", "金额不是数字", _at(CARD, "C5"), _put(CARD, 5, 3, "约480万元")),
    Fault("区教育局", "C03", "error", "合计不符", _at(CARD, "C3"), _put(CARD, 3, 3, Decimal("2900.25"))),
    Fault("区应急管理局", "C03", "error", "合计不符", _at(CARD, "C3"), _put(CARD, 3, 3, Decimal("450.25"))),
    Fault("区农业农村局", "C04", "error", "未填整体目标", _at(CARD, "B7"), _put(CARD, 7, 2, None)),
    Fault("区人力资源和社会保障局", "C05", "error", "无产出指标", _at(CARD, "C8"), _put(CARD, 8, 3, None)),
    Fault("区财政局", "C06", "warning", "指标编号跳号", _at(CARD, "C8"), _renumber_items),
    Fault(
        "区政府办公室", "C12", "hint", "部门填了审核意见", _at(CARD, "B10"), _reword(CARD, 10, 2, "业务股室意见:同意。")
    ),
    Fault("区应急管理局", "M01", "error", "二级指标错位", _at(MATRIX, "F6"), _put(MATRIX, 6, 6, "社会效益指标")),
    Fault("区科技和工业信息化局", "M02", "error", "缺指标值", _at(MATRIX, "H4"), _put(MATRIX, 4, 8, None)),
    Fault(
        "区财政局",
        "B13",
        "warning",
        "数量指标没有数量",
        _at(DIRECTIONS, "H7"),
        _put(DIRECTIONS, 7, 8, "全区预算单位财务人员"),
    ),
    Fault(
        "区应急管理局", "B14", "warning", "时效指标没有时间", _at(DIRECTIONS, "J9"), _put(DIRECTIONS, 9, 10, "保质保量")
    ),
    Fault(
        "区财政局",
        "B15",
        "warning",
        "时效不在实施期",
        _at(DIRECTIONS, "J8"),
        _put(DIRECTIONS, 8, 10, "2020年6月30日前"),
    ),
    Fault("区应急管理局", "B16", "warning", "成本不是金额", _at(DIRECTIONS, "K9"), _put(DIRECTIONS, 9, 11, "厉行节约")),
    Fault("区财政局", "B17", "warning", "成本大于年度金额", _at(DIRECTIONS, "K8"), _put(DIRECTIONS, 8, 11, "≤358万元")),
    Fault("区应急管理局", "B18", "hint", "成本写了下限", _at(DIRECTIONS, "K9"), _put(DIRECTIONS, 9, 11, "≥45万元")),
    Fault(
        "区财政局", "B19", "hint", "单项成本与年度金额不同", _at(DIRECTIONS, "K8"), _put(DIRECTIONS, 8, 11, "5万元/项")
    ),
    Fault(
        "区卫生健康局", "B20", "error", "满意度超过百分之百", _at(DIRECTIONS, "P7"), _put(DIRECTIONS, 7, 16, "≥185%")
    ),
    Fault("区卫生健康局", "B21", "hint", "满意度百分之百", _at(DIRECTIONS, "P8"), _put(DIRECTIONS, 8, 16, "100%")),
    Fault("区财政局", "C07", "warning", "产出指标没有值", _at(CARD, "C8"), _one_more(8, "指标4：做好财政监督工作")),
    Fault(
        "区应急管理局", "C08", "warning", "比率超出范围", _at(CARD, "C8"), _one_more(8, "指标4：应急物资完好率：298%")
    ),
    Fault(
        "区农业农村局",
        "C09",
        "hint",
        "重点支出占比不符",
        _at(CARD, "C8"),
        _one_more(8, "指标4：部门重点支出占部门整体支出的比例：30%"),
    ),
    Fault("区财政局", "C10", "warning", "三公经费增长", _at(CARD, "C8"), _one_more(8, "指标4：三公经费增减率：10%")),
    Fault("区财政局", "C11", "hint", "未设满意度指标", _at(CARD, "C9"), _less_satisfied),
    Fault("区财政局", "M03", "warning", "两期指标不对应", _at(MATRIX, "G5"), _put(MATRIX, 5, 7, "财政监督检查次数")),
    Fault("区财政局", "M04", "warning", "两期单位不同", _at(MATRIX, "H4"), _put(MATRIX, 4, 8, "24份")),
    Fault("区财政局", "M05", "warning", "本年度大于实施期", _at(MATRIX, "H5"), _put(MATRIX, 5, 8, "5200人次")),
    Fault(
        "区财政局",
        "M06",
        "hint",
        "率列在数量指标下",
        _at(MATRIX, "D5"),
        _all(
            *(_put(MATRIX, 5, col, text) for col, text in ((4, "参训率"), (5, "每年≥95%"), (7, "参训率"), (8, "≥95%")))
        ),
    ),
    Fault(
        "区应急管理局", "V01", "warning", "缺少计量单位", _at(DIRECTIONS, "H9"), _put(DIRECTIONS, 9, 8, "应急演练14")
    ),
    Fault("区财政局", "V02", "hint", "单位未收录", _at(DIRECTIONS, "H7"), _put(DIRECTIONS, 7, 8, "培训520人刺")),
    Fault("区财政局", "V03", "warning", "单位矛盾", _at(DIRECTIONS, "H7"), _put(DIRECTIONS, 7, 8, "培训520元人次")),
    Fault("区财政局", "V04", "warning", "年写在数量后", _at(DIRECTIONS, "H6"), _put(DIRECTIONS, 6, 8, "评价项目240年")),
    Fault(
        "区财政局",
        "V05",
        "warning",
        "漏了大于等于号",
        _at(DIRECTIONS, "I7"),
        _put(DIRECTIONS, 7, 9, "培训考核合格率295%"),
    ),
    Fault("区财政局", "V06", "warning", "数值为负", _at(DIRECTIONS, "H6"), _put(DIRECTIONS, 6, 8, "-24个")),
    Fault("区财政局", "V07", "hint", "难以衡量", _at(DIRECTIONS, "H7"), _put(DIRECTIONS, 7, 8, "培训约520人次")),
    Fault(
        "区财政局",
        "V08",
        "warning",
        "存成百分比数字",
        _at(DIRECTIONS, "P7"),
        lambda book: as_percent(book, 7, Decimal("0.92")),
    ),
    Fault(
        "区财政局", "V09", "hint", "反向指标写了下限", _at(DIRECTIONS, "I8"), _put(DIRECTIONS, 8, 9, "系统故障率≥0.5%")
    ),
    Fault("区政府办公室", "X01", "error", "支出方向缺一行", _at(FUNDS, "C6"), _one_direction_less),
    Fault(
        "区科技和工业信息化局",
        "X02",
        "error",
        "方向合计大于专项",
        _at(FUNDS, "D4"),
        _put(DIRECTIONS, 6, 5, Decimal(600)),
    ),
    Fault(
        "区农业农村局",
        "X03",
        "warning",
        "项目支出不符",
        _at(CARD, "C6"),
        _all(_put(CARD, 6, 3, Decimal(457)), _put(CARD, 3, 3, Decimal("759.6"))),
    ),
    Fault(
        "响石岭街道办事处",
        "X04",
        "warning",
        "两表目标不一致",
        _at(FUNDS, "F4"),
        _put(FUNDS, 4, 6, "完成4个社区服务中心标准化建设，并通过市级验收。"),
    ),
    Fault(
        "区人力资源和社会保障局",
        "X05",
        "error",
        "按元填报",
        _at(DIRECTIONS, "E8"),
        _put(DIRECTIONS, 8, 5, Decimal(317500)),
    ),
    Fault("区文化旅游体育局", "X06", "hint", "主管部门不符", _at(DIRECTIONS, "A8"), _put(DIRECTIONS, 8, 1, "区教育局")),
    Fault("区应急管理局", "S01", "warning", "文件名是别的部门", WHOLE, named="区财政局"),
    Fault(
        "响石岭街道办事处",
        "Z03",
        "warning",
        "超过控制数",
        _at(CARD, "C3"),
        _all(_put(CARD, 5, 3, Decimal("1098.14")), _put(CARD, 3, 3, Decimal("1212.74"))),
    ),
)
