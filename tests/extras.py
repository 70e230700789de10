"""Which optional libraries are here, told without importing them."""

from importlib.util import find_spec

import pytest

needs_openvino = pytest.mark.skipif(
    find_spec("openvino") is None, reason="without the extra openvino; the extra test brings it"
)
