"""A small hub, a browser-like client in front of it, and Ada signed in."""

import re

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from app.web.console import passwords
from tests.web.console.small_hub import EMAIL, PASSWORD, SmallHub, small_hub


class Visitor:
    """Fills in forms as a browser does: with the token of the page that has them."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path, **said):
        return self.client.get(path, **said)

    def token(self, path="/console/sign-in"):
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(path).text)
        assert found
        return found[1]

    def post(self, path, form_page="/console/sign-in", **fields):
        return self.client.post(path, data={"csrf_token": self.token(form_page), **fields})

    def sign_in(self, email=EMAIL, password=PASSWORD, **fields):
        return self.post("/console/sign-in", email=email, password=password, **fields)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords():
    """Hash with next to no work: the tests sign in some hundred times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture
def hub(sqlite_url, sqlite_file) -> SmallHub:
    return small_hub(sqlite_file.engine)


@pytest.fixture
def stranger(hub) -> Visitor:
    return Visitor(hub.flask.test_client())


@pytest.fixture
def ada(hub) -> Visitor:
    visitor = Visitor(hub.flask.test_client())
    assert visitor.sign_in().status_code == 303
    return visitor
