"""How often a stranger may try."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

# Counted in this process: a try more on another one does no harm, and nothing needs to be up for a page to work.
limiter = Limiter(key_func=get_remote_address, storage_uri="memory://")
