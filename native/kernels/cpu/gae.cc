#include "kernels/gae.h"

#include <algorithm>
#include <array>
#include <limits>

namespace querl {
namespace {

// Sequences that are walked at once: a token waits for the one behind it, so a single sequence
// would leave the processor idle for most of an addition's and a multiplication's latency. Not more
// of them: sequences of 4096 tokens would then push each other's five streams out of the L1 cache.
constexpr size_t kWalks = 2;
// Sequences of one task, and the tokens below which it takes more of them.
constexpr int64_t kTaskSequences = 16;
constexpr int64_t kTaskTokens = 8192;

// Where the walk through a sequence has come to: `at` is one past the next token, `begin` its last.
struct Walk {
  int64_t begin = 0;
  int64_t at = 0;
  GaeState state;
};

struct Outputs {
  float* advantages;
  float* returns;
};

template <bool kMasked>
inline void step(const GaeBatch& batch, double gamma, double gamma_lambda, const Outputs& out,
                 int64_t t, GaeState& state) {
  // A branch on purpose: tokens are masked in runs, and a selection would make each wait for the
  // arithmetic of the one behind it (2.5 times slower over runs, as fast over random bits).
  if (kMasked && batch.mask[t] == 0) {
    out.advantages[t] = out.returns[t] = 0.f;
    return;
  }
  state = gae_step(state, batch.rewards[t], batch.values[t], gamma, gamma_lambda);
  out.advantages[t] = static_cast<float>(state.advantage);
  out.returns[t] = static_cast<float>(state.advantage + state.value);
}

// Takes `steps` tokens of each walk, of which each has as many.
template <bool kMasked>
void advance(const GaeBatch& batch, double gamma, double gamma_lambda, const Outputs& out,
             int64_t steps, std::array<Walk, kWalks>& walks) {
  std::array<Walk, kWalks> own = walks;
  for (int64_t s = 1; s <= steps; ++s)
    for (Walk& walk : own) step<kMasked>(batch, gamma, gamma_lambda, out, walk.at - s, walk.state);
  for (Walk& walk : own) walk.at -= steps;
  walks = own;
}

// The sequences [first, end), kWalks at a time: whichever is done makes room for the next one.
template <bool kMasked>
void walk_sequences(const GaeBatch& batch, const GaeOptions& options, const Outputs& out,
                    int64_t first, int64_t end) {
  const double gamma = options.gamma, gamma_lambda = options.gamma * options.lambda;
  std::array<Walk, kWalks> walks{};
  const auto refill = [&](Walk& walk) {
    while (walk.at == walk.begin && first < end) {
      walk = {batch.offsets[first], batch.offsets[first + 1], {}};
      ++first;
    }
    return walk.at - walk.begin;
  };
  for (;;) {
    int64_t least = std::numeric_limits<int64_t>::max();
    for (Walk& walk : walks) least = std::min(least, refill(walk));
    if (least == 0) break;
    advance<kMasked>(batch, gamma, gamma_lambda, out, least, walks);
  }
  for (Walk& walk : walks)
    while (walk.at > walk.begin)
      step<kMasked>(batch, gamma, gamma_lambda, out, --walk.at, walk.state);
}

}  // namespace

void gae(const GaeBatch& batch, const GaeOptions& options, float* advantages, float* returns,
         Parallel& parallel) {
  const int64_t sequences = batch.sequences;
  if (sequences == 0) return;
  const int64_t tokens = batch.offsets[sequences] - batch.offsets[0];
  const int64_t fair = (sequences + parallel.threads() - 1) / parallel.threads();
  const int64_t many = kTaskTokens * sequences / std::max<int64_t>(tokens, 1);
  const int64_t size = std::max(std::min(fair, kTaskSequences), many);
  const Outputs out{advantages, returns};
  parallel.run((sequences + size - 1) / size, [&](int64_t task, int) {
    const int64_t first = task * size, end = std::min(sequences, first + size);
    if (batch.mask != nullptr)
      walk_sequences<true>(batch, options, out, first, end);
    else
      walk_sequences<false>(batch, options, out, first, end);
  });
}

}  // namespace querl
