"""A file's bytes to YAML nodes that know their lines.

What YAML would silently let pass, a key written twice or a tag, is a finding; what keeps a file from
being read at all, be it aliases that multiply, is a DefectError.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from qualify.tenant.defects import Defect, Finding, Loc, did_you_mean, refuse, shown

MAX_FILE_BYTES = 1_000_000
MAX_NODES = 100_000
"""Values in a file once its YAML aliases are expanded: beyond, it is a bomb."""


def read_bytes(path: Path | str, *, limit: int | None = MAX_FILE_BYTES) -> bytes:
    """A file's content; DefectError where there is none, or more than `limit` bytes."""
    file = Path(path)
    try:
        if not file.exists():
            siblings = [p.name for p in file.parent.iterdir()] if file.parent.is_dir() else []
            refuse(path, f"fichier introuvable{did_you_mean(file.name, siblings)}", "un fichier qui existe")
        if not file.is_file():
            refuse(path, "ce n'est pas un fichier", "un fichier")
        size = file.stat().st_size
        if limit is not None and size > limit:
            refuse(path, f"fichier de {size} octets", f"au plus {limit} octets")
        return file.read_bytes()
    except OSError as error:
        refuse(path, f"fichier illisible ({error.strerror})", "un fichier lisible par cet utilisateur")


def decode(path: Path | str, content: bytes) -> str:
    """A file's text; DefectError where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"octet 0x{content[error.start]:02x}, qui n'est pas de l'UTF-8"
        refuse(path, found, "un fichier enregistré en UTF-8", line=line)


class _Loader(yaml.SafeLoader):
    """YAML's safe loader; a scalar that is not what it looks like (2026-02-30) stays text."""


def _or_text(tag: str) -> None:
    construct = yaml.SafeLoader.yaml_constructors[tag]

    def tolerant(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Any:
        try:
            return construct(loader, node)
        except (ValueError, KeyError, AttributeError, OverflowError):
            return node.value

    _Loader.add_constructor(tag, tolerant)


_TAG = "tag:yaml.org,2002:"
_SCALAR_TAGS = tuple(_TAG + name for name in ("bool", "int", "float", "timestamp"))
_TAGS = {*_SCALAR_TAGS, *(_TAG + name for name in ("str", "null", "map", "seq", "merge"))}
for _tag in _SCALAR_TAGS:
    _or_text(_tag)


class Document(NamedTuple):
    """A read file: its plain data, the nodes that know their lines, and what is wrong already."""

    root: yaml.Node
    data: object
    findings: tuple[Finding, ...] = ()

    def raw(self, loc: Loc) -> str | None:
        """How the file writes the scalar there; None for anything else."""
        node = _walk(self.root, loc)[-1][1]
        return node.value if isinstance(node, yaml.ScalarNode) else None

    def line(self, loc: Loc) -> int:
        """The line of the key or list item there, or of what should hold it."""
        place, _ = _walk(self.root, loc)[-1]
        return int(place.start_mark.line) + 1

    def defects(self, findings: Iterable[Finding]) -> list[Defect]:
        """The findings with their lines, in the file's order."""
        found = [f.at_line(self.line(f.loc)) for f in (*self.findings, *findings)]
        return sorted(found, key=lambda d: d.line or 0)


def _walk(root: yaml.Node, loc: Loc) -> list[tuple[yaml.Node, yaml.Node]]:
    """Along the path, as far as it exists: the node that marks the place, and its value."""
    steps = [(root, root)]
    for step in loc:
        node = steps[-1][1]
        if isinstance(node, yaml.MappingNode):
            pairs = [(k, v) for k, v in node.value if k.value == step]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            pairs = [(v, v) for v in node.value[step : step + 1]]
        else:
            pairs = []
        if not pairs:
            break
        steps.append(pairs[-1])
    return steps


def parse(path: Path | str, text: str) -> Document:
    """A YAML file's text, read; DefectError where it is not YAML, is empty, or would grow without measure."""
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if root is None:
            refuse(path, "fichier vide", "les instructions d'un client", line=1)
        if _weight(root, {}) > MAX_NODES:
            refuse(path, "ancres et alias YAML qui se multiplient", "un fichier sans alias imbriqués", line=1)
        if not isinstance(root, yaml.MappingNode):
            refuse(path, "pas de clés à la racine", "des lignes « clé: valeur »", line=1)
        findings = tuple(_structure(root, ()))
        return Document(root, loader.construct_document(root), findings)
    except yaml.YAMLError as error:
        found, expected = _yaml_remedy(error)
        refuse(path, found, expected, line=_yaml_line(error, text))
    except RecursionError:
        refuse(path, "valeurs imbriquées trop profondément", "quelques niveaux au plus", line=1)


def _weight(node: yaml.Node, known: dict[int, float]) -> float:
    """How many values a node holds once its aliases are expanded; infinite where it holds itself."""
    if id(node) not in known:
        known[id(node)] = float("inf")
        children = [] if isinstance(node, yaml.ScalarNode) else node.value
        flat = [c for child in children for c in (child if isinstance(child, tuple) else (child,))]
        known[id(node)] = 1 + sum(_weight(child, known) for child in flat)
    return known[id(node)]


def _structure(node: yaml.Node, loc: Loc) -> Iterator[Finding]:
    """What YAML would silently let pass; repairs the node so that the rest can be checked."""
    if node.tag not in _TAGS:
        found = f"étiquette YAML « {shown(node.tag.replace(_TAG, '!!'))} »"
        yield Finding(loc, found, "une valeur simple, entre guillemets au besoin")
        node.tag = _TAG + _plain_kind(node)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _structure(item, (*loc, index))
    if isinstance(node, yaml.MappingNode):
        yield from _keys_of(node, loc)
        node.value = [pair for pair in node.value if _is_key(pair[0])]
        for key, value in node.value:
            yield from _structure(value, (*loc, key.value))


def _plain_kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "map"
    return "seq" if isinstance(node, yaml.SequenceNode) else "str"


def _is_key(key: yaml.Node) -> bool:
    return isinstance(key, yaml.ScalarNode) and key.tag in (_TAG + "str", _TAG + "merge")


def _keys_of(node: yaml.MappingNode, loc: Loc) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for key, _ in node.value:
        name = shown(key.value) if isinstance(key, yaml.ScalarNode) else "…"
        line = key.start_mark.line + 1
        if not _is_key(key):
            found = f"clé « {name} », que YAML ne lit pas comme un texte"
            yield Finding(loc, found, "une clé du format", line=line)
        elif key.value in seen:
            found = f"clé écrite deux fois, lignes {seen[key.value]} et {line}"
            yield Finding((*loc, key.value), found, "une seule fois", line=line)
        else:
            seen[key.value] = line


_YAML_REMEDIES = (
    (r"'\t'", "tabulation", "des espaces pour décaler les lignes, jamais de tabulation"),
    ("quoted scalar", "guillemets mal fermés ou « \\ » mal employé", "un texte entre deux apostrophes"),
    ("flow sequence", "crochet mal fermé", "[a, b], les textes à virgule entre guillemets"),
    ("flow mapping", "accolade mal fermée", "{clé: valeur}, les textes à virgule entre guillemets"),
    ("mapping values are not allowed", "« : » dans un texte ou décalage faux", "le texte entre guillemets"),
    ("could not find expected ':'", "ligne sans « : »", "« clé: valeur »"),
    (
        "expected <block end>",
        "ligne mal décalée, ou guillemets mal fermés plus haut",
        "le même décalage pour toutes les clés d'un niveau",
    ),
    ("undefined alias", "alias « * » d'une ancre qui n'existe pas", "le texte entre guillemets"),
    ("single document", "plusieurs documents séparés par « --- »", "un seul document"),
    ("cannot start any token", "signe qui ne peut commencer un texte", "le texte entre guillemets"),
    ("special characters", "caractère de contrôle", "un texte sans caractère de contrôle"),
)


def _yaml_remedy(error: yaml.YAMLError) -> tuple[str, str]:
    problem = " ".join(str(getattr(error, name, "")) for name in ("context", "problem", "reason"))
    known = ((found, expected) for part, found, expected in _YAML_REMEDIES if part in problem)
    return next(known, ("ce n'est pas du YAML", "un fichier YAML, « clé: valeur » à chaque ligne"))


def _yaml_line(error: yaml.YAMLError, text: str) -> int:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    return text.count("\n", 0, getattr(error, "position", 0)) + 1
