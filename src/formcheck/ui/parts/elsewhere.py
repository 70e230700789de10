"""What the command line does and the app does not, and how to ask for it."""

from __future__ import annotations

import streamlit as st

from formcheck.ui.phone_gate import visitor_is_a_phone
from formcheck.ui.settings import CLIPS_KEPT

ELSEWHERE = (
    (
        "formcheck batch FOLDER",
        f"measures more than {CLIPS_KEPT} clips, a whole season or team, also on several machines.",
    ),
    (
        "formcheck analyze CLIP --standing CLIP",
        "takes the standing runner as the zero of foot, knee, trunk and head.",
    ),
    ("formcheck analyze CLIP --backend NAME", "uses another pose model, or one of your own."),
    (
        "formcheck live --source FILE --practise NAME",
        "measures a video file as if it were a camera, and gives the next session of a course its fading feedback.",
    ),
    ("formcheck export RESULTS --formats parquet", "writes keypoints and angles as Parquet files."),
    ("formcheck doctor", "says what works on this machine, formcheck models which models it has."),
    ("formcheck validate", "measures FormCheck's own errors."),
)
"""Command and what it does. The app does all the rest; tests/test_elsewhere.py counts the commands."""


def elsewhere() -> None:
    """Show it folded, to users of this machine."""
    if visitor_is_a_phone():
        return
    with st.expander("What only the command line does"):
        st.markdown("\n".join(f"- `{command}` {words}" for command, words in ELSEWHERE))
