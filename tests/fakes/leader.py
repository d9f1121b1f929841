"""Leaders in memory: of all that share an office, one has it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Office:
    holder: MemoryLeader | None = None


@dataclass(eq=False)
class MemoryLeader:
    office: Office = field(default_factory=Office)

    def is_ours(self) -> bool:
        self.office.holder = self.office.holder or self
        return self.office.holder is self

    def close(self) -> None:
        if self.office.holder is self:
            self.office.holder = None
