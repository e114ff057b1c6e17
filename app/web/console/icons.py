"""Icons: the few a page needs, drawn into it from the Bootstrap icons that Bootstrap-Flask brings along.

The whole set weighs more than a megabyte; a page that drew its icons from there would load it for ten of them.
"""

import re
from functools import cache
from importlib.resources import files

from markupsafe import Markup

_SYMBOL = re.compile(r'<symbol class="bi bi-[^"]*" viewBox="([^"]*)" id="([^"]*)">(.*?)</symbol>', re.DOTALL)


@cache
def _symbols() -> dict[str, tuple[str, str]]:
    sheet = files("flask_bootstrap") / "static" / "bootstrap5" / "icons" / "bootstrap-icons.svg"
    return {name: (box, drawing) for box, name, drawing in _SYMBOL.findall(sheet.read_text("utf-8"))}


@cache
def icon(name: str) -> Markup:
    """Return an icon as inline SVG in the colour of the text; it says nothing to a screen reader.

    Raises:
        KeyError: there is no such icon.
    """
    box, drawing = _symbols()[name]
    return Markup(  # noqa: S704 - the drawing comes out of an installed package, the name out of our templates.
        f'<svg class="icon" viewBox="{box}" fill="currentColor" aria-hidden="true" focusable="false">{drawing}</svg>'
    )
