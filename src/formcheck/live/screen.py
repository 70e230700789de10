"""The whole live screen, readable from two metres: image, three numbers, one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw

from formcheck.draw.style import INK, INSIDE, NEAR, SOFT_INK, STATE, UNKNOWN
from formcheck.draw.text import font, text_width, wrapped
from formcheck.live.state import ShownNumber, State
from formcheck.live.strip import trace_strip

SIZE = (1280, 720)  # px
PICTURE_SHARE = 2 / 3  # of the width
LINE_SHARE = 0.18  # of the height: the cue line
HEALTH_SHARE = 0.045  # of the height: connection, delay, dropped frames
TRACE_SHARE = 0.13  # of the height: single steps against their zone
KEYS = "q ends · f full screen"
LETTER_SHARE = 1 / 12  # of the height: capital letters of the numbers
CAPITAL = 0.73  # of the font size: capitals of DejaVu Sans
LINE_INK = {"cue": NEAR, "praise": INSIDE, "none": INK}
LINE_SIGN = {"cue": "▶ ", "praise": "● ", "none": ""}
TRACK = (58, 60, 68)


@dataclass(frozen=True)
class Health:
    """State of the processing chain."""

    connection: str = "connecting"
    words: str = ""
    camera_hz: float = np.nan
    shown_hz: float = np.nan
    delay_ms: float = np.nan  # from the camera to the screen
    dropped: int = 0

    @property
    def text(self) -> str:
        """All of it in one small line."""
        parts = [f"{'●' if self.connection == 'connected' else '–'} {self.words or self.connection}"]
        if np.isfinite(self.shown_hz):
            parts.append(f"{self.shown_hz:.0f} pictures/s")
        if np.isfinite(self.delay_ms):
            parts.append(f"{self.delay_ms:.0f} ms behind")
        return " · ".join([*parts, f"{self.dropped} left out"])


class Screen:
    """Draws the screen; unchanged parts are not drawn again."""

    def __init__(self, size: tuple[int, int] = SIZE):
        self.width, self.height = size
        self._canvas = np.zeros((self.height, self.width, 3), np.uint8)
        self._split = round(PICTURE_SHARE * self.width)
        self._bottom = round((1 - LINE_SHARE) * self.height)
        self._health_top = self._bottom - round(HEALTH_SHARE * self.height)
        self._said: tuple[str, str] | None = None
        self._numbers: tuple[tuple[ShownNumber, ...], str] | None = None
        self._trace_top = self._health_top - round(TRACE_SHARE * self.height)
        self._health = ""
        self._trace: dict[str, Any] | None = None

    def draw(
        self, picture: np.ndarray | None, state: State, health: Health, beat: float | None = None
    ) -> np.ndarray:
        """Return the screen, (h, w, 3) uint8 RGB; valid until the next one is drawn.

        Parameters
        ----------
        picture : image with the overlay; None = none yet
        beat : 0..1, position of the metronome's pendulum; None = no metronome
        """
        self._put_picture(picture)
        if (state.numbers, state.note) != self._numbers:
            self._numbers = (state.numbers, state.note)
            self._canvas[: self._bottom, self._split :] = self._panel(state)
        if (state.headline, state.line.kind) != self._said:
            self._said = (state.headline, state.line.kind)
            self._canvas[self._bottom :] = self._line(*self._said)
        if state.trace != self._trace:
            self._trace = state.trace
            size = (self._split, self._health_top - self._trace_top)
            self._canvas[self._trace_top : self._health_top, : self._split] = trace_strip(state.trace, size)
        if health.text != self._health:
            self._health = health.text
            self._canvas[self._health_top : self._bottom, : self._split] = self._small(health.text)
        self._pendulum(beat)
        return self._canvas

    def _put_picture(self, picture: np.ndarray | None) -> None:
        room = self._canvas[: self._trace_top, : self._split]
        room[:] = 0
        if picture is None:
            return
        height, width = picture.shape[:2]
        scale = min(room.shape[1] / width, room.shape[0] / height)
        size = (min(room.shape[1], round(width * scale)), min(room.shape[0], round(height * scale)))
        fitted = picture if scale == 1.0 else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        left, top = (room.shape[1] - size[0]) // 2, (room.shape[0] - size[1]) // 2
        room[top : top + size[1], left : left + size[0]] = fitted

    def _panel(self, state: State) -> np.ndarray:
        width, height = self.width - self._split, self._bottom
        page = Image.new("RGB", (width, height))
        pen = ImageDraw.Draw(page)
        block = 0.3 * height
        for index, each in enumerate(state.numbers):
            self._number(pen, each, width, round(0.01 * height + index * block))
        small = round(0.022 * self.height)
        words = wrapped(state.note, small, round(0.92 * width)) if state.note else ""
        pen.multiline_text((0.05 * width, height - 3.0 * small), words, font=font(small), fill=SOFT_INK)
        return np.asarray(page)

    def _number(self, pen: ImageDraw.ImageDraw, each: ShownNumber, width: int, top: int) -> None:
        """Draw one number with its name, interval and range bar."""
        left, big = round(0.05 * width), round(LETTER_SHARE * self.height / CAPITAL)
        small = round(0.032 * self.height)
        pen.text((left, top), each.name, font=font(small, True), fill=INK)
        colour = STATE[each.state]
        degrees = each.unit == "°"
        value = each.value + each.unit if degrees else each.value
        pen.text((left, top + 1.05 * small), value, font=font(big, True), fill=INK)
        after = left + text_width(value, big, True) + 0.5 * small
        beside = f"\n{each.plus_minus}" if degrees else f"{each.unit}\n{each.plus_minus}".strip()
        pen.multiline_text((after, top + 1.75 * small), beside, font=font(small), fill=SOFT_INK)
        below = top + 1.1 * small + 1.22 * big
        if each.bar is None:
            words = wrapped(each.why or each.state_words, round(0.8 * small), round(0.9 * width))
            pen.multiline_text((left, below), words, font=font(round(0.8 * small)), fill=SOFT_INK)
            return
        self._bar(pen, each, (left, round(0.9 * width)), below + 0.2 * small, colour)
        words = f"{each.sign} {each.state_words}"
        pen.text((left, below + 0.95 * small), words, font=font(round(0.8 * small), True), fill=colour)
        after = left + text_width(words, round(0.8 * small), True) + small
        fits = after + text_width(each.range, round(0.7 * small)) < 0.96 * width
        band = each.range if fits else each.range.removesuffix(f" {each.unit}")  # the unit is above
        pen.text((after, below + 1.03 * small), band, font=font(round(0.7 * small)), fill=SOFT_INK)

    def _bar(
        self,
        pen: ImageDraw.ImageDraw,
        each: ShownNumber,
        ends: tuple[int, int],
        y: float,
        colour: tuple[int, int, int],
    ) -> None:
        """Draw the range as a shaded block, the value as a dot and its interval as a line."""
        assert each.bar is not None
        start, length = ends[0], ends[1] - ends[0]
        low, high, value, from_, to = (start + share * length for share in each.bar)
        thick = max(3, round(0.006 * self.height))
        pen.line((start, y, start + length, y), fill=TRACK, width=thick)
        pen.rounded_rectangle((low, y - 2 * thick, high, y + 2 * thick), thick, fill=(0, 88, 66))
        pen.line((from_, y, to, y), fill=INK, width=thick)
        dot = 2.2 * thick
        pen.ellipse((value - dot, y - dot, value + dot, y + dot), fill=colour, outline=INK, width=2)

    def _line(self, words: str, kind: str) -> np.ndarray:
        page = Image.new("RGB", (self.width, self.height - self._bottom))
        pen = ImageDraw.Draw(page)
        px = round(0.062 * self.height)
        told = wrapped(LINE_SIGN[kind] + words, px, round(0.94 * self.width), bold=True) if words else ""
        lines = told.count("\n") + 1
        px = px if lines <= 2 else round(1.6 * px / lines)
        top = 0.5 * (page.height - lines * 1.2 * px)
        pen.multiline_text(
            (0.03 * self.width, top), told, font=font(px, True), fill=LINE_INK[kind], spacing=0.1 * px
        )
        return np.asarray(page)

    def _small(self, words: str) -> np.ndarray:
        page = Image.new("RGB", (self._split, self._bottom - self._health_top))
        px = round(0.025 * self.height)
        pen = ImageDraw.Draw(page)
        pen.text((0.02 * self.width, 0.3 * px), words, font=font(px), fill=UNKNOWN)
        right = self._split - 0.02 * self.width - text_width(KEYS, px)
        pen.text((right, 0.3 * px), KEYS, font=font(px), fill=SOFT_INK)
        return np.asarray(page)

    def _pendulum(self, beat: float | None) -> None:
        """Draw the metronome: a swinging dot that reaches an end on every beat; nothing blinks."""
        if beat is None:
            return
        row = self._canvas[self._bottom - 10 : self._bottom, self._split :]
        row[:] = 0
        left, right = 0.05 * row.shape[1], 0.9 * row.shape[1]
        x = round(left + (0.5 - 0.5 * np.cos(np.pi * beat)) * (right - left))
        cv2.line(row, (round(left), 5), (round(right), 5), TRACK, 2)
        cv2.circle(row, (x, 5), 5, INK, -1, cv2.LINE_AA)
