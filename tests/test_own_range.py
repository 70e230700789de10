"""A runner's own cadence: what is usual for this runner at this speed, and when a clip is out of it."""

from datetime import UTC, datetime, timedelta

import pytest

from formcheck.history.own_range import own_cadence
from formcheck.history.records import Session
from formcheck.types import Extra, Measurement
from formcheck.wording import not_allowed


def sessions(*runs):
    """Return one session a day, each (cadence, speed); None = speed not known."""
    first = datetime(2026, 5, 1, tzinfo=UTC)
    return [
        Session(
            first + timedelta(days=k), f"run{k}.mp4", f"{k:064d}",
            {"cadence": Measurement("cadence", "steps/min", rate, rate - 1, rate + 1, 30, extra=Extra(speed_mps=speed))},
        )
        for k, (rate, speed) in enumerate(runs)
    ]  # fmt: skip


def test_the_own_range_is_that_of_earlier_clips_at_about_this_speed():
    found = own_cadence(sessions((165, 3.0), (171, 3.2), (168, 2.9), (182, 4.2), (167, 3.0)))
    assert (found.low, found.high, found.clips) == (165, 171, 3)
    assert not found.outside and "165 to 171" in found.sentence


@pytest.mark.parametrize("now, outside", [(150, False), (146, True), (189, False), (191, True)])
def test_outside_is_further_than_practice_takes_a_cadence(now, outside):
    """Ten per cent below 165 is 148.5, ten above 171 is 188.1; the interval of ± 1 must lie beyond."""
    found = own_cadence(sessions((165, 3.0), (171, 3.2), (168, 2.9), (now, 3.0)))
    assert found.outside is outside
    assert ("further than practice" in found.sentence) is outside
    assert not not_allowed(found.sentence)


@pytest.mark.parametrize(
    "runs",
    [
        [],
        [(165, 3.0)],
        [(165, 3.0), (171, 3.0), (168, 3.0)],
        [(165, 3.0), (171, 3.0), (168, 3.0), (150, None)],
        [(165, 4.0), (171, 4.1), (168, 4.0), (150, 3.0)],
    ],
)
def test_without_a_speed_or_enough_earlier_clips_nothing_is_said(runs):
    assert own_cadence(sessions(*runs)) is None
