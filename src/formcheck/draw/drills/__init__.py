"""A drawn figure that does each drill: poses in metres, and their animation as SVG."""

from formcheck.draw.drills.animation import figure_svg
from formcheck.draw.drills.moves import moves

__all__ = ["figure_svg", "moves"]
