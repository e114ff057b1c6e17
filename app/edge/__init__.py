"""The hot path: a WSGI callable that resolves, classifies, journals and redirects."""
