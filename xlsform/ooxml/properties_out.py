"""docProps/custom.xml: the properties that a workbook has of its own; the part comes with the first and goes with the last."""

from __future__ import annotations

from collections.abc import Sequence

from xlsform.core.edits import Property
from xlsform.ooxml.markup import unescaped, xstring
from xlsform.ooxml.package import Package
from xlsform.ooxml.parts_out import DECLARATION, UNWRITABLE, Part, attached, detached, free_part, prefix_of
from xlsform.ooxml.workbook import related
from xlsform.ooxml.xmltext import Element, decode, escape, escape_string, nodes, root

_KINDS = ("custom-properties", "customProperties")
"""The last word of the relationship's type, in Transitional and in Strict packages."""
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_FIRST_ID = 2
"""Numbers 0 and 1 are taken by the format itself."""
_LONGEST_NAME = 255


def with_properties(package: Package, edits: Sequence[Property]) -> Package:
    """The package with these properties; the very same when nothing changes. Raises ValueError for a name no property can have."""
    if not edits:
        return package
    part = next((one.target for one in related(package, "", *_KINDS)), "")
    is_strict = "_rels/.rels" in package and b"purl.oclc.org" in package.read("_rels/.rels")
    old = decode(package.read(part)) if part else _none(is_strict)
    new = old
    for edit in edits:
        new = _with_property(new, edit)
    if new == old:
        return package
    if not part:
        is_free = "docprops/custom.xml" not in package
        name = "docProps/custom.xml" if is_free else free_part(package, "docProps/custom", ".xml")
        kind = f"{_STRICT}/relationships/{_KINDS[1]}" if is_strict else f"{_OFFICE}/relationships/{_KINDS[0]}"
        return attached(package, "", Part(name, kind, _CONTENT_TYPE, new.encode()))[0]
    if root(new)[1].children("property"):
        return package.overlaid({part: new.encode()})
    return detached(package, "", part)


def _none(is_strict: bool) -> str:
    own, types = (
        (f"{_STRICT}/customProperties", f"{_STRICT}/docPropsVTypes")
        if is_strict
        else (f"{_OFFICE}/custom-properties", f"{_OFFICE}/docPropsVTypes")
    )
    return f'{DECLARATION}<Properties xmlns="{own}" xmlns:vt="{types}"></Properties>'


def _with_property(part: str, edit: Property) -> str:
    before, properties, behind = root(part)
    if not 1 <= len(edit.name) <= _LONGEST_NAME or UNWRITABLE.search(edit.name):
        raise ValueError(f"{edit.name!r} cannot be the name of a property")
    folded = edit.name.casefold()
    listed = list(nodes(properties.content))
    places = [
        at
        for at, node in enumerate(listed)
        if isinstance(node, Element) and node.local == "property" and node.get("name").casefold() == folded
    ]
    if edit.value is None:
        kept = [node for at, node in enumerate(listed) if at not in places]
        return f"{before}{properties.with_content(''.join(map(str, kept)))}{behind}"
    value = _text(properties, edit.value)
    if places:
        listed[places[0]] = _changed(listed[places[0]], value, edit.value)
    else:
        ids = (int(one.get("pid")) for one in properties.children("property") if one.get("pid").isdecimal())
        number = max(ids, default=_FIRST_ID - 1) + 1
        p = properties.prefix
        name = escape(edit.name)
        listed.append(f'<{p}property fmtid="{_FORMAT}" pid="{number}" name="{name}">{value}</{p}property>')
    return f"{before}{properties.with_content(''.join(map(str, listed)))}{behind}"


def _text(properties: Element, text: str) -> str:
    uri = f"{_STRICT if _STRICT in properties.tag else _OFFICE}/docPropsVTypes"
    bound = prefix_of(properties.tag, uri)
    declared = "" if bound else f' xmlns:vt="{uri}"'
    vt = bound or "vt:"
    return f"<{vt}lpwstr{declared}>{escape_string(text)}</{vt}lpwstr>"


def _changed(node: Element | str, value: str, said: str) -> Element | str:
    """The property with a text as its value; untouched when it says that already."""
    if not isinstance(node, Element):
        return node
    texts = [xstring(unescaped(one.content)) for one in node.children("lpwstr")]
    return node if texts == [said] else node.with_attribute("linkTarget", None).with_content(value)
