"""The drill check: recognise, count, judge. `Motion` in, `DrillCheck` out."""

from formcheck.coaching.drillcheck.check import DrillCheck, DrillCue, check_drill, checkable, checkable_ids
from formcheck.coaching.drillcheck.lines import ReadingRow, count_line, reading_rows
from formcheck.coaching.drillcheck.record import to_record, to_text

__all__ = [
    "DrillCheck",
    "DrillCue",
    "ReadingRow",
    "check_drill",
    "checkable",
    "checkable_ids",
    "count_line",
    "reading_rows",
    "to_record",
    "to_text",
]
