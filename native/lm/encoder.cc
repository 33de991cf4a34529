#include "lm/encoder.h"

#include <algorithm>

#include "lm/errors.h"

namespace querl {
namespace {

// Tokens that go through the layers together on one thread: more amortise the reading of the
// weights, fewer keep their activations in the second-level cache.
constexpr int64_t kBlockTokens = 512;
constexpr int64_t kTileBlockTokens = 384;       // bfloat16 by tiles
constexpr int64_t kSplitTileBlockTokens = 256;  // fp32 by tiles, three times as large
// With fewer tokens for each thread, the threads share the reading of the weights instead.
constexpr int64_t kOwnTokens = 128;

}  // namespace

Encoder::Encoder(const EncoderConfig& config, const EncoderOptions& options)
    : weights_(config, options.type),
      kernels_(options.type, options.isa),
      pool_(options.threads),
      team_(options.threads),
      shared_(weights_, kernels_, options.threads) {
  for (int thread = 0; thread < options.threads; ++thread)
    own_.push_back(std::make_unique<EncoderBlock>(weights_, kernels_, 1));
}

void Encoder::check(const EncoderBatch& batch, const EncoderRequest& request) const {
  const auto refuse = [](const char* problem) { throw Error("ERR_QUERL_ARGUMENT", problem); };
  if (request.labels && config().labels == 0) refuse("The encoder has no classifier.");
  if (batch.offsets[0] != 0) refuse("The first offset is not 0.");
  for (int64_t text = 0; text < batch.texts; ++text) {
    const int64_t tokens = batch.offsets[text + 1] - batch.offsets[text];
    if (tokens < 1 || tokens > config().max_tokens())
      refuse("A text has no token, or more than the encoder has positions.");
  }
  for (int64_t i = 0; i < batch.offsets[batch.texts]; ++i) {
    if (batch.tokens[i] < 0 || batch.tokens[i] >= config().vocab_size)
      refuse("A token id is outside of the vocabulary.");
    if (batch.token_types != nullptr && config().token_types > 0 &&
        batch.token_types[i] >= config().token_types)
      refuse("There is no such token type.");
  }
}

// Texts in runs of about equally many tokens, for each thread equally many runs.
std::vector<int64_t> Encoder::cuts_of(const EncoderBatch& batch) const {
  const int64_t tokens = batch.offsets[batch.texts], threads = pool_.threads();
  const int64_t most = kernels_.tiles == nullptr                ? kBlockTokens
                       : weights_.type() == FloatType::kFloat32 ? kSplitTileBlockTokens
                                                                : kTileBlockTokens;
  const int64_t rounds = std::max<int64_t>(1, (tokens + most * threads - 1) / (most * threads));
  const int64_t blocks = rounds * threads;
  std::vector<int64_t> cuts{0};
  for (int64_t text = 1; text < batch.texts; ++text) {
    // Where the middle of the text is in the next block.
    const int64_t middle = (batch.offsets[text] + batch.offsets[text + 1]) / 2;
    if (middle * blocks / tokens >= static_cast<int64_t>(cuts.size())) cuts.push_back(text);
  }
  cuts.push_back(batch.texts);
  return cuts;
}

void Encoder::run(const EncoderBatch& batch, const EncoderRequest& request,
                  const std::stop_token& stop) {
  if (batch.texts == 0) return;
  if (!weights_.finished())
    throw Error("ERR_QUERL_ARGUMENT", "The encoder's weights are not loaded yet.");
  const int64_t tokens = batch.offsets[batch.texts];
  if (pool_.threads() > 1 && (batch.texts == 1 || tokens < kOwnTokens * pool_.threads())) {
    // A text may be as long as it likes; many texts are few tokens here.
    shared_.load(batch, 0, batch.texts, request);
    team_.run([&](int thread) { shared_.run({thread, team_.threads(), &team_}, stop); });
  } else {
    const std::vector<int64_t> cuts = cuts_of(batch);
    pool_.run(static_cast<int64_t>(cuts.size()) - 1, [&](int64_t task, int thread) {
      EncoderBlock& block = *own_[static_cast<size_t>(thread)];
      const auto at = static_cast<size_t>(task);
      block.load(batch, cuts[at], cuts[at + 1], request);
      block.run({}, stop);
    });
  }
  if (stop.stop_requested()) throw Cancelled();
}

}  // namespace querl
