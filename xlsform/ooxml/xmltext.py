"""XML as text, to be patched: elements found, attributes set, everything else left letter for letter as it was.

A patching writer may not serialise anew: prefixes, the order of attributes, mc:Ignorable declarations and unknown extensions must
come out as they came in. The parts worked on were found sound when the package was opened, so they are well formed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from xlsform.ooxml.markup import unescaped

_INSIDE = r"""(?:[^"'>/]++|"[^"]*+"|'[^']*+'|/(?!>))*+"""
TAG = re.compile(rf"<(?:!--.*?--|!\[CDATA\[.*?\]\]|\?.*?\?|(/?)([^\s/>!?]++)({_INSIDE})(/?))>", re.DOTALL)
_START = re.compile(r"""<([^\s/>!?]++)(?:[^"'>]++|"[^"]*+"|'[^']*+')*+>""")
"""A start tag, taken in one go; an empty element's ends with />."""
_ATTRIBUTE = re.compile(r"""([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ENCODED = re.compile(r"""(<\?xml[^>]*?encoding\s*=\s*["'])[^"']+""")
_QUIET = re.compile(r"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)

# Characters that XML 1.0 cannot hold (or, a bare CR, would not keep), and texts that would be read as an escape for one.
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def _special(found: re.Match[str]) -> str:
    return _ENTITIES.get(found[0]) or f"_x{ord(found[0]):04X}_"


def escape_string(text: str) -> str:
    """A cell's text as the content of <t>: what XML forbids becomes _xHHHH_, a literal _xHHHH_ becomes _x005F_xHHHH_; line breaks stay."""
    if "_x" in text:
        text = _ESCAPE_LIKE.sub("_x005F_", text)
    return _SPECIAL.sub(_special, text) if _SPECIAL.search(text) is not None else text


def escape(text: str) -> str:
    """Text (a name, a formula, a reference) as element content or as the value of a quoted attribute."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;") if '"' in text else text


def escape_content(text: str) -> str:
    """As `escape`, where quotation marks (frequent in formulas) may stand as they are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def decode(part: bytes) -> str:
    """A part's text; what was UTF-16 declares UTF-8 from now on. Raises ValueError for other encodings."""
    if part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _ENCODED.sub(r"\1UTF-8", part.decode("utf-16"), count=1)
    declared = _ENCODING.match(part.removeprefix(b"\xef\xbb\xbf"))
    if declared is not None and declared[1].lower() not in {b"utf-8", b"us-ascii"}:
        raise ValueError(f"a part in the encoding {declared[1].decode('ascii')} cannot be patched")
    return part.decode("utf-8")


def quiet(text: str) -> str:
    """Comments dropped and CDATA turned into escaped text, so that tags can be found by their letters alone."""
    if "<!" not in text:
        return text
    return _QUIET.sub(lambda found: "" if found[1] is None else escape_content(found[1]), text)


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a start tag, by qualified name."""
    return {name: unescaped(double or single) for name, double, single in _ATTRIBUTE.findall(tag)}


@lru_cache(maxsize=256)
def _attribute(name: str) -> re.Pattern[str]:
    return re.compile(rf"""\s{re.escape(name)}\s*=\s*(?:"[^"]*"|'[^']*')""")


def with_attribute(tag: str, name: str, value: str | None) -> str:
    """The start tag with one attribute set, or removed when value is None; the others stay as they stand, a new one comes last."""
    found = _attribute(name).search(tag)
    if found is not None:
        return tag[: found.start()] + ("" if value is None else f' {name}="{escape(value)}"') + tag[found.end() :]
    if value is None:
        return tag
    end = len(tag) - (2 if tag.endswith("/>") else 1)
    return f'{tag[:end].rstrip()} {name}="{escape(value)}"{tag[end:]}'


class Element(NamedTuple):
    """One element as it stands in its part: qualified name, start tag, content, end tag ("" when the start tag is empty)."""

    name: str
    tag: str
    content: str
    end: str

    def __str__(self) -> str:
        return self.tag + self.content + self.end

    @property
    def local(self) -> str:
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix with its colon, "" when there is none."""
        return self.name[: len(self.name) - len(self.local)]

    def get(self, attribute: str, default: str = "") -> str:
        """An attribute's value, `default` when there is none."""
        return attributes(self.tag).get(attribute, default) if attribute in self.tag else default

    def with_content(self, content: str) -> Element:
        """The element with another content; an empty-element tag is opened for it."""
        if self.end or not content:
            return self._replace(content=content)
        return Element(self.name, self.tag[:-2].rstrip() + ">", content, f"</{self.name}>")

    def with_attribute(self, name: str, value: str | None) -> Element:
        """The element with one attribute set, or removed when value is None."""
        return self._replace(tag=with_attribute(self.tag, name, value))

    def children(self, *names: str) -> list[Element]:
        """The child elements of these local names, all when none is given."""
        return [child for child in elements(self.content) if not names or child.local in names]


def nodes(text: str) -> Iterator[Element | str]:
    """The elements of the outermost level of `text` and the strings (white space, comments) between them, in order.

    Raises ValueError for an element that is not closed.
    """
    if "<!" in text or text.rfind("<?") > text.find("<"):
        yield from _nodes_among_comments(text)
        return
    done = at = 0
    while (start := text.find("<", at)) >= 0:
        found = _START.match(text, start)
        if found is None:
            at = start + 1  # of a declaration <?xml … ?>
            continue
        if start > done:
            yield text[done:start]
        at = found.end()
        name, tag = found[1], found[0]
        if tag[-2] == "/":
            yield Element(name, tag, "", "")
        else:
            close = _closing(text, name, at)
            content, at = text[at:close], text.index(">", close) + 1
            yield Element(name, tag, content, text[close:at])
        done = at
    if done < len(text):
        yield text[done:]


def _closing(text: str, name: str, start: int) -> int:
    """Where the end tag of an element begins whose content begins at `start`; found by its letters alone unless it holds others of its name."""
    close, at = f"</{name}", start - 1
    while (at := text.find(close, at + 1)) >= 0 and text[at + len(close)] not in "> \t\r\n":
        continue
    if at < 0:
        raise ValueError("an element is not closed")
    if text.find(f"<{name}", start, at) < 0:
        return at
    depth = 1
    for found in TAG.finditer(text, start):
        if found[2] == name:
            depth += -1 if found[1] else not found[4]
            if not depth:
                return found.start()
    raise ValueError("an element is not closed")


def _nodes_among_comments(text: str) -> Iterator[Element | str]:
    """The same where comments, CDATA and processing instructions may hold what looks like tags."""
    depth = done = start = opened = 0
    for found in TAG.finditer(text):
        name = found[2]
        if name is None:
            continue
        if found[1]:
            depth -= 1
            if depth == 0:
                yield Element(
                    text[start + 1 : start + 1 + len(name)], text[start:opened], text[opened : found.start()], found[0]
                )
                done = found.end()
        elif depth:
            depth += not found[4]
        else:
            if found.start() > done:
                yield text[done : found.start()]
            start, opened = found.span()
            if found[4]:
                yield Element(name, found[0], "", "")
                done = opened
            else:
                depth = 1
    if depth:
        raise ValueError("an element is not closed")
    if done < len(text):
        yield text[done:]


def elements(text: str) -> Iterator[Element]:
    """The elements of the outermost level of `text`."""
    return (node for node in nodes(text) if isinstance(node, Element))


def root(part: str) -> tuple[str, Element, str]:
    """(what stands before, the root element, what stands behind it). Raises ValueError when there is none."""
    pieces = nodes(part)
    before = ""
    for node in pieces:
        if isinstance(node, Element):
            return before, node, "".join(map(str, pieces))
        before += node
    raise ValueError("a part without a root element")


Change = Mapping[str, Callable[[Element], Element | str]]
"""By local name, what becomes of an element."""


def rewritten(text: str, change: Change) -> str:
    """`text` with the elements of its outermost level replaced by what `change` makes of them; all others stay."""
    return "".join(
        str(change[node.local](node)) if isinstance(node, Element) and node.local in change else str(node)
        for node in nodes(text)
    )


def relation_id(element: Element) -> str:
    """The value of the relationship attribute (r:id, whatever its prefix), "" when there is none."""
    said = attributes(element.tag)
    return next((value for name, value in said.items() if ":" in name and name.rpartition(":")[2] == "id"), "")
