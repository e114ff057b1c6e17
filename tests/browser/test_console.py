"""The console in a real browser: signing in, the outbox, a message and its share button."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from tests.renewed_file import RenewedFile
from tests.web.console.small_hub import EMAIL, PASSWORD, SmallHub, small_hub

pytestmark = pytest.mark.browser


@dataclass
class Site:
    """A hub that a browser can reach."""

    hub: SmallHub
    address: str


@pytest.fixture(scope="module")
def site(migrated_file, tmp_path_factory) -> Iterator[Site]:
    """A server of this module's own, with an email and a text in its outbox."""
    file = RenewedFile(tmp_path_factory.mktemp("browser") / "hub.db")
    file.renew(migrated_file)
    hub = small_hub(file.engine)
    server = make_server("127.0.0.1", 0, hub.flask, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    button = f"{address}/-sAb3dE9fGh1Jw"
    script = '<script>document.body.textContent = "ran"</script>'
    hub.add_message(
        subject="Give your friends $20",
        html=f'<h1>Hello</h1>{script}<a href="{button}">Share on WhatsApp</a>',
        template="invite-friends",
    )
    hub.add_message(channel="sms", recipient="+15005550006", text=f"Hello Grace, look: {button}")
    yield Site(hub, address)
    server.shutdown()
    thread.join()


def sign_in(page: Page, site: Site) -> None:
    page.set_default_timeout(5_000)
    page.goto(f"{site.address}/console/outbox")
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Outbox")).to_be_visible()


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    """A browser in which Ada has signed in."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    sign_in(page, site)
    page.close()
    yield context
    context.close()


@pytest.fixture
def console(signed_in: BrowserContext, site: Site) -> Iterator[Page]:
    """A window on the outbox."""
    page = signed_in.new_page()
    page.set_default_timeout(5_000)
    page.goto(f"{site.address}/console/outbox")
    yield page
    page.close()


def test_a_newcomer_signs_in_opens_the_email_and_presses_its_share_button(console: Page):
    console.get_by_role("link", name="Give your friends $20").click()
    expect(console.get_by_role("heading", name="Give your friends $20")).to_be_visible()
    body = console.frame_locator("iframe")
    expect(body.get_by_role("heading", name="Hello")).to_be_visible()
    with console.context.expect_page() as opened:
        body.get_by_role("link", name="Share on WhatsApp").click()
    assert opened.value.url.endswith("/-sAb3dE9fGh1Jw")
    expect(console.get_by_role("heading", name="Give your friends $20")).to_be_visible()


def test_a_text_is_shown_as_the_phone_shows_it(console: Page):
    console.get_by_role("link", name=re.compile("Hello Grace")).click()
    expect(console.locator(".bubble")).to_contain_text("Hello Grace, look:")
    expect(console.get_by_text(re.compile("1 SMS part"))).to_be_visible()


def test_the_keyboard_alone_is_enough(console: Page):
    console.keyboard.press("Tab")
    expect(console.get_by_role("link", name="Skip to the page")).to_be_focused()
    console.get_by_role("link", name="Give your friends $20").focus()
    console.keyboard.press("Enter")
    expect(console.get_by_role("heading", name="Give your friends $20")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_page_is_wider_than_its_window_or_breaks_its_own_policy(console: Page, site: Site, width, scheme):
    console.emulate_media(color_scheme=scheme)
    console.set_viewport_size({"width": width, "height": 740})
    broken: list[str] = []
    console.on("console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None)
    for path in ("/console/", "/console/outbox"):
        console.goto(site.address + path)
        assert console.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert broken == []


def test_signing_out_needs_no_script_and_works_from_the_menu_of_a_phone(chromium: Browser, site: Site):
    context = chromium.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site)
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()
