// A session of the sampler and the turn that it generates: the scheduler's state, and nothing
// else's.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "lm/kv_pages.h"
#include "lm/sampler.h"
#include "lm/stop_matcher.h"

namespace querl {

struct Turn {
  Turn(uint64_t request, GenerateOptions options)
      : request(request), options(std::move(options)), matcher(this->options.stop) {}

  uint64_t request;
  GenerateOptions options;
  StopMatcher matcher;
  std::vector<int32_t> ids;
  std::vector<float> logprobs;
  std::vector<int32_t> top_ids;
  std::vector<float> top_logprobs;
  size_t reported = 0;  // ids that partial events held
  int64_t policy_version = 0;
  bool waits = true;             // it was not in the last pass
  bool waits_for_pages = false;  // it was not admitted then
};

// The keys and values of the first `computed` tokens are in `pages`. The last token's are not while
// nothing has been sampled behind it: it is what the next pass starts from.
struct Session {
  Session(uint64_t id, KvPool& pool) : id(id), pages(pool) {}

  // Tokens that must be computed for what is asked of it.
  int64_t target() const {
    if (turn) return static_cast<int64_t>(tokens.size());
    int64_t most = 0;
    for (const Session* child : children) most = std::max(most, child->shared);
    return most;
  }
  bool is_active() const { return turn != nullptr || !children.empty(); }

  uint64_t id;
  std::vector<int32_t> tokens;
  int64_t computed = 0;
  KvPages pages;
  std::unique_ptr<Turn> turn;
  uint64_t since = 0;    // when it became active, or idle; smaller is earlier
  bool in_pass = false;  // its pages are being read

  bool pinned = true;
  bool admitted = false;  // may compute
  int64_t promised = 0;   // pages that it holds a claim to, beyond `pages`
  int64_t delayed = 0;    // passes in which its prompt was not done, or it got no row

  // A fork waits until its parent has computed the tokens that both share.
  Session* parent = nullptr;
  int64_t shared = 0;
  std::vector<Session*> children;  // that wait
  bool closed = false;             // lives on for its children only
};

}  // namespace querl
