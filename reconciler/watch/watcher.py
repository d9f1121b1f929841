"""Watches files by their parent directories, not recursively, with one handler that knows the exact names.

Two threads arm the watches: the caller's, which waits for the other, and the observer's, which must not (it holds the
observer's own lock) and leaves a note instead.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from reconciler.model.names import AbsPath
from reconciler.watch.layout import Identity, Layout, layout

if TYPE_CHECKING:  # watchdog costs 70 ms to import, which commands that watch nothing shall not pay
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers.api import BaseObserver, ObservedWatch


class Watcher:
    """Calls ``on_path`` with a registered path that may have changed, from a thread of its own, often more than once a save.

    ``on_overflow`` is called when events were lost: look at everything. Neither may raise or block.
    """

    def __init__(self, on_path: Callable[[AbsPath], None], on_overflow: Callable[[], None] = lambda: None) -> None:
        self._on_path, self._on_overflow = on_path, on_overflow
        self._observer: BaseObserver | None = None
        self._handler: FileSystemEventHandler
        self._watches: dict[str, tuple[Identity, ObservedWatch]] = {}
        self._wanted: tuple[tuple[AbsPath, ...], tuple[tuple[AbsPath, str], ...]] = ((), ())
        self._layout = Layout()
        self._arming = threading.Lock()
        self._must_arm = False
        self.unwatched: frozenset[str] = frozenset()
        """Directories that the system would not watch (its limit is reached): only the rescan sees changes there."""

    def watch(self, files: Iterable[AbsPath], folders: Iterable[tuple[AbsPath, str]] = ()) -> None:
        """Replace the set: exact files, and folders in which every entry with the ending counts."""
        self._wanted = (tuple(files), tuple(folders))
        self.check()

    def check(self) -> bool:
        """Watch again what was removed, made again, renamed or came; True when there was any, so look at everything."""
        with self._arming:
            has_changed = self._arm()
        return self._arm_without_waiting() or has_changed  # the other thread may have left a note meanwhile

    def close(self) -> None:
        """Stop; no call comes after it."""
        with self._arming:
            observer, self._observer = self._observer, None
            self._watches, self._layout = {}, Layout()
        if observer is not None and observer.is_alive():
            observer.stop()
            observer.join()

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- under the lock

    def _arm(self) -> bool:
        """Repeated while the world moves: a directory made between the look and the watch would go unseen."""
        has_changed = False
        for _ in range(5):
            made = layout(*self._wanted)
            has_news, self._layout = self._has_news(made), made
            if not has_news:
                break
            has_changed = True
            self._take_up(made)
        return has_changed

    def _has_news(self, made: Layout) -> bool:
        known, observer = self._layout, self._observer
        if (made.folders, made.names, made.endings) != (known.folders, known.names, known.endings) or self.unwatched:
            return True
        if observer is None or not observer.is_alive():
            return bool(made.folders)
        living = _living(observer)
        return any(watch not in living for _, watch in self._watches.values())

    def _take_up(self, made: Layout) -> None:
        observer = self._living_observer()
        living = _living(observer)
        for folder, (identity, watch) in list(self._watches.items()):
            if made.folders.get(folder) != identity or watch not in living:
                del self._watches[folder]
                observer.unschedule(watch)
        self.unwatched = frozenset(folder for folder in made.folders if not self._is_watched(observer, folder))

    def _is_watched(self, observer: BaseObserver, folder: str) -> bool:
        from reconciler.watch.inotify import EVENTS

        if folder in self._watches:
            return True
        try:
            watch = observer.schedule(self._handler, folder, recursive=False, event_filter=EVENTS)
        except OSError:
            return False  # gone again, which the next look notices, or the system's limit is reached
        self._watches[folder] = (self._layout.folders[folder], watch)
        return True

    def _living_observer(self) -> BaseObserver:
        from reconciler.watch.inotify import Handler, observer

        if self._observer is None or not self._observer.is_alive():
            if self._observer is not None:  # a callback raised, which ends the thread
                self._observer.stop()
            self._watches = {}
            self._handler = Handler(self._on_event)
            self._observer = observer(self._on_overflow)
            self._observer.daemon = True
            self._observer.start()
        return self._observer

    # ---- in the observer's thread

    def _on_event(self, event: FileSystemEvent) -> None:
        for path in (event.src_path, event.dest_path):
            if path:
                self._on_entry(os.fsdecode(path))

    def _on_entry(self, path: str) -> None:
        known = self._layout
        if path in known.folders:  # a watched directory itself went
            paths, is_structural = known.below(path), True
        else:
            folder, _, name = path.rpartition("/")
            paths = known.paths(folder or "/", name)
            is_structural = (folder or "/", name) in known.structural or (bool(paths) and os.path.islink(path))
        if is_structural:
            self._must_arm = True
            self._arm_without_waiting()
        for changed in paths:
            self._on_path(changed)

    def _arm_without_waiting(self) -> bool:
        """Do what the note says. Whoever has the lock reads the note again after giving it back, so none is overlooked."""
        has_changed = False
        while self._must_arm and self._arming.acquire(blocking=False):
            try:
                self._must_arm = False
                if self._observer is not None:
                    has_changed = self._arm() or has_changed
            finally:
                self._arming.release()
        return has_changed


def _living(observer: BaseObserver) -> set[ObservedWatch]:
    """Watches whose thread has not ended; it ends with its directory."""
    return {emitter.watch for emitter in observer.emitters if emitter.is_alive()}
