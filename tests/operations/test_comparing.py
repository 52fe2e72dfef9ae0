"""Two files compared, from disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlsform import operations
from xlsform.core.errors import UsageError


def test_a_return_and_its_correction(checkout: Path):
    samples = checkout / "samples" / "2019"
    settings = operations.load_settings([])
    found = operations.diff(
        samples / "returns" / "区教育局.xlsx", samples / "faulty" / "区教育局-C03-合计不符.xlsx", settings
    )
    change, *notes = found.changes
    assert {note.name for note in notes} == {"表外文字"}, "the sample's notes below the table"
    assert (change.region, [cell.field for cell in change.cells]) == ("department_overall", ["total_amount"])
    assert (found.read, found.unread) == (True, ())


def test_what_could_not_be_read_is_said(checkout: Path):
    samples = checkout / "samples" / "2019"
    settings = operations.load_settings([])
    good = samples / "returns" / "区教育局.xlsx"
    broken = next((samples / "faulty").glob("*T01*"))
    found = operations.diff(good, broken, settings)
    assert not found.read
    assert [finding.code for finding in found.unread] == ["T01"]
    lost = next((samples / "faulty").glob("*T05*"))
    assert {finding.code for finding in operations.diff(lost, lost, settings).unread} == {"T05"}
    with pytest.raises(UsageError, match="找不到"):
        operations.diff(good, samples / "none.xlsx", settings)
    with pytest.raises(UsageError, match="是文件夹"):
        operations.diff(good, samples, settings)


def test_summaries_and_a_return_against_its_part(checkout: Path, tmp_path: Path):
    returns = checkout / "samples" / "2019" / "returns"
    settings = operations.load_settings([])
    some = [returns / f"{name}.xlsx" for name in ("区教育局", "区民政局", "区财政局")]
    operations.merge(some, tmp_path / "甲.xlsx", settings)
    operations.merge(some[:2], tmp_path / "乙.xlsx", settings)
    assert operations.diff(tmp_path / "甲.xlsx", tmp_path / "甲.xlsx", settings).changes == ()
    gone = operations.diff(tmp_path / "甲.xlsx", tmp_path / "乙.xlsx", settings).changes
    assert {(change.department, change.change.value) for change in gone} == {("区财政局", "removed")}
    assert operations.diff(some[0], tmp_path / "乙.xlsx", settings).changes == ()
    with pytest.raises(UsageError, match="没有部门"):
        operations.diff(some[2], tmp_path / "乙.xlsx", settings)
