"""What becomes of the parts of a package while it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from xlsform.ooxml.front_out import selected
from xlsform.ooxml.package import Package
from xlsform.ooxml.styles_out import Styles
from xlsform.ooxml.xmltext import decode

Content = Callable[[], Iterable[bytes]]
"""A part's bytes in pieces, made when they are written."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Parts to be written otherwise, left out, or added behind another, by normal name; `styles` is asked when all else is written."""

    styles_part: str
    styles: Styles
    replaced: dict[str, Content] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    added: dict[str, list[tuple[str, Content]]] = field(default_factory=dict)
    types: list[tuple[str, str]] = field(default_factory=list)


def ready(part: bytes) -> Content:
    """The content of a part that is known as a whole."""
    return lambda: (part,)


def replace_text(package: Package, part: str, change: Callable[[str], str], changes: Changes) -> None:
    """Note what `change` makes of a part's text, when it makes anything of it."""
    text = decode(package.read(part))
    new = change(text)
    if new != text:
        changes.replaced[part] = ready(new.encode())


def selected_content(content: Content, *, chosen: bool) -> Iterator[bytes]:
    """A sheet's content, whose first piece holds all that stands before its rows, among the selected sheets or not."""
    pieces = iter(content())
    yield selected(decode(next(pieces)), chosen=chosen).encode()
    yield from pieces
