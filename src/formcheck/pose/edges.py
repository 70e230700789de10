"""Points at the picture's edge count as not seen."""

from __future__ import annotations

import numpy as np

EDGE_SHARE = 0.02  # of the picture's width and height


def drop_at_edge(
    xy: np.ndarray, confidence: np.ndarray, size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return points and confidence without the points that lie at or beyond the picture's edge.

    A pose model puts a toe that the edge cuts off just inside the picture, and is sure of
    it: on labelled clips with a confidence of 0.98. It lies within 2 % of the edge.

    Parameters
    ----------
    xy : (..., 2) px
    confidence : (...) 0..1
    size : (width, height) px

    Returns
    -------
    xy : (..., 2), NaN where not seen
    confidence : (...), 0 there
    """
    furthest = (0.5 - EDGE_SHARE) * np.array(size)  # from the picture's middle
    seen = np.all(np.abs(xy - 0.5 * np.array(size)) <= furthest, axis=-1)
    return np.where(np.expand_dims(seen, -1), xy, np.nan), np.where(seen, confidence, 0.0)
