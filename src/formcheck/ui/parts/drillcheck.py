"""Check a drill: choose it, provide a clip, see the count and what stands out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st
from markupsafe import Markup

from formcheck.coaching import DRILLS, DrillCheck
from formcheck.coaching.drillcheck import ReadingRow, checkable_ids, count_line, reading_rows
from formcheck.errors import FormCheckError
from formcheck.files.templates import filled, part
from formcheck.ui.jobs import board
from formcheck.ui.parts import history
from formcheck.ui.parts.keep import whose
from formcheck.ui.parts.library import DRILL_TEMPLATE
from formcheck.ui.parts.look import component, panel, progress_bar
from formcheck.ui.parts.samples import drill_samples, take_sample
from formcheck.ui.parts.upload import upload_zone
from formcheck.ui.parts.words import plain
from formcheck.ui.result.files import VIDEO_FILE
from formcheck.ui.server import link
from formcheck.ui.session import Entry, visit

TELL_ME = "Work it out"
ASKED = "drill-asked"  # key in the session: the clip to check, and as which drill
POLL_S = 0.7
HELD = "\N{NO-BREAK SPACE}"
_repeats = component("repeats", filled("ui/templates/repeats.html"))
COLUMNS = ("", "Measured", "95 % interval", "Range", "")


@dataclass(frozen=True)
class DrillRequest:
    """Which clip is checked, and as which drill."""

    token: str
    name: str | None  # None = recognise it


def drill_section(chosen: str | None) -> None:
    """Show the state of a drill check; `chosen` is offered first."""
    st.header("Check a drill", anchor=False)
    asked: DrillRequest | None = st.session_state.get(ASKED)
    entry = visit().entries.get(asked.token) if asked else None
    if asked is None or entry is None:
        _invite(chosen)
        return
    job = board().drill(entry.held, entry.label, asked.name)
    if job.running:
        _working(entry, asked)
    else:
        _answer(entry, job.failure, job.result)


def _invite(chosen: str | None) -> None:
    """Ask for the drill and for a clip of it."""
    st.markdown(
        "Film a set from the side, from before the first repetition to after the last: the repetitions are "
        "counted, full and partial, left and right."
    )
    names = [TELL_ME, *checkable_ids()]
    name = st.pills(
        "Which drill is it?", names, default=chosen if chosen in names else TELL_ME, key="drill-name",
        format_func=lambda id: DRILLS[id].name if id in DRILLS else id,
    )  # fmt: skip
    before = visit().current
    entry = upload_zone("drill-upload", several=False) or _sample()
    if entry:
        visit().current = before  # the clip to analyse remains the one on the page Analyse
        st.session_state[ASKED] = DrillRequest(entry.token, name if name in checkable_ids() else None)
        st.rerun()


def _sample() -> Entry | None:
    """Offer the samples of drills, and return the one that was taken."""
    found = drill_samples()
    if found:
        st.markdown("No clip of a drill at hand? Try this computer-made one:")
    with st.container(horizontal=True, key="drill-samples"):
        for name, path in found.items():
            if st.button(name, key=f"drill-sample-{path.stem}"):
                take_sample(name, path)
                return visit().entry
    return None


@st.fragment(run_every=POLL_S)
def _working(entry: Entry, asked: DrillRequest) -> None:
    job = board().drill(entry.held, entry.label, asked.name)
    if not job.running:
        st.rerun()
    progress_bar(job.progress())
    if st.button("Cancel", key="drill-cancel"):
        _drop(entry)


def _answer(entry: Entry, failure: str | None, check: DrillCheck | None) -> None:
    if failure or check is None:
        st.warning(plain(failure or "The check was stopped."), icon=":material/info:")
    else:
        panel(checked_drill_card(check, entry.label), key="drill-check")
        if (entry.held.page / VIDEO_FILE).is_file():
            _repeats(data=repeats(check, entry), key=f"repeats-{entry.token}")
        if check.drill:
            _keep(check)
    if st.button("Check another clip", key="drill-another"):
        _drop(entry)


def repeats(check: DrillCheck, entry: Entry) -> dict[str, Any]:
    """Return what the video counts along with: its address, and the moment of each repetition."""
    return {
        "src": link(entry.token, f"page/{VIDEO_FILE}"),
        "label": entry.label,
        "repeats": [
            {"at": round(rep.peak, 3), "side": rep.side, "full": bool(rep.full)} for rep in check.reps
        ],
    }


def _drop(entry: Entry) -> None:
    """Remove the clip and start again."""
    st.session_state.pop(ASKED, None)
    visit().delete(entry.token)
    st.rerun()


def _keep(check: DrillCheck) -> None:
    """Offer to store the count under a name."""
    if not history.available():
        return
    with st.form("drill-keep", border=False):
        name = whose("Keep this count under a name, to see your progress", "drill-keep-name")
        asked = st.form_submit_button("Keep this count")
    if asked and name:
        try:
            history.keep_drill(name, check)
        except FormCheckError as error:
            st.error(plain(str(error)), icon=":material/info:")
        else:
            st.success(f"Kept for {plain(name)}. See the page Progress.", icon=":material/check:")


def checked_drill_card(check: DrillCheck, label: str) -> Markup:
    """Return the card of a checked drill: the count, what is good, what to work on, the readings."""
    notes = [("▲", warning.message) for warning in check.warnings]
    if check.refusal:
        lines = [("–", check.refusal.reason), ("●", check.refusal.how_to_film), *notes]
        return part(DRILL_TEMPLATE, "refused_drill", label, lines)
    good = [("●", sentence) for sentence in check.good]
    lines = [*good, *(("▶", cue.say) for cue in check.cues), *notes]
    return part(DRILL_TEMPLATE, "checked_drill", count_line(check), label, lines, COLUMNS, readings(check))


def readings(check: DrillCheck) -> list[tuple[str, ...]]:
    """Return the cells of every reading: name, value, interval and range, and its state or why it is missing."""
    return [(row.name, *_cells(row)) for row in reading_rows(check)]


def _cells(row: ReadingRow) -> tuple[str, str, str, str]:
    interval = f"{row.interval}, n{HELD}={HELD}{row.n}" if row.n else ""
    return _held(row.value), interval, _held(row.range), row.reason or f"{row.sign} {row.state}".strip()


def _held(text: str) -> str:
    """Keep a number and its unit on one line."""
    return HELD.join(text.rsplit(" ", 1))
