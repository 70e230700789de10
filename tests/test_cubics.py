"""Our own curves, filter and turning points say what SciPy's say, without loading SciPy's."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.interpolate import CubicSpline, PchipInterpolator
from scipy.signal import butter, find_peaks, sosfiltfilt

from formcheck.gait.rules import turns
from formcheck.motion.interpolation import monotone, spline
from formcheck.motion.preprocess import smooth

SLOW_TO_LOAD = ("scipy.stats", "scipy.signal", "scipy.interpolate", "scipy.optimize")


@pytest.fixture(params=range(8))
def random(request):
    return np.random.default_rng(request.param)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 40])
def test_a_monotone_curve_is_scipys(random, count):
    at, values, where = samples(random, count)
    expected = PchipInterpolator(at, values, extrapolate=False)(where)
    assert monotone(at, values, where) == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("count", [4, 5, 40])
def test_a_spline_is_scipys(random, count):
    at, values, where = samples(random, count)
    expected = CubicSpline(at, values, extrapolate=False)(where)
    assert spline(at, values, where) == pytest.approx(expected, abs=1e-12, nan_ok=True)


def samples(random, count):
    """Return uneven times, values of which some are level, and moments within and beyond them."""
    at = np.cumsum(random.uniform(0.3, 2.0, count))
    values = random.normal(size=(count, 2))
    values[1::4] = values[::4][: len(values[1::4])]
    return at, values, np.concatenate([at, random.uniform(at[0] - 1, at[-1] + 1, 50)])


@pytest.mark.parametrize("cut_off", [2.0, 7.0, 12.0])
def test_the_filter_is_scipys(random, cut_off):
    signal = np.cumsum(random.normal(size=(90, 2)), axis=0)
    expected = sosfiltfilt(butter(2, cut_off, fs=30, output="sos"), signal, axis=0, padlen=15)
    assert smooth(signal, 30.0, cut_off) == pytest.approx(expected, abs=1e-10)


def test_turning_points_are_the_prominent_peaks(random):
    time = np.arange(0, 10, 1 / 240)
    phase = 2 * np.pi * 1.4 * time + random.uniform(0, 6)
    signal = np.cos(phase) + 0.4 * np.cos(3 * phase + 1) + smooth(random.normal(size=len(time)), 240.0, 5.0)
    least = 0.4 * np.ptp(signal)
    maxima, minima = turns(signal, least)
    assert maxima == find_peaks(signal, prominence=least)[0].tolist()
    assert minima == find_peaks(-signal, prominence=least)[0].tolist()
    in_turn = np.sort([*maxima, *minima])
    assert np.abs(np.diff(np.isin(in_turn, maxima).astype(int))).all()  # a minimum after each maximum


def test_an_analysis_loads_none_of_scipys_heavy_parts():
    ask = f"import sys, formcheck.pipeline; print([m for m in {SLOW_TO_LOAD} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
