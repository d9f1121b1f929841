"""The observer of watchdog, with what its own Linux one lacks: it tells of lost events, and no event waits for a rename.

watchdog holds every event back for 500 ms behind a file that was moved out of a directory, because it waits for the
other half of the move. We need no halves: a name that goes is "deleted", a name that comes is "created".
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver


class Handler(FileSystemEventHandler):
    """Hands every event to one function."""

    def __init__(self, on_event: Callable[[FileSystemEvent], None]) -> None:
        self._on_event = on_event

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._on_event(event)


_ENDED: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
]

if sys.platform == "linux":
    from dataclasses import replace

    from watchdog.observers.inotify import InotifyEmitter
    from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, InotifyFD, Mask

    # A save is over when the file is closed: "modified" comes once for each piece of it and would start looks at torn files.
    EVENTS: list[type[FileSystemEvent]] = [*_ENDED, FileClosedEvent]

    class _Inotify(InotifyFD):
        def __init__(self, on_overflow: Callable[[], None]) -> None:
            super().__init__()
            self._on_overflow = on_overflow

        def handle_event(self, event: InotifyEvent) -> None:
            if event.is_queue_overflow:
                self._on_overflow()
                return
            super().handle_event(_without_halves(event))

    def _without_halves(event: InotifyEvent) -> InotifyEvent:
        if event.is_moved_from:
            return replace(event, mask=Mask(event.mask & ~InotifyConstants.IN_MOVED_FROM | InotifyConstants.IN_DELETE))
        if event.is_moved_to:
            return replace(event, mask=Mask(event.mask & ~InotifyConstants.IN_MOVED_TO | InotifyConstants.IN_CREATE))
        return event

    class _Observer(BaseObserver):
        def __init__(self, inotify: InotifyFD) -> None:
            super().__init__(InotifyEmitter, inotify_fd=inotify)
            self._inotify = inotify

        def on_thread_start(self) -> None:
            self._inotify.start()
            super().on_thread_start()

        def on_thread_stop(self) -> None:
            super().on_thread_stop()
            self._inotify.stop()
            self._inotify.join()

    def observer(on_overflow: Callable[[], None]) -> BaseObserver:
        """An observer that was not started yet."""
        return _Observer(_Inotify(on_overflow))

else:
    from watchdog.observers import Observer

    EVENTS = [*_ENDED, FileModifiedEvent]  # no other system says that a file was closed

    def observer(on_overflow: Callable[[], None]) -> BaseObserver:
        """An observer that was not started yet. It cannot tell of lost events; the rescan heals them."""
        return Observer()
