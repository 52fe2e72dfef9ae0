"""For every rule of the catalogue what proves it: a sample that raises it at its cell, and one that comes near and does not.

Most rules have a file in samples/2019/faulty (`samples.faults`) and a near miss (`samples.near`); what no single return can show has a
folder in samples/2019/batches (`samples.batches`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from samples.batches import BATCHES, NEAR_BATCHES
from samples.faults import FAULTS
from samples.near import NEAR


class Proof(NamedTuple):
    """One line of the table: where a rule is raised (below samples/2019), and at which places of it; "" is the whole file or batch."""

    code: str
    sample: str
    places: tuple[str, ...]


def raised() -> Iterator[Proof]:
    """What raises each rule, in the order of the faults, then the batches."""
    for fault in FAULTS:
        yield Proof(fault.code, f"faulty/{fault.file}", tuple(_named(place) for place in fault.places))
    for batch in BATCHES:
        places = tuple(_named((file, *place)) for file, place in batch.spots)
        yield Proof(batch.code, f"batches/{batch.folder}/", places)


def _named(place: tuple[str, ...]) -> str:
    return "!".join(part for part in place if part)


def spared() -> Iterator[tuple[str, str]]:
    """What comes near each rule: its code, and what is right about it."""
    yield from ((near.code, f"{near.what}（{near.department}）") for near in NEAR)
    yield from ((batch.code, f"{batch.what}（{'、'.join(batch.departments)}）") for batch in NEAR_BATCHES)
