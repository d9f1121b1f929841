"""Whether a Redis answers at an address, and what to do when it does not. Never the address itself: it may hold a password."""

from __future__ import annotations

from contextlib import closing

from redis import AuthenticationError, RedisError
from redis.exceptions import AuthorizationError, ResponseError

from reconciler.errors import Stalled
from reconciler.events.streams import NoAddress, connected

_MEND = "mend RECONCILER_REDIS_URL"
_ANSWER_S = 2.0


def reach(url: str) -> None:
    """Raises ``Stalled``, with the cure, unless the server there answers and lets us in."""
    try:
        with closing(connected(url, _ANSWER_S)) as client:
            client.ping()
    except (RedisError, OSError) as error:
        raise Stalled(cure(error)) from error


def cure(error: Exception) -> str:
    """What went wrong by its kind, since its text may hold anything; and what to do."""
    said = str(error)
    if isinstance(error, NoAddress):
        return f"that is no address of it, expected redis://:password@host:6379/0; {_MEND}"
    if isinstance(error, (AuthenticationError, AuthorizationError)) or said.startswith(("NOAUTH", "WRONGPASS", "NOPERM")):
        return f"the user or the password is wrong; {_MEND}"
    if "Name or service" in said or "No address" in said:
        return f"there is no such host; {_MEND}"
    if isinstance(error, ResponseError) and said.startswith(("MISCONF", "OOM")):
        return "it takes nothing in; make room on its disk, or give it more memory"
    return f"it does not answer ({type(error).__name__}); start it, or {_MEND}"
