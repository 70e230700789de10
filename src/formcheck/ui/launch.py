"""`formcheck app`: the Streamlit app, private regardless of how it is started."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from formcheck.ui.guard import MIDDLEWARE
from formcheck.ui.server import ROUTES, SCRIPT, lifespan
from formcheck.ui.settings import flat_config


def run_app(port: int) -> int:
    """Serve the app on this machine until stopped; returns the exit code."""
    app = st.App(SCRIPT, routes=ROUTES, lifespan=lifespan, middleware=MIDDLEWARE)
    with suppress(KeyboardInterrupt):  # the normal way to stop it; the server has cleaned up by then
        app.run(config={**flat_config(), "server.port": port})
    return 0
