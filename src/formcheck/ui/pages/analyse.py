"""Analyse: a clip is uploaded, measured while the visitor answers a few questions, and explained.

Each result has an address of its own, `?result=TOKEN`; several clips sent together share one.
"""

from __future__ import annotations

import streamlit as st

from formcheck.ui.jobs import board
from formcheck.ui.parts.ask import ask_questions
from formcheck.ui.parts.cones import ask_for_cones
from formcheck.ui.parts.elsewhere import elsewhere
from formcheck.ui.parts.group import show_group
from formcheck.ui.parts.look import PAGES
from formcheck.ui.parts.phone import phone_card
from formcheck.ui.parts.samples import sample_picker
from formcheck.ui.parts.second import ask_for_second_view
from formcheck.ui.parts.upload import upload_zone
from formcheck.ui.parts.upright import ask_for_edge
from formcheck.ui.parts.waiting import stopped_page, waiting_page
from formcheck.ui.parts.words import plain
from formcheck.ui.session import ADDRESS, Entry, Visit, visit
from formcheck.ui.stages import ClipStage, advance

SEEN = "address-seen"  # key in the session: the address when this page last ran
GONE = (
    "That result is no longer here. Results are deleted ten minutes after their page is closed; "
    "open its saved analysis.json below, or measure the clip again."
)


def page() -> None:
    """Show the current stage of this visit's clip."""
    here = visit()
    follow_address(here)
    if here.group:
        show_group(here)
        return
    if here.partner:
        ask_for_second_view(here)
        return
    entry = here.entry
    stage: ClipStage = advance(entry) if entry is not None else "none"
    if entry is None:
        _invite()
    elif stage == "wrong":
        here.note = entry.no_video or ""
        here.delete(entry.token)
        st.rerun()
    else:
        SHOW[stage](entry)


def follow_address(here: Visit) -> None:
    """Open the result in the address, and put the result on the page into the address."""
    asked, seen = st.query_params.get(ADDRESS, ""), st.session_state.get(SEEN)
    if asked != (seen or ""):  # the visitor came by a link, reloaded, or went back
        here.go_to(asked)
        if asked and not here.address and asked not in here.deleted:
            here.note = GONE
    if here.address:
        st.query_params[ADDRESS] = here.address
    else:
        st.query_params.pop(ADDRESS, None)
    st.session_state[SEEN] = here.address


def _invite() -> None:
    st.title("What does your running form look like?", anchor=False)
    st.markdown(
        "Ten seconds of video from a phone on a stool are enough. You get what stands out, where in the video "
        "it shows, how sure FormCheck is, and a drill for it."
    )
    if upload_zone(note=visit().note):
        visit().note = ""
        st.rerun()
    if "filming" in st.session_state.get(PAGES, {}):
        st.page_link(st.session_state[PAGES]["filming"], label="See how to place the phone")
    phone_card()
    sample_picker()
    elsewhere()


def _answer(entry: Entry) -> None:
    from formcheck.ui.pages import result

    result.show(entry)
    if entry.ask is not None and not entry.made_of:
        with st.expander("Height, speed and what else the picture cannot show"):
            ask_questions(entry)
        ask_for_edge(entry)
        ask_for_cones(entry)


def _failed(entry: Entry) -> None:
    st.title("This clip could not be measured", anchor=False)
    st.warning(plain(entry.failure or ""), icon=":material/info:")
    if st.button("Choose another clip", type="primary", key="another"):
        visit().delete(entry.token)
        st.rerun()


def measure_anyway(entry: Entry) -> None:
    """Show why the first look stopped, and let the visitor go on anyway."""
    if stopped_page(entry):
        entry.anyway = True
        entry.keep()
        board().analysis(entry.held, entry.ask) if entry.ask else None
        st.rerun()


SHOW = {
    "looking": waiting_page,
    "measuring": waiting_page,
    "stopped": measure_anyway,
    "failed": _failed,
    "done": _answer,
}
