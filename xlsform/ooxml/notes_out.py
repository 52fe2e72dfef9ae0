"""A part of notes (xl/comments1.xml): notes put on cells, and the lines below a mark taken out of them again.

What a note says already stays run by run; what is added is a run of its own, so that cutting it off gives back what there was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from xlsform.core.cells import Spot, address, fits_in_cell
from xlsform.core.edits import Note
from xlsform.ooxml.markup import unescaped, xstring
from xlsform.ooxml.moves import parse_cell
from xlsform.ooxml.parts_out import DECLARATION
from xlsform.ooxml.xmltext import Element, elements, escape_string, nodes, quiet, root

FONT_SIZE = 9
"""Points, of 宋体, the font of the notes that Chinese Excel makes."""

_THREAD = "tc="
"""What Excel begins the author of a note with that stands for a thread of comments; the note's text is made from the thread."""
_BLANK = re.compile(r"\s*\Z")


def no_notes(main: str) -> str:
    """A part without notes; `main` is the namespace of sheets."""
    return f'{DECLARATION}<comments xmlns="{main}"><authors></authors><commentList></commentList></comments>'


class _Notes(NamedTuple):
    """A part of notes taken apart: what stands before and behind its authors' and its notes' nodes."""

    before: str
    root: Element
    nodes: list[Element | str]
    behind: str
    authors: Element
    listed: Element

    def part(self, authors: str, listed: str) -> str:
        new = {"authors": self.authors.with_content(authors), "commentList": self.listed.with_content(listed)}
        content = "".join(str(new.get(node.local, node)) if isinstance(node, Element) else node for node in self.nodes)
        return f"{self.before}{self.root.with_content(content)}{self.behind}"


def _taken_apart(part: str) -> _Notes:
    before, top, behind = root(part)
    found = list(nodes(top.content))
    by_name = {node.local: node for node in found if isinstance(node, Element)}
    for name in ("commentList", "authors"):  # the schema demands both, not every program writes them
        if name not in by_name:
            full = top.prefix + name
            by_name[name] = Element(full, f"<{full}>", "", f"</{full}>")
            place = found.index(by_name["authors"]) + 1 if name == "commentList" and "authors" in by_name else 0
            found.insert(place, by_name[name])
    return _Notes(before, top, found, behind, by_name["authors"], by_name["commentList"])


def _author_names(authors: Element) -> list[str]:
    return [xstring(unescaped(quiet(author.content))) for author in authors.children("author")]


def _author_number(comment: Element) -> int:
    said = comment.get("authorId", "0")
    return int(said) if said.isdecimal() else -1


def cells_noted(part: str) -> frozenset[Spot]:
    """The cells that have a note."""
    return frozenset(parse_cell(comment.get("ref")) for comment in _taken_apart(part).listed.children("comment"))


def threaded(part: str) -> frozenset[Spot]:
    """The cells whose note only stands for a thread of comments."""
    return _threads(_taken_apart(part))


def _threads(notes: _Notes) -> frozenset[Spot]:
    threads = {
        number for number, name in enumerate(_author_names(notes.authors)) if name.strip().lower().startswith(_THREAD)
    }
    return frozenset(
        parse_cell(comment.get("ref"))
        for comment in notes.listed.children("comment")
        if _author_number(comment) in threads
    )


# --- notes put ---------------------------------------------------------------------------------------------------------


def noted(part: str, notes: Sequence[Note]) -> str:
    """The part with these notes; new ones stand in the order of rows and columns among those there are.

    Raises ValueError for a text that is longer than a note can be.
    """
    old = _taken_apart(part)
    authors, names = old.authors, _author_names(old.authors)
    prefix = old.root.prefix
    there = {parse_cell(comment.get("ref")): comment for comment in old.listed.children("comment")}
    new: dict[Spot, Element] = {}
    for note in notes:
        cell = (note.row, note.col)
        known = there if cell in there else new
        if cell in known:
            known[cell] = _continued(known[cell], note)
        else:
            if note.author not in names:
                names.append(note.author)
                author = f"<{prefix}author>{escape_string(note.author)}</{prefix}author>"
                authors = authors.with_content(authors.content + author)
            new[cell] = _comment(prefix, note, names.index(note.author))
    return old.part(authors.content, "".join(_merged(old.listed, there, sorted(new.items()))))


def _merged(listed: Element, there: Mapping[Spot, Element], new: Sequence[tuple[Spot, Element]]) -> Iterator[str]:
    at = 0
    for node in nodes(listed.content):
        if not isinstance(node, Element) or node.local != "comment":
            yield str(node)
            continue
        cell = parse_cell(node.get("ref"))
        while at < len(new) and new[at][0] < cell:
            yield str(new[at][1])
            at += 1
        yield str(there[cell])
    yield from (str(comment) for _, comment in new[at:])


def _comment(prefix: str, note: Note, author: int) -> Element:
    name = f"{prefix}comment"
    tag = f'<{name} ref="{address(note.row, note.col)}" authorId="{author}" shapeId="0">'
    return Element(name, tag, f"<{prefix}text>{_run(prefix, note.text)}</{prefix}text>", f"</{name}>")


def _run(prefix: str, text: str) -> str:
    if not fits_in_cell(text):
        raise ValueError(f"a note of {len(text)} characters is longer than a note can be")
    look = (
        f'<{prefix}sz val="{FONT_SIZE}"/><{prefix}color indexed="81"/><{prefix}rFont val="宋体"/>'
        f'<{prefix}family val="3"/><{prefix}charset val="134"/>'
    )
    content = escape_string(text.replace("\r\n", "\n").replace("\r", "\n"))
    return (
        f'<{prefix}r><{prefix}rPr>{look}</{prefix}rPr><{prefix}t xml:space="preserve">{content}</{prefix}t></{prefix}r>'
    )


def _continued(comment: Element, note: Note) -> Element:
    """The note with one more run, on a line of its own; a text without runs becomes the first run."""
    prefix = comment.prefix
    inside = list(nodes(comment.content))
    if not comment.children("text"):
        inside = [Element(f"{prefix}text", f"<{prefix}text>", "", f"</{prefix}text>"), *inside]
    if not fits_in_cell("".join(map(_said, comment.children("text"))) + "\n" + note.text):
        raise ValueError(f"the note at {address(note.row, note.col)} of {note.sheet!r} would be too long")
    run = _run(prefix, "\n" + note.text)
    content = "".join(
        str(_with_run(node, prefix, run)) if isinstance(node, Element) and node.local == "text" else str(node)
        for node in inside
    )
    return comment.with_content(content)


def _said(text: Element) -> str:
    return "".join(_run_text(node) for node in elements(text.content))


def _with_run(text: Element, prefix: str, run: str) -> Element:
    out: list[str] = []
    done = False
    for node in nodes(text.content):
        if isinstance(node, Element) and node.local in {"rPh", "phoneticPr"} and not done:
            out.append(run)
            done = True
        is_plain = isinstance(node, Element) and node.local == "t"
        out.append(f"<{prefix}r>{node}</{prefix}r>" if is_plain else str(node))
    return text.with_content("".join(out) + ("" if done else run))


# --- notes cut ---------------------------------------------------------------------------------------------------------


class Unmarked(NamedTuple):
    """A part of notes without what stood below a mark: "" when no note is left; the cells whose note is gone, or shorter."""

    part: str
    gone: frozenset[Spot]
    shorter: frozenset[Spot]


def unmarked(part: str, mark: str) -> Unmarked:
    """Cut from every note the line that begins with `mark` and all below it; threads of comments stay as they are."""
    old = _taken_apart(part)
    threads = _threads(old)
    begins = re.compile(rf"(?:\A|\r\n|\r|\n)(?={re.escape(mark)})")
    gone: dict[Spot, int] = {}
    shorter: set[Spot] = set()
    used: set[int] = set()
    out: list[Element | str] = []
    left = 0
    for node in nodes(old.listed.content):
        if not isinstance(node, Element) or node.local != "comment":
            out.append(node)
            continue
        cell, author = parse_cell(node.get("ref")), _author_number(node)
        cut = _cut(node, begins) if cell not in threads else node
        if cut is None:
            gone[cell] = author
            continue
        if cut is not node:
            shorter.add(cell)
        out.append(cut)
        used.add(author)
        left += 1
    if not gone and not shorter:
        return Unmarked(part, frozenset(), frozenset())
    authors = _authors_left(old.authors, frozenset(gone.values()) - used, used)
    new = old.part(authors, "".join(map(str, out))) if left else ""
    return Unmarked(new, frozenset(gone), frozenset(shorter))


def _authors_left(authors: Element, done: frozenset[int], used: set[int]) -> str:
    """The authors without those at the end who wrote nothing but what is gone: no number of another author changes."""
    kept: list[Element | str] = list(nodes(authors.content))
    numbers = [at for at, node in enumerate(kept) if isinstance(node, Element)]
    while numbers and len(numbers) - 1 in done and len(numbers) - 1 not in used:
        del kept[numbers.pop()]
    return "".join(map(str, kept))


def _run_text(node: Element | str) -> str:
    """What a <t>, or the <t> of a <r>, says."""
    if not isinstance(node, Element):
        return ""
    if node.local == "t":
        return xstring(unescaped(quiet(node.content)))
    return "".join(map(_run_text, node.children("t"))) if node.local == "r" else ""


def _cut(comment: Element, begins: re.Pattern[str]) -> Element | None:
    """The note up to the mark: the very same when it has none, None when nothing is left."""
    text = next(iter(comment.children("text")), None)
    if text is None:
        return comment
    said = _said(text)
    found = begins.search(said)
    if found is None:
        return comment
    if _BLANK.match(said[: found.start()]):
        return None
    cut = text.with_content("".join(map(str, _runs_until(text, found.start()))))
    return comment.with_content(comment.content.replace(str(text), str(cut), 1))


def _runs_until(text: Element, end: int) -> list[Element | str]:
    """The nodes of a note's text with no more than its first `end` characters; one run without a look of its own is plain text."""
    out: list[Element | str] = []
    at, ended = 0, False
    for node in nodes(text.content):
        said = _run_text(node)
        if isinstance(node, Element) and node.local in {"t", "r"} and (ended or at + len(said) > end):
            if at < end and not ended:
                out.append(_shortened(node, said[: end - at]))
            ended = True
            continue
        out.append(node)
        at += len(said)
    runs = [node for node in out if isinstance(node, Element)]
    if len(runs) == 1 and runs[0].local == "r" and [inner.local for inner in runs[0].children()] == ["t"]:
        return [inner for node in out for inner in (nodes(node.content) if isinstance(node, Element) else (node,))]
    return out


def _shortened(node: Element, said: str) -> Element:
    """A run (or plain text) that says only the beginning of what it said."""
    if node.local == "t":
        return node.with_attribute("xml:space", "preserve").with_content(escape_string(said))
    content = "".join(
        str(_shortened(inner, said)) if isinstance(inner, Element) and inner.local == "t" else str(inner)
        for inner in nodes(node.content)
    )
    return node.with_content(content)
