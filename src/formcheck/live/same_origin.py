"""Which web requests a server on this machine answers: those of its own pages.

Every web page in the browser can send requests to 127.0.0.1, and every site can let its
own name resolve to 127.0.0.1 (DNS rebinding), after which the browser takes it for the
same origin. Three checks close this: the Host must be a name of ours, the Origin must be
that Host, and a request that another site caused may only open the page in its own tab.
No site may show a page of ours in a frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SAFE_METHODS = ("GET", "HEAD")
POLICY = "Content-Security-Policy"
HEADERS = {
    POLICY: "frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every response carries, refusals too."""

Values = Callable[[str], Sequence[str]]
"""Returns all values that a request has for a header; the name's case does not matter."""


@dataclass(frozen=True)
class Address:
    """Under which names a server is asked for.

    Parameters
    ----------
    port : the port it listens on; names of this machine must come with it
    names : names and IP addresses; `*.example.org` stands for all names below, `*` for any.
        Names other than this machine's may come with any port: a proxy chooses it.
    """

    port: int
    names: tuple[str, ...] = LOOPBACK

    def answers_to(self, host: str) -> bool:
        """Whether a Host header names this server."""
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname, parts.port
        except ValueError:
            return False
        if not name or parts.netloc != host or "@" in host:
            return False
        if name in LOOPBACK:
            return name in self.names and (port or 80) == self.port
        return any(_matches(name, wanted.lower()) for wanted in self.names)


def _matches(name: str, wanted: str) -> bool:
    return wanted in ("*", name) or (wanted.startswith("*.") and name.endswith(wanted[1:]))


def refusal(method: str, values: Values, address: Address) -> str | None:
    """Return why a request is not answered, in a sentence; None if it is.

    Parameters
    ----------
    method : the HTTP method; GET for the opening of a WebSocket
    """
    hosts, origins = values("host"), values("origin")
    if len(hosts) != 1 or not address.answers_to(hosts[0]):
        return (
            "FormCheck does not answer to this name. Open the address that it printed when it started, such as "
            f"http://127.0.0.1:{address.port}."
        )
    own = {f"http://{hosts[0]}", f"https://{hosts[0]}"}  # https where a proxy adds it
    if not own.issuperset(origins) or (_is_from_elsewhere(values) and not _opens_the_page(method, values)):
        return "FormCheck answers only its own pages, and this request comes from another one."
    return None


def _is_from_elsewhere(values: Values) -> bool:
    """Whether the browser says that another origin caused the request; older browsers say nothing."""
    return not {"same-origin", "none"}.issuperset(values("sec-fetch-site"))


def _opens_the_page(method: str, values: Values) -> bool:
    """Whether a link opens our page in a tab, which the other page cannot look into."""
    return (
        method in SAFE_METHODS
        and list(values("sec-fetch-mode")) == ["navigate"]
        and list(values("sec-fetch-dest")) == ["document"]
    )
