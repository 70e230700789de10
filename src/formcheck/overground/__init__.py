"""A run past the camera in metres: ground scale, world steps, speed curve."""

from formcheck.overground.measure import measure_run
from formcheck.overground.run import run_of, with_run
from formcheck.overground.sprinters import advice_of, beside_sprinters, sprint_phase

__all__ = ["advice_of", "beside_sprinters", "measure_run", "sprint_phase", "run_of", "with_run"]
