"""Practised cues, completed drills and the watch's values, as the Progress page shows them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from formcheck.coaching import DRILLS
from formcheck.files.templates import part
from formcheck.history.progress import Beside, Worked, change_text, times
from formcheck.history.records import DrillDone, WatchRun
from formcheck.metrics import METRICS
from formcheck.ui.parts import units
from formcheck.ui.parts.library import DRILL_TEMPLATE, drill_line
from formcheck.wording import plus_minus_text, unit_text, with_unit


def worked_card(worked: Worked) -> Markup:
    """Return the card of one cue: how often given, how often practised, how its metric changed."""
    given = f"Given {times(worked.times_given)} since {worked.first_given:%-d %b %Y}"
    noted = f", worked on {times(worked.practised)}" if worked.practised else ""
    still = "" if worked.still else " It no longer stands out."
    return part(
        DRILL_TEMPLATE, "worked_card", worked.say, f"{given}{noted}.{still}", drill_line(worked.drill),
        change_line(worked),
    )  # fmt: skip


def change_line(worked: Worked) -> str:
    """Return how a cue's metric changed since the cue was first given."""
    name = METRICS[worked.metric].name
    if worked.change is None:
        return f"{name}: not measured again yet."
    verdict = "● a real change" if worked.change.real else "– within the noise so far"
    return f"{name}: {change_text(worked.change)}, {verdict}."


def drill_table(done: Sequence[DrillDone]) -> Markup:
    """Return the checked drills, newest first."""
    rows = [
        (
            DRILLS[each.drill].name if each.drill in DRILLS else each.drill,
            f"{each.when:%-d %b %Y}", f"{each.full}", f"{each.partial}", f"{each.seconds:.0f} s",
        )
        for each in reversed(done)
    ]  # fmt: skip
    return table(("", "Day", "Full", "Partial", "Set"), rows)


def beside_table(found: Sequence[Beside]) -> Markup:
    """Return the video's values next to the watch's."""
    rows = [
        (
            METRICS[each.metric].name,
            plus_minus_text(each.video),
            with_unit(each.video, each.watch),
            f"{with_unit(each.video, each.watch_low).removesuffix(unit_text(each.unit))} to "
            f"{with_unit(each.video, each.watch_high)}",
            "● they agree" if each.meet else "▲ they differ",
        )
        for each in found
    ]
    return table(("", "Video", "Watch", "Most of the run", ""), rows)


def run_table(runs: Sequence[WatchRun]) -> Markup:
    """Return the watch's runs, newest first."""
    rows = [
        (
            f"{run.when:%-d %b %Y}",
            units.distance_text(run.distance_km),
            *(_cell(run, metric, digits) for metric, digits in WATCHED),
            run.source,
        )
        for run in reversed(runs)
    ]
    return table(("", "Distance", *(METRICS[metric].name for metric, _ in WATCHED), "File"), rows)


WATCHED = (("cadence", 0), ("ground_contact_time", 0), ("vertical_oscillation", 1), ("step_length", 2))


def _cell(run: WatchRun, metric: str, digits: int) -> str:
    value = run.values.get(metric)
    return f"{value.value:.{digits}f} {value.unit}" if value else "–"


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    """Return a table that becomes cards on a phone."""
    return part("ui/templates/tables.html", "table_of", titles, rows)
