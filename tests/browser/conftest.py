"""What every test in a browser needs: a running app, and something that drives browsers."""

import pytest


@pytest.fixture(scope="module")
def server():
    from serving import serve

    with serve() as running:
        yield running


@pytest.fixture(scope="module")
def playwright():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver
