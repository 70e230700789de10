"""Key frames and downloads of a result."""

from __future__ import annotations

from markupsafe import Markup

from formcheck.files.templates import part
from formcheck.types import Analysis
from formcheck.ui.clips import Held
from formcheck.ui.leftovers import PAGE
from formcheck.ui.result.files import SHARE_FILE
from formcheck.ui.server import link

KINOGRAM = "kinogram.png"
TEMPLATE = "ui/templates/pictures.html"
DOWNLOADS = {
    "annotated.mp4": "Annotated video (.mp4)",
    "report.html": "Report (.html)",
    "report.pdf": "Report (.pdf)",
    KINOGRAM: "Kinogram (.png)",
    "steps.csv": "Steps (.csv)",
    "keypoints.csv": "Keypoints (.csv)",
    "motion.trc": "Markers for OpenSim (.trc)",
    "motion.mot": "Angles for OpenSim (.mot)",
    "analysis.json": "Everything (.json)",
}


def key_frames(held: Held) -> Markup:
    """Return the key frames at contact, mid-stance and toe-off, for both legs."""
    found = sorted((held.results / "keyframes").glob("*.jpg"))
    shown = [(link(held.token, f"keyframes/{path.name}"), caption(path.stem)) for path in found]
    return part(TEMPLATE, "key_frames", shown) if shown else Markup()


def kinogram(held: Held) -> Markup:
    """Return the five instants of a step of each foot; nothing where they were not drawn."""
    if not (held.results / KINOGRAM).is_file():
        return Markup()
    return part(TEMPLATE, "kinogram", link(held.token, KINOGRAM))


def share(held: Held) -> Markup:
    """Return the link to the picture to share, with the picture; nothing where it was not drawn."""
    if not (held.page / SHARE_FILE).is_file():
        return Markup()
    name = f"{PAGE}/{SHARE_FILE}"
    return part(TEMPLATE, "share", link(held.token, name), link(held.token, name, save=True))


def caption(stem: str) -> str:
    """Return a key frame's display name, from its file name."""
    words = stem.lstrip("0123456789_- ").replace("_", " ").replace("-", " foot, ", 1)
    return words[:1].upper() + words[1:]


def downloads(held: Held, analysis: Analysis) -> Markup:
    """Return links to the written files; to the table of steps only if it has any."""
    files = [
        (link(held.token, name, save=True), name, title)
        for name, title in DOWNLOADS.items()
        if (held.results / name).is_file() and (analysis.steps or name != "steps.csv")
    ]
    return part(TEMPLATE, "downloads", files)
