// Continuous sampling for many sessions.
//
// The sampler is a few shards. A shard is one thread that owns whole sessions and their KV pages,
// so no step waits for another thread. A forked session lives on its parent's shard and shares its
// full pages. Requests may be made from any thread; results come in batches from the shards'
// threads.
//
// What a session generates depends on its tokens, its options and the weights alone, bit for bit:
// not on other sessions, on forking, on how its tokens were appended, or on the number of threads.
//
// Memory. A turn is admitted to its shard, in the order in which turns were asked for, when its
// pages fit; until then it waits.
//   A pinned session (the default) is admitted with pages for all that its turn may sample, so that
// the turn never stops for lack of them, and keeps its pages between its turns, while a tool is
// called: they are not computed twice. One thing takes them: it waits for its next turn, none of
// the shard's sessions runs, and a session that has waited longer needs them to go on.
//   A session that is not pinned is admitted with pages for the tokens it has and takes one more
// where it needs one. Others may take its pages: while it is idle, all; while it generates, those
// that asked earlier. What it loses is computed again when it goes on, with the same bits while the
// weights are the same.
//   Where none runs, and none can because idle pinned sessions hold the pages, turns wait for those
// to go on, to be closed or unpinned; after SamplerOptions::stall_timeout they fail.
//
// A session may live across a change of the weights: the keys and values that it has computed stay
// as they are, unless it loses its pages. Close sessions before the step where this matters.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lm/decoder.h"
#include "lm/parameters.h"

namespace querl {

// The bytes of every token, for stop strings. offsets (V + 1) into bytes.
struct TokenBytes {
  std::string bytes;
  std::vector<uint32_t> offsets;
};

struct SamplerOptions {
  int64_t max_tokens = 262144;  // KV budget in tokens; each shard has an equal part, in pages of 32
  int64_t max_batch_tokens = 0;  // rows of one pass; 0: Decoder::pass_rows()
  // How long turns wait while idle pinned sessions hold the pages that they need and none runs.
  std::chrono::milliseconds stall_timeout{120'000};  // max(): for ever
};

struct GenerateOptions {
  int64_t max_tokens = 0;
  std::vector<std::string> stop;  // strings, matched on bytes; the turn ends behind the first match
  std::vector<int32_t> stop_ids;  // kept as the turn's last token
  std::vector<int32_t> banned;    // probability 0
  float temperature = 1.f;        // 0: greedy; else at least 1e-4
  float top_p = 1.f;
  int32_t top_k = 0;         // 0: all
  float min_p = 0.f;         // 0: all
  uint64_t seed = 0;         // the draw at a position depends on (seed, position) alone
  int32_t top_logprobs = 0;  // report so many of the most likely tokens at each position
  bool stream = false;       // report tokens as they come
};

enum class FinishReason { kStop, kStopId, kLength, kWindow, kAborted, kError };

// A finished turn, or, where `partial`, the tokens since the last report of a streamed one. The
// final event of a streamed turn holds all its tokens again, and each of them was in a partial
// event before.
struct TurnEvent {
  uint64_t request = 0;
  bool partial = false;
  std::vector<int32_t> ids;
  // Under the temperature (1 if it is 0) and the bans, before the filters.
  std::vector<float> logprobs;
  // (ids, top_logprobs) the most likely tokens and their log-probs, likewise; -1 and minus infinity
  // where bans leave none. Not of partial events.
  std::vector<int32_t> top_ids;
  std::vector<float> top_logprobs;
  FinishReason reason = FinishReason::kLength;
  int32_t stop_index = -1;     // which stop string or stop id matched
  int64_t policy_version = 0;  // of the weights that sampled the last token
  // kError: ERR_QUERL_DIVERGED (logits that are not finite), _WINDOW, _OUT_OF_MEMORY (the turn
  // needs more than its shard's budget, or waited in vain), _ARGUMENT (no tokens, or generating
  // already) or _CLOSED.
  std::string error_code, error;
};

struct SamplerStats {
  int64_t sessions = 0;
  int64_t running = 0;            // turns that were in the last pass
  int64_t waiting = 0;            // the other turns
  int64_t waiting_for_pages = 0;  // those of them that are not admitted yet
  int64_t used_pages = 0, reserved_pages = 0, total_pages = 0;  // reserved: promised, not used yet
  int64_t page_tokens = 0;
  // Since the sampler was made.
  int64_t prefilled_tokens = 0, sampled_tokens = 0, passes = 0;
  int64_t evictions = 0;  // times that a session lost its pages to another
};

class Sampler {
 public:
  // Called on a shard's thread, never concurrently for one request.
  using Listener = std::function<void(std::vector<TurnEvent>)>;

  // One shard for each decoder. `parameters`, which the decoders read, must outlive the sampler;
  // shards hold parameters.mutex() shared for each pass. Throws Error(ERR_QUERL_ARGUMENT).
  Sampler(const Parameters& parameters, std::vector<std::unique_ptr<Decoder>> decoders,
          TokenBytes bytes, SamplerOptions options, Listener listener);
  ~Sampler();  // aborts what runs and joins the shards; no event comes after it

  // These throw Error: ERR_QUERL_ARGUMENT for ids and options out of range, ERR_QUERL_CLOSED.
  uint64_t open(bool pinned = true);
  // The child starts with all tokens of the parent, `pending` included (they are appended to the
  // parent first); it must not be generating. What both share is computed once. Pinned if the
  // parent is.
  uint64_t fork(uint64_t session, std::span<const int32_t> pending);
  // Appends `pending` and then samples a turn; `request` is the caller's name for it, unique.
  void generate(uint64_t session, uint64_t request, std::span<const int32_t> pending,
                GenerateOptions options);
  // Before the next pass the turn ends, with the tokens it has, and the session's pages are given
  // back: should it go on, they are computed again.
  void abort(uint64_t request);
  // From its next turn on, or at once where others may take its pages now. Of a session that is
  // closed already nothing happens.
  void pin(uint64_t session, bool pinned);
  // Frees its pages before the next pass and aborts its turn, which still reports its tokens. Of a
  // session that is closed already nothing happens.
  void close(uint64_t session);
  SamplerStats stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace querl
