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
    "显示本页": "Show this page",
    "中文或英文，写在哪里都可以（默认 zh）": "Chinese or English, anywhere on the line [default: zh]",
    # what stands behind an option
    "文件或文件夹…": "FILE|FOLDER…",
    "文件夹": "FOLDER",
    "文件": "FILE",
    "个数": "N",
    "代码": "CODE",
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
    "另写一份完整的问题清单：.xlsx 或 .json": "Also write the whole problem list: .xlsx or .json",
    "汇总表 .xlsx": "The summary, .xlsx",
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
    "  xlsform extract 收件/ -o 记录.jsonl\n"
    "  xlsform extract 收件/ --format csv -o 记录/": (
        "Examples:\n  xlsform extract return.xlsx\n  xlsform extract returns/ -o records.jsonl\n"
        "  xlsform extract returns/ --format csv -o records/"
    ),
    "检查报送表，列出问题": "Check returns, list the findings",
    "检查报送表：每份表自身，以及各表之间。先列总数，再按部门列出问题，每个代码至多显示 20 条。": (
        "Checks returns by themselves and across forms. Prints the totals first, then the findings by department, "
        "at most 20 of a code."
    ),
    "示例：\n"
    "  xlsform check 收件/\n"
    "  xlsform check 收件/ -o 问题清单.xlsx\n"
    "  xlsform check 区委办本级.xlsx --format json --fail-level warning": (
        "Examples:\n  xlsform check returns/\n  xlsform check returns/ -o problems.xlsx\n"
        "  xlsform check return.xlsx --format json --fail-level warning"
    ),
    "汇总成区级汇总表（官方格式）": "Merge into the district summary (official layout)",
    "检查后汇总成区级汇总表（官方格式）。有错误的表不汇入，写在汇总表的“审核结果”里，退出码为 1；退出码 0 表示齐全无误。": (
        "Checks the returns and merges them into the district summary in its official layout. Forms with errors are left out, "
        "which the sheet 审核结果 says, and exit code is 1; exit code 0 means complete and clean."
    ),
    "示例：\n"
    "  xlsform merge 收件/ -o 区级汇总.xlsx\n"
    "  xlsform merge 收件/ -o 区级汇总.xlsx --force --jobs 4\n"
    "  xlsform merge 收件/ -o 区级汇总.xlsx --dry-run": (
        "Examples:\n  xlsform merge returns/ -o summary.xlsx\n  xlsform merge returns/ -o summary.xlsx --force --jobs 4\n"
        "  xlsform merge returns/ -o summary.xlsx --dry-run"
    ),
    "列出全部检查规则": "List all rules",
    "列出全部检查规则：代码、级别、维度、名称。标“默认不查”的要在表样说明里打开。": (
        "Lists all rules: code, levels, dimension, title. Those marked off by default are turned on in the mapping."
    ),
    "示例：\n  xlsform rules\n  xlsform rules --format json": "Examples:\n  xlsform rules\n  xlsform rules --format json",
    "说明一条规则：依据、正误示例、在 Excel 里怎么改": "Explain a rule: why, good and bad example, how to fix it in Excel",
    "说明一条或几条规则：依据（编报说明的条款）、级别和提示语、错误和正确的写法、在 Excel 里怎么改。": (
        "Explains rules: the clause behind it, its levels and messages, a bad and a good example, how to fix it in Excel."
    ),
    "示例：\n  xlsform explain A02\n  xlsform explain C03 X03\n  xlsform explain T01 --format json": (
        "Examples:\n  xlsform explain A02\n  xlsform explain C03 X03\n  xlsform explain T01 --format json"
    ),
    "代码…": "CODE…",
    "规则代码，例如 A02": "Code of a rule, e.g. A02",
    "（默认不查）": " (off by default)",
    "（尚未启用）": " (not evaluated yet)",
    "维度：": "Dimension: ",
    "级别和提示：": "Levels and messages:",
    "依据：": "Why: ",
    "错误写法：": "Bad: ",
    "正确写法：": "Good: ",
    "怎么改：": "Fix: ",
    "改级别：在 formset.yaml 的 levels 下写": "To change its level, write under levels in formset.yaml:",
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
    # while a command runs
    "读取": "Reading",
    "检查": "Checking",
    "汇总": "Merging",
    "已写出": "Wrote",
    "已汇总 {merged} 个部门、{records} 条记录": "Merged {merged} departments, {records} records",
    "试运行，未写出": "Dry run, not written:",
    "一个报送文件也没有读到": "No return could be read",
    "（整批或部门不明）": "(the whole batch, or department unknown)",
    "另有未显示的问题（用 -o 问题清单.xlsx 查看全部）：": "Not shown (all with -o problems.xlsx): ",
    # when something is wrong
    "用法见": "See",
    "用法见 xlsform --help": "See xlsform --help",
    "--lang 只能是 zh 或 en": "--lang is zh or en",
    "--format csv 要用 -o 指定文件夹": "--format csv needs -o FOLDER",
    "问题清单只能写成 .xlsx 或 .json（尚不支持 .html）": "The problem list is .xlsx or .json (.html is not supported yet)",
    "汇总表的文件名要以 .xlsx 结尾": "The summary's name must end in .xlsx",
    "已中断，没有写出任何文件": "Interrupted; no file was written",
    "请按上面的文件和行号修改后重试；可用 xlsform mapping check 再查": (
        "Correct the lines named above and try again; xlsform mapping check looks once more"
    ),
    "写出的文件与预期不符，未放到位": "What was written does not read back as meant; it was not put in place",
    "没有权限或文件正被打开": "No permission, or the file is open elsewhere",
    "请关闭后重试": "Close it and try again",
    "程序内部错误": "Internal error",
    "这是本软件的问题，请把以上信息报给维护者": "This is a fault of the program; please report the lines above",
}

SENTENCES: Mapping[str, str] = {
    "没有命令 {name}，是否为 {near}": "There is no command {name}; did you mean {near}?",
    "没有命令 {name}": "There is no command {name}",
    "没有规则 {code}，是否为 {near}": "There is no rule {code}; did you mean {near}?",
    "没有规则 {code}，全部规则见 xlsform rules": "There is no rule {code}; xlsform rules lists them all",
    "{path} 是文件，这里要文件夹": "{path} is a file; a folder is wanted here",
    "{path} 是文件夹，请写出文件名": "{path} is a folder; name a file",
    "文件夹 {path} 不存在": "Folder {path} does not exist",
    "{path} 已存在；要覆盖请加 --force": "{path} exists; add --force to overwrite it",
    "找不到随软件附带的 {parts}，请重新安装 jixiao-xlsform": "The bundled {parts} is missing; install jixiao-xlsform again",
    "{path} 不是一种表的说明": "{path} is not the mapping of a form",
    "没有 {path}": "There is no {path}",
}
"""Sentences with holes, more specific ones first."""
