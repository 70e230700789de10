"""A synthetic runner with known metrics: projected in milliseconds, rendered in minutes."""

from formcheck.synthetic.camera import Camera
from formcheck.synthetic.clip import SyntheticClip, Truth, make_truth, project
from formcheck.synthetic.errors import CLEAN, PEOPLE, RAW, REALISTIC, Noise
from formcheck.synthetic.params import MOTIONS, Body, Gait, gait_of
from formcheck.synthetic.sprint import cones, cones_in_pan, sprint_camera, sprint_gait

__all__ = [
    "CLEAN",
    "MOTIONS",
    "PEOPLE",
    "RAW",
    "REALISTIC",
    "Body",
    "Camera",
    "Gait",
    "Noise",
    "SyntheticClip",
    "Truth",
    "cones",
    "cones_in_pan",
    "gait_of",
    "make_truth",
    "project",
    "sprint_camera",
    "sprint_gait",
]
