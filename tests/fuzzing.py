"""Break files on purpose: pure functions from bytes and a seeded generator to bytes.

Every test of broken files takes its mutations from here, so that all formats meet the same kinds of damage: bytes
flipped by a bad disk, a copy that stopped, blocks in the wrong order, a field that says something impossible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

EXTREMES = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\x01")
"""A field is filled with one of these: zero, all ones, the largest and the smallest signed number, one."""
HEADER_SHARE = 0.1  # of a file: where most formats keep what the rest of the file is read by
TEXT_FIELDS = (
    b"",
    b"-1",
    b"nan",
    b"1e999",
    b"9" * 40,
    b"null",
    b"[]",
    b"{}",
    b'"',
    b"\x00",
    b"\xff\xfe",
    b"../../x",
)


@dataclass(frozen=True)
class Broken:
    """One broken file and how it was broken."""

    name: str  # "0007-byte_flips"
    data: bytes


def byte_flips(data: bytes, rng: np.random.Generator) -> bytes:
    """Replace between one byte and one in a hundred by random ones, anywhere in the file."""
    broken = np.frombuffer(data, np.uint8).copy()
    if len(broken) == 0:
        return data
    count = _log_uniform(rng, 1, max(1, len(broken) // 100))
    places = rng.integers(0, len(broken), count)
    broken[places] = rng.integers(0, 256, count, dtype=np.uint8)
    return broken.tobytes()


def bit_flip(data: bytes, rng: np.random.Generator) -> bytes:
    """Flip a single bit in the first tenth of the file."""
    if not data:
        return data
    broken = bytearray(data)
    broken[rng.integers(0, _header(data))] ^= 1 << int(rng.integers(0, 8))
    return bytes(broken)


def truncation(data: bytes, rng: np.random.Generator) -> bytes:
    """Keep only the beginning of the file, at any length from nothing to all but one byte."""
    return data[: int(rng.integers(0, max(1, len(data))))]


def lost_start(data: bytes, rng: np.random.Generator) -> bytes:
    """Keep only the end of the file."""
    return data[int(rng.integers(0, max(1, len(data)))) :]


def chunk_swap(data: bytes, rng: np.random.Generator) -> bytes:
    """Exchange two blocks of equal length that do not overlap."""
    length = _log_uniform(rng, 1, max(1, len(data) // 3))
    if len(data) < 2 * length:
        return data
    first = int(rng.integers(0, len(data) - 2 * length + 1))
    second = int(rng.integers(first + length, len(data) - length + 1))
    a, b = data[first : first + length], data[second : second + length]
    return data[:first] + b + data[first + length : second] + a + data[second + length :]


def chunk_repeat(data: bytes, rng: np.random.Generator) -> bytes:
    """Insert a copy of one block right after it, so that everything later is displaced."""
    start, stop = _block(data, rng)
    return data[:stop] + data[start:stop] + data[stop:]


def chunk_loss(data: bytes, rng: np.random.Generator) -> bytes:
    """Remove one block from the middle."""
    start, stop = _block(data, rng)
    return data[:start] + data[stop:]


def field_set(data: bytes, rng: np.random.Generator) -> bytes:
    """Set one aligned field of 1, 2, 4 or 8 bytes in the first tenth of the file to an extreme value."""
    return _field_set(data, rng, _header(data))


def field_set_anywhere(data: bytes, rng: np.random.Generator) -> bytes:
    """Set one aligned field anywhere in the file to an extreme value."""
    return _field_set(data, rng, len(data))


def text_field_set(data: bytes, rng: np.random.Generator) -> bytes:
    """Replace one word or number of a text file by something that does not belong there."""
    places = [index for index, byte in enumerate(data) if byte in b',;\t :"\n']
    if len(places) < 2:
        return data
    pick = int(rng.integers(0, len(places) - 1))
    value = TEXT_FIELDS[int(rng.integers(0, len(TEXT_FIELDS)))]
    return data[: places[pick] + 1] + value + data[places[pick + 1] :]


Mutation = Callable[[bytes, np.random.Generator], bytes]
BINARY: tuple[Mutation, ...] = (
    byte_flips, bit_flip, truncation, lost_start, chunk_swap, chunk_repeat, chunk_loss, field_set, field_set_anywhere,
)  # fmt: skip
TEXT: tuple[Mutation, ...] = (*BINARY, text_field_set)


def broken_files(
    data: bytes, count: int, seed: int, mutations: tuple[Mutation, ...] = BINARY
) -> Iterator[Broken]:
    """Yield `count` different ways to break a file, each kind of mutation in turn.

    The same data, count and seed give the same files on every machine.
    """
    for number in range(count):
        mutation = mutations[number % len(mutations)]
        rng = np.random.default_rng([seed, number])
        yield Broken(f"{number:04d}-{mutation.__name__}", mutation(data, rng))


def _header(data: bytes) -> int:
    return max(1, min(len(data), max(64, int(HEADER_SHARE * len(data)))))


def _field_set(data: bytes, rng: np.random.Generator, within: int) -> bytes:
    size = int(2 ** rng.integers(0, 4))
    if len(data) < size:
        return data
    place = int(rng.integers(0, max(1, min(within, len(data) - size + 1)))) // size * size
    value = EXTREMES[int(rng.integers(0, len(EXTREMES)))]
    # the first byte alone is the extreme one for a signed limit, the rest repeats it for zero and all ones
    rest = {b"\x7f": b"\xff", b"\x80": b"\x00", b"\x01": b"\x00"}.get(value, value)
    return data[:place] + value + rest * (size - 1) + data[place + size :]


def _block(data: bytes, rng: np.random.Generator) -> tuple[int, int]:
    length = _log_uniform(rng, 1, max(1, len(data) // 3))
    start = int(rng.integers(0, max(1, len(data) - length + 1)))
    return start, start + length


def _log_uniform(rng: np.random.Generator, low: int, high: int) -> int:
    return max(low, min(high, int(np.exp(rng.uniform(np.log(low), np.log(high + 1))))))
