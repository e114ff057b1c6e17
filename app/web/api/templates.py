"""Templates: email and SMS bodies with merge fields."""

from flask import Response

from app.domain.errors import InvalidInputError, UnknownError
from app.flow.put_template import put_template
from app.store.templates import Template, delete_template, list_templates, template_by_key
from app.web.callers import verify_api
from app.web.documents import Resource, page_of
from app.web.listing import PageQuery, answer_page, read_page
from app.web.parts import parts
from app.web.schemas.loading import load
from app.web.schemas.resources import TemplateChangeSchema, TemplateSchema
from app.web.schemas.values import resource_key

resource = Resource("templates", "/api/v1/templates", "Email and SMS bodies with merge fields.")


@resource.view("", answers=page_of(TemplateSchema), asks=PageQuery)
def list_all_templates() -> Response:
    """List templates by key."""
    call = verify_api()
    page = read_page()
    with parts().reading() as session:
        found = list_templates(session, call.account.id, after=page.cursor, limit=page.reach)
    return answer_page(TemplateSchema(), found, page, key=lambda template: template.key, show=lambda template: template)


@resource.view("/<key>", answers=TemplateSchema)
def show_template(key: str) -> Template:
    """Read a template."""
    call = verify_api()
    with parts().reading() as session:
        template = template_by_key(session, call.account.id, key)
    if template is None:
        raise UnknownError("template", key)
    return template


@resource.view("/<key>", method="PUT", answers=TemplateSchema, takes=(TemplateChangeSchema,))
def store_template(key: str) -> Template:
    """Store a template in place of the one with its key, or a new one.

    Messages that are waiting are composed of what stands when they are sent.
    """
    call = verify_api()
    template = _read(key, call.body())
    with parts().transaction() as session:
        return put_template(session, call.account, template, now=parts().clock())


@resource.view("/<key>", method="DELETE", answers=None, status=204)
def remove_template(key: str) -> None:
    """Delete a template; what was sent with it stays."""
    call = verify_api()
    with parts().transaction() as session:
        if not delete_template(session, call.account.id, key):
            raise UnknownError("template", key)


def _read(key: str, body: dict[str, object]) -> Template:
    values = load(TemplateChangeSchema(), body)
    if values.pop("key", key) != resource_key(key):
        raise InvalidInputError({"key": ["Differs from the key of the address."]})
    return Template(key=key, **{**values, "name": values.get("name") or key})
