"""A campaign that is played from beginning to end, always the same, with what its reports must say worked out by hand.

Forty advocates a0 … a39. ``invite`` (sent for shares) goes to all, ``offer`` (sent for orders) to a0 … a19. Advocate
number n shares on platform n modulo 5, in the order of ``PLATFORMS``. ``text``, an SMS sent for orders, goes to ten
other people, t0 … t9, who share by SMS.

===========================  =============================================================  =======================
what happens                 who                                                            comes to
===========================  =============================================================  =======================
own clicks on ``invite``     a1 … a30 once, a1 … a10 once more                              40 clicks of 30 messages
own clicks on ``offer``      a1 … a15 once                                                  15 clicks of 15 messages
presses in ``invite``        a0 … a24 once, a0 … a4 once more                               30 presses, 6 a platform
presses in ``offer``         a5 … a9 on WhatsApp, whatever their number                     5 presses
friends by ``invite``        one for each of a0 … a24; those of a0 … a4 come twice          30 clicks, 6 a platform
friends by ``offer``         one for each of a5 … a9                                        5 clicks on WhatsApp
own clicks on ``text``       t1 … t4 once                                                   4 clicks of 4 messages
presses in ``text``          t0, t1 and t2                                                  3 presses
friends by ``text``          one for each of t0, t1 and t2                                  3 clicks on SMS
bots                         120 on invite's own links, 40 on offer's, 8 a platform         220 that earn nothing
                             and 20 on text's
signups                      friends of a2, a3 and a4                                       1 on X, email and copy each
orders 1 … 5                 friends of a0 … a4, 100.00 EUR each                            one a platform, invite's
orders 6 and 7               friends of a5 and a6 by ``offer``, 50.00 EUR each              two on WhatsApp
orders 8 and 9               a10 and a11 by their own click on ``offer``, 30.00 USD each    two, on no platform
order 13                     a friend of t0 by ``text``, 20.00 EUR                          one on SMS
order 14                     t1 by their own click on ``text``, 25.00 EUR                   one, on no platform
order 10                     names a bot's click                                            nobody's
order 11                     a0 by the link that a0 shared                                  nobody's: self-referral
order 12                     a stranger who names nothing                                   nobody's
refunds                      40.00 of order 1, all of order 6, and order 8 is cancelled     net 60.00, 0.00 and 0.00
===========================  =============================================================  =======================

A share goal is reached once a message, by its first press: 25 of ``invite``, 5 a platform. An order goal is reached by
each order of ``offer``: two on WhatsApp and two on no platform, and of ``text``: one by SMS and one on no platform. A
refund lowers revenue and leaves the order counted. The outbox delivers whatever it is given.
"""

from dataclasses import dataclass, field

from app.domain.message import Channel, ContactDetails, Goal
from app.domain.visit import Verdict
from app.store.messages import MessageRow
from tests.flow.story import MINUTE, Shop

PLATFORMS = ("whatsapp", "facebook", "x", "email", "copy")
ADVOCATES = [ContactDetails(email=f"a{n}@advocates.example", first_name=f"Advocate{n}") for n in range(40)]
TEXTED = [ContactDetails(phone=f"+1415555{n:04}", first_name=f"Reader{n}") for n in range(10)]
BODY = "<a href='https://shop.example/new'>New</a>{% sharing_widget whatsapp, facebook, x, email, copy %}"

MESSAGES = {
    "invite": {
        "sent": 40,
        "delivered": 40,
        "clicked": 40,
        "unique_clicks": 30,
        "machine_clicks": 120,
        "shares": 30,
        "conversions": 25,
        "signups": 3,
        "orders": 5,
        "revenue": "460.00 EUR",
    },
    "offer": {
        "sent": 20,
        "delivered": 20,
        "clicked": 15,
        "unique_clicks": 15,
        "machine_clicks": 40,
        "shares": 5,
        "conversions": 4,
        "orders": 4,
        "revenue": "50.00 EUR 30.00 USD",
    },
    "text": {
        "sent": 10,
        "delivered": 10,
        "clicked": 4,
        "unique_clicks": 4,
        "machine_clicks": 20,
        "shares": 3,
        "conversions": 2,
        "orders": 2,
        "revenue": "45.00 EUR",
    },
}
RATES = {"invite": 0.625, "offer": 0.2, "text": 0.2}
BOTS = 220
_EACH = {"shares": 6, "clicks": 6, "unique_clicks": 5, "machine_clicks": 8, "orders": 1, "conversions": 5}
CHANNELS = {
    "whatsapp": {
        "shares": 11,
        "clicks": 11,
        "unique_clicks": 10,
        "machine_clicks": 8,
        "orders": 3,
        "conversions": 7,
        "revenue": "110.00 EUR",
    },
    "facebook": {**_EACH, "revenue": "100.00 EUR"},
    "x": {**_EACH, "signups": 1, "revenue": "100.00 EUR"},
    "email": {**_EACH, "signups": 1, "revenue": "100.00 EUR"},
    "copy": {**_EACH, "signups": 1, "revenue": "100.00 EUR"},
    "sms": {"shares": 3, "clicks": 3, "unique_clicks": 3, "orders": 1, "conversions": 1, "revenue": "20.00 EUR"},
}
REASONS = {"10": "click_by_machine", "11": "self_referral", "12": "nothing_known"}


@dataclass
class Campaign:
    """The campaign at one shop, with what was made on the way."""

    shop: Shop
    invites: list[MessageRow] = field(default_factory=list)
    offers: list[MessageRow] = field(default_factory=list)
    texts: list[MessageRow] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)
    """Row ids by the orders' numbers."""

    def play(self) -> "Campaign":
        """Play it from beginning to end; the shop's clock stands two hours later afterwards."""
        self.send()
        by_invite, by_offer, own, bot = self.visit()
        self.shop.now += 60 * MINUTE
        self.enrol(by_invite)
        self.buy(by_invite, by_offer, own, bot)
        self.give_back()
        self.text()
        return self

    def send(self) -> None:
        """Send both emails."""
        self.shop.campaign()
        self.shop.template("invite", goal=Goal.SHARE, html=BODY)
        self.shop.template("offer", goal=Goal.ORDER, html=BODY)
        given = {"campaign": "spring", "automation": "welcome"}
        self.invites = [self.shop.sent(template="invite", contact=one, **given) for one in ADVOCATES]
        self.offers = [self.shop.sent(template="offer", contact=one, **given) for one in ADVOCATES[:20]]

    def visit(self):
        """Have everybody come; return the ids of the friends' last clicks, of own clicks on offers, and of a bot's."""
        invites, offers, shop = self.invites, self.offers, self.shop
        own = {n: shop.click(offers[n], minutes=10, who=_home(n)) for n in range(1, 16)}
        visits = [
            *(shop.click(invites[n], minutes=5, who=_home(n)) for n in range(1, 31)),
            *(shop.click(invites[n], minutes=6, who=_home(n)) for n in range(1, 11)),
            *own.values(),
            *(shop.press(invites[n], _platform(n), minutes=15, who=_home(n)) for n in range(25)),
            *(shop.press(invites[n], _platform(n), minutes=16, who=_home(n)) for n in range(5)),
            *(shop.press(offers[n], "whatsapp", minutes=17, who=_home(n)) for n in range(5, 10)),
        ]
        first = {n: shop.friend(invites[n], _platform(n), minutes=20, who=_friend(n)) for n in range(25)}
        again = {n: shop.friend(invites[n], _platform(n), minutes=21, who=_friend(n)) for n in range(5)}
        by_offer = {n: shop.friend(offers[n], "whatsapp", minutes=22, who=_friend(n)) for n in range(5, 10)}
        bots = self._bots()
        shop.record(*visits, *first.values(), *bots[:100])
        shop.record(*again.values(), *by_offer.values(), *bots[100:])
        return first | again, by_offer, own, bots[0]

    def _bots(self):
        shop, machine = self.shop, {"verdict": Verdict.MACHINE, "signals": ("library", "curl"), "user_agent": "curl/8"}
        return [
            *(shop.click(one, minutes=30, **machine) for one in self.invites for _ in range(3)),
            *(shop.click(one, minutes=30, **machine) for one in self.offers for _ in range(2)),
            *(shop.friend(self.invites[n], _platform(n), minutes=31, **machine) for n in range(5) for _ in range(8)),
        ]

    def enrol(self, friends) -> None:
        """Have the friends of a2, a3 and a4 sign up."""
        for n in (2, 3, 4):
            self.shop.signup(ContactDetails(email=f"new{n}@friends.example"), mbsy_source=friends[n].id)

    def buy(self, by_invite, by_offer, own, bot) -> None:
        """Place the twelve orders."""
        for n in range(5):
            self._order(n + 1, 10_000, by_invite[n])
        for number, n in ((6, 5), (7, 6)):
            self._order(number, 5_000, by_offer[n])
        for number, n in ((8, 10), (9, 11)):
            self._order(number, 3_000, own[n], currency="USD", buyer=ADVOCATES[n])
        self._order(10, 10_000, bot)
        self._order(11, 10_000, by_invite[0], buyer=ADVOCATES[0])
        self._order(12, 10_000, None)

    def give_back(self) -> None:
        """Give back what three orders cost, or a part of it."""
        self.shop.order("1", "partially_refunded", total=None, refunded_minor=4_000, minutes=None)
        self.shop.order("6", "refunded", total=None, minutes=None)
        self.shop.order("8", "cancelled", total=None, currency="USD", minutes=None)

    def text(self) -> None:
        """Send the text, have everybody come by it, and place its two orders."""
        shop, who = self.shop, [f"192.0.{n}.0" for n in range(10)]
        shop.template(
            "text", goal=Goal.ORDER, channel=Channel.SMS, text="New: https://shop.example/new {{ share.sms }}"
        )
        given = {"campaign": "spring", "automation": "welcome", "channel": Channel.SMS}
        self.texts = texts = [shop.sent(template="text", contact=one, **given) for one in TEXTED]
        machine = {"verdict": Verdict.MACHINE, "signals": ("library", "curl"), "user_agent": "curl/8"}
        own = {n: shop.click(texts[n], minutes=10, who=who[n]) for n in range(1, 5)}
        friends = [shop.friend(texts[n], "sms", minutes=20, who=_friend(40 + n)) for n in range(3)]
        shop.record(
            *own.values(),
            *(shop.press(texts[n], "sms", minutes=15, who=who[n]) for n in range(3)),
            *friends,
            *(shop.click(one, minutes=30, **machine) for one in texts for _ in range(2)),
        )
        shop.now += 60 * MINUTE
        self._order(13, 2_000, friends[0])
        self._order(14, 2_500, own[1], buyer=TEXTED[1])

    def _order(self, number, total, click, *, buyer=None, currency="EUR"):
        buyer = buyer or ContactDetails(email=f"buyer{number}@strangers.example")
        source = click.id if click else None
        said = {"total": total, "buyer": buyer, "currency": currency, "mbsy_source": source, "minutes": 0}
        self.orders[str(number)] = self.shop.order(str(number), **said)


def _platform(number: int) -> str:
    return PLATFORMS[number % 5]


def _home(number: int) -> str:
    return f"203.0.{number}.0"


def _friend(number: int) -> str:
    return f"198.51.{number}.0"
