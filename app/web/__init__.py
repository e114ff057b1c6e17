"""HTTP in and out: one module per kind of caller."""
