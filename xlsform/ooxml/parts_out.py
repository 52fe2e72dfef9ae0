"""Parts that come and go with what owns them: the part itself, its relationship and its content type, all three or none."""

from __future__ import annotations

import posixpath
import re
from itertools import islice
from typing import NamedTuple

from xlsform.ooxml.package import Package, normal_name, relations_of
from xlsform.ooxml.workbook import relations
from xlsform.ooxml.workbook_out import Relationship, patched_relations, patched_types
from xlsform.ooxml.xmltext import attributes, decode, quiet, root

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CONTENT_TYPES = "[content_types].xml"
UNWRITABLE = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no name or formula may hold: an attribute would lose it, or XML has no way to say it."""
_DEFAULT = re.compile(r"<(?:[\w.-]+:)?Default\s[^>]*>")
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_NO_RELATIONS = f'{DECLARATION}<Relationships xmlns="{_PACKAGE}"></Relationships>'.encode()


class Dialect(NamedTuple):
    """The namespaces of a package: of sheets, and of references to relationships (which begins their types too)."""

    main: str
    relationships: str


TRANSITIONAL = Dialect(
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
STRICT = Dialect(
    "http://purl.oclc.org/ooxml/spreadsheetml/main", "http://purl.oclc.org/ooxml/officeDocument/relationships"
)


def dialect(start: str) -> Dialect:
    """The dialect of a part of the spreadsheet, by its root's start tag."""
    return STRICT if STRICT.main in attributes(start).values() else TRANSITIONAL


def prefix_of(start: str, namespace: str) -> str:
    """The prefix with its colon that a start tag binds to a namespace; "" when it binds none."""
    said = attributes(start)
    return next((f"{name[6:]}:" for name, uri in said.items() if name.startswith("xmlns:") and uri == namespace), "")


def free_part(package: Package, stem: str, suffix: str) -> str:
    """The first of stem1suffix, stem2suffix… that no part is named."""
    number = 1
    while normal_name(f"{stem}{number}{suffix}") in package:
        number += 1
    return f"{stem}{number}{suffix}"


def free_ids(package: Package, owner: str, count: int) -> tuple[str, ...]:
    """The first of rId1, rId2… that no relationship of the part has."""
    taken = {relation.id for relation in relations(package, owner)}
    free = (f"rId{number}" for number in range(1, len(taken) + count + 1) if f"rId{number}" not in taken)
    return tuple(islice(free, count))


class Part(NamedTuple):
    """A part to be attached: its name as written, the type of the relationship that leads to it, its content type."""

    name: str
    relation: str
    content_type: str
    content: bytes


def attached(package: Package, owner: str, *parts: Part) -> tuple[Package, tuple[str, ...]]:
    """The package with more parts that `owner` (a normal name, "" for the package itself) leads to; and the relationships' ids."""
    if not parts:
        return package, ()
    listed_in = relations_of(owner)
    before = package.read(listed_in) if listed_in in package else _NO_RELATIONS
    ids = free_ids(package, owner, len(parts))
    new = [
        Relationship(key, part.relation, _seen_from(package, owner, part.name))
        for key, part in zip(ids, parts, strict=True)
    ]
    changed: dict[str, bytes | None] = {_relations_name(package, owner): patched_relations(before, (), new)}
    types = package.read(CONTENT_TYPES)
    told = [(part.name, part.content_type) for part in parts if _default_type(types, part.name) != part.content_type]
    if told:
        changed[CONTENT_TYPES] = patched_types(types, (), told)
    return package.overlaid(changed | {part.name: part.content for part in parts}, owner), ids


def detached(package: Package, owner: str, part: str) -> Package:
    """The package without a part (a normal name) that only `owner` leads to: what `attached` adds, taken away again."""
    listed_in = relations_of(owner)
    gone = {relation.id for relation in relations(package, owner) if relation.target == part}
    listed = patched_relations(package.read(listed_in), gone, ())
    changed: dict[str, bytes | None] = {listed_in: listed if root(decode(listed))[1].children() else None, part: None}
    types = package.read(CONTENT_TYPES)
    if (without := patched_types(types, {part}, ())) != types:
        changed[CONTENT_TYPES] = without
    return package.overlaid(changed)


def _relations_name(package: Package, owner: str) -> str:
    folder, _, leaf = (package.entries[owner].name if owner else "").replace("\\", "/").rpartition("/")
    return f"{folder}/_rels/{leaf}.rels" if folder else f"_rels/{leaf}.rels"


def folder_of(package: Package, part: str) -> str:
    """The folder of a part (a normal name) as it is written, without slashes at its ends."""
    return posixpath.dirname(package.entries[part].name.replace("\\", "/").lstrip("/"))


def _seen_from(package: Package, owner: str, name: str) -> str:
    folder = folder_of(package, owner) if owner else ""
    return posixpath.relpath(f"/{name}", f"/{folder}")


def _default_type(types: bytes, name: str) -> str:
    extension = name.rpartition(".")[2].lower()
    said = (attributes(found[0]) for found in _DEFAULT.finditer(quiet(decode(types))))
    return next((one["ContentType"] for one in said if one["Extension"].lower() == extension), "")
