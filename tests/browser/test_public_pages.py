"""The pages without a sign-in, state by state: enrolment, unsubscribing, joining a team, and the API's description."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from app.domain.ids import new_code
from app.domain.stop_tokens import stop_token
from app.flow.change_team import invite_colleague
from app.store.columns import Encrypted
from app.web.limits import limiter
from tests.browser.looks import Watch
from tests.browser.site import Site, served
from tests.web.console.small_hub import HOST, NOW

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(migrated_file, tmp_path_factory) -> Iterator[Site]:
    with served(migrated_file, tmp_path_factory.mktemp("public")) as site:
        site.hub.add_advocate("johndoe")
        yield site


@contextmanager
def visitor(chromium: Browser, *, is_scripted: bool = True) -> Iterator[Page]:
    """Give somebody a browser, each of them new to the site's limits."""
    limiter.reset()
    # A button that is still on its way from light to dark has no contrast to be judged.
    context = chromium.new_context(reduced_motion="reduce", java_script_enabled=is_scripted)
    yield context.new_page()
    context.close()


def public(site: Site) -> str:
    """Return where the account's own domain is answered for."""
    return site.address.replace("127.0.0.1", HOST)


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def new_email(site: Site) -> str:
    """Store an email to a long address and return the path of its reader's unsubscribe page."""
    message_id = site.hub.add_message(recipient=f"{new_code()}{'x' * 50}@example.com")
    return f"{public(site)}/u/{stop_token(message_id, Encrypted.signing_keys)}"


def enrol(site: Site, page: Page) -> None:
    page.goto(f"{public(site)}/e/spring")
    expect(page.get_by_role("heading", name="Spring")).to_be_visible()


def enrol_with_nothing(site: Site, page: Page) -> None:
    enrol(site, page)
    press(page, "Get my link")
    expect(page.get_by_role("alert")).to_be_visible()


def enrolled(site: Site, page: Page) -> None:
    enrol(site, page)
    page.get_by_label("Your name").fill("Ada " + "Lovelace" * 12)
    page.get_by_label("Email address").fill("ada@example.com")
    page.get_by_role("checkbox").check()
    press(page, "Get my link")
    expect(page.get_by_label("Your link")).to_be_visible()


def unsubscribe(site: Site, page: Page) -> None:
    page.goto(new_email(site))
    expect(page.get_by_role("heading", name="No more emails")).to_be_visible()


def unsubscribed(site: Site, page: Page) -> None:
    unsubscribe(site, page)
    press(page, "Unsubscribe")
    expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()


def subscribed_again(site: Site, page: Page) -> None:
    unsubscribed(site, page)
    press(page, "I did not mean to")
    expect(page.get_by_role("heading", name="You are back")).to_be_visible()


def join(site: Site, page: Page) -> None:
    address = f"{new_code()}{'x' * 50}@example.com"
    with site.hub.transaction() as session:
        token = invite_colleague(session, site.hub.account.id, email=address, role="viewer", now=NOW)
    page.goto(f"{site.address}/console/join/{token}")
    expect(page.get_by_role("heading", name="Join Demo Coffee")).to_be_visible()


def join_too_shortly(site: Site, page: Page) -> None:
    join(site, page)
    page.get_by_label("Choose a password").fill("short")
    press(page, "Join")
    expect(page.locator("#password-error")).to_be_visible()


def an_old_invitation(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/console/join/of-somebody-else")
    expect(page.get_by_role("alert")).to_contain_text("invitation")


def sign_in_wrongly(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/console/sign-in")
    page.get_by_label("Email address").fill("nobody@example.com")
    page.get_by_label("Password").fill("wrong")
    press(page, "Sign in")
    expect(page.get_by_role("alert")).to_be_visible()


def no_such_link(site: Site, page: Page) -> None:
    page.goto(f"{public(site)}/u/nothing")
    expect(page.get_by_role("heading", name="This link leads nowhere")).to_be_visible()


STATES: tuple[Callable[[Site, Page], None], ...] = (
    enrol, enrol_with_nothing, enrolled, unsubscribe, unsubscribed, subscribed_again, join, join_too_shortly,
    an_old_invitation, sign_in_wrongly, no_such_link,
)  # fmt: skip


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_state_fits_is_accessible_and_keeps_its_policy(chromium, site, state):
    with visitor(chromium) as page:
        watch = Watch(page)
        state(site, page)
        assert watch.look() == []
    assert [words for words in watch.said if "Failed to load resource" not in words] == []


def test_every_state_is_reached_without_a_script(chromium, site):
    for state in STATES:
        with visitor(chromium, is_scripted=False) as page:
            state(site, page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_apis_description_follows_the_readers_look(site, chromium, scheme):
    page = chromium.new_page(color_scheme=scheme)
    watch = Watch(page)
    page.goto(f"{site.address}/api/v1/docs")
    expect(page.get_by_role("heading", name="Throughline")).to_be_visible()
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (colour == "rgb(28, 32, 34)") is (scheme == "dark")
    assert all(one.url.startswith(site.address) for one in watch.loaded)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()
