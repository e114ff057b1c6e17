"""What holds a message back."""

from app.domain.consent import Purpose, Refusal, why_held_back


def test_what_holds_back_a_message_depends_on_what_it_is_for():
    everything = set(Refusal)
    assert why_held_back(everything, Purpose.MARKETING) is Refusal.STOPPED
    assert why_held_back({Refusal.UNSUBSCRIBED}, Purpose.MARKETING) is Refusal.UNSUBSCRIBED
    assert why_held_back({Refusal.UNSUBSCRIBED}, Purpose.TRANSACTIONAL) is None
    assert why_held_back({Refusal.UNSUBSCRIBED, Refusal.BOUNCED}, Purpose.TRANSACTIONAL) is Refusal.BOUNCED
    assert why_held_back({Refusal.UNSUBSCRIBED, Refusal.MANUAL}, Purpose.TRANSACTIONAL) is Refusal.MANUAL
    assert why_held_back(everything, Purpose.CONSENT) is None
    assert why_held_back((), Purpose.MARKETING) is None
