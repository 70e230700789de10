"""What is written is what was drawn, at every size."""

import numpy as np
import pytest

from formcheck.draw.movie import annotated_size
from formcheck.video import VideoWriter, read_frames

EVEN = range(240, 1281, 2)
USUAL = ((768, 432), (720, 576), (1024, 576), (576, 1024), (540, 960), (480, 854), (1170, 2532), (1280, 720))
NEAR = 6.0  # of 255, mean: lossy coding of smooth colours; a displaced colour plane makes 20 and more


def colours(width, height):
    """Return a smooth picture, (height, width, 3), in which every place has a colour of its own."""
    x, y = np.linspace(0, 1, width)[None, :], np.linspace(0, 1, height)[:, None]
    parts = (40 + 170 * x + 0 * y, 40 + 170 * y + 0 * x, 210 - 170 * x * y)
    return np.stack([np.broadcast_to(part, (height, width)) for part in parts], axis=-1).astype(np.uint8)


def errors(path, width, height):
    """Return how far what is read is from what was written: (mean, largest mean of a row or column)."""
    drawn = colours(width, height)
    with VideoWriter(path, (width, height)) as writer:
        writer.write(drawn, 0.0)
    read = next(iter(read_frames(path))).image
    assert read.shape == (height + height % 2, width + width % 2, 3)
    off = np.abs(read[:height, :width].astype(int) - drawn).mean(axis=-1)
    return off.mean(), max(off.mean(axis=0).max(), off.mean(axis=1).max())


@pytest.mark.parametrize("size", [*USUAL, *(annotated_size(*size) for size in USUAL)], ids=str)
def test_usual_sizes_are_written_in_the_right_colours_with_and_without_a_timeline(tmp_path, size):
    mean, worst = errors(tmp_path / "out.mp4", *size)
    assert mean < NEAR and worst < 2 * NEAR


@pytest.mark.parametrize("size", [(321, 240), (320, 241), (319, 243), (241, 321), (243, 322)], ids=str)
def test_odd_sizes_are_written_in_the_right_colours(tmp_path, size):
    mean, worst = errors(tmp_path / "out.mp4", *size)
    assert mean < NEAR and worst < 2 * NEAR


@pytest.mark.slow
@pytest.mark.parametrize("start", [240, 400, 560, 720, 880, 1040, 1200])
def test_every_even_size_is_written_in_the_right_colours(tmp_path, start):
    sides = [side for side in EVEN if start <= side < start + 160]
    square = [(side, side + 2) for side in sides if side % 40 == 0]
    sizes = [*((side, 240) for side in sides), *((240, side) for side in sides), *square]
    wrong = [size for size in sizes if max(errors(tmp_path / "out.mp4", *size)) > 2 * NEAR]
    assert not wrong
