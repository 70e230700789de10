"""Classes decided by the value of a metric, such as the type of foot strike, with their probabilities."""

from __future__ import annotations

from collections.abc import Mapping

from formcheck.metrics.metric import CategoryRow
from formcheck.metrics.table import CATEGORIES
from formcheck.types import UNCLEAR, Category, Measurement


def classify(measurements: Mapping[str, Measurement]) -> dict[str, Category]:
    """Return every category of a clip; one whose metric was not measured has the metric's reason.

    Parameters
    ----------
    measurements : those of one clip, by metric id
    """
    return {id: category_of(row, measurements[row.number]) for id, row in CATEGORIES.items()}


def category_of(row: CategoryRow, number: Measurement) -> Category:
    """Return the class of one measurement: the likeliest, or "unclear" if it is not likely enough."""
    sides = tuple(category_of(row, each) for each in number.by_side)
    if not number.measured:
        return Category(
            row.id, row.number, side=number.side, by_side=sides,
            why_missing=number.why_missing, missing_code=number.missing_code,
        )  # fmt: skip
    chances = row.probabilities(number)
    likeliest = max(chances, key=lambda name: chances[name])
    value = likeliest if chances[likeliest] > row.sure else UNCLEAR
    return Category(row.id, row.number, value, chances, number.n, number.side, by_side=sides)
