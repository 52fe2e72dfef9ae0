"""Number formats: the code in a workbook's styles → the text a person sees.

A code is compiled once per workbook and style; what is shown is computed in decimal, after Excel's own rounding to 15
significant digits, so binary noise never shows. What a cell could only show as ##### is shown as General: nothing is lost.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from xlsform.ooxml.dates import Token, renderer

GENERAL: Final = "General"

Show = Callable[[Decimal], str]

_EXCEL: Final = Context(prec=15, rounding=ROUND_HALF_UP, Emin=-999999, Emax=999999)
_WIDE: Final = Context(prec=800, rounding=ROUND_HALF_UP, Emin=-999999, Emax=999999)
_ONE: Final = Decimal(1)
_GENERAL_WIDTH: Final = 11
"""Characters that General gives a fraction, decimal point included, sign not."""

BUILTIN: Final[dict[int, str]] = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: '"¥"#,##0;"¥"-#,##0', 6: '"¥"#,##0;[Red]"¥"-#,##0', 7: '"¥"#,##0.00;"¥"-#,##0.00', 8: '"¥"#,##0.00;[Red]"¥"-#,##0.00',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    37: "#,##0;-#,##0", 38: "#,##0;[Red]-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;[Red]-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 42: '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', 44: '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""Formats that stand in no styles.xml, as a Chinese Excel shows them (ECMA-376 part 1, 18.8.30, zh-cn)."""

_CODE = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<exponent>E[+-])|(?P<noon>AM/PM|A/P|上午/下午)"
    r"|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|a{3,}|[eg]+|b+)|(?P<digit>[0#?])|(?P<mark>[.,%/@])|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
_OF_THE_SYSTEM: Final = {"[$-F800]": 'yyyy"年"m"月"d"日"', "[$-F400]": "h:mm:ss"}
"""Codes that stand for the long date and the time of the reader's system, whatever follows."""
_COMPARE: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)\s*")
_ELAPSED = re.compile(r"(h+|m+|s+)", re.IGNORECASE)
_NUMERALS: Final = {1: ("〇一二三四五六七八九", "十百千万亿"), 2: ("零壹贰叁肆伍陆柒捌玖", "拾佰仟万亿")}


class Section(NamedTuple):
    """One of a code's parts between semicolons. condition: (operator, number) or None; numerals: 1, 2 for [DBNum1], [DBNum2]."""

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None
    numerals: int
    chinese: bool

    def has(self, kind: str) -> bool:
        """Whether a token of that kind stands in the section."""
        return any(token.kind == kind for token in self.tokens)


class NumberFormat(NamedTuple):
    """A compiled code. number: shows a number; text: shows a text, None when texts are shown as they are."""

    code: str
    number: Show
    text: Callable[[str], str] | None
    is_general: bool


def plain(number: Decimal) -> Decimal:
    """The number as Excel computes with it: 15 significant digits, noise removed."""
    return _EXCEL.plus(number)


def general(number: Decimal) -> str:
    """A number under General: fractions get 11 characters; whole numbers keep all their 15 digits, as the formula bar shows them."""
    value = plain(number)
    if not value:
        return "0"
    size = value.adjusted()
    if value == value.to_integral_value():
        return format(value, "f").partition(".")[0] if size <= 20 else _scientific_general(value)
    if size < -4:
        exact = format(_stripped(value), "f")
        return exact if len(exact.lstrip("-")) <= _GENERAL_WIDTH else _scientific_general(value)
    places = max(_GENERAL_WIDTH - 1 - max(size + 1, 1), 0)
    return format(_stripped(_rounded(value, places)), "f")


def _stripped(value: Decimal) -> Decimal:
    return value.normalize(_WIDE) if value else Decimal(0)


def _scientific_general(value: Decimal) -> str:
    size = value.adjusted()
    digits = _stripped(
        Context(prec=6, rounding=ROUND_HALF_UP, Emin=-999999, Emax=999999).plus(value.scaleb(-size, _WIDE))
    )
    if abs(digits) >= 10:
        digits, size = digits / 10, size + 1
    return f"{_stripped(digits):f}E{'-' if size < 0 else '+'}{abs(size):02d}"


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(_ONE.scaleb(-places), context=_WIDE)


@lru_cache(maxsize=4096)
def compiled(code: str, date_1904: bool = False) -> NumberFormat:
    """A format code ready for use. Never raises on an odd code: what has no meaning stands as a literal."""
    if code in (GENERAL, "", "@"):
        return NumberFormat(code or GENERAL, general, None, True)
    sections = tuple(_section(part) for part in _split(_OF_THE_SYSTEM.get(code[:8].upper(), code)))
    numeric = (
        sections[:3] if len(sections) > 3 else tuple(s for s in sections if not (s.has("mark@") and len(sections) > 1))
    )
    texts = sections[3:4] if len(sections) > 3 else tuple(s for s in sections if s.has("mark@"))
    shows = tuple(_section_show(section, date_1904) for section in numeric) or (general,)
    text = _text_show(texts[0]) if texts else None
    return NumberFormat(code, _chooser(numeric, shows), text, False)


def _split(code: str) -> list[str]:
    """Cut at the semicolons that are not quoted or escaped."""
    parts, at = [""], 0
    for match in _CODE.finditer(code):
        if match.group() == ";" and match.lastgroup == "literal":
            parts.append("")
        else:
            parts[-1] += match.group()
        at = match.end()
    return parts if at == len(code) else [code]


def _section(text: str) -> Section:
    tokens: list[Token] = []
    condition, numerals, chinese = None, 0, False
    for match in _CODE.finditer(text):
        kind = match.lastgroup or "literal"
        value = match[kind] or ""
        if kind != "bracket":
            tokens += _token(kind, value)
        elif found := _CONDITION.fullmatch(value):
            condition = (found[1], Decimal(found[2]))
        elif value.lower() in ("dbnum1", "dbnum2"):
            numerals = int(value[-1])
        elif value.startswith("$"):
            symbol, _, locale = value[1:].partition("-")
            chinese = chinese or locale.upper().endswith("804") or locale.lower().startswith("zh")
            tokens += [Token("quoted", symbol)] if symbol else []
        elif _ELAPSED.fullmatch(value):
            tokens.append(Token("elapsed", value.lower()))
        # what else stands in brackets is a colour and says nothing about the text
    if text and not tokens:  # only brackets: General, in a colour or in Chinese numerals
        tokens.append(Token("general", GENERAL))
    return Section(tuple(tokens), condition, numerals, chinese)


def _token(kind: str, value: str) -> tuple[Token, ...]:
    if kind == "fill":
        return ()
    if kind == "space":
        return (Token("quoted", " "),)
    if kind in ("escaped", "literal"):
        return (Token("quoted", value),)
    return (Token(f"mark{value}" if kind == "mark" else kind, value.lower() if kind == "date" else value),)


def _chooser(sections: tuple[Section, ...], shows: tuple[Show, ...]) -> Show:
    """Pick a section by the sections' own conditions, else by the number's sign."""
    if not sections:
        return general
    conditions = [section.condition for section in sections]
    by_condition = any(conditions[:2])
    tests = [_test(condition, index, len(sections), by_condition) for index, condition in enumerate(conditions)]
    # The minus sign goes where a section holds nothing but negative numbers.
    unsigned = [
        (condition[0] in ("<", "<=") and condition[1] <= 0) if condition else (index == 1 and not by_condition)
        for index, condition in enumerate(conditions)
    ]

    def show(number: Decimal) -> str:
        value = plain(number)
        for test, render, without_sign in zip(tests, shows, unsigned, strict=True):
            if test(value):
                return render(abs(value) if without_sign else value)
        return general(value)

    return show


def _test(
    condition: tuple[str, Decimal] | None, index: int, count: int, by_condition: bool
) -> Callable[[Decimal], bool]:
    if condition is not None:
        compare, bound = _COMPARE[condition[0]], condition[1]
        return lambda number: compare(number, bound)
    if index == count - 1:
        return lambda _: True
    if index == 1:
        return lambda number: number < 0
    if by_condition or count == 2:
        return lambda number: number >= 0
    return lambda number: number > 0


def _text_show(section: Section) -> Callable[[str], str] | None:
    """How a text section dresses a text; None when it shows it bare."""
    before = after = ""
    seen = False
    for token in section.tokens:
        if token.kind == "mark@":
            seen = True
        elif token.kind == "quoted" and token.text.strip():
            before, after = (before, after + token.text) if seen else (before + token.text, after)
    if seen and not before and not after:
        return None
    return (lambda text: f"{before}{text}{after}") if seen else (lambda _: before)


def _section_show(section: Section, date_1904: bool) -> Show:
    """The renderer of one section; it writes the minus sign itself when it is given a negative number."""
    if section.has("mark@"):
        as_general = (Token("general", GENERAL) if token.kind == "mark@" else token for token in section.tokens)
        return _section_show(section._replace(tokens=tuple(as_general)), date_1904)
    if any(section.has(kind) for kind in ("date", "elapsed", "noon")):
        return renderer(section.tokens, section.numerals, section.chinese, date_1904, general)
    if section.has("mark/") and section.has("digit"):
        return _fraction(section)
    if section.has("exponent") and section.has("digit"):
        return _scientific(section)
    return _decimal(section)


class Picture(NamedTuple):
    """A section's placeholders laid out. whole, part: tokens before and behind the decimal point; shift: power of ten to apply."""

    whole: tuple[Token, ...]
    part: tuple[Token, ...]
    point: bool
    grouped: bool
    shift: int


def _picture(tokens: Iterable[Token]) -> Picture:
    """Sort out the commas: between digits they group, behind the last digit each divides by a thousand."""
    whole: list[Token] = []
    part: list[Token] = []
    side, point, shift, pending, grouped = whole, False, 0, 0, False
    for token in tokens:
        if token.kind == "mark,":
            pending += any(seen.kind == "digit" for seen in side)
            continue
        if token.kind == "digit" and pending:
            grouped, pending = grouped or side is whole, 0
        elif token.kind == "mark." and not point:
            side, point = part, True
            shift, pending = shift - 3 * pending, 0
            continue
        if token.kind == "mark%":
            shift += 2
        side.append(token if token.kind in ("digit", "general") else Token("quoted", token.text))
    return Picture(tuple(whole), tuple(part), point, grouped, shift - 3 * pending)


def _decimal(section: Section) -> Show:
    picture = _picture(section.tokens)
    numerals = section.numerals
    if section.has("general"):
        return _around_general(picture, numerals)
    places = sum(token.kind == "digit" for token in picture.part)
    if not any(token.kind == "digit" for token in picture.whole + picture.part):
        text = (
            "".join(token.text for token in picture.whole) + "." * picture.point + "".join(t.text for t in picture.part)
        )
        return lambda number: f"-{text}" if number < 0 and text else text

    simple = _simple(picture)
    if simple is not None and not numerals:
        return simple

    def show(number: Decimal) -> str:
        value = _rounded(number.scaleb(picture.shift, _WIDE), places)
        digits, _, decimals = format(value.copy_abs(), "f").partition(".")
        text = _whole(digits, picture.whole, picture.grouped) + "." * picture.point + _part(decimals, picture.part)
        sign = "-" if number < 0 and value else ""
        return sign + (_as_numerals(text, numerals) if numerals else text)

    return show


def _simple(picture: Picture) -> Show | None:
    """A renderer for what most formats are, `#,##0.00` between two literals; None for any other picture."""
    whole = "".join("q" if token.kind == "quoted" else token.text for token in picture.whole)
    part = "".join("q" if token.kind == "quoted" else token.text for token in picture.part)
    if re.fullmatch("q*#*0q*" if not picture.part else "q*#*0", whole) is None or re.fullmatch("0*q*", part) is None:
        return None
    first = next(index for index, token in enumerate(picture.whole) if token.kind == "digit")
    before = "".join(token.text for token in picture.whole[:first])
    behind = "." * (picture.point and "0" not in part)
    after = "".join(token.text for token in picture.whole[first:] + picture.part if token.kind == "quoted")
    step = _ONE.scaleb(-part.count("0"))
    spec, shift = ",f" if picture.grouped else "f", picture.shift

    def show(number: Decimal) -> str:
        value = (number.scaleb(shift, _WIDE) if shift else number).quantize(step, context=_WIDE)
        if value < 0:
            return f"-{before}{value.copy_abs():{spec}}{behind}{after}"
        return f"{before}{value.copy_abs():{spec}}{behind}{after}"

    return show


def _around_general(picture: Picture, numerals: int) -> Show:
    tokens = picture.whole

    def show(number: Decimal) -> str:
        value = number.copy_abs().scaleb(picture.shift, _WIDE)
        text = spelled(value, numerals) if numerals else general(value)
        return "-" * (number < 0) + "".join(text if token.kind == "general" else token.text for token in tokens)

    return show


def _whole(digits: str, tokens: tuple[Token, ...], grouped: bool) -> str:
    """Whole digits into their placeholders, from the right; the leftmost placeholder takes all that are left."""
    left = digits.lstrip("0")
    places = [index for index, token in enumerate(tokens) if token.kind == "digit"]
    if not places:
        return left + "".join(token.text for token in tokens)
    out: list[str] = []
    count = 0
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        if token.kind != "digit":
            out.append(token.text)
            continue
        take = len(left) if index == places[0] else 1
        chunk, left = left[len(left) - take :] if take else "", left[: len(left) - take] if take else left
        for digit in reversed(chunk or {"0": "0", "?": " "}.get(token.text, "")):
            if grouped and count and count % 3 == 0:
                out.append(" " if digit == " " else ",")
            out.append(digit)
            count += 1
    return "".join(reversed(out))


def _part(decimals: str, tokens: tuple[Token, ...]) -> str:
    """Decimals into their placeholders; behind the last digit that counts, # shows nothing and ? a space."""
    used = len(decimals.rstrip("0"))
    out: list[str] = []
    at = 0
    for token in tokens:
        if token.kind != "digit":
            out.append(token.text)
            continue
        if at < used or token.text == "0":
            out.append(decimals[at])
        elif token.text == "?":
            out.append(" ")
        at += 1
    return "".join(out)


def _scientific(section: Section) -> Show:
    at = next(index for index, token in enumerate(section.tokens) if token.kind == "exponent")
    picture = _picture(section.tokens[:at])
    plus = section.tokens[at].text.endswith("+")
    tail = section.tokens[at + 1 :]
    width = max(sum(token.kind == "digit" for token in picture.whole), 1)
    places = sum(token.kind == "digit" for token in picture.part)

    def show(number: Decimal) -> str:
        value = number.copy_abs()
        power = _power(value, width)
        mantissa = _rounded(value.scaleb(-power, _WIDE), places)
        if mantissa and mantissa.adjusted() >= width:
            power = _power(mantissa.scaleb(power, _WIDE), width)
            mantissa = _rounded(value.scaleb(-power, _WIDE), places)
        digits, _, decimals = format(mantissa, "f").partition(".")
        text = _whole(digits, picture.whole, False) + "." * picture.point + _part(decimals, picture.part)
        sign = "-" if power < 0 else "+" * plus
        return "-" * (number < 0) + text + "E" + sign + _whole(str(abs(power)), tail, False)

    return show


def _power(value: Decimal, width: int) -> int:
    size = value.adjusted() if value else 0
    return size - size % width if width > 1 else size


def _fraction(section: Section) -> Show:
    """`# ?/?`, `# ??/??`, `?/8`: a whole number, if there is a place for it, and the nearest fraction."""
    slash = next(index for index, token in enumerate(section.tokens) if token.kind == "mark/")
    before, after = section.tokens[:slash], section.tokens[slash + 1 :]
    start = slash
    while start and before[start - 1].kind == "digit":
        start -= 1
    whole, top = before[:start], before[start:]
    fixed = re.match(r"[0-9]*", "".join(token.text for token in after))
    has_whole = any(token.kind == "digit" for token in whole)
    bottom = [token for token in after if token.kind == "digit"]
    denominator = int(fixed[0]) if fixed and fixed[0].strip("0") else 0
    if not denominator and not bottom:
        return _decimal(section)
    suffix = "" if denominator else "".join(token.text for token in after if token.kind != "digit")

    def show(number: Decimal) -> str:
        exact = Fraction(abs(number))
        count, rest = divmod(exact, 1) if has_whole else (0, exact)
        near = (
            Fraction(round(rest * denominator), denominator)
            if denominator
            else rest.limit_denominator(10 ** len(bottom) - 1)
        )
        if has_whole and near == 1:
            count, near = count + 1, Fraction(0)
        over, under = near.numerator, near.denominator
        if denominator:
            over, under = round(rest * denominator) if near else 0, denominator
        sign = "-" * (number < 0 and bool(count or over))
        lead = _whole(str(count), whole, False) if has_whole else "".join(token.text for token in whole)
        if has_whole and not over:
            shown = _whole("0", tuple(t for t in whole if t.kind == "digit"), False) if not count else lead.strip()
            return sign + (shown or "0") + suffix
        return sign + lead.lstrip() + f"{over:>{len(top)}}/{under:<{len(bottom) or 1}}".strip() + suffix

    return show


def _as_numerals(text: str, numerals: int) -> str:
    digits = _NUMERALS[numerals][0]
    return "".join(digits[int(char)] if char in "0123456789" else char for char in text)


def spelled(value: Decimal, numerals: int) -> str:
    """A number in words, 123.5 → 一百二十三.五 (numerals 1) or 壹佰贰拾叁.伍 (2)."""
    whole, _, part = general(value).partition(".")
    if not whole.isdigit():
        return general(value)
    digits, units = _NUMERALS[numerals]
    words = _spell(int(whole), digits, units) or digits[0]
    return words + ("." + "".join(digits[int(digit)] for digit in part) if part else "")


def _spell(number: int, digits: str, units: str) -> str:
    """Groups of four under 亿, 万; one zero stands for any run of zeros inside."""
    for size, unit in ((8, units[4]), (4, units[3])):
        high, low = divmod(number, 10**size)
        if high:
            gap = digits[0] if low and low < 10 ** (size - 1) else ""
            return _spell(high, digits, units) + unit + gap + _spell(low, digits, units)
    words, zero = "", False
    for size in (3, 2, 1, 0):
        digit = number // 10**size % 10
        if digit:
            words += digits[0] * zero + digits[digit] + (units[size - 1] if size else "")
        zero = bool(words) and not digit if not digit else False
    return words
