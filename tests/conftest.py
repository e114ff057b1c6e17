"""How the tests run: where databases come from, in what order, and what is told and collected.

What starts the workers imports this file, too; so it imports nothing of the app, and the workers start at once.
"""

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
from _pytest.runner import runtestprotocol


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Bring the databases to where tests run; what only hands tests to its workers has no need of them."""
    if not config.pluginmanager.hasplugin("dsession"):
        # What is imported makes hardly any garbage, and looking for it took an eighth of the time.
        gc.disable()
        config.pluginmanager.import_plugin("tests.databases")


_WAITING = ("walk", "workers")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Let one worker of three run the tests that start processes and wait for them, while two keep the cores busy."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _assign_work_unit(self, node: Any) -> None:
            waits = node.gateway.id == "gw0"
            files = [file for file in self.workqueue if (file.split("/")[1] in _WAITING) == waits]
            if files:
                self.workqueue.move_to_end(files[0], last=False)
            elif waits:
                node.shutdown()
                return
            super()._assign_work_unit(node)

    return Scheduling(config, log) if config.getoption("dist") == "loadfile" and len(config.option.tx) > 2 else None


def pytest_collection_finish() -> None:
    """Set aside what was imported: the collector looked at all of it again and again, a seventh of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Look for what nobody closed once; pytest, which tells of it, and Python would look twice more before they end.

    Of a worker nobody would hear what is found so late: what it left unclosed is told when it is found while tests run.
    """
    if not hasattr(config, "workerinput"):
        gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Let a worker tell one thing of a test that passes: its begin, set-up, tear-down and end cost a millisecond more.

    Of a test that fails or is skipped it tells all; where there are no workers, nothing changes.
    """
    if not hasattr(item.config, "workerinput"):
        return None
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    if all(report.passed for report in reports):
        reports = [report for report in reports if report.when == "call"]
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Make a skip a failure where everything must run: on the machine that installs what the tests need."""
    report = yield
    if report.skipped and os.environ.get("THROUGHLINE_SKIPS") == "error" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report
