"""Everything FormCheck refuses to do.

FormCheckError
├── UnreadableInput      the file cannot be read as a video (exit code 4)
├── UsageError           the request makes no sense (exit code 2)
├── MissingLibrary       a library of the system or an extra is absent (exit code 2)
├── CannotWrite          the result cannot be stored: full disk, no permission (exit code 4)
├── BrokenModel          a weight file is absent or not the one we shipped (exit code 4)
└── Cancelled            the user asked to stop (exit code 130)

Each message is fit to show a runner: what happened, where, and what to do about it.
A clip without anything to measure is not an error: it is an `Analysis` with a `Refusal`.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TypeVar

Choice = TypeVar("Choice", bound=str)
SYSTEM_LIBRARIES = "apt-get install libgl1 libglib2.0-0 libegl1 libgles2"


class FormCheckError(Exception):
    """Anything FormCheck refuses to do; its message is fit to show a runner."""

    exit_code = 4


class UnreadableInput(FormCheckError):
    """The file is not a video we can read."""


class UsageError(FormCheckError):
    """The request itself is wrong: an unknown option value, a missing folder."""

    exit_code = 2

    @classmethod
    def unless_one_of(cls, option: str, value: str, allowed: Sequence[Choice]) -> Choice:
        """Return the value if it is one of those allowed; else raise, and offer the nearest one."""
        for choice in allowed:
            if choice == value:
                return choice
        near = get_close_matches(value, allowed, n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise cls(f"{option}={value!r} is not known.{meant} Choose one of: {', '.join(allowed)}.")


class MissingLibrary(FormCheckError):
    """A system library or an optional part of FormCheck is not installed."""

    exit_code = 2

    @classmethod
    def because(cls, what: str, error: Exception) -> MissingLibrary:
        """Say what to install, given why `what` could not be imported."""
        shared = isinstance(error, OSError) or ".so" in str(error)
        package = (getattr(error, "name", None) or what).split(".")[0]
        advice = f"on Debian: {SYSTEM_LIBRARIES}" if shared else f"pip install {package}"
        return cls(f"{what} cannot be loaded ({error}); {advice}")


class CannotWrite(FormCheckError):
    """The result could not be stored; nothing half-written is left behind."""


class BrokenModel(FormCheckError):
    """A model file is missing or differs from the one in models/MANIFEST.json."""


class Cancelled(FormCheckError):
    """The user asked to stop."""

    exit_code = 130
