"""Commands without their minute of measuring: everything but the measuring and the drawing is real."""

import os
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from unittest.mock import patch

from typer.main import get_command

import builders
from formcheck.batch.pool import analyze_job, guarded
from formcheck.cli.main import run
from formcheck.draw import Album
from formcheck.files.ownership import sha256_of

PAGE = "# Accuracy\n\nNo clip was measured.\n"
FIGURES = '{\n "format": "formcheck-accuracy"\n}\n'


@cache
def _analyses():
    return builders.analysis(seconds=2.0), builders.front_analysis()


def measured(path, *_, **__):
    """Return an analysis of a file without looking at it: from the front if its content says so."""
    path = Path(path)
    side, front = _analyses()
    analysis = front if b"front" in path.read_bytes() else side
    return replace(analysis, clip=replace(analysis.clip, name=path.name, sha256=sha256_of(path)), cues=())


@contextmanager
def workers_here(out, workers, limits=None, work=analyze_job):
    """Do the jobs of a batch in this process."""
    yield lambda jobs: (guarded(work, job, str(out), 1) for job in jobs)


@contextmanager
def quick_commands():
    """Measure, draw and lay out nothing while the block runs."""
    stand_ins = {
        "typer.main.get_command": cache(get_command),
        "formcheck.pipeline.analyze": measured,
        "formcheck.batch.pool.local_workers": workers_here,
        "formcheck.export.results.look_through": lambda analysis, _: Album(analysis),
        "formcheck.export.results.page": lambda _: "<!doctype html>",
        "formcheck.export.results.content": lambda *_: None,
        "formcheck.cli.printing.print_analysis": lambda *_: None,
        "formcheck.report.page": lambda _: "<!doctype html>",
        "formcheck.report.content": lambda *_: None,
        "formcheck.validation.examine": lambda *_: None,
        "formcheck.validation.as_markdown": lambda _: PAGE,
        "formcheck.validation.page_json": lambda _: FIGURES,
        "formcheck.validation.summary": lambda _: "",
    }
    with ExitStack() as stack:
        for name, stand_in in stand_ins.items():
            stack.enter_context(patch(name, stand_in))
        yield


@contextmanager
def standing_in(folder):
    """Make a folder the working folder while the block runs."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def formcheck(*arguments):
    """Run a command and return its exit code."""
    return run([str(argument) for argument in arguments])


def everything_in(folder):
    """Return all that is below a folder: content of files, targets of links, None for folders."""
    return {path: _content(path) for path in Path(folder).rglob("*")}


def _content(path):
    if path.is_symlink():
        return os.readlink(path)
    return path.read_bytes() if path.is_file() else None
