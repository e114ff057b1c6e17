"""What one person gets: merge fields filled in, links swapped, share buttons aimed."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from app.domain.composing import Codes, LinkSpace, Sharing, compose
from app.domain.consent import Purpose
from app.domain.message import Channel, ContactDetails, Content
from app.domain.sharing import PLATFORMS
from app.domain.template import TemplateError

ADA = ContactDetails("c-1", "ada@example.com", "+15005550006", "Ada", None, {"plan": "pro", "email": "not this one"})
CODES = Codes("PPPPPPPPPPP", "SSSSSSSSSSS", "UUUUUUUUUUU")
SPRING = Sharing("spring", "Spring", "https://shop.example/?a=1", "Join me {{ campaign_link }} & save", "johndoe")
SPACE = LinkSpace("refer.shop.example", 8000, frozenset({"refer.shop.example"}))
NO_DOMAIN = LinkSpace(None, 8000)
T = "https://refer.shop.example/-tPPPPPPPPPPP"


def email(html=None, text=None, subject=None, *, sharing=None, space=SPACE, contact=ADA, data=None, **said):
    content = Content(subject, html, text, "Shop <shop@shop.example>", **said)
    given = {"contact": contact, "data": data or {}, "sharing": sharing, "codes": CODES, "space": space}
    return compose(Channel.EMAIL, content, **given)


def sms(text, *, liquid=False, sharing=None, space=SPACE):
    content = Content(text=text, liquid=liquid)
    given = {"contact": ADA, "data": {}, "sharing": sharing, "codes": CODES, "space": space}
    return compose(Channel.SMS, content, **given)


def shared(space, template="{{ share.%s }}", name="whatsapp"):
    return email(text=template % name, liquid=True, sharing=SPRING, space=space).text


def test_every_link_of_an_email_becomes_a_tracked_one_and_nothing_else_changes():
    html = '<p class=x>Hi &amp; <a href="https://shop.example/a?b=1&amp;c=2">look</a> <img src="https://shop.example/i.png"></p>'
    composed = email(html)
    assert composed.html == html.replace("https://shop.example/a?b=1&amp;c=2", f"{T}0")
    assert composed.destinations == ("https://shop.example/a?b=1&c=2",)


def test_the_same_destination_is_one_link_however_often_it_occurs():
    composed = email(
        '<a href="https://a.example/">1</a><a href="https://b.example/">2</a><a href="https://a.example/">3</a>'
    )
    assert composed.destinations == ("https://a.example/", "https://b.example/")
    assert [link.url for link in composed.links] == [f"{T}0", f"{T}1", f"{T}0"]


def test_the_text_part_follows_the_html():
    composed = email('<a href="https://b.example/">b</a>', "First https://a.example/ then https://b.example/")
    assert composed.text == f"First {T}1 then {T}0"
    assert composed.destinations == ("https://b.example/", "https://a.example/")


def test_a_link_that_the_html_keeps_is_kept_in_the_text_too():
    html = '<a href="https://a.example/" data-no-track clicktracking="off">a</a>'
    composed = email(html, "https://a.example/")
    assert (composed.html, composed.text, composed.destinations) == (html, "https://a.example/", ())


def test_an_sms_is_its_text_alone():
    composed = sms("Look: https://shop.example/a. Bye")
    assert (composed.subject, composed.html, composed.text) == (None, None, f"Look: {T}0. Bye")


def test_an_sms_never_sends_html():
    content = Content(html="<a href='https://a.example/'>a</a>", text="Hi")
    composed = compose(Channel.SMS, content, contact=ADA, data={}, sharing=None, codes=CODES, space=SPACE)
    assert (composed.html, composed.links) == (None, ())


def test_links_that_are_ours_or_on_the_skip_list_stay():
    space = replace(SPACE, skip=("https://example.com/legal*",))
    text = "https://refer.shop.example/johndoe https://example.com/legal/terms https://example.com/shop"
    composed = email(text=text, space=space)
    assert composed.text == text.replace("https://example.com/shop", f"{T}0")
    assert [link.reason for link in composed.links] == ["own_link", "skip_listed", "web_link"]


def test_an_extension_stands_before_every_link_that_is_swapped():
    space = replace(SPACE, extension="gala2021")
    composed = email(text="https://shop.example/ {{ share.x }}", liquid=True, sharing=SPRING, space=space)
    assert composed.text == (
        "https://refer.shop.example/gala2021/-tPPPPPPPPPPP0 https://refer.shop.example/gala2021/-sPPPPPPPPPPPx"
    )


def test_a_local_domain_shows_the_hubs_port():
    assert email(text="https://a.example/", space=LinkSpace("demo.localhost", 8123)).text == (
        "http://demo.localhost:8123/-tPPPPPPPPPPP0"
    )


def test_without_a_domain_the_body_goes_out_unchanged():
    html, text = '<a href="https://a.example/">a</a>', "https://a.example/"
    composed = email(html, text, "Hi", space=NO_DOMAIN)
    assert (composed.subject, composed.html, composed.text) == ("Hi", html, text)
    assert (composed.links, composed.destinations) == ((), ())


def test_final_text_is_never_rendered():
    text = "{{ contact.first_name }} {% if %} {{"
    assert email(text, text, text).html == email(text, text, text, space=NO_DOMAIN).html == text
    assert email(text, text, text).subject == text


def test_merge_fields_are_filled_in_before_links_are_swapped():
    template = '<a href="https://shop.example/{{ data.page }}?c={{ contact.external_id }}">{{ contact.first_name }}</a>'
    composed = email(template, liquid=True, data={"page": "sale"})
    assert composed.destinations == ("https://shop.example/sale?c=c-1",)
    assert composed.plain.html == '<a href="https://shop.example/sale?c=c-1">Ada</a>'
    assert composed.html == f'<a href="{T}0">Ada</a>'


def test_a_contacts_own_fields_stand_beside_the_known_ones_and_never_in_their_place():
    template = (
        "{{ contact.plan }}/{{ contact.fields.plan }}/{{ contact.email }}/{{ contact.last_name | default: 'friend' }}"
    )
    assert email(text=template, liquid=True).text == "pro/pro/ada@example.com/friend"


def test_a_subject_made_of_merge_fields_stays_one_line():
    contact = ADA._replace(first_name="Ada\r\nBcc: everybody@example.com")
    composed = email(subject="Hi {{ contact.first_name }}\n !", liquid=True, contact=contact)
    assert composed.subject == "Hi Ada Bcc: everybody@example.com !"


def test_html_escapes_what_a_person_is_called_and_the_subject_does_not():
    contact = ADA._replace(first_name='<b onclick="x">&')
    composed = email(
        "{{ contact.first_name }}", "{{ contact.first_name }}", "{{ contact.first_name }}", liquid=True, contact=contact
    )
    assert composed.html == "&lt;b onclick=&#34;x&#34;&gt;&amp;"
    assert composed.subject == composed.text == '<b onclick="x">&'


def test_liquid_in_a_persons_name_is_not_run():
    contact = ADA._replace(first_name="{{ contact.email }}")
    assert email(text="{{ contact.first_name }}", liquid=True, contact=contact).text == "{{ contact.email }}"


@pytest.mark.parametrize("name", PLATFORMS)
def test_each_platform_has_its_share_button_on_the_accounts_domain(name):
    assert shared(SPACE, name=name) == f"https://refer.shop.example/-sPPPPPPPPPPP{PLATFORMS[name].letter}"


@pytest.mark.parametrize("name", sorted(set(PLATFORMS) - {"copy", "native"}))
def test_without_a_domain_a_share_button_leads_straight_to_the_platform(name):
    address = shared(NO_DOMAIN, name=name)
    assert address.startswith(PLATFORMS[name].composer)
    values = [value for found in parse_qs(urlsplit(address).query).values() for value in found]
    assert sum(value.count("https://shop.example/?a=1") for value in values) == 1


def test_without_a_domain_the_copy_button_leads_to_the_landing_page():
    assert shared(NO_DOMAIN, name="copy") == "https://shop.example/?a=1"


def test_the_campaign_link_is_the_advocates_own():
    assert shared(SPACE, "{{ campaign_link }}%.0s") == "https://refer.shop.example/johndoe"
    assert shared(NO_DOMAIN, "{{ campaign_link }}%.0s") == "https://shop.example/?a=1"


def test_nobody_can_tell_the_personal_code_from_what_is_shared():
    space = replace(SPACE, own_hosts=frozenset())
    template = "{{ campaign_link }} {{ advocate.share_url }} {{ advocate.share_code }} {{ campaign.landing_url }}"
    assert CODES.personal not in email(text=template, liquid=True, sharing=SPRING, space=space).plain.text


def test_the_unsubscribe_link_leads_to_the_readers_own_page_and_is_never_swapped():
    template = '<a href="{{ unsubscribe_url }}">stop</a>'
    page = "https://refer.shop.example/u/UUUUUUUUUUU"
    composed = email(template, "{{ unsubscribe_url }}", liquid=True, space=replace(SPACE, extension="gala2021"))
    assert (composed.html, composed.text) == (f'<a href="{page}">stop</a>', page)
    assert [(link.decision, link.reason) for link in composed.links] == [("kept", "own_link")] * 2
    assert sms("Stop: {{ unsubscribe_url }}", liquid=True).text == f"Stop: {page}"


def test_a_local_unsubscribe_link_shows_the_hubs_port_and_is_never_swapped():
    space = LinkSpace("demo.localhost", 8123, frozenset({"demo.localhost"}))
    composed = email("<a href={{ unsubscribe_url }}>stop</a>", liquid=True, space=space)
    assert composed.html == "<a href=http://demo.localhost:8123/u/UUUUUUUUUUU>stop</a>"
    assert composed.destinations == ()


def test_without_a_domain_the_unsubscribe_link_stands_where_the_pages_are():
    space = replace(NO_DOMAIN, pages="https://hub.example")
    composed = email(text="{{ unsubscribe_url }}", liquid=True, space=space)
    assert composed.text == composed.unsubscribe_url == "https://hub.example/u/UUUUUUUUUUU"


def test_mail_programs_are_told_of_every_marketing_email_where_to_unsubscribe():
    for liquid in (True, False):
        assert email("<p>Hi</p>", liquid=liquid).unsubscribe_url == "https://refer.shop.example/u/UUUUUUUUUUU"
    space = replace(NO_DOMAIN, pages="https://hub.example")
    assert email("<p>Hi</p>", space=space).unsubscribe_url == "https://hub.example/u/UUUUUUUUUUU"


def test_of_texts_and_of_what_is_no_marketing_they_are_told_nothing():
    assert sms("{{ unsubscribe_url }}", liquid=True).unsubscribe_url is None
    assert email("<p>Your receipt</p>", purpose=Purpose.TRANSACTIONAL).unsubscribe_url is None


def test_share_buttons_and_the_campaign_link_are_not_swapped_again():
    composed = email("{% sharing_widget whatsapp, x %} {{ campaign_link }}", liquid=True, sharing=SPRING)
    assert composed.destinations == ()
    assert {link.reason for link in composed.links} <= {"own_link"}


def test_for_somebody_who_is_no_advocate_there_is_nothing_to_share():
    composed = email(
        text="[{{ campaign_link }}{{ share.whatsapp }}{{ campaign.name }}{% sharing_widget %}]", liquid=True
    )
    assert composed.text == "[]"


def test_a_template_that_cannot_be_rendered_is_an_error_that_says_where():
    with pytest.raises(TemplateError, match="line 2"):
        email("<p>\n{% if %}</p>", liquid=True)


def test_what_is_absent_stays_absent():
    composed = email(text="Hi")
    assert (composed.subject, composed.html) == (None, None)
