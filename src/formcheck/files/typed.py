"""Read what others wrote: JSON becomes a dataclass only if every leaf has the type its field states.

A file that FormCheck wrote may have been changed since, by hand or by another program. A
number written as text, a list for a word or an endless number would otherwise travel on
and fail far from the file. So there is one door, and what passes it needs no more checks.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from math import isfinite, nan
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

LARGEST_NUMBER = 1e12  # nothing FormCheck writes comes near; larger ones overflow somewhere later
LONGEST_TEXT = 20_000
MOST_ITEMS = 2_000_000


class WrongContent(ValueError):
    """A value is not of the type its place asks for; the message says where."""


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text; NaN, Infinity and names that come twice are no JSON.

    Raises
    ------
    WrongContent
    """
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise WrongContent(f"it is not JSON ({error})") from error


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name comes twice in one place")
    return found


def read_as(kind: Any, value: Any, where: str = "it") -> Any:
    """Return a JSON value as the type `kind`, checked down to the last leaf.

    Parameters
    ----------
    kind : a dataclass, or anything its fields are made of: str, int, float, bool, None,
        Literal, Mapping, tuple, unions of these. For a float, null is NaN: not measured.
    where : what the value is called in messages

    Raises
    ------
    WrongContent
        If a leaf has another type, a number is endless or huge, a part is missing or
        unknown, or the dataclass itself refuses its values.
    """
    if is_dataclass(kind):
        return _dataclass(kind, value, where)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _union(get_args(kind), value, where)
    if origin is Literal:
        return _expect(isinstance(value, str) and value in get_args(kind), value, kind, where)
    if origin is tuple:
        return _tuple(get_args(kind), value, where)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(get_args(kind)[1], value, where)
    return _leaf(kind, value, where)


def _dataclass(kind: Any, value: Any, where: str) -> Any:
    _expect(isinstance(value, Mapping), value, "an object", where)
    hints = get_type_hints(kind)
    known = {each.name: each for each in fields(kind)}
    for name in value:
        _expect(name in known, name, f"one of {', '.join(known)}", f"a part of {where}")
    for name, each in known.items():
        needed = each.default is MISSING and each.default_factory is MISSING
        _expect(name in value or not needed, "nothing", "a value", f"{name} of {where}")
    parts = {name: read_as(hints[name], each, f"{name} of {where}") for name, each in value.items()}
    try:
        return kind(**parts)
    except (TypeError, ValueError) as error:
        raise WrongContent(f"{where} is impossible: {error}") from error


def _union(kinds: tuple[Any, ...], value: Any, where: str) -> Any:
    if value is None and types.NoneType in kinds:
        return None
    others = [kind for kind in kinds if kind is not types.NoneType]
    for kind in others[:-1]:
        try:
            return read_as(kind, value, where)
        except WrongContent:
            continue
    return read_as(others[-1], value, where)


def _tuple(kinds: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    _expect(isinstance(value, (list, tuple)) and len(value) <= MOST_ITEMS, value, "a list", where)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(read_as(kinds[0], each, f"{where}[{k}]") for k, each in enumerate(value))
    _expect(len(value) == len(kinds), value, f"a list of {len(kinds)}", where)
    return tuple(read_as(kind, each, f"{where}[{k}]") for k, (kind, each) in enumerate(zip(kinds, value)))


def _mapping(kind: Any, value: Any, where: str) -> dict[str, Any]:
    _expect(isinstance(value, Mapping) and len(value) <= MOST_ITEMS, value, "an object", where)
    return {
        _leaf(str, name, where): read_as(kind, each, f"{name} of {where}") for name, each in value.items()
    }


def _leaf(kind: Any, value: Any, where: str) -> Any:
    if kind is Any:
        return _anything(value, where)
    if kind is float:
        return nan if value is None else float(_expect(_is_number(value), value, "a number", where))
    if kind is int:
        return _expect(_is_number(value) and isinstance(value, int), value, "a whole number", where)
    if kind is str:
        return _expect(_is_text(value), value, "a text", where)
    return _expect(type(value) is kind, value, kind, where)


def _anything(value: Any, where: str) -> Any:
    """Return any JSON value whose numbers are finite and whose texts are text."""
    if isinstance(value, Mapping):
        return _mapping(Any, value, where)
    if isinstance(value, (list, tuple)):
        return [_anything(each, where) for each in value]
    fine = value is None or isinstance(value, bool) or _is_number(value) or _is_text(value)
    return _expect(fine, value, "a plain value", where)


def _is_number(value: Any) -> bool:
    """Whether it is a finite number of ordinary size; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= LARGEST_NUMBER and isfinite(value)


def _is_text(value: Any) -> bool:
    """Whether it is a text that can be stored: not endless, no halves of characters."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        return False
    return not any(0xD800 <= ord(sign) <= 0xDFFF for sign in value)


def _expect(fine: bool, value: Any, kind: Any, where: str) -> Any:
    if not fine:
        wanted = getattr(kind, "__name__", str(kind))
        raise WrongContent(f"{where} is {repr(value)[:40]}, not {wanted}")
    return value
