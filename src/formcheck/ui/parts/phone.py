"""The card on this machine's screen that lets a phone in."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from formcheck.files.templates import filled
from formcheck.ui.parts.look import panel
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
    return filled(
        "ui/templates/phone_card.html",
        code=None if code is None else spaced(code),
        picture=None if link is None else Markup(qr_svg(link, "QR code with the address and the code")),
        address=access.url,
        minutes=f"{CODE_LIFE_S / 60:.0f}",
        phones=phones_words(access.phones),
    )


def phones_words(count: int) -> str:
    """Return how many phones may use the app."""
    if count == 0:
        return "No phone is connected."
    return "One phone is connected." if count == 1 else f"{count} phones are connected."
