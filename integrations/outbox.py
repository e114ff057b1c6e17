"""The built-in provider: a message stays here and is read in the console; the way to begin, and to try things out."""

from app.domain.mailing import Mailing
from app.domain.message import Outbound, Receipt, Status


class Outbox:
    """Delivers to the console's outbox, which shows the message's own row; nothing leaves the hub."""

    name = "outbox"

    def send(self, message: Outbound) -> Receipt:
        """Take any message, at once."""
        return Receipt(self.name, f"outbox-{message.id}", Status.DELIVERED)

    def split(self, mailing: Mailing) -> tuple[list[Mailing], list[str]]:
        """Take as many at once as there are."""
        return [mailing], []

    def send_many(self, mailing: Mailing) -> list[Receipt]:
        """Take all of them, at once."""
        return [Receipt(self.name, f"outbox-{one.message_id}", Status.DELIVERED) for one in mailing.addressees]
