"""Headers that every answer bears unless its view set its own."""

from flask import Flask, Response, request

_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_HSTS = "max-age=31536000"
_NEVER_KEPT = ("/api/", "/hooks/")


def install_headers(app: Flask, *, is_https: bool) -> None:
    """Have every answer of ``app`` bear them."""

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        if is_https:
            response.headers.setdefault("Strict-Transport-Security", _HSTS)
        if request.path.startswith(_NEVER_KEPT):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
