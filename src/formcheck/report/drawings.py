"""Drawings of the camera position and its image, as SVG in the colours of the page."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from formcheck.files.templates import part
from formcheck.types import Scene


@dataclass(frozen=True)
class SetUp:
    """The set-up for filming one view."""

    title: str
    shows: str
    alt: str
    above: str  # SVG: set-up seen from above, 300 x 220
    picture: str  # SVG: the runner in the image of the phone, 200 x 190
    below: str = "all of you, both feet"  # the picture


def _line(points: str, css: str) -> str:
    return f'<polyline class="{css}" points="{points}"/>'


def _text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'


_SIDE_FIGURE = (
    '<circle class="head" cx="112" cy="30" r="11"/>'
    + _line("107,46 98,95", "trunk")
    + _line("98,95 70,112 50,96 40,104", "far")
    + _line("106,50 92,74 116,86", "far")
    + _line("98,95 122,118 112,152 126,156", "near")
    + _line("106,50 84,66 76,92", "near")
)
_FRONT_FIGURE = (
    '<circle class="head" cx="100" cy="28" r="11"/>'
    + _line("82,48 118,48", "trunk")
    + _line("100,48 100,96", "trunk")
    + _line("90,96 110,96", "trunk")
    + _line("82,48 72,74 88,86", "near")
    + _line("118,48 128,74 120,94", "far")
    + _line("90,96 92,126 94,158", "near")
    + _line("110,96 110,122 108,140", "far")
)
_REAR_FIGURE = (
    '<circle class="head" cx="100" cy="28" r="11"/>'
    + _line("82,48 118,48", "trunk")
    + _line("100,48 100,96", "trunk")
    + _line("90,96 110,96", "trunk")
    + _line("82,48 72,74 84,92", "far")
    + _line("118,48 128,74 114,86", "near")
    + _line("90,96 90,122 92,138", "far")
    + _line("110,96 108,126 106,158", "near")
)


def _camera(x: float, y: float, turned: float, far: float = 138) -> str:
    """Return a phone seen from above with its field of view; `turned` 0 points up."""
    return (
        f'<g transform="translate({x} {y}) rotate({turned})"><path class="cone" d="M0 -8 L-62 {-far} L62 {-far} Z"/>'
        '<rect class="phone" x="-13" y="-8" width="26" height="10" rx="3"/></g>'
    )


def _runner(x: float, y: float, turned: float) -> str:
    """Return a runner seen from above with the running direction; `turned` 0 points to the right."""
    return (
        f'<g transform="translate({x} {y}) rotate({turned})"><rect class="lane" x="-70" y="-19" width="140" height="38" rx="6"/>'
        '<ellipse class="body" cx="0" cy="0" rx="9" ry="15"/><circle class="head" cx="2" cy="0" r="7"/>'
        '<path class="way" d="M22 0 H56 m-9 -7 9 7 -9 7"/></g>'
    )


def _from_the_side(away: str, camera: str) -> SetUp:
    return SetUp(
        "From the side",
        "Cadence, time on the ground, foot strike, lean, arms, knees. The best first clip.",
        f"Seen from above, the {camera} stands at right angles to the running direction, {away} away. "
        "In its picture the whole runner is seen from the side, both feet included.",
        _camera(150, 196, 0) + _runner(150, 44, 0) + _text(186, 130, away, "start")
        + _text(150, 228, f"{camera} at hip height, level"),
        _SIDE_FIGURE,
    )  # fmt: skip


SETUPS = {
    "side": _from_the_side("4 to 5 m", "phone"),
    "front": SetUp(
        "From the front",
        "Arms crossing the middle, step width, knees.",
        "Seen from above, the phone stands straight ahead of the runner, 4 to 6 m away. "
        "In its picture the runner comes towards the camera, whole body in the frame.",
        _camera(280, 110, -90, 205) + _runner(84, 110, 0) + _text(196, 66, "4 to 6 m") + _text(150, 228, "straight ahead, hip height"),
        _FRONT_FIGURE,
    ),
    "rear": SetUp(
        "From behind",
        "Step width, knees, bounce. Often the easiest on a treadmill.",
        "Seen from above, the phone stands straight behind the runner, 4 to 6 m away. "
        "In its picture the runner is seen from behind, whole body in the frame.",
        _camera(20, 110, 90, 205) + _runner(216, 110, 0) + _text(104, 66, "4 to 6 m") + _text(150, 228, "straight behind, hip height"),
        _REAR_FIGURE,
    ),
}  # fmt: skip


def _cone(x: float, y: float, metres: str) -> str:
    """Return a cone seen from the side, its foot at (x, y), with the metres told at it."""
    return f'<path class="cone-mark" d="M{x - 6} {y} L{x} {y - 17} L{x + 6} {y} Z"/>' + _text(
        x, y + 17, metres
    )


def _spot(x: float, y: float) -> str:
    """Return a cone seen from above."""
    return f'<circle class="cone-mark" cx="{x}" cy="{y}" r="5"/>'


CONES = SetUp(
    "Past cones, for speed",
    "Split times, speed over distance, every step in metres.",
    "Seen from above, the phone stands on a tripod 8 to 12 m beside the run and does not turn. Three cones stand on the "
    "line the runner runs on, at 0, 5 and 10 m. In its picture the cones span the width, and the whole runner fits "
    "in beyond the first and the last.",
    _camera(150, 196, 0)
    + _runner(76, 44, 0)
    + "".join(_spot(x, 44) for x in (92, 150, 208))
    + '<path class="way" d="M92 74 H208 m-9 -7 9 7 -9 7 M101 67 l-9 7 9 7"/>'
    + _text(150, 100, "10 m, taped")
    + _text(150, 138, "8 to 12 m")
    + _text(150, 228, "tripod: it never turns"),
    f'<g transform="translate(52 70) scale(0.55)">{_SIDE_FIGURE}</g>'
    + "".join(_cone(x, 162, told) for x, told in ((30, "0"), (100, "5"), (170, "10 m"))),
    below="room at both ends",
)  # fmt: skip
"""How to set cones on the ground for a run past the camera."""


BESIDE_THE_BELT = _from_the_side("2 to 5 m", "camera")
"""The set-up for rooms with less space, for any camera."""


def view_to_film(scene: Scene) -> str:
    """Return the view from which to film again: front or rear if it was filmed so, else the side."""
    return scene.view if scene.view in ("front", "rear") else "side"


def panels(setup: SetUp) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return (viewBox, SVG) of the set-up from above, and of what the picture should show."""
    picture = (
        '<rect class="screen" width="200" height="190" rx="14"/><path class="ground" d="M12 162 H188"/>'
        f"{setup.picture}{_text(100, 224, setup.below)}"
    )
    return ("0 0 300 236", setup.above), ("-8 -4 216 236", picture)


def drawing(view: str) -> Markup:
    """Return the drawing for a view, for a page."""
    return drawn(SETUPS[view])


def drawn(setup: SetUp) -> Markup:
    """Return the drawing of a set-up, for a page."""
    shown = [(box, Markup(svg)) for box, svg in panels(setup)]
    return part("report/templates/drawings.html", "drawing", setup.alt, shown)
