"""When a picture was taken, in this machine's seconds."""

from __future__ import annotations

import numpy as np

DRIFT = 2e-4  # s/s: two clocks drift apart no faster; lets the offset follow them
NEW_START_S = 1.0  # a stamp this far off its arrival means that the device started anew
LEAST_STEP_S = 1e-4  # stamps increase at least so much


class CaptureClock:
    """Turns a device's own stamps into the machine's monotonic seconds.

    A picture is stamped when it is taken and arrives later, sometimes much later. The
    least delay seen so far is taken as none, so the spacing of the stamps is the
    device's own and the jitter of the way here does not reach the measurements. A device
    that gives no stamps, or useless ones, is stamped on arrival.
    """

    def __init__(self) -> None:
        self._offset = np.nan  # s: arrival less device stamp, the least
        self._device = -np.inf
        self._arrival = np.nan
        self._last = -np.inf

    def stamp(self, arrival: float, device: float | None) -> float:
        """Return the time of a picture.

        Parameters
        ----------
        arrival : s, monotonic clock, when the picture was here
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
    """Measures how many pictures come in a second: the median interval of the last ones."""

    def __init__(self, most: int = 90):
        self._times: list[float] = []
        self._most = most

    def add(self, time: float) -> None:
        """Count one picture."""
        self._times.append(time)
        del self._times[: -self._most]

    @property
    def hz(self) -> float:
        """Pictures a second; NaN before there are three."""
        if len(self._times) < 3:
            return np.nan
        return float(1 / np.median(np.diff(self._times)))

    @property
    def mean_hz(self) -> float:
        """Pictures a second on average, those that were left out not counted; NaN before there are three."""
        if len(self._times) < 3:
            return np.nan
        return (len(self._times) - 1) / (self._times[-1] - self._times[0])
