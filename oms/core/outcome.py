"""What a service answers: the rows it changed and the ones it refused, with reasons."""

from collections.abc import Hashable
from dataclasses import dataclass, field

from oms.core.exceptions import BusinessRuleError


@dataclass
class Outcome:
    """`done`: fresh, locked rows; the caller's own instances are stale now.

    `refused`: primary key, or the position of an input that has no row yet, to reasons.
    A refused row is data: the other rows of the set are done.
    """

    done: list = field(default_factory=list)
    refused: dict[Hashable, list[str]] = field(default_factory=dict)

    def one(self):
        """The single row of a set of one; raises BusinessRuleError with the reasons."""
        if self.refused:
            raise BusinessRuleError(" ".join(next(iter(self.refused.values()))))
        return self.done[0]

    def refuse(self, key: Hashable, reason: str) -> None:
        self.refused.setdefault(key, []).append(reason)

    def add(self, other: "Outcome") -> None:
        self.done += other.done
        self.refused |= other.refused
