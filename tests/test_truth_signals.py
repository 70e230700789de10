"""What the contact net is given and what its answers become, on runners whose numbers are worked out on paper."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.gait import net as n
from formcheck.gait.decode import Contact, contacts_of, read_event, stances
from formcheck.gait.short import lasts_s, shortened, too_short_to_be_learnt
from formcheck.skeleton import LEG, SIDES, K
from formcheck.types import Motion
from test_contact_net import changed, run, said

NAN = np.nan
RATE = 120.0
STEP_S = 0.35
TIME = np.arange(0, 6, 1 / RATE)


# --- sprinters -----------------------------------------------------------------------------------------------------


def lasting(*seconds):
    return [Contact("left", 0.5 * k, 0.5 * k + each, 0.004, 0.004) for k, each in enumerate(seconds)]


def test_the_usual_contact_is_the_median_of_the_whole_ones():
    assert lasts_s(lasting(0.12, 0.20, 0.13, NAN)) == pytest.approx(0.13)
    assert np.isnan(lasts_s(lasting(NAN)))


@pytest.mark.parametrize("seconds, short", [(0.184, True), (0.186, False), (NAN, False)])
def test_contacts_below_185_milliseconds_are_a_sprinters(seconds, short):
    assert too_short_to_be_learnt(seconds) is short


def test_a_contact_20_ms_below_the_shortest_learnt_is_30_ms_below_it():
    """Two thirds of the way are shown: 10 ms are too much, 6 of them before landing and 4 after toe-off."""
    found = shortened(lasting(0.151, 0.151, 0.160))
    assert [each.contact for each in found] == pytest.approx([0.006, 0.506, 1.006])
    assert [each.toe_off for each in found] == pytest.approx([0.147, 0.647, 1.156])


def test_a_contact_as_long_as_those_learnt_is_left_alone():
    assert shortened(lasting(0.172, 0.180)) == lasting(0.172, 0.180)


# --- what the net is given -----------------------------------------------------------------------------------------


def motion(*, hips, shoulders=None, toes=0.0):
    """Return a side view with these heights over time; every other point stands still."""
    raw = np.zeros((len(TIME), len(K), 2))
    for side in SIDES:
        for k, part in enumerate(LEG):
            raw[:, K[f"{side}_{part}"], 1] = -0.25 * k
        raw[:, K[f"{side}_hip"], 1] = hips
        raw[:, K[f"{side}_toe"], 1] = -1.1 + toes
        raw[:, K[f"{side}_shoulder"], 1] = NAN if shoulders is None else 0.6 + shoulders
    return Motion(RATE, raw, raw, np.isfinite(raw[..., 0]), 400.0, RATE, "left")


BOUNCE = 0.04 * np.cos(2 * np.pi * TIME / STEP_S)
RESTLESS = np.random.default_rng(3).normal(0, 0.04, len(TIME))


def given(seen):
    """Return the hip's height and whether it is valid, as the net is given them."""
    kept = []

    def net(x):
        kept.append(x)
        return np.zeros((1, 2, 5, x.shape[-1]))

    n.contact_signals(seen, net)
    return kept[0][0, 16:18]


def test_hips_that_repeat_with_the_steps_are_given_to_the_net_and_restless_ones_are_not():
    """Whatever the toes do."""
    assert given(motion(hips=BOUNCE, toes=RESTLESS))[1].all()
    assert not given(motion(hips=RESTLESS, toes=BOUNCE)).any()


def inner(signal):
    return signal[100:-100]


def rise_of_hips(seen):
    legs = n.with_trunk(n.leg_points(seen), seen)
    return inner(legs[:, 0, 0, 1] - legs[:, 0, 0, 1].mean())


def test_hips_rise_by_the_mean_of_hips_and_shoulders():
    """A pose model that halves the bounce of the hips, and shoulders that have all of it, give three quarters."""
    found = rise_of_hips(motion(hips=0.5 * BOUNCE, shoulders=BOUNCE))
    assert np.ptp(found) == pytest.approx(0.75 * np.ptp(BOUNCE), rel=0.03)
    assert np.corrcoef(found, inner(BOUNCE))[0, 1] > 0.999


@pytest.mark.parametrize("seen, share", [(0.4, 1.0), (0.6, 1.5)])
def test_shoulders_seen_in_half_of_the_frames_count(seen, share):
    half = motion(hips=BOUNCE, shoulders=2 * BOUNCE)
    hidden = half.raw.copy()
    hidden[round(seen * len(TIME)) :, [K["left_shoulder"], K["right_shoulder"]]] = NAN
    found = rise_of_hips(Motion(RATE, hidden, hidden, np.isfinite(hidden[..., 0]), 400.0, RATE, "left"))
    assert np.ptp(found[:200]) == pytest.approx(share * np.ptp(BOUNCE), rel=0.05)


# --- events and stances ------------------------------------------------------------------------------------------


def test_an_event_between_the_last_two_samples_is_in_the_clip_and_one_behind_them_is_not():
    signals = said([(0, 0.5, 0.7)], noise=0.0)
    end = float(signals.time[-1])
    for at, inside in ((end - 0.004, True), (end + 0.004, False)):
        ends = changed(signals, to_contact=np.repeat((at - signals.time)[:, None], 2, axis=1))
        assert np.isfinite(read_event(ends, 0, 0, end - 0.002)[0]) == inside


def test_who_stands_on_both_feet_after_the_run_has_no_further_contact():
    """The pause costs 12 nats once; two feet down for two seconds contradict a runner's flight at every sample."""
    truth = run(count=6)
    signals = said(truth, length=4.5, noise=0.0)
    stance_prob = signals.stance_prob.copy()
    stance_prob[signals.time > truth[-1][2] + 0.1] = 0.98
    after = changed(signals, stance_prob=stance_prob)
    assert [each.side for each in stances(after, 60.0)] == [side for side, *_ in truth]
    found = contacts_of(after)
    assert [each.side for each in found] == [SIDES[side] for side, *_ in truth]
    assert [each.contact for each in found] == pytest.approx([start for _, start, _ in truth], abs=0.01)
