"""Where the mapping files ask for a rule, line by line as they stand there: what a bureau changes when it changes a threshold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from xlsform.core.errors import Mark
from xlsform.core.spec import FormSet


class Use(NamedTuple):
    """One line (or several, as it is written) of a mapping or relations file: where, its text, and the region it is about ("" for
    relations).
    """

    mark: Mark
    text: str
    region: str = ""


def uses(formset: FormSet) -> Mapping[str, tuple[Use, ...]]:
    """Rule code → the lines that ask for it, in the order of the files."""
    found: dict[str, list[Use]] = {}
    files: dict[str, list[str]] = {}
    for code, mark, region in _asked(formset):
        if mark.file not in files:
            files[mark.file] = Path(mark.file).read_text("utf-8-sig").splitlines()
        found.setdefault(code, []).append(Use(mark, _entry(files[mark.file], mark.line), region))
    return {code: tuple(sorted(lines, key=lambda use: use.mark)) for code, lines in found.items()}


def _asked(formset: FormSet) -> Iterator[tuple[str, Mark, str]]:
    for form in formset.forms:
        yield from ((check.code, check.mark, check.region) for check in form.checks)
    yield from ((relation.code, relation.mark, "") for relation in formset.relations)


def _entry(lines: list[str], number: int) -> str:
    """The list item that begins on this line, without the white space before it."""
    first = lines[number - 1]
    depth = len(first) - len(first.lstrip())
    entry = [first]
    for line in lines[number:]:
        if line.strip() and len(line) - len(line.lstrip()) <= depth:
            break
        entry.append(line)
    while not entry[-1].strip() or entry[-1].lstrip().startswith("#"):
        entry.pop()
    return "\n".join(line[depth:].rstrip() for line in entry)
