"""What the image cannot show: a few optional answers, which count as soon as they are given."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from formcheck.types import ModelOption, Runner, SettingOption, ViewOption
from formcheck.ui.parts import units
from formcheck.ui.session import Entry
from formcheck.ui.work import Ask

VIEWS: dict[ViewOption, str] = {"auto": "Auto", "side": "Side", "front": "Front", "rear": "Behind"}
SETTINGS: dict[SettingOption, str] = {"auto": "Auto", "treadmill": "Treadmill", "overground": "Over ground"}
MODELS: dict[ModelOption, str] = {"best": "Full", "balanced": "Quicker", "fast": "Preview"}


def ask_questions(entry: Entry) -> None:
    """Show the questions; each answer is taken over at once."""
    assert entry.ask is not None
    st.markdown("**Optional details**")
    given = ask_for(entry.ask, entry.token)
    if given != entry.ask:
        entry.answer(**{name: getattr(given, name) for name in vars(given)})
        st.rerun()


def ask_for(ask: Ask, key: str) -> Ask:
    """Show the questions with the present answers; return the answers."""
    units.choose()
    runner = _runner(ask.runner, key)
    view = st.segmented_control(
        "Filmed from", list(VIEWS), format_func=VIEWS.__getitem__, default=ask.view, key=f"view-{key}"
    )
    setting = st.segmented_control(
        "Running", list(SETTINGS), format_func=SETTINGS.__getitem__, default=ask.setting, key=f"setting-{key}",
        help="Say so where the picture cannot show it, for example if the camera moves along with you.",
    )  # fmt: skip
    capture = st.number_input(
        "Slow motion (frames/s)", 5.0, 2000.0, ask.capture_fps, 1.0, "%.0f", key=f"capture-{key}",
        help="If the clip plays slower than life: how many frames a second were filmed, for example 240.",
    )  # fmt: skip
    model = st.segmented_control(
        "Accuracy", list(MODELS), format_func=MODELS.__getitem__, default=ask.model, key=f"model-{key}",
        help="Full looks again where that changes the answer. Quicker looks once and takes two thirds of the time. Preview is for a first look.",
    )  # fmt: skip
    return replace(
        ask, runner=runner, view=view or "auto", setting=setting or "auto", capture_fps=capture,
        model=model or "best",
    )  # fmt: skip


def _runner(known: Runner, key: str) -> Runner:
    """Ask for height, weight and speed in the visitor's units."""
    left, right = st.container(key="told").columns(2)
    with left:
        height_m = units.ask_height(known.height_m, f"height-{key}")
    with right:
        mass_kg = units.ask_mass(known.mass_kg, f"mass-{key}")
    speed_mps = units.ask_speed("Speed", known.speed_mps, f"speed-{key}")
    return replace(known, height_m=height_m, mass_kg=mass_kg, speed_mps=speed_mps)
