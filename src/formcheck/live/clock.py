"""Capture time of each frame, on this machine's monotonic clock."""

from __future__ import annotations

import numpy as np

DRIFT = 2e-4  # s/s: largest drift between two clocks; lets the offset follow it
NEW_START_S = 1.0  # a stamp this far from its arrival means that the device restarted
LEAST_STEP_S = 1e-4  # smallest increment between stamps


class CaptureClock:
    """Converts a device's own timestamps to the machine's monotonic seconds.

    A frame is stamped when it is captured and arrives later, sometimes much later. The smallest
    delay observed so far is taken as zero, so the spacing of the stamps is the device's own
    and jitter in transmission does not affect the measurements. If a device gives no stamps, or
    unusable ones, frames are stamped on arrival.
    """

    def __init__(self) -> None:
        self._offset = np.nan  # s: smallest arrival time minus device stamp
        self._device = -np.inf
        self._arrival = np.nan
        self._last = -np.inf

    def stamp(self, arrival: float, device: float | None) -> float:
        """Return the capture time of a frame.

        Parameters
        ----------
        arrival : s, monotonic clock, when the frame arrived
        device : s, the device's own stamp; None = it gives none
        """
        time = arrival if device is None or not np.isfinite(device) else self._from_device(arrival, device)
        self._last = max(time, self._last + LEAST_STEP_S)
        return self._last

    def _from_device(self, arrival: float, device: float) -> float:
        delay = arrival - device
        restarted = device <= self._device or not abs(delay - self._offset) < NEW_START_S
        if restarted:
            self._offset = delay
        else:
            self._offset = min(delay, self._offset + DRIFT * max(0.0, arrival - self._arrival))
        self._device, self._arrival = device, arrival
        return device + self._offset


class FrameRate:
    """Measures the frame rate: the median interval of the most recent frames."""

    def __init__(self, most: int = 90):
        self._times: list[float] = []
        self._most = most

    def add(self, time: float) -> None:
        """Count one frame."""
        self._times.append(time)
        del self._times[: -self._most]

    @property
    def hz(self) -> float:
        """Frames per second; NaN before there are three frames."""
        if len(self._times) < 3:
            return np.nan
        return float(1 / np.median(np.diff(self._times)))

    @property
    def mean_hz(self) -> float:
        """Mean frames per second, without the skipped frames; NaN before there are three frames."""
        if len(self._times) < 3:
            return np.nan
        return (len(self._times) - 1) / (self._times[-1] - self._times[0])
