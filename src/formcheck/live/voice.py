"""Spoken cues and a metronome, with the voice and player this machine has; never required."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import time
import wave
from collections.abc import Mapping
from pathlib import Path

import numpy as np

VOICES: Mapping[str, tuple[str, ...]] = {
    "espeak-ng": ("-s", "150", "--"),
    "say": ("--",),
    "spd-say": ("--wait", "--"),
    "espeak": ("-s", "150", "--"),
}
"""Programs for speech output, with the arguments that precede the words."""

PLAYERS: Mapping[str, tuple[str, ...]] = {
    "pw-play": (),
    "paplay": (),
    "aplay": ("-q",),
    "afplay": (),
    "ffplay": ("-nodisp", "-autoexit", "-loglevel", "quiet"),
}
SAMPLE_HZ = 8000
CLICK_S, CLICK_HZ = 0.02, 1000.0
TRACK_S = 600.0  # of clicks in one sound file; restarted at its end
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def first_program(choices: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """Return the first of these programs that is installed, with its options."""
    for name, options in choices.items():
        path = shutil.which(name)
        if path:
            return (path, *options)
    return None


class Speaker:
    """Says one sentence at a time; further sentences are dropped until it ends."""

    def __init__(self) -> None:
        self._command = first_program(VOICES)
        self._speaking: subprocess.Popen[bytes] | None = None

    @property
    def available(self) -> bool:
        """Whether this machine has a voice."""
        return self._command is not None

    def say(self, words: str) -> None:
        """Start to say something; returns at once."""
        if self._command is None or (self._speaking is not None and self._speaking.poll() is None):
            return
        self._speaking = subprocess.Popen([*self._command, words], **QUIET)  # type: ignore[call-overload]

    def close(self) -> None:
        """Stop speaking."""
        if self._speaking is not None and self._speaking.poll() is None:
            self._speaking.terminate()
            self._speaking.wait(2.0)


class Metronome:
    """A beat at a chosen cadence: always visible, and audible where there is a player.

    Parameters
    ----------
    steps_per_min : one beat per step
    """

    def __init__(self, steps_per_min: float):
        self.beat_s = 60.0 / steps_per_min
        self._command = first_program(PLAYERS)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._playing: subprocess.Popen[bytes] | None = None
        self._start = time.monotonic()

    @property
    def audible(self) -> bool:
        """Whether this machine can play sound."""
        return self._command is not None

    def start(self) -> None:
        """Start to click, where there is a player."""
        if self._command is None:
            return
        self._folder = tempfile.TemporaryDirectory(prefix="formcheck-beat-")
        (Path(self._folder.name) / "beat.wav").write_bytes(click_track(self.beat_s))
        self._play()

    def _play(self) -> None:
        if self._command is None or self._folder is None:
            return
        command = [*self._command, str(Path(self._folder.name) / "beat.wav")]
        self._playing = subprocess.Popen(command, **QUIET)  # type: ignore[call-overload]
        self._start = time.monotonic()

    def place(self, now: float) -> float:
        """Return the pendulum's position: from 0 to 1 in one beat and back in the next."""
        if self._playing is not None and self._playing.poll() == 0 and now - self._start > 0.9 * TRACK_S:
            self._play()
        beats = (now - self._start) / self.beat_s
        share = beats % 1.0
        return share if int(beats) % 2 == 0 else 1.0 - share

    def close(self) -> None:
        """Stop the clicks."""
        if self._playing is not None and self._playing.poll() is None:
            self._playing.terminate()
            self._playing.wait(2.0)
        if self._folder is not None:
            self._folder.cleanup()


def click_track(beat_s: float, length_s: float = TRACK_S) -> bytes:
    """Return a WAV file of clicks: a whole number of beats, one click at the start of each."""
    beats = round(length_s / beat_s)
    sound = np.zeros(round(beats * beat_s * SAMPLE_HZ), np.int16)
    at = np.arange(round(CLICK_S * SAMPLE_HZ)) / SAMPLE_HZ
    click = (12000 * np.sin(2 * np.pi * CLICK_HZ * at) * np.exp(-at / 0.005)).astype(np.int16)
    for beat in range(beats):
        start = round(beat * beat_s * SAMPLE_HZ)
        part = sound[start : start + len(click)]
        part[:] = click[: len(part)]
    file = io.BytesIO()
    with wave.open(file, "wb") as track:
        track.setnchannels(1)
        track.setsampwidth(2)
        track.setframerate(SAMPLE_HZ)
        track.writeframes(sound.tobytes())
    return file.getvalue()
