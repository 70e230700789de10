"""Curves through samples, filters and extrema: known answers, and those of SciPy."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.interpolate import CubicSpline, PchipInterpolator
from scipy.signal import butter, find_peaks, sosfiltfilt

from formcheck.motion.interpolation import find_extrema, low_pass_zero_lag, monotone, spline

SLOW_TO_LOAD = ("scipy.stats", "scipy.signal", "scipy.interpolate", "scipy.optimize")


def test_a_spline_reproduces_a_cubic_exactly():
    at = np.array([0.0, 0.3, 1.1, 1.5, 2.7, 3.0])
    where = np.linspace(0, 3, 31)
    values = np.column_stack([at**3 - 2 * at, 5 - at**2])
    expected = np.column_stack([where**3 - 2 * where, 5 - where**2])
    assert spline(at, values, where) == pytest.approx(expected, abs=1e-12)


def test_a_monotone_curve_never_leaves_its_neighbours():
    at = np.arange(6.0)
    values = np.array([0.0, 0.0, 1.0, 1.0, 0.2, 0.0])[:, None]
    found = monotone(at, values, np.linspace(0, 5, 501))[:, 0]
    assert (found.min(), found.max()) == pytest.approx((0.0, 1.0), abs=1e-12)
    assert found[250] == pytest.approx(1.0)  # level between two equal samples


@pytest.mark.parametrize("curve", [spline, monotone])
def test_nothing_is_known_beyond_the_samples(curve):
    at = np.arange(5.0)
    found = curve(at, np.ones((5, 1)), np.array([-0.1, 0.0, 4.0, 4.1]))[:, 0]
    assert np.isfinite(found).tolist() == [False, True, True, False]


def test_the_filter_halves_the_amplitude_at_its_cut_off_and_shifts_nothing():
    time = np.arange(0, 20, 0.01)
    wave = np.sin(2 * np.pi * 5.0 * time)
    found = low_pass_zero_lag(wave[:, None], 5.0 / 100, 100)[:, 0]
    middle = slice(500, 1500)
    gain = found[middle] @ wave[middle] / (wave[middle] @ wave[middle])
    assert gain == pytest.approx(0.5, abs=0.005)  # each pass halves the power
    assert np.abs(found[middle] - gain * wave[middle]).max() < 0.01


def test_extrema_alternate_and_small_ripples_count_for_nothing():
    time = np.arange(0, 4, 1 / 240)
    signal = np.cos(2 * np.pi * time) + 0.05 * np.cos(2 * np.pi * 17 * time + 1)
    maxima, minima = find_extrema(signal, 0.8)
    assert np.asarray(maxima) / 240 == pytest.approx([1, 2, 3], abs=0.04)
    assert np.asarray(minima) / 240 == pytest.approx([0.5, 1.5, 2.5, 3.5], abs=0.04)


@pytest.fixture(params=range(8))
def random(request):
    return np.random.default_rng(request.param)


def samples(random, count):
    """Return uneven times, values of which some are level, and moments within and beyond them."""
    at = np.cumsum(random.uniform(0.3, 2.0, count))
    values = random.normal(size=(count, 2))
    values[1::4] = values[::4][: len(values[1::4])]
    return at, values, np.concatenate([at, random.uniform(at[0] - 1, at[-1] + 1, 50)])


@pytest.mark.parametrize("count", [4, 5, 40])
def test_a_spline_is_that_of_scipy(random, count):
    at, values, where = samples(random, count)
    expected = CubicSpline(at, values, extrapolate=False)(where)
    assert spline(at, values, where) == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 40])
def test_a_monotone_curve_is_that_of_scipy(random, count):
    at, values, where = samples(random, count)
    expected = PchipInterpolator(at, values, extrapolate=False)(where)
    assert monotone(at, values, where) == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("cut_off", [2 / 30, 7 / 30, 12 / 30])
@pytest.mark.parametrize("padding", [15, 89])
def test_the_filter_is_that_of_scipy(random, cut_off, padding):
    signal = np.cumsum(random.normal(size=(90, 2)), axis=0)
    expected = sosfiltfilt(butter(2, cut_off, fs=1.0, output="sos"), signal, axis=0, padlen=padding)
    assert low_pass_zero_lag(signal, cut_off, padding) == pytest.approx(expected, abs=1e-10)


def test_extrema_are_the_prominent_peaks_of_scipy(random):
    time = np.arange(0, 10, 1 / 240)
    phase = 2 * np.pi * 1.4 * time + random.uniform(0, 6)
    noise = low_pass_zero_lag(random.normal(size=(len(time), 1)), 5.0 / 240, 100)[:, 0]
    signal = np.cos(phase) + 0.4 * np.cos(3 * phase + 1) + noise
    least = 0.4 * np.ptp(signal)
    maxima, minima = find_extrema(signal, least)
    assert maxima == find_peaks(signal, prominence=least)[0].tolist()
    assert minima == find_peaks(-signal, prominence=least)[0].tolist()
    in_turn = np.sort([*maxima, *minima])
    assert np.abs(np.diff(np.isin(in_turn, maxima).astype(int))).all()  # a minimum after each maximum


@pytest.mark.parametrize("modules", ["formcheck.cli.main", "formcheck.pipeline, formcheck.export"])
def test_an_analysis_loads_none_of_scipys_heavy_parts(modules):
    ask = f"import sys, {modules}; print([m for m in {SLOW_TO_LOAD} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
