"""Filters and interpolation, by SciPy.

SciPy's signal and interpolate packages take about 0.5 s of processor time to load, so they are
imported when the first clip needs them, not for the command line help.
"""

from __future__ import annotations

import numpy as np


def spline(at: np.ndarray, values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return the (W, C) values of a cubic spline through samples, NaN outside their range.

    Parameters
    ----------
    at : (N,) increasing, four or more
    values : (N, C) finite
    where : (W,)

    Notes
    -----
    Not-a-knot ends (de Boor 1978). The spline may overshoot between samples that are far apart;
    use `monotone` there.
    """
    from scipy.interpolate import CubicSpline

    return np.asarray(CubicSpline(at, values, extrapolate=False)(where))


def monotone(at: np.ndarray, values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return the (W, C) values of a monotone cubic (Fritsch & Butland 1984), NaN outside the samples.

    Parameters
    ----------
    at : (N,) increasing, two or more
    values : (N, C) finite
    where : (W,)
    """
    from scipy.interpolate import PchipInterpolator

    return np.asarray(PchipInterpolator(at, values, extrapolate=False)(where))


def low_pass_zero_lag(signal: np.ndarray, cut_off: float, padding: int) -> np.ndarray:
    """Filter (N, C) with a second-order Butterworth filter, forward and backward.

    Parameters
    ----------
    signal : (N, C) finite
    cut_off : half-power frequency of one pass, as a share of the sampling rate
    padding : number of samples by which both ends are first extended, by odd reflection
    """
    from scipy.signal import butter, sosfiltfilt

    return np.asarray(sosfiltfilt(butter(2, cut_off, fs=1.0, output="sos"), signal, axis=0, padlen=padding))


def find_extrema(signal: np.ndarray, prominence: float) -> tuple[list[int], list[int]]:
    """Return the indices of (maxima, minima) of a (N,) signal with at least this `prominence`.

    Maxima and minima alternate; the ends of the signal count as neither.
    """
    from scipy.signal import find_peaks

    maxima = find_peaks(signal, prominence=prominence)[0].tolist()
    minima = find_peaks(-signal, prominence=prominence)[0].tolist()
    return maxima, minima
