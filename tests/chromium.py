"""Debian's Chromium for tests that need a real browser: quiet, headless, and asking no host outside this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

from tests import needs

PATIENCE_MS = 45_000  # of every `expect`: a busy machine draws late, and what never comes still fails
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=document-user-activation-required",
)


@contextmanager
def launched(*more: str) -> Iterator[Browser]:
    """A running browser, with `more` of its switches; where there is none the test is skipped."""
    path = needs.program("chromium", package="chromium")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *more])
        yield browser
        browser.close()
