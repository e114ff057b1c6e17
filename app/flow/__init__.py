"""The story: one module is one verb."""
