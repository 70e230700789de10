"""What the image cannot show: a few optional fields in plain words."""

from __future__ import annotations

import streamlit as st

from formcheck.types import ModelOption, Runner, SettingOption, ViewOption
from formcheck.ui.session import Entry, visit
from formcheck.ui.work import Ask

VIEWS: dict[ViewOption, str] = {"auto": "Auto", "side": "Side", "front": "Front", "rear": "Behind"}
SETTINGS: dict[SettingOption, str] = {"auto": "Auto", "treadmill": "Treadmill", "overground": "Over ground"}
MODELS: dict[ModelOption, str] = {"best": "Full", "balanced": "Quicker", "fast": "Preview"}


def ask_form(entry: Entry) -> Ask | None:
    """Show the fields; return the request when the visitor starts."""
    with st.form("ask", border=True):
        st.markdown("**Optional: tell more, learn more**")
        view = st.segmented_control(
            "Filmed from", list(VIEWS), format_func=VIEWS.__getitem__, default="auto", key="view"
        )
        setting = st.segmented_control(
            "Running", list(SETTINGS), format_func=SETTINGS.__getitem__, default="auto", key="setting",
            help="Say it where the picture cannot show it, as when the camera goes along.",
        )  # fmt: skip
        runner, capture = _numbers()
        model = st.segmented_control(
            "Accuracy", list(MODELS), format_func=MODELS.__getitem__, default="best", key="model",
            help="Full looks again where that changes the answer. Quicker looks once and takes two thirds of the time. Preview is for a first look.",
        )  # fmt: skip
        started = st.form_submit_button("Measure this clip", type="primary", width="stretch")
    if st.button("Choose another clip", key="another", width="stretch"):
        visit().delete(entry.token)
        st.rerun()
    if not started:
        return None
    return Ask(entry.label, runner, view or "auto", setting or "auto", capture, model or "best")


def _numbers() -> tuple[Runner, float | None]:
    """Ask for the numeric inputs; return the runner and the recording frame rate."""
    left, right = st.container(key="told").columns(2)
    height = left.number_input(
        "Height (cm)", 100.0, 250.0, None, 1.0, "%.0f", key="height",
        help="Turns shares of leg length into centimetres.",
    )  # fmt: skip
    speed = right.number_input(
        "Speed (km/h)", 1.0, 45.0, None, 0.1, "%.1f", key="speed",
        help="What the treadmill or the watch says.",
    )  # fmt: skip
    mass = left.number_input(
        "Weight (kg)", 25.0, 250.0, None, 1.0, "%.0f", key="mass", help="Only for leg stiffness."
    )
    capture = right.number_input(
        "Slow motion (frames/s)", 5.0, 2000.0, None, 1.0, "%.0f", key="capture",
        help="If the clip plays slower than life: how many frames a second were filmed, for example 240.",
    )  # fmt: skip
    runner = Runner(
        height_m=None if height is None else height / 100,
        mass_kg=mass,
        speed_mps=None if speed is None else speed / 3.6,
    )
    return runner, capture
