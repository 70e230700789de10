"""Earlier versions of analysis.json: each is brought to the form of the current one before it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from formcheck.export.record import VERSION
from formcheck.files.typed import WrongContent, read_as
from formcheck.metrics import CATEGORIES

Object = Mapping[str, Any]


class OtherVersion(WrongContent):
    """The record has a version that this FormCheck cannot read."""


def as_current(record: Object) -> Object:
    """Return a record in the form of the current version.

    Raises
    ------
    OtherVersion
        If the record is neither of the current version nor of an earlier one.
    WrongContent
        If a part that must be changed has another type.
    """
    if record.get("version") == VERSION:
        return record
    if record.get("version") == 1:
        return _from_version_1(record)
    raise OtherVersion(f"version {record.get('version')} of the format")


def _from_version_1(record: Object) -> Object:
    """Return the record with foot strike as a category; version 1 stored it as an angle with additions."""
    measurements = read_as(Mapping[str, Object], record.get("measurements"), "the measurements")
    current = {id: _answer_from_version_1(id, each) for id, each in measurements.items()}
    return {**record, "version": VERSION, "measurements": current}


def _answer_from_version_1(id: str, each: Object) -> Object:
    extra = dict(read_as(Object, each.get("extra", {}), f"the additions to {id}"))
    if id in CATEGORIES:
        kind, chances = extra.get("type"), extra.get("probabilities", {})
        return {**each, "value": kind, "probabilities": chances, "by_side": []}
    if "told" in extra:
        extra["stated"] = extra.pop("told")
    return {**each, "extra": extra}
