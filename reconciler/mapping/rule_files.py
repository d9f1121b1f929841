"""Rules as Markdown: a folder with a file a rule, and one memory file with a person's own text and a shared block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from reconciler.formats import yaml_text
from reconciler.formats.edit import Edit, FormatError, Remove, Set
from reconciler.formats.markdown import normal_body, read_memory, split_front_matter, with_own, with_sections
from reconciler.mapping.documents import Doc, Docs
from reconciler.mapping.sections import Changes, Held, Loss, Reading, Wanted
from reconciler.model.fields import Config, Fields, Path, dotted
from reconciler.model.names import RULES, EntityId, RelPath, entity_id, kind_of, name_of
from reconciler.model.results import Problem

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._ -]{0,99}")
_SECTION_BYTES = 64
"""What the markers of one section add to its body, at the most, beside the rule's name."""


@dataclass(frozen=True)
class RuleFiles:
    """``memory`` is a file's key. Without ``folder`` the shared rules stand in the memory file's block.

    ``own_name`` names the rule that is the memory file's own text, where several clients read that file. ``writer`` is
    the client that writes it, where that is another one: then it is neither read nor written here.
    ``front_matter`` maps the client's own front-matter keys to canonical fields, in a folder's files.
    """

    client: str
    memory: str
    folder: str | None = None
    folder_path: str = ""
    front_matter: Mapping[str, Path] = field(default_factory=dict)
    limit_bytes: int | None = None
    own_name: str = ""
    writer: str = ""
    kind: str = RULES

    @property
    def own(self) -> EntityId:
        """The rule that is the memory file's own text."""
        return entity_id(RULES, self.own_name or f"{self.client}-memory")

    # ------------------------------------------------------------ reading

    def read(self, docs: Docs, reading: Reading) -> None:
        self._read_memory(docs.files[self.memory], reading)
        for name, doc in (docs.folders[self.folder] if self.folder else {}).items():
            entity = entity_id(RULES, name.rsplit(".", 1)[0])
            try:
                self._read_file(doc, entity, reading)
            except FormatError as error:
                reading.unreadable.add(entity)
                reading.problems.append(_left_alone(doc, error))

    def _read_memory(self, doc: Doc, reading: Reading) -> None:
        if self.writer or doc.data is None or not isinstance(doc.value, str):
            return
        try:
            memory = read_memory(doc.value)
        except FormatError as error:
            reading.problems.append(Problem(doc.path, error.reason, error.line, error.column, "mend the marker lines of the shared block"))
            return
        found = {self.own: normal_body(memory.own)}
        if self.folder is None:
            found |= {entity_id(RULES, _rule_name(name)): normal_body(body) for name, body in memory.sections.items()}
        for entity, body in found.items():
            if body:
                reading.config[entity] = {("body",): body}
                reading.places[entity] = doc.path

    def _read_file(self, doc: Doc, entity: EntityId, reading: Reading) -> None:
        if not NAME.fullmatch(name_of(entity)) or entity == self.own:
            raise FormatError("a rule's file name has letters, digits, dots, dashes and blanks, and is not taken")
        if not isinstance(doc.value, str):
            raise FormatError("cannot be read")
        front = split_front_matter(doc.value)
        body = normal_body(front.body)
        if not body:
            raise FormatError("the rule is empty; remove the file to remove the rule")
        fields: dict[Path, object] = {("body",): body}
        values = _front_values(front.yaml)
        for key, path in self.front_matter.items():
            value = [values[key]] if path == ("globs",) and isinstance(values.get(key), str) else values.get(key)
            if value not in (None, [], ""):
                fields[path] = value
        reading.config[entity] = fields
        reading.places[entity] = doc.path

    # ------------------------------------------------------------ what can be held

    def held(self, entity: EntityId, fields: Fields) -> Held:
        body = fields.get(("body",), "")
        if self.writer and (entity == self.own or not self.folder):
            return Held(None, (Loss((), f"its file is written for {self.writer}, for which this is not meant"),))
        if not NAME.fullmatch(name_of(entity)) or (self.folder and name_of(entity).startswith(".")):
            return Held(None, (Loss((), "its name cannot be a file name"),))
        if not body or "<!-- reconciler:" in body:
            return Held(None, (Loss((), "its text is empty, or holds a marker line of the shared block"),))
        in_folder = self.folder is not None and entity != self.own
        able = {("body",), *(self.front_matter.values() if in_folder else ())}
        kept = {p: v for p, v in fields.items() if p in able}
        lost = [p for p in fields if p not in able and p[0] not in ("clients", "extra")]
        return Held(kept, tuple(Loss(p, f"{self.client} has no {dotted(p)} for this rule") for p in lost))

    def overflow(self, config: Config) -> dict[EntityId, Loss]:
        """Rules that the client would cut off because the memory file would be too long; the last ones in name order."""
        if self.limit_bytes is None:
            return {}
        size, over = _SECTION_BYTES * 4, {}
        for entity in sorted((e for e in config if kind_of(e) == RULES), key=lambda e: (e != self.own, e)):
            more = len(str(config[entity].get(("body",), "")).encode()) + (0 if entity == self.own else _SECTION_BYTES + len(entity))
            if entity != self.own and size + more > self.limit_bytes:
                over[entity] = Loss((), f"{self.client} reads no more than {self.limit_bytes} bytes of its memory file")
            else:
                size += more
        return over

    # ------------------------------------------------------------ changing

    def change(self, docs: Docs, found: Reading, wanted: Wanted, changes: Changes) -> None:
        in_block = {e: f for e, f in wanted.items() if e == self.own or self.folder is None}
        if in_block:
            self._change_memory(docs.files[self.memory], in_block, changes)
        for entity in wanted.keys() - in_block.keys():
            self._change_file(docs, entity, wanted[entity], changes)

    def _change_memory(self, doc: Doc, wanted: Wanted, changes: Changes) -> None:
        text = doc.value if isinstance(doc.value, str) else ""
        sections = dict(read_memory(text).sections)
        for entity, fields in wanted.items():
            if entity == self.own:
                text = with_own(text, str(fields[("body",)]) if fields else "")
            elif fields is None:
                sections.pop(_section_name(entity), None)
            else:
                sections[_section_name(entity)] = fields[("body",)]
        if self.folder is None:
            text = with_sections(text, sections)
        changes.texts[doc.path] = text.encode("utf-8")

    def _change_file(self, docs: Docs, entity: EntityId, fields: Fields | None, changes: Changes) -> None:
        file_name = f"{name_of(entity)}.md"
        doc = docs.folders[self.folder or ""].get(file_name)
        path = doc.path if doc else RelPath(f"{self.folder_path}/{file_name}")
        if fields is None:
            changes.texts[path] = None
            return
        changes.texts[path] = self._file_text(doc.value if doc else "", fields).encode("utf-8")

    def _file_text(self, text: str, fields: Fields) -> str:
        """The rule's file with changed fields; front matter that is not ours, and line ends, stay."""
        front = split_front_matter(text)
        body = str(fields[("body",)])
        if normal_body(front.body) != body:
            if body.startswith("---") and not front.is_there:
                front = front.with_yaml("")  # else the client reads the body's first lines as front matter
            front = front.with_body(_in_style(body, front.body, text))
        edits = list(self._front_edits(front.yaml, fields))
        if edits:
            front = front.with_yaml(yaml_text.edit(front.yaml.encode(), edits).decode())
        return front.text

    def _front_edits(self, yaml: str, fields: Fields) -> Iterator[Edit]:
        values = yaml_text.read(yaml.encode()) if yaml else {}
        for key, path in self.front_matter.items():
            have = [values[key]] if path == ("globs",) and isinstance(values.get(key), str) else values.get(key)
            if path in fields and have != fields[path]:
                yield Set((key,), fields[path])
            elif path not in fields and key in values:
                yield Remove((key,))

    def home_of(self, entity: EntityId, docs: Docs) -> RelPath | None:
        return RelPath(self.folder_path) if self.folder and entity != self.own else docs.files[self.memory].path


def _section_name(entity: EntityId) -> str:
    """A rule's name in a marker line, which ends at a blank."""
    return name_of(entity).replace(" ", "%20")


def _rule_name(section: str) -> str:
    return section.replace("%20", " ")


@lru_cache(maxsize=2048)
def _front_values(yaml: str) -> Any:
    """Read again and again, whenever any file of the client has changed."""
    return yaml_text.read(yaml.encode()) if yaml else {}


def _in_style(body: str, old: str, text: str) -> str:
    """A new body with the blank lines before it, the line ends and the missing last newline of the old one."""
    lead = old[: len(old) - len(old.lstrip("\r\n"))]
    new = body if not old or old.endswith("\n") else body.rstrip("\n")
    return lead + (new.replace("\n", "\r\n") if "\r\n" in text else new)


def _left_alone(doc: Doc, error: FormatError) -> Problem:
    return Problem(doc.path, error.reason, error.line, error.column, "it is left alone until it is mended", is_stalling=False)
