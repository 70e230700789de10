"""The card on this machine's screen that lets a phone in."""

from __future__ import annotations

from html import escape

import streamlit as st

from formcheck.ui.parts.look import panel
from formcheck.ui.parts.words import tag
from formcheck.ui.phone import CODE_LIFE_S, PhoneAccess, phone_offer, spaced
from formcheck.ui.phone_gate import visitor_is_a_phone
from formcheck.ui.qr import qr_svg

LOOK_EVERY_S = 2.0


def phone_card() -> None:
    """Show the code that lets a phone in, if this server takes phones; never to a phone."""
    access = phone_offer().access
    if access is None or visitor_is_a_phone():
        return
    st.header("With your phone", anchor=False)
    _card(access)


@st.fragment(run_every=LOOK_EVERY_S)
def _card(access: PhoneAccess) -> None:
    """Show the code until it is used or too old, and how many phones are in."""
    panel(card_html(access), key="phone-code")
    with st.container(horizontal=True):
        if st.button("Show a new code", key="phone-new"):
            access.renew()
            st.rerun(scope="fragment")
        if access.phones and st.button("Turn all phones away", key="phone-away"):
            access.dismiss()
            st.rerun(scope="fragment")


def card_html(access: PhoneAccess) -> str:
    """Return the QR code, the code as text, and how many phones are in."""
    code, link = access.code, access.link
    said = phones_words(access.phones)
    if code is None or link is None:
        return f'<div class="card">{tag("p", f"{said} The last code has been used or is too old.")}</div>'
    return (
        f'<div class="card phone">{qr_svg(link, "QR code with the address and the code")}<div>'
        f"<p>Scan this with the phone's camera, or open <b>{escape(access.url)}</b> on it and type</p>"
        f'<p class="code">{spaced(code)}</p>'
        f"<p>Phone and laptop have to be in the same network. The code lets one phone in and is good for "
        f"{CODE_LIFE_S / 60:.0f} minutes.</p>{tag('p', said)}</div></div>"
    )


def phones_words(count: int) -> str:
    """Return how many phones may use the app."""
    if count == 0:
        return "No phone is connected."
    return "One phone is connected." if count == 1 else f"{count} phones are connected."
