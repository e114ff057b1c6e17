"""The schedule: every duty on time, whatever the others do, until it is told to stop."""

import signal
import threading
import time

from structlog.testing import capture_logs

from workers.schedule import Duty, run


def test_each_duty_is_called_at_its_own_pace():
    stop, calls = threading.Event(), []

    def often():
        calls.append("often")
        if calls.count("often") == 4:
            stop.set()

    run([Duty("often", 0.02, often), Duty("nightly", 3600, lambda: calls.append("nightly"))], stop)
    assert sorted(calls) == ["nightly", "often", "often", "often", "often"]


def test_a_duty_that_fails_is_logged_and_stops_no_other():
    stop, calls = threading.Event(), []

    def fails():
        raise ZeroDivisionError

    def works():
        calls.append("works")
        if len(calls) == 2:
            stop.set()

    with capture_logs() as logs:
        run([Duty("fails", 0.02, fails), Duty("works", 0.02, works)], stop)
    assert calls == ["works", "works"]
    assert {(entry["event"], entry["duty"]) for entry in logs} == {("duty failed", "fails")}


def test_a_late_duty_is_called_once_and_not_for_each_time_it_missed():
    stop, calls = threading.Event(), []

    def slow():
        time.sleep(0.1)

    def quick():
        calls.append(time.monotonic())
        if len(calls) == 3:
            stop.set()

    run([Duty("quick", 0.03, quick), Duty("slow", 3600, slow)], stop)
    assert calls[2] - calls[1] > 0.02


def test_no_duty_at_all_is_no_error():
    stop = threading.Event()
    threading.Timer(0.05, stop.set).start()
    run([], stop)


def test_sigterm_ends_it_at_once(start):
    process = start(
        "import threading\nfrom workers.schedule import Duty, run\n"
        "run([Duty('hello', 3600, lambda: print('on duty', flush=True))], threading.Event())"
    )
    assert process.stdout.readline() == "on duty\n"
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 0
    assert time.monotonic() - began < 0.5
