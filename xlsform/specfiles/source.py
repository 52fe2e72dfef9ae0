"""YAML 1.2 files as a person wrote them: every scalar is text, every key and item knows its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.resolver import BaseResolver, VersionedResolver

from xlsform.core.errors import Fault, Mark

_TAGS = {
    ScalarNode: BaseResolver.DEFAULT_SCALAR_TAG,
    SequenceNode: BaseResolver.DEFAULT_SEQUENCE_TAG,
    MappingNode: BaseResolver.DEFAULT_MAPPING_TAG,
}
_PLAIN = frozenset(str(tag) for tag in _TAGS.values())

Tree = Any
"""str, list of Tree, or dict of str to Tree."""

Way = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its data and the line of every key and item, by the way that leads there (regions, fund_summary, fields, seq)."""

    file: str
    data: Tree
    lines: Mapping[Way, int]

    def mark(self, *path: str | int) -> Mark:
        """The line of that key or item, or of the nearest thing around it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return Mark(self.file, self.lines.get(path, 1))


def read_source(path: Path, *, may_be_blank: bool = False) -> tuple[Source | None, tuple[Fault, ...]]:
    """Reads one YAML file. What is wrong with it as YAML comes back as faults, with None when there is nothing to go on with.

    may_be_blank: a file without content (comments do not count) is an empty mapping, and no fault.
    """
    file = str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return None, (Fault(Mark(file), "", f"打不开这个文件（{error.strerror}）"),)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return None, (Fault(Mark(file, line), "", "不是 UTF-8 编码，请在编辑器中另存为 UTF-8"),)
    try:
        node = _yaml().compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        return None, (Fault(Mark(file, line), "", _syntax(error.problem or "", _line_of(text, line))),)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return None, (Fault(Mark(file, line), "", f"有 YAML 不允许的字符 U+{ord(text[error.position]):04X}"),)
    except RecursionError:
        return None, (Fault(Mark(file), "", "括号或缩进套得太深"),)
    except YAMLError as error:
        return None, (Fault(Mark(file), "", f"不是正确的 YAML：{error}"),)
    if node is None and may_be_blank:
        return Source(file, {}, {}), ()
    if node is None:
        return None, (Fault(Mark(file), "", "文件是空的"),)
    walk = _Walk(file, {}, [], set())
    data = walk.tree(node, ())
    return Source(file, data, walk.lines), tuple(walk.faults)


class _Text(VersionedResolver):
    """Every scalar is text: what 010, no or 12:30 mean is for the key they stand under to say, not for YAML."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:  # noqa: ARG002 - the base class's signature
        return _TAGS[kind]


def _yaml() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.Resolver = _Text
    return yaml


def _line_of(text: str, line: int) -> str:
    lines = text.splitlines()
    return lines[line - 1] if 0 < line <= len(lines) else ""


def _syntax(problem: str, line: str) -> str:
    """What the YAML parser met, in words that say what to do."""
    if "\t" in line[: len(line) - len(line.lstrip())] or "'\\t'" in problem:
        return "行首缩进用了制表符（Tab），请改成空格"
    if "another document" in problem:
        return "一个文件只能有一份内容，请删去“---”"
    if re.search(r":\s+[{[][^}\]]*[}\]]\s*[^\s,}\]#]", line):
        return "以 { 或 [ 开头的文字（如 {year}年…）请加引号"
    if "mapping values are not allowed" in problem:
        return "这里不该有“: ”：缩进不对，或者含冒号加空格的文字没有加引号"
    if "found undefined alias" in problem:
        return "不能用“*名字”引用；以 * 开头的文字请加引号"
    return f"不是正确的 YAML（{problem or '无法理解'}），请检查缩进、引号和括号"


@dataclass(slots=True)
class _Walk:
    """Turns nodes into plain data; keeps lines and faults on the way."""

    file: str
    lines: dict[Way, int]
    faults: list[Fault]
    seen: set[int]

    def tree(self, node: Node, path: Way) -> Tree:
        self.lines.setdefault(path, node.start_mark.line + 1)
        key = str(path[-1]) if path else ""
        if node.anchor is not None:
            self.fault(node, key, "这里不能用 YAML 的锚点（&、*），请把内容写全；以 & 或 * 开头的文字请加引号")
            if id(node) in self.seen:
                return ""
            self.seen.add(id(node))
        if str(node.tag) not in _PLAIN:
            self.fault(node, key, f"这里不能用 YAML 的标记“{node.tag}”；以 ! 开头的文字请加引号")
        if isinstance(node, MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, SequenceNode):
            return [self.tree(item, (*path, index)) for index, item in enumerate(node.value)]
        return node.value if isinstance(node, ScalarNode) else ""

    def _pairs(self, node: MappingNode, path: Way) -> Iterator[tuple[str, Tree]]:
        first: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.fault(key, "", "键应当是一个词")
                continue
            name, line = key.value, key.start_mark.line + 1
            if name in first:
                self.fault(key, name, f"写了两次，前一次在第 {first[name]} 行")
                continue
            first[name] = line
            self.lines[(*path, name)] = line
            yield name, self.tree(value, (*path, name))

    def fault(self, node: Node, key: str, what: str) -> None:
        self.faults.append(Fault(Mark(self.file, node.start_mark.line + 1), key, what))
