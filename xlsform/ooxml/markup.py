"""XML of a package, read safely: small parts as trees, large ones as text in one plain dialect.

A sheet in the plain dialect can be read by pattern, several times faster than by events or trees, and without loss, because
everything the patterns rely on has been proved first, on every byte, by `is_plain`:

- expat found the part well-formed, in UTF-8, without DOCTYPE;
- there are no comments, CDATA sections or processing instructions, and ">" only ends tags, so "<" and ">" delimit tags exactly;
- the spreadsheet namespace is the root's default namespace and bound nowhere else, so its elements are those without a prefix;
- the attribute that addresses an element (r of row and c) comes first, in double quotes.

All that Excel, WPS, LibreOffice, openpyxl, xlsxwriter and POI write is plain. Anything else that is legal (prefixes, UTF-16, comments,
missing r, mc:AlternateContent) is rewritten into the plain dialect by `rewritten`, so there is one reader for all.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape

from lxml import etree

from xlsform.core.cells import address, column_number
from xlsform.core.errors import Rejected
from xlsform.ooxml.package import Package

MAIN: Final = frozenset(
    ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
)
"""The spreadsheet namespace, Transitional and Strict."""
_MC: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_DEPTH: Final = 256
_TREE: Final = 16 * 1024 * 1024
_FAR: Final = 1024 * 1024
"""Bytes without any tag: no legal text or attribute is as long (32,767 characters)."""
_NOT_PLAIN = re.compile(rb'<(?:[!?]|c(?: (?!r=")|[\t\r\n/>])|row(?: (?!r=")|[\t\r\n/>]))')
"""A comment, CDATA section or processing instruction; a row or cell whose first attribute is not r."""
_DECLARATION = re.compile(
    rb"""(?:\xef\xbb\xbf)?<\?xml\s(?:[^?>]*\sencoding=["']utf-8["']|(?![^?>]*encoding))[^?>]*\?>""", re.IGNORECASE
)
_XSTRING = re.compile(r"_x([0-9A-Fa-f]{4})_(?:_x([0-9A-Fa-f]{4})_)?")
_REFERENCE = re.compile(r"&(?:#([0-9]+)|#x([0-9a-fA-F]+)|(lt|gt|amp|quot|apos));")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def tree(part: str, data: bytes) -> etree._Element:
    """A small part as a tree. Raises Rejected: E-XML when it is not well-formed or has a DOCTYPE, E-COMPLEX above 16 MB."""
    if len(data) > _TREE:
        raise Rejected("E-COMPLEX", what=f"部件 {part} 的大小", limit=f"{_TREE >> 20} MB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Rejected("E-XML", part=part, what="不是格式良好的 XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype(part)
    return root


def _doctype(part: str) -> Rejected:
    return Rejected("E-XML", part=part, what="含有 DOCTYPE 声明")


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return etree.QName(element).localname


def blocks(chunks: Iterable[bytes], part: str) -> Iterator[bytes]:
    """The same bytes, cut so that each block but the first begins with "<": no tag is ever split. One chunk stays one block."""
    rest = b""
    for chunk in chunks:
        if not rest:
            rest = chunk
            continue
        whole = rest + chunk
        cut = whole.rfind(b"<")
        if cut > 0:
            yield whole[:cut]
            rest = whole[cut:]
        else:
            rest = whole
            if len(rest) > _FAR:
                raise Rejected("E-COMPLEX", what=f"部件 {part} 中单个文本的长度", limit="1 MB")
    yield rest


def is_plain(part: str, chunks: Iterable[bytes]) -> bool:
    """Whether a part is in the plain dialect.

    Raises Rejected: E-XML when the part is not well-formed or has a DOCTYPE.
    """
    bound: list[tuple[str | None, str]] = []
    parser = _parser(part)
    parser.StartNamespaceDeclHandler = lambda prefix, uri: bound.append((prefix, uri))
    plain, start = True, 0
    for index, block in enumerate(blocks(chunks, part)):
        _feed(parser, part, block, False)
        if index == 0:
            declaration = _DECLARATION.match(block)
            start = declaration.end() if declaration else 0
            plain = b"\0" not in block[:4] and not block.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
        plain = (
            plain
            and _NOT_PLAIN.search(block, start) is None
            and block.count(b"<") == block.count(b">")
            and b"AlternateContent" not in block
        )
        start = 0
    _feed(parser, part, b"", True)
    homes = [(prefix, uri) for prefix, uri in bound if prefix is None or uri in MAIN]
    return plain and len(homes) == 1 and homes[0][0] is None and homes[0][1] in MAIN


def _parser(part: str) -> expat.XMLParserType:
    def refuse(*_: object) -> None:
        raise _doctype(part)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _feed(parser: expat.XMLParserType, part: str, block: bytes, last: bool) -> None:
    try:
        parser.Parse(block, last)
    except expat.ExpatError as error:
        raise Rejected("E-XML", part=part, what=f"第 {error.lineno} 行不是格式良好的 XML") from error
    except (LookupError, ValueError) as error:
        raise Rejected("E-XML", part=part, what="字符编码不能识别") from error


def plain_text(chunks: Iterable[bytes], part: str) -> Iterator[str]:
    """A part that `is_plain`, as text blocks that split no tag, its line ends made one newline each."""
    for index, block in enumerate(blocks(chunks, part)):
        text = (block.removeprefix(BOM_UTF8) if index == 0 else block).decode()
        yield text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def rewritten(chunks: Iterable[bytes], part: str) -> Iterator[str]:
    """A legal part that is not plain, in the plain dialect; elements of other namespaces are left out, rows and cells get their r.

    Raises Rejected: E-XML as `is_plain` does, E-COMPLEX when elements nest deeper than 256.
    """
    writer = _Rewriter(part)
    for block in blocks(chunks, part):
        _feed(writer.parser, part, block, False)
        yield writer.taken()
    _feed(writer.parser, part, b"", True)
    yield writer.taken()


class _Rewriter:
    """The state of one rewriting: what has been written and not yet taken, where we are, and what is being left out."""

    def __init__(self, part: str) -> None:
        self.parser = _parser(part)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._out: list[str] = []
        self._depth = 0
        self._left_out = 0
        self._row = 0
        self._col = 0

    def taken(self) -> str:
        """What has been written since the last time."""
        text = "".join(self._out)
        self._out.clear()
        return text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise Rejected("E-COMPLEX", what="XML 的嵌套层数", limit=str(_DEPTH))
        space, _, leaf = name.rpartition(" ")
        if self._left_out:
            return
        if space == _MC and leaf in ("AlternateContent", "Fallback"):
            return  # nothing this reader takes from a sheet needs a choice; the fallback is for everybody
        if space not in MAIN:
            self._left_out = self._depth
            return
        own = {key: value for key, value in attributes.items() if " " not in key}
        if leaf in ("row", "c"):
            own = {"r": self._address(leaf, own), **own}
        self._out.append(f"<{leaf}{''.join(f' {key}={_quoted(value)}' for key, value in own.items())}>")

    def _address(self, leaf: str, attributes: dict[str, str]) -> str:
        """The address of a row or cell, counted on when it is not given."""
        given = attributes.get("r", "")
        if leaf == "row":
            self._row, self._col = int(given) if re.fullmatch("[0-9]{1,9}", given) else self._row + 1, 0
            return given or str(self._row)
        letters = re.match("[A-Z]{1,3}", given)
        self._col = column_number(letters[0]) if letters else self._col + 1
        return given or address(self._row, self._col)

    def _end(self, name: str) -> None:
        left_out, self._depth = self._left_out, self._depth - 1
        if left_out:
            if self._depth < left_out:
                self._left_out = 0
            return
        space, _, leaf = name.rpartition(" ")
        if space != _MC:
            self._out.append(f"</{leaf}>")

    def _text(self, text: str) -> None:
        if not self._left_out:
            self._out.append(escape(text, {"\r": "&#13;"}))


def _quoted(value: str) -> str:
    return '"' + escape(value, {'"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}) + '"'


def cut_before(texts: Iterable[str], mark: str) -> Iterator[str]:
    """The same text in pieces that each, but for the first, begin with the mark: what it opens is never split."""
    rest: list[str] = []
    for text in texts:
        at = text.rfind(mark)
        if rest and at >= 0:
            yield "".join(rest) + text[:at]
            rest = [text[at:]]
        else:
            rest.append(text)
    yield "".join(rest)


def plain_part(package: Package, name: str) -> Iterator[str]:
    """A part of a package as text in the plain dialect, in blocks that split no tag, whatever it is written in.

    The whole part is checked, once, before the first block is given out. Raises Rejected as `is_plain` and `rewritten` do.
    """
    if name not in package.plain:
        package.plain[name] = is_plain(name, package.chunks(name))
    return (plain_text if package.plain[name] else rewritten)(package.chunks(name), name)


def unescaped(text: str) -> str:
    """The characters that a plain text stands for: entity and character references resolved."""
    if "&" not in text:
        return text
    if "&#" in text:
        return _REFERENCE.sub(_referenced, text)
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&apos;", "'")
    return plain.replace("&amp;", "&")


def _referenced(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return _NAMED[name]
    return chr(int(decimal) if decimal else int(hexadecimal, 16))


def xstring(text: str) -> str:
    """An ST_Xstring's `_xHHHH_` escapes decoded, once; a lone surrogate stays as it was written, no text could hold it."""
    return _XSTRING.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    first, second = int(match[1], 16), int(match[2], 16) if match[2] else None
    if 0xD800 <= first <= 0xDBFF and second is not None and 0xDC00 <= second <= 0xDFFF:
        return chr(0x10000 + (first - 0xD800 << 10) + (second - 0xDC00))
    tail = match[0][7:]
    head = match[0][:7] if 0xD800 <= first <= 0xDFFF else chr(first)
    return head + (xstring(tail) if tail else "")
