"""Pages for the team: behind the login."""
