"""How the tests run: where databases come from, in what order, and what the garbage collector looks at.

What starts the workers imports this file, too; so it imports nothing of the app, and the workers start at once.
"""

import gc
import os
from collections.abc import Iterator

import pytest


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
def pytest_unconfigure() -> None:
    """Look for what nobody closed, once, so that pytest reports it; it, and the end of Python, would look thrice."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Make a skip a failure where everything must run: on the machine that installs what the tests need."""
    report = yield
    if report.skipped and os.environ.get("THROUGHLINE_SKIPS") == "error" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report
