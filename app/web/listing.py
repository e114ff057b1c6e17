"""Lists: page by page as JSON, or as one CSV file for a spreadsheet."""

import base64
import binascii
import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import orjson
from flask import Response, request
from marshmallow import Schema, fields, validate

from app.domain.errors import InvalidInputError
from app.web.answers import json_response
from app.web.schemas.loading import Loose, load

_USUAL = 50
_MOST = 200
_MOST_EXPORTED = 10_000
_CURSOR_LENGTH = 1000
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
Row = TypeVar("Row")


class PageQuery(Loose):
    """Which part of a list."""

    limit = fields.Integer(validate=validate.Range(1, _MOST), metadata={"default": _USUAL})
    cursor = fields.String(
        validate=validate.Length(max=_CURSOR_LENGTH),
        metadata={"description": "next_cursor of the page before."},
    )


class ExportQuery(PageQuery):
    """Which part of a list, as a file."""

    limit = fields.Integer(validate=validate.Range(1, _MOST_EXPORTED))


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A part of a list that is asked for."""

    limit: int
    cursor: str | None
    """The key of the last row of the page before."""

    @property
    def reach(self) -> int:
        """How many rows to fetch: one more than asked for tells whether there are more."""
        return self.limit + 1


def wants_csv() -> bool:
    """Tell whether the caller asks for a file for a spreadsheet."""
    return request.accept_mimetypes.best_match(("application/json", "text/csv")) == "text/csv"


def read_page() -> Page[Any]:
    """Return which page the query asks for.

    Raises:
        InvalidInputError: the limit or the cursor is none.
    """
    exporting = wants_csv()
    query = load(ExportQuery() if exporting else PageQuery(), request.args)
    cursor = query.get("cursor")
    usual = _MOST_EXPORTED if exporting else _USUAL
    return Page(query.get("limit", usual), _key(cursor) if cursor else None)


def answer_page(
    schema: Schema, rows: Sequence[Row], page: Page[Row], *, key: Callable[[Row], str], show: Callable[[Row], Any]
) -> Response:
    """Answer a page of ``rows``, each as ``show`` makes it; ``key`` is what the next page begins behind."""
    kept = rows[: page.limit]
    cursor = next_cursor(key(kept[-1])) if len(rows) > page.limit else None
    return answer_list(schema, [show(row) for row in kept], cursor)


def answer_list(schema: Schema, rows: Sequence[Any], cursor: str | None = None) -> Response:
    """Answer rows as JSON, or as CSV for whoever asks for it; the next page's address is then a Link header."""
    dumped = schema.dump(rows, many=True)
    if not wants_csv():
        response = json_response({"data": dumped, "next_cursor": cursor})
    else:
        columns = [str(field.data_key or name) for name, field in schema.dump_fields.items()]
        response = Response(csv_text(columns, dumped), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = "attachment"
        if cursor:
            query = urlencode({**request.args.to_dict(), "cursor": cursor})
            response.headers["Link"] = f'<{request.path}?{query}>; rel="next"'
    response.headers["Vary"] = "Accept"
    return response


def csv_text(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    """Return rows as a file for a spreadsheet, in which no cell is taken for a formula."""
    return csv_lines([dict(zip(columns, columns, strict=True)), *rows], columns)


def csv_lines(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as lines of such a file."""
    file = io.StringIO()
    csv.writer(file).writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return file.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    # A spreadsheet runs what begins like a formula; OWASP's advice is a quote before it.
    if text[:1] in "=+-@\t\r\n" and text and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def next_cursor(key: str) -> str:
    """Return the cursor of the page behind the row that ``key`` names."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _key(cursor: str) -> str:
    try:
        key = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidInputError({"cursor": ["Not a cursor of ours."]}) from error
    if "\0" in key:
        raise InvalidInputError({"cursor": ["Not a cursor of ours."]})
    return key
