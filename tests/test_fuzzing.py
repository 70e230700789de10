"""The mutations that break files are seeded, pure and really break something."""

import numpy as np
import pytest

from fuzzing import BINARY, TEXT, broken_files

DATA = bytes(range(256)) * 40
TABLE = b"date,distance,time\n" + b"2024-05-01,10.2,50:11\n" * 200


@pytest.mark.parametrize("mutation", BINARY, ids=lambda each: each.__name__)
def test_every_mutation_changes_most_files_and_leaves_its_input_alone(mutation):
    before = bytes(DATA)
    changed = [mutation(DATA, np.random.default_rng(seed)) != DATA for seed in range(20)]
    assert sum(changed) >= 15 and before == DATA


@pytest.mark.parametrize("mutation", TEXT, ids=lambda each: each.__name__)
@pytest.mark.parametrize("data", [b"", b"x", b"ab\n"], ids=["empty", "one byte", "one line"])
def test_no_mutation_fails_on_a_tiny_file(mutation, data):
    assert all(isinstance(mutation(data, np.random.default_rng(seed)), bytes) for seed in range(20))


def test_the_same_seed_gives_the_same_files_and_another_seed_others():
    first, again, other = (list(broken_files(TABLE, 30, seed, TEXT)) for seed in (1, 1, 2))
    assert first == again and first != other
    assert len({each.name for each in first}) == 30
