"""The table in the terminal: a runner can read it at any width, and a file's name is only a name."""

import io
import signal
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

import builders
from formcheck.cli.doctor import Check
from formcheck.cli.printing import print_analysis, print_checks, progress_bar
from formcheck.metrics import METRICS
from formcheck.wording import not_allowed, plus_minus_text


def printed(made, width=120):
    """Return what is printed of an analysis on a screen this wide."""
    console = Console(file=io.StringIO(), width=width, highlight=False)
    print_analysis(made, Path("results/run"), console)
    return console.file.getvalue()


def one_line(text):
    return " ".join(text.split())


@pytest.fixture(scope="module")
def made():
    return builders.analysis()


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_screen(made, width):
    assert max(Text(line).cell_len for line in printed(made, width).splitlines()) <= width


def test_every_metric_is_there_with_its_uncertainty_or_its_reason(made):
    text = one_line(printed(made))
    for name, each in made.measurements.items():
        assert METRICS[name].name in text
        told = plus_minus_text(each) if each.measured else each.why_missing[1:].rstrip(".")
        assert told in text


def test_an_open_range_is_said_in_words(made):
    assert "inf" not in printed(made)


def test_what_is_good_comes_first_then_cue_drill_and_caveat(made):
    text = one_line(printed(made))
    places = [
        text.index(words) for words in (made.praise[0], made.cues[0].say, "Drill:", made.cues[0].caveat)
    ]
    assert places == sorted(places)
    assert text.index(made.cues[-1].caveat) < text.index("measured, 95 %")


def test_a_refusal_tells_why_and_how_to_film_and_no_number():
    refused = builders.refused()
    text = one_line(printed(refused, 80))
    assert refused.refusal.reason in text and refused.refusal.how_to_film in text
    assert "95 %" not in text and "Results: results/run" in text


def test_brackets_in_a_name_are_no_markup(made):
    name = "[red]run[/red] [link=x].mp4"
    assert name in printed(replace(made, clip=replace(made.clip, name=name)))


def test_the_words_keep_the_rules(made):
    assert not_allowed(printed(made)) == ()


def test_what_to_install_keeps_its_brackets(capsys):
    """'formcheck[cluster]' is a name to type, not a colour."""
    print_checks(
        (Check("distributed", False, False, "batch on a cluster: pip install 'formcheck[cluster]'"),)
    )
    assert "pip install 'formcheck[cluster]'" in " ".join(capsys.readouterr().out.split())


def test_ctrl_c_that_a_library_swallows_is_heard_at_the_next_step():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), progress_bar() as show:
            with suppress(KeyboardInterrupt):  # as one does that is stopped while it loads
                signal.raise_signal(signal.SIGINT)
            show("Finding the runner", 0.1)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
