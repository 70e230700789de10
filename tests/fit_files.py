"""Minimal FIT files, written by the public format: header, definitions, data, checksums."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
UINT8, UINT16, UINT32, ENUM = (
    (0x02, "B", 0xFF),
    (0x84, "H", 0xFFFF),
    (0x86, "I", 0xFFFFFFFF),
    (0x00, "B", 0xFF),
)
FILE_ID, SPORT, SESSION, LAP, RECORD = 0, 12, 18, 19, 20
RUNNING, CYCLING, TRANSITION, SWIMMING = 1, 2, 3, 5  # of the profile's sports
Field = tuple[int, tuple[int, str, int], float, float]  # number, base type, scale, offset

FIELDS: dict[int, dict[str, Field]] = {
    FILE_ID: {"type": (0, ENUM, 1, 0), "manufacturer": (1, UINT16, 1, 0), "time_created": (4, UINT32, 1, 0)},
    SPORT: {"sport": (0, ENUM, 1, 0), "sub_sport": (1, ENUM, 1, 0)},
    LAP: {
        "timestamp": (253, UINT32, 1, 0), "start_time": (2, UINT32, 1, 0), "sport": (25, ENUM, 1, 0),
        "total_elapsed_time": (7, UINT32, 1000, 0), "avg_cadence": (17, UINT8, 1, 0),
    },
    SESSION: {
        "timestamp": (253, UINT32, 1, 0), "start_time": (2, UINT32, 1, 0), "sport": (5, ENUM, 1, 0),
        "total_elapsed_time": (7, UINT32, 1000, 0), "total_timer_time": (8, UINT32, 1000, 0),
        "total_distance": (9, UINT32, 100, 0), "avg_cadence": (18, UINT8, 1, 0), "avg_fractional_cadence": (92, UINT8, 128, 0),
        "avg_vertical_oscillation": (89, UINT16, 10, 0), "avg_stance_time": (91, UINT16, 10, 0),
        "avg_step_length": (134, UINT16, 10, 0),
    },
    RECORD: {
        "timestamp": (253, UINT32, 1, 0), "cadence": (4, UINT8, 1, 0), "fractional_cadence": (53, UINT8, 128, 0),
        "distance": (5, UINT32, 100, 0), "speed": (6, UINT16, 1000, 0), "vertical_oscillation": (39, UINT16, 10, 0),
        "stance_time": (41, UINT16, 10, 0), "vertical_ratio": (83, UINT16, 100, 0), "step_length": (85, UINT16, 10, 0),
    },
}  # fmt: skip
"""Global message numbers, field numbers and scales of the FIT profile."""

NIBBLES = (
    0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
    0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400,
)  # fmt: skip


def crc(data: bytes) -> int:
    """Return the 16-bit checksum of the format."""
    found = 0
    for byte in data:
        for part in (byte & 0xF, byte >> 4):
            found = (found >> 4) ^ NIBBLES[found & 0xF] ^ NIBBLES[part]
    return found


def fit_file(messages: Sequence[tuple[int, Mapping[str, float | None]]]) -> bytes:
    """Return a FIT file of (message number, values by field name); None is the invalid value."""
    body = b""
    for kind, values in messages:
        fields = [FIELDS[kind][name] for name in values]
        body += struct.pack("<BBBHB", 0x40, 0, 0, kind, len(fields))
        for number, (base, form, _), _, _ in fields:
            body += struct.pack("<BBB", number, struct.calcsize(form), base)
        body += b"\0"
        for value, (_, (_, form, invalid), scale, offset) in zip(values.values(), fields):
            raw = invalid if value is None else round((value + offset) * scale)
            body += struct.pack("<" + form, raw)
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    head += struct.pack("<H", crc(head))
    return head + body + struct.pack("<H", crc(head + body))


def at(when: datetime) -> int:
    """Return a moment as FIT counts it."""
    return int((when - EPOCH).total_seconds())


def run(
    when: datetime = datetime(2026, 3, 1, 7, 0, tzinfo=UTC),
    *,
    seconds: int = 300,
    steps_per_min: float = 166.0,
    speed: float = 3.0,
    one_foot: bool = True,
    sport: int = 1,
    walk_s: int = 0,
    **columns: float | None,
) -> bytes:
    """Return a run of even pace, as a watch with a chest strap writes it; the end may be walked."""
    step_mm = 1000 * 60 * speed / steps_per_min
    values = {
        "vertical_oscillation": 87.7,
        "stance_time": 251.0,
        "vertical_ratio": 7.9,
        "step_length": step_mm,
    }
    messages: list[tuple[int, Mapping[str, float | None]]] = [
        (FILE_ID, {"type": 4, "manufacturer": 1, "time_created": at(when)})
    ]
    for k in range(seconds):
        walks = k >= seconds - walk_s
        told = (110.0 if walks else steps_per_min) / (2 if one_foot else 1)
        row = {
            "timestamp": at(when) + k, "cadence": int(told), "fractional_cadence": told - int(told),
            "distance": speed * k, "speed": 1.4 if walks else speed, **values, **columns,
        }  # fmt: skip
        messages.append((RECORD, row))
    whole = {"timestamp": at(when) + seconds, "start_time": at(when), "sport": sport}
    messages.append((SESSION, {**whole, "total_timer_time": seconds, "total_distance": speed * seconds}))
    return fit_file(messages)


def leg(
    when: datetime,
    sport: int,
    *,
    seconds: int = 120,
    cadence: float = 83.0,
    speed: float = 3.0,
    session: bool = True,
    **columns: float | None,
) -> list[tuple[int, Mapping[str, float | None]]]:
    """Return the messages of one activity: a sport message, a record for each second, and the session."""
    messages: list[tuple[int, Mapping[str, float | None]]] = [(SPORT, {"sport": sport})]
    for k in range(seconds):
        row = {
            "timestamp": at(when) + k,
            "cadence": int(cadence),
            "distance": speed * k,
            "speed": speed,
            **columns,
        }
        messages.append((RECORD, row))
    if session:
        whole = {
            "timestamp": at(when) + seconds, "start_time": at(when), "sport": sport, "total_elapsed_time": seconds,
            "total_timer_time": seconds, "total_distance": speed * seconds,
        }  # fmt: skip
        messages.append((SESSION, whole))
    return messages


def begun(when: datetime) -> tuple[int, Mapping[str, float | None]]:
    """Return the first message of a file."""
    return FILE_ID, {"type": 4, "manufacturer": 1, "time_created": at(when)}
