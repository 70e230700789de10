"""Key frames and downloads of a result."""

from __future__ import annotations

from html import escape

from formcheck.types import Analysis
from formcheck.ui.clips import Held
from formcheck.ui.server import link

DOWNLOADS = {
    "annotated.mp4": "Annotated video (.mp4)",
    "report.html": "Report (.html)",
    "report.pdf": "Report (.pdf)",
    "kinogram.png": "Kinogram (.png)",
    "steps.csv": "Steps (.csv)",
    "keypoints.csv": "Keypoints (.csv)",
    "motion.trc": "Markers for OpenSim (.trc)",
    "motion.mot": "Angles for OpenSim (.mot)",
    "analysis.json": "Everything (.json)",
}


def key_frames(held: Held) -> str:
    """Return the key frames at contact, mid-stance and toe-off, for both legs."""
    found = sorted((held.results / "keyframes").glob("*.jpg"))
    figures = "".join(
        f'<figure><img loading="lazy" src="{link(held.token, f"keyframes/{path.name}")}" alt="{escape(caption(path.stem))}">'
        f"<figcaption>{escape(caption(path.stem))}</figcaption></figure>"
        for path in found
    )
    return f'<div class="frames">{figures}</div>' if found else ""


def kinogram(held: Held) -> str:
    """Return the five instants of a step of each foot; nothing where they were not drawn."""
    if not (held.results / "kinogram.png").is_file():
        return ""
    words = "Toe-off, highest point, strike, touchdown and full support of one step onto each foot"
    return f'<div class="kinogram"><img loading="lazy" src="{link(held.token, "kinogram.png")}" alt="{words}"></div>'


def caption(stem: str) -> str:
    """Return a key frame's display name, from its file name."""
    words = stem.lstrip("0123456789_- ").replace("_", " ").replace("-", " foot, ", 1)
    return words[:1].upper() + words[1:]


def downloads(held: Held, analysis: Analysis) -> str:
    """Return links to the written files; to the table of steps only if it has any."""
    links = "".join(
        f'<a class="get" href="{link(held.token, name, save=True)}" download="formcheck-{name}">{title}</a>'
        for name, title in DOWNLOADS.items()
        if (held.results / name).is_file() and (analysis.steps or name != "steps.csv")
    )
    return f'<div class="gets">{links}</div>'
