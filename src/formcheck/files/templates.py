"""HTML templates: files of the package, filled by Jinja2 with everything escaped that is not markup of ours."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

PACKAGE = Path(__file__).parents[1]


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def filled(template: str, **values: object) -> str:
    """Return a whole page or panel: a template's text with values filled in.

    Parameters
    ----------
    template : the file below the package, such as "report/templates/page.html"
    values : what the template names; text is escaped, `Markup` is not

    Raises
    ------
    jinja2.UndefinedError
        The template names a value that was not given.
    """
    return _environment().get_template(template).render(values)


def part(template: str, macro: str, *values: object) -> Markup:
    """Return a piece of a page for use in other templates: the output of one macro."""
    made: Markup = getattr(_environment().get_template(template).module, macro)(*values)
    return made
