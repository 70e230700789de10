"""Fixed sets of names: sides, views, settings and models."""

from __future__ import annotations

from typing import Literal, get_args

Side = Literal["left", "right"]
View = Literal["side", "front", "rear", "oblique", "unknown"]
ViewOption = Literal["auto", "side", "front", "rear"]
SettingOption = Literal["auto", "treadmill", "overground"]
ModelOption = Literal["best", "balanced", "fast"]
LiveModelOption = Literal["fast", "lite", "balanced"]
PrecisionOption = Literal["auto", "fp32", "bf16"]
VIEW_OPTIONS: tuple[ViewOption, ...] = get_args(ViewOption)
SETTING_OPTIONS: tuple[SettingOption, ...] = get_args(SettingOption)
MODEL_OPTIONS: tuple[ModelOption, ...] = get_args(ModelOption)
PRECISION_OPTIONS: tuple[PrecisionOption, ...] = get_args(PrecisionOption)
Edge = tuple[float, float, float, float]
"""Two points on an edge that is vertical in reality: x1, y1, x2, y2 in px of the upright picture."""
Activity = Literal["running", "walking", "other", "none"]
Setting = Literal["treadmill", "overground", "unknown"]
Status = Literal["below", "within", "above", "cant_tell", "unknown"]
CaptureSource = Literal["file", "tag", "user"]
