"""The built-in provider: a message stays here and is read in the console; the way to begin, and to try things out."""

from app.domain.message import Outbound, Receipt, Status


class Outbox:
    """Delivers to the console's outbox, which shows the message's own row; nothing leaves the hub."""

    name = "outbox"

    def send(self, message: Outbound) -> Receipt:
        """Take any message, at once."""
        return Receipt(self.name, f"outbox-{message.id}", Status.DELIVERED)
