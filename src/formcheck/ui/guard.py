"""Access check of the app: every request, Streamlit's own included, passes the same-origin check."""

from __future__ import annotations

from starlette.middleware import Middleware
from streamlit import config

from formcheck.live.own_pages import OwnPagesOnly
from formcheck.live.same_origin import LOOPBACK


def allowed_names() -> tuple[str, ...]:
    """Return the names in `server.allowedHosts`, or this machine's own if there are none."""
    return tuple(config.get_option("server.allowedHosts") or LOOPBACK)


def serves_this_machine_only() -> bool:
    """Whether only this machine's users can reach the app: neither others directly nor through a proxy."""
    return config.get_option("server.address") in LOOPBACK and set(allowed_names()) <= set(LOOPBACK)


MIDDLEWARE = [Middleware(OwnPagesOnly, names=allowed_names)]
