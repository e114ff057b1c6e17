"""The console in a real browser: signing in, the outbox, a message and its share button."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.site import Site, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(migrated_file, tmp_path_factory) -> Iterator[Site]:
    """A server of this module's own, with an email and a text in its outbox."""
    with served(migrated_file, tmp_path_factory.mktemp("browser")) as site:
        button = f"{site.address}/-sAb3dE9fGh1Jw"
        script = '<script>document.body.textContent = "ran"</script>'
        site.hub.add_message(
            subject="Give your friends $20",
            html=f'<h1>Hello</h1>{script}<a href="{button}">Share on WhatsApp</a>',
            template="invite-friends",
        )
        site.hub.add_message(channel="sms", recipient="+15005550006", text=f"Hello Grace, look: {button}")
        yield site


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    """A browser in which Ada has signed in."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    site.sign_in(page)
    page.close()
    yield context
    context.close()


@pytest.fixture
def console(signed_in: BrowserContext, site: Site) -> Iterator[Page]:
    """A window on the outbox."""
    page = signed_in.new_page()
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


def test_signing_out_needs_no_script_and_works_from_the_menu_of_a_phone(chromium: Browser, site: Site):
    context = chromium.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    site.sign_in(page)
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()


def test_the_preview_follows_what_is_written_and_the_button_does_it_without_a_script(chromium: Browser, site: Site):
    for is_scripted in (True, False):
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=is_scripted)
        page = context.new_page()
        site.sign_in(page)
        page.goto(f"{site.address}/console/templates/new/email")
        page.get_by_label("HTML", exact=True).fill(
            '<h1>For {{ contact.first_name }}</h1><a href="https://a.example/">x</a>'
        )
        if not is_scripted:
            page.get_by_role("button", name="Preview").click()
            page.get_by_role("button", name="Show the email").click()
        expect(page.locator("#preview").get_by_text("https://a.example/", exact=True)).to_be_visible()
        expect(page.frame_locator("iframe").get_by_role("heading", name="For Ada")).to_be_visible()
        context.close()
