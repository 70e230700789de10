"""`formcheck live`: running form beside the treadmill, while running."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.cli.options import (
    Height,
    LiveModel,
    Mass,
    SettingChoice,
    SettingName,
    Speed,
    ViewChoice,
    ViewName,
    runner_of,
)
from formcheck.files.ownership import check_writable, real_path

if TYPE_CHECKING:
    from formcheck.live.conclusion import Concluded, Conclusions
    from formcheck.live.guide import Guide
    from formcheck.live.recording import Recorder
    from formcheck.live.session import LiveSession
    from formcheck.live.voice import Metronome, Speaker

REFUSED = 3


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("live")(live_command)


def live_command(
    source: Annotated[
        str, typer.Option(help="A camera's number, rtsp://.., http://.., or a video file.")
    ] = "0",
    height: Height = None,
    mass: Mass = None,
    speed: Speed = None,
    view: ViewChoice = ViewName.auto,
    setting: SettingChoice = SettingName.auto,
    model: Annotated[
        LiveModel, typer.Option(help="lite is for slow machines, balanced for quick ones.")
    ] = LiveModel.fast,
    numbers: Annotated[
        str, typer.Option(help="Up to three metrics to show large, such as cadence,ground_contact_time.")
    ] = "",
    speak: Annotated[bool, typer.Option("--speak", help="Say cues aloud with this machine's voice.")] = False,
    metronome: Annotated[
        float | None, typer.Option(help="A beat at so many steps per minute.", min=100, max=240)
    ] = None,
    practise: Annotated[
        str | None,
        typer.Option(help="The next session of this name's course (formcheck practise), and keep it."),
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="Keep the camera's pictures beside the results.")
    ] = False,
    out: Annotated[Path, typer.Option("-o", "--out", help="Where the results of each run go.")] = Path(
        "results"
    ),
    no_window: Annotated[
        bool, typer.Option("--no-window", help="Show it as a page of this machine instead.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of that page; 0 = any free one.", min=0, max=65535)] = 0,
    fullscreen: Annotated[bool, typer.Option("--fullscreen", help="Fill the screen (key f).")] = False,
) -> int:
    """Measure beside the treadmill: three numbers and one cue, large enough to read while running.

    It notices by itself when running starts and stops. Press q, close the window, or
    press Ctrl-C to end: each run is then measured as a whole.
    """
    from formcheck.live.conclusion import Conclusions, session_name
    from formcheck.live.engine import Engine
    from formcheck.live.recording import Recorder
    from formcheck.live.session import LiveSession
    from formcheck.live.sources import open_source

    shown = chosen_numbers(numbers)
    check_writable(real_path(out))
    opened = open_source(source)
    name = session_name(out, datetime.now())
    recorder = Recorder(out / f"{name}.mp4") if record else None
    conclusions = Conclusions(out, name, told=tell, recorder=recorder)
    engine = Engine(
        runner_of(height, mass, speed),
        model=model.value,
        view=view.value,
        setting=setting.value,
        numbers=shown,
        guide=guide_of(practise) if practise else None,
        beat=metronome,
    )
    session = LiveSession(
        opened, engine, taps=[recorder] if recorder else [], on_run=conclusions,
        speaker=speaker() if speak else None, metronome=beat(metronome) if metronome else None,
    )  # fmt: skip
    show(
        session,
        recorder,
        lambda: show_page(session, port) if no_window else show_in_window(session, fullscreen),
    )
    if practise:
        keep_session(practise, conclusions)
    return exit_code_after(conclusions, engine.last_words)


def guide_of(name: str) -> Guide:
    """Say what the next session of a course holds; return its feedback."""
    from formcheck.cli.practise import latest_course
    from formcheck.history.practise import next_words
    from formcheck.history.store import History
    from formcheck.live.guide import next_guide

    with History() as history:
        course, runs = latest_course(history, name)
    say(next_words(course, runs))
    return next_guide(course, runs)


def keep_session(name: str, conclusions: Conclusions) -> None:
    """Keep the longest measured run as the next session of a course."""
    from formcheck.cli.practise import latest_course
    from formcheck.history.practise import next_run, verdict_words
    from formcheck.history.store import History

    measured = [each for each in conclusions.results if each.analysis.refusal is None]
    if not measured:
        return
    longest = max(measured, key=lambda each: each.length_s).analysis
    with History() as history:
        course, runs = latest_course(history, name)
        history.put(next_run(course, runs, datetime.now().astimezone(), longest), name)
        say(verdict_words(*latest_course(history, name)))


def show(session: LiveSession, recorder: Recorder | None, until_end: Callable[[], None]) -> None:
    """Run a session while it is displayed; raise errors of its source or its recording."""
    try:
        session.start()
        with suppress(KeyboardInterrupt):  # the normal way to stop it
            until_end()
    finally:
        close(session, recorder)
    session.check()
    if recorder and recorder.failure:
        raise recorder.failure


def close(session: LiveSession, recorder: Recorder | None) -> None:
    """End the session: runs are measured as a whole, the recording is closed."""
    from formcheck.errors import Cancelled

    if session.engine.state.stage == "running":
        say("Measuring the whole run.")
    try:
        session.stop()
    except KeyboardInterrupt as stop:  # a second time
        raise Cancelled("Stopped before the whole run was measured.") from stop
    finally:
        if recorder:
            recorder.close()


def chosen_numbers(text: str) -> tuple[str, ...]:
    """Return the ids in a comma-separated text; UsageError for unknown ones or too many."""
    from formcheck.errors import UsageError
    from formcheck.metrics import METRICS

    ids = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [each for each in ids if each not in METRICS]
    if unknown or len(ids) > 3:
        raise UsageError(f"--numbers takes up to three of: {', '.join(METRICS)}.")
    return ids


def speaker() -> Speaker:
    """Return this machine's voice; if there is none, report it and continue."""
    from formcheck.live.voice import Speaker

    voice = Speaker()
    if not voice.available:
        say("This machine has no voice (on Linux: apt-get install espeak-ng). Cues stay on the screen.")
    return voice


def beat(steps_per_min: float) -> Metronome:
    """Return a metronome; if there is no player, report it and continue."""
    from formcheck.live.voice import Metronome

    found = Metronome(steps_per_min)
    if not found.audible:
        say("This machine has no sound player; the metronome can be seen but not heard.")
    return found


def show_in_window(session: LiveSession, fullscreen: bool) -> None:
    """Show the session in a window until it ends."""
    from formcheck.live.desktop import show_window

    show_window(session, fullscreen=fullscreen)


def show_page(session: LiveSession, port: int) -> None:
    """Serve the session as a page until it ends."""
    from formcheck.live.page import LivePage

    with LivePage(session, port) as page:
        say(f"Open {page.url} in a browser on this machine. Ctrl-C ends the session.")
        while not session.over:
            time.sleep(0.1)


def tell(result: Concluded) -> None:
    """Print one run's result."""
    from formcheck.cli.printing import print_analysis

    minutes, seconds = divmod(round(result.length_s), 60)
    print(f"Run {result.number}: {minutes}:{seconds:02d}")
    print_analysis(result.analysis, result.folder)
    for each in result.tiring:
        print(f"Over the run: {each.metric.replace('_', ' ')} {each.change:+.3g} {each.unit}")


def exit_code_after(conclusions: Conclusions, last_words: str) -> int:
    """Return the exit code: 0 if a run was measured, 3 if there was none."""
    measured = [each for each in conclusions.results if each.analysis.refusal is None]
    if measured:
        return 0
    if not conclusions.results:
        say(f"No run of ten seconds or more was seen. {last_words}")
    return REFUSED


def say(words: str) -> None:
    """Print a message on stderr."""
    print(words, file=sys.stderr, flush=True)
