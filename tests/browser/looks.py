"""What every page must be, however it is looked at: as wide as its window, accessible, light, and nobody else's."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response

from tests.accessibility import grave_problems

_LOOKS = [(360, "light"), (360, "dark"), (768, "light"), (768, "dark"), (1440, "light"), (1440, "dark")]
_TESTED_BY_AXE = {(360, "dark"), (1440, "light")}
_LIGHT = 150_000
"""Bytes of CSS and JavaScript a page may have, as they are written."""


@dataclass
class Watch:
    """What a browser complains of, and what it loads."""

    page: Page
    said: list[str] = field(default_factory=list)
    loaded: list[Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self.said.append(said.text) if said.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("response", lambda response: self.loaded.append(response))

    def look(self) -> list[tuple[int, str, str]]:
        """Return what is wrong with the page that stands, by width and scheme.

        Loaded once, looked at six times: nothing of a page depends on the width at which it was asked for.
        """
        assert 0 < self._weight() <= _LIGHT
        assert {urlsplit(one.url).netloc for one in self.loaded} == {urlsplit(self.page.url).netloc}
        found = []
        for width, scheme in _LOOKS:
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                found.append((width, scheme, "is wider than its window"))
            if (width, scheme) in _TESTED_BY_AXE:
                found += [(width, scheme, problem) for problem in grave_problems(self.page)]
        return found

    def _weight(self) -> int:
        heavy = [one for one in self.loaded if one.request.resource_type in {"stylesheet", "script"}]
        # What comes again is answered with nothing; a body itself is gone once another page stands.
        sizes = {one.url: int(one.headers["content-length"]) for one in heavy if one.status == 200}
        return sum(sizes.values())
