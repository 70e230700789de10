"""Laboratory recordings: what the force plate says and what a camera would see."""

import numpy as np
import pytest

from clips import PLATES, needs_plates
from formcheck.errors import UnreadableInput
from formcheck.mocap.marker_tables import plate_contacts
from formcheck.mocap.recordings import (
    LabRecording,
    SimulatedView,
    at_times,
    film,
    find_recordings,
    read_recording,
)


def straight_legs(rate=100.0, seconds=2.0):
    """Return a recording of somebody gliding along with straight legs."""
    time = np.arange(0, seconds, 1 / rate)
    leg = np.array([[0, 0.9], [0.02, 0.5], [0, 0.1], [-0.05, 0.0], [0.15, 0.0]])
    legs = np.broadcast_to(leg, (len(time), 2, 5, 2)).copy()
    legs[..., 0] += time[:, None, None]
    return LabRecording("glide", "A", 1.0, rate, legs, np.array([[0.1, 0.3]]), np.array([[0.5, 0.7]]))


def test_a_camera_measures_in_leg_lengths():
    motion = film(straight_legs(), SimulatedView(30.0), np.random.default_rng(0))
    thigh = motion.raw[:, :, :][5]
    assert motion.frame_rate == 30
    assert np.nanmax(thigh[:, 1]) == pytest.approx(0.9 / (np.hypot(0.02, 0.4) * 2), rel=1e-6)


def test_a_camera_moves_the_toe_to_where_pose_models_see_it():
    recording = straight_legs()
    motion = film(recording, SimulatedView(50.0), np.random.default_rng(0))
    foot = motion.raw[10, 20, 0] - motion.raw[10, 18, 0]
    assert foot * 0.8 == pytest.approx(1.2 * 0.2, rel=0.01)


def test_points_between_samples_lie_between_them():
    legs = straight_legs().legs
    assert at_times(legs, 100.0, np.array([0.505]))[0, 0, 0, 0] == pytest.approx(0.505)


def test_a_contact_is_where_the_force_is_over_twenty_newtons():
    time = np.arange(0, 1, 0.001)
    force = np.where((time > 0.2) & (time < 0.45), 1500 * np.sin(np.pi * (time - 0.2) / 0.25), 5.0)
    force += np.where((time > 0.7) & (time < 0.75), 40.0, 0.0)  # a touch is no contact
    found = plate_contacts(time, force)
    np.testing.assert_allclose(found, [[0.201, 0.449]], atol=0.002)


def test_an_unknown_file_is_refused_with_a_way_out(tmp_path):
    path = tmp_path / "run.c3d"
    path.write_text("")
    with pytest.raises(UnreadableInput, match="expected .npz"):
        read_recording(path)


def test_markers_of_an_unknown_set_are_refused(tmp_path):
    path = tmp_path / "run.trc"
    rows = "\n".join(f"{i}\t{i / 100}\t1\t2\t3" for i in range(20))
    path.write_text(
        f"PathFileType\nDataRate\n100\t100\t20\t1\tmm\nFrame#\tTime\tHEAD\n\t\tX1\tY1\tZ1\n{rows}\n"
    )
    with pytest.raises(UnreadableInput, match="set of markers"):
        read_recording(path)


@needs_plates
def test_hamner_runs_as_published():
    contact = {}
    for run in ("run200", "run400"):
        recording = read_recording(PLATES / "hamner" / f"{run}_markers.trc")
        times = np.concatenate([recording.left, recording.right])
        contact[run] = 1000 * np.median(times[:, 1] - times[:, 0])
        assert np.all(recording.legs[:, :, 4, 0] > recording.legs[:, :, 3, 0] - 0.3)
    assert contact["run400"] == pytest.approx(261, abs=4)
    assert contact["run200"] > 320


@needs_plates
def test_bmc_contact_times_as_published():
    recording = read_recording(PLATES / "bmc" / "motion_capture_run.trc")
    times = np.concatenate([recording.left, recording.right])
    np.testing.assert_allclose(np.sort(1000 * (times[:, 1] - times[:, 0])), [243, 263], atol=4)


@needs_plates
def test_every_recording_can_be_read():
    names = [read_recording(path).name for path in find_recordings(PLATES)]
    assert len(names) == len(set(names)) >= 3
