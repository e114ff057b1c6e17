"""All SQL: one module per subject; functions take a session and return domain values."""
