"""The real command line, in this process or as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from formcheck.cli.main import run

PATIENCE_S = 120


@dataclass(frozen=True)
class Said:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def sentences(self) -> list[str]:
        """The lines on stderr."""
        return [line for line in self.err.splitlines() if line.strip()]


def formcheck(capfd, *arguments: object) -> Said:
    """Run a command in this process."""
    capfd.readouterr()
    code = run([str(each) for each in arguments])
    captured = capfd.readouterr()
    return Said(code, captured.out, captured.err)


def started(*arguments: object, before: Sequence[str] = (), **options) -> subprocess.Popen:
    """Start the program."""
    options["env"] = {**os.environ, **options.pop("env", {})}
    return subprocess.Popen(
        [*before, sys.executable, "-m", "formcheck", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def ended(process: subprocess.Popen) -> Said:
    """Wait for the program's end."""
    out, err = process.communicate(timeout=PATIENCE_S)
    return Said(process.returncode, out, err)


def once(happened: Callable[[], bool], process: subprocess.Popen) -> None:
    """Wait until something has happened while the program runs."""
    until = time.monotonic() + PATIENCE_S
    while not happened():
        assert process.poll() is None, f"ended with {process.returncode}: {process.communicate()[1]}"
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


def has_open(process: subprocess.Popen, path: Path) -> bool:
    """Return whether the program has this file open."""
    try:
        return any(Path(each.path) == path for each in psutil.Process(process.pid).open_files())
    except psutil.Error:
        return False
