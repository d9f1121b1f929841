"""The machines of the scenarios."""

from tests.scenarios.conftest import adopted, forks, found, ordinary, settled, unchanging

__all__ = ["adopted", "forks", "found", "ordinary", "settled", "unchanging"]
