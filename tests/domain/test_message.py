"""A message's states only move forward."""

import itertools

import pytest

from app.domain.message import ContactDetails, Status, advance

FORWARD = [
    Status.QUEUED,
    Status.HELD,
    Status.SENDING,
    Status.SUPPRESSED,
    Status.UNKNOWN,
    Status.SENT,
    Status.FAILED,
    Status.DELIVERED,
]


@pytest.mark.parametrize(("earlier", "later"), list(itertools.combinations(FORWARD, 2)))
def test_a_late_report_never_moves_a_message_back(earlier, later):
    assert advance(earlier, later) is later
    assert advance(later, earlier) is later


@pytest.mark.parametrize("status", Status)
def test_a_repeated_report_changes_nothing(status):
    assert advance(status, status) is status


def test_reports_lead_to_the_same_end_in_any_order():
    for reports in itertools.permutations([Status.SENT, Status.DELIVERED, Status.FAILED, Status.SENT]):
        status = Status.SENDING
        for reported in reports:
            status = advance(status, reported)
        assert status is Status.DELIVERED


def test_every_status_has_its_place():
    assert set(FORWARD) == set(Status)


def test_what_nobody_said_of_somebody_cannot_be_written_into():
    with pytest.raises(TypeError):
        ContactDetails().fields["plan"] = "pro"
