"""Every page of the console at three widths, light and dark: it fits, its policy holds, it is light and accessible."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.browser.site import Site, fill, served

pytestmark = pytest.mark.browser

PAGES = (
    "/console/?machines=show&template=invite",
    "/console/?from=2026-11-01&to=never",
    "/console/sms",
    "/console/channels?machines=show",
    "/console/visitors",
    "/console/orders",
    "/console/orders/1001",
    "/console/outbox",
    "/console/messages/{message}",
    "/console/nowhere",
)
LOOKS = [(360, "light"), (360, "dark"), (768, "light"), (768, "dark"), (1440, "light"), (1440, "dark")]
_TESTED_BY_AXE = {(360, "dark"), (1440, "light")}
_LIGHT = 150_000
"""Bytes of CSS and JavaScript a page may have, as they are written."""


@pytest.fixture(scope="module")
def walk(migrated_file, tmp_path_factory) -> Iterator[tuple[Site, list[str]]]:
    with served(migrated_file, tmp_path_factory.mktemp("pages")) as site:
        known = fill(site.hub)
        yield site, [site.address + page.format(**known) for page in PAGES]


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, walk: tuple[Site, list[str]]) -> Iterator[BrowserContext]:
    context = chromium.new_context()
    page = context.new_page()
    walk[0].sign_in(page)
    page.close()
    yield context
    context.close()


@dataclass
class Watch:
    """What a browser complains of, and what it loads."""

    page: Page
    said: list[str] = field(default_factory=list)
    loaded: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self.said.append(said.text) if said.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("response", self._weigh)

    def _weigh(self, response: Response) -> None:
        if response.request.resource_type in {"stylesheet", "script"}:
            self.loaded[response.url] = len(response.body())


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_fits_is_accessible_and_keeps_its_policy(signed_in, walk, width, scheme):
    site, addresses = walk
    page = signed_in.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    watch = Watch(page)
    found = []
    for address in addresses:
        watch.loaded.clear()
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append((address, "is wider than its window"))
        if not 0 < sum(watch.loaded.values()) <= _LIGHT:
            found.append((address, f"loads {watch.loaded}"))
        if not all(url.startswith(site.address) for url in watch.loaded):
            found.append((address, "loads from another host"))
        if (width, scheme) in _TESTED_BY_AXE:
            found += [(address, problem) for problem in _problems(page)]
    page.close()
    # The page that is not there is told as such by the browser, too.
    said = [words for words in watch.said if "404 (NOT FOUND)" not in words]
    assert (found, said) == ([], [])


def _problems(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    grave = [one for one in violations if one["impact"] in {"serious", "critical"}]
    return [f"{one['id']}: {node['html'][:200]}" for one in grave for node in one["nodes"]]
