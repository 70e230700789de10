"""The scorecard as markup: every metric in its group, with range, value and interval, or a reason."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from formcheck.files.templates import part
from formcheck.report.rows import BandBar, NumberOrClass, groups

TEMPLATE = "report/templates/scorecard.html"


def scorecard(answers: Mapping[str, NumberOrClass]) -> Markup:
    """Return all groups; each ends with the metrics that were not measured and the reasons."""
    return part(TEMPLATE, "scorecard", groups(answers))


def band_bar(bar: BandBar, spoken: str, colour: str) -> Markup:
    """Return a band bar: the range as a block, the value as a dot with its interval as a line."""
    return part(TEMPLATE, "band_bar", bar, spoken, colour)
