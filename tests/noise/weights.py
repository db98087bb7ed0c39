"""A language model of random weights, written in a moment: it loads, answers, and knows nothing.

Two layers of width 64 in llama's shape, over a vocabulary of single bytes. What it says is noise, drawn
evenly but for a bias on single tokens, without which its strings would seldom end, its lists seldom hold
anything and its numbers seldom be those of a post. Given ``words``, it babbles in these instead of in
bytes: sentences that look the part.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

_LAYERS, _WIDTH, _HEADS, _INNER = 2, 64, 1, 128
_CONTROL = ("<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>")
_FIRST_BYTE = len(_CONTROL)
_SPACE = "\N{LOWER ONE EIGHTH BLOCK}"  # how SentencePiece writes a space
_STEADY = 8.0  # of every token's first component, so that the head can prefer tokens whatever came before
_PREFERRED = {'"': 3.5, "]": 2.0, ",": 2.0, "1": 2.0}  # logits
# Whole, so that only a grammar that wants them lets them through.
_FRAMES = (
    *(f'{{"story":{story},' for story in (1, 2, 3)),
    '{"number":1,',
    '{"text":"',
    "[1]",
    "[2]",
    "[1,2]",
)
_FRAME = 4.0
_END = 1.5  # of the token that ends an answer, where the grammar lets it
_SHY = -3.0  # of bytes, where there are words


def write_model(path: Path, *, seed: int, context: int, words: Sequence[str] = ()) -> None:
    """Write to ``path`` a GGUF model for ``context`` tokens; the same seed and words make the same bytes."""
    pieces = [*_FRAMES, _SPACE, *dict.fromkeys(word.replace(" ", _SPACE) for word in words)]
    types = [gguf.TokenType.UNKNOWN] + [gguf.TokenType.CONTROL] * (_FIRST_BYTE - 1)
    types += [gguf.TokenType.BYTE] * 256 + [gguf.TokenType.NORMAL] * len(pieces)
    tokens = [*_CONTROL, *(f"<0x{byte:02X}>" for byte in range(256)), *pieces]

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("noise")
    writer.add_context_length(context)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(_INNER)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(1)
    writer.add_rope_dimension_count(_WIDTH // _HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(types)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    for name, tensor in _tensors(np.random.default_rng(seed), _biases(len(tokens), babbles=bool(words))):
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _biases(tokens: int, *, babbles: bool) -> NDArray[np.float32]:
    biases = np.zeros(tokens, np.float32)
    biases[: len(_CONTROL)] = -9.0
    biases[_CONTROL.index("</s>")] = _END
    frames = _FIRST_BYTE + 256
    biases[frames : frames + len(_FRAMES)] = [_FRAME if "{" in frame else 0.0 for frame in _FRAMES]
    if babbles:
        biases[_FIRST_BYTE : _FIRST_BYTE + 256] = _SHY
        biases[[_FIRST_BYTE + ord(digit) for digit in "0123456789"]] = 0.0
    for letter, bias in _PREFERRED.items():
        biases[_FIRST_BYTE + ord(letter)] = bias
    return biases


def _tensors(dice: np.random.Generator, biases: NDArray[np.float32]) -> list[tuple[str, NDArray[np.float32]]]:
    def matrix(rows: int, columns: int) -> NDArray[np.float32]:
        return dice.normal(0, columns**-0.5, (rows, columns)).astype(np.float32)

    ones = np.ones(_WIDTH, np.float32)
    embedding, head = matrix(len(biases), _WIDTH), matrix(len(biases), _WIDTH)
    embedding[:, 0] = _STEADY
    # After its norm the first component of a state is near the root of the width: all others are small.
    head[:, 0] = biases * _WIDTH**-0.5
    key_width = _WIDTH // _HEADS
    tensors = [("token_embd.weight", embedding), ("output_norm.weight", ones), ("output.weight", head)]
    for layer in range(_LAYERS):
        block = {
            "attn_norm": ones,
            "attn_q": matrix(_WIDTH, _WIDTH),
            "attn_k": matrix(key_width, _WIDTH),
            "attn_v": matrix(key_width, _WIDTH),
            "attn_output": matrix(_WIDTH, _WIDTH),
            "ffn_norm": ones,
            "ffn_gate": matrix(_INNER, _WIDTH),
            "ffn_up": matrix(_INNER, _WIDTH),
            "ffn_down": matrix(_WIDTH, _INNER),
        }
        tensors += [(f"blk.{layer}.{name}.weight", tensor) for name, tensor in block.items()]
    return tensors
