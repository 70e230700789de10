"""Curves through samples, filters and extrema: known answers."""

import subprocess
import sys

import numpy as np
import pytest

from formcheck.motion.interpolation import find_extrema, low_pass_zero_lag, monotone, spline

SLOW_TO_LOAD = ("scipy.special", "scipy.stats", "scipy.signal", "scipy.interpolate", "scipy.optimize")


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


@pytest.mark.parametrize(
    "modules", ["formcheck.cli.main", "formcheck.cli.printing, formcheck.pipeline, formcheck.export"]
)
def test_importing_loads_none_of_scipys_heavy_parts(modules):
    ask = f"import sys, {modules}; print([m for m in {SLOW_TO_LOAD} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
