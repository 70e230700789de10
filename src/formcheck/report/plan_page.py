"""A plan as a printable page."""

from __future__ import annotations

from formcheck.coaching import plan_text
from formcheck.coaching.calendar import summary
from formcheck.coaching.plan import Plan, Week
from formcheck.coaching.plan_rules import plan_rules
from formcheck.files.templates import filled


def page_text(made: Plan | Week, name: str = "") -> str:
    """Return a plan as one self-contained HTML file for printing."""
    plan = plan_text.as_plan(made)
    length = "Training week" if len(plan.weeks) == 1 else f"{len(plan.weeks)} training weeks"
    title = f"{length} from {plan_text.day_words(plan.days[0])}"
    return plan_markup("report/templates/plan.html", plan=plan, title=title, name=name)


def plan_markup(template: str, **values: object) -> str:
    """Return a template about a plan, filled with values and with the words of plans."""
    return filled(template, words=plan_text, summary=summary, advice=plan_rules().advice, **values)
