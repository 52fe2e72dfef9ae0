"""Patching XML as text: what is not meant stays letter for letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from xlsform.ooxml.markup import unescaped, xstring
from xlsform.ooxml.xmltext import (
    Element,
    attributes,
    decode,
    escape_string,
    nodes,
    quiet,
    rewritten,
    root,
    with_attribute,
)

ODD = """<!-- <a> --><x:a b='1>2' c="&lt;"><a/><a><x:a>t</x:a></a></x:a > <?pi <b> ?><b/>tail"""


def test_the_outermost_elements_are_found_among_oddities():
    found = [node for node in nodes(ODD) if isinstance(node, Element)]
    assert [node.name for node in found] == ["x:a", "b"]
    assert found[0].content == "<a/><a><x:a>t</x:a></a>"
    assert attributes(found[0].tag) == {"b": "1>2", "c": "<"}
    assert "".join(map(str, nodes(ODD))) == ODD


def test_a_change_touches_nothing_else():
    assert rewritten(ODD, {"b": lambda element: element.with_attribute("n", "<1>")}) == ODD.replace(
        "<b/>", '<b n="&lt;1&gt;"/>'
    )
    assert with_attribute("<c r='A1' s=\"2\">", "r", "B1") == '<c r="B1" s="2">'
    assert with_attribute('<c r="A1" s="2"/>', "s", None) == '<c r="A1"/>'
    assert with_attribute('<c xr="A1" />', "r", "1") == '<c xr="A1" r="1"/>'


def test_unclosed_markup_is_refused():
    with pytest.raises(ValueError, match="not closed"):
        list(nodes("<a><b></a>" + "<c>"))
    with pytest.raises(ValueError, match="root"):
        root("<?xml version='1.0'?>")


def test_encodings():
    assert (
        decode("<?xml version='1.0' encoding='UTF-16'?><a>绩</a>".encode("utf-16"))
        == "<?xml version='1.0' encoding='UTF-8'?><a>绩</a>"
    )
    assert decode("\ufeff<a>绩</a>".encode()) == "\ufeff<a>绩</a>"
    with pytest.raises(ValueError, match="gb18030"):
        decode("<?xml version='1.0' encoding='gb18030'?><a/>".encode("gb18030"))


def test_comments_and_cdata_become_plain():
    assert quiet("<a><!-- <c> --><![CDATA[1<2]]></a>") == "<a>1&lt;2</a>"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a&b<c>", "a&amp;b&lt;c&gt;"),
        ("\x0b", "_x000B_"),
        ("_x000D_", "_x005F_x000D_"),
        ("a\r\nb", "a_x000D_\nb"),
        ("\ud800", "_xD800_"),
    ],
)
def test_texts_as_they_are_stored(text: str, stored: str):
    assert escape_string(text) == stored


@given(st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("_x000D5F\r\n\t\ufffe&<>]]"))))
def test_a_stored_text_reads_back_through_a_parser(text: str):
    element = etree.fromstring(f"<t>{escape_string(text)}</t>".encode())
    assert xstring(element.text or "") == text
    assert xstring(unescaped(escape_string(text))) == text


NAMES = st.sampled_from(("a", "ab", "x:a", "row", "rows"))
XML = st.recursive(
    st.sampled_from(("", "text", " \n", "&lt;", "1&gt;2")),
    lambda inside: st.lists(
        st.one_of(
            inside,
            st.builds("<{0} b='1'>{1}</{0} >".format, NAMES, inside),
            st.builds('<{0} c=">/" >{1}</{0}>'.format, NAMES, inside),
            NAMES.map("<{}/>".format),
            NAMES.map('<{} d="2" />'.format),
        ),
        max_size=4,
    ).map("".join),
    max_leaves=12,
)


@given(XML, st.sampled_from(("", "<!-- </a><a> -->", "<?pi </a> ?>", "<![CDATA[<a>]]>")))
def test_elements_are_found_alike_with_and_without_comments_among_them(text: str, oddity: str):
    """A comment makes every tag be looked at; without one end tags are found by their letters."""
    plain = [node for node in nodes(text) if isinstance(node, Element)]
    assert "".join(map(str, nodes(text))) == text
    assert [node for node in nodes(f"{text}{oddity}") if isinstance(node, Element)] == plain
    assert "".join(map(str, nodes(f"{text}{oddity}"))) == f"{text}{oddity}"
