"""The filming check: what the first look shows about the clip, before anything is measured."""

from __future__ import annotations

from markupsafe import Markup

from formcheck.files.templates import part
from formcheck.frame_rate import reaches
from formcheck.metrics import METRICS
from formcheck.report.drawings import drawing, view_to_film
from formcheck.types import Clip
from formcheck.ui.work import FirstLook
from formcheck.wording import clip_line, scene_line

TEMPLATE = "ui/templates/check.html"
SMALL_PX = 250
NAMED, FEWER_NAMED = 6, 3  # number of listed metrics that a clip can show, and that it cannot


def check_card(look: FirstLook, label: str) -> Markup:
    """Return the card: the clip's properties, its content, and what can be measured."""
    lines = [("●", clip_line(look.clip))]
    lines += [("●", scene_line(look.scene))] if look.scene.refusal is None else []
    lines += [("▲", words) for words in doubts(look)]
    refusal = look.stopped_by
    lines += [] if refusal else measurable_lines(look)
    return part(TEMPLATE, "check_card", label, lines, refusal, drawing(view_to_film(look.scene)))


def measurable_lines(look: FirstLook) -> list[tuple[str, str]]:
    """Return the lines, with their signs, on what the clip can show and what the rest would need."""
    can, cannot = measurable(look)
    lines = [("●", f"This clip can show {some(can, NAMED)}.")] if can else []
    return lines + [("–", f"{reason} {some(names, FEWER_NAMED)}.") for reason, names in cannot.items()]


def some(names: list[str], most: int) -> str:
    """Name the first few items and count the rest."""
    rest = len(names) - most
    return ", ".join(names) if rest < 2 else f"{', '.join(names[:most])} and {rest} things more"


def doubts(look: FirstLook) -> list[str]:
    """Return what the runner should know before measuring."""
    scene, clip = look.scene, look.clip
    refusal = look.stopped_by
    found = [refusal.reason] if refusal else []
    if scene.person_height_px < SMALL_PX:
        found.append("The runner is small in the picture. Move closer, or film in 1080p.")
    return found + [warning.message for warning in (*clip.warnings, *scene.warnings)]


def measurable(look: FirstLook) -> tuple[list[str], dict[str, list[str]]]:
    """Return the names of what this view and frame rate can show, and the others by reason."""
    view = look.scene.view
    can: list[str] = []
    cannot: dict[str, list[str]] = {}
    for metric in METRICS.values():
        reason = _reason(view, look.clip, metric.views, metric.min_fps)
        if reason is None:
            can.append(metric.name.lower())
        else:
            cannot.setdefault(reason, []).append(metric.name.lower())
    return can, {} if view == "unknown" else cannot


def _reason(view: str, clip: Clip, views: tuple[str, ...], min_fps: float) -> str | None:
    if view not in views:
        seen = "the side" if "side" in views else "the front or behind"
        return f"Filmed from {seen}, also"
    if not reaches(clip.capture_fps, min_fps):
        return f"With {min_fps:.0f} frames a second also"
    return None
