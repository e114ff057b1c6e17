"""Pages for whoever receives a message: no login."""
