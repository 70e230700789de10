"""Adding a metric touches its row and its formula, and nothing else: docs/contributing.md says so."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck import biomechanics
from formcheck.cli.printing import print_analysis
from formcheck.export import to_json
from formcheck.metrics import METRICS, Metric
from formcheck.metrics.document import section
from formcheck.metrics.metric import SIDE, Drawn, Norm
from formcheck.metrics.recording import Recording
from formcheck.metrics.results import answer, hidden, missing
from formcheck.metrics.uncertainty import estimate
from formcheck.pipeline import analyze_track
from formcheck.report import content, page
from formcheck.report.content import Pictures
from formcheck.synthetic import REALISTIC, Camera, Gait, project
from formcheck.types import Measurement


def upper_arm_angle(rec: Recording, metric: Metric) -> Measurement:
    """Return the mean angle of the near upper arm from the vertical."""
    angle = biomechanics.thigh_deg(rec.point(rec.near, "shoulder"), rec.point(rec.near, "elbow"))
    _, strides = rec.per_stride(angle)
    if len(strides) < 2:
        return missing(metric, hidden("the upper arm"))
    return answer(metric, estimate(np.nanmean(strides, axis=1)), metric.sigma, side=rec.near)


ROW = Metric(
    "upper_arm_angle", "Upper arm", "deg", "arms", SIDE, 24, 6,
    "Angle of the near upper arm from the vertical, + elbow ahead; mean over whole strides.",
    "own definition", 3.0, "keypoints: shoulder and elbow", "D",
    widest=40, widest_from="the range is 40 wide",
    formula=upper_arm_angle,
    norm=Norm(-30, 10, "deg", "a toy range for this test", "own limit", "D"),
    drawn=Drawn("lean", 0.2),
)  # fmt: skip


@pytest.fixture
def analysis(monkeypatch):
    monkeypatch.setitem(METRICS, ROW.id, ROW)
    clip = project(Gait(), Camera(fps=60), REALISTIC, 0, 8.0)
    return analyze_track(clip.track, clip.clip), clip


def test_it_is_measured_near_its_truth(analysis):
    measured, clip = analysis
    found = measured.measurements[ROW.id]
    assert found.low < found.value < found.high
    assert -60 < found.value < 20  # behind the trunk on average, as an arm that swings to the hip is


def test_it_is_exported_documented_and_shown(analysis, capsys, tmp_path):
    measured, _ = analysis
    record = to_json(measured)["measurements"][ROW.id]
    assert (record["unit"], record["grade"]) == ("deg", "D")
    assert record["status"] in ("below", "within", "above", "cant_tell")
    assert ROW.definition in section(ROW)
    assert ROW.name in page(content(measured, Pictures()))
    print_analysis(measured, tmp_path)
    assert ROW.name in capsys.readouterr().out
