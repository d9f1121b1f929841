"""Back ends of a keyring for tests: one that works, and ones that fail."""

from keyring.errors import PasswordDeleteError, PasswordSetError


class WorkingKeyring:
    """Keeps values in memory, and refuses to delete what it has not, as real ones do."""

    priority = 5

    def __init__(self):
        self.items = {}

    def get_password(self, service, username):
        return self.items.get((service, username))

    def set_password(self, service, username, password):
        self.items[service, username] = password

    def delete_password(self, service, username):
        if (service, username) not in self.items:
            raise PasswordDeleteError("no such item")
        del self.items[service, username]


class FullKeyring(WorkingKeyring):
    """Takes a number of changes, and fails at the next one, once."""

    def __init__(self, room):
        super().__init__()
        self.room = room

    def set_password(self, service, username, password):
        self.room -= 1
        if self.room == -1:
            raise PasswordSetError(f"no room for {password}")
        super().set_password(service, username, password)


class LockedKeyring(WorkingKeyring):
    def get_password(self, service, username):
        raise RuntimeError("locked")


class UselessKeyring(WorkingKeyring):
    priority = 0


class UnavailableKeyring(WorkingKeyring):
    @property
    def priority(self):
        raise RuntimeError("needs a desktop")


class Chain:
    """As keyring's own chainer: its module says that it counts by its members."""

    priority = 10

    def __init__(self, *backends):
        self.backends = backends


Chain.__module__ = "keyring.backends.chainer"
