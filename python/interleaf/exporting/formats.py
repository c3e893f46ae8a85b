"""How weights are stored and what is computed in: the variants of a model."""

from dataclasses import dataclass, replace

# No GPU has to bind more at once (WebGPU's default maxStorageBufferBindingSize).
LARGEST = 128 << 20


@dataclass(frozen=True)
class Format:
    """Linear layers in `bits`, or in the precision of everything else; that is float16 unless `exact`."""

    id: str
    bits: int | None  # of linear layers: 4 or 8 in blocks of 32; None: not in blocks
    half: bool = False  # arithmetic in float16; else in float32, and float16 weights are widened when loaded
    table_bits: int | None = None  # of the embedding table, in blocks of 32
    # Convolutions are widened to float32 while they arrive, rather than in the page's memory while they are loaded.
    widens: bool = False
    exact: bool = False  # weights stay float32: to compare graphs with PyTorch
    # What MatMulNBits may round its inputs to: 0 to nothing, 4 to 8 bits in blocks, which is faster where a GPU has
    # packed integer products.
    accuracy: int = 0
    largest: int = LARGEST  # bytes of a tensor; a larger matrix is split by rows

    @property
    def widened(self) -> "Format":
        """The same weights with arithmetic in float32."""
        return replace(self, half=False)


# The tiny model's: runs on a GPU without shader-f16 and on wasm alike.
Q8F32 = Format("q8f32", bits=8)

# Of a converted model. float16 arithmetic needs the feature shader-f16; the others run wherever the memory suffices.
FORMATS = {
    each.id: each
    for each in (
        Format("q4f16", bits=4, half=True, table_bits=4),
        Format("q4f32", bits=4, table_bits=4, widens=True),
        Format("q8f32", bits=8, table_bits=8, widens=True),
        # An embedding table of float16 would be over LARGEST.
        Format("fp16", bits=None, half=True, table_bits=8),
    )
}
