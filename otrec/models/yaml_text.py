"""Reading YAML safely: the C loader, no aliases, no duplicate keys, line numbers kept in errors."""

from __future__ import annotations

from typing import Any

import yaml
from yaml import CSafeLoader


class YamlProblem(ValueError):
    """YAML text that otrec will not read, in one sentence."""


class _StrictLoader(CSafeLoader):
    """Refuses anchors with aliases (they can grow without bound) and keys given twice."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        if node in self.constructed_objects or node in self.recursive_objects:
            line = node.start_mark.line + 1
            raise YamlProblem(f"line {line}: YAML aliases (&name, *name) are not allowed; write the value out")
        return super().construct_object(node, deep=deep)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = key_node.value if isinstance(key_node.value, str) else None
            if key is not None and key in seen:
                raise YamlProblem(f"line {key_node.start_mark.line + 1}: {key!r} is given twice; keep one")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def parse_yaml(text: str) -> Any:
    """Plain data from YAML text, or `YamlProblem` with the line.

    >>> parse_yaml("age_years: 7")
    {'age_years': 7}
    """
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 (a CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark else ""
        raise YamlProblem(f"{line}not valid YAML ({error.problem or error.context})") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, YamlProblem):
            raise
        raise YamlProblem(f"not valid YAML ({type(error).__name__})") from None
