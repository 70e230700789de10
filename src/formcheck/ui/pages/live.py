"""Live beside the treadmill: with this browser's camera, or one of this machine or network."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from formcheck.errors import FormCheckError
from formcheck.live.push import Pushed
from formcheck.ui.clips import store
from formcheck.ui.guard import serves_this_machine_only
from formcheck.ui.live_board import LiveWishes, Showing, live_board
from formcheck.ui.parts.live import how_to_begin, live_screen, save_recording, session_report
from formcheck.ui.parts.live_wishes import live_wishes
from formcheck.ui.parts.practise_live import keep_practice
from formcheck.ui.parts.words import plain
from formcheck.ui.session import session_id

KEY, PAST = "live-token", "live-past"
CAMERAS = {"browser": "In this browser", "machine": "Another camera"}


def page() -> None:
    """Ask which camera to use, show the session, then its results."""
    st.title("Live beside the treadmill", anchor=False)
    st.markdown(
        "Your numbers while you run. Pictures stay on this machine and are not kept, unless you record them."
    )
    kind = st.segmented_control(
        "Camera", _cameras(), format_func=CAMERAS.__getitem__, default="browser", key="live-camera"
    )
    wishes = live_wishes()
    _put_aside()
    past = live_board().find(st.session_state.get(PAST, ""))
    if past is not None:
        _after(past)
    showing = _browser(wishes) if kind != "machine" else _machine(wishes)
    if showing is None:
        how_to_begin()
    else:
        live_screen(showing)


def _cameras() -> list[str]:
    """Return the kinds of camera on offer.

    Another camera makes the server open a device or fetch an address, so visitors from
    other machines get it only if the person who started the server allows it.
    """
    allowed = serves_this_machine_only() or live_board().other_cameras
    return [kind for kind in CAMERAS if kind != "machine" or allowed]


def _put_aside() -> None:
    """Keep a session that is over for its results, and make room for the next one."""
    showing = live_board().find(st.session_state.get(KEY, ""))
    if showing is not None and showing.session is not None and not showing.running:
        st.session_state[PAST] = st.session_state.pop(KEY)


def _browser(wishes: LiveWishes) -> Showing:
    """Return an entry for this browser's frames; a new one if the wishes change before it starts."""
    showing = live_board().find(st.session_state.get(KEY, ""))
    if showing is not None and isinstance(showing.source, Pushed):
        if showing.running or showing.wishes == wishes:
            return showing
        _drop_recording(showing)
    fresh = live_board().new(Pushed(), wishes, _recording(wishes))
    st.session_state[KEY] = fresh.token
    return fresh


def _recording(wishes: LiveWishes) -> Path | None:
    """Return a file among this visitor's clips, which goes when the visitor leaves."""
    if not wishes.record:
        return None
    held = store().new()
    store().claim(held.token, session_id())
    return held.video


def _drop_recording(showing: Showing) -> None:
    if showing.recording is not None:
        store().delete(showing.recording.parent.name)


def _machine(wishes: LiveWishes) -> Showing | None:
    """Ask for a camera of this machine or network; return its session once requested."""
    from formcheck.live.sources import open_source

    with st.form("live-source", border=False):
        field, button = st.columns([3, 1], vertical_alignment="bottom")
        text = field.text_input(
            "Number or address of the camera", "0", key="live-source-text",
            help="A number: a camera of the machine FormCheck runs on, 0 is the first. Or the address of a "
            "network camera or a phone's camera app: rtsp://.. or http://..",
        )  # fmt: skip
        asked = button.form_submit_button("Start", type="primary", width="stretch")
    if asked:
        try:
            showing = live_board().new(open_source(text, files=False), wishes, _recording(wishes))
            st.session_state[KEY] = showing.token
        except FormCheckError as error:
            st.error(plain(str(error)))
    found = live_board().find(st.session_state.get(KEY, ""))
    return None if found is None or isinstance(found.source, Pushed) else found


def _after(past: Showing) -> None:
    """Show the results of the last session."""
    if past.failure:
        st.error(plain(past.failure))
    elif past.results:
        if past.wishes.practice:
            keep_practice(past.wishes.practice, past.results, past.token)
        session_report(past)
    else:
        st.info("No run of ten seconds or more was seen, so there is nothing to sum up.")
    save_recording(past)
