"""The tables behind the verdicts: what previewers, scanners and programs call themselves.

The list of crawlers is the package crawler-user-agents (https://github.com/monperrus/crawler-user-agents, MIT); what
follows are our own signs, written against vendors' documents:
https://developers.facebook.com/docs/sharing/webmasters/web-crawlers · https://api.slack.com/robots ·
https://developer.x.com/en/docs/x-for-websites/cards/guides/troubleshooting-cards ·
https://developers.google.com/search/docs/crawling-indexing/google-user-triggered-fetchers
"""

import re

import crawleruseragents  # type: ignore[import-untyped]  # it comes without types

PREVIEWERS = (
    r"facebookexternalhit|Facebot\b|meta-external\w+|^WhatsApp/|Twitterbot|Slackbot|Slack-ImgProxy|LinkedInBot"
    r"|TelegramBot|Discordbot|SkypeUriPreview|redditbot|Pinterestbot|pinterest\.com/bot|^Viber\b|vkShare"
    r"|OdklBot|^WhatsApp$|Mattermost|Rocket\.Chat|Zulip|^Mastodon|Pleroma|Misskey|SummalyBot|Friendica|Lemmy/"
    r"|Bluesky|Iframely|Embedly|Snap URL Preview|SnapURLPreview|BingPreview|MicrosoftPreview"
    r"|Google-PageRenderer|Google Web Preview|GoogleMessages|Google-Chat|Chatwork|GroupMe|KakaoTalk-Scrap"
    r"|kakaotalk-scrap|Line(?:spider|bot)|Yahoo Link Preview|^Tumblr/|Flipboard(?:Proxy|RSS)|NotionEmbedder"
    r"|^Notion|XING-contenttabreceiver|Hatena|ClickUpLink|DuckDuckBot-Https|WeChat-Link|DingTalkBot|LarkBot"
    r"|Feishu|Teams-?Preview|KeybaseBot|^Synapse|SteamChatURLLookup|FastmailUA|github-camo|^NING/|^AddThis"
    r"|TweetmemeBot|Quora-Bot|VKRobot|unfurl|onebox|oembed|opengraph|link[-_ ]?preview|url[-_ ]?preview"
    r"|web[-_ ]?preview|preview[-_ ]?bot|card[-_ ]?(?:bot|fetch|valid)|rich[-_ ]?link|ImageProxy"
    r"|YahooMailProxy|ggpht\.com"
)

SCANNERS = (
    r"mimecast|barracuda|proofpoint|symantec|messagelabs|cloudmark|fireeye|trellix|forcepoint|websense|sophos"
    r"|zscaler|trend ?micro|ironport|mailcontrol|bitdefender|fortiguard|fortinet|paloalto|expanse|cyren"
    r"|vade(?:secure)?\b|avanan|abnormal ?security|check ?point ?(?:url|harmony)|urldefense|safelinks"
    r"|safebrowsing|google-safety|virustotal|urlscan|phish(?:tank|labs)|ms-office|MSOffice"
    r"|Microsoft (?:Office|Outlook|Defender)|Outlook-iOS-Scan|netcraft|censys|nessus|nikto|nmap|masscan|zgrab"
    r"|qualys|acunetix|sqlmap|wpscan|nuclei|shodan"
)

AUTOMATION = (
    r"Headless|Phantom|Puppeteer|Playwright|Selenium|WebDriver|Cypress|Nightmare|SlimerJS|CasperJS|Splash\b"
    r"|jsdom|HtmlUnit|Lighthouse|PageSpeed|Speed Insights|PTST|GTmetrix|Pingdom|StatusCake|UptimeRobot"
    r"|Site24x7|DareBoost|Catchpoint|DynaTrace|New ?Relic|Datadog|Synthetic|WebPageTest|CloudWatch"
    r"|RuxitSynthetic"
)

LIBRARIES = (
    r"python|libwww|\bperl\b|\bruby/|http\.rb|\bphp[/ \d]|\bjava/|jakarta|\bcurl|libcurl|\bwget|lwp[-:]"
    r"|node(?:\.js|-fetch|-super|/)|axios|^got\b|go-http|okhttp|http-?_?client|aiohttp|httpx|^requests?/"
    r"|urllib|mechanize|guzzle|faraday|winhttp|postman|insomnia|scrapy|\bcolly|reqwest|\bdart[/:]|alamofire"
    r"|cfnetwork|apache-|\bjetty|wordpress|drupal|joomla|magpie|nutch|heritrix|feedparser|simplepie|hackney"
    r"|typhoeus|restsharp|powershell|dotnet|unirest|superagent|undici|\bdeno/|\bbun/"
)

# What a program says of itself although it has a browser's form. "Cubot" makes telephones; NAVER's app says "search".
PROGRAMS = (
    r"(?<!cu)bots?(?:\b|[-_\d]|(?-i:[A-Z]))|\bbot[-_/]|robot|crawl|spider|scrap(?:e|ing|y)|slurp|fetch|harvest"
    r"|archive(?:r|\.|_|-)|monitor(?:ing|s|/|-|_|\b)|validat|extract|collector|gather|aggregat|syndicat"
    r"|indexer|indexing|scanner|scanning|checker|checking|link ?check|\bcheck/|analy[sz]er|\baudit|survey"
    r"|\bprobe|\bping(?:er|/|dom)|uptime|availability|transcoder|leech|sucker|copier|harvester|\bseo|backlink"
    r"|sitemap|copyright|plagia|dataprovid|research|chatgpt|\bgpt|openai|anthropic|claude|perplexity|cohere"
    r"|\bllm|[-_ ]ai/|\w-agent\b|\bagent[)/]|automat(?:ion|ed)|inspect(?:or|ion)|evaluat"
    r"|verif(?:y|ier|ication)|Google(?:Other|Agent|-(?!app)\w|Producer|Assoc)|mediapartners|favicon|screenshot"
    r"|snapshot|capture|optimi[sz]er|feed(?:fetch|burner|ly|bin)|\(compatible;\)|;\s*compatible;(?! MSIE)"
    r"|rss ?reader|newsai|web ?search|search ?engine"
)

CONTACTS = (
    r"\+?https?:|\bwww\.|[\w.+-]{1,64}@[a-z][\w-]*\.[a-z]|\w at \w+\.\w|\[at\]"
    r"|\babuse\b|\.html?\b|\w\.(?:com|net|org|io|co)(?=[/);, ]|$)"
)
"""A program says where to complain; a browser has nobody to name."""

# Patterns of the list that also stand in what apps and telephones send when a person taps a link in them.
_ALSO_PEOPLE = frozenset(
    (
        "WhatsApp",
        "Viber",
        "Notion\\/",
        "Tumblr\\/",
        "Bluesky\\/",
        "MetaIAB Facebook",
        "Fluid",
        "Sonic",
        "Devin",
        "YaK\\/",
    )
)
_FIRMWARE = "AP3A\\.240617\\.008"
"""Also on the list, but it is what thousands of telephones run."""


def crawler_list() -> re.Pattern[str]:
    """Return the whole list of crawlers as one expression."""
    patterns = (crawler["pattern"] for crawler in crawleruseragents.CRAWLER_USER_AGENTS_DATA)
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns if pattern not in _ALSO_PEOPLE | {_FIRMWARE}))
