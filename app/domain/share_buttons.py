"""Share buttons in the body of a message: a table for each that every mail program draws, plain lines in a text.

Words and no pictures, which many programs block; padding on the cell for Outlook, which knows none on a link; white on
a dark ground, which every dark mode leaves readable; 44 pixels high, which a thumb can hit. Where tables do not flow
side by side, in Outlook's Word, a table seen by it alone puts them one below the other.
Source: https://www.caniemail.com
"""

from collections.abc import Iterable

from markupsafe import escape

_TABLE = '<table role="presentation" border="0" cellpadding="0" cellspacing="0"'
_AROUND = "display:inline-block;margin:0 8px 8px 0;vertical-align:top;border-collapse:separate"
_CELL = (
    "padding:0;border:1px solid #7fa9b6;border-radius:8px;background-color:#1f4e5f;text-align:center;"
    "mso-padding-alt:12px 20px"
)
_LINK = (
    "display:inline-block;padding:12px 20px;border-radius:8px;background-color:#1f4e5f;color:#ffffff;"
    "font-family:Arial,Helvetica,sans-serif;font-size:16px;font-weight:bold;line-height:20px;text-decoration:none;"
    "white-space:nowrap;mso-padding-alt:0;mso-line-height-rule:exactly"
)
_BEGIN = f"<!--[if mso]>{_TABLE}><tr><td><![endif]-->"
_NEXT = '<!--[if mso]></td></tr><tr><td style="padding-top:8px"><![endif]-->'
_END = "<!--[if mso]></td></tr></table><![endif]-->"


def draw_table(buttons: Iterable[tuple[str, str]]) -> str:
    """Return buttons, each a label and an address, as HTML."""
    drawn = (
        f'{_TABLE} style="{_AROUND}"><tr><td bgcolor="#1f4e5f" style="{_CELL}">'
        f'<a href="{escape(address)}" target="_blank" style="{_LINK}">{escape(label)}</a></td></tr></table>'
        for label, address in buttons
    )
    return f"<div>{_BEGIN}{_NEXT.join(drawn)}{_END}</div>"


def draw_lines(buttons: Iterable[tuple[str, str]]) -> str:
    """Return buttons, each a label and an address, as lines of text."""
    return "\n".join(f"{label}: {address}" for label, address in buttons)
