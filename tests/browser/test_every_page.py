"""Every page of the console at three widths, light and dark: it fits, its policy holds, it is light and accessible."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.looks import Watch
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


@pytest.mark.parametrize("path", PAGES)
def test_every_page_fits_is_accessible_and_keeps_its_policy(signed_in, walk, path):
    site, known = walk
    page = signed_in.new_page()
    watch = Watch(page)
    page.goto(site.address + path.format(**known))
    found = watch.look()
    page.close()
    # The page that is not there is told as such by the browser, too.
    said = [words for words in watch.said if "404 (NOT FOUND)" not in words]
    assert (found, said) == ([], [])
