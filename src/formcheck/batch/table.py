"""The tables of a batch: summary.csv, failures.csv, splits.csv and index.html from records and results.

They are built from the contents of the output folder, never from memory, so they are correct
after any interruption. Rows are in name order, regardless of the order in which clips ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from formcheck.batch.jobs import ClipJob
from formcheck.batch.page import index_page
from formcheck.batch.pool import Outcome
from formcheck.batch.rows import SCENE, ClipRow, failed_of, rows_of
from formcheck.export.tables import table_text
from formcheck.files.atomic import write_own_file
from formcheck.files.ownership import check_file
from formcheck.metrics import CATEGORIES, METRICS

TABLES = ("summary.csv", "failures.csv", "splits.csv", "index.html")
SPLITS = (
    "clip", "runner", "date", "start_m", "stop_m", "seconds", "seconds_low", "seconds_high", "speed_mps", "speed_low",
    "speed_high",
)  # fmt: skip

PARTS = ("value", "low", "high", "status")


def write_tables(jobs: Sequence[ClipJob], outcomes: Mapping[str, Outcome], out: Path) -> None:
    """Write the tables, each one completely or not at all."""
    rows, failed = rows_of(jobs, outcomes, out), failed_of(jobs, outcomes)
    reasons = ((each.name, each.reason) for each in failed)
    texts = (
        table_text(summary_header(), map(summary_line, rows)),
        table_text(("clip", "reason"), reasons),
        table_text(SPLITS, splits_lines(rows)),
        index_page(rows, failed),
    )
    for name, text in zip(TABLES, texts, strict=True):
        with write_own_file(out / name) as file:
            file.write(text.encode("utf-8", "replace"))  # a file name may not be valid text


def check_tables(out: Path) -> None:
    """Check that the tables may be written.

    Raises
    ------
    UsageError, CannotWrite
    """
    for name in TABLES:
        check_file(out / name)


def summary_header() -> list[str]:
    """Return the columns of summary.csv."""
    metrics = [f"{metric}_{part}" for metric in METRICS for part in PARTS]
    classes = [f"{id}{part}" for id in CATEGORIES for part in ("", "_probability")]
    return ["clip", "runner", "date", "state", "refusal", *SCENE, *classes, *metrics]


def summary_line(row: ClipRow) -> list[Any]:
    """Return one clip's line of summary.csv; cells without a measurement are empty."""
    classes = [part for id in CATEGORIES for part in _class_parts(row, id)]
    scene = [row.scene[part] for part in SCENE]
    values = [_part(row, metric, part) for metric in METRICS for part in PARTS]
    return [row.name, row.runner, row.day, row.state, row.refusal, *scene, *classes, *values]


def splits_lines(rows: Sequence[ClipRow]) -> Iterator[list[Any]]:
    """Yield a line of splits.csv for every stretch between cones of every clip, and for each whole run."""
    for row in rows:
        for split in row.splits:
            values = (round(value, 4) for value in (*split.seconds, *split.speed_mps))
            yield [row.name, row.runner, row.day, split.start_m, split.stop_m, *values]


def _class_parts(row: ClipRow, id: str) -> tuple[Any, Any]:
    cell = row.classes.get(id)
    return ("", "") if cell is None or cell.probability is None else (cell.value, cell.probability)


def _part(row: ClipRow, metric: str, part: str) -> Any:
    cell = row.cells.get(metric)
    return "" if cell is None or cell.value is None else getattr(cell, part)
