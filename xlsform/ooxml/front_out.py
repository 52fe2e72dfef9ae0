"""Which sheet is in front: the windows of workbook.xml, and the sheets' own mark of being selected."""

from __future__ import annotations

from collections.abc import Callable

from xlsform.ooxml.workbook_out import listed_sheets
from xlsform.ooxml.xmltext import TAG, Element, attributes, decode, elements, nodes, rewritten, root, with_attribute

_TRUE = frozenset({"1", "true"})
_BEFORE_VIEWS = frozenset({"sheetPr", "dimension"})


def activated(part: bytes, sheet: str, base: bytes) -> bytes:
    """workbook.xml whose windows show this sheet; one that showed a sheet of that number in the base says it as it did there.

    Raises ValueError when there is no sheet of that name, or it is hidden.
    """
    before, book, behind = root(decode(part))
    sheets = listed_sheets(book)
    at = next((at for at, one in enumerate(sheets) if one.get("name") == sheet), None)
    if at is None or sheets[at].get("state", "visible") != "visible":
        raise ValueError(f"the workbook cannot open on {sheet!r}: there is no such sheet to be seen")
    said = [view.get("activeTab") for views in root(decode(base))[1].children("bookViews") for view in views.children()]
    windows = iter(said)

    def as_said(view: Element) -> Element:
        was = next(windows, str(at))
        return view.with_attribute("activeTab", was or None) if int(was or "0") == at else view

    content = _with_windows(in_front(book.content, book.prefix, at), as_said)
    return f"{before}{book.with_content(content)}{behind}".encode()


def in_front(content: str, prefix: str, sheet: int) -> str:
    """The content of workbook.xml whose windows show the sheet of this number; it gets a window when it has none."""

    def view(element: Element) -> Element:
        if int(element.get("firstSheet", "0")) > sheet:
            element = element.with_attribute("firstSheet", str(sheet))  # its tab must be among those shown
        return (
            element if int(element.get("activeTab", "0")) == sheet else element.with_attribute("activeTab", str(sheet))
        )

    if has_window(content):
        return _with_windows(content, view)
    shown = f' activeTab="{sheet}"' if sheet else ""
    window = f"<{prefix}bookViews><{prefix}workbookView{shown}/></{prefix}bookViews>"
    content = rewritten(content, {"bookViews": lambda _: ""})
    return rewritten(content, {"sheets": lambda listed: f"{window}{listed}"})


def _with_windows(content: str, change: Callable[[Element], Element]) -> str:
    def views(element: Element) -> Element:
        return element.with_content(rewritten(element.content, {"workbookView": change}))

    return rewritten(content, {"bookViews": views})


def has_window(content: str) -> bool:
    """Whether workbook.xml says how it is shown; a sheet's view that speaks of no window makes Excel repair the file."""
    return any(element.local == "bookViews" and element.children("workbookView") for element in elements(content))


def selected(text: str, *, chosen: bool) -> str:
    """A sheet's part, at least all that stands before its rows, that is or is not among the selected sheets.

    One that no longer is says so in the same place, so that it can be as it was.
    """
    if not chosen and text.find("tabSelected", 0, max(text.find("sheetData"), 0)) < 0:
        return text
    out: list[str] = []
    done, start, data = 0, 0, len(text)
    for found in TAG.finditer(text):
        name = (found[2] or "").rpartition(":")[2]
        start = start or (found.end() if name else 0)
        if name == "sheetData":
            data = found.start()
            break
        if name == "sheetView" and not found[1]:
            was = attributes(found[0]).get("tabSelected")
            tag = found[0] if not chosen and was not in _TRUE else with_attribute(found[0], "tabSelected", "01"[chosen])
            out += (text[done : found.start()], tag)
            done = found.end()
    if out or not chosen:
        return "".join(out) + text[done:]
    prefix = text[data + 1 :].partition("sheetData")[0]
    head = list(nodes(text[start:data]))
    behind = (at for at, node in enumerate(head) if isinstance(node, Element) and node.local not in _BEFORE_VIEWS)
    view = f'<{prefix}sheetViews><{prefix}sheetView tabSelected="1" workbookViewId="0"/></{prefix}sheetViews>'
    head.insert(next(behind, len(head)), view)
    return text[:start] + "".join(map(str, head)) + text[data:]
