"""What a text asks for, and what holds a message back."""

import pytest

from app.domain.consent import Purpose, Refusal, Wish, read_wish, why_held_back

STOPS = """
stop|STOP|Stop.|"STOP"|StopAll|unsubscribe|Cancel|END|quit|revoke|optout|opt-out|Opt out|OPT - OUT|STOP!!!
stop please|Please stop|stop 🛑|ｓｔｏｐ|STOP STOP STOP|ok stop|stop it|Stop thanks|pls stop now|I said stop
unsubscribe me please|please stop texting me|Stop sending me these messages|stop texting
can you please stop messaging this number?|take me off your list|Please remove me from this list
remove my number|remove me|take my number off your list please|Don't text me again|do not contact me
dont message me anymore|never text me again|Don’t send me any more texts
I don't want any more of your messages|I no longer wish to receive these|i dont want to get texts from you
No more texts|no more messages please|leave me alone|opt me out|I want to opt out|I'd like to unsubscribe
why don't you stop texting me|please stop with the spam|stop all these annoying texts|cancel my subscription
lose my number|Who is this? Stop texting me!|Hi, I moved away. Please take me off the list.
how do i unsubscribe?|i revoke my consent|STOP. Do not text me again.|stop all contact|please just stop
"""
NOT_STOPS = """
don't stop|Please don't stop texting me|dont stop|never stop|Can't stop laughing|I can't stop|stop by the shop
I'll stop by later|Should I stop by the shop tomorrow?|which bus stop?|a non-stop flight
Is there a stop at Main St?|cancel my order|please cancel my appointment for Tuesday|the end
at the end of the week|do not remove me from the list|don't take me off your list|When does the sale stop?
Did it stop raining|I won't unsubscribe|send me more|Love these texts!|text me when it is ready
quit your job they said|yes please call me|no|ok thanks|what is this about|I ended up buying two|stopwatch
help me choose|the offer ends when?|I stopped at your store||   |😀|I did not get the text
do you have more information|please send the info
"""


def listed(block):
    return [one for line in block.strip().splitlines() for one in line.split("|")]


@pytest.mark.parametrize("text", listed(STOPS))
def test_plain_words_and_plain_sentences_say_stop(text):
    assert read_wish(text) is Wish.STOP


@pytest.mark.parametrize("text", listed(NOT_STOPS))
def test_other_sentences_say_no_such_thing(text):
    assert read_wish(text) is None


@pytest.mark.parametrize("text", ["start", "START", "Unstop", "yes", "Yes!", "start please"])
def test_some_words_take_it_back(text):
    assert read_wish(text) is Wish.START


@pytest.mark.parametrize("text", ["help", "HELP", "Info", "help?"])
def test_some_words_ask_for_help(text):
    assert read_wish(text) is Wish.HELP


@pytest.mark.parametrize("text", ["stop " * 100_000, "do not " * 50_000, "a" * 1_000_000, "\0stop\u202e", "\ud800"])
def test_a_text_of_any_length_and_any_letters_is_read_in_no_time(text):
    assert read_wish(text) in {None, Wish.STOP}


def test_what_holds_back_a_message_depends_on_what_it_is_for():
    everything = set(Refusal)
    assert why_held_back(everything, Purpose.MARKETING) is Refusal.STOPPED
    assert why_held_back({Refusal.UNSUBSCRIBED}, Purpose.MARKETING) is Refusal.UNSUBSCRIBED
    assert why_held_back({Refusal.UNSUBSCRIBED}, Purpose.TRANSACTIONAL) is None
    assert why_held_back({Refusal.UNSUBSCRIBED, Refusal.BOUNCED}, Purpose.TRANSACTIONAL) is Refusal.BOUNCED
    assert why_held_back(everything, Purpose.CONSENT) is None
    assert why_held_back((), Purpose.MARKETING) is None
