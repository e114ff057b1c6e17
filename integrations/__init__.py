"""Other systems and their words: one module each."""
