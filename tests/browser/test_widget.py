"""The share widget in a real browser, on a shop's pages that are made up on the spot."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from app.domain.sharing import PLATFORMS
from app.web.public.scripts import script
from tests.accessibility import grave_problems

pytestmark = pytest.mark.browser

HUB = "https://refer.shop.example"
SHOP = "https://www.shop.example/thanks?order=7#top"
HOSTILE = """
* {
    font: 40px fantasy !important; color: red !important; letter-spacing: 9px !important; visibility: hidden !important;
    text-transform: uppercase !important; pointer-events: none !important; user-select: none !important;
}
throughline-share, throughline-share *, a, button, span, b, svg, path, [role=group] {
    all: unset !important; display: none !important; position: absolute !important; opacity: 0 !important;
    width: 1px !important; transform: scale(3) !important; filter: invert(1) !important;
}
"""
BLOCKED = "Object.defineProperty(%s, '%s', {get() { throw new DOMException('no', 'SecurityError') }});"


@dataclass
class Shop:
    """A page with one widget, and what the hub tells it."""

    page: Page
    tag: str = 'data-campaign="spring" data-advocate="johndoe"'
    style: str = ""
    is_down: bool = False
    told: dict[str, object] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        if url.path == "/widget.js":
            route.fulfill(content_type="text/javascript", body=script("widget.js").plain)
        elif f"{url.scheme}://{url.netloc}" == HUB:
            self.asked.append(url.path)
            cors = {"Access-Control-Allow-Origin": "*"}
            if self.is_down:
                route.abort()
            else:
                route.fulfill(content_type="application/json", headers=cors, body=orjson.dumps(self.told))
        elif url.path == "/thanks":
            tag = f'<script src="{HUB}/widget.js" {self.tag}></script>'
            head = f"<!doctype html><title>Tea &amp; cake</title><style>{self.style}</style>"
            route.fulfill(content_type="text/html", body=f"{head}<p id=above>Hi</p><div>{tag}</div><p id=below>Bye</p>")
        else:
            route.fulfill(content_type="text/html", body="<!doctype html><title>Elsewhere</title>")

    def open(self) -> Locator:
        """Return the widget, after the hub has told it what it asked."""
        # From elsewhere, for going to the same address and fragment loads nothing.
        self.page.goto("about:blank")
        self.page.goto(SHOP)
        return self.page.locator("throughline-share")


def johns() -> dict[str, object]:
    platforms = {
        name: {"press": f"{HUB}/-sTokenAdvoc8{one.letter}", "url": f"{HUB}/-iTokenAdvoc8{one.letter}/johndoe"}
        for name, one in PLATFORMS.items()
    }
    return {"known": True, "text": "Come along", "url": f"{HUB}/johndoe", "platforms": platforms}


@pytest.fixture
def shop(chromium: Browser):
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    shop = Shop(page, told=johns())
    page.on("pageerror", lambda error: shop.errors.append(str(error)))
    page.on("console", lambda said: shop.errors.append(said.text) if "net::ERR_FAILED" not in said.text else None)
    context.route("**/*", shop.answer)
    yield shop
    context.close()
    assert shop.errors == []


def test_every_press_goes_through_the_hub_which_records_it(shop):
    widget = shop.open()
    links = widget.get_by_role("link")
    expect(links).to_have_count(4)
    expect(links.first).to_have_attribute("href", f"{HUB}/-sTokenAdvoc8w")
    said = [(link.get_attribute("aria-label"), link.get_attribute("href")[-1]) for link in links.all()]
    assert said == [
        ("Share on WhatsApp", "w"),
        ("Share on Facebook", "f"),
        ("Share on X", "x"),
        ("Share by email", "e"),
    ]
    with shop.page.context.expect_page() as opened:
        widget.get_by_role("link", name="Share on WhatsApp").click()
    assert opened.value.url == f"{HUB}/-sTokenAdvoc8w"
    assert opened.value.evaluate("window.opener") is None


def test_copying_the_link_is_a_share_and_is_said_aloud(shop):
    widget = shop.open()
    expect(widget.get_by_role("link").first).to_have_attribute("href", f"{HUB}/-sTokenAdvoc8w")
    button = widget.get_by_role("button", name="Copy link")
    width = button.bounding_box()["width"]
    with shop.page.expect_request(f"{HUB}/-sTokenAdvoc8c"):
        button.click()
    expect(widget.get_by_role("status")).to_have_text("Link copied")
    assert shop.page.evaluate("navigator.clipboard.readText()") == f"{HUB}/-iTokenAdvoc8c/johndoe"
    assert button.bounding_box()["width"] == width


def test_the_devices_own_share_sheet_is_offered_where_there_is_one(shop):
    shop.told = {**johns(), "texts": {"native": "Psst"}}
    shop.page.add_init_script("navigator.share = async said => { window.shared = said }")
    widget = shop.open()
    expect(widget.get_by_role("link").first).to_have_attribute("href", f"{HUB}/-sTokenAdvoc8w")
    with shop.page.expect_request(f"{HUB}/-sTokenAdvoc8n"):
        widget.get_by_role("button", name="Share…").click()
    assert shop.page.evaluate("shared") == {"text": "Psst", "url": f"{HUB}/-iTokenAdvoc8n/johndoe"}


def test_no_style_of_the_page_reaches_the_buttons(shop):
    def seen():
        widget = shop.open()
        expect(widget.get_by_role("link").first).to_be_visible()
        looks = (
            "one => [getComputedStyle(one).color, getComputedStyle(one).fontSize, one.offsetHeight, one.offsetWidth]"
        )
        return [
            widget.get_by_role("link").first.evaluate(looks),
            widget.evaluate("one => getComputedStyle(one).opacity"),
        ]

    plain = seen()
    shop.style = HOSTILE
    assert seen() == plain
    assert shop.page.locator("#below").evaluate("one => getComputedStyle(one).color") == "rgb(255, 0, 0)"
    shop.page.locator("throughline-share").get_by_role("button", name="Copy link").click()
    expect(shop.page.locator("throughline-share").get_by_role("status")).to_have_text("Link copied")


def test_the_keyboard_alone_is_enough(shop):
    widget = shop.open()
    names = []
    for _ in range(5):
        shop.page.keyboard.press("Tab")
        focused = "document.activeElement.shadowRoot.activeElement"
        names.append(shop.page.evaluate(f"{focused}.getAttribute('aria-label')"))
        assert shop.page.evaluate(f"getComputedStyle({focused}).outlineWidth") == "3px"
    assert names == ["Share on WhatsApp", "Share on Facebook", "Share on X", "Share by email", "Copy link"]
    shop.page.keyboard.press("Enter")
    expect(widget.get_by_role("status")).to_have_text("Link copied")
    assert shop.page.evaluate("navigator.clipboard.readText()") == f"{HUB}/-iTokenAdvoc8c/johndoe"


def test_everybody_can_use_it_in_light_and_dark(shop):
    for scheme in ("light", "dark"):
        shop.tag += f' data-theme="{scheme}" data-platforms="{",".join(PLATFORMS)}"'
        shop.open()
        assert [problem for problem in grave_problems(shop.page) if "html-has-lang" not in problem] == []
        shop.tag = shop.tag.partition(" data-theme")[0]


def test_with_the_hub_down_the_platforms_open_with_the_plain_link(shop):
    shop.is_down = True
    widget = shop.open()
    links = {link.inner_text(): link.get_attribute("href") for link in widget.get_by_role("link").all()}
    assert links["WhatsApp"] == "https://wa.me/?text=Tea%20%26%20cake%20https%3A%2F%2Frefer.shop.example%2Fjohndoe"
    assert parse_qs(urlsplit(links["X"]).query) == {"text": ["Tea & cake"], "url": [f"{HUB}/johndoe"]}
    assert links["Email"].startswith("mailto:?subject=Tea%20%26%20cake&body=Tea%20")
    with shop.page.context.expect_page() as opened:
        widget.get_by_role("link", name="Share on WhatsApp").click()
    assert opened.value.url.startswith("https://wa.me/")
    widget.get_by_role("button", name="Copy link").click()
    expect(widget.get_by_role("status")).to_have_text("Link copied")
    assert shop.page.evaluate("navigator.clipboard.readText()") == f"{HUB}/johndoe"


def test_a_hub_that_goes_down_while_the_page_is_open_swallows_no_press(shop):
    shop.page.clock.install()
    widget = shop.open()
    expect(widget.get_by_role("link").first).to_have_attribute("href", f"{HUB}/-sTokenAdvoc8w")
    shop.is_down = True
    shop.page.clock.fast_forward(60_000)
    widget.get_by_role("link").first.hover()
    expect(widget.get_by_role("link").first).to_have_attribute(
        "href", f"https://wa.me/?text=Come%20along%20{'https%3A%2F%2Frefer.shop.example%2Fjohndoe'}"
    )


def test_what_stands_below_does_not_move_when_the_hub_answers_and_the_unknown_are_not_shown(shop):
    shop.told = {"known": False}
    widget = shop.open()
    expect(widget).to_be_hidden()
    assert widget.bounding_box()["height"] == 44
    shift = """new Promise(done => {
        new PerformanceObserver(seen => done(seen.getEntries().length)).observe({type: "layout-shift", buffered: true});
        setTimeout(() => done(0), 50);
    })"""
    assert shop.page.evaluate(shift) == 0


def test_it_stands_where_it_is_told_as_small_and_dark_as_it_is_told(shop):
    shop.tag += ' data-target="#below" data-look="icons" data-theme="dark" data-platforms="x,copy"'
    widget = shop.open()
    assert widget.evaluate("one => one.parentNode.id") == "below"
    for button in (widget.get_by_role("link", name="Share on X"), widget.get_by_role("button", name="Copy link")):
        assert (button.bounding_box()["width"], button.bounding_box()["height"]) == (44, 44)
        assert button.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(28, 35, 44)"
    assert widget.get_by_role("button").get_attribute("title") == "Copy the link"


def test_without_an_advocate_the_page_itself_is_shared(shop):
    shop.tag, shop.told = (
        'data-campaign="spring" data-platforms="x, copy, nonsense"',
        {"known": True, "text": "Long", "texts": {"x": "Look"}},
    )
    widget = shop.open()
    page = "https%3A%2F%2Fwww.shop.example%2Fthanks%3Forder%3D7"
    expect(widget.get_by_role("link")).to_have_attribute("href", f"https://x.com/intent/post?text=Look&url={page}")
    widget.get_by_role("button").click()
    assert shop.page.evaluate("navigator.clipboard.readText()") == "https://www.shop.example/thanks?order=7"
    assert shop.asked == ["/widget.json"]


def test_nothing_is_stored_and_a_locked_up_browser_shares_all_the_same(shop):
    for blocked in (("Document.prototype", "cookie"), ("window", "localStorage"), ("window", "sessionStorage")):
        shop.page.add_init_script(BLOCKED % blocked)
    shop.page.add_init_script("delete window.fetch; delete window.CSSStyleSheet; delete Navigator.prototype.clipboard")
    widget = shop.open()
    expect(widget.get_by_role("link").first).to_have_attribute("href", f"{HUB}/-sTokenAdvoc8w")
    asked = []
    shop.page.on("dialog", lambda dialog: (asked.append(dialog.default_value), dialog.dismiss()))
    widget.get_by_role("button", name="Copy link").click()
    assert asked == [f"{HUB}/-iTokenAdvoc8c/johndoe"]
    assert shop.page.context.cookies() == []
