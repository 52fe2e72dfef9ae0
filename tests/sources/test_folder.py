"""What in a folder is a return."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlsform.core.errors import UsageError
from xlsform.sources.folder import return_files


def test_a_folder_gives_its_files_and_passes_over_what_nobody_sent(tmp_path: Path) -> None:
    for name in ("乙局.xlsx", "甲局.XLSX", "丙局.xls", "附件/丁局.xlsm", "说明.docx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for name in (
        "~$乙局.xlsx",
        ".~lock.乙局.xlsx#",
        ".DS_Store",
        "__MACOSX/甲局.xlsx",
        "Thumbs.db",
        "departments.xlsx",
        "README.md",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [file.name for file in return_files([tmp_path])] == [
        "丙局.xls",
        "乙局.xlsx",
        "甲局.XLSX",
        "说明.docx",
        "附件/丁局.xlsm",
    ]


def test_a_file_named_twice_is_read_once_and_a_named_roster_is_read(tmp_path: Path) -> None:
    (tmp_path / "departments.xlsx").touch()
    (tmp_path / "甲局.xlsx").touch()
    named = [tmp_path / "甲局.xlsx", tmp_path, tmp_path / "departments.xlsx"]
    assert [file.name for file in return_files(named)] == ["departments.xlsx", "甲局.xlsx"]


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"没有\.xlsx"):
        return_files([tmp_path / "没有.xlsx"])
