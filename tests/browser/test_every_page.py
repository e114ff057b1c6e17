"""Every page of the console at three widths, light and dark: it fits, its policy holds, it is light and accessible."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.accessibility import grave_problems
from tests.browser.site import Site, fill, served

pytestmark = pytest.mark.browser

PAGES = (
    "/console/?machines=show&template=invite",
    "/console/?from=2026-11-01&to=never",
    "/console/sms",
    "/console/channels?machines=show",
    "/console/visitors?who=machine",
    "/console/visitors/{visit}",
    "/console/people?of=messages&metric=sent",
    "/console/orders",
    "/console/orders/1001",
    "/console/outbox",
    "/console/messages/{message}",
    "/console/templates",
    "/console/templates/new/email",
    "/console/templates/of/invite",
    "/console/templates/of/invite/1",
    "/console/campaigns",
    "/console/campaigns/new",
    "/console/campaigns/of/spring",
    "/console/advocates/johndoe?of=order",
    "/console/settings",
    "/console/settings/domains",
    "/console/settings/integrations",
    "/console/settings/keys",
    "/console/settings/webhooks",
    "/console/settings/webhooks/{webhook}",
    "/console/settings/suppressions",
    "/console/settings/suppressions/email/stopped/{suppressed}",
    "/console/settings/team",
    "/console/nowhere",
)
LOOKS = [(360, "light"), (360, "dark"), (768, "light"), (768, "dark"), (1440, "light"), (1440, "dark")]
_TESTED_BY_AXE = {(360, "dark"), (1440, "light")}
_LIGHT = 150_000
"""Bytes of CSS and JavaScript a page may have, as they are written."""


@pytest.fixture(scope="module")
def walk(migrated_file, tmp_path_factory) -> Iterator[tuple[Site, dict[str, str]]]:
    with served(migrated_file, tmp_path_factory.mktemp("pages")) as site:
        yield site, fill(site.hub)


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, walk: tuple[Site, dict[str, str]]) -> Iterator[BrowserContext]:
    # A button that is still on its way from light to dark has no contrast to be judged.
    context = chromium.new_context(reduced_motion="reduce")
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
    loaded: list[Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self.said.append(said.text) if said.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("response", lambda response: self.loaded.append(response))

    def weighed(self) -> dict[str, int]:
        """Return the bytes of each stylesheet and script."""
        heavy = [one for one in self.loaded if one.request.resource_type in {"stylesheet", "script"}]
        return {one.url: len(one.body()) for one in heavy}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_fits_is_accessible_and_keeps_its_policy(signed_in, walk, path):
    site, known = walk
    page = signed_in.new_page()
    watch = Watch(page)
    page.goto(site.address + path.format(**known))
    weighed = watch.weighed()
    assert 0 < sum(weighed.values()) <= _LIGHT
    assert all(one.url.startswith(site.address) for one in watch.loaded)
    found = []
    # Loaded once, looked at six times: nothing of a page depends on the width at which it was asked for.
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append((width, scheme, "is wider than its window"))
        if (width, scheme) in _TESTED_BY_AXE:
            found += [(width, scheme, problem) for problem in grave_problems(page)]
    page.close()
    # The page that is not there is told as such by the browser, too.
    said = [words for words in watch.said if "404 (NOT FOUND)" not in words]
    assert (found, said) == ([], [])
