"""Plain text in pieces, so that a page can make its addresses clickable."""

from dataclasses import dataclass

from app.domain.text_links import text_links


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; an address when ``url`` is set."""

    text: str
    url: str = ""


def linked_text(text: str) -> list[Piece]:
    """Return ``text`` cut at its http and https addresses; joined again, the pieces are the text."""
    pieces = []
    position = 0
    for link in text_links(text):
        pieces += [Piece(text[position : link.start]), Piece(text[link.start : link.end], link.url)]
        position = link.end
    pieces.append(Piece(text[position:]))
    return [piece for piece in pieces if piece.text]
