"""However a mapping is spoiled, the loader answers with a form or with faults that have a line; it never crashes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlsform.specfiles.mapping import load_form
from xlsform.specfiles.relations import load_relations

SHIPPED = Path(__file__).resolve().parents[2] / "mappings" / "2019"
LINES = (SHIPPED / "department_overall.yaml").read_text(encoding="utf-8").splitlines()
PIECES = [
    "",
    " ",
    "  ",
    "\t",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "!x ",
    "'",
    '"',
    "no",
    "010",
    "null",
    "~",
    "kind: prose",
    "|",
    "#",
    "，",
    "\x00",
]

edits = st.lists(
    st.tuples(st.integers(0, len(LINES) - 1), st.integers(0, 40), st.sampled_from(PIECES), st.booleans()),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spoiled") / "form.yaml"


@given(edits)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_spoiled_mapping_is_a_form_or_faults(path: Path, spoiled):
    lines = list(LINES)
    for number, at, piece, cut in spoiled:
        line = lines[number]
        lines[number] = line[:at] + piece + ("" if cut else line[at:])
    path.write_text("\n".join(lines), encoding="utf-8")
    form, faults, _ = load_form(path)
    assert form is not None or faults
    assert all(
        fault.mark.file == str(path) and 0 <= fault.mark.line <= len(lines) + 1 and fault.what for fault in faults
    )


@given(st.text("abc.()+-=<>~, sum1资by\n'", max_size=30))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_a_relation_or_faults(path: Path, text: str):
    path.write_text(f"relations:\n  - C03: {text}\n", encoding="utf-8")
    relations, faults = load_relations(path, ())
    assert faults, relations
