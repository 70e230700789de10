"""Measure FormCheck's errors against known truth: `formcheck validate`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from formcheck.errors import UsageError
from formcheck.files.atomic import write_own_file
from formcheck.files.ownership import check_file
from formcheck.validation.criteria import Criterion, Results, coverage_misses, criteria, pooled, within_band
from formcheck.validation.cue_counts import count_cues
from formcheck.validation.cue_counts import summary as cue_summary
from formcheck.validation.labelled import Expected, LabelledClip, missing_clips, read_labels, run_labelled
from formcheck.validation.page import Report, as_json, as_markdown
from formcheck.validation.people import OnVideo, read_eye_labels, rms_z, run_people
from formcheck.validation.plates import run_plates
from formcheck.validation.population import FRAME_RATES, JUDGED_FROM, sampled_case
from formcheck.validation.rendered import RenderedClip, run_rendered
from formcheck.validation.trials import Trial, run

__all__ = ["examine", "validate"]

FAULTS_EACH = 6  # runners drawn with each fault, unless asked otherwise


def validate(
    folder: Path | None,
    out: Path | None,
    *,
    clips: int = 60,
    cues: int = FAULTS_EACH,
    as_json: bool = False,
) -> int:
    """Measure FormCheck against known truth, print a summary and write the accuracy page.

    Parameters
    ----------
    folder : Path or None
        Folder searched recursively for recordings (`.npz`, `.trc` with `.mot`), rendered clips
        (`.mp4` with `.truth.json.gz`), and `labels.json` with its clips. Missing parts are
        reported. None: synthetic runners only.
    out : Path or None
        Folder for accuracy.md and accuracy.json; None writes nothing.
    clips : int
        Number of synthetic clips at each frame rate.
    cues : int
        Number of runners drawn with each fault, for missed and false cues; 0 leaves this part out.
    as_json : bool
        Print accuracy.json instead of the summary.

    Returns
    -------
    int
        Always exit code 0: missing an acceptance criterion is a result, not a failure.
    """
    page, figures = (out / "accuracy.md", out / "accuracy.json") if out else (None, None)
    for path in filter(None, (page, figures)):
        check_file(path)
    report = examine(folder, clips, command_of(folder, out, clips, cues), cues)
    if page and figures:
        _write(page, as_markdown(report))
        _write(figures, page_json(report))
    print(page_json(report) if as_json else summary(report), end="")
    return 0


page_json = as_json


def examine(folder: Path | None, clips: int, command: str = "formcheck validate", cues: int = 0) -> Report:
    """Run every part for which there is data.

    Raises
    ------
    UsageError
        If the folder does not exist.
    """
    if folder is not None and not folder.is_dir():
        raise UsageError(
            f"There is no folder {folder}. Give one with recordings or labelled clips, or none at all."
        )
    if folder:
        read_eye_labels(folder)
        read_labels(folder)  # errors in the labels are reported before the long part
    shifted = simulate(clips, shifted=True)
    steady = simulate(-(-clips // 2), shifted=False)
    if cues:
        _say(f"Cues, {cues} runners with each fault")
    counted = count_cues(folder, cues) if cues else None
    plates, notes = run_plates(folder) if folder else ((), ())
    labelled: tuple[LabelledClip, ...] = ()
    expected: tuple[Expected, ...] = ()
    rendered: tuple[RenderedClip, ...] = ()
    people: tuple[OnVideo, ...] = ()
    if folder:
        _say("Labelled clips")
        people = run_people(folder)
        labelled, expected = run_labelled(folder)
        rendered = run_rendered(folder)
        notes = (*notes, *_absent(folder, bool(plates), bool(labelled or expected)))
    return Report(
        command, Results(shifted, steady, plates), labelled, expected, rendered, notes, people, counted
    )


def simulate(clips: int, *, shifted: bool) -> tuple[Trial, ...]:
    """Simulate and measure sampled runners at every frame rate; no sigma was fitted on any of them."""
    found = []
    for fps in FRAME_RATES:
        _say(f"{clips} synthetic clips at {fps:.0f} fps{'' if shifted else ', no bias'}")
        found += [run(sampled_case(JUDGED_FROM + number, fps, shifted=shifted)) for number in range(clips)]
    return tuple(found)


def _absent(folder: Path, plates: bool, labelled: bool) -> tuple[str, ...]:
    """Return a message for each part that has no data."""
    notes = [f"{name} is labelled, but not there." for name in missing_clips(folder)]
    if not plates:
        notes.append("No force-plate recordings (.npz, or .trc with .mot) were found.")
    if not labelled:
        notes.append("No labelled clips (labels.json with its files) were found.")
    return tuple(notes)


def command_of(folder: Path | None, out: Path | None, clips: int, cues: int) -> str:
    """Return the command that reproduces this page, without paths to private folders."""
    parts = ["formcheck", "validate"]
    parts += [folder.name] if folder else []
    parts += ["-o", out.name or "."] if out else []
    parts += ["--cues", str(cues)] if cues != FAULTS_EACH else []
    return shlex.join([*parts, "--clips", str(clips)])


def summary(report: Report) -> str:
    """Return the results in a few lines."""
    every = criteria(report.results)
    people = (
        [f"People on video, rms z of {len(report.people)} angles: {rms_z(report.people):.2f}."]
        if report.people
        else []
    )
    lines = [_line(bar) for bar in every]
    wrong = [row.metric for row in pooled(report.results.shifted) if not within_band(row)]
    misses = coverage_misses(report.results)
    met = sum(bar.met is True for bar in every)
    lines.append(f"{met} of {sum(bar.met is not None for bar in every)} criteria met.")
    lines.append(
        f"Intervals that do not hold 92 to 98 %, all frame rates together: {', '.join(wrong) or 'none'}; "
        f"metric and frame rate pairs surely outside: {len(misses)}."
    )
    lines += [
        f"{clip.name}: {clip.found} of {clip.contacts} contacts found, {clip.within_one} within a frame; "
        f"cadence {clip.cadence:.1f} (labelled {clip.cadence_labelled:.1f}){' refused: ' + clip.refusal if clip.refusal else ''}"
        for clip in report.labelled
    ]
    lines += [
        f"{e.name}: {e.seen} {'(as it should)' if e.fine else '(NOT as it should)'}" for e in report.expected
    ]
    cues = [cue_summary(report.cues)] if report.cues else []
    return "\n".join([*people, *lines, *cues, *report.notes]) + "\n"


def _line(bar: Criterion) -> str:
    mark = {True: "met   ", False: "MISSED", None: "-     "}[bar.met]
    return f"{mark} {bar.name} ({bar.where}): {bar.figure:.2f}, bar {'>=' if bar.at_least else '<'} {bar.limit:g} {bar.unit}"


def _say(text: str) -> None:
    print(f"{text} ...", file=sys.stderr, flush=True)


def _write(path: Path, text: str) -> None:
    with write_own_file(path) as file:
        file.write(text.encode())
