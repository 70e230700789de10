"""Reading joints from heat maps whose peaks are known."""

import numpy as np
import pytest

from formcheck.pose.heatmap import NO_PEAK, OUTSIDE, PeakReader

SIDE = 64
READER = PeakReader()


def gaussian(x, y, highest=0.9, sd=1.3):
    """Return a Gaussian of probability around cell (x, y), on a map of 64 x 64."""
    row, column = np.mgrid[:SIDE, :SIDE]
    return highest * np.exp(-0.5 * ((column - x) ** 2 + (row - y) ** 2) / sd**2)


def blob(x, y, highest=0.9, sd=1.3):
    """Return the logits of one Gaussian."""
    return logits(gaussian(x, y, highest, sd))


def logits(p):
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return np.log(p / (1 - p))


def read(heatmap, start, **options):
    """Return where one map is read, in cells, and why it is not."""
    found = READER.read(np.array([start]) / SIDE, heatmap[None], **options)
    return found.xy[0] * SIDE, found.why_missing[0]


@pytest.mark.parametrize("sd", [0.8, 1.3, 2.0])
@pytest.mark.parametrize("place", [(30.0, 20.0), (30.31, 20.57), (29.5, 21.5), (30.9, 19.02)])
def test_a_gaussian_is_read_to_a_twentieth_of_a_cell(place, sd):
    found, why = read(blob(*place, sd=sd), start=(28.4, 22.3))
    assert found == pytest.approx(place, abs=0.05)
    assert why == ""


def test_what_is_read_does_not_depend_on_where_the_reading_starts():
    heatmap = blob(30.31, 20.57)
    starts = [(27.0, 20.0), (33.9, 23.4), (30.3, 17.0)]
    found = np.array([read(heatmap, start)[0] for start in starts])
    assert np.ptp(found, axis=0).max() < 0.02


def test_a_fixed_window_under_plain_probabilities_errs_towards_its_start():
    heatmap, start = blob(32.0, 20.0, sd=2.0)[None], np.array([[29.0, 20.0]]) / SIDE
    plain = PeakReader(window=7, moves=1, power=1.0).read(start, heatmap, 0.5)
    assert plain.xy[0, 0] * SIDE < 31.2
    assert READER.read(start, heatmap).xy[0, 0] * SIDE == pytest.approx(32.0, abs=0.05)


@pytest.mark.parametrize("start", [(25.0, 30.0), (28.0, 31.0), (30.0, 30.0)])
def test_of_two_peaks_in_reach_the_higher_one_is_read(start):
    both = logits(gaussian(27, 30, 0.8) + gaussian(33, 30, 0.4))
    found, _ = read(both, start)
    assert found == pytest.approx((27, 30), abs=0.15)


def test_a_peak_out_of_reach_is_not_read():
    found, why = read(blob(30, 20), start=(50, 50))
    assert np.isnan(found).all()
    assert why == NO_PEAK


@pytest.mark.parametrize("place", [(0.4, 30.0), (63.0, 30.0), (30.0, 0.0), (31.2, 62.6)])
def test_a_peak_at_the_rim_of_the_map_is_read_within_a_cell(place):
    found, why = read(blob(*place), start=np.clip(place, 1, 62))
    assert found == pytest.approx(place, abs=1.0)
    assert why == ""


def test_a_flat_map_has_no_peak():
    found, why = read(np.full((SIDE, SIDE), -5.0), start=(30, 30))
    assert np.isnan(found).all()
    assert why == NO_PEAK


def test_a_point_outside_the_crop_is_not_read():
    found, why = read(blob(30, 30), start=(70, 30))
    assert np.isnan(found).all()
    assert why == OUTSIDE


def test_each_map_has_its_own_least_peak():
    maps, starts = np.stack([blob(30, 20, 0.4)] * 2), np.array([[30, 20], [30, 20]]) / SIDE
    found = READER.read(starts, maps, np.array([0.2, 0.5]))
    assert found.why_missing.tolist() == ["", NO_PEAK]
    elsewhere = np.full((2, 2), 0.25)
    assert found.or_else(elsewhere)[0] * SIDE == pytest.approx((30, 20), abs=0.05)
    assert found.or_else(elsewhere)[1] == pytest.approx((0.25, 0.25))
