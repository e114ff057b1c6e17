"""What was asked for lately, and no more of it than there is room for."""

from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Memory(Generic[Key, Value]):
    """A bounded memory of what was asked for lately.

    It has two halves: what is found in the old one moves to the young one; when that is full, the old one is
    forgotten. Threads may race here; the worst that happens is that something is read once more.
    """

    def __init__(self, capacity: int) -> None:
        self._half = max(1, capacity // 2)
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        """Return what is remembered of ``key``."""
        value = self._young.get(key)
        if value is None:
            value = self._old.get(key)
            if value is not None:
                self.put(key, value)
        return value

    def put(self, key: Key, value: Value) -> None:
        """Remember ``value``."""
        if len(self._young) >= self._half:
            self._old, self._young = self._young, {}
        self._young[key] = value

    def forget(self, key: Key) -> None:
        """Drop what is remembered of ``key``."""
        self._young.pop(key, None)
        self._old.pop(key, None)

    def __len__(self) -> int:
        """Return how many things are remembered; at most the capacity."""
        return len(self._young) + len(self._old)
