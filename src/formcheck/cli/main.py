"""The command line. Exit codes: 0 measured · 1 some clips failed · 2 wrong usage · 3 refused · 4 unreadable · 130 interrupted."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.cli.options import (
    Backend,
    CaptureFps,
    Height,
    Json,
    Mass,
    Model,
    ModelChoice,
    PrecisionChoice,
    PrecisionName,
    Scale,
    SettingChoice,
    SettingName,
    Speed,
    StandingClip,
    Vertical,
    Video,
    ViewChoice,
    ViewName,
    edge_of,
    runner_of,
)
from formcheck.errors import FormCheckError, MissingLibrary

if TYPE_CHECKING:
    from formcheck.types import Analysis

WRONG_USAGE, REFUSED, INTERRUPTED = 2, 3, 130
STOPPED = "stopped; nothing half-written is left."


def leave_with(code: int | None) -> None:
    """Make a command's return value the exit code."""
    raise typer.Exit(code or 0)


app = typer.Typer(
    result_callback=leave_with,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Measures running form from ordinary video and says what to work on, with its own uncertainty.",
)


@app.command("analyze")
def analyze_command(
    video: Video,
    out: Annotated[Path, typer.Option("-o", "--out", help="Where the results go.")] = Path("results"),
    view: ViewChoice = ViewName.auto,
    setting: SettingChoice = SettingName.auto,
    height: Height = None,
    mass: Mass = None,
    speed: Speed = None,
    capture_fps: CaptureFps = None,
    scale: Scale = None,
    model: ModelChoice = Model.best,
    backend: Backend = "blazepose",
    precision: PrecisionChoice = PrecisionName.fp32,
    vertical: Vertical = None,
    standing: StandingClip = None,
    no_video: Annotated[bool, typer.Option("--no-video", help="Do not write the annotated video.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write report.pdf as well.")] = False,
    json: Json = False,
) -> int:
    """Measure one video and write its results beside each other."""
    import cv2

    from formcheck.cli import printing
    from formcheck.export import to_json_text, write_results
    from formcheck.files.places import results_folder
    from formcheck.marks import marks_from_text
    from formcheck.pipeline import analyze

    marks = None if scale is None else marks_from_text(scale)

    folder = results_folder(out, video)  # before a minute of measuring
    cv2.setNumThreads(1)  # its threads wait in a busy loop, and every core is already in use
    with printing.progress_bar() as show:
        analysis = analyze(
            video, runner_of(height, mass, speed), view=view.value, setting=setting.value, capture_fps=capture_fps,
            marks=marks, vertical=edge_of(vertical), standing=standing, model=model.value, backend=backend,
            precision=precision.value, progress=show,
        )  # fmt: skip
        write_results(analysis, video, folder, video=not no_video, pdf=pdf, progress=show)
    if json:
        sys.stdout.write(to_json_text(analysis))
    else:
        printing.print_analysis(analysis, folder)
    return exit_code_of(analysis)


def exit_code_of(analysis: Analysis) -> int:
    """Return 0 for a measured clip, 3 for a refused one."""
    return REFUSED if analysis.refusal else 0


@app.command("compare")
def compare_command(
    before: Annotated[Path, typer.Argument(help="analysis.json, or its folder, of the earlier clip.")],
    after: Annotated[Path, typer.Argument(help="analysis.json, or its folder, of the later clip.")],
    same_camera: Annotated[
        bool,
        typer.Option("--same-camera", help="The camera stood untouched between the clips: its tilt cancels."),
    ] = False,
) -> int:
    """Show which changes between two analyses are real."""
    from formcheck.cli import printing
    from formcheck.export import load
    from formcheck.metrics.compare import compare

    earlier, later = load(before), load(after)
    printing.print_differences(compare(earlier, later, same_camera=same_camera))
    printing.print_runs_compared(earlier.run, later.run)
    return 0


@app.command("app")
def app_command(
    port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 8501,
    phone: Annotated[
        bool, typer.Option("--phone", help="Let phones in the same network in, each with a one-time code.")
    ] = False,
    https: Annotated[
        bool, typer.Option("--https", help="With --phone: encrypt; a phone's browser needs it for Live.")
    ] = False,
    address: Annotated[
        str, typer.Option(help="With --phone: this machine's address in the network, if it has several.")
    ] = "",
) -> int:
    """Open the Streamlit app in the browser; with --phone, a phone may use it too."""
    from formcheck.errors import UsageError
    from formcheck.ui.launch import PhoneOptions, run_app

    if (https or address) and not phone:
        raise UsageError("--https and --address say how a phone reaches the app; add --phone.")
    return run_app(port, PhoneOptions(address, https) if phone else None)


@app.command("models")
def models_command() -> int:
    """List the models that are installed, with licence and checksum."""
    from formcheck.cli import printing
    from formcheck.weights import installed_models

    printing.print_models(installed_models())
    return 0


@app.command("doctor")
def doctor_command() -> int:
    """Check what works on this machine: libraries, models, back-ends."""
    from formcheck.cli.doctor import examine
    from formcheck.cli.printing import print_checks

    checks = examine()
    print_checks(checks)
    return 0 if all(check.fine for check in checks if check.needed) else 4


@app.command("validate")
def validate_command(
    folder: Annotated[Path | None, typer.Argument(help="A folder of recordings and labelled clips.")] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Write accuracy.md and accuracy.json here.")
    ] = None,
    clips: Annotated[int, typer.Option(help="Synthetic clips per frame rate.", min=0, max=2000)] = 60,
    cues: Annotated[
        int,
        typer.Option(
            help="Runners drawn with each fault, for missed and false cues; 0: none.", min=0, max=200
        ),
    ] = 6,
    json: Annotated[
        bool, typer.Option("--json", help="Print accuracy.json on stdout and nothing else.")
    ] = False,
) -> int:
    """Measure FormCheck's own errors against known truth."""
    from formcheck.validation import validate

    return validate(folder, out, clips=clips, cues=cues, as_json=json)


for module in ("training", "plan", "history", "practise", "export", "batch", "merge", "live"):
    import_module(f"formcheck.cli.{module}").register(app)


def main() -> None:
    """Run the command line; every failure is a sentence and an exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run with these arguments and return the exit code."""
    try:
        typer.main.get_command(app).main(arguments, prog_name="formcheck")
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            _say(STOPPED)
        return stop.code if isinstance(stop.code, int) else WRONG_USAGE
    except Exception as error:
        if _was_stopped(error):
            _say(STOPPED)
            return INTERRUPTED
        if os.environ.get("FORMCHECK_TRACEBACK"):
            raise
        known = _known(error)
        _say(str(known))
        return known.exit_code
    return 0


def _was_stopped(error: BaseException | None) -> bool:
    """Return whether Ctrl-C caused an error: an interrupted import only reports a failure to load."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _known(error: Exception) -> FormCheckError:
    """Return an error as one of our own error types."""
    if isinstance(error, FormCheckError):
        return error
    if isinstance(error, ImportError):
        return MissingLibrary.because(error.name or "A library", error)
    if isinstance(error, MemoryError):
        return FormCheckError(
            "There is not enough memory for this clip. Export it smaller, or cut it shorter."
        )
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return FormCheckError(f"{where}{error.strerror}. Nothing half-written is left.")
    return FormCheckError(
        f"an unexpected fault stopped it ({type(error).__name__}: {error}). Please report it; "
        "with FORMCHECK_TRACEBACK=1 it tells where."
    )


def _say(sentence: str) -> None:
    print(f"formcheck: {sentence}", file=sys.stderr)
