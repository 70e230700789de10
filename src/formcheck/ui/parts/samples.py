"""The sample videos that come with FormCheck."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import streamlit as st

from formcheck.errors import FormCheckError
from formcheck.files.atomic import errors_in_words
from formcheck.ui.clips import store
from formcheck.ui.parts.words import plain
from formcheck.ui.session import visit

FOLDER = Path(__file__).parents[4] / "sample_videos"
LABELS = {
    "treadmill_left": "From the side, running left",
    "treadmill_right": "From the side, running right",
    "side_120fps": "From the side, 120 frames/s",
    "front": "From the front",
    "rear": "From behind",
    "faults_side": "Long, slow steps",
    "faults_front": "Arms that cross",
    "walking": "Walking, not running",
    "high_knees": "High knees",
}
"""Samples by file name, in display order."""
DRILLS = ("high_knees",)  # offered for drill checks, not as runners


def samples() -> dict[str, Path]:
    """Return the available samples of runners, by their display name."""
    return _named(path for path in _there() if path.stem not in DRILLS)


def drill_samples() -> dict[str, Path]:
    """Return the available samples of drills, by their display name."""
    return _named(path for path in _there() if path.stem in DRILLS)


def _there() -> list[Path]:
    """Return the samples in display order; those without a label come last."""
    place = {stem: k for k, stem in enumerate(LABELS)}
    found = sorted(FOLDER.glob("[!.]*.mp4"))
    return sorted(found, key=lambda path: place.get(path.stem, len(place)))


def _named(paths: Iterable[Path]) -> dict[str, Path]:
    return {LABELS.get(path.stem, path.stem.replace("_", " ").capitalize()): path for path in paths}


def sample_picker() -> None:
    """Offer the samples as buttons."""
    found = samples()
    if not found:
        return
    st.markdown("No video at hand? Try one of these computer-made runners:")
    with st.container(horizontal=True, key="samples"):
        for name, path in found.items():
            if st.button(name, key=f"sample-{path.stem}"):
                try:
                    take_sample(name, path)
                except FormCheckError as error:
                    st.error(plain(str(error)), icon=":material/info:")
                else:
                    st.rerun()


def take_sample(name: str, path: Path) -> None:
    """Copy a sample into this visit, as if it had been uploaded.

    Raises
    ------
    CannotWrite
        If the disk is full.
    """
    with errors_in_words(Path(name)):
        held = store().new()
        shutil.copyfile(path, held.video)
    visit().accept(held.token, name)
