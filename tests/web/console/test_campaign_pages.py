"""The pages show the numbers that the script of a whole campaign works out by hand."""

import re
from datetime import timedelta
from html.parser import HTMLParser

from tests.flow.campaign_script import BOTS, CHANNELS, MESSAGES, RATES, Campaign
from tests.flow.story import Shop
from tests.web.console.small_hub import NOW

_EMAILS = ("invite", "offer")
_COLUMNS = {
    "Sent": "sent",
    "Delivered": "delivered",
    "Clicked": "unique_clicks",
    "Clicks by machines": "machine_clicks",
    "Goal met": "conversions",
    "Shares": "shares",
    "Signups": "signups",
    "Orders": "orders",
}
_PLATFORMS = {
    "Shares": "shares",
    "Friends' clicks": "clicks",
    "Friends": "unique_clicks",
    "Signups": "signups",
    "Orders": "orders",
    "By machines": "machine_clicks",
}
_NAMES = {"whatsapp": "WhatsApp", "facebook": "Facebook", "x": "X", "email": "Email", "copy": "Copy link", "sms": "SMS"}


class _Cells(HTMLParser):
    """Gathers what stands in the cells of each table, and in the terms of the headline."""

    def __init__(self, page):
        super().__init__()
        self.tables, self.tiles, self._row, self._cell = {}, [], None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "table":
            self._rows = self.tables.setdefault(said.get("aria-labelledby", ""), [])
        elif tag == "tr":
            self._rows.append([])
        elif tag in {"th", "td", "dt", "dd"}:
            self._cell = []

    def handle_data(self, data):
        if self._cell is not None and data.strip():
            self._cell.append(data.strip())

    def handle_endtag(self, tag):
        if tag in {"th", "td"} and self._cell is not None:
            self._rows[-1].append(" ".join(self._cell))
        elif tag in {"dt", "dd"} and self._cell is not None:
            self.tiles.append(" ".join(self._cell))
        if tag in {"th", "td", "dt", "dd"}:
            self._cell = None


def table(page, heading):
    """Return a table's rows by the first cell, each by its column."""
    head, *rows = _Cells(page.text).tables[heading]
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows}


def headline(page):
    """Return the figures of the headline by their words."""
    tiles = page[page.index('class="totals"') : page.index("</dl>")].split('<div class="panel">')[1:]
    return dict(_Cells(tile).tiles[:2] for tile in tiles)


def money(text):
    """Write "50.00 EUR 30.00 USD" as the pages do."""
    pairs = re.findall(r"(\S+) (\S+)", text)
    return " ".join(f"{code} {amount}" for amount, code in pairs) or "–"


def total(figure, *names):
    return sum(MESSAGES[name].get(figure, 0) for name in names)


def check_templates(ada, path, names):
    lines = table(ada.get(f"{path}?machines=show"), "templates-heading")
    assert len(lines) == len(names)
    for line in lines.values():
        name = line["Template"].split()[0]
        wanted = MESSAGES[name]
        assert {column: line[column] for column in _COLUMNS} == {
            column: str(wanted.get(figure, 0)) for column, figure in _COLUMNS.items()
        }
        assert line["Rate"] == f"{RATES[name] * 100:.1f}\N{NO-BREAK SPACE}%"
        assert line["Revenue"] == money(wanted["revenue"])


def check_headline_and_stages(ada, path, names, revenue):
    page = ada.get(f"{path}?machines=show")
    sent, met = total("sent", *names), total("conversions", *names)
    assert headline(page.text) == {
        "Goals met": str(met),
        "Goal rate": f"{met / sent * 100:.1f}\N{NO-BREAK SPACE}%",
        "Messages sent": str(sent),
        **revenue,
    }
    stages = {name.split()[0]: row["How many"] for name, row in table(page, "funnel-heading").items()}
    # Of a text nobody learns whether it was opened; the outbox tells of no email that was.
    assert stages.pop("Opened", "0") == "0"
    assert stages == {
        word: str(total(figure, *names))
        for word, figure in (
            ("Sent", "sent"), ("Delivered", "delivered"), ("Clicked", "unique_clicks"),
            ("Shared", "shares"), ("Signed", "signups"), ("Ordered", "orders"),
        )
    }  # fmt: skip
    assert f"{total('machine_clicks', *names)} by machines" in page.text


def shown(platform, figures):
    """Return the line of a platform as it must be."""
    numbers = {column: str(figures.get(figure, 0)) for column, figure in _PLATFORMS.items()}
    return {"Platform": _NAMES[platform], **numbers, "Revenue": money(figures["revenue"])}


def check_channels(ada):
    page = ada.get("/console/channels?machines=show")
    assert table(page, "platforms-heading") == {_NAMES[name]: shown(name, row) for name, row in CHANNELS.items()}
    every = {figure: sum(row.get(figure, 0) for row in CHANNELS.values()) for figure in _PLATFORMS.values()}
    assert headline(page.text) == {
        "Shares": str(every["shares"]), "Friends' clicks": str(every["clicks"]), "Signups": str(every["signups"]),
        "Orders": str(every["orders"]), "Revenue in EUR": "EUR 530.00",
    }  # fmt: skip


def check_platforms_of_each_channel(ada):
    by_mail = table(ada.get("/console/?machines=show"), "platforms-heading")
    assert by_mail == {_NAMES[name]: shown(name, row) for name, row in CHANNELS.items() if name != "sms"}
    by_text = table(ada.get("/console/sms?machines=show"), "platforms-heading")
    assert by_text == {"SMS": shown("sms", CHANNELS["sms"])}


def test_the_pages_of_a_campaign_show_the_numbers_worked_out_by_hand(hub, ada):
    # Played once: it takes longer than all that is looked at.
    Campaign(Shop(hub.transaction, hub.account, NOW - timedelta(hours=3))).play()
    for path, names, revenue in (
        ("/console/", _EMAILS, {"Revenue in EUR": "EUR 510.00", "Revenue in USD": "USD 30.00"}),
        ("/console/sms", ("text",), {"Revenue in EUR": "EUR 45.00"}),
    ):
        check_templates(ada, path, names)
        check_headline_and_stages(ada, path, names, revenue)
    check_channels(ada)
    check_platforms_of_each_channel(ada)
    file = ada.get("/console/visitors?who=machine&as=csv").text
    assert len(file.splitlines()) == BOTS + 1
