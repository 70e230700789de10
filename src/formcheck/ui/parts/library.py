"""The drills, as the pages show them."""

from __future__ import annotations

from html import escape

from formcheck.coaching import DRILLS, Drill
from formcheck.draw.drills import figure_svg, moves
from formcheck.ui.server import base_path


def drill_line(id: str) -> str:
    """Return a drill's name, dose and a link to its instructions."""
    drill = DRILLS.get(id)
    name, dose = (drill.name, drill.dose) if drill else (id.replace("_", " ").capitalize(), "")
    address = f"{base_path()}/training?drill={escape(id)}"
    link = f'<a href="{address}" target="_self" data-drill="{escape(id)}">{escape(name)}</a>'
    return f'<p class="drill">{link} <span>{escape(dose)}</span></p>'


def drill_card(drill: Drill, *, chosen: bool = False) -> str:
    """Return a drill's card: figure, purpose, dose, instructions, mistakes, when not; open if chosen."""
    how = "".join(f"<li>{escape(each)}</li>" for each in drill.how)
    mistakes = " ".join(escape(each) for each in drill.mistakes)
    return (
        f'<details class="card{" chosen" if chosen else ""}" id="{escape(drill.id)}"{" open" if chosen else ""}>'
        f"<summary>{figure_svg(moves()[drill.id], escape(drill.name))}"
        f"<span><h3>{escape(drill.name)}</h3><p>{escape(drill.what_for)}</p></span></summary>"
        '<button type="button" class="pause">Pause the figure</button>'
        f'<p class="drill">{escape(drill.dose)}</p><ol>{how}</ol>'
        f"<p><b>Watch for:</b> {mistakes}</p><p><b>Not when:</b> {escape(drill.avoid)}</p>"
        f"<small>{escape(drill.source)}</small></details>"
    )
