"""What is drawn lies where the runner is, when it is, in the clip's own time."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import builders
from formcheck.draw import Album, annotate, annotated_size, key_moments, take_pictures
from formcheck.draw.caption import laid_out, runner_box
from formcheck.draw.figure import Figures, draw_skeleton, smoothed
from formcheck.draw.inset import FootInset
from formcheck.draw.keyframes import LETTERS, OUT, ROOM, key_picture, numbers_at
from formcheck.draw.marks import Mark, draw_mark, marks_for, place_words
from formcheck.draw.moments import SHORTEST_S, captions, shown_at
from formcheck.draw.style import FAR, NEAR
from formcheck.draw.text import Box, plate, stamp, text_width, wrapped
from formcheck.draw.timeline import Timeline, strip_height
from formcheck.metrics import METRICS
from formcheck.skeleton import K
from formcheck.types import Measurement
from formcheck.video import VideoWriter, read_frames


class Collected:
    """A writer that keeps what it is given."""

    def __init__(self):
        self.images, self.times = [], []

    def write(self, image, time_s):
        self.images.append(image.copy())
        self.times.append(time_s)


@pytest.fixture(scope="module")
def made():
    return builders.analysis()


@pytest.fixture(scope="module")
def drawn(made):
    writer = Collected()
    annotate(made, builders.frames(made)[:60], writer)
    return writer


def near_colour(image, colour, tolerance=40):
    """Return (H, W) bool: where a picture has about this colour."""
    return (np.abs(image.astype(int) - colour) < tolerance).all(axis=2)


def test_times_are_the_clips_own(made, drawn):
    assert drawn.times == [frame.time for frame in builders.frames(made)[:60]]


def test_the_timeline_is_added_below(made, drawn):
    width, height = annotated_size(*made.track.size)
    assert drawn.images[0].shape == (height, width, 3)
    assert height == made.track.size[1] + strip_height(*made.track.size)
    assert height % 2 == 0


def test_the_near_leg_is_amber_where_it_is(made, drawn):
    """The left knee is drawn in amber at the keypoint, in every frame."""
    for index in range(0, 60, 7):
        x, y = np.round(made.track.point("left_knee")[index]).astype(int)
        patch = drawn.images[index][y - 4 : y + 5, x - 4 : x + 5]
        assert near_colour(patch, NEAR).sum() > 5


def test_the_frames_given_are_not_drawn_on(made):
    frames = builders.frames(made)[:3]
    before = frames[1].image.copy()
    annotate(made, frames, Collected())
    assert np.array_equal(frames[1].image, before)


def test_where_nobody_is_seen_the_picture_is_the_clips_own(made):
    nobody = replace(
        made, track=replace(made.track, xy=np.full_like(made.track.xy, np.nan)), cues=(), praise=()
    )
    frames, writer = builders.frames(made)[:3], Collected()
    annotate(nobody, frames, writer)
    height = made.track.size[1]
    assert all(np.array_equal(image[:height], frames[0].image) for image in writer.images)


def test_a_clip_drawn_twice_is_the_same_to_the_last_pixel():
    """In processes of their own: nothing hangs on the order a set happens to have."""
    program = (
        "import hashlib, builders; from formcheck.draw import annotate\n"
        "class Sum:\n"
        "    def write(self, image, time): print(hashlib.sha256(image).hexdigest())\n"
        "made = builders.analysis(); annotate(made, builders.frames(made)[:25], Sum())"
    )
    paths = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    first, second = (
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, **paths, "PYTHONHASHSEED": seed},
            capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2")
    )  # fmt: skip
    assert first == second and len(first.split()) == 25


def test_a_smaller_picture_shows_the_same_runner(made):
    """Frames decoded at half size carry the skeleton at half the coordinates."""
    half = [
        replace(frame, image=np.ascontiguousarray(frame.image[::2, ::2]))
        for frame in builders.frames(made)[:5]
    ]
    writer = Collected()
    annotate(made, half, writer)
    x, y = np.round(made.track.point("left_knee")[3] / 2).astype(int)
    assert near_colour(writer.images[3][y - 3 : y + 4, x - 3 : x + 4], NEAR).any()


def test_unseen_joints_are_not_drawn_and_nobody_is_no_failure(made):
    xy = made.track.xy.copy()
    xy[:3] = np.nan
    xy[:, K["left_knee"]] = np.nan
    hidden = replace(made, track=replace(made.track, xy=xy))
    writer = Collected()
    annotate(hidden, builders.frames(made)[:6], writer)
    width, height = made.track.size
    person = writer.images[1][: int(0.95 * height)]
    assert not near_colour(person[int(0.5 * height) :], FAR).any()
    x, y = np.round(made.track.point("left_knee")[5]).astype(int)
    assert not near_colour(writer.images[5][y - 2 : y + 3, x - 2 : x + 3], NEAR).all(axis=None)


def test_unsure_limbs_are_dashed(made):
    """Half the confidence, half the ink."""
    ink = []
    for confidence in (0.9, 0.3):
        track = replace(made.track, confidence=np.full_like(made.track.confidence, confidence))
        image = np.zeros((640, 360, 3), np.uint8)
        figure = Figures(replace(made, track=track), 1.0).of(20)
        draw_skeleton(image, figure)
        ink.append(near_colour(image, NEAR).sum())
    assert 0.2 * ink[0] < ink[1] < 0.8 * ink[0]


def test_smoothing_for_the_eye_keeps_the_peaks(made):
    """A foot's highest point stays within two pixels; steady jitter is more than halved."""
    moved = smoothed(made.track)[:, K["left_toe"], 1]
    assert abs(np.nanmin(moved) - np.nanmin(made.track.xy[:, K["left_toe"], 1])) < 2.0
    jitter = np.random.default_rng(1).normal(0, 1, made.track.xy.shape)
    steady = smoothed(replace(made.track, xy=jitter))
    assert steady[5:-5].std() < 0.75


@pytest.mark.parametrize("metric", sorted(id for id, row in METRICS.items() if row.drawn))
def test_every_mark_is_drawn_at_the_runner(metric):
    made = builders.front_analysis() if metric == "arm_crossover" else builders.analysis(fps=60)
    told = made.measurements[metric]
    if not told.measured:
        told = Measurement(metric, told.unit, 5.0, 4.0, 6.0, 9)
    made = replace(made, measurements={**made.measurements, metric: told})
    (mark,) = marks_for((metric,), made, 14)
    image = np.full((640, 360, 3), 90, np.uint8)
    draw_mark(image, Figures(made, 1.0).of(20), mark)
    changed = (image != 90).any(axis=2)
    assert 100 < changed.sum() < 0.2 * changed.size


@pytest.mark.parametrize("metric", sorted(id for id, row in METRICS.items() if row.drawn))
def test_the_words_on_a_cues_picture_fit_it(metric):
    front = metric == "arm_crossover"
    made = builders.front_analysis() if front else builders.analysis(fps=60)
    for mark in marks_for((metric,), made, LETTERS, ROOM):
        assert mark.piece.size[0] <= OUT[0]


def test_the_arc_of_a_bent_knee_is_the_number_told(made):
    """The shin lies on the end of the arc, the thigh's own line on its beginning."""
    told = Measurement("knee_flexion_stance", "deg", 40.0, 35.0, 45.0, 9)
    figure = Figures(made, 1.0).of(20)
    image = np.full((640, 360, 3), 90, np.uint8)
    assert draw_mark(image, figure, Mark(told, 14), "left")
    hip, knee, ankle = (figure.point(f"left_{part}") for part in ("hip", "knee", "ankle"))
    radius = 0.4 * np.linalg.norm(ankle - knee)
    for end in (
        knee + radius * (ankle - knee) / np.linalg.norm(ankle - knee),
        knee + radius * (knee - hip) / np.linalg.norm(knee - hip),
    ):
        x, y = np.round(end).astype(int)
        assert (image[y - 2 : y + 3, x - 2 : x + 3] != 90).any()


def test_words_keep_off_each_other_and_inside(made):
    """Two labels, a caption and a foot in the corner: none on another."""
    figure, (one, two) = Figures(made, 1.0).of(20), marks_for(("trunk_lean", "elbow_angle"), made, 14)
    first = place_words(figure, one, (360, 640), [Box(0, 0, 360, 40)])
    second = place_words(figure, two, (360, 640), [first])
    assert not first.meets(second)
    blocked = place_words(figure, one, (360, 640), [first])
    assert not blocked.meets(first)
    assert first.x >= 0 and first.x + first.width <= 360


def test_an_angle_of_landing_is_shown_at_landing_only(made):
    step = next(step for step in made.steps if step.near)
    assert shown_at("shank_angle", made, step.contact)
    assert not shown_at("shank_angle", made, 0.5 * (step.contact + step.toe_off))
    assert shown_at("knee_flexion_stance", made, 0.5 * (step.contact + step.toe_off))
    assert shown_at("trunk_lean", made, 0.5 * (step.contact + step.toe_off))


def test_what_was_not_measured_is_not_drawn(made):
    missing = Measurement("trunk_lean", "deg", why_missing="hidden")
    assert marks_for(("trunk_lean", "cadence"), replace(made, measurements={"trunk_lean": missing}), 14) == ()


def test_camera_tilt_turns_the_true_vertical(made):
    """Horizon turned anticlockwise by 10 deg: the true up points to the picture's upper left."""
    up = Figures(replace(made, scene=replace(made.scene, roll_deg=10.0)), 1.0).of(3).up
    assert np.allclose(up, [-np.sin(np.radians(10)), -np.cos(np.radians(10))])


def test_what_no_moment_shows_is_said_after_what_one_does(made):
    """And has no picture of its own: none would show it rather than another."""
    rhythm = replace(made.cues[0], show_at=np.nan)
    told = replace(made, cues=(rhythm, replace(made.cues[1], show_at=1.0)), praise=("Head up.",))
    shown = captions(told)
    assert [each.cue for each in shown] == [told.cues[1], rhythm]
    assert all(each.end - each.start >= SHORTEST_S - 1e-9 for each in shown)
    alone = captions(replace(told, cues=(rhythm,)))
    assert [each.cue for each in alone] == [None, rhythm] and alone[1].end <= made.clip.duration_s
    assert set(take_pictures(told, builders.frames(told)).cues) == {told.cues[1].metric}


def test_captions_can_be_read_and_never_overlap(made):
    shown = captions(made)
    assert [each.words for each in shown if each.cue] == [cue.say for cue in made.cues]
    for each in shown:
        assert each.end - each.start >= SHORTEST_S
    for before, after in zip(shown, shown[1:]):
        assert before.end <= after.start
    assert shown[-1].end <= made.clip.duration_s


def test_a_short_clip_still_says_the_first_thing(made):
    short = replace(made, clip=replace(made.clip, duration_s=1.5))
    assert [each.cue for each in captions(short)] == [made.cues[0]]


@pytest.mark.parametrize("size", [(360, 640), (640, 360), (900, 360)])
def test_captions_keep_off_the_runner(size):
    """Upright, the words go over the head or under the feet; lying, beside; in no case on the runner."""
    made = builders.analysis(size=size, fps=60.0)
    for caption in captions(made):
        piece, place = laid_out(caption, made, 1.0, size)
        assert not place.meets(runner_box(made, 1.0, caption.start, caption.end))
        assert place.x >= 0 and place.x + piece.size[0] <= size[0]
        assert place.y >= 0 and place.y + piece.size[1] <= size[1]


def test_a_crowded_clip_says_the_most_important_things(made):
    """Three cues at its end, room for two: the first two, in the order of their moments."""
    cues = tuple(
        replace(made.cues[0], say=say, show_at=at) for say, at in (("a", 5.5), ("b", 5.0), ("c", 5.2))
    )
    shown = captions(replace(made, cues=cues))
    assert [each.words for each in shown] == ["b", "a"]
    assert all(each.end - each.start >= SHORTEST_S - 1e-9 for each in shown)


def test_praise_comes_first_where_there_is_room(made):
    late = replace(made, cues=(replace(made.cues[0], show_at=4.0),))
    assert [bool(each.cue) for each in captions(late)] == [False, True]


def test_timeline_shows_each_contact_where_it_is(made):
    """At mid-contact the row of that foot is coloured under the playhead."""
    width, height = 720, 60
    timeline = Timeline(made, width, height)
    strip = np.zeros((height, width, 3), np.uint8)
    timeline.draw(strip, 3.0)
    left = near_colour(strip, NEAR, 20).any(axis=0)
    assert abs(np.diff(left.astype(int)).clip(0).sum() - sum(s.side == "left" for s in made.steps)) <= 1


def test_without_timed_contacts_nothing_moves_under_the_picture():
    timeline, strips = Timeline(builders.front_analysis(), 720, 60), []
    for time in (1.0, 4.0):
        strips.append(np.zeros((60, 720, 3), np.uint8))
        timeline.draw(strips[-1], time)
    assert (strips[0] == strips[1]).all()


def test_a_long_clip_scrolls(made):
    long = replace(made, clip=replace(made.clip, duration_s=60.0))
    timeline, strips = Timeline(long, 720, 60), []
    for time in (3.0, 50.0):
        strip = np.zeros((60, 720, 3), np.uint8)
        timeline.draw(strip, time)
        strips.append(near_colour(strip[:, 60:], NEAR, 20).any())
    assert strips == [True, False]


def test_key_frames_are_six_of_equal_size(made):
    pictures = take_pictures(made, builders.frames(made)).keys
    assert sorted(each.name for each in pictures) == [
        "1-left-contact", "2-left-mid-stance", "3-left-toe-off",
        "4-right-contact", "5-right-mid-stance", "6-right-toe-off",
    ]  # fmt: skip
    assert {each.image.shape for each in pictures} == {(800, 512, 3)}


def test_key_moments_are_frames_within_their_contact(made):
    for moment in key_moments(made):
        time = made.track.time[moment.index]
        step = min(
            (s for s in made.steps if s.side == moment.side), key=lambda s: abs(s.contact - moment.time)
        )
        assert step.contact - 0.02 <= time <= step.toe_off + 0.02


def test_slow_motion_is_drawn_on_the_clips_clock(made):
    """Played four times slower, the contact lies four times later in the file, under the same bar."""
    slow = replace(
        made,
        track=replace(made.track, time=4 * made.track.time),
        clip=replace(made.clip, duration_s=4 * made.clip.duration_s),
        scene=replace(made.scene, slow_motion_factor=4.0),
    )
    assert [moment.index for moment in key_moments(slow)] == [moment.index for moment in key_moments(made)]
    strips = []
    for each, time in ((made, 3.0), (slow, 12.0)):
        strip = np.zeros((60, 720, 3), np.uint8)
        Timeline(each, 720, 60).draw(strip, time)
        strips.append(strip)
    assert np.abs(strips[0].astype(int) - strips[1]).mean() < 1.0


def test_from_the_front_each_leg_is_shown_as_it_stands():
    """No contact is timed from there: the foot that is lower while the hips are lowest."""
    made = builders.front_analysis()
    album = take_pictures(made, builders.frames(made))
    assert [picture.name for picture in album.keys] == ["2-left-mid-stance", "5-right-mid-stance"]
    for moment in key_moments(made):
        ankles = {side: made.track.point(f"{side}_ankle")[moment.index, 1] for side in ("left", "right")}
        assert max(ankles, key=ankles.get) == moment.side  # px grow downwards


def test_pictures_read_no_further_than_needed(made):
    def frames():
        yield from builders.frames(made)[:130]
        pytest.fail("read to the end")

    album = take_pictures(made, frames())
    assert len(album.keys) == 6 and sorted(album.cues) == ["cadence", "trunk_lean"]


def test_an_album_lets_every_frame_pass(made):
    frames = builders.frames(made)
    assert [frame.time for frame in Album(made).watch(frames)] == [frame.time for frame in frames]


def test_a_refused_clip_leaves_a_glance_and_no_key_frames():
    album = take_pictures(builders.refused(), builders.frames(builders.refused()))
    assert album.glance is not None and not album.keys and not album.cues


def test_words_never_leave_the_picture():
    image = np.zeros((100, 200, 3), np.uint8)
    stamp(image, plate("lean 6 ± 3°", 20), 500, 500)
    stamp(image, plate("a sentence that is far too long for this picture", 30), -50, -50)
    assert image.any()


def test_long_sentences_are_broken_to_fit():
    words = "Take slightly quicker, shorter steps on your easy runs this week."
    lines = wrapped(words, 30, 400, bold=True).split("\n")
    assert " ".join(lines) == words
    assert all(text_width(line, 30, True) <= 400 for line in lines)


def test_a_degree_sign_is_drawn():
    """The letters are a font's, not OpenCV's, which has none."""
    assert text_width("6°", 20) > text_width("6", 20) + 3
    assert not np.array_equal(plate("6°", 20).colour, plate("6?", 20).colour)


def test_a_front_view_is_drawn_too():
    made = builders.front_analysis()
    writer = Collected()
    annotate(made, builders.frames(made)[:10], writer)
    assert near_colour(writer.images[5], NEAR).any() and near_colour(writer.images[5], FAR).any()


def test_the_annotated_video_plays_back_with_its_times(made, tmp_path):
    frames = builders.frames(made)[:20]
    with VideoWriter(tmp_path / "a.mp4", annotated_size(*made.track.size)) as writer:
        annotate(made, frames, writer)
    back = list(read_frames(tmp_path / "a.mp4"))
    assert np.allclose([frame.time for frame in back], [frame.time for frame in frames], atol=1e-3)


def test_a_key_picture_tells_no_number_that_the_table_refuses(made):
    """The picture of a clip without a knee says the shin only, and draws it alone."""
    moment = key_moments(made)[0]
    hidden = replace(made.measurements["knee_flexion_contact"], value=np.nan, low=np.nan, high=np.nan,
                     why_missing="Hidden.", missing_code="hidden", times=(), samples=())  # fmt: skip
    without = replace(made, measurements={**made.measurements, "knee_flexion_contact": hidden})
    pictures = [key_picture(each, builders.frames(made)[moment.index].image, Figures(each, 1.0).of(moment.index), moment) for each in (made, without)]  # fmt: skip
    assert (pictures[0].image != pictures[1].image).any()
    assert numbers_at(made.motion, moment, 1.0, ("shank_angle",)) == numbers_at(made.motion, moment)[1:]


def test_the_inset_tells_each_landings_own_angle(made):
    strike = made.measurements["foot_strike_angle"]
    inset = FootInset(made, Figures(made, 1.0), (360, 640), 20)
    assert set(inset._own) == set(strike.times)
    for time, value in zip(strike.times, strike.samples):
        assert inset._own[time].startswith(f"this one {round(value)} ±")
    refused = replace(strike, value=np.nan, low=np.nan, high=np.nan, why_missing="Hidden.", missing_code="x")
    without = replace(made, measurements={**made.measurements, "foot_strike_angle": refused})
    assert FootInset(without, Figures(made, 1.0), (360, 640), 20)._own == {}
