"""A drawn figure that does each drill: poses in metres, and their animation as SVG."""

from formcheck.ui.figures.animation import figure_svg
from formcheck.ui.figures.moves import moves

__all__ = ["figure_svg", "moves"]
