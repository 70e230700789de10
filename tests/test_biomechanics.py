"""Angles and springs of hand-made bodies."""

import numpy as np
import pytest

from formcheck import biomechanics as bio


def p(x, y):
    return np.array([x, y], float)


def test_a_trunk_with_the_head_in_front_leans_forward():
    assert bio.lean_deg(p(0, 0), p(1, 1)) == pytest.approx(45)
    assert bio.lean_deg(p(0, 0), p(0, 1)) == pytest.approx(0)


def test_a_foot_with_raised_toes_pitches_up():
    assert bio.pitch_deg(p(0, 0), p(1, 0.1)) == pytest.approx(5.71, abs=0.01)


def test_a_right_angled_elbow_reads_ninety_and_a_straight_one_180():
    assert bio.included_deg(p(0, 1), p(0, 0), p(1, 0)) == pytest.approx(90)
    assert bio.included_deg(p(0, 1), p(0, 0), p(0, -1)) == pytest.approx(180)


def test_a_straight_knee_has_no_flexion():
    assert bio.knee_flexion_deg(p(0, 2), p(0, 1), p(0, 0)) == pytest.approx(0, abs=1e-6)


def test_knee_ahead_and_ankle_ahead_are_positive():
    assert bio.thigh_deg(p(0, 1), p(0.5, 0.5)) == pytest.approx(45)
    assert bio.shank_deg(p(0, 1), p(0.1, 0)) == pytest.approx(5.71, abs=0.01)


@pytest.mark.parametrize("roll", [-12.0, 5.0])
def test_turning_the_picture_turns_segments_and_not_joints(roll):
    turn = np.radians(roll)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    a, b, c = (matrix @ point for point in (p(0.1, 1), p(0.2, 0.5), p(-0.1, 0)))
    assert bio.included_deg(a, b, c) == pytest.approx(bio.included_deg(p(0.1, 1), p(0.2, 0.5), p(-0.1, 0)))
    assert bio.lean_deg(c, a) == pytest.approx(bio.lean_deg(p(-0.1, 0), p(0.1, 1)) - roll)


def test_size_does_not_change_an_angle():
    points = (p(0.1, 1), p(0.2, 0.5), p(-0.1, 0))
    assert bio.included_deg(*(7 * point for point in points)) == pytest.approx(bio.included_deg(*points))


def test_a_missing_point_gives_no_angle():
    assert np.isnan(bio.included_deg(p(np.nan, np.nan), p(0, 0), p(1, 0)))


def test_differences_of_angles_wrap():
    assert bio.turned_deg(np.array(179.0), np.array(-179.0)) == pytest.approx(-2)


def test_stature_gives_the_scale():
    height = 1.80
    pixels = 400.0
    shank, thigh, trunk = (share * height * pixels for share in (0.246, 0.245, 0.288))
    assert bio.metres_per_unit(height, shank, thigh, trunk) == pytest.approx(1 / pixels)


def test_the_spring_of_a_known_runner():
    """Worked by hand from Morin's formulas: 70 kg, 1.75 m, 3 m/s, 250 ms, 100 ms.

    Peak 686.7 N x pi/2 x 1.4 = 1510.1 N. Sink 1510.1 x 0.0625 / (70 pi^2) - 9.81 x 0.0625 / 8 = 0.05997 m. The leg
    of 0.9275 m reaches 0.375 m forward and shortens by 0.07919 m more. In the air 9.81 x 0.01 / 8 = 0.01226 m.
    """
    found = bio.spring(0.25, 0.10, 3.0, 70.0, 1.75)
    assert found.peak_force_n == pytest.approx(1510.1, abs=0.1)
    assert found.sink_m == pytest.approx(0.05997, abs=1e-5)
    assert found.oscillation_m == pytest.approx(0.07224, abs=1e-5)
    assert found.vertical_kn_m == pytest.approx(25.18, abs=0.01)
    assert found.leg_kn_m == pytest.approx(10.851, abs=0.001)


def test_without_flight_the_centre_of_mass_only_sinks():
    found = bio.spring(0.36, -0.01, 2.0, 70.0, 1.75)
    assert found.oscillation_m == found.sink_m


def test_a_leg_reaches_no_further_than_it_is_long():
    """10 m/s for 0.3 s would be a reach of 1.5 m: a leg of 0.9275 m lies flat."""
    found = bio.spring(0.3, 0.1, 10.0, 70.0, 1.75)
    assert found.leg_kn_m == pytest.approx(found.peak_force_n / (0.9275 + found.sink_m) / 1000)


def test_beside_the_middle_is_measured_level_from_a_leaning_trunk():
    """The middle leans from (0, 1) to (0.2, 2): at a height of 1.5 it is at 0.1."""
    hip, shoulder = np.array([[0.0, 1.0]]), np.array([[0.2, 2.0]])
    assert bio.off_midline(np.array([[0.4, 1.5]]), hip, shoulder) == pytest.approx([0.3])
    assert bio.off_midline(np.array([[0.0, 1.5]]), hip, shoulder) == pytest.approx([-0.1])


@pytest.mark.parametrize(
    ("angle", "points", "degrees"),
    [
        (bio.lean_deg, (p(0, 0), p(-1, 1)), -45.0),
        (bio.pitch_deg, (p(0, 0), p(1, -1)), -45.0),
        (bio.pitch_deg, (p(0, 0), p(-1, 1)), 135.0),
        (bio.thigh_deg, (p(0, 1), p(-0.5, 0.5)), -45.0),
        (bio.shank_deg, (p(0, 1), p(-1, 0)), -45.0),
        (bio.included_deg, (p(1, 0), p(0, 0), p(-1, 1)), 135.0),
        (bio.knee_flexion_deg, (p(0, 1), p(0, 0), p(-1, 0)), 90.0),
    ],
)
def test_the_other_way_is_negative(angle, points, degrees):
    assert angle(*points) == pytest.approx(degrees)


def test_a_shorter_contact_is_a_stiffer_leg():
    softer, stiffer = bio.spring(0.25, 0.10, 3, 70, 1.75), bio.spring(0.238, 0.112, 3, 70, 1.75)
    assert stiffer.leg_kn_m / softer.leg_kn_m == pytest.approx(1.11, abs=0.02)


@pytest.mark.parametrize("forward, knee", [(1.0, (0.3, 0.4)), (-1.0, (-0.3, 0.4))])
def test_a_knee_lies_between_hip_and_ankle_on_the_side_it_is_asked_for(forward, knee):
    """Thigh and shank of 0.5 span 0.8 from hip to ankle: two right triangles of 3, 4 and 5."""
    hip, ankle = np.array([[0.0, 0.8]]), np.array([[0.0, 0.0]])
    assert bio.joint_between(hip, ankle, 0.5, 0.5, forward)[0] == pytest.approx(knee)


def test_a_leg_stretched_beyond_its_length_has_a_straight_knee():
    found = bio.joint_between(np.array([[0.0, 2.0]]), np.array([[0.0, 0.0]]), 0.5, 0.5, 1.0)
    assert found[0] == pytest.approx((0.0, 1.0), abs=1e-9)
