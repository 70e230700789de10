"""What web pages of others get from the app in a real Chromium: nothing."""

from __future__ import annotations

import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from serving import IN_CHROMIUM, QUIET, chromium

pytestmark = IN_CHROMIUM

REBOUND = "rebound.example"  # resolves to 127.0.0.1, as after DNS rebinding
OTHER_SITE = "other.example"  # another site, served from another port of this machine
PAGE = b"<!doctype html><title>Another page</title><a id=link href='about:blank'>Open</a><p>Another page</p>"

TRY_EVERYTHING = """async ([app, socket]) => {
  const got = {};
  const paths = ['/', '/live', '/progress', '/_stcore/health', '/_stcore/host-config', '/formcheck/clips/0/steps.csv'];
  for (const path of paths) {
    try {
      const answer = await fetch(app + path, {credentials: 'include'});
      if (answer.ok) got[path] = await answer.text();
    } catch (error) { /* blocked by the browser */ }
  }
  for (const method of ['PUT', 'POST']) {
    for (const headers of [{}, {'X-FormCheck': 'upload'}]) {
      try {
        const answer = await fetch(app + '/formcheck/upload', {method, headers, body: 'a clip'});
        if (answer.ok) got[method] = await answer.text();
      } catch (error) { /* blocked by the browser */ }
    }
  }
  for (const path of ['/_stcore/stream', '/formcheck/live/0000']) {
    const opened = await new Promise((done) => {
      const looking = new WebSocket(socket + path);
      looking.onopen = () => done(true);
      looking.onerror = () => done(false);
    });
    if (opened) got[path] = 'socket';
  }
  for (const [tag, path] of [['img', '/favicon.png'], ['script', '/']]) {
    const loaded = await new Promise((done) => {
      const element = document.createElement(tag);
      element.onload = () => done(true);
      element.onerror = () => done(false);
      element.src = app + path;
      document.head.append(element);
    });
    if (loaded) got[tag] = path;
  }
  return got;
}"""


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def site():
    """The port of another web server on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        yield other.server_address[1]
        other.shutdown()


@pytest.fixture
def page(playwright):
    """A tab of a browser in which two foreign names resolve to 127.0.0.1."""
    rules = f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1, MAP {OTHER_SITE} 127.0.0.1"
    with tempfile.TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium(), headless=True, args=[*QUIET, rules]
        )
        context.set_default_timeout(60_000)
        yield context.new_page()
        context.close()


def clips(server):
    return list(server.temporary.glob("formcheck-app-*/*/"))


@contextmanager
def nothing_kept(server):
    """Check that no upload arrives in this block."""
    before = clips(server)
    yield
    assert clips(server) == before


def got(page, name, port):
    """Let the page shown try to read, send and open everything of the app under this name."""
    return page.evaluate(TRY_EVERYTHING, [f"http://{name}:{port}", f"ws://{name}:{port}"])


def test_the_app_s_own_page_gets_everything(page, server):
    """The same script as below, so that it is known to find what can be had."""
    page.goto(server.url)
    found = got(page, "127.0.0.1", server.port)
    assert {"/", "/live", "/_stcore/health", "PUT", "/_stcore/stream", "/formcheck/live/0000"} <= set(found)
    assert "img" in found


def test_a_name_rebound_to_this_machine_gets_nothing(page, server):
    with nothing_kept(server):
        answer = page.goto(f"http://{REBOUND}:{server.port}/live")
        assert answer.status == 403
        assert "does not answer to this name" in page.inner_text("body")
        assert got(page, REBOUND, server.port) == {}


@pytest.mark.parametrize("name", [OTHER_SITE, "127.0.0.1", "localhost"])
@pytest.mark.parametrize("target", ["127.0.0.1", "localhost", REBOUND])
def test_a_page_of_another_origin_gets_nothing(page, server, site, name, target):
    with nothing_kept(server):
        page.goto(f"http://{name}:{site}/")
        assert got(page, target, server.port) == {}


@pytest.mark.parametrize("name", [OTHER_SITE, "127.0.0.1"])
@pytest.mark.parametrize("path", ["/", "/live", "/progress", "/_stcore/health"])
def test_a_page_that_frames_the_app_shows_nothing_of_it(page, server, site, name, path):
    page.goto(f"http://{name}:{site}/")
    assert framed(page, f"http://{OTHER_SITE}:{site}/") == f"http://{OTHER_SITE}:{site}/"
    assert framed(page, server.url + path) in ("", "chrome-error://chromewebdata/")


def framed(page, address):
    """Show an address in a frame of the page; return what the browser shows there."""
    page.evaluate(
        """address => new Promise((done) => {
          const frame = document.createElement('iframe');
          frame.onload = done;
          frame.src = address;
          document.body.append(frame);
        })""",
        address,
    )
    return page.main_frame.child_frames[-1].url


def test_a_form_of_another_site_sends_nothing(page, server, site):
    with nothing_kept(server):
        page.goto(f"http://{OTHER_SITE}:{site}/")
        with page.expect_navigation() as going:
            page.evaluate(
                """address => {
                  const form = Object.assign(document.createElement('form'), {method: 'post', action: address});
                  document.body.append(form);
                  form.submit();
                }""",
                f"{server.url}/formcheck/upload",
            )
        assert going.value.status == 403


def test_a_link_opens_the_app_and_the_page_it_stands_on_cannot_look_in(page, server, site):
    page.goto(f"http://{OTHER_SITE}:{site}/")
    with page.context.expect_page() as opening:
        page.evaluate("address => { window.opened = window.open(address) }", server.url)
    opening.value.wait_for_selector("h1")
    assert page.evaluate("window.opened.closed")
