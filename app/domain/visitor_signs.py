"""The tables behind the verdicts: what previewers, scanners and programs call themselves.

A user agent is read three ways, all of them cheap: its words are looked up in sets, a few stems are looked for
anywhere in it, and an expression is tried only where its guard, a plain text, is there at all. The list of crawlers is
the package crawler-user-agents (https://github.com/monperrus/crawler-user-agents, MIT); what follows are our own
signs, written against vendors' documents:
https://developers.facebook.com/docs/sharing/webmasters/web-crawlers · https://api.slack.com/robots ·
https://developer.x.com/en/docs/x-for-websites/cards/guides/troubleshooting-cards ·
https://developers.google.com/search/docs/crawling-indexing/google-user-triggered-fetchers
"""

import re
from collections import defaultdict
from dataclasses import dataclass

import crawleruseragents  # type: ignore[import-untyped]  # it comes without types

from app.domain.visit import Verdict

WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Sign:
    """One kind of giveaway; everything in lower case."""

    name: str
    verdict: Verdict
    words: frozenset[str]
    """Whole words."""
    stems: tuple[str, ...] = ()
    """Texts that give it away wherever they stand."""
    patterns: tuple[tuple[str, re.Pattern[str]], ...] = ()
    """Expressions, each with the text that must be there before it is worth trying."""

    def found_in(self, agent: str, words: set[str]) -> str | None:
        """Return what gives ``agent``, in lower case, away; None when nothing does."""
        if not self.words.isdisjoint(words):
            return min(self.words & words)
        for stem in self.stems:
            if stem in agent:
                return stem
        for guard, pattern in self.patterns:
            if guard in agent and (found := pattern.search(agent)):
                return found[0].strip()[:40]
        return None


def word_set(text: str) -> frozenset[str]:
    """Return the words that ``text`` lists."""
    return frozenset(text.split())


def _patterns(**expressions: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((guard, re.compile(expression)) for guard, expression in expressions.items())


PREVIEWER = Sign(
    "previewer",
    Verdict.PREVIEW,
    word_set(
        "facebot facebookexternalua facebookplatform facebookcatalog facebookscraper twitterbot slackbot linkedinbot"
        " telegrambot discordbot redditbot pinterestbot odklbot mattermost zulip mastodon pleroma misskey summalybot"
        " friendica lemmy iframely embedly bingpreview microsoftpreview googlemessages chatwork groupme linespider"
        " linebot notionembedder clickuplink dingtalkbot larkbot keybasebot steamchaturllookup fastmailua"
        " tweetmemebot vkrobot vkshare imageproxy yahoomailproxy snapurlpreview skypeuripreview fedilist gotosocial"
        " akkoma peertube pixelfed hatena xing valvesteam matrixbot embedbot ttspider tiktokspider bytespider"
    ),
    (
        *("facebookexternal", "meta-external", "meta-webindexer", "slack-imgproxy", "pinterest.com/bot", "rocket.chat"),
        *("google-pagerenderer", "google-chat", "kakaotalk-scrap", "flipboardproxy", "flipboardrss", "github-camo"),
        *("duckduckbot-https", "wechat-link", "feishu-link", "unfurl", "onebox", "oembed", "opengraph", "open graph"),
        *("ggpht.com", "quora-bot", "brandwatch"),
    ),
    _patterns(
        preview=r"(?:link|url|web|card|teams|uri)[-_ ]?preview|preview[-_ ]?bot",
        link=r"rich[-_ ]?link",
        card=r"\bcard[-_ ]?(?:bot|fetch|validator)",
        whatsapp=r"^whatsapp(?:/|$)",
        viber=r"^viber\b(?!.*mozilla)",
        bluesky=r"bluesky (?:card|preview)|^bluesky",
        notion=r"^notion",
        tumblr=r"^tumblr/",
        synapse=r"^synapse",
        ning=r"^ning/",
        addthis=r"^addthis",
        teams=r"^(?:microsoft)?teams|skype-?teams-?preview",
    ),
)

SCANNER = Sign(
    "scanner",
    Verdict.MACHINE,
    word_set(
        "mimecast barracuda proofpoint messagelabs cloudmark fireeye trellix forcepoint websense zscaler ironport"
        " mailcontrol bitdefender fortiguard fortinet paloalto expanse cyren vade vadesecure avanan urldefense"
        " safelinks safebrowsing virustotal urlscan phishtank phishlabs netcraft censys censysinspect nessus nikto"
        " nmap masscan zgrab qualys acunetix sqlmap wpscan nuclei shodan dirbuster gobuster assetnote heimdall"
        " cybaaagent zmap openvas arachni w3af"
    ),
    ("trend micro", "trendmicro", "abnormal security", "google-safety", "check point harmony", "outlook-ios-scan"),
    _patterns(
        **{
            # Office itself, and Outlook that looks a link up; a browser that Office opened only names it at the end.
            "microsoft o": r"microsoft (?:office(?! \w+/[\d./]+ \()|outlook)",
            "microsoft defender": r"microsoft defender",
            "ms-office": r"compatible; ms-office",
            "outlook": r"^(?:mac)?outlook|^outlook-express",
            "sophos": r"sophos(?!.*msie)",
            "symantec": r"symantec(?!.*msie)",
        }
    ),
)

AUTOMATION = Sign(
    "automation",
    Verdict.MACHINE,
    word_set(
        "splash jsdom ptst dynatrace datadog pagespeed gtmetrix statuscake site24x7 dareboost catchpoint webpagetest"
        " cloudwatch debugbear functionize sentry synthetic synthetics neustar iplabel gomezagent nodemeter"
        " wkhtmltopdf wkhtmltoimage webkit2png webthumb websnapr webscreenie imgsizer wpif kimonolabs observatory"
        " cloudflareobservatory cloudflarediagnostics convertify devin alertra mixnode zombie snapsearch fasthttp"
    ),
    (
        *("headless", "phantomjs", "puppeteer", "playwright", "selenium", "webdriver", "cypress", "nightmare"),
        *("slimerjs", "casperjs", "htmlunit", "lighthouse", "speed insights", "new relic", "newrelic", "ruxitsynth"),
        # What PhantomJS and its kind say of the system they run on.
        *("pingdom", "(unknown; linux x86_64)"),
    ),
)

LIBRARY = Sign(
    "library",
    Verdict.MACHINE,
    word_set(
        "python perl jakarta curl libcurl wget lwp axios okhttp aiohttp httpx urllib mechanize guzzle guzzlehttp"
        " faraday winhttp postman postmanruntime insomnia scrapy colly reqwest alamofire jetty wordpress drupal joomla"
        " magpie magpierss nutch heritrix feedparser simplepie hackney typhoeus restsharp powershell dotnet unirest"
        " superagent undici deno bun pycurl pyspider httpclient httpie grequests httpunit nodejs winsparkle"
    ),
    (
        *("python-", "http.rb", "go-http", "http_client", "http-client", "http client", "node-fetch", "node.js"),
        *("node-super", "apache-http", "windowspowershell", "web services client", "cronetsnap"),
    ),
    _patterns(
        http=r"^http|^[\w.-]+ ?http/?\d?$",
        libwww=r"libwww(?!-fm)",
        requests=r"^requests?/",
        got=r"^got\b",
        ruby=r"\bruby(?:/| )",
        php=r"\bphp[/ \d]|^php",
        java=r"^java|(?<!semc-)\bjava/1\.\d|jdk\b",
        node=r"^node\b",
        dart=r"\bdart[/:]",
    ),
)

_COMPATIBLE_PEOPLE = "msie(?! or)|konqueror|android|linux|windows|opera|abrowse|iphone|u;|netfront|webos|yandexbrowser"
COMPATIBLE = Sign(
    "compatible",
    Verdict.MACHINE,
    frozenset(),
    (),
    _patterns(
        compatible=rf"^mozilla/5\.0 \(compatible;? (?!{_COMPATIBLE_PEOPLE})|\(compatible;\)|;\s*compatible;(?! msie)"
    ),
)

# What a program says of itself although it has a browser's form. NAVER's app says "search".
PROGRAM = Sign(
    "program",
    Verdict.MACHINE,
    word_set(
        "leech sucker copier plagia gpt llm openai anthropic claude perplexity cohere mediapartners favicon newsai"
        " dataprovider uptime ping pinger probe audit survey seo quiterss rssowl netumo cludo sistrix webmoney"
        " duplexweb googleadsenseinfeed reederformac criteo mappercmd clarsentia karnoprospectingstudio"
        " ucsbnetworkmeasurement bittorrent podcast itms feeddler akregator newsbeuter newsboat liferea bashpodder"
        " bpod gpodder podcasts networkingextension swcd"
    ),
    (
        *("robot", "crawl", "crwlr", "spider", "scrap", "slurp", "fetch", "harvest", "monitor", "validat", "extract"),
        *("collector", "gather", "aggregat", "syndicat", "indexer", "indexing", "scann", "content-scan", "checke"),
        *("checki", "transcoder", "backlink", "sitemap", "copyright", "plagiar", "dataprovid", "chatgpt", "automati"),
        *("automated", "inspect", "evaluat", "mediapartners", "screenshot", "snapshot", "capture", "feedburner"),
        *("feedly", "feedbin", "keyword suggestion", "pp default", "yandex.translate", "availability", "webmaster"),
        *("downloadmanager", "downloader", "prospecting"),
    ),
    _patterns(
        # "Cubot" makes telephones, and so do some whose models end so.
        bot=r"(?<!cu)bots?(?:\b|\d)(?!_tab)|(?<!cu)bot[-_/](?!tab)|\bbot(?=[a-z]{4})|bot(?:fetch|link|search|web|api)",
        agent=r"(?<!user)(?<!user[-_ ])(?:\b|[a-z])agent(?:[/_\d);]|$| \d)|\w(?<!user)-agent\b",
        google=r"google-(?!app|tv|pixel)\w|google(?:other|agent|producer|assoc|ads)",
        check=r"\bcheck/|link[-_ ]?check|spotcheck|httpscheck",
        rss=r"\brss|\w{3}rss[/ ]",
        verif=r"\bverify|verifi(?:er|cation)",
        test=r"\btest(?:er|bot)\b|urltester|wptester",
        analy=r"analy[sz]er",
        optimi=r"optimi[sz]er",
        archive=r"archive(?:r|[._-])",
        search=r"research|(?<!rakuten)web ?search|search ?engine|search console|localsearch",
        ai=r"[-_ ]ai/",
        time=r" time/\d{10}",
        platform=r"^mozilla/5\.0 \(platform;",
    ),
)

CONTACT = Sign(
    "contact",
    Verdict.MACHINE,
    frozenset(),
    (),
    _patterns(
        **{
            "http": r"https?:/(?!/(?:www\.)?bsalsa\.com)",
            "www.": r"\bwww\.(?!bsalsa\.com)",
            "@": r"[\w.+-]{1,64}@[a-z][\w-]*\.[a-z]",
            " at ": r"\w at \w+(?:\.| dot )\w",
            "[at]": r"\[at\]",
            "; at; ": r"; at; ",
            "abuse": r"\babuse\b",
            ".htm": r"\.html?\b",
            "; +": r"; \+\w+\.\w",
            ".com": r"(?<!bsals)\w\.com(?=[/);, ]|$)",
            ".net": r"\w\.net(?=[/);, ]|$)",
            ".org": r"\w\.org(?=[/);, ]|$)",
            ".io": r"\w\.io(?=[/);, ]|$)",
            ".co": r"\w\.co(?=[/);, ]|$)",
        }
    ),
)
"""A program says where to complain; a browser has nobody to name."""

SIGNS = (PREVIEWER, SCANNER, AUTOMATION, LIBRARY, COMPATIBLE, PROGRAM, CONTACT)

# Patterns of the list that also stand in what apps and telephones send when a person taps a link in them; the last is
# what thousands of telephones run.
_ALSO_PEOPLE = frozenset(
    (
        *(
            "WhatsApp",
            "Viber",
            "Notion\\/",
            "Tumblr\\/",
            "Bluesky\\/",
            "MetaIAB Facebook",
            "Fluid",
            "Sonic",
            "Blackboard",
        ),
        *("YaK\\/", "Sogou", "Butterfly", "Fever", "speedy", "AP3A\\.240617\\.008"),
    )
)
_PLAIN_TEXT = re.compile(r"\^?((?:[\w ,;:!@%&=~\"'<>#/-]|\\[^\w])+)\$?")


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the list of crawlers."""

    name: str
    verdict: Verdict
    is_at_start: bool
    """Whether it counts at the beginning only."""

    def names(self, agent: str) -> bool:
        """Return whether ``agent``, in lower case, is of this crawler."""
        return agent.startswith(self.name) if self.is_at_start else self.name in agent


def crawler_list() -> dict[str, list[Listed]]:
    """Return the list of crawlers, each under one of its words.

    The few entries that are more than a plain text are known by the signs above.
    """
    found = defaultdict(list)
    for crawler in crawleruseragents.CRAWLER_USER_AGENTS_DATA:
        text = _PLAIN_TEXT.fullmatch(crawler["pattern"])
        if text and crawler["pattern"] not in _ALSO_PEOPLE:
            name = text[1].replace("\\", "").lower()
            verdict = Verdict.PREVIEW if "social-preview" in crawler["tags"] else Verdict.MACHINE
            if words := WORD.findall(name):
                found[max(words, key=len)].append(Listed(name, verdict, text[0].startswith("^")))
    return dict(found)
