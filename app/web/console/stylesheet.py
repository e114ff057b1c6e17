"""Bootstrap's stylesheet, cut down to the rules that the console's pages can meet.

The whole sheet is 230 KB, most of it for components that no page has. What is left is read off the installed package
and the templates at the first request, so it can never be behind either of them.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from flask import Response, request

_CLASSES = re.compile(r'class="([^"]*)"')
_WORD = re.compile(r"[A-Za-z][\w-]*")
_CLASS_OF_SELECTOR = re.compile(r"\.([A-Za-z][\w-]*)")
# The pages' policy refuses data addresses; console.css draws what is missed.
_DATA_IMAGE = re.compile(r'url\("data:[^"]*"\)')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_COMMA = re.compile(r",(?![^()]*\))")
_A_DAY = "public, max-age=86400"


def show() -> Response:
    """Answer with the sheet; a browser that has it need not fetch it again."""
    sheet = bootstrap_sheet()
    response = Response(sheet, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = _A_DAY
    response.set_etag(sheet_version())
    response.make_conditional(request)
    return response


@cache
def sheet_version() -> str:
    """Return what tells this sheet from the one before an upgrade."""
    return hashlib.sha256(bootstrap_sheet().encode()).hexdigest()[:12]


@cache
def bootstrap_sheet() -> str:
    """Return the rules of Bootstrap whose classes stand in the console's templates."""
    whole = files("flask_bootstrap") / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
    rules = _DATA_IMAGE.sub("none", _COMMENT.sub("", whole.read_text("utf-8").partition(";")[2]))
    return "".join(_kept(rules, _used_classes()))


def _used_classes() -> set[str]:
    folder = files("app.web") / "templates" / "console"
    pages = (page.read_text("utf-8") for page in folder.iterdir() if page.name.endswith(".html"))
    return {word for page in pages for said in _CLASSES.findall(page) for word in _WORD.findall(said)}


def _kept(rules: str, used: set[str]) -> Iterator[str]:
    for prelude, body in _rules(rules):
        if prelude.startswith(("@media", "@supports")):
            inner = "".join(_kept(body, used))
            if inner:
                yield f"{prelude}{{{inner}}}"
        elif not prelude.startswith("@"):
            selectors = [one for one in _COMMA.split(prelude) if used.issuperset(_CLASS_OF_SELECTOR.findall(one))]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield each rule's prelude and what stands between its braces."""
    depth = start = opened = 0
    for brace in re.finditer(r"[{}]", sheet):
        if brace[0] == "{":
            if depth == 0:
                opened = brace.end()
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                yield sheet[start : opened - 1].strip(), sheet[opened : brace.start()]
                start = brace.end()
