"""What callers may send and what they get: marshmallow schemas, each loading into a domain value."""
