"""Hundreds of broken files of every kind but video: read, or refused in one sentence; no other file is opened."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from concurrent.futures import TimeoutError
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from pebble import ProcessExpired, ProcessPool

import builders
import fit_files
from formcheck.errors import FormCheckError
from formcheck.export import load, to_json_text
from formcheck.export.tables import keypoints_text
from formcheck.history.store import History
from formcheck.history.watch import read_activities_file
from formcheck.mocap.recordings import SimulatedView, film, read_recording
from formcheck.report import Pictures, content, page
from formcheck.validation.labelled import read_labels
from fuzzing import BINARY, TEXT, broken_files
from opened_files import available, opened_in
from test_recordings import straight_legs
from test_storage import filled
from test_watch_lists import STRAVA, garmin
from test_wrong_types import LABELS

SEED = 20261129
PATIENCE_S = 20
EACH = 60
DAY = datetime(2026, 3, 1, 7, 0, tzinfo=UTC)
MARKERS = ("ASI", "PSI", "LFC", "LMAL", "CAL", "TOE")  # of the marker set "bmc", right and left


def trc() -> bytes:
    """Return a marker table of somebody gliding along."""
    names = [f"{side}{marker}" for side in "RL" for marker in MARKERS]
    time = np.arange(0, 2, 0.01)
    at = {
        "ASI": (100, 950),
        "PSI": (-80, 960),
        "LFC": (20, 500),
        "LMAL": (0, 100),
        "CAL": (-50, 20),
        "TOE": (150, 20),
    }
    rows = []
    for k, each in enumerate(time):
        cells = [
            cell
            for name in names
            for cell in (at[name[1:]][0] + 3 * k, at[name[1:]][1], 90 * (name[0] == "R"))
        ]
        rows.append("\t".join(map(str, (k + 1, each, *cells))))
    heads = ("PathFileType\t4", "DataRate\tUnits", f"100\t100\t200\t{len(names)}\tmm",
             "Frame#\tTime\t" + "\t\t\t".join(names), "\t\tX1\tY1\tZ1")  # fmt: skip
    return "\n".join([*heads, *rows, ""]).encode()


def mot() -> bytes:
    """Return the forces beside it: each foot on the ground twice."""
    time = np.arange(0, 2, 0.005)
    right, left = (800 * np.maximum(0, np.sin(np.pi * (time + shift) / 0.5)) for shift in (0.0, 0.5))
    rows = "\n".join(f"{a:.3f} {b:.2f} {c:.2f}" for a, b, c in zip(time, right, left))
    return f"forces\nendheader\ntime R_ground_force_vy L_ground_force_vy\n{rows}\n".encode()


def npz(folder: Path) -> bytes:
    made = straight_legs()
    np.savez(
        folder / "whole.npz", xy=np.round(1e4 * made.legs).astype(np.int16), rate_hz=100.0, speed_mps=1.0,
        events_left=made.left, events_right=made.right,
    )  # fmt: skip
    return (folder / "whole.npz").read_bytes()


def exported(folder: Path) -> bytes:
    with History(filled(folder / "own" / "history.sqlite")) as history:
        return history.export("Ada").encode()


def triathlon() -> bytes:
    sports = (fit_files.SWIMMING, fit_files.CYCLING, fit_files.RUNNING)
    legs = [fit_files.leg(DAY.replace(minute=5 * k), sport, seconds=60) for k, sport in enumerate(sports)]
    return fit_files.fit_file([fit_files.begun(DAY), *(message for leg in legs for message in leg)])


def use_recording(path: Path) -> None:
    film(read_recording(path), SimulatedView(30.0, seconds=2.0), np.random.default_rng(0))


def use_history(path: Path) -> None:
    with History(path.parent.with_name(f"{path.parent.name}-new") / "history.sqlite") as history:
        history.take_in(path.read_bytes().decode("utf-8", "replace"), "Ada")
        history.sessions("Ada")


def use_analysis(path: Path) -> None:
    page(content(load(path), Pictures()))


KINDS: dict[str, tuple[Callable[[Path], bytes], Callable[[Path], object], str, bool]] = {
    # what is broken: how it is made, who reads it, its name, whether it is text
    "FIT": (lambda _: fit_files.run(seconds=60), read_activities_file, "run.fit", False),
    "FIT of a triathlon": (lambda _: triathlon(), read_activities_file, "run.fit", False),
    "list in German": (lambda _: garmin("German", delimiter=";", comma=True).encode(), read_activities_file, "a.csv", True),
    "list of Strava": (lambda _: STRAVA.format("10.01").encode(), read_activities_file, "a.csv", True),
    "analysis": (lambda _: to_json_text(builders.analysis()).encode(), use_analysis, "analysis.json", True),
    "keypoints": (lambda _: keypoints_text(builders.analysis().track).encode(), use_analysis, "keypoints.csv", True),
    "history": (exported, use_history, "history.json", True),
    "labels": (lambda _: repr(LABELS).replace("'", '"').replace("None", "null").encode(),
               lambda path: read_labels(path.parent), "labels.json", True),
    "markers": (lambda _: trc(), use_recording, "run.trc", True),
    "forces": (lambda _: mot(), use_recording, "run.mot", True),
    "recording": (npz, use_recording, "run.npz", False),
}  # fmt: skip
ITS_NEIGHBOURS = {
    "run.trc": {"run.mot": mot},
    "run.mot": {"run.trc": trc},
    "keypoints.csv": {"analysis.json": lambda: to_json_text(builders.analysis()).encode()},
}
READ_THROUGH = {
    "run.mot": "run.trc",
    "keypoints.csv": "analysis.json",
}  # opened by the file that belongs to it


def corpus(folder: Path, kind: str, count: int) -> list[Path]:
    """Write broken files, each in a folder of its own beside what belongs to it and a file it must not open."""
    made, _, name, text = KINDS[kind]
    scratch = folder / "scratch"
    scratch.mkdir(parents=True)
    paths = []
    for broken in broken_files(made(scratch), count, SEED, TEXT if text else BINARY):
        place = folder / broken.name
        place.mkdir()
        (place / "victim.txt").write_text("nobody's business")
        for neighbour, content_of in ITS_NEIGHBOURS.get(name, {}).items():
            (place / neighbour).write_bytes(content_of())
        (place / name).write_bytes(broken.data)
        paths.append(place / name)
    return paths


def outcome(kind: str, path: Path) -> str:
    """Read a file in the way its kind is read; "read", "refused", or what went wrong."""
    reader = KINDS[kind][1]
    try:
        with opened_in(path.parent) as found:
            said = _outcome(reader, path.with_name(READ_THROUGH.get(path.name, path.name)))
    except OSError as error:
        return f"could not be watched: {error}"
    allowed = {path.name, *ITS_NEIGHBOURS.get(path.name, {})}
    others = {each.name for each in found} - allowed
    return f"{said}, and opened {others}" if others else said


def _outcome(reader: Callable[[Path], object], path: Path) -> str:
    try:
        reader(path)
        return "read"
    except FormCheckError as error:
        words = str(error)
        return "refused" if "\n" not in words and "Traceback" not in words else f"no sentence: {words}"
    except Exception:  # noqa: BLE001  a crash is what is looked for
        return traceback.format_exc()


def judged(folder: Path, kind: str, count: int) -> dict[str, str]:
    """Read a corpus and check every outcome; return them."""
    found = {}
    with ProcessPool(max_workers=1) as pool:
        futures = {
            path: pool.schedule(outcome, args=[kind, path], timeout=PATIENCE_S)
            for path in corpus(folder, kind, count)
        }
        for path, future in futures.items():
            try:
                found[path.parent.name] = future.result()
            except TimeoutError:
                found[path.parent.name] = f"still not done after {PATIENCE_S} s"
            except ProcessExpired as error:
                found[path.parent.name] = f"the process died: {error}"
    wrong = {name: said for name, said in found.items() if said not in ("read", "refused")}
    assert not wrong, "\n".join(f"{name}: {said}" for name, said in wrong.items())
    return found


pytestmark = pytest.mark.skipif(not available, reason="which files are opened is asked of Linux")


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_file_is_read(tmp_path, kind):
    made, _, name, _ = KINDS[kind]
    for neighbour, content_of in ITS_NEIGHBOURS.get(name, {}).items():
        (tmp_path / neighbour).write_bytes(content_of())
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (tmp_path / name).write_bytes(made(scratch))
    assert outcome(kind, tmp_path / name) == "read"


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_broken_files_are_read_or_refused(tmp_path, kind):
    assert len(judged(tmp_path, kind, 10)) == 10


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_many_broken_files_are_read_or_refused(tmp_path, kind):
    found = judged(tmp_path, kind, EACH)
    assert len(found) == EACH
    assert "refused" in found.values(), "nothing was really broken"
