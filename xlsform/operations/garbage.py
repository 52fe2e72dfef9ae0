"""Python's search for cyclic garbage, made rarer while much is read that holds no cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 1_000_000
"""Objects made before the youngest are looked through (Python: 700)."""


def collect_seldom() -> None:
    """For a process that does nothing but read returns."""
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Records form trees, which are freed without any search; to search ten thousands of them again and again takes a sixth of a merge."""
    before = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
