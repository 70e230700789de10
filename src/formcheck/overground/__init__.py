"""A run past the camera in metres: marks, ground scale, world steps, speed curve."""

from formcheck.overground.marks import inside_picture, marks_from_text, read_marks
from formcheck.overground.measure import measure_run
from formcheck.overground.run import run_of, with_run

__all__ = ["inside_picture", "marks_from_text", "measure_run", "read_marks", "run_of", "with_run"]
