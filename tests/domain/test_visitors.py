"""People are told from machines by their user agents; nobody with a browser is taken for a machine."""

import time
from pathlib import Path

import crawleruseragents
import pytest

from app.domain.visit import Verdict
from app.domain.visitors import RULES_VERSION, classify

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
    " Mobile/15E148 Safari/604.1"
)
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
CASES = Path(__file__).parents[1] / "cases" / "user_agents"
PEOPLE = Path(__file__).with_name("people.txt").read_text().splitlines()
MACHINES = [
    *(
        "-",
        "Mozilla/5.0",
        "Mozilla/5.0 (Windows NT 10.0)",
        "curl/8.5.0",
        "Wget/1.21.4",
        "python-requests/2.31.0",
    ),
    *("Go-http-client/2.0", "okhttp/4.12.0", "Java/17.0.1", "axios/1.6"),
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/120.0.0.0 Safari/537.36",
    f"Mozilla/5.0 (X11; Linux x86_64; Storebot-Google/1.0) {WEBKIT} Chrome/79.0.3945.88 Safari/537.36",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/120.0.0.0 Safari/537.36 (scan; https://scanner.example)",
    "Mimecast-URL-Scanner/1.0",
]
PREVIEWERS = [
    *(
        "WhatsApp/2.23.20.0 A",
        "WhatsApp/2",
        "TelegramBot (like TwitterBot)",
        "Twitterbot/1.0",
        "facebookexternalhit/1.1",
    ),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1"
    " Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)",
    "Iframely/1.3.1 (+https://iframely.com/docs/about)",
    "Mastodon/4.2.1 (http.rb/5.1.1; +https://mastodon.example/)",
]


def crawlers(tag=None):
    listed = crawleruseragents.CRAWLER_USER_AGENTS_DATA
    return [agent for crawler in listed if tag is None or tag in crawler["tags"] for agent in crawler["instances"]]


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_browser_is_a_person(agent):
    assert classify(agent) == (Verdict.HUMAN, ())


@pytest.mark.parametrize("agent", MACHINES)
def test_a_program_is_a_machine(agent):
    verdict, signals = classify(agent)
    assert verdict is Verdict.MACHINE
    assert signals


@pytest.mark.parametrize("agent", PREVIEWERS)
def test_who_draws_cards_is_a_preview(agent):
    assert classify(agent)[0] is Verdict.PREVIEW


def test_an_app_that_fetches_for_itself_is_nobody_yet():
    assert classify("MyApp/3.1 (iPhone; iOS 17.0; Scale/3.00)")[0] is Verdict.UNKNOWN
    assert classify("MyShop/12 CFNetwork/1410.0.3 Darwin/22.6.0")[0] is Verdict.UNKNOWN
    assert classify("Dalvik/2.1.0 (Linux; U; Android 13; SM-A536B Build/TP1A)")[0] is Verdict.UNKNOWN


@pytest.mark.parametrize("agent", ["", " ", "\t", '""'])
def test_who_says_nothing_is_nobody_yet(agent):
    assert classify(agent) == (Verdict.UNKNOWN, ("no-user-agent",))


@pytest.mark.parametrize("model", ["VR BOT 552", "Forward Ruby", "Spider 8", "Expanse", "XBot_Senior"])
def test_a_telephone_may_be_called_like_a_program(model):
    agent = f"Mozilla/5.0 (Linux; Android 8.0.0; {model}) {WEBKIT} Chrome/86.0.4240.99 Mobile Safari/537.36"
    assert classify(agent) == (Verdict.HUMAN, ())


def share(agents, *verdicts):
    return sum(classify(agent)[0] in verdicts for agent in agents) / len(agents)


def test_the_known_crawlers_are_found():
    found = share(crawlers(), Verdict.MACHINE, Verdict.PREVIEW)
    assert found >= 0.995


def test_known_previewers_are_previews():
    # One of the list's examples is the browser inside Facebook's app, and that is a person.
    others = [agent for agent in crawlers("social-preview") if "wv)" not in agent]
    assert [agent for agent in others if classify(agent)[0] is not Verdict.PREVIEW] == []


def test_nearly_all_of_other_peoples_collections_are_told_apart(capsys):
    bots, people = ((CASES / name).read_text().splitlines() for name in ("bots.txt", "people.txt"))
    found, wronged = (share(agents, Verdict.MACHINE, Verdict.PREVIEW) for agents in (bots, people))
    score = f"bots found {found:.2%} of {len(bots)}, people taken for bots {wronged:.2%} of {len(people)}"
    with capsys.disabled():
        print(f"\n{score}")  # noqa: T201 - the score is there to be read.
    assert found >= 0.98
    assert wronged < 0.005


@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;prerender", "preview", "instant", ",,Prefetch,"])
def test_a_prefetch_is_a_preview(purpose):
    assert classify(IPHONE, "GET", purpose) == (Verdict.PREVIEW, ("prefetch",))
    assert classify("curl/8", "GET", purpose)[0] is Verdict.MACHINE


def test_a_head_is_a_machine():
    assert classify(IPHONE, "HEAD") == (Verdict.MACHINE, ("head",))
    assert classify("WhatsApp/2", "HEAD")[0] is Verdict.PREVIEW
    assert classify(IPHONE, "HEAD", "prefetch") == (Verdict.PREVIEW, ("prefetch", "head"))


def test_an_empty_purpose_says_nothing():
    assert classify(IPHONE, "GET", ",,,") == (Verdict.HUMAN, ())


@pytest.mark.parametrize(
    "piece", ["a@", "Mozilla/5.0 (", " Chrome/1", "(", "; ", "\u00e9", "\ud800", "\0", "a.", "https", "bot"]
)
def test_no_user_agent_keeps_the_rules_busy(piece):
    began = time.thread_time()
    classify(IPHONE + piece * 5_000)
    classify(piece * 5_000)
    assert time.thread_time() - began < 0.2


def test_the_rules_have_a_version():
    assert RULES_VERSION >= 1
