"""Amounts of money, held in the field's unit (万元) as Decimal without trailing zeros. Never a float, never 0 by default."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal

from xlsform.core.cells import Cell
from xlsform.core.kinds.formats import faithful
from xlsform.core.kinds.kind import Datum, Parsed, Shape, lost

HELD_IN = "万元"
UNITS = {
    "元": Decimal(1),
    "圆": Decimal(1),
    "百元": Decimal(100),
    "千元": Decimal(1000),
    "万": Decimal(10_000),
    "万元": Decimal(10_000),
    "万圆": Decimal(10_000),
    "十万元": Decimal(100_000),
    "百万": Decimal(1_000_000),
    "百万元": Decimal(1_000_000),
    "千万": Decimal(10_000_000),
    "千万元": Decimal(10_000_000),
    "亿": Decimal(100_000_000),
    "亿元": Decimal(100_000_000),
}
"""元 in one of each unit that may stand behind an amount."""

BLANKS = "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000\ufeff\u200b"
FOLD = str.maketrans(
    {
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        **dict.fromkeys(BLANKS, " "),
        "．": ".",
        "，": ",",
        "﹐": ",",
        "－": "-",
        "−": "-",
        "﹣": "-",
        "＋": "+",
        "（": "(",
        "）": ")",
        "￥": "¥",
    }
)
"""Look-alikes of the signs of an amount; what is not here stays and makes the text unreadable."""

NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
AMOUNT = re.compile(
    rf"(?:¥|人民币) *(?P<late>[-+]?)(?P<priced>{NUMBER}) *(?P<unit1>[一-鿿]*)"
    rf"|(?P<sign>[-+]?) *¥? *(?P<plain>{NUMBER}) *(?P<unit2>[一-鿿]*)"
    rf"|\( *(?P<negative>{NUMBER}) *\)"
)
EXACT = Context(prec=15, rounding=ROUND_HALF_EVEN)
WIDE = Context(prec=40, rounding=ROUND_HALF_EVEN)
FINEST = Decimal("1e-10")
LARGEST = 12
"""An amount has at most 15 significant digits, ten decimals and twelve digits before the point: beyond that only noise."""


def plain(number: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent: 8.00 → 8, 1E+2 → 100, -0 → 0."""
    short = number.normalize(WIDE)
    if short.is_zero():
        return Decimal(0)
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1), context=WIDE) if isinstance(exponent, int) and exponent > 0 else short


def tidy(number: Decimal) -> Decimal | None:
    """The number without the noise that binary arithmetic left (336.06999999999999 → 336.07); None when it is too large to be one."""
    if not number.is_finite() or number.adjusted() > LARGEST:
        return None
    short = EXACT.plus(number)
    exponent = short.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -10:
        short = short.quantize(FINEST, context=WIDE)
    return plain(short)


def parse_money(cell: Cell, field: Shape) -> Parsed:
    """8, “8”, “８万元”, “80000元”, “1,200.50”, “(5)” → Decimal in the field's unit.

    Problems: "text" (a number kept as text), "unit" (converted), "format" (the cell shows another unit, a date, a percentage or
    nothing), "unreadable" (no number, or more than one; also 无, — and /).
    """
    raw = cell.raw
    if isinstance(raw, Decimal):
        if cell.shown_as and not faithful(cell.shown_as, (raw > 0) - (raw < 0), field.unit or HELD_IN):
            return None, "format"
        number = tidy(raw)
        return (None, "unreadable") if number is None else (number, "")
    if isinstance(raw, str):
        return amount(raw, field.unit or HELD_IN)
    return None, lost(cell) or ("unreadable" if raw is not None else "")


def amount(text: str, held_in: str = HELD_IN) -> Parsed:
    """An amount written as text, in `held_in`; the problems are those of `parse_money`."""
    folded = text.translate(FOLD).strip()
    if not folded:
        return None, ""
    match = AMOUNT.fullmatch(folded)
    if match is None:
        return None, "unreadable"
    digits = match["priced"] or match["plain"] or match["negative"]
    written = (match["unit1"] or match["unit2"] or "").removesuffix("整")
    scale = UNITS.get(written) if written else UNITS[held_in]
    if scale is None or len(digits) > 30:
        return None, "unreadable"
    number = WIDE.divide(WIDE.multiply(Decimal(digits.replace(",", "")), scale), UNITS[held_in])
    if match["negative"] or (match["late"] or match["sign"]) == "-":
        number = -number
    tidied = tidy(number)
    if tidied is None:
        return None, "unreadable"
    return tidied, "text" if scale == UNITS[held_in] else "unit"


def show_money(data: Datum, _field: Shape) -> Datum:
    """The number; the unit stands in the form's unit line or in its label."""
    return data


def show_amount(number: Decimal) -> str:
    """As a clerk writes it: 336.07, 100, never 1E+2."""
    return format(plain(number), "f")
