"""Headers of a mail, read from their bytes."""

from __future__ import annotations

import time

import pytest

from tests.sources.mails import mail, word
from xlsform.sources.containers.headers import address_of, date_of, headers_of, name_of, parameters, text_of
from xlsform.sources.containers.unpack import unpack
from xlsform.sources.received import Received


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        (b"Tue, 20 Nov 2018 09:12:00 +0800", "2018-11-20T09:12:00+08:00"),
        (b"Tue, 20 Nov 2018 09:12:00 +0800 (CST)", "2018-11-20T09:12:00+08:00"),
        (b"Tue, 20 Nov 2018 01:12:00 +0000 (UTC)", "2018-11-20T09:12:00+08:00"),
        (b"Tue, 20 Nov 2018 01:12:00 GMT", "2018-11-20T09:12:00+08:00"),
        (b"Tue, 20 Nov 2018 01:12:00 -0000", "2018-11-20T09:12:00+08:00"),
        (b"Tue, 20 Nov 2018 09:12:00 CST", "2018-11-20T09:12:00+08:00"),
        (b"20 Nov 2018 09:12:00", "2018-11-20T09:12:00+08:00"),
        (b"Mon, 19 Nov 2018 20:12:00 -0500", "2018-11-20T09:12:00+08:00"),
        (b"Tue,\r\n 20 Nov 2018\t09:12 +0800", "2018-11-20T09:12:00+08:00"),
        (b"2018-11-20 09:12:00", "2018-11-20T09:12:00+08:00"),
        ("2018年11月20日".encode("gbk"), ""),
        (b"", ""),
        (b"Tue, 31 Feb 2018 09:12:00 +0800", ""),
        (b"Tue, 20 Nov 2018 09:12:00 +99999999", ""),
        (b"Fri, 31 Dec 9999 23:59:59 -1200", ""),
        (b"1", ""),
    ],
)
def test_dates(raw: bytes, moment: str):
    assert date_of(raw) == moment


@pytest.mark.parametrize(
    ("raw", "address", "name"),
    [
        (b"Qwb@ShiFeng.gov.cn", "qwb@shifeng.gov.cn", ""),
        (b"<qwb@x.cn>", "qwb@x.cn", ""),
        ("区委办 <q@x.cn>".encode("gbk"), "q@x.cn", "区委办"),
        ("区委办 <q@x.cn>".encode(), "q@x.cn", "区委办"),
        (b'"boss <b@evil.cn>" <q@x.cn>', "q@x.cn", "boss <b@evil.cn>"),
        (word("区委办,张三".encode("gbk"), "gb2312") + b" <q@x.cn>", "q@x.cn", "区委办,张三"),
        (b'"' + word("区委办".encode(), "utf-8") + b'" <q@x.cn>', "q@x.cn", "区委办"),
        (b"q@x.cn (Qwb)", "q@x.cn", "Qwb"),
        (b"a@x.cn, b@x.cn", "a@x.cn", ", b@x.cn"),
        (word(b"Qwb <q@x.cn>", "utf-8"), "q@x.cn", "Qwb"),
        ("区委办".encode("gbk"), "", "区委办"),
        (b"undisclosed-recipients:;", "", "undisclosed-recipients:;"),
        (b"", "", ""),
    ],
)
def test_addresses(raw: bytes, address: str, name: str):
    assert address_of(raw) == (address, name)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"plain", "plain"),
        (b"Re: " + word("申报".encode("gbk"), "gbk") + b" ok " + word("表".encode(), "utf-8"), "Re: 申报 ok 表"),
        (word("申".encode(), "utf-8") + word("报".encode("gbk"), "gbk"), "申报"),
        (b"=?utf-8?Q?a_b=20c?=", "a b c"),
        (b"=?utf-8*zh-CN?B?5Yy6?=", "区"),
        (b"=?utf-8?B?5Yy6?", "=?utf-8?B?5Yy6?"),
        (b"=?utf-8?B?5Yy6!5aeU?=", "区委"),
        (b"=?utf-8?B?5Yy65?=", "区"),
        (b"=?hz-gb-2312?Q?~{Gx~}?=", "区"),
        ("申报\r\n\t表".encode("gbk"), "申报 表"),
    ],
)
def test_words(raw: bytes, said: str):
    assert text_of(raw).text == said


def test_a_header_that_is_there_twice_and_one_that_is_none():
    headers, body = headers_of(b"From a@b\r\nSubject: a\r\nsubject: b\r\n c\r\nX:\r\nno header\r\n\r\nbody", 0, 60)
    assert headers == {b"subject": b" a", b"x": b""}
    assert body == len(b"From a@b\r\nSubject: a\r\nsubject: b\r\n c\r\nX:\r\n")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"attachment; filename=a b.xlsx", "a b.xlsx"),
        (b'attachment filename="a.xlsx"', "a.xlsx"),
        (b'attachment; filename="a;b=c.xlsx"; size=3', "a;b=c.xlsx"),
        (b'attachment; filename="a.xlsx', "a.xlsx"),
        (b'attachment; filename="a\\"b.xlsx"', 'a"b.xlsx'),
        (b"attachment; filename==?utf-8?B?5Yy6?=.xlsx", "区.xlsx"),
        (b'attachment; filename="%E5%8C%BA%E5%A7%94.xlsx"', "区委.xlsx"),
        (b'attachment; filename="100%25.xlsx"', "100%25.xlsx"),
        (b"attachment; filename*=utf-8'zh'%E5%8C%BA.xlsx; filename=\"??.xlsx\"", "区.xlsx"),
        (b"attachment; filename*1=b.xlsx; filename*0=a", "ab.xlsx"),
        (b"attachment; filename*=%E5%8C%BA.xlsx", "区.xlsx"),
        (b"attachment", ""),
    ],
)
def test_names(raw: bytes, name: str):
    assert name_of({b"content-disposition": raw}).text == name


def test_parameters_of_a_type():
    found = parameters(b'multipart/mixed; boundary="a b"; charset=GBK')
    assert {name: one.raw for name, one in found.items()} == {"boundary": b"a b", "charset": b"GBK"}


LONG = 1 << 18
HOSTILE = {
    "a header of blanks": b"Content-Disposition: attachment;" + b" " * LONG,
    "a header of one word": b"From: " + b"a" * LONG,
    "a header of lines": b"Subject: a" + b"\r\n " * (LONG // 3),
    "parameters": b"Content-Disposition: attachment" + b"; a=b" * (LONG // 5),
    "names of encoded words": b"Content-Type: a/b; name=" + b"=?utf-8?B?" * (LONG // 10),
    "quotes": b"Content-Type: a/b; name=" + b'"\\' * (LONG // 2),
    "angles": b"From: " + b"<" * LONG,
    "at signs": b"From: " + b"a@" * (LONG // 2),
    "percents": b"Content-Disposition: a; filename*=''" + b"%41" * (LONG // 3),
    "headers": b"X: y\r\n" * (LONG // 6) + b"Z: y",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_headers_cost_no_more_than_their_length(what: str):
    start = time.perf_counter()
    list(unpack(Received("a.eml", "", b"From: a@b\r\n" + HOSTILE[what] + b"\r\n\r\nbody")))
    list(unpack(Received("a.eml", "", HOSTILE[what] + b"\r\n\r\nbody")))
    list(unpack(Received("a.eml", "", mail(HOSTILE[what] + b"\r\n\r\nbody"))))
    assert time.perf_counter() - start < 2
