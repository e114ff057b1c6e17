"""What the company of a visit says of it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.visit_patterns import ALL_LINKS, AT_ONCE, CANARY, NEAR, Follower, Sent, condemned, timing

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CANARY_LINK = 9
SENT = Sent(NOON - timedelta(hours=1), None, 3, CANARY_LINK)


def follower(number, seconds, link, network="203.0.113.0"):
    return Follower(str(number), "m-1", link, NOON + timedelta(seconds=seconds), network, "Mozilla/5.0")


FOLLOWERS = st.lists(
    st.tuples(
        st.sampled_from([0, 0.5, 1, 2, 2.5, 4, 700, 1300]),
        st.sampled_from([0, 1, 2, CANARY_LINK, "whatsapp"]),
        st.sampled_from(["203.0.113.0", "198.51.100.0"]),
    ),
    max_size=12,
).map(lambda found: [follower(number, *one) for number, one in enumerate(found)])


def opened_at_once(one, others):
    """Tell, the long way, whether some two seconds around ``one`` hold every link."""
    ends = [other.at for other in others if one.at <= other.at <= one.at + AT_ONCE]
    windows = [[other.link for other in others if end - AT_ONCE <= other.at <= end] for end in ends]
    return any({0, 1, 2} <= set(window) for window in windows)


@given(FOLLOWERS)
def test_who_opens_every_link_within_two_seconds_is_found_and_nobody_else(followers):
    found = {one for one, signals in timing(followers, SENT).items() if ALL_LINKS in signals}
    same = {one.id: [other for other in followers if other.visitor == one.visitor] for one in followers}
    assert found == {one.id for one in followers if opened_at_once(one, same[one.id])}


@given(FOLLOWERS)
def test_whoever_follows_what_nobody_sees_is_a_program_for_ten_minutes_around(followers):
    found = condemned(followers, SENT, {}, frozenset())
    sprung = [one for one in followers if one.link == CANARY_LINK]
    assert found == {
        one.id: (CANARY,)
        for one in followers
        if any(one.visitor == other.visitor and abs(one.at - other.at) <= NEAR for other in sprung)
    }


def test_a_flood_is_looked_through_once():
    flood = [follower(number, number / 100_000, number % 3) for number in range(50_000)]
    assert len(timing(flood, SENT)) == len(flood)
    sprung = [follower(number, number / 100_000, CANARY_LINK) for number in range(50_000)]
    assert len(condemned(sprung, SENT, {}, frozenset())) == len(sprung)
