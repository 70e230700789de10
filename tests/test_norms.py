"""A range is that of runners at this speed, is read the same way everywhere, and names no verdict."""

from math import inf, nan

import numpy as np
import pytest
from scipy.special import stdtrit

from formcheck.metrics import METRICS, measure
from formcheck.metrics.healthy import INSIDE, T_OF_18, Spread, healthy
from formcheck.metrics.judgement import judge
from formcheck.metrics.norms import NORMS, norm_of
from formcheck.types import Extra, Measurement, Runner
from formcheck.wording import advice_text, not_allowed, percentile_text
from runner_in_numbers import Sines, motion, scene, steps

BY_SPEED = {id: norm for id, norm in NORMS.items() if norm.healthy}


def cadence(value, half=1.0, speed=2.5, **extra):
    told = {"speed_mps": speed, **extra} if speed else extra
    return Measurement("cadence", "steps/min", value, value - half, value + half, 30, extra=Extra(**told))


def test_every_range_belongs_to_a_metric_in_its_unit():
    for id, norm in NORMS.items():
        assert norm.unit == METRICS[id].unit
        assert norm.low < norm.high
        assert norm.source and norm.holds_for


def test_the_cadence_of_runners_at_two_and_a_half_metres_a_second():
    """Mean 162.5, standard deviation 10.72, 18 runners: 2.43 of them either way, and not below 150."""
    assert norm_of(cadence(160)).band == (150, 189)
    assert [judge(cadence(value)).status for value in (149, 151, 188, 190)] == [
        "below", "within", "within", "above",
    ]  # fmt: skip


def test_the_articles_cadence_is_its_advice_and_no_line():
    found = judge(cadence(160))
    assert found.status == "within"
    assert (
        advice_text(found.norm)
        == "The article's advice is 170 to 180 steps/min (evidence D: coaches' experience)."
    )
    assert advice_text(NORMS["overstride"]) == ""


def test_what_was_not_measured_has_no_status():
    assert judge(Measurement("cadence", "steps/min", why_missing="too short")).status == "unknown"


def test_no_range_no_status():
    assert judge(Measurement("speed", "m/s", 3, 2.9, 3.1, 20)).status == "unknown"


def test_a_bounce_in_leg_lengths_is_judged_in_leg_lengths():
    def bounce(value, unit):
        return Measurement("vertical_oscillation", unit, value, value - 0.1, value + 0.1, 20)

    assert judge(bounce(15.5, "% leg")).status == "above"
    assert judge(bounce(13.5, "% leg")).status == "within"
    assert judge(bounce(13.5, "cm")).status == "above"
    assert judge(bounce(13.5, "m")).status == "unknown"


def test_a_rough_value_is_not_judged():
    assert judge(cadence(140, about=True)).status == "unknown"
    assert not judge(cadence(100, about=True)).clearly_outside
    assert judge(cadence(140, about=True)).percentile is None


def test_an_interval_over_the_edge_is_neither_in_nor_out():
    assert judge(cadence(149.5)).at_edge
    assert not judge(cadence(142)).at_edge
    assert not judge(cadence(149.5)).clearly_outside
    assert judge(cadence(142)).clearly_outside


@pytest.mark.parametrize(
    ("value", "half", "told", "edge"),
    [
        (170, 2.0, "within", False),
        (170, 19.2, "within", False),
        (169.5, 19.6, "cant_tell", False),
        (149, 1.6, "below", True),
        (149, 42.0, "cant_tell", False),
        (190, 1.6, "above", True),
        (190, 42.0, "cant_tell", False),
        (200, 5.0, "above", False),
    ],
)
def test_an_interval_over_both_ends_cannot_tell_and_one_over_one_end_is_at_the_edge(value, half, told, edge):
    assert judge(cadence(value, half)).status == told
    assert judge(cadence(value, half)).at_edge == edge


@pytest.mark.parametrize("id", NORMS)
def test_no_value_with_a_widest_interval_is_called_inside(id):
    """An interval as wide as is still shown reaches over an end of every range at an easy speed."""
    metric, norm = METRICS[id], NORMS[id].at(2.5)
    ends = [end for end in (norm.low, norm.high) if abs(end) < inf]
    middle = sum(ends) / len(ends)
    found = Measurement(
        id, norm.unit, middle, middle - metric.widest, middle + metric.widest, 20, extra=Extra(speed_mps=2.5)
    )
    assert judge(found).at_edge or judge(found).status == "cant_tell"


def test_an_open_range_has_one_edge():
    wide = Measurement("step_width", "cm", -1.0, -3.0, 1.0, 20)
    assert NORMS["step_width"].high == inf
    assert judge(wide).at_edge
    assert NORMS["step_width"].band == (0, None)
    assert NORMS["step_width"].text == "at least 0"


@pytest.mark.parametrize("norm", NORMS.values(), ids=NORMS)
def test_no_range_speaks_of_injury_or_fault(norm):
    words = f"{norm.at(3.0).holds_for} {norm.holds_for} {norm.source} {advice_text(norm)}"
    assert not not_allowed(words)
    assert "ideal" not in words.lower()


# --- how runners spread at a speed ---------------------------------------------------------------------------------


def test_mean_and_spread_are_linear_between_the_measured_speeds():
    row = healthy("cadence")
    assert (row.at(2.5).mean, row.at(3.5).mean, row.at(4.5).mean) == (162.5, 172.1, 185.4)
    assert row.at(3.0).mean == pytest.approx(167.3) and row.at(3.0).sd == pytest.approx(11.6)
    assert row.at(4.8).mean == pytest.approx(189.39)  # the last line goes on a little


@pytest.mark.parametrize("speed", [nan, 1.4, 2.19, 5.01, 12.0])
def test_at_an_unknown_or_unusual_speed_the_range_for_all_speeds_holds(speed):
    row, norm = healthy("cadence"), NORMS["cadence"]
    assert row.at(speed) == row.at_all_speeds
    assert norm.at(speed) is norm
    assert norm_of(cadence(160, speed=speed)) is norm


def test_the_spread_over_all_speeds_is_that_of_the_runners_of_all_speeds():
    """A third of the runners at each speed: variances within add to the variance of the means."""
    rng, row = np.random.default_rng(1), healthy("overstride")
    drawn = np.concatenate([rng.normal(m, s, 100_000) for m, s in zip(row.mean, row.sd)])
    assert row.at_all_speeds.mean == pytest.approx(drawn.mean(), abs=0.03)
    assert row.at_all_speeds.sd == pytest.approx(drawn.std(), abs=0.03)


def test_an_uncertain_speed_widens_the_range_of_what_changes_with_speed():
    reach, knee = healthy("overstride"), healthy("knee_flexion_stance")
    assert reach.at(3.0, 0.3).sd == pytest.approx(np.hypot(reach.at(3.0).sd, 0.3 * 5.4))
    assert knee.at(3.0, 0.3).sd < 1.01 * knee.at(3.0).sd


@pytest.mark.parametrize("open_low", [False, True])
def test_a_range_contains_ninety_seven_of_a_hundred_further_runners(open_low):
    """Drawn: 18 runners give mean and spread, another one is inside in 97 % (ends are rounded outwards)."""
    rng = np.random.default_rng(2)
    inside = []
    for _ in range(4000):
        seen = rng.normal(50.0, 4.0, 18)
        low, high = Spread(seen.mean(), seen.std(ddof=1), 18).ends(open_low=open_low)
        inside.append(low <= rng.normal(50.0, 4.0) <= high)
    assert 0.965 < np.mean(inside) < 0.99


def test_the_written_quantiles_are_those_of_students_t():
    by_scipy = {ends: stdtrit(17, 1 - (1 - INSIDE) / ends) for ends in (1, 2)}
    assert by_scipy == pytest.approx(T_OF_18, rel=1e-12)


@pytest.mark.parametrize("open_low", [True, False])
def test_a_range_of_fewer_runners_is_wider(open_low):
    of_10, of_18 = (Spread(50.0, 4.0, n).ends(open_low=open_low) for n in (10, 18))
    assert of_10[1] > of_18[1]


@pytest.mark.parametrize("id", BY_SPEED)
def test_ranges_by_speed_change_gradually_and_stay_possible(id):
    norm = BY_SPEED[id]
    ends = np.array([[norm.at(speed).low, norm.at(speed).high] for speed in np.linspace(2.2, 5.0, 57)])
    ends = ends[:, np.isfinite(ends[0])]
    spread = norm.healthy.at_all_speeds.sd
    assert np.abs(np.diff(ends, axis=0)).max() < 0.6 * spread
    assert np.isfinite(ends).all()


@pytest.mark.parametrize(
    "id",
    ["ground_contact_time", "flight_time", "duty_factor", "vertical_oscillation", "knee_flexion_contact"],
)
def test_no_range_by_speed_begins_below_zero(id):
    assert min(BY_SPEED[id].at(speed).low for speed in np.linspace(2.2, 5.0, 57)) >= 0


def test_published_runners_lie_inside_the_ranges():
    """Other laboratories: Wille 2014, Burns 2019, Folland 2017 (means); Hamner 2013 and BMC (one runner each)."""
    others = [
        ("knee_flexion_contact", 17.8, 3.0), ("knee_flexion_stance", 46.3, 3.0), ("cadence", 182.0, 4.0),
        ("cadence", 171.0, 3.0), ("cadence", 172.6, 4.0), ("ground_contact_time", 261.0, 4.0),
        ("cadence", 173.1, 2.74), ("ground_contact_time", 253.0, 2.74), ("vertical_oscillation", 8.7, 2.74),
        ("vertical_oscillation", 7.2, 2.7), ("vertical_oscillation", 6.5, 3.35), ("vertical_oscillation", 5.7, 4.0),
    ]  # fmt: skip
    assert [each for each in others if judge(_at(*each)).status != "within"] == []


def _at(id, value, speed):
    return Measurement(id, METRICS[id].unit, value, value, value, 20, extra=Extra(speed_mps=speed))


# --- the place among healthy runners -------------------------------------------------------------------------------


def test_the_place_is_the_share_of_healthy_runners_below():
    assert judge(cadence(162.5)).percentile.percent == pytest.approx(50)
    assert judge(cadence(162.5 + 10.72)).percentile.percent == pytest.approx(84.1, abs=0.1)
    assert judge(Measurement("trunk_lean", "deg", 6, 4, 8, 20)).percentile is None


def test_the_place_is_uncertain_even_for_an_exact_value_because_the_runners_are_few():
    """18 runners: their mean is known to a quarter of the spread, so a runner in the middle is between 32 and 68."""
    place = judge(cadence(162.5, half=1e-6)).percentile
    assert (place.low, place.high) == pytest.approx((32.2, 67.8), abs=0.2)
    wider = judge(cadence(162.5, half=15.0)).percentile
    assert wider.low < place.low and wider.high > place.high


def test_the_place_in_words():
    told = percentile_text(judge(cadence(162.5, half=1e-6)))
    assert told == "About 50 of 100 healthy runners have a lower value (32 to 68)."
    assert percentile_text(judge(cadence(100.0))).startswith("About 1 of 100")


# --- the speed a measurement is judged at --------------------------------------------------------------------------


def test_a_stated_speed_is_attached_to_what_depends_on_speed():
    gait = Sines()
    found = measure(motion(gait), steps(gait), scene(gait), Runner(speed_mps=3.1))
    told = {id for id, each in found.items() if each.measured and each.extra.speed_mps == 3.1}
    assert {"cadence", "overstride"} <= told <= set(BY_SPEED)
    assert "at 3.1 m/s" in judge(found["cadence"]).norm.holds_for


def test_who_runs_faster_may_reach_further():
    def reach(value, speed):
        return judge(_at("overstride", value, speed))

    assert reach(32, 2.5).status == "above"
    assert reach(36, 4.5).status == "within"
    assert reach(45, 4.5).clearly_outside
