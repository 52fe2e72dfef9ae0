"""Whether a number format shows the number that is stored: a table of what may stand in a format, everything else is refused."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<end>;)|(?P<general>General|G/通用格式)'
    r"|(?P<digit>[0#?.,]|E[+-])|(?P<sign>[-+() ¥￥])|(?P<other>.)",
    re.DOTALL | re.IGNORECASE,
)
DIGITS = re.compile(r"[0#?]+(?:,[0#?]+)*(?:\.[0#?]*)?(?:E[+-][0#?]+)?|\.[0#?]+", re.IGNORECASE)
COLOUR = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|color *\d+|[黑蓝青绿红白黄]色?|洋红|蓝绿色?|颜色 *\d+)",
    re.IGNORECASE,
)
CONDITION = re.compile(r"[<>=]+ *-?[0-9.]+")
CURRENCY = re.compile(r"\$[¥￥]?(?:-[0-9A-F]+)?", re.IGNORECASE)


class Section(NamedTuple):
    """One of the up to four parts of a format: its digit places, its letters, whether it has a condition, whether all is known."""

    digits: str
    literal: str
    conditional: bool
    known: bool


def sections(code: str) -> tuple[Section, ...]:
    """`0.00;[Red]-0.00` → two sections."""
    found: list[Section] = []
    digits, literal, conditional, known = "", "", False, True
    for token in TOKEN.finditer(code + ";"):
        kind, text = token.lastgroup, token[0]
        if kind == "end":
            found.append(Section(digits, literal, conditional, known))
            digits, literal, conditional, known = "", "", False, True
        elif kind == "digit":
            digits += text
        elif kind == "general":
            digits += "0"
        elif kind in ("quoted", "escaped", "sign"):
            literal += token[kind]
        elif kind == "bracket":
            inside = token["bracket"]
            if CONDITION.fullmatch(inside):
                conditional = True
            elif not (COLOUR.fullmatch(inside) or CURRENCY.fullmatch(inside)):
                known = False
        elif kind == "other":
            known = False
    return tuple(found)


@lru_cache(maxsize=1024)
def faithful(code: str, sign: int, unit: str) -> bool:
    """Whether a number of that sign (1, 0, -1) is shown as it is stored, alone or with `unit` behind it.

    False for percentages, dates, scaling commas (`0,`), literal points (`0!.0000`), other units (`0"元"`), other currencies and
    formats that show nothing (`;;;`).
    """
    parts = sections(code)
    if any(part.conditional for part in parts):
        chosen = parts[:3]
    elif sign < 0:
        chosen = (parts[1] if len(parts) > 1 else parts[0],)
    elif sign == 0:
        chosen = (parts[2] if len(parts) > 2 else parts[0],)
    else:
        chosen = (parts[0],)
    return all(_faithful(part, sign, unit) for part in chosen)


def _faithful(part: Section, sign: int, unit: str) -> bool:
    literal = "".join(part.literal.split())
    if not part.known:
        return False
    if sign == 0 and literal.strip("¥￥()") in ("-", "0") and not re.search("[.,]", part.digits):
        return True  # accounting formats show a zero as a dash
    if not DIGITS.fullmatch(part.digits):
        return False
    return literal.strip("-+()¥￥").removeprefix("人民币") in ("", unit, unit.removesuffix("元"))
