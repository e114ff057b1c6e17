"""How webhooks come in: with an API key, or signed as Standard Webhooks says."""

from app.web.documents import SIGNED_OR_BEARER, Resource


def hook(name: str, description: str) -> Resource:
    """Return a group of webhooks of one kind."""
    return Resource(f"hooks-{name}", "/hooks/<account>", description, security=SIGNED_OR_BEARER)
