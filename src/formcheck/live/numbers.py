"""The large numbers of one run: what was shown once stays, marked as held when it cannot be renewed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from formcheck.live.state import ShownNumber, choose_numbers, screen_view, shown
from formcheck.types import Analysis

HELD_AFTER_S = 2.0  # a reading or two may fail without a word; numbers that flicker cannot be read
NO_VALUE = "–"


@dataclass(frozen=True)
class NumberBoard:
    """The numbers of a run; `after` returns the board after one reading."""

    ids: tuple[str, ...] = ()
    view: str = ""  # from which the ids were chosen
    last: Mapping[str, tuple[ShownNumber, float]] = field(
        default_factory=dict
    )  # with s, when it was measured

    def after(self, analysis: Analysis | None, asked: tuple[str, ...], now: float) -> NumberBoard:
        """Process one reading of the last seconds.

        The choice is made once for a run and view: a frame rate that rises and falls must not exchange
        the numbers under the runner's eyes.

        Parameters
        ----------
        analysis : None = nothing was measured just now
        asked : ids that the runner wants; empty = chosen by view and frame rate
        now : s
        """
        if analysis is None or analysis.refusal is not None:
            return self
        view, fps = screen_view(analysis.scene.view), analysis.clip.fps
        ids = self.ids if view == self.view else choose_numbers(asked, view, fps)
        fresh = {id: shown(analysis.measurements[id], fps) for id in ids}
        last = {
            id: (number, now)
            for id, number in fresh.items()
            if number.value != NO_VALUE or self.last.get(id, (number, now))[0].value == NO_VALUE
        }
        return NumberBoard(ids, view, {**self.last, **last})

    def numbers(self, now: float) -> tuple[ShownNumber, ...]:
        """Return what the screen shows at this moment."""
        return tuple(_at(*self.last[id], now) for id in self.ids)


def _at(number: ShownNumber, measured: float, now: float) -> ShownNumber:
    age = now - measured
    if number.value == NO_VALUE or age <= HELD_AFTER_S:
        return number
    return replace(number, state="unknown", sign=NO_VALUE, state_words=f"held, {age:.0f} s old")
