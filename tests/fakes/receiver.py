"""Somebody's webhook, on loopback: remembers every call and answers as it is told."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.server import Answer, Call, VendorFake


class Receiver(VendorFake):
    """``with Receiver() as receiver: ... receiver.url ... receiver.calls``."""

    def __init__(self) -> None:
        """Answer every call with an empty 200."""
        super().__init__()
        self.status = 200
        self.says: Any = None
        self.headers: Mapping[str, str] = {}

    @property
    def url(self) -> str:
        """Where it is called."""
        return f"{self.base_url}/hook?key=1"

    def judge(self, call: Call) -> Answer:
        """Answer as told."""
        return Answer(self.status, self.says, self.headers)
