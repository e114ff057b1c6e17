"""People with a browser, each with cookies of their own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, BrowserContext, expect

from tests.accessibility import grave_problems

# Without a window Chromium calls itself headless, and that is nobody.
_DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"


class Person:
    """Somebody at a browser."""

    def __init__(self, context: BrowserContext) -> None:
        self.context, self.page = context, context.new_page()
        context.route("https://wa.me/**", lambda route: route.fulfill(body="WhatsApp"))

    def enrol(self, address: str) -> str:
        """Fill in a campaign's page and return the link it gives."""
        self.page.goto(address)
        self._get_my_link()
        self._see_that_everybody_can_use_it()
        self.page.get_by_label("Your name").fill("Ada Lovelace")
        self.page.get_by_label("Email address").fill("ada@example.com")
        self.page.get_by_role("checkbox").check()
        self._get_my_link()
        self._see_that_everybody_can_use_it()
        return self.page.get_by_label("Your link").input_value()

    def _get_my_link(self) -> None:
        # A click returns before the next page stands, and both pages have the same address.
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Get my link").click()

    def _see_that_everybody_can_use_it(self) -> None:
        assert grave_problems(self.page) == []
        for width in (360, 768, 1440):
            self.page.set_viewport_size({"width": width, "height": 800})
            assert self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0

    def share(self, address: str) -> str:
        """Press a page's WhatsApp button and return the message that opens there."""
        self.page.goto(address)
        button = self.page.get_by_role("link", name="Share on WhatsApp")
        expect(button).to_have_attribute("href", re.compile("/-s"))
        with self.context.expect_page() as opened:
            button.click()
        opened.value.wait_for_url("https://wa.me/**")
        return parse_qs(urlsplit(opened.value.url).query)["text"][0]

    def land(self, address: str) -> tuple[str, dict[str, Any]]:
        """Follow a link until the cart is told of it; return where it led, and the cookies."""
        with self.page.expect_response("**/cart/update.js"):
            self.page.goto(address)
        return self.page.url, {cookie["name"]: cookie for cookie in self.context.cookies()}


@contextmanager
def person(browser: Browser, user_agent: str = _DESKTOP) -> Iterator[Person]:
    """Give somebody a browser for as long as the block lasts."""
    context = browser.new_context(user_agent=user_agent)
    yield Person(context)
    context.close()
