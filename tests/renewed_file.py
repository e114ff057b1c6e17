"""A SQLite database that is as new for every test, opened once."""

import shutil
from pathlib import Path
from typing import Self

from app.store.base import open_engine

KEYS = ("a-secret-key-for-tests-only",)
"""The keys of every test's database: what one test encrypts, the worker's next can read."""


class RenewedFile:
    """One path and one engine: what SQLAlchemy compiled for the engine is kept, only the file is put in place anew."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        self.engine = open_engine(self.url, KEYS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.dispose()

    def renew(self, original: Path) -> None:
        """Put a copy of ``original`` in place; whoever has the old file open keeps the old file."""
        self.engine.dispose()
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        shutil.copy(original, self.path)
