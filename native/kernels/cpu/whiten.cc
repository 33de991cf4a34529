#include "kernels/whiten.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/cpu/whiten_tables.h"

namespace querl {
namespace {

int64_t chunks(int64_t count) { return (count + kMomentsChunk - 1) / kMomentsChunk; }

const uint8_t* behind(const uint8_t* mask, int64_t at) {
  return mask != nullptr ? mask + at : nullptr;
}

// Chunks of one task: enough to be worth a wake-up.
constexpr int64_t kTaskChunks = 8;

// Calls work(chunk, first, size) for each chunk of `count` numbers.
template <class Work>
void for_chunks(int64_t count, Parallel& parallel, const Work& work) {
  const int64_t all = chunks(count);
  parallel.run((all + kTaskChunks - 1) / kTaskChunks, [&](int64_t task, int) {
    const int64_t end = std::min(all, (task + 1) * kTaskChunks);
    for (int64_t chunk = task * kTaskChunks; chunk < end; ++chunk) {
      const int64_t first = chunk * kMomentsChunk;
      work(chunk, first, std::min(kMomentsChunk, count - first));
    }
  });
}

}  // namespace

const WhitenKernels& whiten_kernels(Isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case Isa::kAvx512:
      return kWhitenAvx512;
    case Isa::kAvx2:
      return kWhitenAvx2;
#endif
    default:
      return kWhitenPortable;
  }
}

Moments masked_moments(const float* values, const uint8_t* mask, int64_t count,
                       Parallel& parallel) {
  const WhitenKernels& kernels = whiten_kernels(best_isa());
  std::vector<Moments> parts(static_cast<size_t>(chunks(count)));
  for_chunks(count, parallel, [&](int64_t chunk, int64_t first, int64_t size) {
    parts[static_cast<size_t>(chunk)] = kernels.moments(values + first, behind(mask, first), size);
  });
  Moments total;
  for (const Moments& part : parts) total = merge(total, part);
  return total;
}

Moments whiten(const float* values, const uint8_t* mask, int64_t count,
               const WhitenOptions& options, float* out, Parallel& parallel) {
  const WhitenKernels& kernels = whiten_kernels(best_isa());
  const Moments moments = masked_moments(values, mask, count, parallel);
  const double scale = moments.count < 2 ? 0 : 1 / std::sqrt(variance(moments) + options.epsilon);
  const double shift = options.shift_mean ? 0 : moments.mean;
  for_chunks(count, parallel, [&](int64_t, int64_t first, int64_t size) {
    kernels.rescale(values + first, behind(mask, first), size, moments.mean, scale, shift,
                    out + first);
  });
  return moments;
}

}  // namespace querl
