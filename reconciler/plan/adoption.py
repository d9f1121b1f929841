"""Where the entities of clients that are seen for the first time go.

Adopting never puts one client's instructions into another and never widens a permission: servers and ``deny`` entries
are shared, rules and other entries only where every client that can hold them has them already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.mapping.adapter import Adapter, held
from reconciler.mapping.layers import BASE, Layer, chain, client_layer, machine_layer
from reconciler.mapping.rule_files import RuleFiles
from reconciler.model.fields import Config, differ
from reconciler.model.names import MCP, TOOLS, EntityId, kind_of
from reconciler.model.tool_entry import Raw, tool_of_entity


def adoption_layers(newcomers: Sequence[tuple[Adapter, Config]], everyone: Sequence[tuple[Adapter, Config]]) -> dict[str, dict[EntityId, Layer]]:
    """For each newcomer the layer of its rules and entries. ``everyone`` is all adopted clients and the newcomers."""
    return {
        adapter.client: {e: _layer(e, adapter, config, everyone) for e in config if kind_of(e) != MCP} for adapter, config in newcomers
    }


def joining_layers(machine: str, newcomers: Sequence[tuple[Adapter, Config]]) -> dict[str, dict[EntityId, Layer]]:
    """The same on a machine that joins others: what it has of its own stays on it."""
    return {a.client: {e: machine_layer(machine) if kind_of(e) == MCP else own_layer(machine, a.client) for e in config} for a, config in newcomers}


def own_layer(machine: str, client: str) -> Layer:
    """What one client has on one machine alone: the last of its layers."""
    return chain(machine, client)[-1]


def _layer(entity: EntityId, adapter: Adapter, config: Config, everyone: Sequence[tuple[Adapter, Config]]) -> Layer:
    if kind_of(entity) == TOOLS:
        decision, entry = tool_of_entity(entity)
        if isinstance(entry, Raw):
            return client_layer(adapter.client)
        if decision == "deny":
            return BASE
    able = [c for a, c in everyone if held(a, {entity: config[entity]}).config]
    is_everywhere = len(able) > 1 and not any(differ(c.get(entity), config[entity]) for c in able)
    return BASE if is_everywhere else client_layer(adapter.client)


def catalogue_first(clients: Sequence[str], prefer: str | None) -> list[str]:
    """The order in which clients are adopted: the preferred one stands as central in every conflict."""
    return sorted(clients, key=lambda c: c != prefer)


def own_layers(adapter: Adapter, names: Mapping[EntityId, object]) -> dict[EntityId, Layer]:
    """A memory file's own text always stays its client's."""
    own = {section.own for section in adapter.sections if isinstance(section, RuleFiles) and not section.own_name}
    return {e: client_layer(adapter.client) for e in names if e in own}


def shared_texts(adapter: Adapter) -> dict[EntityId, Layer]:
    """The own texts of files that several clients read: the same for all of them, so adopting one adopts it for all."""
    return {section.own: BASE for section in adapter.sections if isinstance(section, RuleFiles) and section.own_name}
