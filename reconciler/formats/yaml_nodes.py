"""A YAML document as nodes with their spans and plain values, from the C parser's events, within bounds.

Refuses what a file of settings does not need: anchors, aliases, tags, merge keys, several documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from reconciler.formats.edit import MAX_DEPTH, MAX_NODES, FormatError, KeyPath
from reconciler.formats.spans import place

_TAG = "tag:yaml.org,2002:"
_LONGEST_NUMBER = 4_300
"""As many digits as Python reads; one in the style of ``1:59:59`` would keep it busy for minutes."""


@dataclass(slots=True)
class Node:
    """``end`` is where the content ends: before comments, blank lines and line ends that follow it."""

    kind: Literal["scalar", "map", "seq"]
    start: int
    end: int
    value: Any = None
    is_flow: bool = False
    keys: list[Node] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)

    def child(self, key: str | int) -> Node | None:
        if self.kind == "map":
            return next((v for k, v in zip(self.keys, self.items, strict=True) if k.value == key), None)
        is_place = self.kind == "seq" and isinstance(key, int) and 0 <= key < len(self.items)
        return self.items[int(key)] if is_place else None

    def chain(self, path: KeyPath) -> list[Node]:
        """This node and those on the way down, as far as they are there."""
        nodes = [self]
        for key in path:
            child = nodes[-1].child(key)
            if child is None:
                break
            nodes.append(child)
        return nodes


def tag_of(text: str) -> str | None:
    """What a plain scalar is taken for (``int``, ``bool``, ``timestamp``, …); None for text."""
    for tag, pattern in Resolver.yaml_implicit_resolvers.get(text[:1], ()):
        if pattern.match(text):
            return str(tag).removeprefix(_TAG)
    return None


def compose(text: str) -> Node:
    """The root node; an empty document is a scalar ``None``. Raises ``FormatError``."""
    try:
        return _Composer(text).root()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise FormatError(error.problem or "not YAML", *where) from None
    except yaml.reader.ReaderError as error:
        raise FormatError("a character that YAML does not allow", *place(text, error.position)) from None
    except yaml.YAMLError as error:
        raise FormatError(str(error)) from None


class _Composer:
    def __init__(self, text: str) -> None:
        self.text, self.count = text, 0
        self.next = yaml.CSafeLoader(text).get_event

    def root(self) -> Node:
        self.next()
        if isinstance(self.next(), yaml.StreamEndEvent):
            return Node("scalar", len(self.text), len(self.text))
        node = self._node(self.next(), 0)
        self.next()
        after = self.next()
        if not isinstance(after, yaml.StreamEndEvent):
            raise _refused("several documents in one file", after)
        return node

    def _node(self, event: Any, depth: int) -> Node:
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_NODES:
            raise _refused("nested too deep" if depth > MAX_DEPTH else f"more than {MAX_NODES} values", event)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _refused("anchors and aliases are not allowed", event)
        if event.tag is not None:
            raise _refused("tags are not allowed", event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        return self._map(event, depth) if isinstance(event, yaml.MappingStartEvent) else self._seq(event, depth)

    def _scalar(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        if self.text[start : start + 1] in ("|", ">"):
            is_kept = "+" in self.text[start : start + 3]
            end = end if is_kept else start + len(self.text[start:end].rstrip(" \t\r\n"))
        value = _value(event) if event.implicit[0] else event.value
        return Node("scalar", start, end, value)

    def _map(self, event: Any, depth: int) -> Node:
        node = Node("map", event.start_mark.index, event.end_mark.index, {}, bool(event.flow_style))
        for start in self._until(yaml.MappingEndEvent, node):
            key = self._key(start, depth)
            if key.value in node.value:
                raise _refused(f"the key {key.value!r} is there twice", start)
            item = self._node(self.next(), depth + 1)
            node.keys.append(key)
            node.items.append(item)
            node.value[key.value] = item.value
        return node

    def _key(self, event: Any, depth: int) -> Node:
        """Keys are the text that stands there: ``1`` and ``on`` are keys like any other."""
        key = self._node(event, depth + 1)
        if key.kind != "scalar":
            raise _refused("a key must be text", event)
        if event.implicit[0] and event.value == "<<":
            raise _refused("merge keys are not allowed", event)
        key.value = event.value
        return key

    def _seq(self, event: Any, depth: int) -> Node:
        node = Node("seq", event.start_mark.index, event.end_mark.index, [], bool(event.flow_style))
        for start in self._until(yaml.SequenceEndEvent, node):
            item = self._node(start, depth + 1)
            node.items.append(item)
            node.value.append(item.value)
        return node

    def _until(self, end: type[Any], node: Node) -> Iterator[Any]:
        """The events that start children; then the node's end is known."""
        event: Any
        while not isinstance(event := self.next(), end):
            yield event
        node.end = event.end_mark.index if node.is_flow else node.items[-1].end


def _value(event: Any) -> Any:
    tag, text = tag_of(event.value), event.value
    if tag is None or tag in ("timestamp", "merge", "value"):
        return text
    if len(text) > _LONGEST_NUMBER:
        raise _refused("a number that cannot be read", event)
    try:
        if tag == "null":
            return None
        make = {"int": SafeConstructor.construct_yaml_int, "float": SafeConstructor.construct_yaml_float}
        make["bool"] = SafeConstructor.construct_yaml_bool
        return make[tag](SafeConstructor(), yaml.ScalarNode(_TAG + tag, text))
    except (ValueError, OverflowError):
        raise _refused("a number that cannot be read", event) from None


def _refused(reason: str, event: Any) -> FormatError:
    return FormatError(reason, event.start_mark.line + 1, event.start_mark.column + 1)
