"""Addresses of mail accounts as clerks write them."""

from __future__ import annotations

import pytest

from xlsform.accounts import account, said

BOTH = ("imaps", "imap")


@pytest.mark.parametrize(
    ("text", "parts", "label"),
    [
        ("imaps://jixiao@mail.gov.cn", ("imaps", "jixiao", "mail.gov.cn", 993, "INBOX"), "jixiao@mail.gov.cn"),
        ("imap://jixiao@mail.gov.cn/", ("imap", "jixiao", "mail.gov.cn", 143, "INBOX"), "jixiao@mail.gov.cn"),
        ("imaps://a@b.cn@c.cn:1993/绩效 申报", ("imaps", "a@b.cn", "c.cn", 1993, "绩效 申报"), "a@b.cn"),
        ("imaps://a%40b.cn@c.cn/%E7%BB%A9%E6%95%88/2019", ("imaps", "a@b.cn", "c.cn", 993, "绩效/2019"), "a@b.cn"),
        ("IMAPS://a@b.cn@[::1]:1/x@y", ("imaps", "a@b.cn", "::1", 1, "x@y"), "a@b.cn"),
    ],
)
def test_addresses_are_taken_apart(text: str, parts: tuple[str, str, str, int, str], label: str):
    found = account(text, BOTH)
    assert tuple(found) == parts
    assert found.label == label


@pytest.mark.parametrize(
    ("text", "schemes", "says"),
    [
        ("jixiao@example.gov.cn", BOTH, "imaps://用户名@服务器"),
        ("smtps://a@b.cn", BOTH, "imaps://、imap://"),
        ("imaps://mail.gov.cn", BOTH, "缺少用户名"),
        ("imaps://a@b.cn:70000", BOTH, "端口 70000"),
        ("imaps://a@b.cn:0", BOTH, "端口 0"),
        ("imaps://a@b.cn/x%0d%0ay", BOTH, "控制字符"),
        ("smtps://a@b.cn/INBOX", ("smtps",), "不能再写文件夹"),
        ("imaps://a@b@", BOTH, "应写作"),
    ],
)
def test_what_cannot_be_is_said(text: str, schemes: tuple[str, ...], says: str):
    with pytest.raises(ValueError, match=says):
        account(text, schemes)


def test_a_password_in_an_address_is_refused_and_not_repeated():
    with pytest.raises(ValueError, match="不要写密码") as caught:
        account("imaps://a@b.cn:geheim@c.cn", BOTH)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "near"),
    [("localhost", True), ("127.0.0.9", True), ("[::1]", True), ("mail.gov.cn", False), ("10.0.0.1", False)],
)
def test_only_this_machine_is_loopback(host: str, near: bool):
    assert account(f"smtp://{host}", ["smtp"]).is_loopback is near


def test_a_servers_words_are_one_line_without_signs_that_steer_terminals():
    assert said([b"a\r\n\x1b[31mb", None, "中\u202e文"]) == "a [31mb 中 文"
    assert said(ValueError(b"[AUTHENTICATIONFAILED] no")) == "[AUTHENTICATIONFAILED] no"
