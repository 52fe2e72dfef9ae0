"""Why a file cannot be taken (reasons of T01, `errors.Rejected`), and what was tolerated while it was read (`Book.remarks`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Rejection(NamedTuple):
    """What is wrong and what to do next, each a whole sentence."""

    zh: str
    step: str
    en: str
    step_en: str


class Remark(NamedTuple):
    """What was tolerated."""

    zh: str
    en: str


_RESAVE = "请用 Excel/WPS 打开后另存，再重新发送。"
_RESAVE_EN = "Open it in Excel/WPS, save it under a new name and send it again."

REJECTIONS: Mapping[str, Rejection] = {
    "E-EMPTY": Rejection(
        "文件是空的（0 字节）。",
        "请确认文件已保存后重新发送。",
        "The file is empty (0 bytes).",
        "Save it and send it again.",
    ),
    "E-DAMAGED": Rejection(
        "文件不完整或已损坏：{what}。",
        "请用 Excel/WPS 打开原文件，另存一份（压缩包请重新压缩）后重新发送。",
        "The file is incomplete or damaged: {what}.",
        "Open the original in Excel/WPS, save a copy (of an archive: pack it again) and send that.",
    ),
    "E-NOTXLSX": Rejection(
        "文件不是 Excel 工作簿（.xlsx/.xlsm），内容是{found}。",
        "请在 Excel/WPS 中打开，另存为“Excel 工作簿(.xlsx)”后重新发送。",
        "The file is no Excel workbook (.xlsx/.xlsm); it is {found}.",
        "Open it in Excel/WPS, save it as “Excel Workbook (.xlsx)” and send that.",
    ),
    "E-XLS": Rejection(
        "文件是{found}，本程序目前只读 .xlsx。",
        "请在 Excel/WPS 中另存为“Excel 工作簿(.xlsx)”后重新发送。",
        "The file is {found}; only .xlsx is read so far.",
        "Save it in Excel/WPS as “Excel Workbook (.xlsx)” and send that.",
    ),
    "E-PASSWORD": Rejection(
        "文件设有打开密码，无法读取。",
        "请取消打开密码后重新发送。",
        "The file needs a password to open.",
        "Remove the password to open and send it again.",
    ),
    "E-ARCHIVE": Rejection(
        "文件是压缩包（{found}），不是工作簿。",
        "请解压后直接发送 .xlsx，或改用 zip。",
        "The file is an archive ({found}), no workbook.",
        "Unpack it and send the .xlsx itself, or use zip.",
    ),
    "E-BOMB": Rejection(
        "文件解压后过大（超过 {limit}）。",
        "请只发送需要报送的表，并删除工作簿中多余的图片和空白行列，另存后重新发送。",
        "The file is too large once unpacked (over {limit}).",
        "Send only the forms that are due; delete needless pictures and blank rows and columns, save and send it again.",
    ),
    "E-DUPPART": Rejection(
        "工作簿内部有两个同名部件 {part}，不能确定以哪一个为准。",
        _RESAVE,
        "The workbook holds two parts named {part}; which one counts cannot be told.",
        _RESAVE_EN,
    ),
    "E-XML": Rejection(
        "工作簿内部的 {part} 不符合规范：{what}。",
        _RESAVE,
        "Part {part} of the workbook breaks the format: {what}.",
        _RESAVE_EN,
    ),
    "E-COMPLEX": Rejection(
        "工作簿过于复杂：{what}超过 {limit}。",
        "请删除多余的单元格格式、合并区域或工作表，另存后重新发送。",
        "The workbook is too complex: {what} over {limit}.",
        "Delete needless cell formats, merges or sheets, save and send it again.",
    ),
    "E-CELL": Rejection(
        "工作表“{sheet}”单元格 {cell} 无法读取：{what}。",
        "请在该单元格重新填写，另存后重新发送。",
        "Sheet “{sheet}”, cell {cell} cannot be read: {what}.",
        "Fill in that cell again, save and send the file again.",
    ),
    "E-DUPCELL": Rejection(
        "工作表“{sheet}”中单元格 {cell} 出现两次，不能确定以哪一个为准。",
        _RESAVE,
        "Sheet “{sheet}” holds cell {cell} twice; which one counts cannot be told.",
        _RESAVE_EN,
    ),
    "E-NOSHEET": Rejection(
        "工作簿里没有可读的工作表。",
        "请用官方空白表填写后重新发送。",
        "The workbook holds no sheet that can be read.",
        "Fill in the official blank and send that.",
    ),
    "E-NOFORM": Rejection(
        "工作簿里没有找到本次采集的任何一张表。",
        "请用下发的空白表填写后重新发送。",
        "None of the forms being collected was found in the workbook.",
        "Fill in the blank that was issued and send that.",
    ),
    "E-NEST": Rejection(
        "文件套得太深：邮件、压缩包一层套一层，超过 {limit} 层，没有打开。",
        "请把表格直接作为附件，或只压缩一次后重新发送。",
        "The file is a mail or an archive inside others, over {limit} deep, and was not opened.",
        "Attach the workbook itself, or pack it once, and send it again.",
    ),
    "E-ZIPPASSWORD": Rejection(
        "压缩包设有密码，无法解压。",
        "请取消压缩包密码，或直接发送 .xlsx。",
        "The archive needs a password.",
        "Pack it without a password, or send the .xlsx itself.",
    ),
    "E-UNSAFE": Rejection(
        "压缩包里的“{name}”不是普通文件（{kind}），没有解压。",
        "请把原来的文件复制出来，重新压缩后发送。",
        "“{name}” in the archive is no ordinary file ({kind}); it was not unpacked.",
        "Copy the file itself, pack it again and send that.",
    ),
    "E-OUTLOOK": Rejection(
        "附件是 Outlook 专用格式（{found}），这台电脑没有装读取它的组件（jixiao-xlsform[mail]），里面的附件没有取出。",
        "请对方在 Outlook 里把邮件格式改为“HTML”或“纯文本”重新发送，或把表格直接作为附件发送。",
        "The attachment is in a format of Outlook's own ({found}); what reads it (jixiao-xlsform[mail]) is not installed, so nothing was taken out.",
        "Ask the sender to set the format of the mail to HTML or plain text and send it again, or to attach the workbook itself.",
    ),
    "E-LINK": Rejection(
        "附件不在邮件里，邮件里只有一个下载链接（{found}），没有下载。",
        "请对方改用普通附件重新发送，或用浏览器下载后放进文件夹再收件。",
        "The attachment is not in the mail, only a link to it ({found}); nothing was downloaded.",
        "Ask for an ordinary attachment, or download it in a browser and collect it from a folder.",
    ),
}
"""At most 25 keys. {…} is filled from `Rejected.params`."""

REMARKS: Mapping[str, Remark] = {
    "W-EXTENSION": Remark(
        "文件扩展名是 {suffix}，内容是{found}，已按内容读取。",
        "The file is named {suffix} but holds {found}; read as what it holds.",
    ),
    "W-MACRO": Remark(
        "文件含宏，宏未运行，也不会带入汇总。", "The file holds macros; they were not run and are not carried over."
    ),
    "W-SHEETKIND": Remark("工作表“{sheet}”是{kind}，没有读取。", "Sheet “{sheet}” is a {kind} and was not read."),
    "W-EXTERNAL": Remark(
        "文件引用了外部工作簿，只取已保存的数值，未更新链接。",
        "The file refers to other workbooks; stored values were taken, links were not followed.",
    ),
    "W-EMBEDDED": Remark("文件内嵌了其他对象，没有打开。", "The file embeds other objects; they were not opened."),
    "W-CONNECTION": Remark(
        "文件含数据连接或查询，没有使用。", "The file holds data connections or queries; they were not used."
    ),
    "W-SIGNED": Remark(
        "文件带数字签名，批注或改动后签名失效。", "The file is signed; the signature ends with any comment or change."
    ),
    "W-RECALC": Remark(
        "文件要求打开时重新计算，公式的结果可能不是最新的。",
        "The file asks to be recalculated; formula results may be out of date.",
    ),
    "W-STRUCK": Remark(
        "工作表“{sheet}”有 {count} 个单元格带删除线文字（{cells}），仍按原文读取。",
        "Sheet “{sheet}” has {count} cells with struck-out text ({cells}); read as they stand.",
    ),
    "W-INVISIBLE": Remark(
        "工作表“{sheet}”有 {count} 个单元格有数值但按其格式不显示（{cells}），已照存储的数值读取。",
        "Sheet “{sheet}” has {count} cells whose format hides their value ({cells}); the stored value was read.",
    ),
    "W-BLANKS": Remark(
        "工作表“{sheet}”有 {count} 个只有格式的空白单元格，已略过。",
        "Sheet “{sheet}” has {count} blank cells with formats only; skipped.",
    ),
    "W-NAMEGUESSED": Remark(
        "文件名的编码没有写明或写得不对，已按 {charset} 读作“{name}”（原样是“{raw}”）。",
        "The encoding of the file name is not said or said wrongly; read as {charset} it is “{name}” (as it came: “{raw}”).",
    ),
    "W-UNNAMED": Remark(
        "附件没有文件名，已按类型命名为“{name}”。", "The attachment has no name; it was named “{name}” after its type."
    ),
    "W-UNSAFENAME": Remark(
        "文件名“{raw}”含有路径、控制字符等不能用作文件名的内容，已改为“{name}”。",
        "The name “{raw}” holds a path, control characters or the like, which no file can be called; changed to “{name}”.",
    ),
    "W-STILLOPEN": Remark(
        "旁边有编辑时的临时文件“{name}”，原文件可能尚未关闭，请核对是否为最后一稿。",
        "Beside it lies “{name}”, which is there while a file is being edited; check that this is the last state.",
    ),
    "W-SALVAGED": Remark(
        "附件在邮件里的编码有错（{what}），已尽量还原。",
        "The attachment is wrongly encoded in the mail ({what}); what could be saved was taken.",
    ),
}
"""{…} is filled from the remark's parameters."""
