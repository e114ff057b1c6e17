"""How the tests run: where databases come from, in what order, and what is told and collected.

What starts the workers imports this file, too; so it imports nothing of the app, and the workers start at once.
"""

import gc
import os
from collections.abc import Iterator

import pytest
from _pytest.runner import runtestprotocol


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Bring the databases to where tests run; what only hands tests to its workers has no need of them."""
    if not config.pluginmanager.hasplugin("dsession"):
        # What is imported makes hardly any garbage, and looking for it took an eighth of the time.
        gc.disable()
        config.pluginmanager.import_plugin("tests.databases")


_SLOW_FIRST = ("walk", "workers")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what starts processes and waits for them: at the end, one worker would wait for the other."""
    places = {place: rank for rank, place in enumerate(_SLOW_FIRST)}
    items.sort(key=lambda item: places.get(item.path.parent.name, len(places)))


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
