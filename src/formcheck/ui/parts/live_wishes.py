"""What a visitor chooses before a live session: the same as the options of `formcheck live`."""

from __future__ import annotations

import streamlit as st

from formcheck.metrics import METRICS
from formcheck.types import Filming, LiveModelOption, Runner, SettingOption, ViewOption
from formcheck.ui.live_board import LiveWishes
from formcheck.ui.parts import units
from formcheck.ui.parts.practise_live import practice_wish

VIEWS: dict[ViewOption, str] = {
    "auto": "Work it out",
    "side": "The side",
    "front": "The front",
    "rear": "Behind",
}
SETTINGS: dict[SettingOption, str] = {
    "auto": "Work it out",
    "treadmill": "On a treadmill",
    "overground": "Over ground",
}
MODELS: dict[LiveModelOption, str] = {
    "lite": "Light, for a slow machine",
    "fast": "Usual",
    "balanced": "Thorough, for a quick machine",
}
MOST_NUMBERS = 3
SLOWEST_BEAT, FASTEST_BEAT = 100, 240  # steps/min


def live_wishes() -> LiveWishes:
    """Show the questions, folded; return the answers."""
    with st.expander("Optional details"):
        units.choose()
        runner, filming = _runner(), _filming()
        left, right = st.columns(2)
        model: LiveModelOption = left.selectbox(
            "Pose model", list(MODELS), list(MODELS).index("fast"), format_func=MODELS.__getitem__, key="live-model",
            help="If fewer than 20 frames a second are processed, choose the light one.",
        )  # fmt: skip
        numbers = right.multiselect(
            "Three large numbers", list(METRICS), format_func=lambda id: METRICS[id].name, key="live-numbers",
            max_selections=MOST_NUMBERS, placeholder="Chosen by what the camera sees",
        )  # fmt: skip
        beat = left.number_input(
            "Beat (steps a minute)", SLOWEST_BEAT, FASTEST_BEAT, None, 1, key="live-beat",
            help="A metronome that you can switch on, and the zone around it for your steps.",
        )  # fmt: skip
        with right:
            speak = st.checkbox("Say the cues aloud", key="live-speak", help="With a voice of this device.")
            record = st.checkbox(
                "Record the camera's pictures", key="live-record",
                help="You can save the recording after the run. It is deleted when you leave.",
            )  # fmt: skip
        practice = practice_wish()
    return LiveWishes(runner, filming, model, tuple(numbers), beat, speak, record, practice)


def _runner() -> Runner:
    left, middle, right = st.columns(3)
    with left:
        height_m = units.ask_height(None, "live-height")
    with middle:
        mass_kg = units.ask_mass(None, "live-mass")
    with right:
        speed_mps = units.ask_speed("Belt speed", None, "live-speed")
    return Runner(height_m=height_m, mass_kg=mass_kg, speed_mps=speed_mps)


def _filming() -> Filming:
    left, right = st.columns(2)
    view: ViewOption = left.selectbox(
        "The camera looks from", list(VIEWS), format_func=VIEWS.__getitem__, key="live-view"
    )
    setting: SettingOption = right.selectbox(
        "You run", list(SETTINGS), format_func=SETTINGS.__getitem__, key="live-setting"
    )
    return Filming(view, setting)
