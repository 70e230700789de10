"""The drills, as the pages need them. The only file here that knows how `formcheck.coaching` keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from formcheck import coaching
from formcheck.ui.server import base_path


@dataclass(frozen=True)
class DrillCard:
    """One drill, in words."""

    id: str
    name: str
    kind: str
    what_for: str
    how: tuple[str, ...]
    dose: str
    mistakes: tuple[str, ...]
    avoid: str  # when not to do it
    source: str


def drills() -> dict[str, DrillCard]:
    """Return the drill library; empty where this installation has none."""
    found: dict[str, Any] = getattr(coaching, "DRILLS", {})
    return {id: _card(id, drill) for id, drill in found.items()}


def _card(id: str, drill: Any) -> DrillCard:
    return DrillCard(
        id, drill.name, drill.kind, drill.what_for, tuple(drill.how), drill.dose, tuple(drill.mistakes),
        drill.avoid, drill.source,
    )  # fmt: skip


def drill_line(id: str) -> str:
    """Return a drill's name, dose and a link to how it is done."""
    drill = drills().get(id)
    name, dose = (drill.name, drill.dose) if drill else (id.replace("_", " ").capitalize(), "")
    address = f"{base_path()}/training?drill={escape(id)}"
    link = f'<a href="{address}" target="_self" data-drill="{escape(id)}">{escape(name)}</a>'
    return f'<p class="drill">{link} <span>{escape(dose)}</span></p>'


def drill_card(drill: DrillCard, *, chosen: bool = False) -> str:
    """Return a drill's card: what for, dose, then how, mistakes, when not; open at once if it was chosen."""
    how = "".join(f"<li>{escape(each)}</li>" for each in drill.how)
    mistakes = " ".join(escape(each) for each in drill.mistakes)
    return (
        f'<details class="card{" chosen" if chosen else ""}" id="{escape(drill.id)}"{" open" if chosen else ""}>'
        f"<summary><h3>{escape(drill.name)}</h3><p>{escape(drill.what_for)}</p></summary>"
        f'<p class="drill">{escape(drill.dose)}</p><ol>{how}</ol>'
        f"<p><b>Watch for:</b> {mistakes}</p><p><b>Not when:</b> {escape(drill.avoid)}</p>"
        f"<small>{escape(drill.source)}</small></details>"
    )
