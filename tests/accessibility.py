"""What axe finds wrong with a page, as it stands in the browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def grave_problems(page: Page) -> list[str]:
    """Return what somebody could not use: each rule that is broken, and where."""
    violations = Axe().run(page).response["violations"]
    grave = [one for one in violations if one["impact"] in {"serious", "critical"}]
    return [f"{one['id']}: {node['html'][:200]}" for one in grave for node in one["nodes"]]
