"""Laws of `unpack`: nothing that arrives makes it fail, every entry comes out once, names and bytes come back as they were sent."""

from __future__ import annotations

import random
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.ooxml.packages import packed, parts, sheet
from tests.sources.archives import Item, zipped
from tests.sources.mails import NAMINGS, attached, forwarded, mail, text
from tests.sources.outlook import File, msg, tnef
from xlsform.core.catalogue import REJECTIONS, REMARKS
from xlsform.sources.containers.unpack import letter_of, unpack
from xlsform.sources.names import LONGEST, LONGEST_BYTES, is_leftover, safe
from xlsform.sources.received import Found, Kind, Received

unhurried = settings(deadline=None)
BOOK = packed(parts(sheet("")))
HANZI = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=40)
ARCHIVE = zipped([Item("区委办.xlsx".encode("gbk"), BOOK), Item(b"inner.zip", zipped([Item(b"a.xlsx", BOOK)]))])
HANZI_OR_ASCII = st.characters(min_codepoint=0x30, max_codepoint=0x9FA5, categories=("Lu", "Ll", "Lo", "Nd"))
WHOLE: dict[str, bytes] = {
    "mail": mail(text(), attached(BOOK, "区委办.xlsx", "raw GBK"), forwarded(mail(attached(ARCHIVE, "包.zip")))),
    "archive": ARCHIVE,
    "winmail.dat": tnef([File(BOOK, "区委办.xlsx"), File(b"x", "b")], embedded=tnef([File(b"y", "c")])),
    "msg": msg([File(BOOK, "区委办.xlsx"), File(b"x", "b")], {0x37: "报送", 0x0C1A: "区委办"}),
    "mbox": b"From a Tue Nov 20 09:12:00 2018\n"
    + mail(attached(b"x", "a"))
    + b"\n"
    + b"From b Tue Nov 20 09:12:00 2018\n"
    + mail(),
}


def sound(data: bytes, name: str) -> list[Found]:
    received = Received(name, "", data)
    out = list(unpack(received))
    letter_of(received)
    for one in out:
        assert (one.kind is Kind.REFUSED) == (one.reason in REJECTIONS)
        assert {key for key, _ in one.remarks} <= set(REMARKS)
        assert one.name
        assert safe(one.name) == one.name
        assert not set(one.way) & set("\0\n\x1b\u202e\u200b")
        assert len(one.letters) <= 4
        assert "\0" not in "".join(one.params.values()) or one.reason
    return out


def is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def changed(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 3, 30))):
        out[chance.randrange(len(out))] = chance.randrange(256)
    return bytes(out)


def moved(data: bytes, chance: random.Random) -> bytes:
    """A piece of it taken out, or put in twice."""
    at, stop = sorted((chance.randrange(len(data)), chance.randrange(len(data))))
    return data[:at] + data[stop:] if chance.random() < 0.5 else data[:stop] + data[at:]


@pytest.mark.parametrize("harm", [cut, changed, moved])
@pytest.mark.parametrize("what", WHOLE)
def test_nothing_that_is_broken_makes_it_fail(what: str, harm: Callable[[bytes, random.Random], bytes]):
    chance = random.Random(f"{what} {harm.__name__}")  # noqa: S311
    for name in ("来件.eml", "包.zip", "winmail.dat", "来件.msg") * 40:
        data = harm(WHOLE[what], chance)
        for one in sound(data, name):
            if one.way == name and data:
                assert one.data == data


@unhurried
@given(st.binary(max_size=300), st.text(max_size=30))
def test_nothing_at_all_makes_it_fail(data: bytes, name: str):
    for magic in (
        b"",
        b"PK\3\4",
        b"PK\5\6",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x78\x9f\x3e\x22",
        b"From: a@b\r\nTo: c\r\n",
    ):
        sound(magic + data, name)


@unhurried
@given(
    st.dictionaries(
        st.sampled_from((b"From", b"Subject", b"Date", b"Content-Type", b"Content-Disposition", b"Message-ID")),
        st.binary(max_size=80),
    )
)
def test_no_header_makes_it_fail(headers: dict[bytes, bytes]):
    lines = b"".join(b"%s: %s\r\n" % (name, value.replace(b"\n", b"")) for name, value in headers.items())
    sound(b"From: a@b\r\n" + lines + b"\r\n" + WHOLE["mail"].partition(b"\r\n\r\n")[2], "来件.eml")


@pytest.mark.parametrize("naming", NAMINGS)
@unhurried
@given(HANZI)
def test_names_come_back(naming: str, hanzi: str):
    name = f"{hanzi}.xlsx"
    assume("GBK" not in naming or "raw" not in naming or not is_utf_8(name.encode("gb18030")))  # nobody could tell
    (one,) = sound(mail(text(), attached(BOOK, name, naming)), "来件.eml")
    assert (one.name, one.data) == (name, BOOK)


@unhurried
@given(st.lists(st.tuples(HANZI, st.binary(max_size=50), st.sampled_from(("utf-8", "gbk"))), max_size=8), st.booleans())
def test_every_entry_comes_out_once(items: list[tuple[str, bytes, str]], is_mail: bool):
    """A file of a zip or of a mail is one `Found` with its bytes, whatever its neighbours are."""
    assume(not any(encoding == "gbk" and is_utf_8(name.encode("gbk")) for name, _, encoding in items))
    named = [(f"{name}.xlsx", b"\1" + data, encoding) for name, data, encoding in items]
    if is_mail:
        whole = mail(
            *(attached(data, name, "raw GBK" if encoding == "gbk" else "raw UTF-8") for name, data, encoding in named)
        )
    else:
        whole = zipped(
            [Item(name.encode(encoding), data, flags=0x800 * (encoding == "utf-8")) for name, data, encoding in named]
        )
    if named:
        assert [(one.name, one.data) for one in sound(whole, "a.eml" if is_mail else "a.zip")] == [
            (name, data) for name, data, _ in named
        ]


@unhurried
@given(st.text(max_size=300))
def test_a_safe_name_is_safe(name: str):
    fit = safe(name)
    assert safe(fit) == fit
    assert len(fit) <= LONGEST
    assert len(fit.encode()) <= LONGEST_BYTES
    assert not set(fit) & set('<>:"/\\|?*\0\n\u202e')
    assert fit not in {".", ".."}
    assert isinstance(is_leftover(name), bool)


@unhurried
@given(
    st.lists(
        st.tuples(st.text(HANZI_OR_ASCII, min_size=1, max_size=60), st.binary(min_size=1, max_size=200)), max_size=4
    ),
    st.sampled_from(("base64", "quoted-printable", "8bit")),
    st.integers(0, 2),
)
def test_mails_of_the_standard_library(files: list[tuple[str, bytes]], encoding: str, levels: int):
    """Names folded and continued after RFC 2231, forwarded as message/rfc822: written by someone else, read the same."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = "区委办 <q@x.cn>"
    letter["Subject"] = "关于报送二〇一九年绩效目标申报表的报告，请审阅"
    letter.set_content("正文", cte="base64")
    for name, data in files:
        body = data.hex().encode() if encoding == "8bit" else data
        letter.add_attachment(body, "application", "octet-stream", filename=f"表{name}.bin", cte=encoding)
    for _ in range(levels):
        outer = EmailMessage(policy=SMTP)
        outer["From"] = "a@b.cn"
        outer.set_content("转发")
        outer.add_attachment(letter)
        letter = outer
    out = [one for one in sound(letter.as_bytes(), "a.eml") if one.kind is Kind.FILE]
    assert [one.way.rpartition("/")[2] for one in out] == [f"表{name}.bin" for name, _ in files]
    if encoding == "base64":
        assert [one.data for one in out] == [data for _, data in files]
    if out:
        assert out[0].letters[0].subject == "关于报送二〇一九年绩效目标申报表的报告，请审阅"
        assert out[0].letters[0].sender_name == "区委办"
        assert len(out[0].letters) == levels + 1
