"""waivers.yaml: which findings of which departments the bureau lets pass, and why (豁免)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from xlsform.core.batch import Register
from xlsform.core.catalogue import RULES
from xlsform.core.errors import Fault, Mark, SpecError
from xlsform.core.progress import MISSING_CODE
from xlsform.core.reasons import REFUSALS, refused
from xlsform.core.spec import Department, Field, Form, FormSet, fields_of
from xlsform.core.waivers import NEVER, Waiver
from xlsform.specfiles.faults import instead, validated
from xlsform.specfiles.models import WaiverEntry, WaiversFile
from xlsform.specfiles.source import Source, read_source

WAIVERS = "waivers.yaml"
"""Its name, beside campaign.yaml."""

Named = dict[str, frozenset[tuple[str, str]]]
"""What a field is called (its key, or its label on the form) → (form id, field key) of those that are called so."""


def load_waivers(path: Path, formset: FormSet, roster: Sequence[Department]) -> tuple[Waiver, ...]:
    """The waivers of a file, departments under their registered names. Raises SpecError with every fault, its line and the nearest
    right word: codes and fields that nobody has, departments that are not in the roster (when there is one), reasons that are none.
    A file in which nothing stands but comments holds no waivers.
    """
    source, faults = read_source(path, may_be_blank=True)
    if source is None:
        raise SpecError(faults)
    file, source, refusals, _ = validated(WaiversFile, source)
    found: list[Waiver] = []
    if file is not None:
        reading = _Reading(source, formset, Register(roster))
        told = {
            (fault.mark, fault.key) for fault in refusals
        }  # what is missing was filled in with a word that nobody wrote
        for index, entry in enumerate(file.waivers):
            waiver, wrong = reading.waiver(index, entry)
            refusals += tuple(fault for fault in wrong if (fault.mark, fault.key) not in told)
            found.append(waiver)
        refusals += tuple(_repeated(found))
    if file is None or faults or refusals:
        raise SpecError(tuple(sorted({*faults, *refusals}, key=lambda fault: (fault.mark.line, fault.key))))
    return tuple(found)


def waivers_text() -> str:
    """A new waivers.yaml: every line a comment, with an explanation to every key."""
    return f"""\
# 财政部门的豁免：哪个部门的哪条问题予以放行，为什么。本文件是 UTF-8 编码的文本，# 后面是说明，可以用记事本修改。
# 豁免的问题不再阻止汇总，仍然列在每份问题清单和汇总表的“审核结果”里，写明“已豁免”和理由。
# 现在全部是说明，没有豁免任何问题。要豁免时，去掉下面“waivers:”和一条豁免各行行首的 #，改成实际内容；一条以“- ”开头，可以写几条。
#
# code        规则代码，问题清单里有；xlsform rules 列出全部。{"、".join(sorted(NEVER))} 不能豁免。
#             写 {MISSING_CODE} 就是这个部门今年不用报（免报）：不再催报，也不算缺。
# department  部门：名册里的名称或别名。
# reason      豁免的具体理由：依据、文号或特殊情况；“同意”“核实无误”之类不算理由。
# sheet       只豁免这张工作表上的问题；不写则不限。
# field       只豁免这一栏的问题：表上的栏目名，如 资金总额；不写则不限。
#
# 要对所有部门放宽，不在这里写，改规则的级别：xlsform explain 代码 会列出要写的那一行。

#waivers:
#  - code: T04
#    department: 区科学技术协会
#    reason: 本部门没有专项资金，不报支出方向表
#  - code: A03
#    department: 区教育局
#    sheet: 汇总表
#    field: 资金总额
#    reason: 金额待上级下达，区政府常务会议同意先报绩效目标
"""


class _Reading:
    """What entries are checked against."""

    def __init__(self, source: Source, formset: FormSet, register: Register) -> None:
        self.source = source
        self.register = register
        self.codes = {*RULES, *(check.code for form in formset.forms for check in form.checks)}
        self.codes |= {relation.code for relation in formset.relations}
        self.fields = named_fields(formset)

    def waiver(self, index: int, entry: WaiverEntry) -> tuple[Waiver, tuple[Fault, ...]]:
        """One entry as a waiver, and what is wrong with it."""
        known = self.register.find(entry.department)
        name = known.name if known is not None else entry.department
        fields = self.fields.get(entry.field, frozenset())
        mark = self.source.mark("waivers", index)
        waiver = Waiver(entry.code, name, entry.reason.strip(), entry.sheet, fields, entry.field, mark)
        return waiver, tuple(self._faults(index, entry, missing=known is None))

    def _faults(self, index: int, entry: WaiverEntry, *, missing: bool) -> Iterator[Fault]:
        def fault(key: str, what: str) -> Fault:
            return Fault(self.source.mark("waivers", index, key), key, what)

        if entry.code not in self.codes:
            yield fault("code", f"没有规则 {entry.code}{instead(entry.code, self.codes)}")
        elif entry.code in NEVER:
            yield fault("code", f"{entry.code} 不能豁免：内容读不出、版本不明或涉及全区，放行也无从汇总")
        if entry.code == MISSING_CODE:
            for key in ("sheet", "field"):
                if getattr(entry, key):
                    yield fault(key, f"{MISSING_CODE} 说的是整个部门免报，不写 {key}")
        if missing and self.register.roster:
            names = [name for one in self.register.roster for name in (one.name, *one.aliases)]
            yield fault("department", f"名册里没有“{entry.department}”{instead(entry.department, names)}")
        if entry.field and entry.field not in self.fields:
            yield fault("field", f"没有栏目“{entry.field}”{instead(entry.field, self.fields)}")
        if why := refused(entry.reason):
            yield fault("reason", f"理由“{entry.reason}”{REFUSALS[why].zh}，请写明豁免的具体原因")


def named_fields(formset: FormSet) -> Named:
    """Every field of the form set by its key and by its label without the colon."""
    named: dict[str, set[tuple[str, str]]] = {}
    for form in formset.forms:
        for field in _fields(form):
            for word in (field.key, field.name.strip("：: ")):
                named.setdefault(word, set()).add((form.id, field.key))
    return {word: frozenset(places) for word, places in named.items()}


def _fields(form: Form) -> Iterator[Field]:
    for region in (*form.regions, *(form.summary.regions if form.summary is not None else ())):
        yield from fields_of(region)


def _repeated(waivers: Iterable[Waiver]) -> Iterator[Fault]:
    seen: dict[tuple[str, str, str, str], Mark] = {}
    for waiver in waivers:
        key = (waiver.code, waiver.department, waiver.sheet, waiver.field)
        if key in seen:
            yield Fault(waiver.mark, waiver.code, f"“{waiver.department}”的这一条与第 {seen[key].line} 行重复")
        seen.setdefault(key, waiver.mark)
