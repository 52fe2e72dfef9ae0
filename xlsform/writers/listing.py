"""What a problem list (问题清单) holds, whatever it is written as: .xlsx, .html or .sarif."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import NamedTuple
from urllib.parse import quote

from xlsform.core.catalogue import CAUSES, RULES, Lang
from xlsform.core.findings import Finding, Level, Standing, Unevaluated
from xlsform.core.reasons import REFUSALS
from xlsform.core.waivers import Waiver

_PLAIN = "/()（）-_.~!$&'*+,;=@"


class Listing(NamedTuple):
    """headline: what was read and found, in a sentence; findings in the order of reports; links: from the list to each file that it
    names, as relative URLs; forms and fields: what a clerk calls them, by form id and (form id, field key).
    """

    headline: str
    findings: tuple[Finding, ...] = ()
    unevaluated: tuple[Unevaluated, ...] = ()
    unused: tuple[Waiver, ...] = ()
    links: Mapping[str, str] = {}
    lang: Lang = "zh"
    forms: Mapping[str, str] = {}
    fields: Mapping[tuple[str, str], str] = {}

    def say(self, zh: str, en: str) -> str:
        """The word in the list's language."""
        return en if self.lang == "en" else zh

    def level(self, level: Level) -> str:
        """错误, 警告, 提示."""
        return self.say(level.label, level.key)

    def standing(self, standing: Standing) -> str:
        """The word for a finding's standing; an open one has none."""
        return "" if standing is Standing.OPEN else self.say(standing.label, standing.value)

    def title(self, code: str) -> str:
        """What a rule is called, "" for a bureau's own."""
        rule = RULES.get(code)
        return "" if rule is None else self.say(rule.title, rule.title_en)

    def cause(self, one: Unevaluated) -> str:
        """Why a rule was not evaluated."""
        return self.say(CAUSES[one.why].zh, CAUSES[one.why].en)

    @property
    def skipped(self) -> int:
        """How many rules were not evaluated, each once for every form of a department."""
        return len({(one.code, one.department, one.form) for one in self.unevaluated})

    @property
    def spoken(self) -> list[Finding]:
        """The findings with a reason or a waiver."""
        return [one for one in self.findings if one.standing is not Standing.OPEN]

    def ruling(self, finding: Finding) -> str:
        """Why a finding is waived, or why its reason is refused."""
        refusal = REFUSALS.get(finding.ruling) if finding.standing is Standing.REFUSED else None
        return finding.ruling if refusal is None else self.say(refusal.zh, refusal.en)


def place_of(waiver: Waiver) -> str:
    """waivers.yaml:7."""
    return f"{PurePath(waiver.mark.file).name}:{waiver.mark.line}"


def relative_links(files: Mapping[str, Path], folder: Path) -> dict[str, str]:
    """From a list that lies in `folder` to each file, by the name under which findings know it; whole URLs across drives."""
    here = folder.resolve()
    links = {}
    for name, path in files.items():
        there = path.resolve()
        try:
            links[name] = url(Path(os.path.relpath(there, here)).as_posix())
        except ValueError:  # another drive of a Windows machine
            links[name] = there.as_uri()
    return links


def url(path: str) -> str:
    """A path as a relative URL. Chinese letters stay as they are, as people and Excel read them; bytes that are no text are escaped."""
    return "".join(sign if _stays(sign) else quote(sign, errors="surrogateescape") for sign in path)


def _stays(sign: str) -> bool:
    return sign in _PLAIN or sign.isalnum() or (sign > "\x7f" and sign.isprintable())
