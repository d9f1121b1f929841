"""The servers of `up`: brought up beside the passes, which do not wait for them, and mended when they fall over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from reconciler.errors import ReconcilerError
from reconciler.ports.servers import POSTGRESQL, REDIS, Servers

_LOOK_S = 5.0
_LONGEST_PAUSE_S = 60.0


@dataclass
class Supplied:
    """One server. ``url`` is None until it answers; ``problem`` says why it does not."""

    name: str
    bring_up: Callable[[], str]
    url: str | None = field(default=None, repr=False)
    problem: str = "it is starting"
    came: threading.Event = field(default_factory=threading.Event)

    def look(self) -> bool:
        """Start it if it does not run; True when it does."""
        try:
            self.url = self.bring_up()
        except (ReconcilerError, OSError) as error:
            self.problem = str(error)
            return False
        self.problem = ""
        self.came.set()
        return True

    def keep(self, ended: threading.Event) -> None:
        """Look again and again, after pauses that grow while it cannot be brought up."""
        pause = 1.0
        while not ended.is_set():
            pause = _LOOK_S if self.look() else min(_LONGEST_PAUSE_S, pause * 2)
            ended.wait(pause)


@dataclass
class Supply:
    """Each server is looked after in a thread of its own: one that cannot start, or takes long, holds up no other."""

    servers: Servers
    parts: dict[str, Supplied] = field(init=False)
    _ended: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parts = {name: Supplied(name, bring_up) for name, bring_up in self.servers.each().items()}

    def start(self) -> None:
        self._threads += [threading.Thread(target=part.keep, args=[self._ended], name=part.name, daemon=True) for part in self.parts.values()]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop them, once whatever goes on with them is over."""
        self._ended.set()
        for part in self.parts.values():
            part.came.set()
        for thread in self._threads:
            thread.join()
        self.servers.stop()

    def wait(self, name: str, timeout_s: float) -> str | None:
        """Where a server is, once it is there."""
        self.parts[name].came.wait(timeout_s)
        return self.parts[name].url

    @property
    def database_url(self) -> str | None:
        return self.parts[POSTGRESQL].url

    @property
    def redis_url(self) -> str | None:
        return self.parts[REDIS].url
