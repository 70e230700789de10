"""How to film: three drawings and what matters."""

from __future__ import annotations

import streamlit as st

from formcheck.files.templates import part
from formcheck.report.drawings import CONES, SETUPS, drawing, drawn
from formcheck.ui.parts.look import panel

TEMPLATE = "ui/templates/filming.html"
RULES = (
    ("Ten seconds or more", "of steady running, one runner, nobody else close by."),
    (
        "30 frames a second are enough",
        "With 60, landings are sharper; with 120, leg stiffness is measured too. Slow motion works as well.",
    ),
    ("Whole body, both feet", "in the picture all the time, with a little room around."),
    ("Steady and level", "on a stool, a fence or a tripod. A tilted phone tilts your lean by as much."),
    ("Light from behind the camera", "A foot moves ten metres a second: in dim light it is a smear."),
    ("The original file", "Messengers shrink videos and drop frames; send the file itself."),
)


CONES_RULES = (
    (
        "The camera stands still",
        "or turns after the runner in one place, in front of a fence or trees; then mark each cone on a picture that shows it. "
        "A carried camera shows no distance.",
    ),
    (
        "On the runner's own line",
        "Cones 10 cm beside it make the speed 1 % wrong at 10 m; from twice as far, with 2x zoom, half of that.",
    ),
    (
        "A tape between them",
        "Say the metres when you upload the clip. A third cone in the middle makes each step surer.",
    ),
    (
        "120 frames a second",
        "and bright light. Run along the cones one way, alone; walking back is left out.",
    ),
)


def page() -> None:
    """Show how to film."""
    st.title("How to film", anchor=False)
    st.markdown(
        "A phone on something steady is enough. The side view answers most; front and rear add the rest."
    )
    setups = [(setup, drawing(view)) for view, setup in SETUPS.items()]
    panel(part(TEMPLATE, "setups", setups), key="setups")
    st.header("What matters", anchor=False)
    panel(part(TEMPLATE, "rules", RULES), key="rules")
    st.header("Sprints: cones on the ground", anchor=False)
    panel(part(TEMPLATE, "setup_with_rules", CONES, drawn(CONES), CONES_RULES), key="cones-setup")
