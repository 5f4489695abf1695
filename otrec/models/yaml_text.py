"""Reading YAML safely: the C loader, no aliases, no duplicate keys, line numbers kept in errors."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml
from yaml import CSafeLoader


class YamlProblem(ValueError):
    """YAML text that otrec will not read, in one sentence."""


#: What an alias looks like: `*name` where a value may begin. In quotes it is only text, and the slower loader tells.
_ALIAS: Final = re.compile(r"(?:^|[\s\[{,:])\*\S")


class _Loader(CSafeLoader):
    """Refuses keys given twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        given = [key.value for key, _ in node.value]
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(given):
            for place, (key, _) in enumerate(node.value):
                if key.value in given[:place]:
                    raise YamlProblem(f"line {key.start_mark.line + 1}: {key.value!r} is given twice; keep one")
        return mapping


class _AliasLoader(_Loader):
    """Refuses aliases too: they can grow without bound."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        if node in self.constructed_objects or node in self.recursive_objects:
            line = node.start_mark.line + 1
            raise YamlProblem(f"line {line}: YAML aliases (&name, *name) are not allowed; write the value out")
        return super().construct_object(node, deep=deep)


def parse_yaml(text: str) -> Any:
    """Plain data from YAML text, or `YamlProblem` with the line.

    >>> parse_yaml("age_years: 7")
    {'age_years': 7}
    """
    try:
        return yaml.load(text, Loader=_AliasLoader if _ALIAS.search(text) else _Loader)  # noqa: S506 (CSafeLoaders)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark else ""
        raise YamlProblem(f"{line}not valid YAML ({error.problem or error.context})") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, YamlProblem):
            raise
        raise YamlProblem(f"not valid YAML ({type(error).__name__})") from None
