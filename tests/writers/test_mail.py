"""Drafts as a mail program reads them."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from xlsform.writers.mail import draft

NAME = "001-中共株洲市石峰区委员会办公室（本级）-绩效目标申报.xlsx"


def parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_text_names_and_attachments_come_back():
    data = draft(
        "bgs@example.gov.cn",
        "关于报送2019年区级预算绩效目标的通知（一个相当长的标题，长到必须折行）",
        "区委办本级：\n    请认真填报 ✗。\n",
        [(NAME, b"PK\x03\x04"), ("说明.pdf", b"")],
        "石峰区财政局绩效股 <jx@example.gov.cn>",
    )
    mail = parsed(data)
    assert mail["To"] == "bgs@example.gov.cn"
    assert mail["From"] == "石峰区财政局绩效股 <jx@example.gov.cn>"
    assert mail["Subject"] == "关于报送2019年区级预算绩效目标的通知（一个相当长的标题，长到必须折行）"
    body = mail.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "区委办本级：\n    请认真填报 ✗。\n"
    first, second = mail.iter_attachments()
    assert (first.get_filename(), first.get_content()) == (NAME, b"PK\x03\x04")
    assert first.get_content_type() == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert (second.get_filename(), second.get_content_type()) == ("说明.pdf", "application/pdf")
    assert b"filename*0*=utf-8''" in data, "RFC 2231"
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998


def test_it_is_a_draft_without_date_and_the_same_every_time():
    data = draft("a@b.cn", "标题", "正文", [("a.xlsx", b"x")])
    mail = parsed(data)
    assert mail["X-Unsent"] == "1"
    assert mail["Date"] is None
    assert mail["Message-ID"] is None
    assert data == draft("a@b.cn", "标题", "正文", [("a.xlsx", b"x")])
    assert data != draft("a@b.cn", "标题", "正文", [("a.xlsx", b"y")])


def test_without_address_and_attachment_it_is_a_plain_text():
    mail = parsed(draft("", "标题", "正文"))
    assert mail["To"] is None
    assert mail["From"] is None
    assert not mail.is_multipart()


@pytest.mark.parametrize("text", ["标题\r\nBcc: someone@example.com", "标题\nBcc: someone@example.com"])
def test_line_breaks_make_no_further_headers(text: str):
    mail = parsed(draft("a@b.cn", text, "正文", [(f"{text}.xlsx", b"x")]))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "标题 Bcc: someone@example.com"


def test_an_attachment_may_be_a_whole_workbook():
    data = Path("templates/2019/绩效目标申报.xlsx").read_bytes()
    (attached,) = parsed(draft("a@b.cn", "标题", "正文", [(NAME, data)])).iter_attachments()
    assert attached.get_content() == data
