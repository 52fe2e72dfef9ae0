"""Text from bytes whose label is missing, unknown or wrong."""

from __future__ import annotations

from xlsform.sources.containers.charsets import decoded, guessed


def test_labels_that_lie():
    assert decoded("区委办".encode(), "gbk") == ("区委办", "UTF-8", True)
    assert decoded("区委办".encode("gbk"), "iso-8859-1") == ("区委办", "GB18030", True)
    assert decoded(b"caf\xe9", "windows-1252") == ("café", "windows-1252", False)
    assert decoded(b"\xff\xff", "cp-99999").guessed
    assert decoded(b"\xb0", "gbk").text == "\ufffd"
    assert guessed(b"\xff\xff").charset == "cp437"
