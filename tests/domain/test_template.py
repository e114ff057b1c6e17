"""Merge fields: a stranger's program, run over a stranger's data, at a price that is bounded."""

import contextlib
import resource
import time

import pytest

from app.domain.sharing import PLATFORMS
from app.domain.template import TemplateError, render, usage

SHARE = {"share": {name: f"https://refer.example/-sAAAAAAAAAAA{p.letter}?a&b" for name, p in PLATFORMS.items()}}


def html(source, **fields):
    return render(source, fields, is_html=True)


def text(source, **fields):
    return render(source, fields, is_html=False)


def doubled(times, start="xxxxxxxxxx"):
    return f'{{% assign s = "{start}" %}}' + "{% assign s = s | append: s %}" * times


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        ("Hi {{ contact.first_name }}", "Hi Ada"),
        ("Hi {{ contact.last_name | default: 'there' }}", "Hi there"),
        ("Hi {{ contact.last_name }}!", "Hi !"),
        ("{{ nobody.knows.this }}", ""),
        ("{{ contact.first_name | upcase | append: '!' }}", "ADA!"),
        ("{% if data.vip %}VIP{% else %}all{% endif %}", "VIP"),
        ("{% for item in data.items %}{{ forloop.index }}{{ item.name }} {% endfor %}", "1a 2b "),
        ("{% for i in (1..3) %}{{ i }}{% endfor %}", "123"),
        ("{{ data.price | times: 2 | round: 2 }}", "19.8"),
        ("{{ (1..5) | join: '-' }}", "1-2-3-4-5"),
        ("{{ 'a,b' | split: ',' | reverse | join: ';' }}", "b;a"),
        ("{{ 'x' | replace: 'x', 'yy' }}", "yy"),
        ("{% assign a = 'b' %}{% capture c %}{{ a }}c{% endcapture %}{{ c }}", "bc"),
        ("{% case data.vip %}{% when true %}yes{% endcase %}", "yes"),
        ("{% comment %}{{ x }}{% endcomment %}{% raw %}{{ raw }}{% endraw %}", "{{ raw }}"),
        ("{{ '2026-11-22' | date: '%d.%m.%Y' }}", "22.11.2026"),
        ("{% liquid\n assign a = 1\n echo a\n%}", "1"),
    ],
)
def test_liquid_is_rendered_as_its_users_know_it(source, rendered):
    fields = {
        "contact": {"first_name": "Ada"},
        "data": {"vip": True, "price": 9.9, "items": [{"name": "a"}, {"name": "b"}]},
    }
    assert text(source, **fields) == rendered


def test_html_escapes_every_value_and_a_text_none():
    assert html("<p>{{ a }}</p>", a="<&\"'>") == "<p>&lt;&amp;&#34;&#39;&gt;</p>"
    assert text("<p>{{ a }}</p>", a="<&\"'>") == "<p><&\"'></p>"


def test_a_value_escaped_by_its_author_is_not_escaped_again():
    assert html("{{ a | escape }}", a="<&>") == "&lt;&amp;&gt;"


@pytest.mark.parametrize("path", ["__class__", "__class__.__mro__", "keys", "first_name.__len__", "first_name.format"])
def test_a_template_reads_data_and_nothing_of_python(path):
    assert text("[{{ contact." + path + " }}]", contact={"first_name": "Ada"}) == "[]"


@pytest.mark.parametrize("tag", ["{% include 'x' %}", "{% render 'x' %}"])
def test_a_template_reads_no_files(tag):
    with pytest.raises(TemplateError):
        text(tag)


def test_share_buttons_are_drawn_in_the_order_named():
    drawn = html("{% sharing_widget x, whatsapp %}", **SHARE)
    assert drawn.index("Share on X<") < drawn.index("Share on WhatsApp<")
    assert drawn.count("<a ") == 2
    assert 'href="https://refer.example/-sAAAAAAAAAAAx?a&amp;b"' in drawn


def test_share_buttons_of_a_text_are_plain_lines():
    assert text("{% sharing_widget email, copy %}", **SHARE) == (
        "Share by email: https://refer.example/-sAAAAAAAAAAAe?a&b\nCopy the link: https://refer.example/-sAAAAAAAAAAAc?a&b"
    )


def test_without_names_there_are_five_share_buttons():
    assert html("{% sharing_widget %}", **SHARE).count("<a ") == 5


@pytest.mark.parametrize("is_html", [True, False])
def test_what_follows_share_buttons_without_names_is_kept(is_html):
    source = "{% if share %}{% sharing_widget %}{{ a }}{% sharing_widget %}{% endif %}<end>"
    assert render(source, {**SHARE, "a": "<between>"}, is_html=is_html).endswith("<end>")
    assert "between" in render(source, {**SHARE, "a": "<between>"}, is_html=is_html)


@pytest.mark.parametrize("is_html", [True, False])
def test_for_somebody_with_nothing_to_share_no_buttons_are_drawn(is_html):
    assert render("[{% sharing_widget %}]", {}, is_html=is_html) == "[]"


def test_share_buttons_mind_neither_case_nor_spaces():
    assert text("{%sharing_widget  WhatsApp ,X,%}", **SHARE).count("\n") == 1


def test_a_share_button_of_an_unknown_platform_is_refused_when_the_template_is_read():
    for is_html in (True, False):
        with pytest.raises(TemplateError, match=r"line 2.*'myspace'"):
            usage("\n{% sharing_widget x, myspace %}", is_html=is_html)


def test_an_unknown_platforms_address_is_named():
    assert usage("{{ share.myspace }}{{ share.x }}{{ share.icq }}", is_html=True).unknown_platforms == (
        "icq",
        "myspace",
    )


@pytest.mark.parametrize(
    ("source", "shares"),
    [
        ("Hi {{ contact.first_name }}", False),
        ("{{ share.whatsapp }}", True),
        ("{{ campaign_link }}", True),
        ("{{ advocate.share_code }}", True),
        ("{% sharing_widget %}", True),
        ("{% if a %}{% sharing_widget x %}{% endif %}", True),
        ("{% raw %}{{ campaign_link }}{% endraw %}", False),
        ("{{ data.campaign_link }}", False),
    ],
)
def test_a_template_that_shares_needs_an_advocate(source, shares):
    assert usage(source, is_html=True).shares is shares


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("\n\n{% if %}", "line 3"),
        ("{% nope %}", "line 1"),
        ("a\n{{ a | nope }}", "line 2"),
        ("\n{% for %}{% endfor %}", "line 2"),
        ("\n{% if a %}", "at its end"),
    ],
)
def test_what_is_no_liquid_is_refused_and_the_place_is_named(source, where):
    with pytest.raises(TemplateError, match=f"^{where}: "):
        usage(source, is_html=True)


@pytest.mark.parametrize(
    "source",
    [
        *("{{ 'a' | times: 'b' }}", "{{ 1 | divided_by: 0 }}", "{{ '1e999999999' | ceil }}", "{{ 'a' | slice: 'b' }}"),
        *("{{ '1e999999999' | split: ',' | sum }}", "{{ 'x' | base64_decode }}", "{{ '9' | date: '%Y' | date }}"),
        *("{{ 'Mon Jan 0000' | date: '%Y' }}", "{{ 99999999999999999999 | date: '%Y' }}", "{{ a | sort | where: 1 }}"),
    ],
)
def test_a_filter_on_odd_arguments_gives_a_text_or_our_own_error(source):
    with contextlib.suppress(TemplateError):
        assert isinstance(text(source, a=[1, "b", None]), str)


HOSTILE = {
    "a long range, joined": '{{ (1..100000000) | join: "x" }}',
    "a long range, turned round": "{{ (1..100000000) | reverse | first }}",
    "a long range, sorted": "{{ (1..100000000) | sort | first }}",
    "an endless range": "{{ (1.." + "9" * 30 + ") | join }}",
    "a long loop": "{% for i in (1..100000000000) %}{% endfor %}",
    "a loop from far away": "{% for i in (1..100000000000) offset: 99999999990 %}{{ i }}{% endfor %}",
    "a loop from behind": "{% for i in (1..1000000000) reversed %}{% endfor %}",
    "a table from far away": "{% tablerow i in (1..1000000000) offset: 999999990 %}{{ i }}{% endtablerow %}",
    "a search in a range": '{% if (1..1000000000) contains "x" %}a{% endif %}',
    "a search in a named range": '{% assign r = (1..1000000000) %}{% if r contains "x" %}a{% endif %}',
    "many searches in a short range": "{% for i in (1..9000) %}{% if (1..9000) contains 'x' %}{% endif %}{% endfor %}",
    "loops in loops": "{% for i in (1..9000) %}" * 3 + "x" + "{% endfor %}" * 3,
    "a number squared": "{% assign x = 9 %}" + "{% assign x = x | times: x %}" * 40,
    "a text doubled": doubled(40),
    "a list doubled": "{% assign a = 'a,b' | split: ',' %}" + "{% assign a = a | concat: a %}" * 40,
    "a text put into itself": doubled(13) + '{{ s | replace: "x", s | replace: "x", s | size }}',
    "a text between its pieces": doubled(13, "x,x,") + '{% assign a = s | split: "," %}{{ a | join: s | size }}',
    "one text many times": doubled(15)
    + "{% assign a = s | split: ',' %}"
    + "{% assign a = a | concat: a %}" * 16
    + "{{ a | join | size }}",
    "filters in a loop": doubled(15) + "{% for i in (1..10000) %}{% assign t = s | upcase | size %}{% endfor %}",
    "searches in a loop": doubled(15) + '{% for i in (1..10000) %}{% if s contains "xy" %}{% endif %}{% endfor %}',
    "much in a loop": "{% for i in (1..10000) %}" + "{{a}}" * 2000 + "{% endfor %}",
    "much that writes nothing": "{% for i in (1..10000) %}" + "{% if a %}{% endif %}" * 2000 + "{% endfor %}",
    "much that is written": "{% for i in (1..10000) %}" + "x" * 1000 + "{% endfor %}",
    "many names": "".join(f"{{% assign a{number} = 1 %}}" for number in range(3_000)),
    "openings without an end": "{{" * 100_000,
    "tags without an end": "{%" * 100_000,
    "openings with one end": "{{" * 100_000 + "}}",
    "openings between tags without an end": "{{ a }}{{" + "{{ {% if a %}" * 50_000,
    "raw blocks without an end": "{% raw %}" * 15_000,
    "doc blocks without an end": "{% doc %}" * 15_000,
    "comments without an end": "{% comment %}" * 50_000,
    "blocks in blocks": "{% if a %}" * 15_000,
    "parentheses in parentheses": "{% if " + "(" * 20_000 + "a %}{% endif %}",
    "brackets in brackets": "{{ " + "a[" * 20_000 + "}}",
    "a long way": "{{ a" + ".a" * 50_000 + "}}",
    "many filters": "{{ a " + "| upcase " * 20_000 + "}}",
    "many tags": "{{ a }}" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_is_refused_before_it_costs_anything(name):
    began, held_kb = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TemplateError):
        html(HOSTILE[name])
    # Without a bound these take minutes or gigabytes.
    assert time.process_time() - began < 4
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held_kb < 100_000


def test_a_date_in_a_huge_text_is_not_looked_for():
    began = time.process_time()
    assert len(text(doubled(15, "1 1 1 1 1 ") + "{{ s | date: '%Y' }}")) == 10 * 2**15
    assert time.process_time() - began < 1


def test_a_large_template_of_a_real_campaign_is_well_within_the_bounds():
    row = "<tr><td>{{ item.name | escape }}</td><td>{{ item.price | times: 1.19 | round: 2 }}</td></tr>"
    items = [{"name": f"Thing {number}", "price": 9.9} for number in range(1000)]
    body = "<p>words</p>" * 20_000 + f"{{% for item in items %}}{row}{{% endfor %}}" + "{{ contact.first_name }}" * 500
    assert html(body, items=items, contact={"first_name": "Ada"}).count("<tr>") == 1000


def test_a_million_characters_of_data_can_be_printed():
    assert len(text("{{ data.terms | strip }}", data={"terms": "words " * 200_000})) > 1_000_000


def test_braces_of_style_sheets_and_scripts_are_no_openings():
    style = "<style>a{b:c}@media x{a{b:c}}</style>" * 1000
    assert html(style) == style
