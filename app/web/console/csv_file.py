"""A list as a file for a spreadsheet, read and sent page by page: a long one is as complete as a short one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from flask import Response, stream_with_context

from app.web.listing import csv_lines

_AT_ONCE = 5_000
Row = TypeVar("Row")


def csv_file(
    name: str,
    columns: Sequence[str],
    find: Callable[[str | None, int], Sequence[Row]],
    *,
    key: Callable[[Row], str],
    show: Callable[[Row], Mapping[str, Any]],
) -> Response:
    """Answer all that ``find`` has, as a file called ``name``.

    ``find`` gets the key of the last row it gave, or None, and how many rows to give at most.
    """
    first = find(None, _AT_ONCE)

    def written() -> Iterator[str]:
        yield csv_lines([dict(zip(columns, columns, strict=True))], columns)
        rows = first
        while rows:
            yield csv_lines(map(show, rows), columns)
            rows = find(key(rows[-1]), _AT_ONCE) if len(rows) == _AT_ONCE else []

    response = Response(stream_with_context(written()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
