"""Choose the runner among several people: somebody who runs, and is largest and longest in view."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from formcheck.pose.blazepose import PersonDetector, PoseModel
from formcheck.pose.crowd import people_in
from formcheck.pose.person_path import PersonPath
from formcheck.pose.roi import Roi
from formcheck.pose.tracking import LOOKS_PER_S, Follower, sparse
from formcheck.scene import features as signs
from formcheck.skeleton import K
from formcheck.types import Frame

SEARCH_EVERY_S = 0.5
MOST_PEOPLE = 4
SAME_FROM = 0.35  # overlap of squares that show the same person
STANDS_STILL = 0.05  # weight of somebody whose legs do not alternate


class Candidate:
    """One person tracked with the light net."""

    def __init__(self, model: PoseModel, detector: PersonDetector, start: Roi):
        self.path = PersonPath()
        self._follower = Follower(model, detector, start)
        self._time: list[float] = []
        self._xy: list[np.ndarray] = []

    @property
    def roi(self) -> Roi | None:
        """Where this person is now; None = lost."""
        return self._follower.roi

    def look(self, frame: Frame) -> None:
        """Track into the next frame; a person once lost stays lost."""
        if self._follower.roi is None:
            return
        pose = self._follower.look(frame.image)
        self.path.add(frame.time, pose.roi if pose else None)
        if pose:
            self._time.append(frame.time)
            self._xy.append(pose.xy)

    def score(self) -> float:
        """Return the person's score as the runner: seconds in view × size × alternation of the legs."""
        if len(self._time) < 5:
            return 0.0
        xy, time = np.array(self._xy), np.array(self._time)
        leg = signs.leg_px(xy)
        apart = np.linalg.norm(xy[:, K["left_ankle"]] - xy[:, K["right_ankle"]], axis=-1) / leg
        moves = float(np.percentile(apart, 90) - np.percentile(apart, 10))
        return len(time) / LOOKS_PER_S * leg * max(STANDS_STILL, min(1.0, moves))


def choose_runner(frames: Iterable[Frame], model: PoseModel, detector: PersonDetector) -> PersonPath | None:
    """Track everybody through the clip and return the runner's path, None if nobody is detected."""
    people: list[Candidate] = []
    due = -np.inf
    for frame in sparse(frames, LOOKS_PER_S):
        for person in people:
            person.look(frame)
        if frame.time >= due:
            people += _newcomers(frame, people, model, detector)
            due = frame.time + SEARCH_EVERY_S
    best = max(people, key=Candidate.score, default=None)
    return best.path if best else None


def _newcomers(
    frame: Frame, people: list[Candidate], model: PoseModel, detector: PersonDetector
) -> list[Candidate]:
    """Return candidates for everybody detected and not yet tracked."""
    followed = [person.roi for person in people if person.roi is not None]
    found = [
        roi
        for roi in people_in(frame.image, detector)
        if all(roi.overlap(other) < SAME_FROM for other in followed)
    ]
    return [Candidate(model, detector, roi) for roi in found[: max(0, MOST_PEOPLE - len(followed))]]
