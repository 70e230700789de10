"""Which phones may use the app: a one-time code is exchanged for a key that one phone keeps.

Nothing here knows about requests: `ui/phone_gate.py` asks, and acts on the answer.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

ENTER_PATH = "/formcheck/phone"
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without those that look alike: 0 O, 1 I L
LENGTH = 8  # 31^8 codes, 39.6 bits
CODE_LIFE_S = 600.0
KEY_LIFE_S = 12 * 3600.0
WINDOW_S = 60.0  # in which wrong tries are counted
TRIES_OF_ONE = 5  # wrong tries from one address in a window
TRIES_OF_ALL = 50  # wrong tries from all addresses; at this rate a code lives long enough for 500 of them

Rejection = Literal["wrong", "too many"]


@dataclass(frozen=True)
class PhoneKey:
    """The key of one phone; it opens only from the address it was given to."""

    secret: str
    address: str
    until: float  # s, on the clock of `PhoneAccess`


class PhoneAccess:
    """The current code, and the phones that have entered with one. Safe to use from several threads.

    Parameters
    ----------
    url : the app's address in the local network, without a path
    secure : whether it is reached over HTTPS
    clock : s, never goes back
    """

    def __init__(self, url: str, *, secure: bool = False, clock: Callable[[], float] = time.monotonic):
        self.url, self.secure = url, secure
        self._clock = clock
        self._lock = threading.Lock()
        self._code, self._code_until = "", 0.0
        self._keys: list[PhoneKey] = []
        self._wrong: deque[tuple[float, str]] = deque(maxlen=TRIES_OF_ALL)
        self.renew()

    @property
    def code(self) -> str | None:
        """The code that lets one phone in; None after it has been used or has become too old."""
        with self._lock:
            return self._valid_code()

    @property
    def link(self) -> str | None:
        """The address for the QR code. The code follows a #, which browsers do not send or log."""
        code = self.code
        return None if code is None else f"{self.url}{ENTER_PATH}#{code}"

    @property
    def phones(self) -> int:
        """The number of phones that may use the app now."""
        with self._lock:
            return len(self._valid_keys())

    def renew(self) -> None:
        """Replace the code; phones that have entered stay."""
        with self._lock:
            self._code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
            self._code_until = self._clock() + CODE_LIFE_S

    def dismiss(self) -> None:
        """Turn all phones away."""
        with self._lock:
            self._keys = []

    def enter(self, typed: str, address: str) -> PhoneKey | Rejection:
        """Exchange the code for a key, or say why not.

        Once a sender has sent too many wrong codes, the right one is refused as well until a minute has
        passed, so that trying codes gives nothing away.
        """
        with self._lock:
            if self._must_wait(address):
                return "too many"
            code = self._valid_code()
            if code is None or not secrets.compare_digest(plain_code(typed).encode(), code.encode()):
                self._wrong.append((self._clock(), address))
                return "wrong"
            self._code = ""
            key = PhoneKey(secrets.token_urlsafe(32), address, self._clock() + KEY_LIFE_S)
            self._keys = [*self._valid_keys(), key]
            return key

    def knows(self, secret: str, address: str) -> bool:
        """Whether a phone at this address has this key."""
        with self._lock:
            found = False
            for key in self._valid_keys():  # all of them, so that the time taken gives nothing away
                same = secrets.compare_digest(key.secret.encode(), secret.encode())
                found |= same and key.address == address
            return found

    def _valid_code(self) -> str | None:
        return self._code if self._code and self._clock() < self._code_until else None

    def _valid_keys(self) -> list[PhoneKey]:
        return [key for key in self._keys if self._clock() < key.until]

    def _must_wait(self, address: str) -> bool:
        recent = [sender for when, sender in self._wrong if self._clock() - when < WINDOW_S]
        return len(recent) >= TRIES_OF_ALL or recent.count(address) >= TRIES_OF_ONE


def plain_code(typed: str) -> str:
    """Return a code as it was made: people type spaces, hyphens and small letters."""
    return "".join(sign for sign in typed.upper() if sign in SIGNS)[: LENGTH + 1]


def spaced(code: str) -> str:
    """Return a code in two halves, as it is read aloud and typed."""
    return f"{code[: LENGTH // 2]} {code[LENGTH // 2 :]}"


@dataclass
class Offer:
    """What this server offers to phones; None = it answers this machine only."""

    access: PhoneAccess | None = None


@cache
def phone_offer() -> Offer:
    """Return this server's offer to phones."""
    return Offer()
