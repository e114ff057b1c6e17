"""The laws of the house that no import rule can see; each check is shown to fail on a made-up offender.

A check is a function over a folder that holds ``app``, ``config``, ``integrations`` and ``workers``; it returns one
line for each offence, so that what fails says where.
"""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("app", "config", "integrations", "workers")
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
GRAB_BAGS = {"util", "utils", "helper", "helpers", "common", "misc", "base"}

# Each exception says why.
MAY_BE_LONG = {"app/store/migrations/versions"}
"""Alembic writes them, and nobody changes them afterwards."""
MAY_BE_BASE = {"app/store/base.py"}
"""The engine and nothing else."""
MAY_READ_THE_CLOCK = {"app/clock.py", "app/demo.py"}
"""The one reader; and the demo, which is a visitor from outside and has a calendar of its own."""
MAY_READ_THE_ENVIRONMENT = {"config/settings.py", "workers/family.py", "workers/lifeline.py"}
"""Settings; who hands the whole environment on to child processes; and a child that finds its parent's pipe in it."""
MAY_BELONG_TO_NOBODY = {
    "CountedDayRow": "three numbers; its subject, without which nobody reads it, is an account's",
    "AccountRow": "it is the account",
    "ClickBatchRow": "a batch of the journal holds the visits of every account",
    "RefusedVisitRow": "a line that cannot be read names no account",
}
TYPES_OF_SQL = {"Engine", "SQLAlchemyError"}
"""What a module outside the store may know of SQLAlchemy: to pass it on, or to wait until it is back."""
SQL = re.compile(
    r"\s*(SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s)", re.IGNORECASE | re.DOTALL
)


@cache
def sources(root: Path) -> tuple[tuple[str, str, ast.Module], ...]:
    """Return (path, text, tree) of every Python file under a root."""
    paths = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    texts = [(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")) for path in paths]
    return tuple((path, text, ast.parse(text)) for path, text in texts)


@pytest.fixture(scope="module", autouse=True)
def forget() -> Iterator[None]:
    """Let go of the trees when all is checked; the collector would walk through them at the end."""
    yield
    sources.cache_clear()
    used.cache_clear()


def long_files(root: Path) -> list[str]:
    return [
        f"{path}: {lines} lines"
        for path, text, _ in sources(root)
        if (lines := len(text.splitlines())) > LONGEST_FILE and str(Path(path).parent) not in MAY_BE_LONG
    ]


def long_functions(root: Path) -> list[str]:
    return [
        f"{path}: {node.name} has {lines} lines"
        for path, _, tree in sources(root)
        if str(Path(path).parent) not in MAY_BE_LONG
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]


def grab_bags(root: Path) -> list[str]:
    return [
        path
        for path, _, _ in sources(root)
        if GRAB_BAGS & {*Path(path).parent.parts, Path(path).stem} and path not in MAY_BE_BASE
    ]


def full_packages(root: Path) -> list[str]:
    """Return each ``__init__.py`` that is anything but one docstring."""
    return [
        path
        for path, _, tree in sources(root)
        if path.endswith("/__init__.py") and not (ast.get_docstring(tree) and len(tree.body) == 1)
    ]


def dotted(node: ast.AST) -> str:
    """Return the dotted name that an expression is, as ``os.environ``; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


@cache
def used(tree: ast.Module) -> tuple[tuple[int, str], ...]:
    """Return (line, dotted name) of everything used, under the name it was imported from."""
    return tuple(_used(tree))


def _used(tree: ast.Module) -> Iterator[tuple[int, str]]:
    origin: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                origin[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                origin[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield node.lineno, f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (name := dotted(node)):
            first, _, rest = name.partition(".")
            yield node.lineno, f"{origin.get(first, first)}.{rest}"


_CLOCK = re.compile(r"(datetime\.)?(datetime\.(now|utcnow|today)|date\.today)|time\.(time|time_ns|localtime|gmtime)")


def clock_readers(root: Path) -> list[str]:
    """Return who reads the time of day; how long something takes may be measured anywhere (``time.monotonic``)."""
    return sorted(
        {
            f"{path}:{line}: {name}"
            for path, _, tree in sources(root)
            if path not in MAY_READ_THE_CLOCK
            for line, name in used(tree)
            if _CLOCK.fullmatch(name)
        }
    )


_ENVIRONMENT = re.compile(r"os\.(environb?|getenvb?|putenv|unsetenv)(\..*)?|environs(\..*)?|dotenv(\..*)?")


def environment_readers(root: Path) -> list[str]:
    return sorted(
        {
            f"{path}:{line}: {name}"
            for path, _, tree in sources(root)
            if path not in MAY_READ_THE_ENVIRONMENT
            for line, name in used(tree)
            if _ENVIRONMENT.fullmatch(name)
        }
    )


def ownerless_tables(root: Path) -> list[str]:
    """Return tables without an account_id, of their own or of a class they stand on."""
    classes = {
        node.name: (path, node)
        for path, _, tree in sources(root)
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    return [
        f"{path}: {name}"
        for name, (path, node) in classes.items()
        if "__tablename__" in names_of(node) and name not in MAY_BELONG_TO_NOBODY
        if not any(
            "account_id" in names_of(each)
            for each in (node, *(classes[base][1] for base in bases(node) if base in classes))
        )
    ]


def names_of(node: ast.ClassDef) -> set[str]:
    """Return what a class body defines."""
    targets = [target for each in node.body if isinstance(each, ast.Assign) for target in each.targets]
    targets += [each.target for each in node.body if isinstance(each, ast.AnnAssign)]
    functions = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
    return functions | {target.id for target in targets if isinstance(target, ast.Name)}


def bases(node: ast.ClassDef) -> list[str]:
    return [base.id for base in node.bases if isinstance(base, ast.Name)]


def rows_by_another_name(root: Path) -> list[str]:
    return [
        f"{path}: {node.name}"
        for path, _, tree in sources(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and ("__tablename__" in names_of(node)) != node.name.endswith("Row")
    ]


def sql_outside_the_store(root: Path) -> list[str]:
    """Return what speaks SQL elsewhere: SQLAlchemy's verbs, or a statement written out."""
    elsewhere = [(path, tree) for path, _, tree in sources(root) if not path.startswith("app/store/")]
    verbs = {
        f"{path}:{line}: {name}"
        for path, tree in elsewhere
        for line, name in used(tree)
        if name.partition(".")[0] in {"sqlalchemy", "sqlite3", "psycopg", "alembic"}
        and name.rpartition(".")[2] not in TYPES_OF_SQL
    }
    written = {
        f"{path}:{node.lineno}: {node.value[:40]!r}"
        for path, tree in elsewhere
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
    }
    return sorted(verbs | written)


LAWS = {
    "a file has at most 300 lines": (long_files, "app/flow/story.py", "x = 1\n" * 301),
    "a function has at most 40 lines": (long_functions, "workers/jobs.py", "def send():\n" + "    x = 1\n" * 40),
    "a long method is a long function": (
        long_functions,
        "app/a.py",
        "class A:\n  async def b(self):\n" + "    x = 1\n" * 40,
    ),
    "no module is a grab-bag": (grab_bags, "app/web/utils.py", ""),
    "no package is a grab-bag": (grab_bags, "app/web/helpers/text.py", ""),
    "there is one base": (grab_bags, "app/web/base.py", ""),
    "a package is one docstring": (full_packages, "app/web/__init__.py", '"""Web."""\nfrom app import x\n'),
    "a package has its docstring": (full_packages, "app/web/__init__.py", ""),
    "one module reads the clock": (clock_readers, "app/flow/a.py", "from datetime import datetime as d\nd.now()\n"),
    "nobody asks for naive time": (clock_readers, "workers/a.py", "import datetime\ndatetime.datetime.utcnow()\n"),
    "nobody asks what day it is": (clock_readers, "app/a.py", "from datetime import date\ndate.today()\n"),
    "nobody asks for the time in seconds": (clock_readers, "app/edge/a.py", "from time import time as clock\n"),
    "nobody passes the clock on": (clock_readers, "app/edge/a.py", "import time\nclock = time.time\n"),
    "settings alone read the environment": (environment_readers, "app/a.py", "import os\nx = os.environ['A']\n"),
    "nobody reads one variable": (environment_readers, "config/logs.py", "from os import getenv\n"),
    "nobody else reads through a library": (environment_readers, "app/a.py", "from environs import Env\n"),
    "every table belongs to an account": (
        ownerless_tables,
        "app/store/a.py",
        "class ARow(Base):\n  __tablename__ = 'a'\n",
    ),
    "every table is a Row": (rows_by_another_name, "app/store/a.py", "class A(Base):\n  __tablename__ = 'a'\n"),
    "every Row is a table": (rows_by_another_name, "app/store/a.py", "class ARow:\n  pass\n"),
    "only the store speaks SQL": (sql_outside_the_store, "workers/a.py", "from sqlalchemy import select\n"),
    "nobody reaches SQL by its package": (
        sql_outside_the_store,
        "app/flow/a.py",
        "import sqlalchemy as sa\nsa.delete\n",
    ),
    "nobody opens a database": (sql_outside_the_store, "workers/a.py", "import sqlite3\n"),
    "nobody writes SQL out": (sql_outside_the_store, "app/web/a.py", "x = 'SELECT id FROM accounts'\n"),
}


def written(root: Path, path: str, text: str) -> Path:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    return root


@pytest.mark.parametrize(
    "check", dict.fromkeys(check for check, _, _ in LAWS.values()), ids=lambda check: check.__name__
)
def test_nobody_in_the_house_breaks_this_law(check):
    assert check(ROOT) == []


@pytest.mark.parametrize("law", LAWS)
def test_an_offender_is_found(tmp_path, law):
    check, path, text = LAWS[law]
    offences = check(written(tmp_path, path, text))
    assert len(offences) >= 1
    assert all(offence.startswith(path) for offence in offences)


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (long_files, "app/a.py", "x = 1\n" * 300),
        (long_functions, "app/a.py", "def a():\n" + "    x = 1\n" * 39),
        (long_files, "app/store/migrations/versions/0001.py", "x = 1\n" * 301),
        (clock_readers, "app/clock.py", "from datetime import datetime\ndatetime.now()\n"),
        (clock_readers, "app/a.py", "import time\ntime.monotonic()\ndef now(clock): return clock.now()\n"),
        (environment_readers, "config/settings.py", "from environs import Env\n"),
        (environment_readers, "app/edge/a.py", "def app(environ): return environ.get('PATH_INFO')\n"),
        (ownerless_tables, "app/store/a.py", "class ARow(Base):\n  __tablename__ = 'a'\n  account_id: str\n"),
        (
            ownerless_tables,
            "app/store/a.py",
            "class M:\n  def account_id(cls): ...\nclass ARow(M, Base):\n  __tablename__ = 'a'\n",
        ),
        (sql_outside_the_store, "app/store/a.py", "from sqlalchemy import select\n"),
        (sql_outside_the_store, "app/factory.py", "from sqlalchemy import Engine\n"),
        (sql_outside_the_store, "app/web/a.py", "x = 'Select a template, or update it'\n"),
    ],
)
def test_whoever_keeps_a_law_is_left_alone(tmp_path, check, path, text):
    assert check(written(tmp_path, path, text)) == []


def test_every_exception_is_still_needed():
    classes = {node.name for _, _, tree in sources(ROOT) for node in tree.body if isinstance(node, ast.ClassDef)}
    assert classes >= MAY_BELONG_TO_NOBODY.keys()
    for path in MAY_BE_LONG | MAY_BE_BASE | MAY_READ_THE_CLOCK | MAY_READ_THE_ENVIRONMENT:
        assert (ROOT / path).exists()


def test_every_test_is_run_by_one_of_the_commands_that_ci_runs():
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    makefile = (ROOT / "Makefile").read_text()
    commands = re.findall(r"^make (\w+)$", (ROOT / ".ci/run").read_text(), re.MULTILINE)
    recipes = [re.search(rf"^{name}:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)[1] for name in commands]
    named = {path for recipe in recipes for path in re.findall(r"tests/\w+", recipe)}
    tests = {path.relative_to(ROOT / "tests").parts for path in (ROOT / "tests").rglob("test_*.py")}
    assert options["testpaths"] == ["tests"]
    left_out = {parts for parts in tests if set(parts) & set(options["norecursedirs"])}
    assert {f"tests/{parts[0]}" for parts in left_out} == named


CONTRACTS = {
    "Law 1: imports go down only": ("app/domain/offends_1.py", "import app.store.base"),
    "Law 1: the store and the integrations stand on the domain alone": (
        "app/store/offends_2.py",
        "import app.flow.record_order",
    ),
    "Law 1: the app does not know the workers, but for its command line": (
        "app/flow/offends_3.py",
        "import workers.jobs",
    ),
    "Law 2: the domain is pure": ("app/domain/offends_4.py", "import sqlalchemy"),
    "Law 2: the flow knows no HTTP, no queue and no SDK": ("app/flow/offends_5.py", "import requests"),
    "Law 2: the edge meets no Flask and no ORM's framework": ("app/edge/offends_6.py", "import flask"),
    "Law 2: the workers never load Flask": ("workers/offends_7.py", "import flask"),
    "Law 2: only the store holds SQL": ("app/web/offends_8.py", "import sqlalchemy"),
    "Law 2: SDKs are seen in the integrations alone": ("app/web/offends_9.py", "import twilio"),
    "Law 2: integrations do not know each other": ("integrations/outbox.py", "import integrations.twilio"),
    "Law 3: who reads settings": ("app/store/offends_11.py", "import config.settings"),
    "Only the queue knows RQ": ("app/web/offends_12.py", "import rq"),
}
"""For each contract of pyproject.toml, one import that breaks it."""


@pytest.fixture
def house(tmp_path):
    """Copy everything that the import rules look at, to be offended in."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "static", "templates")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken(root: Path) -> dict[str, str]:
    """Return what import-linter says about each contract that is broken under ``root``."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    said = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout
    names = re.findall(r"^(.+) BROKEN$", said, re.MULTILINE)
    sections = said.partition("Broken contracts")[2]
    starts = sorted((sections.index(f"\n{name}\n"), name) for name in names)
    ends = [*(start for start, _ in starts), len(sections)]
    return {name: sections[start:end] for (start, name), end in zip(starts, ends[1:], strict=True)}


def test_every_import_contract_has_its_offender():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert [contract["name"] for contract in contracts] == list(CONTRACTS)


def test_every_import_contract_fails_when_it_is_broken(house):
    for path, line in CONTRACTS.values():
        with (house / path).open("a") as file:
            file.write(f"\n{line}\n")
    said = broken(house)
    unseen = [
        name
        for name, (path, _) in CONTRACTS.items()
        if path.removesuffix(".py").replace("/", ".") not in said.get(name, "")
    ]
    assert unseen == []


def test_a_new_part_of_the_app_without_its_place_is_refused(house):
    written(house, "app/newcomer.py", "")
    assert "app.newcomer" in broken(house)["Law 1: imports go down only"]


def test_a_house_in_which_nobody_offends_passes(house):
    assert broken(house) == {}
