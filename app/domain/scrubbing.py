"""Take a person's addresses out of texts that others wrote."""

import json
import re
from collections.abc import Collection
from typing import Any
from urllib.parse import quote, quote_plus

REPLACEMENT = "erased"


class Scrubber:
    """Finds some words in any case, also as addresses, forms and JSON spell them."""

    def __init__(self, words: Collection[str]) -> None:
        """Take the words; shorter ones than four characters would be found in everything."""
        self.spellings = sorted({spelling for word in words if len(word) > 3 for spelling in _spellings(word)})
        pattern = "|".join(map(re.escape, sorted(self.spellings, key=len, reverse=True)))
        self._text = re.compile(pattern, re.IGNORECASE) if pattern else None
        self._bytes = re.compile(pattern.encode(), re.IGNORECASE) if pattern else None

    def text(self, text: str) -> str:
        """Return a text without the words."""
        return self._text.sub(REPLACEMENT, text) if self._text else text

    def value(self, value: Any) -> Any:
        """Return a text, a body, or what JSON can hold, without the words."""
        if isinstance(value, bytes):
            return self.body(value)
        return self.text(value) if isinstance(value, str) else json.loads(self.text(json.dumps(value)))

    def body(self, body: bytes) -> bytes:
        """Return a body without the words."""
        return self._bytes.sub(REPLACEMENT.encode(), body) if self._bytes else body


def _spellings(word: str) -> set[str]:
    return {
        word,
        word.lower(),
        *(quote(word, safe=safe) for safe in ("", "@", "/")),
        quote_plus(word),
        json.dumps(word)[1:-1],
    }
