"""A text with gaps: what many people get alike, and the places of what is each one's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter


@dataclass(frozen=True, slots=True)
class GappedText:
    """``gaps[i]`` is the number of the value between ``literals[i]`` and ``literals[i + 1]``."""

    literals: tuple[str, ...]
    gaps: tuple[int, ...]

    def filled(self, values: Sequence[str]) -> str:
        """Return the text with ``values[n]`` in each gap numbered ``n``."""
        pieces = [""] * (2 * len(self.gaps) + 1)
        pieces[::2] = self.literals
        pieces[1::2] = [values[number] for number in self.gaps]
        return "".join(pieces)

    def filler(self) -> Callable[[Sequence[str]], str]:
        """Return what fills the gaps for one reader after the other, as ``filled`` does, in a fraction of the time."""
        if not self.gaps:
            text = self.literals[0]
            return lambda _: text
        form, own = "%s".join(one.replace("%", "%%") for one in self.literals), itemgetter(*self.gaps)
        return lambda values: form % own(values)
