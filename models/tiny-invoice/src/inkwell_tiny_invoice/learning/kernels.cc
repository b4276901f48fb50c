// Matrix products, causal attention and the optimiser's iteration in bfloat16 on AMX tiles, for XLA on CPUs that have them.
//
// XLA's own products use AVX-512 at best, some 90 GFLOP/s a core; AMX does several hundred. Inputs and
// results are float32; they are rounded to bfloat16 on their way into tiles, sums are float32.
// kernels.py compiles this file and gives it to JAX.
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "xla/ffi/api/ffi.h"

namespace ffi = xla::ffi;

namespace {

constexpr int64_t kSide = 16;    // rows of a tile, and columns of a tile of sums
constexpr int64_t kDepth = 32;   // bfloat16 numbers in a row of a tile
constexpr int64_t kTile = 1024;  // bytes of a tile
constexpr int kMostThreads = 8;

// XLA may make calls side by side. One call at a time takes all cores, and its memory stays warm.
std::mutex one_call;

struct alignas(64) Configuration {
  uint8_t palette = 1, start = 0, reserved[14] = {};
  uint16_t bytes[16] = {};
  uint8_t rows[16] = {};
};

bool AllowTiles() {
  constexpr int kRequest = 0x1023, kTileData = 18;
  return syscall(SYS_arch_prctl, kRequest, kTileData) == 0;
}

void Configure() {
  static const bool allowed = AllowTiles();
  (void)allowed;
  Configuration c;
  for (int i = 0; i < 8; ++i) {
    c.bytes[i] = 64;
    c.rows[i] = kSide;
  }
  _tile_loadconfig(&c);
}

int Threads() {
  static const int count = std::clamp<int>(std::thread::hardware_concurrency(), 1, kMostThreads);
  return count;
}

// Runs body(thread, first, last) over [0, count) on all cores; a unit is never divided.
void Parallel(int64_t count, int64_t unit, const std::function<void(int64_t, int64_t, int64_t)>& body) {
  const int64_t units = (count + unit - 1) / unit;
  const int64_t threads = std::min<int64_t>(Threads(), units);
  auto run = [&](int64_t t) {
    Configure();
    body(t, std::min(units * t / threads * unit, count), std::min(units * (t + 1) / threads * unit, count));
    _tile_release();
  };
  std::vector<std::thread> others;
  for (int64_t t = 1; t < threads; ++t) others.emplace_back(run, t);
  run(0);
  for (auto& thread : others) thread.join();
}

// A matrix somewhere in memory.
struct View {
  const float* data;
  int64_t row, column;  // strides, in numbers; one of them is 1
};

inline __m512i Rounded(__m512 x) {
  const __m512i bits = _mm512_castps_si512(x);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  return _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
}

// Pairs (low[i], high[i]) of bfloat16 in 16 lanes.
inline __m512i Pairs(__m512 low, __m512 high) {
  return _mm512_or_si512(_mm512_srli_epi32(Rounded(low), 16),
                         _mm512_and_si512(Rounded(high), _mm512_set1_epi32(0xffff0000)));
}

inline __m512i Narrow(const float* p, int64_t count) {
  const auto first = count >= 16 ? __mmask16(0xffff) : __mmask16((1u << std::max<int64_t>(count, 0)) - 1);
  const auto second = count >= 32 ? __mmask16(0xffff) : __mmask16((1u << std::max<int64_t>(count - 16, 0)) - 1);
  const __m512 a = _mm512_maskz_loadu_ps(first, p), b = _mm512_maskz_loadu_ps(second, p + 16);
  return (__m512i)_mm512_cvtne2ps_pbh(b, a);
}

inline void Transpose(const uint32_t* from, uint32_t* to) {
  const __m512i step = _mm512_setr_epi32(0, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240);
  for (int i = 0; i < kSide; ++i) _mm512_store_si512(to + 16 * i, _mm512_i32gather_epi32(step, from + i, 4));
}

// A tile whose rows run along the depth, from numbers that lie side by side along it.
inline void Along(const float* p, int64_t stride, int64_t rows, int64_t depth, uint32_t* tile) {
  for (int64_t r = 0; r < kSide; ++r)
    _mm512_store_si512(tile + 16 * r, r < rows ? Narrow(p + r * stride, depth) : _mm512_setzero_si512());
}

// A tile of pairs, from numbers that lie side by side across the depth.
inline void Across(const float* p, int64_t stride, int64_t columns, int64_t depth, uint32_t* tile) {
  const auto mask = columns >= 16 ? __mmask16(0xffff) : __mmask16((1u << columns) - 1);
  for (int64_t r = 0; r < kSide; ++r) {
    const __m512 low = 2 * r < depth ? _mm512_maskz_loadu_ps(mask, p + 2 * r * stride) : _mm512_setzero_ps();
    const __m512 high = 2 * r + 1 < depth ? _mm512_maskz_loadu_ps(mask, p + (2 * r + 1) * stride) : _mm512_setzero_ps();
    _mm512_store_si512(tile + 16 * r, Pairs(low, high));
  }
}

struct alignas(64) Scratch {
  uint32_t words[256];
};

// Tiles of the left factor (rows by depth), those of one row of tiles side by side.
void PackLeft(View a, int64_t rows, int64_t depth, int64_t first, int64_t last, uint8_t* out) {
  const int64_t deep = (depth + kDepth - 1) / kDepth;
  Scratch scratch;
  for (int64_t r = first / kSide; r * kSide < last; ++r)
    for (int64_t d = 0; d < deep; ++d) {
      auto* tile = reinterpret_cast<uint32_t*>(out + (r * deep + d) * kTile);
      const float* p = a.data + r * kSide * a.row + d * kDepth * a.column;
      const int64_t height = std::min(kSide, rows - r * kSide), length = std::min(kDepth, depth - d * kDepth);
      if (a.column == 1) {
        Along(p, a.row, height, length, tile);
      } else {
        Across(p, a.column, height, length, scratch.words);
        Transpose(scratch.words, tile);
      }
    }
}

// Tiles of the right factor (depth by columns), those of one column of tiles side by side.
void PackRight(View b, int64_t depth, int64_t columns, int64_t first, int64_t last, uint8_t* out) {
  const int64_t deep = (depth + kDepth - 1) / kDepth;
  Scratch scratch;
  for (int64_t c = first / kSide; c * kSide < last; ++c)
    for (int64_t d = 0; d < deep; ++d) {
      auto* tile = reinterpret_cast<uint32_t*>(out + (c * deep + d) * kTile);
      const float* p = b.data + d * kDepth * b.row + c * kSide * b.column;
      const int64_t width = std::min(kSide, columns - c * kSide), length = std::min(kDepth, depth - d * kDepth);
      if (b.column == 1) {
        Across(p, b.row, width, length, tile);
      } else {
        Along(p, b.column, width, length, scratch.words);
        Transpose(scratch.words, tile);
      }
    }
}

// Two rows and one or two columns of tiles: sums over the tiles [from, to) of the depth.
inline void Block(const uint8_t* a, const uint8_t* b, int64_t deep, int64_t from, int64_t to, bool two,
                  float* c, int64_t stride) {
  _tile_zero(0);
  _tile_zero(2);
  if (two) {
    _tile_zero(1);
    _tile_zero(3);
  }
  for (int64_t d = from; d < to; ++d) {
    _tile_loadd(4, a + d * kTile, 64);
    _tile_loadd(6, b + d * kTile, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(5, a + (deep + d) * kTile, 64);
    _tile_dpbf16ps(2, 5, 6);
    if (two) {
      _tile_loadd(7, b + (deep + d) * kTile, 64);
      _tile_dpbf16ps(1, 4, 7);
      _tile_dpbf16ps(3, 5, 7);
    }
  }
  _tile_stored(0, c, stride * 4);
  _tile_stored(2, c + kSide * stride, stride * 4);
  if (two) {
    _tile_stored(1, c + kSide, stride * 4);
    _tile_stored(3, c + kSide * stride + kSide, stride * 4);
  }
}

enum class Span { kAll, kUntil, kFrom };  // of the depth: all; up to the diagonal; from it on

// Rows [first, last) of a product; rows and columns are multiples of 32 and 16.
void Multiply(const uint8_t* a, const uint8_t* b, int64_t first, int64_t last, int64_t columns, int64_t depth,
              Span span, bool is_lower, float* c, int64_t stride) {
  const int64_t deep = (depth + kDepth - 1) / kDepth, wide = columns / kSide;
  for (int64_t r = first / kSide; r < last / kSide; r += 2) {
    const int64_t from = span == Span::kFrom ? r / 2 : 0, to = span == Span::kUntil ? r / 2 + 1 : deep;
    const int64_t end = is_lower ? std::min(wide, r + 2) : wide;
    for (int64_t n = 0; n < end; n += 2)
      Block(a + r * deep * kTile, b + n * deep * kTile, deep, from, to, n + 1 < end,
            c + r * kSide * stride + n * kSide, stride);
  }
}

// Memory that a thread keeps, a multiple of tiles.
uint8_t* Keep(std::vector<uint8_t>& memory, int64_t bytes) {
  if (static_cast<int64_t>(memory.size()) < bytes + 64) memory.resize(bytes + 64);
  return reinterpret_cast<uint8_t*>((reinterpret_cast<uintptr_t>(memory.data()) + 63) / 64 * 64);
}

int64_t TilesOf(int64_t rows, int64_t depth) {
  return (rows + kSide - 1) / kSide * ((depth + kDepth - 1) / kDepth) * kTile;
}

ffi::Error Product(ffi::Buffer<ffi::F32> a, ffi::Buffer<ffi::F32> b, bool a_turned, bool b_turned,
                   ffi::ResultBuffer<ffi::F32> c) {
  const auto of_a = a.dimensions(), of_c = c->dimensions();
  const int64_t rows = of_c[0], columns = of_c[1], depth = a_turned ? of_a[0] : of_a[1];
  const View left = a_turned ? View{a.typed_data(), 1, rows} : View{a.typed_data(), depth, 1};
  const View right = b_turned ? View{b.typed_data(), 1, depth} : View{b.typed_data(), columns, 1};
  const std::lock_guard<std::mutex> alone(one_call);
  static std::vector<uint8_t> memory_a, memory_b;
  uint8_t* tiles_a = Keep(memory_a, TilesOf(rows, depth));
  uint8_t* tiles_b = Keep(memory_b, TilesOf(columns, depth));
  Parallel(rows, kSide, [&](int64_t, int64_t i, int64_t j) { PackLeft(left, rows, depth, i, j, tiles_a); });
  Parallel(columns, kSide, [&](int64_t, int64_t i, int64_t j) { PackRight(right, depth, columns, i, j, tiles_b); });
  Parallel(rows, 2 * kSide, [&](int64_t, int64_t i, int64_t j) {
    Multiply(tiles_a, tiles_b, i, j, columns, depth, Span::kAll, false, c->typed_data(), columns);
  });
  return ffi::Error::Success();
}

inline __m512 Exp(__m512 x) {
  x = _mm512_max_ps(x, _mm512_set1_ps(-87.0f));
  const __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.442695041f)), 0);
  const __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693147181f), x);
  __m512 p = _mm512_set1_ps(1.0f / 120);
  for (float f : {1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f}) p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(f));
  return _mm512_scalef_ps(p, n);
}

// Turns row `t` of scores into probabilities; what lies after the row's own place becomes 0.
void Softmax(float* row, int64_t t, float scale) {
  __m512 most = _mm512_set1_ps(-1e30f);
  const int64_t end = (t / kDepth + 1) * kDepth;
  for (int64_t j = t + 1; j < end; ++j) row[j] = -1e30f;
  for (int64_t j = 0; j < end; j += 16) most = _mm512_max_ps(most, _mm512_loadu_ps(row + j));
  const __m512 top = _mm512_set1_ps(_mm512_reduce_max_ps(most)), by = _mm512_set1_ps(scale);
  __m512 sum = _mm512_setzero_ps();
  for (int64_t j = 0; j < end; j += 16) {
    const __m512 e = Exp(_mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(row + j), top), by));
    sum = _mm512_add_ps(sum, e);
    _mm512_storeu_ps(row + j, e);
  }
  const __m512 share = _mm512_set1_ps(1.0f / _mm512_reduce_add_ps(sum));
  for (int64_t j = 0; j < end; j += 16) _mm512_storeu_ps(row + j, _mm512_mul_ps(_mm512_loadu_ps(row + j), share));
  for (int64_t j = t + 1; j < end; ++j) row[j] = 0.0f;
}

// RoPE by rotated halves, forth or back, of places by width numbers; `sign` is 1 or -1.
void Turn(const float* from, int64_t from_stride, float* to, int64_t to_stride, const float* cosine,
          const float* sine, int64_t length, int64_t width, float sign) {
  const int64_t half = width / 2;
  for (int64_t t = 0; t < length; ++t) {
    const float *x = from + t * from_stride, *c = cosine + t * half, *s = sine + t * half;
    float* y = to + t * to_stride;
    for (int64_t j = 0; j < half; ++j) {
      const float a = x[j], b = x[j + half];
      y[j] = a * c[j] - sign * b * s[j];
      y[j + half] = b * c[j] + sign * a * s[j];
    }
  }
}

// What one head of one row of the batch needs; queries, keys and values lie as [row, place, head, width].
struct Head {
  int64_t length, width, stride;
  float scale;
  std::vector<uint8_t> memory[4];
  const float *cosine, *sine;
  std::vector<float> scores, slopes, query, key, slope;

  void Probabilities(const float* q, const float* k) {
    scores.resize(length * length);
    query.resize(length * width);
    key.resize(length * width);
    Turn(q, stride, query.data(), width, cosine, sine, length, width, 1.0f);
    Turn(k, stride, key.data(), width, cosine, sine, length, width, 1.0f);
    uint8_t* a = Keep(memory[0], TilesOf(length, width));
    uint8_t* b = Keep(memory[1], TilesOf(length, width));
    PackLeft({query.data(), width, 1}, length, width, 0, length, a);
    PackRight({key.data(), 1, width}, width, length, 0, length, b);
    Multiply(a, b, 0, length, length, width, Span::kAll, true, scores.data(), length);
    for (int64_t t = 0; t < length; ++t) Softmax(&scores[t * length], t, scale);
  }

  // out = weights (or weights turned) times values
  void Apply(const std::vector<float>& weights, bool turned, const float* values, int64_t from, float* out,
             int64_t to) {
    uint8_t* a = Keep(memory[2], TilesOf(length, length));
    uint8_t* b = Keep(memory[3], TilesOf(width, length));
    const View view = turned ? View{weights.data(), 1, length} : View{weights.data(), length, 1};
    PackLeft(view, length, length, 0, length, a);
    PackRight({values, from, 1}, length, width, 0, width, b);
    Multiply(a, b, 0, length, width, length, turned ? Span::kFrom : Span::kUntil, false, out, to);
  }

  // The slope of turned queries or keys, turned back.
  void ApplyBack(bool turned, const float* values, float* out) {
    slope.resize(length * width);
    Apply(slopes, turned, values, width, slope.data(), width);
    Turn(slope.data(), width, out, stride, cosine, sine, length, width, -1.0f);
  }

  void Slopes(const float* v, const float* dout) {
    slopes.resize(length * length);
    uint8_t* a = Keep(memory[0], TilesOf(length, width));
    uint8_t* b = Keep(memory[1], TilesOf(length, width));
    PackLeft({dout, stride, 1}, length, width, 0, length, a);
    PackRight({v, 1, stride}, width, length, 0, length, b);
    Multiply(a, b, 0, length, length, width, Span::kAll, true, slopes.data(), length);
    for (int64_t t = 0; t < length; ++t) {
      float *d = &slopes[t * length], *p = &scores[t * length];
      const int64_t end = (t / kDepth + 1) * kDepth;
      __m512 sum = _mm512_setzero_ps();
      for (int64_t j = 0; j < end; j += 16)
        sum = _mm512_fmadd_ps(_mm512_loadu_ps(d + j), _mm512_loadu_ps(p + j), sum);
      const __m512 mean = _mm512_set1_ps(_mm512_reduce_add_ps(sum)), by = _mm512_set1_ps(scale);
      for (int64_t j = 0; j < end; j += 16)
        _mm512_storeu_ps(d + j, _mm512_mul_ps(_mm512_mul_ps(_mm512_loadu_ps(p + j), by),
                                              _mm512_sub_ps(_mm512_loadu_ps(d + j), mean)));
    }
  }
};

template <typename Body>
void EachHead(ffi::Buffer<ffi::F32>& q, ffi::Buffer<ffi::F32>& cosine, ffi::Buffer<ffi::F32>& sine,
              const Body& body) {
  const auto d = q.dimensions();  // rows, places, heads, width
  const std::lock_guard<std::mutex> alone(one_call);
  static Head heads[kMostThreads];
  Parallel(d[0] * d[2], 1, [&](int64_t thread, int64_t first, int64_t last) {
    Head& head = heads[thread];
    head.length = d[1];
    head.width = d[3];
    head.cosine = cosine.typed_data();
    head.sine = sine.typed_data();
    head.stride = d[2] * d[3];
    head.scale = 1.0f / std::sqrt(static_cast<float>(d[3]));
    for (int64_t i = first; i < last; ++i)
      body(head, i / d[2] * d[1] * head.stride + i % d[2] * d[3]);
  });
}

ffi::Error Attend(ffi::Buffer<ffi::F32> q, ffi::Buffer<ffi::F32> k, ffi::Buffer<ffi::F32> v,
                  ffi::Buffer<ffi::F32> cosine, ffi::Buffer<ffi::F32> sine, ffi::ResultBuffer<ffi::F32> out) {
  EachHead(q, cosine, sine, [&](Head& head, int64_t at) {
    head.Probabilities(q.typed_data() + at, k.typed_data() + at);
    head.Apply(head.scores, false, v.typed_data() + at, head.stride, out->typed_data() + at, head.stride);
  });
  return ffi::Error::Success();
}

ffi::Error AttendBack(ffi::Buffer<ffi::F32> q, ffi::Buffer<ffi::F32> k, ffi::Buffer<ffi::F32> v,
                      ffi::Buffer<ffi::F32> cosine, ffi::Buffer<ffi::F32> sine, ffi::Buffer<ffi::F32> dout,
                      ffi::ResultBuffer<ffi::F32> dq, ffi::ResultBuffer<ffi::F32> dk,
                      ffi::ResultBuffer<ffi::F32> dv) {
  EachHead(q, cosine, sine, [&](Head& head, int64_t at) {
    head.Probabilities(q.typed_data() + at, k.typed_data() + at);
    head.Slopes(v.typed_data() + at, dout.typed_data() + at);
    head.Apply(head.scores, true, dout.typed_data() + at, head.stride, dv->typed_data() + at, head.stride);
    head.ApplyBack(false, head.key.data(), dq->typed_data() + at);
    head.ApplyBack(true, head.query.data(), dk->typed_data() + at);
  });
  return ffi::Error::Success();
}

// One of a stack of matrices with all its singular values brought near 1: five rounds of Newton-Schulz.
struct Orthogonal {
  std::vector<uint8_t> memory[2];
  std::vector<float> square, cubic, moved;

  // c = a times b; every side is a multiple of 32.
  void Times(View a, View b, int64_t rows, int64_t depth, int64_t columns, float* c) {
    uint8_t* left = Keep(memory[0], TilesOf(rows, depth));
    uint8_t* right = Keep(memory[1], TilesOf(columns, depth));
    PackLeft(a, rows, depth, 0, rows, left);
    PackRight(b, depth, columns, 0, columns, right);
    Multiply(left, right, 0, rows, columns, depth, Span::kAll, false, c, columns);
  }

  void Run(const float* from, float* x, int64_t rows, int64_t columns) {
    const int64_t size = rows * columns;
    square.resize(rows * rows);
    cubic.resize(rows * rows);
    moved.resize(size);
    float sum = 0;
    for (int64_t i = 0; i < size; ++i) sum += from[i] * from[i];
    const float share = 1.0f / (std::sqrt(sum) + 1e-7f);
    for (int64_t i = 0; i < size; ++i) x[i] = from[i] * share;
    for (int round = 0; round < 5; ++round) {
      Times({x, columns, 1}, {x, 1, columns}, rows, columns, rows, square.data());
      Times({square.data(), rows, 1}, {square.data(), rows, 1}, rows, rows, rows, cubic.data());
      for (int64_t i = 0; i < rows * rows; ++i) cubic[i] = -4.7750f * square[i] + 2.0315f * cubic[i];
      Times({cubic.data(), rows, 1}, {x, columns, 1}, rows, rows, columns, moved.data());
      for (int64_t i = 0; i < size; ++i) x[i] = 3.4445f * x[i] + moved[i];
    }
  }
};

ffi::Error Orthogonalise(ffi::Buffer<ffi::F32> from, ffi::ResultBuffer<ffi::F32> to) {
  const std::lock_guard<std::mutex> alone(one_call);
  static Orthogonal workers[kMostThreads];
  const auto d = from.dimensions();  // matrices, rows, columns; no more rows than columns
  Parallel(d[0], 1, [&](int64_t thread, int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i)
      workers[thread].Run(from.typed_data() + i * d[1] * d[2], to->typed_data() + i * d[1] * d[2], d[1], d[2]);
  });
  return ffi::Error::Success();
}

}  // namespace

using Matrix = ffi::Buffer<ffi::F32>;
XLA_FFI_DEFINE_HANDLER_SYMBOL(product, Product,
                              ffi::Ffi::Bind().Arg<Matrix>().Arg<Matrix>().Attr<bool>("a_turned").Attr<bool>(
                                  "b_turned").Ret<Matrix>());
XLA_FFI_DEFINE_HANDLER_SYMBOL(
    attend, Attend,
    ffi::Ffi::Bind().Arg<Matrix>().Arg<Matrix>().Arg<Matrix>().Arg<Matrix>().Arg<Matrix>().Ret<Matrix>());
XLA_FFI_DEFINE_HANDLER_SYMBOL(attend_back, AttendBack,
                              ffi::Ffi::Bind()
                                  .Arg<Matrix>()
                                  .Arg<Matrix>()
                                  .Arg<Matrix>()
                                  .Arg<Matrix>()
                                  .Arg<Matrix>()
                                  .Arg<Matrix>()
                                  .Ret<Matrix>()
                                  .Ret<Matrix>()
                                  .Ret<Matrix>());
XLA_FFI_DEFINE_HANDLER_SYMBOL(orthogonalise, Orthogonalise, ffi::Ffi::Bind().Arg<Matrix>().Ret<Matrix>());
