"""The schema's history; ``throughline migrate`` brings a database to its end."""
