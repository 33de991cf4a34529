#include "kernels/cuda/sample.cuh"

#include <cuda_runtime.h>

#include "kernels/cuda/bfloat16.cuh"
#include "kernels/cuda/block_counts.cuh"
#include "kernels/philox.h"
#include "kernels/sample_mass.h"

namespace querl {
namespace {

// Logits that a thread asks for before it looks at the first.
constexpr int kBatch = 8;

// What the threads of a block share, for one row.
struct Shared {
  // How much there is of each value of a digit, as two words each: 64-bit additions to shared
  // memory are loops of comparisons, 32-bit ones are not.
  uint32_t low[kMostDigitValues];
  uint32_t high[kMostDigitValues];
  uint64_t of_warps[kCountWarps];
  float max_of_warps[kCountWarps];
  uint32_t place_of_warps[kCountWarps];
  uint64_t above;    // the digit's chosen value: what lies above it,
  uint64_t content;  // how much it has,
  uint32_t value;    // and itself
};

// A row's logits and, once its maximum is known, its weights.
template <class Element>
struct Row {
  const Element* logits;
  uint32_t n;              // below 2^31: ids are int32
  const uint32_t* banned;  // a bit for each id; null: none is
  float scale;             // 1 / temperature
  uint64_t unit;
  float max = 0.f;

  __device__ bool is_banned(uint32_t id) const {
    return banned != nullptr && (banned[id / 32] >> (id % 32) & 1) != 0;
  }
  __device__ float weight(float logit) const { return expf((logit - max) * scale); }
  __device__ uint64_t mass(float weight) const { return mass_of(weight, unit); }
};

// Calls work(id, logit) for this thread's share of the ids in [begin, end), which `threads` take in
// turns, `first` being its own number.
template <class Element, class Work>
__device__ void for_logits(const Row<Element>& row, uint32_t begin, uint32_t end, uint32_t first,
                           uint32_t threads, const Work& work) {
  for (uint32_t id = begin + first; id < end; id += kBatch * threads) {
    float logits[kBatch];
#pragma unroll
    for (int b = 0; b < kBatch; ++b) {
      const uint32_t at = id + b * threads;
      logits[b] = at < end ? widened(row.logits[at]) : 0.f;
    }
#pragma unroll
    for (int b = 0; b < kBatch; ++b)
      if (id + b * threads < end) work(id + b * threads, logits[b]);
  }
}

// As for_logits() over the whole row, without the banned ids: work(id, weight).
template <class Element, class Work>
__device__ void for_weights(const Row<Element>& row, uint32_t begin, uint32_t end, uint32_t first,
                            uint32_t threads, const Work& work) {
  for_logits(row, begin, end, first, threads, [&](uint32_t id, float logit) {
    if (!row.is_banned(id)) work(id, row.weight(logit));
  });
}

struct Best {
  float logit;
  uint32_t id;

  __device__ bool operator<(const Best& other) const {
    return logit < other.logit || (logit == other.logit && id > other.id);
  }
};

// The largest logit, the first of equals. False if a logit is NaN, also of a banned id, or
// infinite, or if there is none above -infinity: then there is nothing to draw from.
template <class Element>
__device__ bool find_best(const Row<Element>& row, Shared& shared, Best& best) {
  best = {-INFINITY, row.n};
  uint64_t broken = 0;
  for_logits(row, 0, row.n, threadIdx.x, kCountThreads, [&](uint32_t id, float logit) {
    broken += logit != logit;
    const Best own{logit, id};
    if (best < own && !row.is_banned(id)) best = own;
  });
  for (int width = kLanesOfWarp / 2; width > 0; width /= 2) {
    const Best other{__shfl_xor_sync(~0u, best.logit, width), __shfl_xor_sync(~0u, best.id, width)};
    if (best < other) best = other;
  }
  if (threadIdx.x % kLanesOfWarp == 0) {
    shared.max_of_warps[threadIdx.x / kLanesOfWarp] = best.logit;
    shared.place_of_warps[threadIdx.x / kLanesOfWarp] = best.id;
  }
  publish_warp_count(broken, shared.of_warps);  // and the two above, by its barrier
  for (int warp = 0; warp < kCountWarps; ++warp) {
    const Best other{shared.max_of_warps[warp], shared.place_of_warps[warp]};
    if (best < other) best = other;
  }
  broken = total_of(shared.of_warps);
  __syncthreads();  // of_warps was read
  return broken == 0 && best.logit < INFINITY && best.logit > -INFINITY;
}

// Fills the digit's table with what the cut keeps and the higher digits allow, and returns its
// total. `counted`: each weight is 1.
template <class Element>
__device__ uint64_t tabulate(const Row<Element>& row, Shared& shared, const WeightCut& cut,
                             bool counted, int digit, uint32_t higher) {
  const WeightDigit own = weight_digit(digit);
  const int above = digit > 0 ? weight_digit(digit - 1).shift : 31;
  for (int value = threadIdx.x; value < kMostDigitValues; value += kCountThreads)
    shared.low[value] = shared.high[value] = 0;
  __syncthreads();  // all is 0 before anyone adds
  uint64_t total = 0;
  for_weights(row, 0, row.n, threadIdx.x, kCountThreads, [&](uint32_t id, float weight) {
    FloatBits number;
    number.value = weight;
    if (!(weight > 0.f) || number.bits >> above != higher || !keeps(cut, weight, id)) return;
    const uint64_t amount = counted ? 1 : row.mass(weight);
    total += amount;
    const uint32_t value = number.bits >> own.shift & own.mask;
    const auto low = static_cast<uint32_t>(amount);
    const uint32_t old = atomicAdd(&shared.low[value], low);
    // Whoever sees the lower word pass its end carries: some thread does, for each time.
    const uint32_t high = static_cast<uint32_t>(amount >> 32) + (old + low < old ? 1u : 0u);
    if (high != 0) atomicAdd(&shared.high[value], high);
  });
  publish_warp_count(total, shared.of_warps);  // its barrier also ends the additions
  total = total_of(shared.of_warps);
  __syncthreads();  // of_warps was read
  return total;
}

// Finds the digit's value at which the sum from the highest value down reaches `need`, in
// [1, total]: sets shared.value, .above and .content.
__device__ inline void choose_value(Shared& shared, uint64_t need) {
  static_assert(kMostDigitValues == 2 * kCountThreads);
  const int first = kMostDigitValues - 1 - 2 * static_cast<int>(threadIdx.x);
  const auto amount = [&](int value) {
    return uint64_t{shared.high[value]} << 32 | shared.low[value];
  };
  const uint64_t one = amount(first), two = amount(first - 1);
  const uint64_t up_to = count_up_to_lane(one + two);
  publish_warp_count(one + two, shared.of_warps);
  uint64_t before = up_to - one - two;
  for (int warp = 0; warp < static_cast<int>(threadIdx.x) / kLanesOfWarp; ++warp)
    before += shared.of_warps[warp];
  if (before < need && need <= before + one + two) {  // one thread
    const bool is_first = need <= before + one;
    shared.value = static_cast<uint32_t>(is_first ? first : first - 1);
    shared.above = is_first ? before : before + one;
    shared.content = is_first ? one : two;
  }
  __syncthreads();  // the choice is there, and of_warps was read
}

// The first id at which the running sum of amount(id, weight) passes `target`, below its total,
// where target = target_of(total). The block's warps take a part of the row each; the part where
// the sum passes is divided again.
template <class Element, class Amount, class Target>
__device__ uint32_t first_past(const Row<Element>& row, Shared& shared, const Amount& amount,
                               const Target& target_of) {
  const uint32_t lane = threadIdx.x % kLanesOfWarp, warp = threadIdx.x / kLanesOfWarp;
  uint32_t begin = 0, end = row.n;
  uint64_t passed = 0, target = 0;
  for (bool is_whole = true;; is_whole = false) {
    const uint32_t part = (end - begin + kCountThreads - 1) / kCountThreads * kLanesOfWarp;
    // The last parts may be empty.
    const uint32_t from = begin + warp * part < end ? begin + warp * part : end;
    const uint32_t past = from + part < end ? from + part : end;
    uint64_t sum = 0;
    for_weights(row, from, past, lane, kLanesOfWarp,
                [&](uint32_t id, float weight) { sum += amount(id, weight); });
    publish_warp_count(sum, shared.of_warps);
    if (is_whole) target = target_of(total_of(shared.of_warps));
    uint32_t chosen = 0;
    while (chosen < kCountWarps - 1 && passed + shared.of_warps[chosen] <= target)
      passed += shared.of_warps[chosen++];
    __syncthreads();  // of_warps was read
    begin += chosen * part;
    end = begin + part < end ? begin + part : end;
    if (part == kLanesOfWarp) break;
  }
  // All warps find the same.
  uint64_t own = 0;
  if (begin + lane < end && !row.is_banned(begin + lane))
    own = amount(begin + lane, row.weight(widened(row.logits[begin + lane])));
  const unsigned past = __ballot_sync(~0u, passed + count_up_to_lane(own) > target);
  return begin + __ffs(past) - 1;
}

// The cut, beyond `cut`, that leaves the fewest of the largest weights, equals by their ids, which
// are top_k or hold top_p of their mass. `counted`: which of the two.
template <class Element>
__device__ WeightCut find_cut(const Row<Element>& row, Shared& shared, const WeightCut& cut,
                              const SampleOptions& options, bool counted) {
  uint32_t bits = 0;
  uint64_t need = 0;
  for (int digit = 0; digit < kWeightDigits; ++digit) {
    const uint64_t total = tabulate(row, shared, cut, counted, digit, bits);
    if (digit == 0) {
      need = counted ? static_cast<uint64_t>(options.top_k)
                     : least_mass(static_cast<double>(options.top_p), total);
      if (need > total) return cut;  // fewer tokens than top_k
    }
    choose_value(shared, need);
    need -= shared.above;
    const int width = digit == 0 ? 0 : weight_digit(digit - 1).shift - weight_digit(digit).shift;
    bits = bits << width | shared.value;
  }
  FloatBits least;
  least.bits = bits;
  const uint64_t each = counted ? 1 : row.mass(least.value);
  const uint64_t ties = (need + each - 1) / each;
  if (ties * each >= shared.content) return both(cut, {least.value, row.n});
  const uint32_t last = first_past(
      row, shared,
      [&](uint32_t id, float weight) -> uint64_t {
        return weight == least.value && keeps(cut, weight, id);
      },
      [&](uint64_t) { return ties - 1; });
  return both(cut, {least.value, last + 1});
}

template <class Element>
__device__ Sample sample_of(Row<Element>& row, Shared& shared, const SampleOptions& options,
                            double uniform) {
  Best best;
  if (!find_best(row, shared, best)) return {-1, NAN};
  row.max = best.logit;
  const bool greedy = options.temperature == 0.f;

  WeightCut cut{0.f, row.n};
  if (!greedy) {
    if (options.top_k > 0 && static_cast<uint32_t>(options.top_k) < row.n)
      cut = find_cut(row, shared, cut, options, true);
    if (options.top_p < 1.f) cut = find_cut(row, shared, cut, options, false);
    if (options.min_p > 0.f) cut = both(cut, {options.min_p, row.n});
  }

  // The first pass over the parts sees every token once: it also adds up what the filters dropped.
  uint64_t dropped = 0, left = 0;
  bool is_first = true;
  const uint32_t drawn = first_past(
      row, shared,
      [&](uint32_t id, float weight) -> uint64_t {
        const uint64_t mass = row.mass(weight);
        if (keeps(cut, weight, id)) return mass;
        dropped += is_first ? mass : 0;
        return 0;
      },
      [&](uint64_t total) {
        is_first = false;
        left = total;
        return mass_at(uniform, total);
      });
  publish_warp_count(dropped, shared.of_warps);
  dropped = total_of(shared.of_warps);

  const uint32_t id = greedy ? best.id : drawn;
  const uint64_t total = left + (options.truncated_logprob ? 0 : dropped);
  const double mass = static_cast<double>(total) / static_cast<double>(row.unit);
  const double apart = static_cast<double>(widened(row.logits[id])) - static_cast<double>(row.max);
  return {static_cast<int32_t>(id),
          static_cast<float>(apart * static_cast<double>(row.scale) - log(mass))};
}

// One block for each row.
template <class Element>
__global__ void __launch_bounds__(kCountThreads, 1)
    sample_rows(SampleRows rows, SampleOptions options, const uint32_t* banned, int32_t* ids,
                float* logprobs) {
  __shared__ Shared shared;
  const int64_t b = blockIdx.x;
  const float scale = options.temperature == 0.f ? 1.f : 1.f / options.temperature;
  Row<Element> row{static_cast<const Element*>(rows.logits) + b * rows.stride,
                   static_cast<uint32_t>(rows.vocab), banned, scale, mass_unit(rows.vocab)};
  const int64_t session = rows.sessions != nullptr ? rows.sessions[b] : b;
  const int64_t position = rows.positions != nullptr ? rows.positions[b] : 0;
  const Sample drawn = sample_of(
      row, shared, options,
      uniform_at(rows.seed, static_cast<uint64_t>(session), static_cast<uint64_t>(position)));
  if (threadIdx.x != 0) return;
  ids[b] = drawn.id;
  logprobs[b] = drawn.logprob;
}

template <class Element>
void launch_rows(const SampleRows& rows, const SampleOptions& options, const uint32_t* banned,
                 int32_t* ids, float* logprobs, cudaStream_t stream) {
  const auto blocks = static_cast<unsigned>(rows.rows);
  sample_rows<Element><<<blocks, kCountThreads, 0, stream>>>(rows, options, banned, ids, logprobs);
}

// The log-prob of a token under the temperature and the bans, as where it is drawn.
__device__ Sample score_of(Row<float>& row, Shared& shared, int32_t target) {
  Best best;
  if (!find_best(row, shared, best)) return {-1, NAN};
  row.max = best.logit;
  uint64_t sum = 0;
  for_weights(row, 0, row.n, threadIdx.x, kCountThreads,
              [&](uint32_t, float weight) { sum += row.mass(weight); });
  publish_warp_count(sum, shared.of_warps);
  const double mass =
      static_cast<double>(total_of(shared.of_warps)) / static_cast<double>(row.unit);
  if (row.is_banned(static_cast<uint32_t>(target))) return {target, -INFINITY};
  const double apart = static_cast<double>(row.logits[target]) - static_cast<double>(row.max);
  return {target, static_cast<float>(apart * static_cast<double>(row.scale) - log(mass))};
}

// One block for each row.
__global__ void __launch_bounds__(kCountThreads, 1)
    draw_rows(RowDraws rows, int64_t ban_words, DrawnRow* out) {
  __shared__ Shared shared;
  const int64_t b = blockIdx.x;
  const RowDraw draw = rows.draws[b];
  const float scale = draw.temperature == 0.f ? 1.f : 1.f / draw.temperature;
  Row<float> row{rows.logits + b * rows.stride, static_cast<uint32_t>(rows.vocab),
                 draw.bans < 0 ? nullptr : rows.bans + draw.bans * ban_words, scale,
                 mass_unit(rows.vocab)};
  Sample drawn;
  if (draw.target >= 0) {
    drawn = score_of(row, shared, draw.target);
  } else {
    SampleOptions options;
    options.temperature = draw.temperature;
    options.top_p = draw.top_p;
    options.top_k = draw.top_k;
    options.min_p = draw.min_p;
    drawn = sample_of(row, shared, options, draw.uniform);
  }
  if (threadIdx.x == 0) out[b] = {drawn.id, drawn.logprob};
}

constexpr int kBanThreads = 256;

__global__ void __launch_bounds__(kBanThreads)
    set_banned(const int32_t* ids, int64_t count, uint32_t* banned) {
  const int64_t i = int64_t{blockIdx.x} * kBanThreads + threadIdx.x;
  if (i < count) atomicOr(&banned[ids[i] / 32], uint32_t{1} << (ids[i] % 32));
}

}  // namespace

size_t sample_workspace_bytes(const SampleRows& rows, const SampleOptions& options) {
  if (options.banned_count == 0) return 0;
  return static_cast<size_t>((rows.vocab + 31) / 32) * sizeof(uint32_t);
}

cudaError_t sample_cuda(const SampleRows& rows, const SampleOptions& options, int32_t* ids,
                        float* logprobs, void* workspace, cudaStream_t stream) {
  if (rows.rows == 0) return cudaSuccess;
  uint32_t* banned = nullptr;
  if (options.banned_count > 0) {
    banned = static_cast<uint32_t*>(workspace);
    const cudaError_t error =
        cudaMemsetAsync(banned, 0, sample_workspace_bytes(rows, options), stream);
    if (error != cudaSuccess) return error;
    const auto blocks =
        static_cast<unsigned>((options.banned_count + kBanThreads - 1) / kBanThreads);
    set_banned<<<blocks, kBanThreads, 0, stream>>>(options.banned, options.banned_count, banned);
  }
  const auto start = rows.type == LogitsType::kFloat32 ? launch_rows<float> : launch_rows<Bfloat16>;
  start(rows, options, banned, ids, logprobs, stream);
  return cudaGetLastError();
}

cudaError_t draw_rows_cuda(const RowDraws& rows, DrawnRow* out, cudaStream_t stream) {
  if (rows.rows == 0) return cudaSuccess;
  const auto blocks = static_cast<unsigned>(rows.rows);
  draw_rows<<<blocks, kCountThreads, 0, stream>>>(rows, rows.ban_words(), out);
  return cudaGetLastError();
}

}  // namespace querl
