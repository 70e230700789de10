"""The 21 keypoints that FormCheck uses with every pose model.

Every back-end maps its own points onto these; a point it does not provide is NaN.
`left` and `right` are the runner's own. `toe` is the big-toe region
(BlazePose "foot index"), `heel` the back of the shoe.
"""

from typing import Literal

PAIRED = ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "toe")
KEYPOINTS: tuple[str, ...] = ("nose", *(f"{side}_{part}" for part in PAIRED for side in ("left", "right")))
K: dict[str, int] = {name: index for index, name in enumerate(KEYPOINTS)}
N_KEYPOINTS = len(KEYPOINTS)

SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")
LEG = ("hip", "knee", "ankle", "heel", "toe")
ARM = ("shoulder", "elbow", "wrist")
FACE = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")

MIRRORED: tuple[int, ...] = tuple(
    K[name.replace("left_", "right_") if name.startswith("left_") else name.replace("right_", "left_")]
    for name in KEYPOINTS
)
"""`xy[:, MIRRORED]` swaps left and right."""

BONES: tuple[tuple[str, str], ...] = (
    ("left_shoulder", "right_shoulder"),
    ("left_hip", "right_hip"),
    *(
        (f"{side}_{a}", f"{side}_{b}")
        for side in SIDES
        for a, b in (
            ("shoulder", "elbow"),
            ("elbow", "wrist"),
            ("shoulder", "hip"),
            ("hip", "knee"),
            ("knee", "ankle"),
            ("ankle", "heel"),
            ("heel", "toe"),
            ("ankle", "toe"),
        )
    ),
)


def other(side: str) -> str:
    """Return the opposite side."""
    return "right" if side == "left" else "left"
