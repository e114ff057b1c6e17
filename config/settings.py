"""Every setting of a process, read from the environment once and checked at the start."""

import hashlib
import os
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

from environs import Env, EnvError

_PROJECT = Path(__file__).resolve().parent.parent
_DATABASES = ("sqlite", "postgresql", "postgres")
# A socket's path may have 107 bytes on Linux and 103 on macOS.
_SOCKET_BYTES = 100


class SettingsError(Exception):
    """A setting has a value the hub cannot start with; the message is one clear line."""


@dataclass(frozen=True)
class Settings:
    """What a process needs to know of its surroundings; frozen once read."""

    host: str
    port: int
    data_dir: Path
    database_url: str
    redis_url: str
    """Empty while the embedded server is meant; ``with_redis`` fills it in."""
    public_url: str
    """Scheme, host and port under which the API and the console are reached; no trailing slash."""
    secret_keys: tuple[str, ...]
    """The first encrypts and signs; the others still decrypt, for a rotation."""
    twilio_api_base: str
    sendgrid_api_base: str
    web_processes: int
    web_threads: int
    send_workers: int
    trusted_proxies: int = 0
    """How many proxies of our own add to X-Forwarded-For in front of the hub."""
    webhooks_allow_private: bool = False
    """Whether outgoing webhooks may go to this machine and private networks, and over http: for trying things out."""
    geoip_file: Path | None = None
    """Tells the country of visitors' networks, where it is set."""
    flush_interval_s: float = 0.1
    attribution_window: timedelta = timedelta(days=30)
    send_lease: timedelta = timedelta(seconds=90)
    max_body_bytes: int = 8 * 1024 * 1024
    provider_timeout_s: float = 15.0

    @property
    def journal_dir(self) -> Path:
        """Where the edge appends clicks until the database has them."""
        return self.data_dir / "journal"

    @property
    def figures_dir(self) -> Path:
        """Where each process writes down what it counts."""
        return self.data_dir / "figures"

    @property
    def embedded_redis(self) -> Path:
        """The folder of the embedded server: its file, its log and, where its path is short enough, its socket."""
        return self.data_dir / "valkey"

    @property
    def embedded_socket(self) -> Path:
        """The embedded server's socket: beside its data, or in a short private folder named after the data's."""
        socket = self.embedded_redis / "valkey.sock"
        if len(os.fsencode(socket)) <= _SOCKET_BYTES:
            return socket
        digest = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        # Not the TMPDIR of the moment: every process must find the same place.
        return Path("/tmp", f"throughline-{digest}", "valkey.sock")  # noqa: S108 - made with 0700, owner checked.

    @property
    def effective_redis_url(self) -> str:
        """``redis_url``, or the embedded server's socket."""
        return self.redis_url or f"unix://{quote(str(self.embedded_socket))}"


def _address(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(f"{name} must be an http(s) address such as https://hub.example.com, not {value!r}")
    return value.rstrip("/")


def _database(value: str, data_dir: Path) -> str:
    if not value:
        return f"sqlite:///{data_dir / 'throughline.db'}"
    if value.split(":", 1)[0].split("+", 1)[0] not in _DATABASES:
        raise SettingsError("DATABASE_URL must begin with postgresql:// or sqlite:///")
    # SQLAlchemy does not know the name "postgres", which many hosts still hand out.
    return value.replace("postgres://", "postgresql://", 1)


def _redis(value: str) -> str:
    if value and value.split(":", 1)[0] not in {"redis", "rediss", "unix"}:
        raise SettingsError("REDIS_URL must begin with redis://, rediss:// or unix://")
    return value


def _secret_keys(value: str, data_dir: Path) -> tuple[str, ...]:
    """Return the keys given, or the one kept beside the data; made on the first start."""
    if value:
        keys = tuple(key.strip() for key in value.split(",") if key.strip())
        if not keys or min(map(len, keys)) < 16:
            raise SettingsError("SECRET_KEY must have at least 16 characters (several keys: separated by commas)")
        return keys
    path = data_dir / "secret_key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with open(path, "x", opener=_private) as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        return (_existing_key(path),)
    except OSError as error:
        raise SettingsError(f"DATA_DIR {data_dir} cannot be written to: {error.strerror}") from error
    return (_existing_key(path),)


def _existing_key(path: Path) -> str:
    """Return the key that this, or an earlier, start made; another process may just be writing it."""
    for _ in range(50):
        key = path.read_text().strip()
        if key:
            return key
        time.sleep(0.02)
    raise SettingsError(f"{path} is empty: restore it, or delete it together with the data it encrypted")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def read_settings() -> Settings:
    """Return the settings of this process's environment.

    Raises:
        SettingsError: a value is of the wrong form; the message names it in one line.
    """
    env = Env()
    try:
        return _read(env)
    except EnvError as error:
        raise SettingsError(str(error)) from error


def _whole(env: Env, name: str, default: int, *, at_most: int, at_least: int = 1) -> int:
    value = env.int(name, default)
    if not at_least <= value <= at_most:
        raise SettingsError(f"{name} must be between {at_least} and {at_most}, not {value}")
    return value


def _read(env: Env) -> Settings:
    data_dir = env.path("DATA_DIR", _PROJECT / "var").resolve()
    host = env.str("HOST", "127.0.0.1")
    port = _whole(env, "PORT", 8000, at_most=65_535)
    cores = os.cpu_count() or 1
    return Settings(
        host=host,
        port=port,
        data_dir=data_dir,
        database_url=_database(env.str("DATABASE_URL", ""), data_dir),
        redis_url=_redis(env.str("REDIS_URL", "")),
        public_url=_address("PUBLIC_URL", env.str("PUBLIC_URL", "") or f"http://localhost:{port}"),
        secret_keys=_secret_keys(env.str("SECRET_KEY", ""), data_dir),
        twilio_api_base=_base(env, "TWILIO_API_BASE"),
        sendgrid_api_base=_base(env, "SENDGRID_API_BASE"),
        geoip_file=_file(env, "GEOIP_FILE"),
        web_processes=_whole(env, "WEB_PROCESSES", min(cores, 4), at_most=256),
        web_threads=_whole(env, "WEB_THREADS", 8, at_most=256),
        send_workers=_whole(env, "SEND_WORKERS", 2, at_most=256),
        webhooks_allow_private=env.bool("WEBHOOKS_ALLOW_PRIVATE", False),
        trusted_proxies=_whole(env, "TRUSTED_PROXIES", 0, at_least=0, at_most=10),
    )


def _file(env: Env, name: str) -> Path | None:
    value = env.str(name, "")
    if value and not Path(value).is_file():
        raise SettingsError(f"{name} {value} is no file")
    return Path(value) if value else None


def _base(env: Env, name: str) -> str:
    value = env.str(name, "")
    return _address(name, value) if value else ""
