"""Who can wait steps back, by niceness and as a session; who records clicks does not."""

import subprocess
import sys
from pathlib import Path

import pytest

from workers.priority import PAGES, REDIRECTS, steps_of_target

STEP_BACK = """
import os, sys, threading
from workers.priority import step_back
step_back(int(sys.argv[1]))
for thread in threading.enumerate():
    if thread.name == "priority":
        thread.join()
print(os.nice(0))
"""
GROUP = Path("/proc/self/autogroup")


def stepped_back(steps, script=STEP_BACK, **how):
    """Return what a process that stepped back prints."""
    command = [sys.executable, "-c", script, str(steps)]
    return subprocess.run(command, capture_output=True, check=True, text=True, timeout=30, **how).stdout.split()


@pytest.mark.parametrize("steps", [0, 4])
def test_a_process_steps_back_by_niceness(steps):
    [before], [after] = stepped_back(0), stepped_back(steps)
    assert int(after) - int(before) == steps


def test_a_process_with_a_session_of_its_own_steps_back_as_a_session():
    script = STEP_BACK + "from pathlib import Path\ngroup = Path('/proc/self/autogroup')\n"
    script += "print(group.read_text().split()[-1] if group.exists() else sys.argv[1])\n"
    assert stepped_back(4, script, start_new_session=True)[-1] == "4"


def test_a_process_in_the_session_of_others_leaves_them_where_they_are():
    before = GROUP.read_text() if GROUP.exists() else ""
    stepped_back(4)
    assert (GROUP.read_text() if GROUP.exists() else "") == before


def test_clicks_are_recorded_before_more_are_made_and_pages_come_last():
    assert steps_of_target("wsgi:edge") == steps_of_target("wsgi:application") == REDIRECTS
    assert 0 < REDIRECTS < steps_of_target("wsgi:web") == PAGES
