"""The report says everything the analysis knows, opens anywhere, and asks nothing of anyone."""

import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

import builders
from formcheck.coaching import to_try
from formcheck.coaching.summary import AGAIN, summary
from formcheck.course import Amount, RunThrough, SpeedCurve, Split
from formcheck.draw import take_pictures
from formcheck.export.results import pictures
from formcheck.report import Pictures, content, page
from formcheck.report.drawings import SETUPS, panels
from formcheck.report.paper import paper
from formcheck.report.paper_run import paper_run
from formcheck.report.paper_svg import DRAWING, PLOT, place_svg
from formcheck.report.plots import FEWEST, contact_bars, step_plots, stride_plots
from formcheck.report.rows import groups
from formcheck.report.runs import run_sheets
from formcheck.report.sheets import Paper
from formcheck.report.svg import contact_strip, round_ticks, step_plot, stride_plot, tick_text
from formcheck.types import Measurement, Runner
from formcheck.wording import CALM, interval_text, not_allowed, value_text


class Reader(HTMLParser):
    """Collects words, tags, addresses and ids of a page."""

    def __init__(self, text):
        super().__init__()
        self.words, self.tags, self.addresses, self.ids, self.open = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append(tag)
        self.addresses += [found[name] for name in ("src", "href", "action", "poster") if name in found]
        self.ids += [found["id"]] if "id" in found else []
        if tag == "style":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open and tag == self.open[-1]:
            self.open.pop()

    def handle_data(self, data):
        if not self.open:
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def made():
    return builders.analysis(fps=60.0)


@pytest.fixture(scope="module")
def told(made):
    return content(made, pictures(take_pictures(made, builders.frames(made))))


@pytest.fixture(scope="module")
def read(told):
    return Reader(page(told))


def test_nothing_is_fetched_and_nothing_runs(told, read):
    assert all(address.startswith("data:image/jpeg") for address in read.addresses)
    assert not {"script", "iframe", "link", "object", "embed", "form"} & set(read.tags)
    assert "default-src 'none'" in page(told)
    assert not re.search(r"url\(|@import|https?:", page(told))


def test_what_stands_out_comes_first(made, read):
    assert read.ids[0] == "cues"
    assert read.ids.index("scorecard") < read.ids.index("keyframes") < read.ids.index("steps")
    first = read.text.index(made.praise[0])
    assert first < read.text.index(made.cues[0].say) < read.text.index("All measurements")


def test_every_value_stands_with_its_interval(made, read):
    measured = [each for each in made.measurements.values() if each.measured]
    assert len(measured) > 20
    for each in measured:
        assert value_text(each) in read.text and interval_text(each) in read.text


def test_every_metric_without_a_value_says_why(made, read):
    reasons = {each.why_missing for each in made.measurements.values() if not each.measured}
    assert reasons
    for reason in reasons:
        assert re.sub(r" \(--[a-z-]+\)", "", reason)[1:] in read.text


def test_each_cue_has_picture_drill_and_caveat(made, told, read):
    for cue, card in zip(made.cues, told.cards):
        assert card.picture and card.picture[:2] == b"\xff\xd8"
        assert cue.caveat in read.text and card.drill in read.text


def test_a_hostile_name_is_only_a_name():
    name = "<script>alert(1)</script>\"'&.mp4"
    read = Reader(page(content(builders.analysis(name=name), Pictures())))
    assert "script" not in read.tags
    assert name in read.text


def test_the_words_keep_the_rules(read):
    assert not_allowed(read.text) == ()


def test_a_refused_clip_gets_help_and_no_numbers():
    refused = builders.refused()
    read = Reader(page(content(refused, pictures(take_pictures(refused, builders.frames(refused))))))
    assert refused.refusal.reason in read.text and refused.refusal.how_to_film in read.text
    assert read.ids == ["refusal"]
    assert "svg" in read.tags and read.tags.count("img") == 1
    assert "steps/min" not in read.text


def test_a_refusal_keeps_what_is_safe_to_tell(made):
    """Filmed at an angle: rhythm stays, and only what was measured is listed."""
    kept = {name: each for name, each in made.measurements.items() if name == "cadence"}
    scene = replace(made.scene, refusal=builders.refused().refusal)
    read = Reader(page(content(replace(made, scene=scene, measurements=kept, cues=()), Pictures())))
    assert value_text(kept["cadence"]) in read.text


def test_a_front_view_without_steps_is_a_whole_page_too():
    read = Reader(page(content(builders.front_analysis(), Pictures())))
    assert "steps" not in read.ids and "scorecard" in read.ids


def test_a_dot_for_every_step_measured(made):
    for plot, name in zip(step_plots(made), (n for n, m in made.measurements.items() if m.measured and len(m.samples) >= FEWEST)):  # fmt: skip
        assert len(plot.dots) == np.isfinite(made.measurements[name].samples).sum()


def test_contact_times_are_told_by_foot(made):
    plot = next(plot for plot in step_plots(made) if plot.title == "Time on the ground")
    assert {dot.side for dot in plot.dots} == {"left", "right"}


def test_a_value_off_the_scale_is_hollow_not_hidden(made):
    values = (10.0,) * 60 + (500.0,)
    odd = Measurement(
        "ground_contact_time", "ms", 10.0, 9.0, 11.0, 61, times=tuple(range(61)), samples=values
    )
    (plot,) = step_plots(replace(made, measurements={"ground_contact_time": odd}))
    drawn = step_plot(plot, 61.0, "left")
    assert drawn.count("<circle") == 61 and drawn.count("beyond") == 1


def test_noise_far_below_the_uncertainty_looks_small(made):
    """Values that differ by a hundredth of the interval fill a small part of the scale."""
    calm = Measurement("shoulder_shrug", "ratio", 0.42, 0.35, 0.49, 40, times=(1, 2, 3, 4, 5), samples=(0.42, 0.421, 0.42, 0.4195, 0.42))  # fmt: skip
    (plot,) = step_plots(replace(made, measurements={"shoulder_shrug": calm}))
    assert plot.low <= 0.35 and plot.high >= 0.49


def test_a_curve_that_never_changes_has_ticks_that_can_be_read():
    (elbow,) = (plot for plot in stride_plots(builders.analysis(fps=60)) if plot.title == "Elbow")
    assert np.ptp(elbow.lines[0].mean) < 1e-6  # the schematic runner holds it still
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", stride_plot(elbow))
    ticks = [text for text in texts if text[0].isdigit()]
    assert ticks and all(len(text) <= len("90.05") for text in ticks)


def test_the_average_stride_is_the_runners(made):
    """A trunk that leans 6 degrees all the time, a knee that bends 45 ± 35 degrees."""
    plots = {plot.title: plot for plot in stride_plots(made)}
    assert np.allclose(plots["Forward lean"].lines[0].mean, 6.0, atol=0.5)
    knee = plots["Knee bend"]
    assert {line.side for line in knee.lines} == {"left", "right"}
    for line in knee.lines:
        assert abs(line.mean.max() - 80) < 3 and abs(line.mean.min() - 10) < 3
        assert line.toe_off == pytest.approx(0.34, abs=0.02)
        assert line.spread.max() < 2


def test_slow_motion_is_plotted_on_the_clips_clock(made):
    slow = replace(made, scene=replace(made.scene, slow_motion_factor=4.0))
    assert contact_bars(slow)[3].start == pytest.approx(4 * contact_bars(made)[3].start)


@pytest.mark.parametrize(("low", "high"), [(2.1, 8.3), (-43, 17), (0.12, 0.31), (150, 320), (-0.01, 0.02)])
def test_scales_have_a_few_round_numbers(low, high):
    ticks = round_ticks(low, high)
    assert 2 <= len(ticks) <= 7 and all(low <= tick <= high for tick in ticks)
    assert len({tick_text(tick, ticks) for tick in ticks}) == len(ticks)


def test_a_range_lies_where_its_numbers_are(made):
    """Rows of the scorecard: a value inside the range is drawn inside it."""
    rows = [row for group in groups(made.measurements) for row in group.rows]
    inside = [row.bar for row in rows if row.bar and "inside" in row.state]
    assert len(inside) >= 5
    assert all(bar.band[0] <= bar.value <= bar.band[1] for bar in inside)


def test_a_stated_speed_chooses_the_range():
    """A stated speed chooses the range, and the place among the runners at that speed is told."""
    known = builders.analysis(runner=Runner(height_m=1.90, speed_mps=2.7))
    unknown = builders.analysis(runner=Runner())
    words = [Reader(page(content(each, Pictures()))).text for each in (known, unknown)]
    assert "healthy runners at 2.7 m/s" in words[0] and "healthy runners have a lower value" in words[0]
    assert "healthy runners at 2.7 m/s" not in words[1]
    assert "The article's advice is 170 to 180 steps/min" in words[0]


def test_paper_holds_all_of_it(told):
    file = paper(told)
    assert file[:5] == b"%PDF-"
    assert file.count(b"/Subtype /Image") >= len(told.keys) + len(told.cards)
    assert b"DejaVu" in file


def plots_of(told):
    strip = contact_strip(told.timeline, told.timeline_s, told.cadence)
    steps = [step_plot(plot, told.seconds, told.near) for plot in told.step_plots]
    return [strip, *steps, *(stride_plot(plot) for plot in told.stride_plots)]


def shapes_of(svg):
    return [each for each in ElementTree.fromstring(svg).iter() if each.tag not in ("svg", "text", "g")]


def test_paper_gives_every_shape_of_a_plot_its_colour(told):
    beyond = replace(told.step_plots[0], low=0.0, high=1e-3)
    svgs = [*plots_of(told), step_plot(beyond, told.seconds, None)]
    classes = {each.get("class") for svg in svgs for each in shapes_of(svg)}
    assert {"near", "far", "near line", "near spread", "near faint", "axis", "range"} <= classes
    assert any("beyond" in name for name in classes)
    assert classes <= set(PLOT.looks)


@pytest.mark.parametrize("view", SETUPS)
def test_paper_gives_every_shape_of_a_drawing_its_colour(view):
    drawn = ElementTree.fromstring(f"<svg>{''.join(svg for _, svg in panels(SETUPS[view]))}</svg>")
    classes = {each.get("class") for each in drawn.iter() if each.tag not in ("svg", "text", "g")}
    assert "near" in classes and classes <= set(DRAWING.looks)


class WrittenPaper(Paper):
    """Keeps what is written where, in mm."""

    def text(self, x, y, text=""):
        self.written.append((text, x, x + self.get_string_width(text), y))
        super().text(x, y, text)


def test_paper_writes_every_word_of_a_plot_where_the_page_does(told):
    for svg in plots_of(told):
        sheets = WrittenPaper("clip")
        sheets.written = []
        height = place_svg(sheets, svg, PLOT, 30.0, 40.0, 60.0)
        root = ElementTree.fromstring(svg)
        left, _, wide, high = (float(part) for part in root.get("viewBox").split())
        assert height == pytest.approx(60.0 * high / wide)
        assert [each[0] for each in sheets.written] == [each.text for each in root.findall("text")]
        assert all(40 < y <= 40 + height for *_, y in sheets.written)
        for each, (_, start, stop, _) in zip(root.findall("text"), sheets.written):
            place = {"middle": 0.5 * (start + stop), "end": stop}.get(each.get("text-anchor"), start)
            assert place == pytest.approx(30.0 + 60.0 * (float(each.get("x")) - left) / wide)


class ReadPaper(Paper):
    """Keeps the words of every table and paragraph."""

    def multi_cell(self, w, h=None, text="", *args, **kwargs):
        self.__dict__.setdefault("read", []).append(text)
        return super().multi_cell(w, h, text, *args, **kwargs)


def sheet_of_five():
    """Return a picture that no other part of the report shows."""
    jpeg = BytesIO()
    Image.new("RGB", (500, 320), (12, 34, 56)).save(jpeg, "JPEG")
    return jpeg.getvalue()


def test_paper_holds_the_run_past_the_camera_and_its_kinogram(told):
    """The same tables, note and pictures as the page."""
    curve = SpeedCurve(np.arange(4.0), np.arange(4.0) * 8, np.full(4, 8.0), np.full(4, 0.1))
    split = Split(0.0, 10.0, Amount(1.25, 0.01), Amount(8.0, 0.06))
    run = RunThrough("marks", (), curve, (split,), *[Amount(8.0, 0.1)] * 5, note="From 2 marks.")
    passed = replace(told, run=run_sheets(run), run_note=run.note, speeds=curve, kinogram=sheet_of_five())
    sheets = ReadPaper("clip")
    paper_run(sheets, passed)
    for table in passed.run:
        assert table.title in sheets.read
        assert {cell for row in (table.head, *table.rows) for cell in row if cell} <= set(sheets.read)
    assert "From 2 marks." in sheets.read and "Speed over the ground" in sheets.read
    file = paper(passed)
    assert b"Speed over 24.0 m: 8.0 to 8.0 m/s." in file
    assert b"Five instants of a step onto each foot" in file


def test_paper_takes_long_clips_and_strange_names(told):
    many = replace(told, steps=told.steps * 20, name="क्लिप 🏃 " + "x" * 200)
    pages = int(re.search(rb"/Count (\d+)", paper(many)).group(1))
    assert pages > int(re.search(rb"/Count (\d+)", paper(told)).group(1))


def test_paper_for_a_refused_clip():
    refused = builders.refused()
    album = take_pictures(refused, builders.frames(refused))
    assert paper(content(refused, pictures(album)))[:5] == b"%PDF-"


@pytest.mark.parametrize("view", SETUPS)
def test_paper_of_a_refused_clip_draws_how_to_film_as_the_page_does(view):
    refused = builders.refused()
    seen = replace(refused, scene=replace(refused.scene, view=view))
    told = content(seen, Pictures())
    file, alt = paper(told), SETUPS[view].alt
    assert escape(alt) in page(told) and alt.encode() in file


def test_the_report_says_what_the_result_page_says(made, told, read):
    """One sentence, and everything outside its range, in the same words."""
    first = summary(made)
    assert first.headline in read.text
    assert all(line in read.text for line in first.also)


def test_a_report_without_a_cue_still_says_what_is_outside():
    made = replace(builders.analysis(), cues=())
    first = summary(made)
    read = Reader(page(content(made, Pictures())))
    assert first.action.say in read.text and all(line in read.text for line in first.also)
    assert first.also and read.text.count(CALM) == 1


def test_what_to_try_out_of_curiosity_is_said_once():
    made = builders.analysis()
    made = replace(made, cues=(), to_try=to_try(made.measurements, made.steps))
    read = Reader(page(content(made, Pictures())))
    assert [read.text.count(words) for words in (made.to_try.say, AGAIN, CALM)] == [1, 1, 1]
