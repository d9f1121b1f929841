"""Where one version has a leaf and another has a map: the place is then one atom in all versions, so that a merge
never holds both ``extra.x`` and ``extra.x.y``."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model.fields import Fields, Leaf, Path, nested


def folded(*versions: Fields) -> tuple[Fields, ...]:
    """The versions with such places as atoms, whose value is a map where the version has one."""
    leaves: set[Path] = set().union(*versions)
    longer = [path for path in leaves if len(path) > 1]
    if leaves.isdisjoint([path[:n] for path in longer for n in range(1, len(path))]):
        return versions
    places = {place for place in leaves if any(len(path) > len(place) and path[: len(place)] == place for path in longer)}
    return tuple(_fold(version, places) for version in versions)


def unfolded(fields: Fields) -> dict[Path, Leaf]:
    """Flat fields again; maps below ``extra`` become their leaves."""
    out: dict[Path, Leaf] = {}
    for path, leaf in fields.items():
        if isinstance(leaf, Mapping) and path[:1] == ("extra",):
            out.update(unfolded({(*path, str(key)): inner for key, inner in leaf.items()}))
        else:
            out[path] = leaf
    return out


def _fold(version: Fields, places: set[Path]) -> Fields:
    out: dict[Path, Leaf] = {}
    below: dict[Path, dict[Path, Leaf]] = {}
    for path, leaf in version.items():
        place = next((path[:n] for n in range(1, len(path)) if path[:n] in places), None)
        if place is None:
            out[path] = leaf
        else:
            below.setdefault(place, {})[path[len(place) :]] = leaf
    return out | {place: nested(inner) for place, inner in below.items()}
