"""The command line in two languages: Chinese as written in the code, English looked up here by the Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Lang = Literal["zh", "en"]
"""The language of help, findings and reports."""


def translate(text: str, lang: Lang) -> str:
    """The text in `lang`. What stands at a {hole} of a sentence is carried over; a text that has no English stays Chinese."""
    if lang == "zh":
        return text
    if text in ENGLISH:
        return ENGLISH[text]
    for chinese, english in SENTENCES.items():
        match = _pattern(chinese).fullmatch(text)
        if match is not None:
            return english.format(**match.groupdict())
    return text


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(sentence)), re.DOTALL)


ENGLISH: Mapping[str, str] = {
    # help pages
    "用法：": "Usage: ",
    "命令：": "Commands:",
    "参数：": "Arguments:",
    "选项：": "Options:",
    "命令 …": "COMMAND …",
    "[选项]": "[OPTIONS]",
    "上年的区级汇总表（或装着上年申报表的文件夹），用于与上年比较的规则": "Last year's district summary (or a folder of its returns), for the rules that compare with last year",
    "未执行 {count} 项（不等于通过）：": "{count} checks were not evaluated, which is not the same as passed:",
    "显示本页": "Show this page",
    "中文或英文，写在哪里都可以（默认 zh）": "Chinese or English, anywhere on the line [default: zh]",
    # what stands behind an option
    "文件或文件夹…": "FILE|FOLDER…",
    "文件夹": "FOLDER",
    "文件": "FILE",
    "个数": "N",
    "代码": "CODE",
    # collect and assign
    "--since 和 --move-to 只用于邮箱（imaps://用户名@服务器）": "--since and --move-to are for mailboxes only (imaps://user@server)",
    "还没有收过件，请先用 xlsform collect 收取": "Nothing was collected yet; run xlsform collect first",
    "请写出部门，或 --use、--ignore、--undo 之一": "Name a department, or --use, --ignore or --undo",
    "--undo 收回全部决定，不能与其他决定一起用": "--undo takes back every decision and goes with no other",
    "--ignore 不能与部门、--use 一起用": "--ignore goes neither with a department nor with --use",
    "这里不是采集文件夹（没有 campaign.yaml），收件要有采集文件夹；请先用 xlsform init 建立": (
        "This is no campaign folder (no campaign.yaml); collecting needs one: xlsform init makes it"
    ),
    "收取部门报来的邮件和文件": "Take in what departments sent",
    "把部门报来的邮件、压缩包、工作簿收进采集文件夹的 收件：原件按内容存放、一字不动，登记来路和时间，认出部门；"
    "同样的内容收几次都只算一份，中断后再运行就接着收。来源可以是文件、文件夹、.zip、.eml、.mbox、Maildir 文件夹、邮箱地址"
    "（imaps://用户名@服务器/文件夹，只读，不改动邮箱）；不写则收 收件 里散放的文件，和 campaign.yaml 里写的邮箱。"
    "邮箱密码取自环境变量 XLSFORM_MAIL_PASSWORD 或系统密码库，没有就在终端上询问。": (
        "Takes mails, archives and workbooks into the campaign's inbox: originals are stored by content, byte for byte, with how and "
        "when they came, and their departments are recognised. The same content counts once however often it is collected; an "
        "interrupted run goes on when it is run again. A source is a file, a folder, a .zip, .eml, .mbox, a Maildir folder, or the "
        "address of a mailbox (imaps://user@server/folder; read only, the mailbox is not changed); without one, what lies loose in "
        "the inbox and the mailbox of campaign.yaml. A mailbox's password comes from the variable XLSFORM_MAIL_PASSWORD or the system's "
        "key store, else it is asked for."
    ),
    "示例：\n  xlsform collect D:/下载/绩效邮件/\n  xlsform collect imaps://jixiao@mail.example.gov.cn --since 2018-11-01\n"
    "  xlsform collect 区教育局.zip --dry-run": (
        "Examples:\n  xlsform collect D:/downloads/mails/\n  xlsform collect imaps://jixiao@mail.example.gov.cn --since 2018-11-01\n"
        "  xlsform collect education.zip --dry-run"
    ),
    "来源…": "SOURCE…",
    "部门": "DEPARTMENT",
    "文件、文件夹或邮箱地址；不写则收 收件 里散放的文件和 campaign.yaml 里的邮箱": (
        "A file, a folder or a mailbox's address; by default what lies loose in the inbox and the mailbox of campaign.yaml"
    ),
    "只收这一天及以后到达邮箱的邮件，如 2018-11-01": "Only mails that reached the mailbox on this day or later, e.g. 2018-11-01",
    "收好的邮件移到邮箱的这个文件夹；不写则不动邮箱": "Move mails that were taken to this folder of the mailbox; by default it stays as it is",
    "收好的来件都已登记；再运行一次就接着收": "What was taken is noted down; run it again to go on",
    "指定收到的文件归哪个部门、用哪一版": "Say whose a file is and which version counts",
    "对收到的文件作决定：归哪个部门（--undo 收回）、固定采用这一版而不管后来的（--use）、不计入（--ignore）。"
    "文件写显示的名称，或内容哈希（SHA-256）的前 6 位以上；部门写名册里的名称或别名。决定记入 收件/登记.jsonl，随时可以收回。": (
        "Decides on a file that came: whose it is (--undo takes back), that it counts whatever comes later (--use), that it does not "
        "count (--ignore). FILE is the name as shown, or at least 6 digits of its hash (SHA-256); DEPARTMENT a name or alias in the "
        "roster. Decisions are written into the inbox's journal and can be taken back at any time."
    ),
    "示例：\n  xlsform assign 绩效表.xlsx 区教育局\n  xlsform assign 区委办（3f9a2c81）.xlsx --use\n  xlsform assign 3f9a2c81 --ignore": (
        "Examples:\n  xlsform assign targets.xlsx Education\n  xlsform assign office（3f9a2c81）.xlsx --use\n  xlsform assign 3f9a2c81 --ignore"
    ),
    "收到的文件：显示的名称，或哈希的前 6 位以上": "A file that came: its name as shown, or at least 6 digits of its hash",
    "名册里的部门名称或别名": "A name or alias in the roster",
    "固定采用这一版，不管后来的；--no-use 收回": "This version counts whatever comes later; --no-use takes that back",
    "这个文件不计入；--no-ignore 收回": "This file does not count; --no-ignore takes that back",
    "收回对这个文件的全部决定": "Take back every decision on this file",
    "收取": "Collecting",
    "试运行，什么也没有收：": "Dry run, nothing was taken: ",
    "来件 {things} 件：新收 {new}，已收过 {known}，内容重复 {repeated}；新收的件里有 {departments} 个部门的文件": (
        "{things} things: {new} new, {known} known, {repeated} repeated; something of {departments} departments is new"
    ),
    "没有新来件": "nothing new came in",
    "收件里共有 {departments} 个部门的表；待认定 {held} 个文件，无法读取 {unread} 个文件": (
        "The inbox has returns of {departments} departments; {held} files are held, {unread} cannot be read"
    ),
    "新收": "new",
    "已收过": "known",
    "内容重复": "repeated",
    "待认定": "held",
    "附件（不是表格）": "attachment, no workbook",
    "没有附件": "no attachment",
    "没有文件": "no file",
    "采用": "holds",
    "已有新版": "replaced",
    "空白表": "blank",
    "磁盘空间不够，原有的文件没有改动；请腾出空间后重试": "The disk is full; no file was changed. Make room and try again",
    "这个位置只能读取、不能写入，请复制到别处再用": "This place can only be read; copy it elsewhere",
    "不计": "ignored",
    "系统文件（略过 {count} 个）": "leftovers of systems ({count} skipped)",
    "经办人指定": "assigned",
    "下发标记": "stamp",
    "表内部门名称": "department in the form",
    "发件邮箱": "sender's address",
    "文件名": "file name",
    "已登记：": "Noted: ",
    "试运行，未登记：": "Dry run, not noted: ",
    "原来就是这样，没有改动：": "It was so before, nothing changed: ",
    "（部门不明）": "(nobody knows)",
    "归 {department}": "belongs to {department}",
    "不再指定部门": "no longer assigned",
    "固定采用": "counts whatever comes later",
    "不再固定采用": "no longer pinned",
    "不计入": "does not count",
    "恢复计入": "counts again",
    # options and arguments
    "部门报送的 .xlsx、.xlsm，或装着它们的文件夹": "Returns (.xlsx, .xlsm), or folders that hold them",
    "表样说明所在的文件夹；不写则用软件自带的": "Folder of the mapping files; by default the bundled ones",
    "部门名册；不写则用报送文件旁边或上一级的 departments.xlsx、.csv": (
        "Roster of departments; by default departments.xlsx or .csv beside the returns or one folder up"
    ),
    "预算年度；不写则以表样说明为准": "Budget year; by default the mapping's",
    "同时读取的进程数；不写则自动决定": "Processes that read at a time; chosen by itself if not given",
    "有这一级或更重的问题时退出码为 1": "Findings at or above this level make exit code 1",
    "覆盖已有的输出文件": "Overwrite the output if it exists",
    "不显示进度和说明": "No progress, no remarks",
    "不在终端上时也逐个列出读取的文件": "List every file as it is read, also when not on a terminal",
    "输出格式": "Output format",
    "显示版本号": "Show the version",
    "写到文件（csv 时是文件夹），不写则到标准输出": "Write to a file (csv: a folder) instead of stdout",
    "不要 _sheet 和 _cells": "Leave out _sheet and _cells",
    "另列每个指标值的类型、符号、数值、单位、期间、方向（原文不变）": (
        "Also give each indicator value's kind, sign, number, unit, period and direction (its text is not altered)"
    ),
    "另写一份完整的问题清单：.xlsx、.html、.json 或 .sarif": "Also write the whole problem list: .xlsx, .html, .json or .sarif",
    "部门多于此数时，各部门的卡片另存一个工作簿": "With more departments than this, their cards go to a companion workbook",
    "只检查、只说会写什么，不写文件": "Check and say what would be written, write nothing",
    # commands
    "收、查、汇总区级预算绩效目标申报表（与 ODK 的 XLSForm 无关）。\n"
    "结果写到标准输出，进度和说明写到标准错误。\n"
    "退出码：0 没有问题；1 有问题；2 用法或表样说明有误；3 一个文件也读不了；70 软件内部错误；130 中断。": (
        "Collects, checks and merges a district's performance-target returns (not ODK's XLSForm).\n"
        "Results go to stdout, progress and remarks to stderr.\n"
        "Exit codes: 0 clean; 1 findings; 2 wrong usage or mapping; 3 nothing could be read; "
        "70 a fault of this program; 130 interrupted."
    ),
    "示例：\n  xlsform check 收件/\n  xlsform merge 收件/ -o 区级汇总.xlsx\n  xlsform explain A02": (
        "Examples:\n  xlsform check returns/\n  xlsform merge returns/ -o summary.xlsx\n  xlsform explain A02"
    ),
    "检查、查看表样说明": "Check or draw mapping files",
    "读出记录，每个文件一行 JSON": "Read the records, one line of JSON a file",
    "读出报送表里的记录，每个文件输出一行 JSON；金额以万元计，一位小数也不差，每个值都带着它的单元格。": (
        "Reads the records of returns and prints one JSON object a file. Amounts are in 万元 with exactly their digits, "
        "and every value names its cell."
    ),
    "示例：\n"
    "  xlsform extract 区委办本级.xlsx\n"
    "  xlsform extract 收件/ --values -o 记录.jsonl\n"
    "  xlsform extract 收件/ --format csv -o 记录/": (
        "Examples:\n  xlsform extract return.xlsx\n  xlsform extract returns/ --values -o records.jsonl\n"
        "  xlsform extract returns/ --format csv -o records/"
    ),
    "检查报送表，列出问题": "Check returns, list the findings",
    "检查报送表：每份表自身，以及各表之间。先列总数，再按部门列出问题，每个代码至多显示 20 条，全部问题用 -o 写成清单。"
    "警告在“审核说明”里写明理由的、财政部门豁免的，仍然列出，但不影响退出码。": (
        "Checks returns by themselves and across forms. Prints the totals first, then the findings by department, "
        "at most 20 of a code; -o writes all. Warnings with a proper reason and what the bureau waives stay in the list "
        "and no longer count for the exit code."
    ),
    "示例：\n"
    "  xlsform check 收件/\n"
    "  xlsform check 收件/ -o 问题清单.xlsx\n"
    "  xlsform check 区委办本级.xlsx --format json --fail-level warning": (
        "Examples:\n  xlsform check returns/\n  xlsform check returns/ -o problems.xlsx\n"
        "  xlsform check return.xlsx --format json --fail-level warning"
    ),
    "汇总成区级汇总表（官方格式）": "Merge into the district summary (official layout)",
    "检查后汇总成区级汇总表（官方格式）。有错误的表不汇入，写在汇总表的“审核结果”里，退出码为 1；退出码 0 表示齐全无误。"
    "缺部门或缺表的汇总表，在第一张表上写明“部分汇总”、缺哪些部门。汇总表正被打开的，另存为带日期的文件。": (
        "Checks the returns and merges them into the district summary in its official layout. Forms with errors are left out, "
        "which the sheet 审核结果 says, and exit code is 1; exit code 0 means complete and clean. A summary that lacks departments or "
        "forms says so on its first sheet. When somebody has the summary open, the new one goes beside it under the name of the day."
    ),
    "结账：收齐、没有未解决的问题才汇总，另写结账记录；再做一次内容相同的不重写，内容不同的要加 --force": (
        "Close the year: merge only when all are in and nothing stands open, and write a record of it; once closed, the same "
        "content is not written again, other content needs --force"
    ),
    "--final 汇总采集文件夹里采用的全部文件，写到 汇总/区级汇总.xlsx：不写文件，也不用 -o、--unit": (
        "--final merges all that counts in the campaign into 汇总/区级汇总.xlsx: it takes no files, no -o and no --unit"
    ),
    "收件 里有 {count} 个文件还没有收取，不计在内：{names}；收取用 xlsform collect 收件": (
        "{count} files in the inbox were not collected and do not count: {names}; xlsform collect takes them in"
    ),
    "不能结账：": "cannot be closed:",
    "已结账，内容一致": "closed before, with the same content",
    "已结账": "closed",
    "可以结账": "can be closed",
    "原来的留作": "the former is kept as",
    "结账只用于采集文件夹（有 campaign.yaml 的文件夹）": "only a campaign can be closed (a folder with campaign.yaml)",
    "没有部门名册，无法知道是否收齐，不能结账": "cannot be closed: without a roster nobody knows whether all are in",
    "收件 里还没有收取过文件，不能结账；请先用 xlsform collect 收取": (
        "cannot be closed: nothing was collected yet; collect first with xlsform collect"
    ),
    "示例：\n"
    "  xlsform merge 收件/ -o 区级汇总.xlsx\n"
    "  xlsform merge 收件/ -o 区级汇总-亿元.xlsx --unit 亿元 --digits 4\n"
    "  xlsform merge --final": (
        "Examples:\n  xlsform merge returns/ -o summary.xlsx\n"
        "  xlsform merge returns/ -o summary-yuan.xlsx --unit 元 --digits 0\n  xlsform merge --final"
    ),
    "把记录填进官方空白表": "Fill records into the official blank",
    "把记录填进官方空白表，是 extract 的逆过程：填好再读，读出的就是这些记录。记录多于空白行时在表尾加行。"
    "记录有误（没有的字段、不是数字的金额……）时全部列出，什么也不写，退出码为 2。": (
        "Fills records into the official blank, the inverse of extract: what is read back are these records. When they are more than "
        "the prepared rows, rows are added. Records that are wrong (unknown fields, amounts that are no number …) are all listed, "
        "nothing is written, and exit code is 2."
    ),
    "示例：\n"
    "  xlsform fill 记录.json -o 区委办本级.xlsx\n"
    "  xlsform fill 记录.jsonl -o 填好的表/\n"
    "  xlsform extract 旧表.xlsx | xlsform fill - --into 下发/区委办本级.xlsx -o 新表.xlsx": (
        "Examples:\n  xlsform fill record.json -o filled.xlsx\n  xlsform fill records.jsonl -o filled/\n"
        "  xlsform extract old.xlsx | xlsform fill - --into issued.xlsx -o new.xlsx"
    ),
    "记录": "RECORDS",
    "extract 输出的 .json 或 .jsonl，或 --format csv 写出的文件夹；- 表示标准输入": (
        "What extract prints (.json, .jsonl), or the folder that --format csv writes; - for stdin"
    ),
    "填好的 .xlsx；有几份表时是文件夹，每份一个工作簿": "The filled .xlsx; for several returns a folder, a workbook each",
    "填这个空白表；不写则填官方空白表": "Fill this blank instead of the official one",
    "填进已有的工作簿（下发的表、部门的表），没有提到的地方原样不动": (
        "Fill a workbook that is there already (issued, or a department's own); what is not mentioned stays as it is"
    ),
    "比对两份表，列出改动": "Compare two workbooks, list what changed",
    "比对两份报送表、两版汇总表，或报送表与下发的空白表，逐条记录、逐格列出改动：金额的增减，文字改了哪些词。"
    "记录按表样说明的 key 找同一条，只是换了位置不算改动。没有差异时退出码为 0，有差异为 1。": (
        "Compares two returns, two versions of a summary, or a return with the blank that was issued, and lists by record and cell what "
        "changed: by how much an amount, which words of a text. Records are paired by the mapping's key; one that only moved is no "
        "difference. Exit code is 0 without differences, else 1."
    ),
    "示例：\n"
    "  xlsform diff 初报.xlsx 重报.xlsx\n"
    "  xlsform diff 下发/区委办本级.xlsx 收件/区委办本级.xlsx -o 差异.xlsx\n"
    "  xlsform diff 汇总1.xlsx 汇总2.xlsx --format json": (
        "Examples:\n  xlsform diff first.xlsx second.xlsx\n  xlsform diff issued.xlsx returned.xlsx -o differences.xlsx\n"
        "  xlsform diff summary1.xlsx summary2.xlsx --format json"
    ),
    "原表": "OLD",
    "现表": "NEW",
    "较早的工作簿": "The older workbook",
    "较晚的工作簿": "The newer workbook",
    "另写一份差异清单 .xlsx，改动的词有颜色": "Also write the differences to an .xlsx, changed words in colour",
    "报送进度：谁报了、谁没报、谁要改": "Who has returned what, who has not, who must correct",
    "按部门名册列出报送进度：应报、已报、有错、退回、重报、未报、逾期，催报名单，以及分不清是哪个部门的来件。"
    "状态每次由来件和检查结果算出。在采集文件夹里看的是已收取的来件（xlsform collect），也可以直接写出文件和名册。"
    "没有报送的部门各算一条错误（Z02），齐全无误时退出码才是 0；本年免报的部门写进 waivers.yaml。": (
        "Lists the departments of the roster by state: reported, with errors, returned, sent again, missing, overdue; whom to remind; and "
        "files of which nobody can tell whose they are. States are worked out each time from what came in and what a check finds. In a "
        "campaign that is what was collected (xlsform collect); files and a roster can be named too. Every missing department is an "
        "error (Z02), so that exit code 0 means complete and clean; who need not report this year stands in waivers.yaml."
    ),
    "示例：\n"
    "  xlsform status -o 进度.html\n"
    "  xlsform status --mail\n"
    "  xlsform status 收到的表/ --roster departments.xlsx": (
        "Examples:\n  xlsform status -o progress.html\n  xlsform status --mail\n"
        "  xlsform status returns/ --roster departments.xlsx"
    ),
    "另写一份进度：.html（网页，可打印）或 .xlsx": "Also write the progress as .html (a page, good for printing) or .xlsx",
    "给未报的部门写催报、给有错的部门写退回通知的邮件草稿（.eml），只写草稿，不发送": (
        "Also write mail drafts (.eml): reminders to departments that are missing, notices to those with errors; nothing is sent"
    ),
    "按这一天算是否逾期；不写则为今天（北京时间）": "The day on which to tell who is overdue; by default today (China time)",
    "已有，没有变化": "there already, unchanged",
    "已有另一份草稿，未重写（要重写请加 --force）": "another draft is there, not written over (--force does)",
    "今天已经催报，不再写": "reminded today, not written again",
    "试运行，未删去": "dry run, not taken away",
    "已有来件，催报草稿作废，已删去": "something came in, reminder taken away",
    "已有来件，催报草稿有人改过，没有删，请不要再发": "something came in; somebody has altered this reminder, so it stays: do not send it",
    "进度只能写成 .html 或 .xlsx": "Progress can be written as .html or .xlsx only",
    "退回修改：在部门自己的工作簿上标出问题": "Give returns back, faults marked in the department's own workbook",
    "检查报送表，有问题的，在部门自己的工作簿上标出：有问题的单元格按级别着色、加批注，最前面加一张“需修改”表，列出全部问题，"
    "并留“审核说明”栏给部门写理由；其余内容一字不动。读不了的文件只退一份清单。没有问题的文件不退。"
    "部门改好后重新报送的工作簿照常读取，标记和“需修改”表会被认出，理由随之带入。": (
        "Checks returns and marks the faults in a copy of the department's own workbook: faulty cells coloured by level and commented, "
        "a first sheet that lists all findings with room for the department's reasons; all else stays as it is. A file that cannot be "
        "read goes back as a list alone, one without findings not at all. A corrected copy is read like any return: its marks are known, "
        "its reasons taken over."
    ),
    "示例：\n"
    "  xlsform review 收件/\n"
    "  xlsform review 收件/ -o 退回/ --mail\n"
    "  xlsform review --clean 退回/区委办本级.xlsx -o 原样/": (
        "Examples:\n  xlsform review returns/\n  xlsform review returns/ -o back/ --mail\n"
        "  xlsform review --clean back/office.xlsx -o plain/"
    ),
    "写到这个文件夹；不写则是采集文件夹里的 退回，或当前文件夹下的 退回": (
        "Write to this folder; by default the collection folder's own, else one below the working directory"
    ),
    "另为每个部门写一份退回通知的邮件草稿（.eml）": "Also write a mail draft (.eml) for every department",
    "不审核，只去掉退回时加的全部标记，恢复原样": "Check nothing; take all marks of a review out again",
    "审核": "Reviewing",
    "去掉标记": "Taking marks out",
    "没有问题，不退": "no findings, not given back:",
    "文件读不了，只有清单": "cannot be read, list alone",
    "批注后数字签名失效": "the digital signature no longer holds",
    "无法读取，未写出": "cannot be read, not written:",
    "（没有标记，原样）": "(no marks, as it was)",
    "名册中没有邮箱，收件人空着": "no address in the roster",
    "不知是哪个部门的，没有写邮件草稿": "whose it is is not known, no draft:",
    "［审核说明：": "[reason: ",
    "］": "]",
    "［豁免：": "[waived: ",
    "没有用到的豁免：": "Waiver without use: ",
    "汇总表的金额单位；舍位后各级合计仍然平衡。不写则为万元，不舍位": (
        "Another unit for the summary: 亿元, 千元 or 元; rounded so that all totals still add up"
    ),
    "亿元|千元|元": "UNIT",
    "换单位后保留几位小数，不写则为 2": "Decimals in that unit, 2 by default",
    "位数": "DIGITS",
    "--digits 要和 --unit 一起用": "--digits goes with --unit",
    "豁免（.yaml）；不写则用采集文件夹里的 waivers.yaml": "Waivers (.yaml); by default the collection's waivers.yaml",
    "--clean 不能与 --mail 一起用": "--clean and --mail do not go together",
    "--clean 要写出文件或文件夹，并用 -o 指定写到哪个文件夹": "--clean wants files or folders, and -o FOLDER",
    "列出全部检查规则": "List all rules",
    "列出全部检查规则：代码、级别、维度、名称。标“默认不查”的要在表样说明里打开。": (
        "Lists all rules: code, levels, dimension, title. Those marked off by default are turned on in the mapping."
    ),
    "示例：\n  xlsform rules\n  xlsform rules --format json": "Examples:\n  xlsform rules\n  xlsform rules --format json",
    "说明一条规则：依据、正误示例、在 Excel 里怎么改": "Explain a rule: why, good and bad example, how to fix it in Excel",
    "说明一条或几条规则：依据（编报说明的条款）、级别和提示语、错误和正确的写法、在 Excel 里怎么改、门槛写在哪一行、怎样改级别。": (
        "Explains rules: the clause behind it, its levels and messages, a bad and a good example, how to fix it in Excel, the mapping's "
        "lines with its thresholds, and how to change its level."
    ),
    "示例：\n  xlsform explain A02\n  xlsform explain C03 X03\n  xlsform explain T01 --format json": (
        "Examples:\n  xlsform explain A02\n  xlsform explain C03 X03\n  xlsform explain T01 --format json"
    ),
    "代码…": "CODE…",
    "规则代码，例如 A02": "Code of a rule, e.g. A02",
    "看一个指标值是怎样理解的": "How an indicator value is understood",
    "看指标值是怎样理解的：类型、符号、数值、单位、期间、方向，每个值输出一行 JSON。读不准的一律作文字（text），原文不变。": (
        "How indicator values are understood: kind, sign, number, unit, period, direction; one JSON object a value. "
        "What could mean several things is text. The values themselves are never altered."
    ),
    "示例：\n  xlsform value ≥95% 8万元/项 2019年年底前\n  xlsform value 12月底前 --year 2019\n  xlsform value - < 指标值.txt": (
        'Examples:\n  xlsform value ">=95%" 85%-95%\n  xlsform value 2019-12-31 --year 2019\n  xlsform value - < values.txt'
    ),
    "指标值…": "VALUE…",
    "一个或几个指标值；写 - 则从标准输入读，一行一个": "Indicator values; - reads them from stdin, one a line",
    "没有写年份的时间按这一年理解": "The year of times that name none",
    "（默认不查）": " (off by default)",
    "（尚未启用）": " (not evaluated yet)",
    "维度：": "Dimension: ",
    "级别和提示：": "Levels and messages:",
    "依据：": "Why: ",
    "错误写法：": "Bad: ",
    "正确写法：": "Good: ",
    "怎么改：": "Fix: ",
    "写法和门槛（表样说明里的这几行，改数即改门槛）：": "Where the mapping asks for it, and with what thresholds:",
    "门槛：没有可调的参数，由程序在读取、归集时判断。": "Thresholds: none; it is judged while files are read and put together.",
    "改级别：在 formset.yaml 里写下面这一行（现为 {now}；可写 error、warning、hint、off）": (
        "To change its level, write this line in formset.yaml (now {now}; error, warning, hint or off):"
    ),
    "不查": "off",
    "表样说明": "MAPPING",
    "文件夹（如 mappings/2019）或其中一个 .yaml；不写则用软件自带的": (
        "A folder (such as mappings/2019) or one .yaml in it; by default the bundled ones"
    ),
    "对照空白表检查表样说明": "Check a mapping against its blank",
    "对照空白表检查表样说明：每个栏目在空白表上恰好出现一次，每个字段都有单元格。有错时列出文件、行号和应写的词，退出码为 2。": (
        "Checks a mapping against its blank: every label stands there exactly once, every field has cells. Faults are listed with "
        "file, line and the right word, and exit code is 2."
    ),
    "示例：\n  xlsform mapping check\n  xlsform mapping check mappings/2019": (
        "Examples:\n  xlsform mapping check\n  xlsform mapping check mappings/2019"
    ),
    "{count} 个字段各有其格": "{count} fields have their cells",
    "画出每个字段占用哪些单元格": "Draw which cells each field claims",
    "在空白表上画出每个字段占用哪些单元格；给出一个 .yaml 时只画那一种表。": (
        "Draws on the blank which cells each field claims; given one .yaml, only that form."
    ),
    "示例：\n  xlsform mapping show\n"
    "  xlsform mapping show mappings/2019/fund_summary.yaml\n"
    "  xlsform mapping show mappings/2019 -o 表样.html": (
        "Examples:\n  xlsform mapping show\n  xlsform mapping show mappings/2019/fund_summary.yaml\n"
        "  xlsform mapping show mappings/2019 -o mapping.html"
    ),
    "写成网页（.html），不写则在屏幕上画": "Write a page (.html) instead of drawing on the screen",
    "图只能写成 .html": "The picture is .html",
    # a campaign
    "新建一次采集的文件夹": "Start a collection: its folder",
    "新建一次采集的文件夹：campaign.yaml（年度、区县、截止日、邮件）、departments.xlsx（部门名册，用 Excel 填写），"
    "waivers.yaml（财政部门的豁免，先全是说明），以及 下发、收件、退回、汇总 四个文件夹。"
    "不覆盖任何已有的文件。在这个文件夹里，其他命令不写文件也知道在哪里。": (
        "Makes the folder of a collection: campaign.yaml (year, district, deadline, mail), departments.xlsx (the roster, to be filled "
        "in Excel), waivers.yaml (the bureau's waivers, at first comments only) and the folders for what is issued, received, given "
        "back and merged. Nothing that exists is overwritten. Inside it the other commands find their files by themselves."
    ),
    "示例：\n"
    "  xlsform init 2019年申报 --year 2019 --district 石峰区\n"
    "  xlsform init 2019年申报 --year 2019 --district 石峰区 --deadline 2018-11-30": (
        "Examples:\n  xlsform init 2019 --year 2019 --district Shifeng\n"
        "  xlsform init 2019 --year 2019 --district Shifeng --deadline 2018-11-30"
    ),
    "要新建的文件夹": "The folder to be made",
    "名称": "NAME",
    "日期": "DATE",
    "代号": "ID",
    "文件或文件夹": "FILE|FOLDER",
    "预算年度": "Budget year",
    "区县名称，如 石峰区": "Name of the district",
    "报送截止日，如 2018-11-30": "Deadline of the returns, e.g. 2018-11-30",
    "用哪一套表": "Which form set",
    "给每个部门生成一份待填的工作簿": "Make one workbook for every department to fill in",
    "给名册里每个部门生成一份待填的工作簿：填好部门名称、年度和主管部门，锁定栏目、放开填写处（没有密码），带下拉选项、填写提示、"
    "金额和字数限制，各表右侧有随填随算的“填报检查”（不打印）。填好报送后照常读取。": (
        "Makes a workbook for every department of the roster: name, year and supervising department filled in, labels locked and answers open "
        "(no password), with drop-downs, prompts, limits on amounts and lengths, and live checks beside every form (not printed). "
        "What comes back is read as any return."
    ),
    "示例：\n"
    "  xlsform issue --mail\n"
    "  xlsform issue --carry 去年/收件 --department 区委办本级\n"
    "  xlsform issue --roster 部门名册.xlsx -o 下发/ --year 2019": (
        "Examples:\n  xlsform issue --mail\n  xlsform issue --carry last-year/returns --department NAME\n"
        "  xlsform issue --roster roster.xlsx -o issued/ --year 2019"
    ),
    "部门名册；不写则用采集文件夹里的 departments.xlsx、.csv": "Roster of departments; by default the collection's departments.xlsx or .csv",
    "写到这个文件夹；不写则是采集文件夹里的 下发": "Write into this folder; by default the collection's own for issued workbooks",
    "只给这个部门（名称或别名，可以写几次）": "Only this department (name or alias; may be repeated)",
    "上年的报送表：实施期未满的专项，把沿用的内容先填好": "Last year's returns: fill in what lasts, of funds whose period still runs",
    "另为每个部门写一份下发通知的邮件草稿（.eml）": "Also write a draft mail (.eml) for every department",
    "部门报送的 .xlsx、.xlsm，或装着它们的文件夹；在采集文件夹里不写就是 收件": (
        "Returns (.xlsx, .xlsm), or folders that hold them; inside a collection by default its inbox"
    ),
    "汇总表 .xlsx；在采集文件夹里不写就是 汇总/区级汇总.xlsx": (
        "The summary, .xlsx; inside a collection by default its own place"
    ),
    "下发": "Issuing",
    "没有带入的：": "Not carried over:",
    "读不出申报表": "no forms can be read in it",
    "不知道是名册里哪个部门的": "whose of the roster it is is not known",
    "没有写明实施期": "its period is not said",
    "名册里没有邮箱的：": "Without an address in the roster: ",
    "下一步：在 departments.xlsx 里填好部门，再运行 xlsform issue": "Next: fill in departments.xlsx, then run xlsform issue",
    "没有部门名册：请先在 departments.xlsx 里填好部门，或用 --roster 指定名册": (
        "There is no roster: fill in departments.xlsx, or name one with --roster"
    ),
    "请写出区县名称，如 --district 石峰区": "Name the district: --district NAME",
    # mail goes out
    "发送邮件草稿": "Send drafts by mail",
    "发送 issue、review、status 写出的邮件草稿（.eml）：先列出要发给谁、标题和附件，在终端上问过才发；不在终端上时，没有 --yes 绝不发送。"
    "在采集文件夹里不写草稿，就是 下发、退回、催报 里的全部草稿。每发出一封随即登记，发过的不再发；中断后再运行，从没发的接着发。"
    "密码取自环境变量 XLSFORM_MAIL_PASSWORD 或系统的密码库，没有时在终端上询问，不写进任何文件。": (
        "Sends the drafts (.eml) that issue, review and status write: lists receivers, subjects and attachments, asks on the terminal, and "
        "never sends without --yes where there is none. Inside a collection, without drafts named, all that lie there. Each mail is "
        "recorded the moment it has gone and does not go again; after an interruption the rest follows. The password comes from the "
        "variable XLSFORM_MAIL_PASSWORD or the system's key store, else it is asked for; it is written to no file."
    ),
    "示例：\n"
    "  xlsform send\n"
    "  xlsform send 退回/退回通知-区教育局.eml --dry-run\n"
    "  xlsform send 催报/ --yes --smtp smtps://jixiao@example.gov.cn@smtp.example.gov.cn": (
        "Examples:\n  xlsform send\n  xlsform send back/notice.eml --dry-run\n"
        "  xlsform send reminders/ --yes --smtp smtps://user@example.org@smtp.example.org"
    ),
    "草稿…": "DRAFT…",
    "地址": "ADDRESS",
    "草稿（.eml），或装着草稿的文件夹；在采集文件夹里不写就是 下发、退回、催报 里的全部": (
        "Drafts (.eml), or folders that hold them; inside a collection by default all of its own"
    ),
    "不再询问，直接发送": "Do not ask, send",
    "发过的也再发一次": "Send also what has gone before",
    "发件服务器，如 smtps://用户名@服务器；不写则用 campaign.yaml 里的 mail: smtp:": (
        "The server that takes mail, smtps://user@host; by default mail: smtp: of campaign.yaml"
    ),
    "发送": "Sending",
    "无附件": "no attachment",
    "没有发到": "not delivered to",
    "没有发送": "Nothing was sent",
    "没有要发的邮件": "No mail to send",
    "没有发送：这里不是终端，核对上面列出的邮件后，加 --yes 才会发送": (
        "Nothing was sent: this is no terminal; look at the mails listed above and add --yes"
    ),
    "一份草稿也没有；先运行 xlsform issue --mail 或 xlsform review --mail": (
        "There is no draft; run xlsform issue --mail or xlsform review --mail first"
    ),
    "不是邮件，读不出收件人和标题": "is no mail: neither receiver nor subject can be read",
    "是收到的邮件，不是草稿": "is a mail that came in, no draft",
    "没有草稿标记（X-Unsent），要发请单独写出这个文件": "does not say that it is a draft (X-Unsent); name this very file to send it",
    "没有收件人：请在名册里填好邮箱后重新写草稿，或在草稿里填上": (
        "has no receiver: fill in the address in the roster and write the draft again, or fill it in here"
    ),
    "草稿刚被改动，没有发；请核对后再发": "the draft was changed just now and did not go; look at it and send again",
    # while a command runs
    "读取": "Reading",
    "检查": "Checking",
    "汇总": "Merging",
    "已写出": "Wrote",
    "已汇总 {merged} 个部门、{records} 条记录": "Merged {merged} departments, {records} records",
    "试运行，未写出": "Dry run, not written:",
    "（{records} 条记录）": " ({records} records)",
    "原：": "Old: ",
    "现：": "New: ",
    "没有差异": "No difference",
    "新增 {added} 条，删除 {removed} 条，修改 {changed} 条（{cells} 格）": (
        "{added} added, {removed} removed, {changed} changed ({cells} cells)"
    ),
    "（空）": "(empty)",
    "有一份表读不了，没有比对": "One of the workbooks could not be read; nothing was compared",
    "一个报送文件也没有读到": "No return could be read",
    "（整批或部门不明）": "(the whole batch, or department unknown)",
    "另有未显示的问题（用 -o 问题清单.xlsx 查看全部）：": "Not shown (all with -o problems.xlsx): ",
    # when something is wrong
    "用法见": "See",
    "用法见 xlsform --help": "See xlsform --help",
    "--template 和 --into 只能写一个": "Give either --template or --into",
    "差异清单的文件名要以 .xlsx 结尾": "The name of the list of differences must end in .xlsx",
    "请按上面的位置修改记录后重试": "Correct the records at the places named above and try again",
    "--lang 只能是 zh 或 en": "--lang is zh or en",
    "--format csv 要用 -o 指定文件夹": "--format csv needs -o FOLDER",
    "问题清单只能写成 .xlsx、.html、.json 或 .sarif": "The problem list is .xlsx, .html, .json or .sarif",
    "汇总表的文件名要以 .xlsx 结尾": "The summary's name must end in .xlsx",
    "已中断，没有留下不完整的文件": "Interrupted; no incomplete file was left",
    "请按上面的文件和行号修改后重试；表样说明可用 xlsform mapping check 再查": (
        "Correct the lines named above and try again; xlsform mapping check looks once more"
    ),
    "写出的文件与预期不符，未放到位": "What was written does not read back as meant; it was not put in place",
    "没有权限或文件正被打开": "No permission, or the file is open elsewhere",
    "请关闭后重试": "Close it and try again",
    "程序内部错误": "Internal error",
    "这是本软件的问题，请把以上信息报给维护者": "This is a fault of the program; please report the lines above",
}

SENTENCES: Mapping[str, str] = {
    "{path} 是本次采集自己的文件夹（{name}），不能从这里收件；请指定部门报来的文件所在的文件夹": (
        "{path} is the campaign's own folder ({name}), no place to collect from; name the folder with what departments sent"
    ),
    "{path} 里有本次采集自己的文件夹（{name}），不能整个收件；请指定部门报来的文件所在的文件夹": (
        "{path} holds the campaign's own folder ({name}) and cannot be collected as a whole; name the folder with what departments sent"
    ),
    "{path} 是已经收到的文件，不必再收": "{path} was collected already",
    "邮箱地址写得不对：{error}": "The mailbox's address is wrong: {error}",
    "日期“{text}”不对，应写作 2018-11-01": "“{text}” is no date; write 2018-11-01",
    "{path} 里的文件被改动过，存不下新的；请把它移走": "The file in {path} was changed, and a new one finds no place; move it away",
    "{path} 与收取时不同，可能被改动过；要采用改动后的文件，请把它移到 收件 再收取，否则请把它删除（原件删除后要重新收取）": (
        "{path} is not what was collected; to use it as it is now, move it out of the store and collect it, otherwise delete it "
        "(an original has to be collected again then)"
    ),
    "“{file}”有 {count} 个，请写明是哪一个：{names}": "{count} files are called “{file}”; say which: {names}",
    "收到的文件里没有“{file}”，是否为“{near}”": "No file “{file}” has come; did you mean “{near}”?",
    "收到的文件里没有“{file}”；待认定的有：{names}": "No file “{file}” has come; these are held: {names}",
    "收到的文件里没有“{file}”": "No file “{file}” has come",
    "名册里没有部门“{department}”，是否为“{near}”": "The roster has no department “{department}”; did you mean “{near}”?",
    "名册里没有部门“{department}”": "The roster has no department “{department}”",
    "{name} 是区级汇总表，不归哪一个部门；不计入请用 --ignore": "{name} is a district summary and no department's; --ignore keeps it out",
    "{name} 是空白表，不能固定采用；要撤回以前报来的，请对那一个用 --ignore": (
        "{name} is blank and cannot be pinned; to withdraw what came before, use --ignore on that"
    ),
    "{name} 读不了，不能采用": "{name} cannot be read and so cannot count",
    "还不知道 {name} 是哪个部门的，请同时写出部门": "Nobody knows whose {name} is; name its department too",
    "{name} 已定为不计入，要采用请同时写 --no-ignore": "{name} is ignored; say --no-ignore too if it is to count",
    "{folder} 在收取时被移走了": "{folder} was moved away while it was collected into",
    "{file} 第 {number} 行看不懂，没有采用（可能是新版软件写的；若是损坏了，请重新收取、重新认定，再用记事本删去这一行）": (
        "Line {number} of {file} is not understood and does not count (a later version may have written it; if it is damaged, "
        "collect and decide again, then delete the line with an editor)"
    ),
    "有 {count} 件来件的原件不见了，不再计入：{names}；请重新收取，确实找不回来的，用记事本从 {file} 里删去写着它的各行": (
        "The originals of {count} things are gone and do not count any more: {names}; collect them again, or, where they cannot "
        "be had again, delete their lines from {file} with an editor"
    ),
    "未报 {count} 个部门：{names}": "{count} departments have not reported: {names}",
    "不在名册的部门 {count} 个：{names}。请补进名册或写作别名；认错了部门的用 xlsform assign 改归，不该计入的加 --ignore": (
        "{count} departments are not in the roster: {names}. Add them, or write the name as an alias; xlsform assign settles a file "
        "that is another department's, --ignore one that does not count"
    ),
    "收件 里还没有收取的文件 {count} 个：{names}": "{count} files in the inbox were not collected: {names}",
    "待认定部门的文件 {count} 个：{names}": "{count} files wait for their department to be told: {names}",
    "无法读取的文件 {count} 个：{names}": "{count} files cannot be read: {names}",
    "版本未定：{what}": "version undecided: {what}",
    "{name}：还有 {count} 条问题没有解决（{codes}）": "{name}: {count} findings stand open ({codes})",
    "已于 {since} 结账，此后{changes}。要重新结账请加 --force，原来的留作备份": (
        "closed on {since}; since then: {changes}. --force closes it anew and keeps the former as a backup"
    ),
    "{path} 正被打开，请关闭后再结账": "{path} is open; close it first",
    "{path} 正被打开，汇总表已另存为 {place}": "{path} is open; the summary was saved as {place}",
    "{path} 被改动过，读不出来；请找回原来的，或移走后重新结账": (
        "{path} was altered and cannot be read; bring back the original, or move it away and close anew"
    ),
    "{path} 已经结账，不再改动；要另做一份请用 -o 换个名字，要重新结账请用 merge --final --force": (
        "{path} is closed and stays as it is; use -o for another one, or merge --final --force to close anew"
    ),
    "另一次汇总正在写 {path}（计算机 {host}，进程 {process}，{since} 开始），请等它结束；如果它早已不在运行，请删除 {lock} 后重试": (
        "another run is writing {path} (host {host}, process {process}, since {since}); wait for it, or delete {lock} if it is long gone"
    ),
    "--today 要写成 2018-12-03 这样的日期，现为“{day}”": "--today wants a day like 2018-12-03, not {day}",
    "要发出 {count} 封：": "{count} mails to send:",
    "发不了 {count} 封：": "{count} that cannot go:",
    "已发过 {count} 封，不再发（要再发一次请加 --again）": "{count} have gone before and do not go again (--again sends them once more)",
    "确认发送这 {count} 封邮件吗？输入 y 发送：": "Send these {count} mails? y sends them: ",
    "已发出 {sent} 封，没有发出 {failed} 封": "{sent} sent, {failed} not sent",
    "已发出 {sent} 封，都已登记；再运行一次，从没发的接着发": "{sent} sent and recorded; run it again to send the rest",
    "收件人地址不对：{addresses}": "has receivers that are no address: {addresses}",
    "服务器没有收下：{why}": "the server did not take it: {why}",
    "发出后连接断开，不知道是否送到（{why}）；请在邮箱里核对后再发": (
        "the connection broke behind it ({why}): it may have gone; look into the mailbox before it is sent again"
    ),
    "{label} 的邮箱密码（或授权码）：": "Password of {label}: ",
    "需要 {label} 的邮箱密码：请设置环境变量 XLSFORM_MAIL_PASSWORD，或先运行 keyring set xlsform {again} 存进系统密码库，或在终端里运行本命令": (
        "The password of {label} is needed: set XLSFORM_MAIL_PASSWORD, put it into the system's key store with "
        "keyring set xlsform {again}, or run this on a terminal"
    ),
    "不知道从哪里发：请在 {file} 的 mail 里写 smtp: smtps://用户名@服务器，或用 --smtp 写出": (
        "No server to send by: write smtp: smtps://user@host under mail in {file}, or name it with --smtp"
    ),
    "不知道发件人的邮箱：请在 {file} 的 mail 里写 from: 名称 <邮箱>": (
        "Whom the mails are from is not known: write from: NAME <ADDRESS> under mail in {file}"
    ),
    "--smtp：{what}": "--smtp: {what}",
    "{host} 的证书不可信（{why}），没有登录；服务器名称要与证书一致，单位自建的证书请向管理员要根证书文件，用环境变量 SSL_CERT_FILE 指明": (
        "The certificate of {host} is not trusted ({why}); there was no login. Its name must be the server's; for an office's own "
        "certificate ask for the file of its authority and name it in SSL_CERT_FILE"
    ),
    "与 {server} 建立不了加密连接（{why}），请检查端口：直接加密一般是 {tls}:// 的 {port}，先明后密是 {plain}:// 的 {other}": (
        "No encrypted connection with {server} ({why}); check the port: usually {port} for {tls}://, {other} for {plain}:// (STARTTLS)"
    ),
    "找不到邮件服务器 {host}，请检查地址和网络": "There is no mail server {host}; check address and network",
    "“{host}”不是服务器名称，请检查地址": "{host} cannot be the name of a server; check the address",
    "连不上 {server}（{why}），请检查地址、端口和网络，稍后再试": (
        "{server} cannot be reached ({why}); check address, port and network, and try again later"
    ),
    "{label} 登录不了（{why}）：请检查用户名和密码；QQ、163 等邮箱要在网页上开启 IMAP/SMTP，并用“授权码”作密码": (
        "{label} cannot log in ({why}): check user and password; some providers want IMAP/SMTP to be allowed on their "
        "web page, and a password made there"
    ),
    "{server} 不提供加密（STARTTLS），密码不会用明文传送；请改用 {scheme}s://，或请管理员开启加密": (
        "{server} offers no encryption (STARTTLS), and the password does not go in plain; use {scheme}s://, or ask for encryption"
    ),
    "{server} 不接受连接（{why}），请检查地址和端口": "{server} takes no connection ({why}); check address and port",
    "{server} 不要求登录，请在 smtp 地址里去掉用户名": "{server} asks for no login; leave the user out of the smtp address",
    "邮箱文件夹 {folder} 在收取时被服务器重建了，请再运行一次": "The server made the folder {folder} anew meanwhile; run it again",
    "打不开 {label} 的文件夹“{folder}”（{why}）；现有文件夹：{folders}": (
        "The folder {folder} of {label} cannot be opened ({why}); there are: {folders}"
    ),
    "在 {label} 里建不了文件夹“{folder}”（{why}），请先在邮箱里建好": "No folder {folder} can be made in {label} ({why}); make it first",
    "{label} 的服务器不肯执行 {command}（{why}）": "The server of {label} refuses {command} ({why})",
    "汇总表的工作表“{sheet}”没有“单位：”一行，不能换单位": "Sheet {sheet} of the summary has no unit line to say another unit on",
    "没有命令 {name}，是否为 {near}": "There is no command {name}; did you mean {near}?",
    "没有命令 {name}": "There is no command {name}",
    "没有选项 {option}": "There is no option {option}",
    "没有规则 {code}，是否为 {near}": "There is no rule {code}; did you mean {near}?",
    "没有规则 {code}，全部规则见 xlsform rules": "There is no rule {code}; xlsform rules lists them all",
    "{path} 是文件，这里要文件夹": "{path} is a file; a folder is wanted here",
    "{path} 是文件夹，请写出文件名": "{path} is a folder; name a file",
    "文件夹 {path} 不存在": "Folder {path} does not exist",
    "{path} 已存在；要覆盖请加 --force": "{path} exists; add --force to overwrite it",
    "找不到随软件附带的 {parts}，请重新安装 jixiao-xlsform": "The bundled {parts} is missing; install jixiao-xlsform again",
    "{path} 不是一种表的说明": "{path} is not the mapping of a form",
    "找不到 {path}": "There is no {path}",
    "有 {count} 份表，-o 要用文件夹": "There are {count} returns; -o must be a folder",
    "汇总表里没有部门“{name}”": "The summary has no department “{name}”",
    "{file} 不能填写：读不了（{reason}）": "{file} cannot be filled: it cannot be read ({reason})",
    "{file} 不能填写：不是完好的 Excel 工作簿": "{file} cannot be filled: it is no sound Excel workbook",
    "{file} 是 {suffix} 格式，-o 也要以 {again} 结尾": "{file} is a workbook of the kind {suffix}; the name after -o must end in {again} too",
    "{count} 个部门，带入上年记录 {carried} 条": "{count} departments, {carried} records carried over",
    "从 {path} 读不出上年各部门的申报内容，--last-year 要给出上年的区级汇总表": (
        "Nothing of last year's departments can be read from {path}; --last-year wants last year's district summary"
    ),
    "{path} 是文件夹，diff 比对两个文件": "{path} is a folder; diff compares two files",
    "填好的表只能写成 .xlsx，不能写成 {suffix}": "A filled form can only be written as .xlsx, not as {suffix}",
    "{path} 是一张表，请给出这些 .csv 所在的文件夹": "{path} is one table; name the folder of these .csv files",
    "实施期 {period} 不含 {year} 年": "its period {period} does not reach into {year}",
    "{file} 的 {cell} 属于数组公式 {area}，不能单独填写；请先在 Excel 里去掉这个公式": (
        "{cell} of {file} is a part of the array formula over {area} and cannot be filled alone; take that formula out in Excel first"
    ),
    "{file} 的 {row}下面加不进行：数组公式 {area} 会断开；请先在 Excel 里去掉这个公式": (
        "No rows can be added below {row} of {file}: they would split the array formula over {area}; take that formula out in Excel first"
    ),
    "{file} 不能填写：公式 ={formula} 跨几张工作表引用，表里加不进新的行；请先在 Excel 里改掉这个公式": (
        "{file} cannot be filled: the formula ={formula} refers to several sheets at once, so no rows can be added; change it in Excel first"
    ),
    "截止日要写作 2018-11-30 这样的日期，现为“{got}”": "The deadline is a date such as 2018-11-30, not {got}",
    "{path} 已存在，不会覆盖；请换一个文件夹": "{path} exists and is never overwritten; choose another folder",
    "这里不是采集文件夹（没有 {file}），请写出文件或文件夹": "This is no collection folder (no {file}); name files or folders",
    "名册里没有“{name}”": "The roster has no {name}",
    "{path} 是报送文件所在的文件夹，请用 -o 另指定一个": "{path} is the folder of the returns; name another one with -o",
    "{one} 与 {other} 同名，请分两次退回": "{one} and {other} have one name; review them one after the other",
    "有两个文件都要写成 {path}": "Two files would both be written as {path}",
    "{count} 个单元格已有讨论，只着色、不加批注": "{count} cells have comment threads: coloured, not commented",
    "没有 {path}": "There is no {path}",
}
"""Sentences with holes, more specific ones first."""
