"""The snippet in a real browser, on a shop's pages that are made up on the spot."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

SCRIPT = (Path(__file__).parents[2] / "app/web/static/mbsy.js").read_text()
SHOP = "https://www.shop.example/"
CLICK = "7d89eeb0-0031-478c-a60c-6a96d762712a"
OTHER = "01920000-0000-7000-8000-00000000000a"
LANDING = f"{SHOP}?campaignid=spring&mbsy=johndoe&mbsy_source={CLICK}#top"
KNOWN = {"mbsy": "johndoe", "mbsy_source": CLICK, "campaignid": "spring"}


@dataclass
class Shop:
    """A shop whose every page holds the same body, and which has a cart where it is Shopify's."""

    page: Page
    body: str = ""
    tag: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    carts: list[tuple[str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/mbsy.js":
            route.fulfill(content_type="text/javascript", body=SCRIPT)
        elif "cart" in path:
            self.carts.append((route.request.method, path))
            if route.request.method == "POST":
                self.attributes |= json.loads(route.request.post_data)["attributes"]
            route.fulfill(content_type="application/json", body=json.dumps({"attributes": self.attributes}))
        else:
            tag = f'<script src="https://refer.shop.example/mbsy.js" async {self.tag}></script>'
            route.fulfill(content_type="text/html", body=f"<!doctype html><head>{tag}</head><body>{self.body}</body>")

    def open(self, address: str) -> dict[str, str]:
        self.page.goto(address)
        return self.known()

    def known(self) -> dict[str, str]:
        return self.page.evaluate("mbsy.get()")

    def cookies(self) -> dict[str, dict[str, object]]:
        return {cookie["name"]: cookie for cookie in self.page.context.cookies()}


@pytest.fixture
def shop(chromium: Browser):
    context = chromium.new_context()
    page = context.new_page()
    shop = Shop(page)
    page.on("pageerror", lambda error: shop.errors.append(str(error)))
    context.route("**/*", shop.answer)
    yield shop
    context.close()
    assert shop.errors == []


def test_a_landing_is_kept_ninety_days_for_the_whole_domain(shop):
    assert shop.open(LANDING) == KNOWN
    kept = shop.cookies()
    assert {name: cookie["value"] for name, cookie in kept.items()} == KNOWN
    for cookie in kept.values():
        assert (cookie["domain"], cookie["path"]) == (".shop.example", "/")
        assert (cookie["secure"], cookie["sameSite"]) == (True, "Lax")
    days = shop.page.evaluate("n => (n - Date.now() / 1000) / 86400", kept["mbsy"]["expires"])
    assert round(days) == 90
    assert shop.open("https://checkout.shop.example/pay") == KNOWN


def test_no_cookie_is_set_wider_than_the_shops_own_domain(shop):
    for host, domain in (
        ("https://shop.co.uk", ".shop.co.uk"),
        ("https://a.b.shop.co.uk", ".shop.co.uk"),
        ("https://me.github.io", ".me.github.io"),
        ("http://localhost:9", "localhost"),
        ("http://127.0.0.1:9", "127.0.0.1"),
    ):
        assert shop.open(f"{host}/?mbsy=johndoe") == {"mbsy": "johndoe"}
        assert {cookie["domain"] for cookie in shop.cookies().values()} == {domain}
        assert shop.cookies()["mbsy"]["secure"] is host.startswith("https")
        shop.page.context.clear_cookies()


def test_the_last_touch_wins_whole(shop):
    shop.open(LANDING)
    assert shop.open(f"{SHOP}?mbsy_source={OTHER}") == {"mbsy_source": OTHER}
    assert set(shop.cookies()) == {"mbsy_source"}
    assert shop.open(f"{SHOP}?campaignid=autumn&q=shoes") == {"mbsy_source": OTHER}


def test_nonsense_in_the_address_is_no_touch(shop):
    for query in (
        "mbsy=%E0%A4%A&mbsy_source=x",
        "mbsy=<script>alert(1)</script>&mbsy_source=' or 1=1",
        f"mbsy={'x' * 33}",
        "mbsy=-a&mbsy_source=" + "0" * 36,
        "__proto__=1&constructor=x&hasOwnProperty=y&mbsy",
        "mbsy=a%00b&mbsy_source=%F0%9F%98%80",
        "&&&==&mbsy%5B%5D=1",
    ):
        assert shop.open(f"{SHOP}?{query}") == {}
        assert shop.cookies() == {}


def test_hostile_cookies_are_read_as_nothing(shop):
    names = {"mbsy": "%E0%A4%A", "mbsy_source": "<b>", "campaignid": "%00", "__proto__": "1"}
    shop.page.context.add_cookies([{"name": name, "value": value, "url": SHOP} for name, value in names.items()])
    assert shop.open(SHOP) == {}


def test_where_storage_is_blocked_the_page_goes_on_and_the_landing_is_still_known(shop):
    blocked = "Object.defineProperty(%s, '%s', {get() { throw new DOMException('no', 'SecurityError') }})"
    shop.page.add_init_script(blocked % ("Document.prototype", "cookie") + ";" + blocked % ("window", "sessionStorage"))
    shop.body = "<script>var Shopify = {}</script><form data-mbsy><button>Go</button></form>"
    assert shop.open(LANDING) == KNOWN
    assert shop.page.locator("input[name=mbsy_source]").input_value() == CLICK


def test_nothing_is_kept_before_consent_and_all_of_it_goes_when_it_is_taken_back(shop):
    shop.tag = 'data-consent="wait"'
    shop.body = "<form data-mbsy></form><script>var Shopify = {}</script>"
    assert shop.open(LANDING) == {}
    assert (shop.cookies(), shop.carts) == ({}, [])
    assert shop.page.locator("input").count() == 0
    shop.page.evaluate("mbsy.consent(true)")
    assert (shop.known(), set(shop.cookies())) == (KNOWN, set(KNOWN))
    assert shop.page.locator("input[name=mbsy]").input_value() == "johndoe"
    shop.page.evaluate("mbsy.consent(false)")
    assert (shop.known(), shop.cookies()) == ({}, {})
    assert shop.page.locator("input[name=mbsy]").input_value() == ""


def test_a_consent_that_came_before_the_script_counts(shop):
    shop.tag = 'data-consent="wait"'
    shop.page.add_init_script("window.mbsy = {consented: true}")
    assert shop.open(LANDING) == KNOWN


def test_a_shopify_cart_is_told_once_and_again_after_the_next_touch(shop):
    shop.body = "<script>var Shopify = {routes: {root: '/en/'}}</script>"
    with shop.page.expect_response("**/cart/update.js"):
        shop.open(LANDING)
    assert shop.attributes == KNOWN
    shop.open(f"{SHOP}cat")
    assert shop.carts == [("GET", "/en/cart.js"), ("POST", "/en/cart/update.js")]
    with shop.page.expect_response("**/cart/update.js"):
        shop.open(f"{SHOP}?mbsy_source={OTHER}")
    assert shop.attributes == {"mbsy": "", "mbsy_source": OTHER, "campaignid": ""}


def test_a_shop_that_is_not_shopifys_is_asked_for_no_cart(shop):
    shop.open(LANDING)
    shop.page.evaluate("new Promise(done => setTimeout(done))")
    assert shop.carts == []


def test_forms_and_checkouts_carry_it_also_those_drawn_later_and_others_do_not(shop):
    shop.body = (
        '<form data-mbsy id=a><input name=elements><input name=mbsy value=""></form>'
        '<form class="checkout woocommerce-checkout" id=b></form><form id=c></form>'
    )
    shop.open(LANDING)
    said = "id => Object.fromEntries(new FormData(document.getElementById(id)))"
    assert shop.page.evaluate(said, "a") == {"elements": "", **KNOWN}
    assert shop.page.evaluate(said, "b") == KNOWN
    assert shop.page.evaluate(said, "c") == {}
    shop.page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<form data-mbsy id=d action=/done><button>Pay</button></form>')"
    )
    shop.page.get_by_role("button", name="Pay").click()
    shop.page.wait_for_url("**/done?*")
    assert {name: values[0] for name, values in parse_qs(urlsplit(shop.page.url).query).items()} == KNOWN


def test_stripes_payment_links_and_buttons_name_the_click(shop):
    shop.body = (
        '<a href="https://buy.stripe.com/abc?prefilled_email=a%40b.c#x">1</a>'
        f'<a href="https://buy.stripe.com/abc?client_reference_id=mbsy_{OTHER}">2</a>'
        '<a href="https://buy.stripe.com/abc?client_reference_id=cart-7">3</a>'
        '<a href="https://evil.example/?https://buy.stripe.com/">4</a>'
        '<a href="https://pay.shop.example/x" data-mbsy>5</a>'
        "<stripe-buy-button></stripe-buy-button>"
    )
    shop.open(LANDING)
    ours = f"client_reference_id=mbsy_{CLICK}"
    assert shop.page.evaluate("[...document.querySelectorAll('a')].map(link => link.getAttribute('href'))") == [
        f"https://buy.stripe.com/abc?prefilled_email=a%40b.c&{ours}#x",
        f"https://buy.stripe.com/abc?{ours}",
        "https://buy.stripe.com/abc?client_reference_id=cart-7",
        "https://evil.example/?https://buy.stripe.com/",
        f"https://pay.shop.example/x?{ours}",
    ]
    assert shop.page.locator("stripe-buy-button").get_attribute("client-reference-id") == f"mbsy_{CLICK}"
