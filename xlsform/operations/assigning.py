"""The clerk's decisions on what came in: whose a file is, that it holds, that it does not count; each can be taken back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from xlsform.core.batch import Register
from xlsform.core.errors import UsageError
from xlsform.core.inbox import Content, Decisions, Result, Versions, Whose, named
from xlsform.operations.inbox import Inbox, made_of, open_inbox
from xlsform.operations.settings import Settings
from xlsform.sources.inbox.journal import Act, Assigned, Ignored, Used, append
from xlsform.sources.received import now
from xlsform.specfiles.faults import nearest_word

FEWEST = 6
"""Digits of a hash that name a file."""


class Wanted(NamedTuple):
    """What is decided. department: "" when nothing is said of it; use, ignore: None likewise; undo: all of it is taken back."""

    department: str = ""
    use: bool | None = None
    ignore: bool | None = None
    undo: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of a content (acts: () when it had been so before), and the inbox with it.

    versions: those of the departments that the content belonged to before and belongs to now.
    """

    content: Content
    whose: Whose
    result: Result
    acts: tuple[Act, ...]
    versions: tuple[Versions, ...]


def assign(file: str, wanted: Wanted, settings: Settings, *, dry_run: bool = False) -> Decided:
    """Writes the decision into the journal, unless it is one already; what follows from it is told.

    file: the display name of a content, or the first digits of its SHA-256. Raises UsageError for a file, department or decision
    that cannot be.
    """
    inbox = open_inbox(settings)
    if inbox is None:
        raise UsageError("还没有收过件，请先用 xlsform collect 收取")
    content, owner = _found(file, inbox)
    acts = tuple(_acts(content, owner, wanted, inbox.decisions, Register(settings.roster)))
    after = made_of(inbox.folder, [*inbox.acts, *acts], inbox.index, settings)
    if acts and not dry_run:
        append(inbox.folder, acts)
        after = open_inbox(settings) or after
    decided = next(whose for one, whose in after.whose if one.sha256 == content.sha256)
    names = {whose.department for whose in (owner, decided) if not whose.held}
    concerned = tuple(one for one in after.versions if one.department in names)
    return Decided(content, decided, after.results[content.sha256], acts, concerned)


def _found(file: str, inbox: Inbox) -> tuple[Content, Whose]:
    """The content of that name, or whose hash begins so. Raises UsageError."""
    exact = [one for one in inbox.whose if one[0].name == file]
    called = exact or [one for one in inbox.whose if any(arrival.name == file for arrival in one[0].arrivals)]
    if not called and re.fullmatch(rf"[0-9a-f]{{{FEWEST},64}}", file.lower()):
        called = [one for one in inbox.whose if one[0].sha256.startswith(file.lower())]
    if len(called) == 1:
        return called[0]
    if called:
        raise UsageError(f"“{file}”有 {len(called)} 个，请写明是哪一个：{_listed(content for content, _ in called)}")
    names = [content.name for content, _ in inbox.whose]
    waiting = [content for content, _ in inbox.whose if inbox.results[content.sha256] is Result.HELD]
    near = nearest_word(file, names)
    if near:
        raise UsageError(f"收到的文件里没有“{file}”，是否为“{near}”")
    if waiting:
        raise UsageError(f"收到的文件里没有“{file}”；待认定的有：{_listed(waiting)}")
    raise UsageError(f"收到的文件里没有“{file}”")


def _listed(all_: Iterable[Content]) -> str:
    return named([f"{content.name}（{content.sha256[:8]}）" for content in all_])


def _acts(content: Content, owner: Whose, wanted: Wanted, decisions: Decisions, register: Register) -> Iterator[Act]:
    """What has to be written. Raises UsageError for what cannot be decided."""
    at, sha256 = now(), content.sha256
    _refuse_contradiction(wanted)
    department = decisions.assigned.get(sha256, "")
    if wanted.undo:
        wanted = Wanted(use=False, ignore=False)
        name = ""
    else:
        name = _registered(wanted.department, content, register) if wanted.department else department
    if name != department:
        yield Assigned(at, sha256, name)
    if wanted.use is not None and wanted.use != (sha256 in decisions.used):
        if wanted.use:
            _refuse_use(content, owner, wanted, decisions)
        yield Used(at, sha256, wanted.use)
    if wanted.ignore is not None and wanted.ignore != (sha256 in decisions.ignored):
        yield Ignored(at, sha256, wanted.ignore)


def _refuse_contradiction(wanted: Wanted) -> None:
    if wanted == Wanted():
        raise UsageError("请写出部门，或 --use、--ignore、--undo 之一")
    if wanted.undo and wanted != Wanted(undo=True):
        raise UsageError("--undo 收回全部决定，不能与其他决定一起用")
    if wanted.ignore and (wanted.department or wanted.use):
        raise UsageError("--ignore 不能与部门、--use 一起用")


def _registered(department: str, content: Content, register: Register) -> str:
    """The department's name in the roster. Raises UsageError for another, and for the file of no single department."""
    if content.evidence.summary:
        raise UsageError(f"{content.name} 是区级汇总表，不归哪一个部门；不计入请用 --ignore")
    known = register.find(department)
    if known is None:
        near = nearest_word(department, _names(register))
        if near:
            raise UsageError(f"名册里没有部门“{department}”，是否为“{near}”")
        raise UsageError(f"名册里没有部门“{department}”")
    return known.name


def _names(register: Register) -> Sequence[str]:
    return [name for one in register.roster for name in (one.name, *one.aliases)]


def _refuse_use(content: Content, owner: Whose, wanted: Wanted, decisions: Decisions) -> None:
    if not content.evidence.forms:
        raise UsageError(f"{content.name} 读不了，不能采用")
    if not content.evidence.answered:
        raise UsageError(f"{content.name} 是空白表，不能固定采用；要撤回以前报来的，请对那一个用 --ignore")
    if owner.held and not wanted.department:
        raise UsageError(f"还不知道 {content.name} 是哪个部门的，请同时写出部门")
    if content.sha256 in decisions.ignored and wanted.ignore is None:
        raise UsageError(f"{content.name} 已定为不计入，要采用请同时写 --no-ignore")
