"""The pre-step of values: one spelling for what is written in many. The stored text is never altered."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
"""Characters of the longest value; what is longer is prose."""
_FAR = 2000
"""Characters beyond which a text is not normalised: Unicode's ordering of combining marks takes quadratic time."""

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("≧⩾⪖≮⋝", "≥"),
        **dict.fromkeys("≦⩽⪕≯⋜", "≤"),
        **dict.fromkeys("‐‑‒–—―−─━", "-"),
        **dict.fromkeys("〜∼∽˜", "~"),
        **dict.fromkeys("∶︰꞉", ":"),
        **dict.fromkeys("∕⁄⧸", "/"),
        **dict.fromkeys("•・∙⋅‧●", "·"),
        "◯": "〇",
        "○": "〇",
    }
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb]+"
)
_THOUSANDS = re.compile(r"(?<![0-9.,])(?<![0-9.,] )[0-9]{1,3}(?: [0-9]{3})+(?![0-9,]| [0-9])")
_APART = re.compile(r"(?<=[0-9.,])\s+(?=[0-9])|(?<=[0-9])\s+(?=[.,][0-9])")
APART = "\u2423"
_END = "。；;，,、"


def fold(text: str) -> str:
    """NFKC without white space and zero-width characters, one sign for the many of ≥, ≤, dash, tilde and colon, no full stop.

    Blanks between digits that are no thousands become ␣, and ②, ½, ² (behind anything but a letter) stay as they are: joined to the
    digits beside them they would make another number. fold(fold(text)) == fold(text). Texts of more than 2,000 characters keep
    their characters and single blanks.
    """
    if len(text) > _FAR:
        text = " ".join(text.split())
    if len(text) > _FAR:
        return text
    while True:
        folded = _bare(_normal(text)).rstrip(_END)
        if folded == text:
            return folded
        text = folded


def _bare(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    if text.isalnum():
        return text
    text = _THOUSANDS.sub(lambda found: found[0].replace(" ", ""), text)
    return "".join(_APART.sub(APART, text).split())


def _normal(text: str) -> str:
    """NFKC, but characters that are a number of their own (category No) are left alone."""
    if unicodedata.is_normalized("NFKC", text):
        return text if text.isascii() else text.translate(_ALIKE)
    pieces: list[str] = []
    start = 0
    for at, sign in enumerate(text):
        if unicodedata.category(sign) == "No" and not (sign in "²³" and text[:at][-1:].isalpha()):
            pieces += [unicodedata.normalize("NFKC", text[start:at]), sign]
            start = at + 1
    pieces.append(unicodedata.normalize("NFKC", text[start:]))
    return "".join(pieces).translate(_ALIKE)
