"""A whole mail: its letter, and bodies that somebody made to keep us busy. What real mails bring is in test_arrivals."""

from __future__ import annotations

import time

import pytest

from tests.sources.mails import attached, mail, text, word
from xlsform.core.inbox import Letter
from xlsform.sources.containers.unpack import letter_of, unpack
from xlsform.sources.received import Received

LONG = 1 << 18


def test_letters():
    data = mail(text(), subject=word("报送".encode("gbk"), "gb2312"), more=b"Reply-To: other@x.cn\r\n")
    assert letter_of(Received("a.eml", "", data)) == Letter(
        "qwb@shifeng.gov.cn", "区委办", "报送", "1@shifeng", "2018-11-20T09:12:00+08:00"
    )
    no_from = data.replace(b"From: =?utf-8?B?5Yy65aeU5Yqe?= <Qwb@ShiFeng.GOV.cn>", b"Sender: s@x.cn")
    assert letter_of(Received("a.eml", "", no_from))[0] == "s@x.cn"
    assert letter_of(Received("a.xlsx", "", b"x")) is None


HOSTILE_BODIES = {
    "boundaries": mail(*([b"\r\n"] * 20_000)),
    "boundaries that open and close": mail(kind=b"multipart/mixed; boundary=b") + b"--b--\r\n--b\r\n" * 20_000,
    "multiparts in multiparts": mail(b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" * 5_000),
    "base64 that is none": mail(attached(b"", "a")._replace(body=b"A" * LONG + b"!")),
    "an encoding nobody knows": mail(attached(b"", "a")._replace(body=b"A \n" * (LONG // 3) + b"!", encoding=b"x")),
    "files that begin": mail(text(b"begin 644 a\n" * (LONG // 12))),
    "quoted-printable": mail(attached(b"", "a")._replace(body=b"=\r\n" * (LONG // 3), encoding=b"quoted-printable")),
    "identities": mail(text(b"cid:" * (LONG // 4), b"text/html")),
    "dashes": mail(kind=b"multipart/mixed") + b"--" + b" " * LONG,
}


@pytest.mark.parametrize("what", HOSTILE_BODIES)
def test_hostile_bodies_cost_no_more_than_their_length(what: str):
    start = time.perf_counter()
    out = list(unpack(Received("a.eml", "", HOSTILE_BODIES[what])))
    assert len(out) <= 2_001
    assert time.perf_counter() - start < 5
