"""A stand-in of a vendor as another process, so that its work is nobody's here."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def vendor(name: str) -> Iterator[str]:
    """Yield the address of ``SendGrid`` or ``Twilio``."""
    serve = f"from tests.fakes.{name.lower()} import {name}Fake as fake; fake().serve()"
    with subprocess.Popen([sys.executable, "-c", serve], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[-1]
        process.kill()
