"""A link that no person sees or hears, for whoever follows every link of an email to give itself away by."""

import html
import re
from dataclasses import replace

from app.domain.message import Content

_FRAGMENT = "#unseen"
"""Sets it apart from the visible link to the same page: nobody who follows it lands anywhere odd."""
_HREF = re.compile(r"""<a\s[^>]*?\bhref\s*=\s*(["'])(https?://[^"'{}<>\s]+)\1""", re.IGNORECASE)
_END = re.compile(r"</body\s*>", re.IGNORECASE)
_LONGEST = 1_000_000


def with_canary(content: Content) -> Content:
    """Return a template's words with a link that is hidden from eyes, screen readers and the tab key.

    It leads to the page of the template's first link that is the same for everybody; without one there is none.
    """
    source = content.html
    if source is None or len(source) > _LONGEST:
        return content
    first = _HREF.search(source)
    if first is None:
        return content
    address = first[2].partition("#")[0] + _FRAGMENT
    link = f'<a href="{address}" style="display:none;mso-hide:all" aria-hidden="true" tabindex="-1" rel="nofollow"></a>'
    ends = list(_END.finditer(source))
    place = ends[-1].start() if ends else len(source)
    return replace(content, html=source[:place] + link + source[place:])


def canary_index(content: Content, destinations: tuple[str, ...]) -> int | None:
    """Return which of a message's links is its canary; None when it has none, or it was left alone."""
    if content.html is None:
        return None
    places = (place for place, url in enumerate(destinations) if url.endswith(_FRAGMENT))
    return next((place for place in places if _is_hidden(content.html, destinations[place])), None)


def _is_hidden(source: str, url: str) -> bool:
    hidden = re.finditer(r'<a href="([^"]*)" style="display:none;mso-hide:all" aria-hidden="true"', source)
    return any(html.unescape(found[1]) == url for found in hidden)
