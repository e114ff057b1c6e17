"""Share buttons in emails: whole tables, both for Outlook, which reads the comments, and for everybody else."""

import re

import pytest
from bs4 import BeautifulSoup

from app.domain.share_buttons import draw_lines, draw_table

BUTTONS = [("Share on X", "https://refer.example/-sAx?a&b"), ('Copy <the> "link"', "https://refer.example/-sAc")]


def seen_by_outlook(drawn):
    return re.sub(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", r"\1", drawn)


@pytest.mark.parametrize("seen", [str, seen_by_outlook])
def test_every_table_is_whole_and_no_part_of_it_is_lost_to_a_parser(seen):
    drawn = seen(draw_table(BUTTONS))
    for tag in ("table", "tr", "td", "div", "a"):
        assert len(re.findall(rf"<{tag}[ >]", drawn)) == drawn.count(f"</{tag}>")
    found = [(link.get_text(), link["href"]) for link in BeautifulSoup(drawn, "html5lib").find_all("a")]
    assert found == BUTTONS
    assert "<img" not in drawn


def test_outlook_alone_gets_one_button_below_the_other():
    rows = BeautifulSoup(seen_by_outlook(draw_table(BUTTONS)), "html5lib").find("table").tbody
    assert [row.get_text() for row in rows.find_all("tr", recursive=False)] == [label for label, _ in BUTTONS]


def test_in_a_text_each_stands_on_a_line_of_its_own():
    line = "Share on X: https://refer.example/-sAx?a&b"
    assert draw_lines(BUTTONS[:1] * 2) == f"{line}\n{line}"
