"""The page in a real browser: opened from disk, offline, by anybody, on any screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

PHONE, LAPTOP = 320, 1280


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    """Return each colour scheme that a reader may prefer."""
    return request.param


@pytest.fixture(params=[PHONE, LAPTOP])
def opened(request, browser, page_file, scheme):
    """Return the page opened at this width, with all that it said and asked for."""
    size = {"width": request.param, "height": 800}
    context = browser.new_context(viewport=size, color_scheme=scheme, offline=True)
    page = context.new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("dialog", lambda dialog: page.said.append(dialog.message))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(page_file.as_uri())
    yield page
    context.close()


def test_it_opens_in_silence_and_asks_for_nothing(opened, page_file):
    """No message, no dialog, no request beyond the file; every picture is drawn."""
    assert [] == opened.said
    assert [page_file.as_uri()] == [url for url in opened.asked if not url.startswith("data:")]
    drawn = opened.evaluate("Array.from(document.images, (one) => one.naturalWidth > 0)")
    assert drawn
    assert all(drawn)


def test_axe_finds_nothing(opened):
    """No violation of axe-core's rules, and nothing that it could not decide."""
    found = Axe().run(opened)
    assert "" == "\n".join(
        f"{one['id']}: {node['html'][:200]}"
        for kind in ("violations", "incomplete")
        for one in found.response[kind]
        for node in one["nodes"]
    )


def test_it_does_not_scroll_sideways(opened):
    """Whatever is wider than the screen wraps, or scrolls inside the page."""
    wide, screen = opened.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide == screen


def test_figures_turn_with_a_dark_page(opened, scheme):
    """The corner of a figure is as light or as dark as the page around it."""
    corners = opened.evaluate(
        """Array.from(document.images, (one) => {
            const canvas = document.createElement("canvas").getContext("2d");
            canvas.drawImage(one, 0, 0);
            return canvas.getImageData(1, 1, 1, 1).data[0];
        })"""
    )
    assert ({"light": 255, "dark": 22}[scheme],) == tuple(set(corners))


def test_a_hostile_author_stays_in_the_page(browser, hostile_page):
    """No markup of an export is an element: what it says is read as text."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(hostile_page.as_uri())
    assert "<script>alert(1)</script>" in page.inner_text("header")
    assert 0 == page.locator("script, iframe, object, svg, a, [onerror], [onload]").count()
    assert 1 == page.locator("h1").count()
    context.close()
