"""The page about the metrics is the table's."""

import pytest

from formcheck.metrics import METRICS
from formcheck.metrics.document import PAGE, render


def test_the_page_is_fresh():
    assert PAGE.read_text(encoding="utf-8") == render(), "run: python -m formcheck.metrics.document"


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_metric_says_what_it_is_and_whence(metric):
    assert metric.definition.endswith(".")
    assert metric.source and metric.sigma_from
    assert f"`{metric.id}`" in render()
