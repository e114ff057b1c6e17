"""A fixture: Debian's Chromium, without a window; where there is none, its tests say so and are skipped."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

_QUIET = ("--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-component-update")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a worker."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no chromium on the PATH")
    # Chromium's sandbox does not start for root.
    unboxed = ("--no-sandbox",) if os.geteuid() == 0 else ()
    # A machine with other work needs more than the five seconds that are usual; where all is well nobody waits.
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*_QUIET, *unboxed])
        yield browser
        browser.close()
