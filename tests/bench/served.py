"""What the edge is beside, as WSGI callables: ``bare``, ``selecting``, ``flask``, ``stored``; and ``edge`` itself."""

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

_LOCATION = "https://shop.example/a?b=c&mbsy=johndoe&campaignid=spring&mbsy_source=01a202c1-152a-71c1-938e-e762720e0da2"


def bare(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a constant redirect."""
    start_response("302 Found", [("Location", _LOCATION), ("Cache-Control", "no-store"), ("Content-Length", "0")])
    # As a list, which the server sends quickest; any other iterable costs a stream.
    return []


@cache
def _selecting() -> Any:
    """Return ``bare`` with one prepared SELECT before it: what looking every link up by itself costs at least."""
    import threading

    from app.store.base import open_engine
    from app.store.link_reader import LinkReader

    reader = LinkReader(open_engine(os.environ["DATABASE_URL"], ("a-secret-key-for-benchmarks-only",)))
    own = threading.local()

    def selecting(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        account_id = getattr(own, "account_id", None)
        if account_id is None:
            account_id = own.account_id = reader.account_of(environ["HTTP_HOST"])
        if reader.message_link(account_id or "", environ["PATH_INFO"][3:14]) is None:
            raise LookupError(environ["PATH_INFO"])
        return bare(environ, start_response)

    return selecting


@cache
def _flask() -> Any:
    from flask import Flask

    flask = Flask("constant")
    flask.add_url_rule("/<code>", view_func=lambda code: ("", 302, {"Location": _LOCATION}))
    return flask.wsgi_app


@cache
def _stored() -> Any:
    """Return what a team would write first: look the link up, insert the click, redirect."""
    from flask import Flask, redirect, request
    from sqlalchemy import ForeignKey, create_engine, event, select
    from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

    class Base(DeclarativeBase):
        pass

    class Link(Base):
        __tablename__ = "plain_links"
        id: Mapped[int] = mapped_column(primary_key=True)
        code: Mapped[str] = mapped_column(unique=True)
        url: Mapped[str]

    class Click(Base):
        __tablename__ = "plain_clicks"
        id: Mapped[int] = mapped_column(primary_key=True)
        link_id: Mapped[int] = mapped_column(ForeignKey("plain_links.id"), index=True)
        at: Mapped[datetime]
        agent: Mapped[str]
        address: Mapped[str]

    engine = create_engine(os.environ["PLAIN_DATABASE"])
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA busy_timeout=30000")

    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        if not session.execute(select(Link.id)).first():
            session.add(Link(code="-tAAAAAAAAAAA0", url=_LOCATION))

    def visit(code: str) -> Any:
        with Session(engine) as session, session.begin():
            link = session.execute(select(Link).where(Link.code == code)).scalar_one()
            agent, address = request.headers.get("User-Agent", ""), request.remote_addr or ""
            session.add(Click(link_id=link.id, at=datetime.now(UTC), agent=agent, address=address))
            return redirect(link.url)

    flask = Flask("stored")
    flask.add_url_rule("/<code>", view_func=visit)
    return flask.wsgi_app


def _edge() -> Any:
    import wsgi

    return wsgi.edge


_SERVED = {"edge": _edge, "selecting": _selecting, "flask": _flask, "stored": _stored}


def __getattr__(name: str) -> Any:
    if name not in _SERVED:
        raise AttributeError(name)
    return _SERVED[name]()
