"""The house rules that no linter states: short functions, layers, an import-free --help, and no undocumented document."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

LONGEST = 60
SLOW = ("lxml", "numpy", "openpyxl", "pandas", "pandera", "pydantic", "ruamel")


def test_no_function_is_longer_than_sixty_lines(checkout: Path):
    long = []
    sources = sorted((checkout / "xlsform").rglob("*.py"))
    assert len(sources) > 30
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > LONGEST:
                    long.append(f"{source.relative_to(checkout)}:{node.lineno} {node.name} has {lines} lines")
    assert long == []


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--help"], ()),
        (["merge", "--help"], ("pydantic",)),
        (["rules"], ("pydantic",)),
    ],  # typer validates options with it
)
def test_help_imports_nothing_slow(arguments: list[str], allowed: tuple[str, ...]):
    script = (
        "import sys; from xlsform.cli import run; code = run(sys.argv[1:]); "
        f"loaded = [name for name in {SLOW!r} if name in sys.modules and name not in {allowed!r}]; "
        "print(*loaded, file=sys.stderr, end=''); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    assert done.stdout
    assert done.stderr == ""


def test_imports_keep_to_their_layers(checkout: Path):
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=checkout, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
