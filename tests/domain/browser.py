"""What a browser sees: html5lib's parser, told to remember the address of every link that passes through it."""

import re

import html5lib
from html5lib.constants import tokenTypes

SHAPES = ["arc", "curve", "group", "image", "line", "oval", "polyline", "rect", "roundrect", "shape"]
LINKS = {"a", "area", *(f"v:{shape}" for shape in SHAPES)}
CONDITION = re.compile(r"\[if(?![a-z0-9])[^>\]]*\]+>", re.IGNORECASE)
C0_AND_SPACE = "".join(map(chr, range(33)))


class LinkWitness(html5lib.HTMLParser):
    """A browser's parser that remembers the links it is given, those for Outlook included."""

    def __init__(self):
        super().__init__()
        self.links = []

    def mainLoop(self):  # noqa: N802 - html5lib names it
        tokens, self.links = self.tokenizer, []
        self.tokenizer = _Watched(tokens, self.links)
        super().mainLoop()


class _Watched:
    def __init__(self, tokens, links):
        vars(self).update(tokens=tokens, links=links)

    def __getattr__(self, name):
        return getattr(self.tokens, name)

    def __setattr__(self, name, value):
        setattr(self.tokens, name, value)

    def __iter__(self):
        for token in self.tokens:
            if token["type"] == tokenTypes["StartTag"] and token["name"] in LINKS:
                address = re.sub("[\t\n\r]", "", token["data"].get("href", "")).strip(C0_AND_SPACE)
                self.links.append(("body", token["name"], address))
            elif token["type"] == tokenTypes["Comment"] and (condition := CONDITION.match(token["data"])):
                inside = followable(token["data"][condition.end() :])
                self.links.extend(("mso", *link) for _, *link in inside)
            yield token


def followable(document):
    """Return the context, tag and address of every link with an address."""
    browser = LinkWitness()
    browser.parse(document)
    return [link for link in browser.links if link[-1]]
