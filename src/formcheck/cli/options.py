"""The options that more than one command takes, defined once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from formcheck.types import Edge, Runner


class ViewName(StrEnum):
    """Where the camera stood."""

    auto = "auto"
    side = "side"
    front = "front"
    rear = "rear"


class SettingName(StrEnum):
    """Where the runner runs."""

    auto = "auto"
    treadmill = "treadmill"
    overground = "overground"


class Model(StrEnum):
    """How thoroughly to search for the runner: see `formcheck.pose.blazepose.SETTINGS`."""

    fast = "fast"
    balanced = "balanced"
    best = "best"


class PrecisionName(StrEnum):
    """What the neural nets compute in."""

    auto = "auto"
    fp32 = "fp32"
    bf16 = "bf16"


class LiveModel(StrEnum):
    """The neural net that tracks a runner live."""

    lite = "lite"
    fast = "fast"
    balanced = "balanced"


Video = Annotated[Path, typer.Argument(help="The video file.", show_default=False, readable=False)]
Height = Annotated[
    float | None, typer.Option(help="Body height in cm; unlocks centimetres.", min=100, max=250)
]
Mass = Annotated[float | None, typer.Option(help="Body mass in kg; unlocks leg stiffness.", min=25, max=250)]
Speed = Annotated[float | None, typer.Option(help="Speed in km/h, for example of the belt.", min=1, max=45)]
CaptureFps = Annotated[
    float | None, typer.Option(help="Frames per second of real life, for slow motion.", min=5, max=2000)
]
ModelChoice = Annotated[
    Model,
    typer.Option(
        help="best looks again where that changes the answer, balanced once; fast is a preview with a smaller net."
    ),
]
ViewChoice = Annotated[ViewName, typer.Option(help="Where the camera stood.")]
SettingChoice = Annotated[
    SettingName, typer.Option(help="Where the runner runs, if the picture does not show it.")
]
Scale = Annotated[
    str | None,
    typer.Option(
        help="Two marks on the ground in pixels and the metres between them, x1,y1,x2,y2,METRES; or a marks file."
    ),
]
Backend = Annotated[str, typer.Option(help="blazepose, mediapipe, or onnx:PATH for a model of your own.")]
PrecisionChoice = Annotated[
    PrecisionName,
    typer.Option(
        help="bf16 is faster, with the extra openvino on a processor that has it; auto takes it where it can."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print analysis.json on stdout and nothing else.")]


Vertical = Annotated[
    str | None,
    typer.Option(
        help="Two points of an edge that is vertical in reality, x1,y1,x2,y2 in pixels: tells the camera's tilt.",
        show_default=False,
    ),
]


StandingClip = Annotated[
    Path | None,
    typer.Option(
        help="Another clip from the same camera in which the runner stands still: the zero of foot, knee, trunk and head.",
        show_default=False,
    ),
]


def edge_of(text: str | None) -> Edge | None:
    """Return the edge given as x1,y1,x2,y2.

    Raises
    ------
    UsageError
        If these are not four numbers.
    """
    from formcheck.errors import UsageError

    if text is None:
        return None
    try:
        x1, y1, x2, y2 = (float(part) for part in text.split(","))
    except ValueError as error:
        raise UsageError("--vertical takes four numbers: x1,y1,x2,y2 in pixels.") from error
    return x1, y1, x2, y2


def runner_of(height_cm: float | None, mass_kg: float | None, speed_kmh: float | None) -> Runner:
    """Return the runner in SI units."""
    from formcheck.types import Runner

    return Runner(
        height_m=None if height_cm is None else height_cm / 100,
        mass_kg=mass_kg,
        speed_mps=None if speed_kmh is None else speed_kmh / 3.6,
    )
