"""What stands in the tables of a batch, and that a clip's name can do no harm there."""

import csv
import json
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes

import numpy as np
import pytest

import builders
from formcheck.batch.jobs import ClipJob, Settings
from formcheck.batch.page import index_page
from formcheck.batch.pool import Outcome
from formcheck.batch.rows import Cell, ClipRow
from formcheck.batch.table import write_tables
from formcheck.course import Amount, RunThrough, SpeedCurve, Split
from formcheck.export import to_json
from formcheck.metrics import METRICS
from formcheck.types import Runner
from formcheck.wording import number

HOSTILE = "=cmd('x')<script>alert(1)</script>\n&\".mp4"
NOT_TEXT = b"caf\xe9.mp4".decode("utf-8", "surrogateescape")


def clip(out, name, analysis):
    """Put a clip's results where a batch puts them; return its job and outcome."""
    job = ClipJob(name, f"/clips/{name}", Runner(name="Ben"), "2026-05-01", Settings(), f"clips/{name}")
    (out / job.folder).mkdir(parents=True)
    (out / job.folder / "analysis.json").write_text(json.dumps(to_json(analysis)))
    state = "refused" if analysis.refusal else "measured"
    return job, Outcome(name, "key", state, folder=job.folder)


@pytest.fixture
def out(tmp_path):
    """Four clips measured, one refused, one failed."""
    made = [
        clip(tmp_path, "side.mp4", builders.analysis(cadence=162.0)),
        clip(tmp_path, "front.mp4", builders.front_analysis()),
        clip(tmp_path, "empty.mp4", builders.refused()),
        clip(tmp_path, HOSTILE.replace("/", ""), builders.analysis(cadence=180.0)),
        clip(tmp_path, NOT_TEXT, builders.analysis(cadence=170.0)),
    ]
    made.append(
        (replace(made[0][0], name="crash.mp4"), Outcome("crash.mp4", "", "failed", "It crashed <b>."))
    )
    jobs, outcomes = [job for job, _ in made], {outcome.name: outcome for _, outcome in made}
    write_tables(jobs[::-1], outcomes, tmp_path)
    return tmp_path


def rows_of(path):
    with path.open(newline="") as file:
        return {row["clip"]: row for row in csv.DictReader(file)}


def test_every_metric_of_every_clip_has_value_interval_and_status(out):
    rows = rows_of(out / "summary.csv")
    whole = to_json(builders.analysis(cadence=162.0))["measurements"]
    assert len(rows) == 5
    for metric in METRICS:
        for part in ("value", "low", "high"):
            cell, truth = rows["side.mp4"][f"{metric}_{part}"], whole[metric][part]
            assert cell == ("" if truth is None else str(truth))
    assert rows["side.mp4"]["cadence_status"] == "within"
    assert rows["side.mp4"]["foot_strike"] in ("rearfoot", "midfoot", "forefoot", "unclear")
    assert (rows["side.mp4"]["runner"], rows["side.mp4"]["date"]) == ("Ben", "2026-05-01")
    assert (rows["front.mp4"]["view"], rows["front.mp4"]["arm_crossover_value"] == "") == ("front", False)


def test_what_is_not_measured_stays_empty_and_never_zero(out):
    refused = rows_of(out / "summary.csv")["empty.mp4"]
    assert (refused["state"], refused["refusal"]) == ("refused", "no_person")
    assert {refused[f"{metric}_value"] for metric in METRICS} == {""}


def test_failures_are_told_apart_with_their_reasons(out):
    assert rows_of(out / "failures.csv") == {"crash.mp4": {"clip": "crash.mp4", "reason": "It crashed <b>."}}


def test_rows_are_in_name_order_however_the_clips_ended(out):
    names = list(rows_of(out / "summary.csv"))
    assert [name.strip("'") for name in names] == sorted(name.strip("'") for name in names)


def test_no_name_becomes_a_formula(out):
    for table in ("summary.csv", "failures.csv"):
        for row in csv.reader((out / table).open(newline="")):
            assert not [cell for cell in row if cell[:1] in "=+@" and cell]


class Page(HTMLParser):
    """Collects a page's elements and texts."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.texts, self.titles = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in ("href", "src")]
        self.titles += [value for name, value in attributes if name == "title"]

    def handle_data(self, data):
        self.texts.append(data)


def test_the_page_lists_refusals_and_failures_apart_and_no_name_becomes_markup(out):
    page = Page((out / "index.html").read_text())
    assert page.tags.count("script") == 1
    assert page.tags.count("tr") == 1 + 4
    words = " ".join(page.texts)
    assert words.index("Refused") < words.index("No person is visible") < words.index("Failed")
    assert words.index("Failed") < words.index("It crashed <b>.")
    assert HOSTILE.replace("/", "") in words


def test_every_link_of_the_page_leads_to_a_folder_of_results(out):
    links = Page((out / "index.html").read_text()).links
    assert len(links) == 5
    for link in links:
        folder = out / unquote_to_bytes(link).decode("utf-8", "surrogateescape")
        assert folder.name == "report.html"
        assert (folder.parent / "analysis.json").is_file()


def test_a_value_stands_with_half_its_interval(out):
    measurement = builders.analysis(cadence=162.0).measurements["cadence"]
    text = (out / "index.html").read_text()
    assert f"{number(measurement.value, 1)} ±" in text or f"{number(measurement.value, 2)} ±" in text


def test_a_word_with_an_apostrophe_stays_whole_in_the_tooltip():
    cell = Cell(13.0, -1.0, 27.0, "cant_tell", False, "both", 9, "")
    row = ClipRow(
        "a.mp4", "", "", "clips/a", "measured", {"view": "side"}, "", "", {"trunk_lean": cell}, {}, ""
    )
    assert "−1 to 27 can't tell" in Page(index_page([row], [])).titles


def test_every_stretch_between_cones_has_its_line(tmp_path):
    whole = Split(0.0, 10.0, Amount(1.25, 0.01), Amount(8.0, 0.06))
    half = Split(0.0, 5.0, Amount(0.64, 0.01), Amount(7.81, 0.1))
    empty = SpeedCurve(*(np.empty(0) for _ in range(4)))
    run = RunThrough("marks", (), empty, (half, whole), *[Amount(8.0, 0.1)] * 5, note="")
    made = [
        clip(tmp_path, "sprint.mp4", replace(builders.analysis(cadence=250.0), run=run)),
        clip(tmp_path, "easy.mp4", builders.analysis(cadence=170.0)),
    ]
    write_tables([job for job, _ in made], {each.name: each for _, each in made}, tmp_path)
    with (tmp_path / "splits.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(each["clip"], each["stop_m"], each["seconds"]) for each in lines] == [
        ("sprint.mp4", "5.0", "0.64"),
        ("sprint.mp4", "10.0", "1.25"),
    ]
    assert all(
        float(each["speed_low"]) < float(each["speed_mps"]) < float(each["speed_high"]) for each in lines
    )
