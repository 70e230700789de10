"""The drills, as the pages show them."""

from __future__ import annotations

from markupsafe import Markup, escape

from formcheck.coaching import DRILLS, Drill
from formcheck.draw.drills import figure_svg, moves
from formcheck.files.templates import part
from formcheck.ui.server import base_path

DRILL_TEMPLATE = "ui/templates/drills.html"


def drill_line(id: str) -> dict[str, str]:
    """Return a drill's name, its dose and the address of its instructions, as the template writes them."""
    drill = DRILLS.get(id)
    name, dose = (drill.name, drill.dose) if drill else (id.replace("_", " ").capitalize(), "")
    return {"id": id, "name": name, "dose": dose, "address": f"{base_path()}/training?drill={id}"}


def drill_card(drill: Drill, *, chosen: bool = False) -> Markup:
    """Return a drill's card: figure, purpose, dose, instructions, mistakes, when not; open if chosen."""
    figure = Markup(figure_svg(moves()[drill.id], escape(drill.name)))
    return part(DRILL_TEMPLATE, "drill_card", drill, figure, chosen)
