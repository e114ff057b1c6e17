"""The story, walked against a running hub from outside: only its public addresses are used."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from app.domain.ids import new_id

_PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)
_DESKTOP = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
_PATIENCE_S = 20.0
_PAUSE_S = 0.1
_WHATSAPP = re.compile(r'href="([^"]+/-s\w{11}w)"')


class WalkError(Exception):
    """The hub did not do what the story says; the message tells at which step."""


class Walk:
    """One walk: a trigger, its message, a share, a friend, an order, the report."""

    def __init__(self, url: str, account: str, api_key: str, *, say: Callable[[str], object]) -> None:
        """Prepare to walk against the hub at ``url``; ``say`` prints one line."""
        self._url = url.rstrip("/")
        self._account = account
        self._say = say
        self._api = requests.Session()
        self._api.headers["Authorization"] = f"Bearer {api_key}"

    def run(self) -> None:
        """Walk the story.

        Raises:
            WalkError: a step had another end than the story's.
            requests.ConnectionError: no hub answers.
        """
        started = datetime.now(UTC).date().isoformat()
        message = self._trigger()
        press = self._show_body(message)
        shared = self._press_button(press)
        source = self._follow_as_friend(shared)
        order_id = self._place_order(source)
        self._explain(order_id, message["id"])
        self._report(message["template"], started)

    def _step(self, title: str) -> None:
        self._say(f"\n── {title}")

    def _trigger(self) -> dict[str, Any]:
        self._step("1. An automation platform calls the trigger webhook")
        body = {
            "id": f"walk-{new_id()}",
            "channel": "email",
            "template": "invite-friends",
            "campaign": "spring",
            "automation": "welcome-series",
            "contact": {"external_id": "demo-1", "email": "john@example.com", "first_name": "John", "last_name": "Doe"},
        }
        address = f"{self._url}/hooks/{self._account}/triggers"
        answer = self._api.post(address, json=body, timeout=10)
        self._say(f"POST {address} → {answer.status_code}")
        if answer.status_code != requests.codes.accepted:
            raise WalkError(f"the trigger was answered {answer.status_code}: {answer.text}")
        self._say(f"message {answer.json()['message']['id']}")
        return self._await_message(answer.json()["message"]["id"])

    def _await_message(self, message_id: str) -> dict[str, Any]:
        def sent() -> dict[str, Any] | None:
            message = self._get(f"messages/{message_id}")
            return message if message["status"] in {"sent", "delivered", "failed", "unknown", "suppressed"} else None

        message = self._poll(sent, "the message was not sent")
        if message["status"] == "suppressed":
            raise WalkError(f"{message['to']} has unsubscribed; an earlier email links to the page that takes it back")
        self._say(f"status {message['status']}, sent to {message['to']} through {message['provider']}")
        return message

    def _show_body(self, message: dict[str, Any]) -> str:
        self._step("2. Its links were swapped for smart URLs")
        for link in message["links"]:
            self._say(f"{link['decision']:8} {link['original']}\n      →  {link['url']}   ({link['reason']})")
        press = _WHATSAPP.search(message["html"] or "")
        if press is None:
            raise WalkError("the email holds no WhatsApp button")
        return press[1]

    def _press_button(self, press: str) -> str:
        self._step("3. The advocate presses “Share on WhatsApp”")
        intent = self._visit(press, _PHONE)
        text = parse_qs(urlsplit(intent).query).get("text", [""])[0]
        self._say(f"WhatsApp opens with: {text}")
        shared = re.search(r"https?://\S*/-i\S+", text)
        if shared is None:
            raise WalkError("the prefilled message holds no shared link")
        return shared[0]

    def _follow_as_friend(self, shared: str) -> str:
        self._step("4. A friend follows the link")
        landing = self._visit(shared, _DESKTOP)
        said = parse_qs(urlsplit(landing).query)
        self._say(f"mbsy={said['mbsy'][0]}  campaignid={said['campaignid'][0]}  mbsy_source={said['mbsy_source'][0]}")
        return said["mbsy_source"][0]

    def _visit(self, address: str, user_agent: str) -> str:
        """Follow one of our links as a browser on another machine would, and return where it leads."""
        parts = urlsplit(address)
        # The link stands on the account's domain; here it is asked of the hub itself.
        answer = requests.get(
            f"{self._url}{parts.path}",
            headers={"Host": parts.netloc, "User-Agent": user_agent},
            allow_redirects=False,
            timeout=10,
        )
        self._say(f"GET {address} → {answer.status_code}\n      →  {answer.headers.get('Location', '')}")
        if answer.status_code != requests.codes.found:
            raise WalkError(f"{address} was answered {answer.status_code}")
        return str(answer.headers["Location"])

    def _place_order(self, source: str) -> str:
        self._step("5. The friend orders; the shop tells the hub")
        order_id = f"walk-{source[-12:]}"
        address = f"{self._url}/hooks/{self._account}/orders"
        order = {"order_id": order_id, "status": "paid", "total": "49.90", "currency": "EUR", "mbsy_source": source}
        answer = self._api.post(address, json=order, timeout=10)
        self._say(f"POST {address} {order} → {answer.status_code}")
        if answer.status_code != requests.codes.accepted:
            raise WalkError(f"the order was answered {answer.status_code}: {answer.text}")
        return order_id

    def _explain(self, order_id: str, message_id: str) -> None:
        self._step("6. Who earned it, and why")

        def settled() -> dict[str, Any] | None:
            attribution: dict[str, Any] = self._get(f"orders/{order_id}")["attribution"]
            return attribution if attribution["status"] == "attributed" and attribution["share_id"] else None

        attribution = self._poll(settled, "the order was not attributed")
        self._say("  ".join(f"{name}={value}" for name, value in attribution.items() if value))
        for sentence in self._get(f"orders/{order_id}/why")["sentences"]:
            self._say(f"{(sentence['at'] or '')[:19]:19}  {sentence['text']}")
        if attribution["message_id"] != message_id:
            raise WalkError(f"the order was credited to {attribution['message_id']}, not to {message_id}")

    def _report(self, template: str, since: str) -> None:
        self._step("7. The report")
        for report, name, key in (("messages", "template", template), ("channels", "platform", "whatsapp")):
            rows = self._get(f"reports/{report}?from={since}")["data"]
            row = next((row for row in rows if row[name] == key), None)
            if row is None or not row["orders"]:
                raise WalkError(f"the {report} report does not hold the order")
            self._say("  ".join(f"{column}={value}" for column, value in row.items() if value))

    def _get(self, path: str) -> dict[str, Any]:
        answer = self._api.get(f"{self._url}/api/v1/{path}", timeout=10)
        if answer.status_code != requests.codes.ok:
            raise WalkError(f"GET {answer.url} was answered {answer.status_code}: {answer.text}")
        found: dict[str, Any] = answer.json()
        return found

    @staticmethod
    def _poll(look: Callable[[], dict[str, Any] | None], otherwise: str) -> dict[str, Any]:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            found = look()
            if found is not None:
                return found
            time.sleep(_PAUSE_S)
        raise WalkError(f"{otherwise} within {_PATIENCE_S:.0f} s")
