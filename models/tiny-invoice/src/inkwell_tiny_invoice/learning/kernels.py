"""Matrix products and causal attention for JAX: on AMX tiles where the CPU has them, else plain.

On tiles, inputs are rounded to bfloat16 and sums are float32. `kernels.cc` is compiled when it is
first needed; without AMX, a compiler or a cache folder, XLA's own float32 operations do the same.
"""

import ctypes
import hashlib
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

import jax
import jax.numpy as jnp
from jax import Array

_SOURCE: Final = Path(__file__).with_name("kernels.cc")
_FLAGS: Final = (
    *("-O3", "-std=c++17", "-march=sapphirerapids", "-fPIC", "-shared"),
    # What -ffast-math stands for, without itself: with it, GCC links what makes the whole process
    # forget subnormal numbers (https://gcc.gnu.org/bugzilla/show_bug.cgi?id=55522).
    *("-fno-math-errno", "-fno-trapping-math", "-fno-signed-zeros", "-fassociative-math"),
    *("-freciprocal-math", "-ffinite-math-only"),
)
_CPU: Final = Path("/proc/cpuinfo")
_DEPTH: Final = 32


@cache
def prepare(folder: Path) -> bool:
    """Compile the kernels into a folder and give them to JAX; say whether they can be used."""
    compiler = shutil.which("g++")
    needed = {"amx_bf16", "avx512_bf16"}
    if not compiler or not _CPU.exists() or not needed <= set(_CPU.read_text("utf-8").split()):
        return False
    made_from = _SOURCE.read_bytes() + " ".join(_FLAGS).encode()
    library = folder / f"kernels-{hashlib.sha256(made_from).hexdigest()[:16]}-{jax.__version__}.so"
    if not library.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = library.with_suffix(".part")
        include = jax.ffi.include_dir()
        subprocess.run(
            [compiler, *_FLAGS, "-w", "-I", include, str(_SOURCE), "-o", str(part), "-lpthread"],
            check=True,
        )
        part.rename(library)
    loaded = ctypes.CDLL(str(library))
    for name in ("product", "attend", "attend_back", "orthogonalise"):
        jax.ffi.register_ffi_target(
            f"inkwell_{name}", jax.ffi.pycapsule(getattr(loaded, name)), platform="cpu"
        )
    return True


def _tiled(a: Array, b: Array, *, a_turned: bool = False, b_turned: bool = False) -> Array:
    rows, columns = a.shape[int(a_turned)], b.shape[int(not b_turned)]
    call = jax.ffi.ffi_call("inkwell_product", jax.ShapeDtypeStruct((rows, columns), jnp.float32))
    found: Array = call(a, b, a_turned=a_turned, b_turned=b_turned)
    return found


@jax.custom_vjp
def product(a: Array, b: Array) -> Array:
    """Return the product of two matrices, on tiles; all sides are multiples of 32."""
    return _tiled(a, b)


def _product(a: Array, b: Array) -> tuple[Array, tuple[Array, Array]]:
    return _tiled(a, b), (a, b)


def _product_back(kept: tuple[Array, Array], slope: Array) -> tuple[Array, Array]:
    a, b = kept
    return _tiled(slope, b, b_turned=True), _tiled(a, slope, a_turned=True)


product.defvjp(_product, _product_back)


@jax.custom_vjp
def attend(query: Array, key: Array, value: Array, cosine: Array, sine: Array) -> Array:
    """Return causal attention with RoPE, on tiles.

    Args:
        query: rows by places by heads by width; so are key and value.
        key: what queries are compared with.
        value: what is mixed.
        cosine: of RoPE's angles, places by half of the width; no slope goes through it.
        sine: of the same angles.
    """
    call = jax.ffi.ffi_call("inkwell_attend", jax.ShapeDtypeStruct(query.shape, jnp.float32))
    found: Array = call(query, key, value, cosine, sine)
    return found


def _attend(*given: Array) -> tuple[Array, Any]:
    return attend(*given), given


def _attend_back(kept: tuple[Array, ...], slope: Array) -> tuple[Array | None, ...]:
    shape = jax.ShapeDtypeStruct(slope.shape, jnp.float32)
    call = jax.ffi.ffi_call("inkwell_attend_back", (shape, shape, shape))
    query, key, value = call(*kept, slope)
    return query, key, value, None, None


attend.defvjp(_attend, _attend_back)


def rotate(x: Array, cosine: Array, sine: Array) -> Array:
    """Turn the first half of the last side against its second half: RoPE."""
    first, second = jnp.split(x, 2, axis=-1)
    cosine, sine = cosine[:, None, :], sine[:, None, :]
    return jnp.concatenate(
        [first * cosine - second * sine, second * cosine + first * sine], axis=-1
    )


def attend_plainly(query: Array, key: Array, value: Array, cosine: Array, sine: Array) -> Array:
    """Return causal attention with RoPE by XLA's own operations."""
    length, width = query.shape[1], query.shape[3]
    query, key = rotate(query, cosine, sine), rotate(key, cosine, sine)
    scores = jnp.einsum("bqhd,bkhd->bhqk", query, key) * width**-0.5
    scores = jnp.where(jnp.tril(jnp.ones((length, length), bool)), scores, -1e9)
    return jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(scores, axis=-1), value)


def orthogonalise(matrices: Array) -> Array:
    """Bring all singular values of a stack of wide matrices near 1, on tiles."""
    wanted = jax.ShapeDtypeStruct(matrices.shape, jnp.float32)
    found: Array = jax.ffi.ffi_call("inkwell_orthogonalise", wanted)(matrices)
    return found


def multiply(x: Array, matrix: Array, *, is_tiled: bool) -> Array:
    """Return `x` times a matrix; `x` may have several leading sides."""
    if not is_tiled:
        return x @ matrix
    flat = x.reshape(-1, x.shape[-1])
    return product(flat, matrix).reshape(*x.shape[:-1], matrix.shape[-1])
