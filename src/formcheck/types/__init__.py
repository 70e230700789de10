"""The data types: frozen dataclasses with shape and unit beside each field, checked on construction.

There are two coordinate systems and two types: draw with `PoseTrack` (pixels, y down, as seen),
measure with `Motion` (leg lengths, x forward, y up). Time is in seconds.
Missing values are NaN, with a reason where a runner will see them.
"""

from __future__ import annotations

from formcheck.types.analysis import Analysis, Cue, Target
from formcheck.types.answers import NOTHING_ELSE, UNCLEAR, Category, Extra, Measurement
from formcheck.types.camera_path import CameraPath
from formcheck.types.filmed import (
    TRAINING_MARKERS,
    Clarity,
    Clip,
    Filming,
    Frame,
    Motion,
    PoseTrack,
    Refusal,
    Runner,
    Scene,
    Step,
    Surroundings,
    Warn,
)
from formcheck.types.options import (
    MODEL_OPTIONS,
    PRECISION_OPTIONS,
    SETTING_OPTIONS,
    VIEW_OPTIONS,
    Activity,
    CaptureSource,
    Edge,
    LiveModelOption,
    ModelOption,
    PrecisionOption,
    Setting,
    SettingOption,
    Side,
    Status,
    View,
    ViewOption,
)

__all__ = [
    "Activity",
    "Analysis",
    "CameraPath",
    "CaptureSource",
    "Category",
    "Clarity",
    "Clip",
    "Cue",
    "Edge",
    "Extra",
    "Filming",
    "Frame",
    "LiveModelOption",
    "MODEL_OPTIONS",
    "Measurement",
    "ModelOption",
    "Motion",
    "NOTHING_ELSE",
    "PRECISION_OPTIONS",
    "PoseTrack",
    "PrecisionOption",
    "Refusal",
    "Runner",
    "SETTING_OPTIONS",
    "Scene",
    "Setting",
    "SettingOption",
    "Side",
    "Status",
    "Step",
    "Surroundings",
    "TRAINING_MARKERS",
    "Target",
    "UNCLEAR",
    "VIEW_OPTIONS",
    "View",
    "ViewOption",
    "Warn",
]
