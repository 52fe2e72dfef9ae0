"""The schemas for editors and the reference page are current, and say the same as the loader about the shipped files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from xlsform.core.kinds import KINDS
from xlsform.specfiles import models, schema

AGAIN = "run: python -m xlsform.specfiles.schema"
MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"
SHIPPED = sorted(MAPPINGS.rglob("*.yaml"))


@pytest.mark.parametrize("name", schema.schemas())
def test_the_json_schemas_are_current(name: str):
    assert (MAPPINGS / name).read_text(encoding="utf-8") == schema.schemas()[name], AGAIN


def test_the_reference_page_is_current(checkout: Path):
    assert (checkout / "docs" / "reference" / "mapping.md").read_text(encoding="utf-8") == schema.reference(), AGAIN


def test_writing_gives_all_of_them(tmp_path: Path):
    written = {path.relative_to(tmp_path).as_posix() for path in schema.write(tmp_path)}
    assert written == {f"mappings/{name}" for name in schema.schemas()} | {"docs/reference/mapping.md"}


def schema_of(path: Path) -> Path:
    found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text(encoding="utf-8"))
    assert found is not None, f"{path} does not begin with its $schema"
    return (path.parent / found[1]).resolve()


def test_there_are_mappings_to_test():
    assert len(SHIPPED) == 11


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_files_name_their_schema_and_fit_it(path: Path):
    validator = jsonschema.Draft202012Validator(json.loads(schema_of(path).read_text(encoding="utf-8")))
    validator.check_schema(validator.schema)
    data = YAML(typ="safe", pure=True).load(path)
    assert [error.message for error in validator.iter_errors(data)] == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("kind: money", "kind: mony"),
        ("check: present", "check: presnt"),
        ("label: 支出方向", "lable: 支出方向"),
        ("label: 产出指标}", "level: hint}"),
        ("fields: [fund_name, direction]}", "fields: [fund_name, direction], level: warn}"),
        ("kind: table", "kind: tables"),
    ],
)
def test_the_schema_catches_what_the_loader_catches(right: str, wrong: str):
    path = MAPPINGS / "2019" / "direction_targets.yaml"
    text = path.read_text(encoding="utf-8")
    assert right in text
    validator = jsonschema.Draft202012Validator(json.loads(schema_of(path).read_text(encoding="utf-8")))
    assert list(validator.iter_errors(YAML(typ="safe", pure=True).load(text.replace(right, wrong, 1))))


def test_every_kind_and_check_stands_in_the_reference():
    page = schema.reference()
    assert set(schema.FIELD_KINDS) == set(KINDS) - {"prose"}
    for word in (*models.FIELD_KINDS, *models.CHECKS, *models.FieldEntry.model_fields, *models.FormFile.model_fields):
        assert f"| `{word}` |" in page
