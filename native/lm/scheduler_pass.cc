// The scheduler's passes and the pages that they need.
#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "kernels/philox.h"
#include "lm/scheduler.h"

namespace querl {

void Scheduler::pass() {
  plan();
  if (rows_.empty()) return;
  int64_t version;
  {
    const std::shared_lock lock(parameters_.mutex());
    version = parameters_.version();
    results_.resize(rows_.size());
    decoder_.run(rows_, results_);
  }
  for (Session* session : row_sessions_) ++session->computed;
  for (Session* session : in_pass_) session->in_pass = false;
  prefilled_ += static_cast<int64_t>(rows_.size() - requests_.size());
  sampled_ += static_cast<int64_t>(requests_.size());
  for (size_t i = 0; i < rows_.size(); ++i)
    if (rows_[i].request != nullptr)
      accept(*row_sessions_[i], std::exchange(results_[i], {}), version);
  // Forks last: those that were asked for together begin together in the next pass.
  for (Session* session : in_pass_)
    if (!session->children.empty()) resolve_forks(*session);
}

void Scheduler::plan() {
  rows_.clear();
  row_sessions_.clear();
  in_pass_.clear();
  requests_.clear();
  waiting_ = 0;
  const std::vector<Session*> sessions = active_;  // a turn that fails leaves the list
  const auto missing = [](const Session* session) { return session->target() - session->computed; };
  for (Session* session : sessions)
    if (session->parent == nullptr && missing(session) == 1) plan_session(*session, 1);
  for (Session* session : sessions)
    if (session->parent == nullptr && !session->in_pass && session->is_active() &&
        missing(session) > 0)
      plan_session(*session, missing(session));
  for (Session* session : std::exchange(doomed_, {})) destroy(*session);
}

void Scheduler::plan_session(Session& session, int64_t rows) {
  rows = std::min(rows, pass_rows_ - static_cast<int64_t>(rows_.size()));
  if (rows == 0 || !reserve(session, session.target())) {
    if (session.turn) ++waiting_;
    return;
  }
  session.in_pass = true;
  in_pass_.push_back(&session);
  const int64_t end = session.computed + rows;
  for (int64_t i = session.computed; i < end; ++i) {
    const bool is_last = session.turn && i + 1 == static_cast<int64_t>(session.tokens.size());
    if (is_last) requests_.push_back(request_of(session));
    rows_.push_back({session.tokens[static_cast<size_t>(i)], static_cast<int32_t>(i),
                     &session.pages, is_last ? &requests_.back() : nullptr});
    row_sessions_.push_back(&session);
  }
}

RowRequest Scheduler::request_of(const Session& session) const {
  const GenerateOptions& options = session.turn->options;
  RowRequest request;
  request.sampling = {.temperature = options.temperature,
                      .top_p = options.top_p,
                      .top_k = options.top_k,
                      .min_p = options.min_p,
                      .banned = options.banned.data(),
                      .banned_count = static_cast<int64_t>(options.banned.size())};
  // The seed tells turns apart: the session's number would change with what else is open.
  request.uniform = uniform_at(options.seed, 0, session.tokens.size());
  return request;
}

void Scheduler::accept(Session& session, RowResult result, int64_t version) {
  const Sample& sample = result.sample;
  Turn& turn = *session.turn;
  turn.policy_version = version;
  if (sample.id < 0) {
    --session.computed;  // the last token is where another turn starts from
    fail_turn(session, "ERR_QUERL_DIVERGED",
              "The model's logits at position " + std::to_string(session.tokens.size()) +
                  " are not finite, or every token is banned.");
    return;
  }
  session.tokens.push_back(sample.id);
  turn.ids.push_back(sample.id);
  turn.logprobs.push_back(sample.logprob);

  const auto& stop_ids = turn.options.stop_ids;
  const auto stop_id = std::find(stop_ids.begin(), stop_ids.end(), sample.id);
  if (stop_id != stop_ids.end()) {
    end_turn(session, FinishReason::kStopId, static_cast<int32_t>(stop_id - stop_ids.begin()));
    return;
  }
  const auto id = static_cast<size_t>(sample.id);
  if (!turn.options.stop.empty() && id + 1 < bytes_.offsets.size()) {
    const uint32_t first = bytes_.offsets[id];
    const int32_t stop = turn.matcher.feed(
        std::string_view(bytes_.bytes).substr(first, bytes_.offsets[id + 1] - first));
    if (stop >= 0) {
      end_turn(session, FinishReason::kStop, stop);
      return;
    }
  }
  if (static_cast<int64_t>(turn.ids.size()) >= turn.options.max_tokens)
    end_turn(session, FinishReason::kLength);
  else if (static_cast<int64_t>(session.tokens.size()) >= parameters_.config().max_positions)
    end_turn(session, FinishReason::kWindow);
  else
    report(turn);
}

// Pages for the first `tokens` tokens. False: the session waits, or its turn has ended with an
// error.
bool Scheduler::reserve(Session& session, int64_t tokens) {
  const int64_t pages = session.pages.missing(tokens);
  if (pages == 0) return true;
  const int64_t needed = KvPages::pages_for(tokens);
  if (needed > pool_.capacity()) {
    const std::string message =
        "The session's " + std::to_string(tokens) + " tokens need " + std::to_string(needed) +
        " KV pages of " + std::to_string(kPageTokens) + " tokens, but its sampler thread has " +
        std::to_string(pool_.capacity()) + ". Raise maxTokens, or use fewer threads.";
    // Its forks find out on their own.
    for (Session* child : std::exchange(session.children, {})) child->parent = nullptr;
    if (session.turn)
      fail_turn(session, "ERR_QUERL_OUT_OF_MEMORY", message);
    else
      rest(session);
    if (session.closed) doomed_.push_back(&session);
    return false;
  }
  return make_room(session, pages) && session.pages.reserve(tokens);
}

// Takes pages from other sessions until `pages` are free. The session that became active first gets
// them from all others, so some session always goes on.
bool Scheduler::make_room(const Session& session, int64_t pages) {
  while (pool_.free() < pages) {
    Session* loser = victim(session);
    if (loser == nullptr) return false;
    evict(*loser);
  }
  return true;
}

// Who loses its pages to `session`: the session that has been idle longest, else the one that
// became active last, if later than `session`.
Session* Scheduler::victim(const Session& session) {
  Session* idle = nullptr;
  Session* youngest = nullptr;
  for (const auto& [id, other] : sessions_) {
    if (other.get() == &session || other->pages.empty() || other->in_pass) continue;
    if (!other->is_active()) {
      if (idle == nullptr || other->since < idle->since) idle = other.get();
    } else if (other->since > session.since &&
               (youngest == nullptr || other->since > youngest->since)) {
      youngest = other.get();
    }
  }
  return idle != nullptr ? idle : youngest;
}

void Scheduler::evict(Session& session) {
  session.pages.clear();
  session.computed = 0;
}

}  // namespace querl
