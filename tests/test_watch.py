"""A watch's record: what the names mean is settled, and what is no run is refused."""

from __future__ import annotations

import csv
import io
import sys
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fit_files
from formcheck.errors import FormCheckError, MissingLibrary, UnreadableInput
from formcheck.history.watch import read_watch, read_watch_file
from formcheck.wording import not_allowed

DAY = datetime(2026, 3, 1, 7, 0, tzinfo=UTC)
fitdecode = pytest.importorskip("fitdecode")


def only(data, name="run.fit"):
    """Return the one run in a file."""
    (run,) = read_watch(data, name, DAY)
    return run


def table(headers, rows, delimiter=","):
    """Return a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([headers, *rows])
    return text.getvalue().encode()


def test_a_fit_run_comes_back_in_the_units_of_the_video():
    run = only(fit_files.run(steps_per_min=165.0, speed=3.0))
    assert run.when == DAY
    assert run.distance_km == pytest.approx(0.9)
    assert run.minutes == pytest.approx(5.0)
    found = {id: (each.value, each.unit) for id, each in run.values.items()}
    assert found["cadence"] == (165.0, "steps/min")
    assert found["ground_contact_time"] == (251.0, "ms")
    assert found["vertical_oscillation"] == (pytest.approx(8.77), "cm")
    assert found["step_length"] == (pytest.approx(60 * 3.0 / 165, abs=1e-3), "m")
    assert found["vertical_ratio"] == (pytest.approx(7.9), "%")


def test_the_fraction_of_cadence_is_not_lost():
    """79 and a half strides of one foot are 159 steps, not 158 (Garmin's own reading)."""
    assert only(fit_files.run(steps_per_min=159.0)).values["cadence"].value == 159.0


@pytest.mark.parametrize("steps", [140.0, 166.0, 190.0, 210.0])
def test_cadence_is_of_both_feet_whichever_way_it_was_counted(steps):
    for one_foot in (True, False):
        run = only(fit_files.run(steps_per_min=steps, one_foot=one_foot))
        assert run.values["cadence"].value == pytest.approx(steps, abs=0.02)
        assert any("doubled" in note for note in run.notes) == one_foot


def test_walking_breaks_do_not_pull_the_values_down():
    run = only(fit_files.run(seconds=300, walk_s=100, steps_per_min=166.0))
    assert run.values["cadence"].value == 166.0
    assert run.values["cadence"].n == 200


def test_a_stride_of_two_steps_is_halved_and_said():
    run = only(fit_files.run(steps_per_min=160.0, speed=3.0, step_length=2250.0))
    assert run.values["step_length"].value == pytest.approx(60 * 3.0 / 160, abs=1e-3)
    assert any("halved" in note for note in run.notes)


def test_a_step_length_that_fits_no_speed_is_left_out_and_said():
    run = only(fit_files.run(steps_per_min=160.0, speed=3.0, step_length=400.0))
    assert "step_length" not in run.values
    assert any("left out" in note for note in run.notes)


def test_what_the_watch_did_not_record_is_missing_not_zero():
    run = only(fit_files.run(stance_time=None, vertical_oscillation=0.0))
    assert "ground_contact_time" not in run.values and "vertical_oscillation" not in run.values
    assert "cadence" in run.values


def test_a_file_with_a_summary_alone_is_read():
    whole = {
        "timestamp": fit_files.at(DAY), "start_time": fit_files.at(DAY), "sport": 1, "avg_cadence": 82,
        "avg_fractional_cadence": 0.5, "avg_stance_time": 260.0, "avg_vertical_oscillation": 90.0,
        "avg_step_length": 1100.0, "total_distance": 8000.0, "total_timer_time": 2700,
    }  # fmt: skip
    run = only(fit_files.fit_file([(fit_files.SESSION, whole)]))
    assert run.values["cadence"].value == 165.0
    assert run.values["ground_contact_time"].value == 260.0
    assert run.distance_km == 8.0


def test_a_bicycle_ride_is_not_a_run():
    """Pedalling at 85 a minute doubled would be a runner's cadence."""
    with pytest.raises(UnreadableInput, match="cycling"):
        only(fit_files.run(sport=2, steps_per_min=170.0))


def test_a_walk_is_not_a_run():
    with pytest.raises(UnreadableInput, match="not that of running"):
        only(fit_files.run(steps_per_min=112.0, speed=1.4, sport=11))


GARMIN_LAPS = (
    "Laps", "Time", "Distance", "Avg Pace", "Avg Run Cadence", "Max Run Cadence", "Avg Ground Contact Time",
    "Avg GCT Balance", "Avg Stride Length", "Avg Vertical Oscillation", "Avg Vertical Ratio",
)  # fmt: skip


def test_a_lap_table_with_its_summary_row():
    rows = [
        (k, "5:30", "1.00", "5:30", 164, 244, 262, "50.1% L / 49.9% R", 1.11, 9.1, 8.2) for k in range(1, 6)
    ]
    rows.append(("Summary", "27:30", "5.00", "5:30", 999, 999, 999, "--", 9.99, 99, 99))
    run = only(table(GARMIN_LAPS, rows), "laps.csv")
    assert {id: each.value for id, each in run.values.items()} == {
        "cadence": 164, "ground_contact_time": 262, "step_length": 1.11, "vertical_oscillation": 9.1, "vertical_ratio": 8.2,
    }  # fmt: skip
    assert run.minutes == pytest.approx(27.5)
    assert run.distance_km == pytest.approx(5.0)  # no unit told: km, by cadence, step length and time


@pytest.mark.parametrize(
    ("headers", "row", "delimiter"),
    [
        (
            ("Cadence (spm)", "Ground Time (ms)", "Vertical Oscillation (mm)", "Stride Length (m)"),
            (164, 262, 91, 1.11),
            ",",
        ),
        (
            ("cadence_rpm", "stance_time_ms", "vertical_oscillation_cm", "step_length_mm"),
            (82, 262, 9.1, 1110),
            ",",
        ),
        (("Cadence", "GCT", "Vert. Osc.", "Step length [cm]"), ("164,0", "262", "9,1", "111,0"), ";"),
        (
            ("cadence", "groundContactTime", "verticalOscillation", "strideLength"),
            (164, 0.262, 0.091, 1.11),
            "\t",
        ),
    ],
)
def test_units_are_told_by_size_whatever_the_headings_say(headers, row, delimiter):
    run = only(table(headers, [row] * 30, delimiter), "run.csv")
    for metric, value in (
        ("cadence", 164), ("ground_contact_time", 262), ("vertical_oscillation", 9.1), ("step_length", 1.11),
    ):  # fmt: skip
        assert run.values[metric].value == pytest.approx(value), metric


def test_a_list_of_activities_gives_each_run_and_only_runs():
    headers = (
        "Activity Type",
        "Date",
        "Title",
        "Distance",
        "Time",
        "Avg Run Cadence",
        "Avg Pace",
        "Avg Stride Length",
    )
    rows = [
        ("Running", "2026-05-10 10:35:22", "Home", "8.16", "00:45:03", "163", "5:31", "1.12"),
        (
            "Trail Running",
            "2026-05-12 18:00:00",
            "Woods, and back",
            "10.00",
            "01:00:00",
            "160",
            "6:00",
            "1.04",
        ),
        ("Cycling", "2026-05-13 10:00:00", "Ride", "30.00", "01:00:00", "85", "--", "--"),
        ("Running", "2026-05-14 10:00:00", "Miles", "5.07", "00:45:03", "163", "8:53", "1.12"),
        ("Yoga", "2026-05-15 10:00:00", "Calm", "0.00", "00:30:00", "--", "--", "--"),
    ]
    runs = read_watch(table(headers, rows), "Activities.csv", DAY)
    assert [round(run.distance_km, 2) for run in runs] == [8.16, 10.0, round(5.07 * 1.609344, 2)]
    assert [run.when.day for run in runs] == [10, 12, 14]
    assert len({run.key for run in runs}) == 3
    assert all(abs(run.values["step_length"].value - 1.08) < 0.05 for run in runs)


def test_csv_and_fit_of_one_run_agree():
    """What the FIT file says, written as a table by hand and read back."""
    one = only(fit_files.run(steps_per_min=166.0, speed=3.0))
    names = {"cadence": "Cadence (spm)", "ground_contact_time": "Ground contact time (ms)"}
    names |= {"vertical_oscillation": "Vertical oscillation (cm)", "step_length": "Step length (m)"}
    row = [one.values[metric].value for metric in names]
    other = only(table([*names.values(), "Speed (m/s)"], [[*row, 3.0]] * 300), "run.csv")
    for metric in names:
        assert other.values[metric].value == pytest.approx(one.values[metric].value)
    assert not other.notes


FOREIGN = {
    "empty": b"",
    "blank": b" \n\n ",
    "text": b"Dear diary, today I ran.\nIt was nice.\n",
    "gpx": b"<?xml version='1.0'?><gpx></gpx>",
    "zip": b"PK\x03\x04" + bytes(99),
    "json": b'{"format": "formcheck-analysis"}',
    "jpeg": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9,
    "mp4": b"\0\0\0\x18ftypmp42" + bytes(999),
    "no cadence": b"Date,Heart rate\n2026-05-01,150\n",
    "headings": b"Cadence,Speed\n",
    "words": b"Cadence\nfast\nslow\n",
    "cut header": b"\x0e\x20\x54\x08\x00\x00\x00\x00.FIT",
    "endless": b"Cadence\n" + b"170\n" * 6_000_000,
    "another's": b"Cadence;x\n" + b'"' * 300_000,
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_file_is_refused_in_one_clear_sentence(kind):
    with pytest.raises(UnreadableInput) as told:
        read_watch(FOREIGN[kind], "file.bin", DAY)
    words = str(told.value)
    assert words.startswith("file.bin") and words.endswith(".") and "\n" not in words
    assert not not_allowed(words)


WHOLE = fit_files.run(seconds=20)


def test_a_fit_file_cut_anywhere_is_called_damaged():
    for length in range(12, len(WHOLE), 37):
        with pytest.raises(UnreadableInput, match="damaged|neither|empty|text"):
            read_watch(WHOLE[:length], "run.fit", DAY)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255), st.booleans())
def test_a_fit_file_with_a_changed_byte_is_refused_or_read_never_a_crash(place, change, mended):
    data = bytearray(WHOLE)
    data[place] ^= change
    if mended:  # the checksum fits: what is inside is nonsense all the same
        data[-2:] = fit_files.crc(bytes(data[:-2])).to_bytes(2, "little")
    try:
        runs = read_watch(bytes(data), "run.fit", DAY)
    except FormCheckError as error:
        assert "\n" not in str(error)
    else:
        assert all(each.low <= each.value <= each.high for run in runs for each in run.values.values())


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_refused_or_read_never_a_crash(data):
    for head in (b"", b"Cadence,Stride Length,Speed,Date\n", b"\x0e\x20\x54\x08\x09\0\0\0.FIT"):
        try:
            read_watch(head + data, "run.csv", DAY)
        except FormCheckError as error:
            assert "\n" not in str(error)


def test_without_the_library_the_way_out_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "fitdecode", None)
    with pytest.raises(MissingLibrary, match="CSV"):
        read_watch(WHOLE, "run.fit", DAY)


def test_a_file_on_disk_is_dated_by_itself_or_else_by_the_file(tmp_path):
    (tmp_path / "run.fit").write_bytes(WHOLE)
    (tmp_path / "run.csv").write_bytes(table(("Cadence",), [(170,)] * 9))
    assert read_watch_file(tmp_path / "run.fit")[0].when == DAY
    assert abs((read_watch_file(tmp_path / "run.csv")[0].when - datetime.now(UTC)).total_seconds()) < 100
    with pytest.raises(UnreadableInput, match="cannot be read"):
        read_watch_file(tmp_path / "none.fit")


def test_the_spread_of_a_run_is_its_middle_eighty_per_cent():
    rows = [(cadence,) for cadence in np.linspace(160, 180, 201)]
    cadence = only(table(("Cadence",), rows), "run.csv").values["cadence"]
    assert (cadence.low, cadence.value, cadence.high) == pytest.approx((162, 170, 178))
