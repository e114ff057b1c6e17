"""The grammar of HTML tags, comments and raw text, as patterns that never step back.

Every repetition is possessive, so one pass over a document costs time in proportion to its length, whatever it holds.
The patterns say what a browser's tokenizer does, with broken markup too.
Source: https://html.spec.whatwg.org/multipage/parsing.html#tokenization
"""

import re
from typing import Final

_S: Final = r"[\t\n\f\r ]"
_NAME_END: Final = r"(?=[\t\n\f\r />])"
_VALUE: Final = r"""(?:"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|(?=>))"""
_NAME: Final = r"[^\t\n\f\r />][^\t\n\f\r />=]*+"
# Without a value an attribute is not followed by "=": else that is a quote which nobody closed, and the tag never ends.
_ATTRIBUTE: Final = rf"{_NAME}(?:{_S}*+={_S}*+{_VALUE}|(?!{_S}*+=))"
# The first loop is the commonest case of the second, and twice as fast.
_REST_OF_TAG: Final = rf"""(?:[ \n]++[a-zA-Z:_-]++="[^"]*+")*+(?:[\t\n\f\r /]++|{_ATTRIBUTE})*+>"""


def _any_case(*names: str) -> str:
    """Return a pattern for ``names`` in any case; the flag for it would slow every other character down.

    Names with the same first letter stand together, so that most other words are told apart by that letter.
    """
    endings: dict[str, list[str]] = {}
    for name in names:
        endings.setdefault(name[:1], []).append(name[1:])
    if list(endings) == [""]:
        return ""
    return "|".join(_either_case(first) + _group(_any_case(*rest)) for first, rest in endings.items())


def _group(pattern: str) -> str:
    return f"(?:{pattern})" if "|" in pattern else pattern


def _either_case(letter: str) -> str:
    return f"[{letter}{letter.upper()}]" if letter.isalpha() else letter


RAW_TEXT: Final = ("style", "title", "script", "textarea", "xmp", "iframe", "noembed", "noframes", "plaintext")
FOREIGN: Final = ("svg", "math")
_SHAPES: Final = ("arc", "curve", "group", "image", "line", "oval", "polyline", "rect", "roundrect", "shape")
LINKS: Final = ("a", "area", *(f"v:{shape}" for shape in _SHAPES))
_SPECIAL: Final = rf"(?:{_any_case(*LINKS, *RAW_TEXT, *FOREIGN)}){_NAME_END}"
_CONDITION: Final = rf"\[{_any_case('if')}(?![a-zA-Z0-9])[^>\]]*+\]++>"
_COMMENT_END: Final = r"--!?+>"

_PLAIN_TAG: Final = (
    rf"/[a-zA-Z](?:[a-zA-Z0-9]*+>|[^\t\n\f\r />]*+{_REST_OF_TAG})"
    rf"|(?!{_SPECIAL})[a-zA-Z][^\t\n\f\r />]*+{_REST_OF_TAG}"
)
_ORDINARY_COMMENT: Final = rf"!--(?!{_CONDITION})(?:-?+>|(?:[^-]++|-(?!-!?+>))*+{_COMMENT_END})"
_OUTLOOK_COMMENT_WITHOUT_LINK: Final = rf"!--{_CONDITION}(?:[^-hH]++|-(?!-!?+>)|[hH](?![rR][eE][fF]))*+{_COMMENT_END}"
# A doctype, <![if !mso]>, <?xml ...>, </3>: all of them last to the next ">".
_DECLARATION: Final = r"(?:!(?!--)|\?|/(?![a-zA-Z]))[^>]*+>"
_NO_TAG: Final = r"(?![a-zA-Z/!?])"

_SKIPPED: Final = rf"{_PLAIN_TAG}|{_ORDINARY_COMMENT}|{_DECLARATION}|{_NO_TAG}"
_MATTERS: Final = rf"(?P<close>)(?P<name>{_SPECIAL}){_REST_OF_TAG}"

TOKEN: Final = re.compile(
    # What holds no link is passed over in one go ...
    rf"(?:[^<]*+<(?:{_SKIPPED}|{_OUTLOOK_COMMENT_WITHOUT_LINK}))*+"
    # ... up to a tag that may be a link, one whose content is not markup, or a comment that Outlook reads.
    rf"[^<]*+<(?:{_MATTERS}|!--(?P<condition>{_CONDITION}))"
)
"""From between two tags to the end of the next tag or opening that matters; without a match, none is left."""

TOKEN_IN_COMMENT: Final = re.compile(
    # A second comment cannot end by itself inside the first one, so its opening is just passed over.
    rf"(?:[^<]*+<(?:{_SKIPPED}|!--{_CONDITION}))*+[^<]*+<(?:{_MATTERS}|(?P<condition>(?!)))"
)
"""The same inside a comment that Outlook reads."""

_CDATA: Final = r"!\[CDATA\[(?:[^\]]++|\](?!\]>))*+\]\]>"
TOKEN_IN_FOREIGN: Final = re.compile(
    rf"(?:[^<]*+<(?:{_CDATA}|{_ORDINARY_COMMENT}|(?!!\[CDATA\[){_DECLARATION}|{_NO_TAG}))*+"
    rf"[^<]*+<(?:!--(?P<condition>{_CONDITION})|(?P<close>/?+)(?P<name>[a-zA-Z][^\t\n\f\r />]*+){_REST_OF_TAG})"
)
"""The same inside svg and math, where every tag matters."""

_HREF_NAME: Final = rf"{_any_case('href')}(?=[\t\n\f\r />=])"
HREF: Final = re.compile(
    rf"(?:[\t\n\f\r /]++|(?!{_HREF_NAME}){_ATTRIBUTE})*+"
    rf"""{_HREF_NAME}{_S}*+={_S}*+"""
    r"""(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\t\n\f\r >"'][^\t\n\f\r >]*+))"""
)
"""From the end of a tag's name to the value of its first ``href``; the second one would not count."""

ATTRIBUTE: Final = re.compile(
    rf"""[\t\n\f\r /]*+({_NAME})(?:{_S}*+={_S}*+(?:"([^"]*+)"|'([^']*+)'|([^\t\n\f\r >"'][^\t\n\f\r >]*+)|(?=>)))?+"""
)
CLOSES_ITSELF: Final = re.compile(rf"(?:{_S}++|/(?!>)|{_ATTRIBUTE})*+/>")
"""From the end of a tag's name to its ``/>``, unless that stroke is part of a value without quotes."""
RAW_TEXT_END: Final = {name: re.compile(rf"</(?:{_any_case(name)}){_NAME_END}") for name in RAW_TEXT}
SCRIPT_MARK: Final = re.compile(rf"<!--|-->|<(/?+)(?:{_any_case('script')}){_NAME_END}")
