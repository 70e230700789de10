"""A run past the camera in metres: ground scale, world steps, speed curve."""

from formcheck.overground.measure import measure_run
from formcheck.overground.run import run_of, with_run

__all__ = ["measure_run", "run_of", "with_run"]
