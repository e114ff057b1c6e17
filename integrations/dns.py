"""The domain name system, as far as a domain's owner speaks through it."""

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from integrations.protocol import UnavailableError

_PATIENCE_S = 5.0


class Dns:
    """Asks the resolvers that the machine is set up with."""

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of ``name``, each in one piece; none where there is no such name.

        Raises:
            UnavailableError: no resolver gave an answer within five seconds.
        """
        try:
            answer = Resolver().resolve(f"{name}.", "TXT", lifetime=_PATIENCE_S)
        except (NXDOMAIN, NoAnswer):
            return []
        except DNSException as error:
            raise UnavailableError(f"no name server answers for {name}: {type(error).__name__}") from error
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
