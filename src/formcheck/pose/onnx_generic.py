"""User-supplied pose models: `--backend onnx:PATH`, described by PATH.json beside it.

    {"format": "formcheck-pose-model", "version": 1, "name": "rtmpose-m", "licence": "Apache-2.0",
     "decoder": "simcc", "size": [192, 256], "keypoints": "halpe26",
     "channels": "rgb", "mean": [123.675, 116.28, 103.53], "std": [58.395, 57.12, 57.375], "padding": 1.25}

Input: one person in one upright image, (1, 3, H, W) float32. Output: one point per joint:

- `simcc`: two outputs, (1, K, W x f) and (1, K, H x f); the position is the best cell of each
- `heatmap`: one output, (1, K, h, w); the best cell, moved a quarter cell towards its larger neighbour
- `coords`: one output, (1, K, 2) x, y or (1, K, 3) with a score; px of the input

The shipped light net still locates the runner. Joints that the model does not provide are
missing, and metrics that depend on them are refused with that reason.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from formcheck import weights
from formcheck.errors import BrokenModel, UsageError
from formcheck.pose.blazepose import DetectedPose
from formcheck.pose.effort import WHOLE, Effort
from formcheck.pose.roi import Roi
from formcheck.skeleton import N_KEYPOINTS, K

FORMAT, VERSION = "formcheck-pose-model", 1
BODY_SHARE = 0.75  # of the light net's square: head to toe, over frames of a runner and a walker
IMAGENET_MEAN, IMAGENET_STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
LARGEST_SIDE = 1024  # px
COCO17 = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder",
    "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip",
    "left_knee", "right_knee", "left_ankle", "right_ankle",
)  # fmt: skip
HALPE26 = (
    *COCO17, "head", "neck", "hip", "left_toe", "right_toe",
    "left_small_toe", "right_small_toe", "left_heel", "right_heel",
)  # fmt: skip
PRESETS = {"coco17": COCO17, "halpe26": HALPE26}

FoundPoints = tuple[np.ndarray, np.ndarray]
"""(K, 2) px of the input, (K,) score."""


def from_simcc(outputs: Sequence[np.ndarray], size: tuple[int, int]) -> FoundPoints:
    """Return the best column and row of each joint; the score is the lower of the two peaks."""
    along = [output[0] for output in outputs[:2]]
    cells = np.stack([axis.argmax(axis=1) / axis.shape[1] for axis in along], axis=-1)
    return cells * size, np.minimum(along[0].max(axis=1), along[1].max(axis=1))


def from_heatmap(outputs: Sequence[np.ndarray], size: tuple[int, int]) -> FoundPoints:
    """Return the best cell of each joint's map, moved a quarter cell towards its larger neighbour."""
    maps = outputs[0][0]
    count, height, width = maps.shape
    row, column = np.unravel_index(maps.reshape(count, -1).argmax(axis=1), (height, width))
    joint = np.arange(count)
    padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)), mode="edge")
    right = padded[joint, row + 1, column + 2] - padded[joint, row + 1, column]
    below = padded[joint, row + 2, column + 1] - padded[joint, row, column + 1]
    cells = np.stack([column + 0.25 * np.sign(right), row + 0.25 * np.sign(below)], axis=-1)
    return cells * size / (width, height), maps[joint, row, column]


def from_coords(outputs: Sequence[np.ndarray], size: tuple[int, int]) -> FoundPoints:
    """Return the positions as the net outputs them."""
    rows = outputs[0][0]
    return rows[:, :2], rows[:, 2] if rows.shape[1] > 2 else np.ones(len(rows))


DECODERS: dict[str, Callable[[Sequence[np.ndarray], tuple[int, int]], FoundPoints]] = {
    "simcc": from_simcc,
    "heatmap": from_heatmap,
    "coords": from_coords,
}


@dataclass(frozen=True)
class Recipe:
    """The content of a model's sidecar file."""

    name: str
    decoder: str
    size: tuple[int, int]  # px, width and height of the input
    keypoints: tuple[str, ...]  # one name per output joint; unknown names are ignored
    channels: str = "rgb"
    mean: tuple[float, ...] = IMAGENET_MEAN  # of pixel values 0..255, in the order of `channels`
    std: tuple[float, ...] = IMAGENET_STD
    padding: float = 1.25  # frame height over body height
    licence: str = "not stated"

    @classmethod
    def read(cls, path: Path) -> Recipe:
        """Read and validate a sidecar file.

        Raises
        ------
        UsageError
            If it is missing or contains an invalid value.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            return cls.of(data)
        except OSError as error:
            raise UsageError(
                f"The model's description {path} cannot be read. It says what goes in and what comes out; models/README.md shows one."
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise UsageError(f"The model's description {path} cannot be used: {what}.") from error

    @classmethod
    def of(cls, data: dict[str, Any]) -> Recipe:
        """Build a recipe from a sidecar; raises ValueError, KeyError or TypeError if it is invalid."""
        if (data.get("format"), data.get("version")) != (FORMAT, VERSION):
            raise ValueError(f'it should say "format": "{FORMAT}", "version": {VERSION}')
        names = data["keypoints"]
        width, height = (int(length) for length in data["size"])
        recipe = cls(
            name=str(data["name"]),
            decoder=str(data["decoder"]),
            size=(width, height),
            keypoints=PRESETS[names] if isinstance(names, str) else tuple(map(str, names)),
            channels=str(data.get("channels", "rgb")).lower(),
            mean=tuple(float(v) for v in data.get("mean", IMAGENET_MEAN)),
            std=tuple(float(v) for v in data.get("std", IMAGENET_STD)),
            padding=float(data.get("padding", 1.25)),
            licence=str(data.get("licence", "not stated")),
        )
        return recipe._checked()

    def _checked(self) -> Recipe:
        rules = {
            f"the decoder must be one of {', '.join(DECODERS)}": self.decoder in DECODERS,
            f"width and height must be 16 to {LARGEST_SIDE} px": all(
                16 <= v <= LARGEST_SIDE for v in self.size
            ),
            "channels must be rgb or bgr": self.channels in ("rgb", "bgr"),
            "mean and std must have three numbers, std above 0": len(self.mean) == len(self.std) == 3
            and min(self.std) > 0,
            "padding must be between 0.8 and 3": 0.8 <= self.padding <= 3,
            "the hips, knees and ankles of both sides must be among the keypoints": all(
                f"{side}_{part}" in self.keypoints
                for side in ("left", "right")
                for part in ("hip", "knee", "ankle")
            ),
        }
        for rule, kept in rules.items():
            if not kept:
                raise ValueError(rule)
        return self


class OwnModel:
    """Any top-down ONNX pose model, as described by its sidecar."""

    def __init__(self, recipe: Recipe, session: Any, sha256: str):
        self.recipe, self.sha256 = recipe, sha256
        self.name = f"onnx-{recipe.name}"
        self._session = session
        self._input = session.get_inputs()[0].name
        self._known = [(i, K[name]) for i, name in enumerate(recipe.keypoints) if name in K]

    @classmethod
    def load(cls, path: str | Path) -> OwnModel:
        """Open PATH and PATH.json, and test the model on an empty image.

        Raises
        ------
        UsageError
            If a file is missing or the sidecar does not fit the model.
        BrokenModel
            If it is not an ONNX model.
        """
        path = Path(path).expanduser()
        if not path.is_file():
            raise UsageError(f"There is no model {path}.")
        recipe = Recipe.read(path.with_name(path.name + ".json"))
        model = cls(recipe, weights.open_session(path), hashlib.sha256(path.read_bytes()).hexdigest())
        model._try(path)
        return model

    def _try(self, path: Path) -> None:
        width, height = self.recipe.size
        try:
            points, score = self._points(np.zeros((height, width, 3), np.uint8))
        except Exception as error:  # any error of the runtime means that the model does not fit
            raise BrokenModel(
                f"{path.name} does not give what {path.name}.json says ({self.recipe.decoder}, {width}x{height} px)."
            ) from error
        expected = len(self.recipe.keypoints)
        if points.shape != (expected, 2) or score.shape != (expected,):
            raise UsageError(
                f"{path.name} gives {len(points)} points, but {path.name}.json names {expected} keypoints."
            )

    def find(self, image: np.ndarray, roi: Roi, effort: Effort = WHOLE) -> DetectedPose | None:
        """Return the pose of the person in a square of the image, always in full; the square is taken upright."""
        width, height = self.recipe.size
        longer = max(width, height)
        square = Roi(roi.x, roi.y, self.recipe.padding * BODY_SHARE * roi.size * longer / height, 0.0)
        left, top = (longer - width) // 2, (longer - height) // 2
        cut = square.crop(image, longer)[top : top + height, left : left + width]
        points, score = self._points(cut)
        xy = np.full((N_KEYPOINTS, 2), np.nan)
        confidence = np.zeros(N_KEYPOINTS)
        ours = square.to_image((points + (left, top)) / longer)
        for theirs, mine in self._known:
            xy[mine], confidence[mine] = ours[theirs], np.clip(score[theirs], 0, 1)
        return DetectedPose(xy, confidence, None)

    def _points(self, cut: np.ndarray) -> FoundPoints:
        recipe = self.recipe
        ordered = cut if recipe.channels == "rgb" else cut[..., ::-1]
        scaled = (ordered - np.array(recipe.mean, np.float32)) / np.array(recipe.std, np.float32)
        picture = np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], dtype=np.float32)
        outputs = self._session.run(None, {self._input: picture})
        return DECODERS[recipe.decoder](outputs, recipe.size)
