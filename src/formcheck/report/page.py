"""report.html: one self-contained file without network access or scripts."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

from formcheck.report.content import PROMISE, STEP_COLUMNS, Card, Content, Refused
from formcheck.report.drawings import drawing
from formcheck.report.runs import Sheet
from formcheck.report.scorecard import group_cards
from formcheck.report.speeds import speed_plot
from formcheck.report.svg import contact_strip, step_plot, stride_plot

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@cache
def _style() -> str:
    return Path(__file__).with_name("report.css").read_text(encoding="utf-8")


def page(told: Content) -> str:
    """Return the report as one HTML document."""
    body = _refused(told, told.refused) if told.refused else _measured(told)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(told.name)} · FormCheck</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n<main>\n"
        f'<header><h1>{escape(told.name)}</h1><p class="quiet">{escape(told.line)}</p></header>\n'
        f"{body}\n<footer><p>{escape(PROMISE)}</p><p>{escape(told.made_with)}</p></footer>\n</main>\n</body>\n</html>\n"
    )


def _section(title: str, inside: str, id: str) -> str:
    return f'<section id="{id}"><h2>{escape(title)}</h2>{inside}</section>\n' if inside else ""


def _measured(told: Content) -> str:
    return (
        _section("What stands out", _cues(told), "cues")
        + _section("Speed over the ground", _run(told), "run")
        + _section("All measurements", f'<div class="score">{group_cards(told.groups)}</div>', "scorecard")
        + _section("Key moments", _keys(told), "keyframes")
        + _section("Kinogram", _kinogram(told), "kinogram")
        + _section("Ground contacts", _strip(told), "contacts")
        + _section("The average stride", _strides(told), "strides")
        + _section("Step by step", _step_plots(told), "plots")
        + _section("Every step", _table(told), "steps")
    )


def _refused(told: Content, refused: Refused) -> str:
    seen = (
        f'<figure class="glance"><img src="{_data(refused.glance)}" alt="One frame of the clip">'
        "<figcaption>One frame of the clip</figcaption></figure>"
        if refused.glance
        else ""
    )
    safe = "".join(f'<div class="score">{group_cards(told.groups)}</div>' if told.groups else "")
    return (
        f'<section class="card refusal" id="refusal"><h2>No measurements from this clip</h2><p>{escape(refused.reason)}</p>'
        f"{seen}<h2>How to film it</h2><p>{escape(refused.how_to_film)}</p>{drawing(refused.view)}{_notes(told)}</section>"
        + _section("What can still be measured", safe, "scorecard")
    )


def _cues(told: Content) -> str:
    praise = "".join(
        f'<li><span class="inside" aria-hidden="true">●</span><span>{escape(each)}</span></li>'
        for each in told.praise
    )
    good = f'<ul class="marks praise">{praise}</ul>' if praise else ""
    curious = _card(told.to_try) if told.to_try else ""
    calm = f'<p class="card calm">{escape(told.calm)}</p>{curious}'
    cards = "".join(_card(card) for card in told.cards) or calm
    return f'<p class="headline">{escape(told.headline)}</p>{good}<div class="cues">{cards}</div>{_also(told)}{_notes(told)}'


def _also(told: Content) -> str:
    lines = "".join(f"<li>{escape(each)}</li>" for each in told.also)
    return f"<h3>Also outside the usual range</h3><ul>{lines}</ul>" if lines else ""


def _notes(told: Content) -> str:
    notes = "".join(
        f'<li><span aria-hidden="true">–</span><span>{escape(each)}</span></li>' for each in told.notes
    )
    return f'<ul class="marks notes" aria-label="About this clip">{notes}</ul>' if notes else ""


def _card(card: Card) -> str:
    picture = (
        f'<figure><img src="{_data(card.picture)}" alt="The runner {escape(card.shown)}"><figcaption>{escape(card.shown)}'
        "</figcaption></figure>"
        if card.picture
        else ""
    )
    how = "".join(f"<li>{escape(each)}</li>" for each in card.how)
    steps = f"<ol>{how}</ol>" if how else ""
    practice = "".join(f"<li>{escape(each)}</li>" for each in card.practice)
    practised = f'<ul class="practice">{practice}</ul>' if practice else ""
    return (
        f'<article class="card cue"><h3>{escape(card.say)}</h3>{picture}<div><p>{escape(card.why)}</p>{practised}'
        f'<div class="drill"><b>{escape(card.drill)}</b>{steps}</div><p><small>{escape(card.sure)}</small></p></div></article>'
    )


def _keys(told: Content) -> str:
    figures = "".join(
        f'<figure><img src="{_data(jpeg)}" alt="{escape(title)}" width="512" height="800"></figure>'
        for title, jpeg in told.keys
    )
    if not figures:
        return ""
    words = f'<p class="quiet">{escape(told.keys_words)}</p>' if told.keys_words else ""
    return f'<div class="frames" tabindex="0">{figures}</div>{words}'


def _kinogram(told: Content) -> str:
    if told.kinogram is None:
        return ""
    words = "Toe-off, highest point, strike, touchdown and full support of one step onto each foot."
    return f'<div class="kinogram" tabindex="0"><img src="{_data(told.kinogram)}" alt="{words}"></div>'


def _strip(told: Content) -> str:
    if not told.timeline:
        return ""
    words = (
        f"The first {told.timeline_s:.3g} s. {_legend(told)} Ends fade over their 95 % interval. "
        f"{'Cadence ' + told.cadence + '.' if told.cadence else ''}"
    )
    return f'<div class="wide" tabindex="0">{contact_strip(told.timeline, told.timeline_s, told.cadence)}</div><p class="quiet">{words}</p>'


def _legend(told: Content) -> str:
    if told.near is None:
        return '<span class="key near">■</span> left, <span class="key far">■</span> right.'
    far = "right" if told.near == "left" else "left"
    return f'<span class="key near">■</span> {told.near} leg, nearer to the camera; <span class="key far">■</span> {far} leg.'


def _strides(told: Content) -> str:
    if not told.stride_plots:
        return ""
    plots = (_figure(plot.title, plot.unit, stride_plot(plot)) for plot in told.stride_plots)
    count = max(line.strides for plot in told.stride_plots for line in plot.lines)
    words = f"From one landing to the same foot's next, averaged over {count} strides; the soft band is one standard deviation between strides. {_legend(told)}"
    return _plots(plots, words)


def _step_plots(told: Content) -> str:
    if not told.step_plots:
        return ""
    plots = (
        _figure(plot.title, plot.words, step_plot(plot, told.seconds, told.near)) for plot in told.step_plots
    )
    sided = any(dot.side for plot in told.step_plots for dot in plot.dots)
    words = f"A dot for each step or half second, the clip's value as a line, the range as a soft block; hollow dots lie beyond the scale. {_legend(told) if sided else ''}"
    return _plots(plots, words)


def _figure(title: str, more: str, drawn: str) -> str:
    return f"<figure><figcaption><b>{escape(title)}</b> {escape(more)}</figcaption>{drawn}</figure>"


def _plots(figures: Iterable[str], words: str) -> str:
    return f'<div class="plots">{"".join(figures)}</div><p class="quiet">{words}</p>'


def _table(told: Content) -> str:
    if not told.steps:
        return ""
    return sheet_table(Sheet("", STEP_COLUMNS, told.steps))


def _run(told: Content) -> str:
    if not told.run:
        return ""
    curve = "" if told.speeds is None else f'<div class="wide" tabindex="0">{speed_plot(told.speeds)}</div>'
    tables = "".join(f"<h3>{escape(sheet.title)}</h3>{sheet_table(sheet)}" for sheet in told.run)
    return f'{curve}{tables}<p class="quiet">{escape(told.run_note)}</p>'


def sheet_table(sheet: Sheet) -> str:
    """Return a sheet as a table that scrolls sideways where it is too wide."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in sheet.head)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in sheet.rows)
    return f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _data(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
