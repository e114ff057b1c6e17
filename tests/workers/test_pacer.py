"""Text messages leave one after the other, at their account's rate, however many workers there are."""

import itertools

import pytest

from app.store.pacer import Pacer


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now, self.slept = 100.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def test_workers_at_one_redis_share_one_line_for_each_account(server):
    first, second = (Pacer(server.settings.effective_redis_url, sleep=lambda _: None) for _ in range(2))
    assert first.take("shop", 0.01) == 0
    waits = [pacer.take("shop", 0.01) for pacer in (second, first, second)]
    # Whoever is sent back is told a time of their own, so that they do not all come at once.
    assert [round(wait, -2) for wait in waits] == [100, 200, 300]
    assert second.take("another", 0.01) == 0


def test_a_near_turn_is_waited_for(server):
    clock = Clock()
    pacer = Pacer(server.settings.effective_redis_url, sleep=clock.sleep)
    assert [pacer.take("near", 5) for _ in range(2)] == [0, 0]
    assert all(0 < wait <= 0.2 for wait in clock.slept)


@pytest.mark.parametrize("processes", [1, 4])
def test_without_redis_each_process_keeps_to_its_share(processes):
    clock = Clock()
    pacer = Pacer("redis://127.0.0.1:1", processes=processes, monotonic=clock, sleep=clock.sleep)
    left = []
    while len(left) < 20:
        if wait_s := pacer.take("shop", 10):
            clock.now += wait_s
        else:
            left.append(clock.now)
    gaps = [later - earlier for earlier, later in itertools.pairwise(left)]
    assert min(gaps) >= 0.1 * processes - 1e-9
