"""Every form of the console, filled in and sent by a real browser: on a phone without scripts, and on a wide screen."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from app.web.console.routes import ROUTES
from tests.browser.site import Site, fill, served

pytestmark = pytest.mark.browser

_SCRIPTED_ONLY = {"template_fragment"}
"""What a page asks for by itself while somebody writes."""


@dataclass
class Walker:
    """Somebody at the console, and the forms that their browser sent."""

    site: Site
    context: BrowserContext
    is_scripted: bool
    page: Page = field(init=False)
    sent: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page = self.context.new_page()
        self.context.on("request", self._note)
        self.context.on("response", lambda one: self.failed.append(one.url) if one.status >= 400 else None)

    def _note(self, request: Request) -> None:
        if request.method == "POST":
            path = request.url.removeprefix(self.site.address).partition("?")[0]
            endpoint, _ = self.site.hub.flask.url_map.bind("").match(path, method="POST")
            self.sent.add(endpoint.removeprefix("console."))

    def go(self, path: str) -> None:
        self.page.goto(f"{self.site.address}/console{path}")

    def fill(self, **words: str) -> None:
        for label, text in words.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).fill(text)

    def press(self, name: str | re.Pattern[str], says: str, *, exact: bool = False) -> None:
        """Press a button, folded away or not, and see that the page says what it must."""
        button = self.page.get_by_role("button", name=name, exact=exact, include_hidden=True).first
        folded = button.locator("xpath=ancestor::details[not(@open)]/summary")
        if folded.count():
            folded.first.click()
        # What the next page says may stand on this one already.
        with self.page.expect_navigation():
            button.click()
        expect(self.page.locator("main")).to_contain_text(says)


def words_of_messages(walker: Walker) -> None:
    walker.go("/")
    walker.press("Remove the sample", "curl -X POST")
    fill(walker.site.hub)
    for status, button in (("held", "Send it now"), ("failed", "Send it again")):
        walker.go(f"/messages/{walker.site.hub.add_message(status=status, text='Hi')}")
        walker.press(button, "It is on its way.")


def templates(walker: Walker) -> None:
    walker.go("/templates/new/sms")
    walker.fill(
        Key="hello", Name="Hello", Text="Hi {{ contact.first_name }}, see https://shop.example/", To="+15005550006"
    )
    walker.press("Preview", "A web link")
    walker.press("Save", "Versions", exact=True)
    walker.fill(Text="Hi again", To="+15005550006")
    walker.press("Save", "Version 2", exact=True)
    walker.fill(To="+15005550006")
    walker.press("Send a test", "The test is on its way.")
    walker.go("/templates/of/hello")
    walker.press("Delete hello", "Templates")
    walker.go("/templates/new/email")
    walker.page.get_by_label("HTML", exact=True).fill("<h1>For {{ contact.first_name }}</h1>")
    if not walker.is_scripted:
        walker.page.get_by_role("button", name="Show the email").click()
    expect(walker.page.frame_locator("iframe").get_by_role("heading", name="For Ada")).to_be_visible()


def campaigns(walker: Walker) -> None:
    walker.go("/campaigns/new")
    walker.fill(Key="autumn", Friends_land_on="https://shop.example/autumn")
    walker.press("Save", "mbsy.js")
    walker.page.locator("summary", has_text="Other words").click()
    walker.fill(WhatsApp="Psst:")
    walker.press("Save", "1 written")
    walker.press("Delete autumn", "The campaign is deleted.")


def general_settings(walker: Walker) -> None:
    walker.go("/settings")
    walker.fill(Texts_each_second_at_most="7")
    walker.press("Save", "Saved")
    walker.go("/settings/domains")
    walker.fill(Host="refer.shop.example")
    walker.press("Add it", "Set the records below")
    walker.press("Check the records of refer.shop.example", "refer.shop.example")
    walker.press(re.compile(r"Give it up\s*: refer\.shop\.example"), "The domain is given up.")
    walker.go("/settings/integrations")
    walker.page.locator("#twilio-heading").locator("xpath=ancestor::section//summary").click()
    walker.page.locator("#twilio-account_sid").fill("AC1")
    walker.page.locator("#twilio-auth_token").fill("secret")
    walker.page.locator("section:has(#twilio-heading)").get_by_role("button", name="Save").click()
    walker.press("Check the credentials of Twilio", "twilio")
    walker.press("Forget the credentials of Twilio", "Twilio")
    walker.go("/settings/keys")
    walker.press("Make a key", "Your new key")
    walker.press("Revoke", "Revoked")


def webhooks(walker: Walker) -> None:
    walker.go("/settings/webhooks")
    walker.fill(Address="https://hooks.shop.example/")
    walker.press("Register", "hooks.shop.example")
    walker.go("/settings/webhooks")
    walker.page.get_by_role("link", name="https://hooks.shop.example/").click()
    walker.press("Try it out", "ping")
    walker.press("Again", "ping")
    walker.press("Switch it off", "Switch it on")
    walker.press("Switch it on", "Switch it off")
    walker.press("New secret", "The new secret")
    walker.press("Delete", "Webhooks", exact=True)


def suppressions(walker: Walker) -> None:
    walker.go("/settings/suppressions")
    walker.fill(Email_address_or_phone_number="legal@rival.example", Note="asked by letter")
    walker.press("Add", "Nothing more is sent to legal@rival.example", exact=True)
    walker.page.get_by_role("link", name="legal@rival.example").click()
    walker.press("Send there again", "Messages are sent to legal@rival.example again.")


def team(walker: Walker) -> None:
    walker.go("/settings/team")
    walker.fill(Email_address="first@shop.example")
    walker.press("Make a link", "The link for first@shop.example")
    walker.press(re.compile(r"Take it back\s*: first@shop\.example"), "People")
    walker.fill(Email_address="second@shop.example")
    walker.press("Make a link", "The link for second@shop.example")
    link = walker.page.locator("#join-link").inner_text().strip()
    joining = walker.context.browser.new_context(viewport=walker.page.viewport_size).new_page()
    joining.on("request", walker._note)
    joining.goto(re.sub(r"^https?://[^/]+", walker.site.address, link))
    joining.get_by_label("Choose a password").fill("a few words do well")
    joining.get_by_role("button", name="Join").click()
    expect(joining.locator("main")).to_be_visible()
    joining.context.close()
    walker.go("/settings/team")
    walker.page.get_by_label("Role of second@shop.example").select_option("viewer")
    walker.press("Change the role of second@shop.example", "second@shop.example")
    walker.press("Remove second@shop.example", "People")


STEPS: tuple[Callable[[Walker], None], ...] = (
    words_of_messages, templates, campaigns, general_settings, webhooks, suppressions, team,
)  # fmt: skip


@pytest.mark.parametrize(("width", "is_scripted"), [(360, False), (1440, True)], ids=["phone", "wide"])
def test_every_form_can_be_sent(chromium: Browser, migrated_file, tmp_path, width, is_scripted):
    with served(migrated_file, tmp_path) as site:
        context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=is_scripted)
        walker = Walker(site, context, is_scripted)
        site.sign_in(walker.page)
        for step in STEPS:
            step(walker)
        if width < 500:
            walker.page.get_by_text("Menu", exact=True).click()
        walker.page.get_by_role("button", name="Sign out").locator("visible=true").click()
        expect(walker.page.get_by_role("heading", name="Sign in")).to_be_visible()
        context.close()
    forms = {route.name for route in ROUTES if route.method == "POST"}
    forms -= set() if is_scripted else _SCRIPTED_ONLY
    assert forms - walker.sent == set()
    assert walker.failed == []
