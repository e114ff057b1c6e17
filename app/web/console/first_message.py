"""The command that sends a first message: what an empty page teaches."""


def first_message(public_url: str, account_slug: str) -> str:
    """Return a curl command that sends an email with one link; the API key is left to fill in."""
    return f"""curl -X POST {public_url}/hooks/{account_slug}/triggers \\
  -H "Authorization: Bearer YOUR_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{{"channel": "email",
       "contact": {{"email": "ada@example.com"}},
       "message": {{"subject": "Hello",
                   "html": "<a href=\\"https://example.com\\">Look</a>"}}}}'"""
