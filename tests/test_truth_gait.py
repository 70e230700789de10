"""How contacts are judged, joined and trusted: every number here can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait import accuracy as a
from formcheck.gait import net as n
from formcheck.gait import steps as s
from formcheck.gait.decode import Contact, Stance, contacts_of, read_event, stances
from formcheck.gait.occlusion import filled
from formcheck.types import Step
from test_contact_net import changed, run, said

NAN = np.nan


# --- is this a runner? ---------------------------------------------------------------------------------------------

RUNNER = s.ContactQuality(0.95, 0.05, 0.35, 0.35, 0.08, 0.01, 0.36, 0.30, 0.8)
NO_NET = replace(
    RUNNER, ambiguity=NAN, disagreement_s=NAN, duty_by_rules=NAN, flight_share=NAN, bounce_phase=NAN
)


def test_a_runner_is_one_with_the_net_and_without():
    assert RUNNER.running_like
    assert NO_NET.running_like
    assert not replace(RUNNER, step_time=NAN).running_like
    assert not replace(RUNNER, irregularity=NAN).running_like


@pytest.mark.parametrize(
    ("what", "still", "no_more"),
    [
        ("alternation", 0.70, 0.69),  # 30 % of steps by the same foot again: a limp or lost steps
        ("irregularity", 0.25, 0.26),
        ("step_time", 0.185, 0.184),  # 324 steps/min
        ("step_time", 0.58, 0.581),  # 103 steps/min
        ("duty_factor", 0.52, 0.521),  # more than half a stride on the ground is walking
        ("duty_by_rules", 0.52, 0.521),
        ("ambiguity", 0.35, 0.351),
        ("flight_share", 0.12, 0.119),
        ("bounce_phase", -0.15, -0.151),
    ],
)
def test_the_last_value_of_a_runner_and_the_first_of_none(what, still, no_more):
    assert replace(RUNNER, **{what: still}).running_like
    assert not replace(RUNNER, **{what: no_more}).running_like


def steps(*contacts, length=0.2):
    return [Step(side, at, at + length, 0.004, 0.004, True) for side, at in contacts]


def test_the_rhythm_of_four_steps():
    """Gaps of 0.3, 0.4 and 0.5 s: median 0.4, quartiles 0.35 and 0.45; two of three changes of foot."""
    found = s._rhythm(steps(("left", 0.0), ("right", 0.3), ("left", 0.7), ("left", 1.2)))
    assert found == pytest.approx((2 / 3, 0.25, 0.4))
    assert s._rhythm(steps(("left", 0.0), ("right", 0.3)))[0] == 0
    assert s._rhythm(steps(("left", 0.0), ("right", 0.3), ("left", 0.6)))[0] == 1


def test_the_duty_factor_is_contact_over_two_steps():
    found = steps(("left", 0.0), ("right", 0.3), length=0.21)
    assert s._duty(found, 0.35) == pytest.approx(0.3)
    cut = [*found, Step("left", 0.7, NAN, 0.004, NAN, True)]
    assert s._duty(cut, 0.35) == pytest.approx(0.3)
    assert np.isnan(s._duty(cut[2:], 0.35))


def test_undecided_and_flying_samples_are_counted_where_legs_are_seen():
    signals = said(run())
    stance_prob = np.full_like(signals.stance_prob, 0.95)
    stance_prob[:50] = 0.05
    stance_prob[50:80, 0] = 0.5
    seen = np.ones_like(signals.seen)
    seen[100:] = False
    found = changed(signals, stance_prob=stance_prob, seen=seen)
    assert s._ambiguity(found) == pytest.approx(30 / 200)
    assert s._flight_share(found) == pytest.approx(0.5)
    nothing = changed(found, seen=np.zeros_like(seen))
    assert np.isnan(s._ambiguity(nothing)) and np.isnan(s._flight_share(nothing))


def test_a_constant_offset_between_net_and_rules_is_no_disagreement():
    net = steps(*(("left" if k % 2 else "right", 0.35 * k) for k in range(20)))
    late = [replace(step, contact=step.contact + 0.02, toe_off=step.toe_off + 0.02) for step in net]
    assert s._disagreement(net, late) == pytest.approx(0, abs=1e-9)
    spread = [replace(step, contact=step.contact + 0.01 * (-1) ** k) for k, step in enumerate(net)]
    assert s._disagreement(net, spread) == pytest.approx(0.01)
    other_foot = [replace(step, side="left") for step in net if step.side == "right"]
    assert np.isnan(s._disagreement(net, other_foot))  # 0.35 s away is another step
    assert np.isnan(s._disagreement(net[:2], late[:2]))
    assert s._disagreement(net[:3], late[:3]) == pytest.approx(0, abs=1e-9)


# --- how far the net, the strides and their mean are trusted ------------------------------------------------------

ORIGINS = (*a.BY_ORIGIN.values(), a.WEAKEST)


@pytest.mark.parametrize("accuracy", ORIGINS)
def test_errors_of_an_event_are_between_4_and_25_milliseconds(accuracy):
    for pair in (accuracy.net_sd_s, accuracy.profile_sd_s, accuracy.runner_sd_s):
        assert all(0.004 <= sd <= 0.025 for sd in pair)
    assert all(max(mean) <= 1.05 * sd for mean, sd in zip([accuracy.runner_sd_s], [max(accuracy.net_sd_s)]))
    assert 0.005 < accuracy.contact_time_clip_sd_s < np.hypot(*accuracy.net_sd_s)


def test_a_weaker_model_is_never_trusted_more():
    for better, worse in ((a.LEARNT, a.MARKERS), (a.HEAVY, a.FULL), (a.FULL, a.WEAKEST)):
        for name in ("net_sd_s", "profile_sd_s", "runner_sd_s"):
            assert np.all(np.array(getattr(better, name)) <= getattr(worse, name)), name
        assert better.contact_time_clip_sd_s <= worse.contact_time_clip_sd_s


def test_an_events_error_joins_the_nets_own_with_the_runners():
    assert a.event_sd_s("blazepose-heavy", 0, 0.024) == pytest.approx(0.025)  # 24 and 7 ms
    assert a.event_sd_s("blazepose-heavy", 1, 0.012) == pytest.approx(0.015)  # 12 and 9 ms


def test_the_strides_weigh_by_variance_and_number():
    """Heavy contact: the net 10 ms; strides 7.5 ms and 8 ms over the root of their number."""
    assert a.profile_share("blazepose-heavy", 0, 4) == pytest.approx(100 / (100 + 56.25 + 16))
    assert a.profile_share("blazepose-heavy-two-looks", 1, 16) == pytest.approx(361 / (361 + 72.25 + 4))


def test_a_step_is_as_sure_as_the_nets_own_error_is_small():
    motion = type("Motion", (), {"origin": "blazepose-heavy", "near_side": "right"})
    contacts = [Contact("left", 1.0, 1.2, 0.011, 0.012), Contact("right", 1.4, 1.3, 0.001, NAN)]
    left, right = s._steps(contacts, motion)
    assert (left.contact, left.toe_off, left.near, left.confidence) == (1.0, 1.2, False, 0.5)
    assert left.contact_sd == pytest.approx(np.hypot(0.011, 0.007))
    assert left.toe_off_sd == pytest.approx(np.hypot(0.012, 0.009))
    assert right.near and right.confidence == 1.0 and np.isnan(right.toe_off)


# --- what the net is given -----------------------------------------------------------------------------------------


def legs_at(frames=240):
    """Return (frames, 2, 5, 2) legs whose every point can be told from the others."""
    legs = np.zeros((frames, 2, 5, 2))
    for side in range(2):
        for point in range(5):
            legs[:, side, point] = (10 * side + point, -(10 * side + point) / 2)
    return legs


def test_the_inputs_are_this_leg_the_other_leg_the_hip_and_what_is_seen():
    """Mid-hip lies at (5, -2.5); scale 2."""
    legs, seen = legs_at(), np.ones((240, 2), bool)
    seen[:, 1] = False
    x = n.features(legs, seen, 2.0, True)
    knee_to_toe = [((k - 5) / 2, (-k / 2 + 2.5) / 2) for k in range(1, 5)]
    assert x[0, :8, 0] == pytest.approx(np.ravel(knee_to_toe))
    assert x[0, 8:16, 0] == pytest.approx(np.zeros(8))  # the other leg is not seen
    assert x[0, 16:, 0] == pytest.approx([0, 1, 1, 0])
    assert x[1, :8, 0] == pytest.approx(np.zeros(8))
    assert x[1, 8:16, 0] == pytest.approx(np.ravel(knee_to_toe))
    assert x[1, 16:, 0] == pytest.approx([0, 1, 0, 1])


def test_the_hips_height_is_eight_times_what_it_rises_above_its_mean_of_three_quarters_of_a_second():
    legs = legs_at()
    legs[120:, :, 0, 1] += 1.0
    x = n.features(legs, np.ones((240, 2), bool), 4.0, True)
    assert x[0, 16, 20] == 0 and x[0, 16, 220] == 0
    assert x[0, 16, 119] == pytest.approx(-8 / 4 * 44 / 90, abs=0.03)
    assert x[0, 16, 120] == pytest.approx(8 / 4 * 45 / 90, abs=0.03)
    hidden = n.features(legs, np.ones((240, 2), bool), 4.0, False)
    assert np.all(hidden[:, 16:18] == 0)


def test_a_legs_scale_is_thigh_and_shank():
    legs = np.zeros((3, 2, 5, 2))
    legs[:, :, 1] = (3, -4)
    legs[:, :, 2] = (3, -10)
    legs[:, :, 3:] = 99
    assert n.leg_scale(legs) == pytest.approx(11)


def test_the_members_of_the_ensemble_are_joined():
    """Two members, 0.1 and 0.3 units from contact with own errors of 0.1 and 0.2 units, a unit being 50 ms."""
    members = np.zeros((2, 2, 5, 4))
    members[0, :, 0], members[1, :, 0] = np.log(3), -np.log(3)  # probabilities 3/4 and 1/4
    members[0, :, 1], members[1, :, 1] = 0.1, 0.3
    members[0, :, 3], members[1, :, 3] = np.log(0.1), np.log(0.2)
    found = n._signals(np.arange(4) / 120, members, np.ones((4, 2), bool))
    assert found.stance_prob == pytest.approx(np.full((4, 2), 0.5))
    assert found.to_contact == pytest.approx(np.full((4, 2), 0.2 * 0.05))
    assert found.contact_sd == pytest.approx(np.full((4, 2), 0.05 * np.sqrt((0.01 + 0.04) / 2 + 0.01)))
    assert found.to_toe_off == pytest.approx(np.zeros((4, 2)))
    assert found.toe_off_sd == pytest.approx(np.full((4, 2), 0.05))


def test_a_gap_of_an_eighth_of_a_second_is_too_long_to_bridge():
    time = np.array([0.0, 0.05, 0.10, 0.21, 0.26, 0.39, 0.44])
    grid = np.array([0.02, 0.15, 0.3, 0.42, 0.5])
    values, seen = n.bridge(2 * time[:, None], time, grid)
    assert seen[:, 0].tolist() == [True, True, False, True, False]
    assert values[:4, 0] == pytest.approx(2 * grid[:4])
    slow = np.arange(0, 2, 0.2)  # at 5 frames a second every gap is as usual
    assert n.bridge(slow[:, None], slow, np.array([0.5, 1.0]))[1].all()


@pytest.mark.parametrize("step_s", [0.19, 0.35, 0.59])
def test_a_hip_that_repeats_with_a_runners_steps_is_steady_and_a_restless_one_is_not(step_s):
    time = np.arange(0, 6, 1 / 120)
    assert n.hip_is_steady(0.03 * np.cos(2 * np.pi * time / step_s))
    assert not n.hip_is_steady(np.random.default_rng(0).normal(0, 0.03, len(time)))


def test_a_still_hip_says_nothing():
    assert n.hip_is_steady(np.zeros(300)) is False
    assert n.hip_is_steady(np.zeros(10)) is False


# --- events from the net's signals ---------------------------------------------------------------------------------


def test_an_event_is_the_weighted_mean_of_what_the_samples_around_it_say():
    """All point to 1.000 s, but those before with an error of 3 ms and 40 ms too late: a tenth of the weight."""
    signals = said([(0, 0.7, 0.9), (0, 1.0, 1.2)], noise=0.0)
    at, sd = read_event(signals, 0, 0, 1.01)
    assert at == pytest.approx(1.0)
    inside = np.sum(np.abs(signals.time - 1.0) <= 0.040)
    assert sd == pytest.approx(np.sqrt(1 / np.mean(1 / signals.contact_sd[:, 0] ** 2)))
    assert inside == 9
    early = signals.time < 1.0 - 1e-9
    away, doubt = signals.to_contact.copy(), signals.contact_sd.copy()
    away[early, 0] += 0.010
    doubt[early, 0] *= 3
    at, _ = read_event(changed(signals, to_contact=away, contact_sd=doubt), 0, 0, 1.0)
    share = (4 / 9) / (4 / 9 + 5)  # four early samples against five others
    assert at == pytest.approx(1.0 + 0.010 * share, abs=5e-4)


def test_an_event_further_than_80_ms_from_where_it_was_decoded_is_not_believed():
    signals = said([(0, 1.0, 1.2)], noise=0.0)
    for shift, believed in ((0.07, True), (0.09, False)):
        moved = changed(signals, to_contact=signals.to_contact + shift)
        assert np.isfinite(read_event(moved, 0, 0, 1.0)[0]) is np.bool_(believed), shift


def test_an_event_of_a_hidden_leg_is_not_read():
    signals = said([(0, 1.0, 1.2)], noise=0.0)
    seen = signals.seen.copy()
    seen[116:125, 0] = False
    assert np.isnan(read_event(changed(signals, seen=seen), 0, 0, 1.0)).all()
    assert np.isfinite(read_event(changed(signals, seen=seen), 0, 1, 1.2)).all()


@pytest.mark.parametrize(("length", "count"), [(0.10, 9), (0.40, 7)])
def test_short_and_long_contacts_are_found_whole(length, count):
    truth = run(step=0.25 + 0.5 * length, length=length, count=count)
    found = contacts_of(said(truth, length=5.0, noise=0.0))
    assert [c.contact for c in found] == pytest.approx([start for _, start, _ in truth], abs=0.002)
    assert [c.toe_off for c in found] == pytest.approx([stop for *_, stop in truth], abs=0.002)


def test_stances_are_cut_where_the_net_changes_its_mind():
    truth = run()
    found = stances(said(truth, noise=0.0), 60.0)[: len(truth)]
    assert found[0] == Stance(0, round(0.3 * 60), round(0.54 * 60))
    assert [stance.side for stance in found] == [side for side, *_ in truth]
    assert [stance.start for stance in found] == pytest.approx([60 * start for _, start, _ in truth], abs=1)
    assert [stance.stop for stance in found] == pytest.approx([60 * stop for *_, stop in truth], abs=1)


def test_a_foot_may_not_land_twice_in_a_row_without_a_pause():
    """The right foot's contact is not seen by the net: a flight of 0.46 s cannot be, so one foot is missing."""
    truth = [each for k, each in enumerate(run(count=9)) if k != 4]
    sides = [contact.side for contact in contacts_of(said(truth, noise=0.0))]
    assert sides.count("left") in (4, 5) and sides.count("right") == 4


# --- hidden points of a leg ----------------------------------------------------------------------------------------


def moving_legs(frames=40):
    """Return two rigid legs: thigh 5, shank 4, a stiff foot, all turning; the knee ahead of the line."""
    angle = np.linspace(-0.4, 0.4, frames)
    legs = np.zeros((frames, 2, 5), complex)
    for side, offset in enumerate((0.0, 0.2)):
        hip = 1j * np.sin(angle) + 0.3 * side
        knee = hip + 5 * np.exp(1j * (angle + offset + 0.4 - np.pi / 2))
        ankle = knee + 4 * np.exp(1j * (angle + offset - 0.3 - np.pi / 2))
        turn = np.exp(1j * (angle + offset))
        legs[:, side] = np.stack(
            [hip, knee, ankle, ankle + (-0.5 - 0.6j) * turn, ankle + (1.5 - 0.7j) * turn], axis=1
        )
    return np.stack([legs.real, legs.imag], axis=-1)


@pytest.mark.parametrize("point", range(5))
@pytest.mark.parametrize("side", range(2))
def test_a_hidden_point_is_where_its_rigid_neighbours_put_it(point, side):
    whole = moving_legs()
    hidden = whole.copy()
    hidden[15:25, side, point] = NAN
    tolerance = 1e-6 if point else 0.35  # a hip follows the other hip, at their usual distance
    np.testing.assert_allclose(filled(hidden), whole, atol=tolerance)


def test_what_has_no_neighbours_stays_hidden():
    hidden = moving_legs()
    hidden[15:25, 0, 3:] = NAN  # heel and toe
    hidden[15:25, :, 0] = NAN  # both hips
    out = filled(hidden)
    assert np.isnan(out[15:25, 0, 3:]).all() and np.isnan(out[15:25, :, 0]).all()
    assert np.isfinite(out[:15]).all() and np.isfinite(out[25:]).all()
