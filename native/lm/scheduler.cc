// Sessions and their turns; their pages are in scheduler_pages.cc, the passes in scheduler_pass.cc.
#include "lm/scheduler.h"

#include <algorithm>
#include <utility>

namespace querl {

Scheduler::Scheduler(const Parameters& parameters, Decoder& decoder, const TokenBytes& bytes,
                     const SchedulerOptions& options)
    : parameters_(parameters),
      bytes_(bytes),
      decoder_(decoder),
      pool_(decoder.make_store(options.pages), options.pages),
      pass_rows_(options.pass_rows > 0 ? options.pass_rows : decoder.pass_rows()),
      stall_timeout_(options.stall_timeout) {}

Session* Scheduler::find(uint64_t id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() || found->second->closed ? nullptr : found->second.get();
}

void Scheduler::open(uint64_t id, bool pinned) {
  auto session = std::make_unique<Session>(id, pool_);
  session->pinned = pinned;
  session->since = clock_++;
  sessions_.emplace(id, std::move(session));
}

void Scheduler::fork(uint64_t parent_id, uint64_t id, std::span<const int32_t> pending) {
  Session* parent = find(parent_id);
  open(id, parent == nullptr || parent->pinned);
  if (parent == nullptr) return;
  parent->tokens.insert(parent->tokens.end(), pending.begin(), pending.end());
  Session& child = *sessions_.at(id);
  child.tokens = parent->tokens;
  const auto length = static_cast<int64_t>(child.tokens.size());
  // Too long for the window: nothing is computed, and generate() will say so.
  child.shared = length > parameters_.config().max_positions ? 0 : std::max<int64_t>(length - 1, 0);
  if (child.shared == 0) return;
  if (parent->computed >= child.shared) {
    begin_fork(*parent, child);
    return;
  }
  const bool was_active = parent->is_active();
  child.parent = parent;
  parent->children.push_back(&child);
  if (!was_active) activate(*parent);
}

// The child takes over what the parent has computed. Without a page for a copy of the last one it
// computes what stands there anew.
void Scheduler::begin_fork(Session& parent, Session& child) {
  child.parent = nullptr;
  const int64_t full = child.shared / kPageTokens * kPageTokens;
  const int64_t tokens = available() > 0 ? child.shared : full;
  if (child.pages.fork(parent.pages, tokens)) child.computed = tokens;
}

// Lets the forks begin that waited for what `parent` has computed by now, and theirs in turn.
void Scheduler::resolve_forks(Session& parent) {
  std::vector<Session*> ready{&parent};
  while (!ready.empty()) {
    Session& from = *ready.back();
    ready.pop_back();
    if (from.children.empty()) continue;
    std::erase_if(from.children, [&](Session* child) {
      if (child->shared > from.computed) return false;
      begin_fork(from, *child);
      ready.push_back(child);
      return true;
    });
    if (!from.is_active()) from.closed ? destroy(from) : rest(from);
  }
}

void Scheduler::generate(uint64_t id, uint64_t request, std::span<const int32_t> pending,
                         GenerateOptions options) {
  Session* session = find(id);
  if (session == nullptr) {
    refuse(request, "ERR_QUERL_CLOSED", "The session is closed.");
    return;
  }
  if (session->turn) {
    refuse(request, "ERR_QUERL_ARGUMENT", "The session is generating already.");
    return;
  }
  session->tokens.insert(session->tokens.end(), pending.begin(), pending.end());
  const auto length = static_cast<int64_t>(session->tokens.size());
  const int64_t window = parameters_.config().max_positions;
  if (length == 0) {
    refuse(request, "ERR_QUERL_ARGUMENT", "Expected a session with tokens, but it has none.");
    return;
  }
  if (length >= window) {
    refuse(request, "ERR_QUERL_WINDOW",
           "The session has " + std::to_string(length) + " tokens, but the model's window is " +
               std::to_string(window) + " and one place of it must be free.");
    return;
  }
  const bool was_active = session->is_active();
  session->turn = std::make_unique<Turn>(request, std::move(options));
  session->turn->policy_version = parameters_.version();
  turns_.emplace(request, session);
  ++waiting_;
  if (was_active)
    dismiss(*session);  // it needs more now
  else
    activate(*session);
  if (session->turn->options.max_tokens <= 0) end_turn(*session, FinishReason::kLength);
}

void Scheduler::abort(uint64_t request) {
  const auto found = turns_.find(request);
  if (found == turns_.end()) return;
  Session& session = *found->second;
  end_turn(session, FinishReason::kAborted);
  if (!session.is_active()) give_up_pages(session);
}

void Scheduler::pin(uint64_t id, bool pinned) {
  Session* session = find(id);
  if (session == nullptr) return;
  session->pinned = pinned;
  if (!pinned) promise(*session, -session->promised);
}

void Scheduler::close(uint64_t id) {
  Session* session = find(id);
  if (session == nullptr) return;
  if (session->turn) end_turn(*session, FinishReason::kAborted);
  if (session->children.empty())
    destroy(*session);
  else
    session->closed = true;
}

void Scheduler::activate(Session& session) {
  session.since = clock_++;
  active_.push_back(&session);
}

void Scheduler::rest(Session& session) {
  dismiss(session);
  session.since = clock_++;
  std::erase(active_, &session);
}

void Scheduler::destroy(Session& session) {
  dismiss(session);
  std::erase(active_, &session);
  Session* parent = session.parent;
  if (parent != nullptr) {
    std::erase(parent->children, &session);
    if (!parent->is_active()) parent->closed ? destroy(*parent) : rest(*parent);
  }
  sessions_.erase(session.id);
}

void Scheduler::end_all(const std::string& code, const std::string& message) {
  for (auto& [id, session] : sessions_) {
    session->parent = nullptr;
    session->children.clear();
    session->in_pass = false;
    give_up_pages(*session);
    if (!session->turn) continue;
    if (code.empty())
      end_turn(*session, FinishReason::kAborted);
    else
      fail_turn(*session, code, message);
  }
  active_.clear();
  stalled_since_.reset();
  std::erase_if(sessions_, [](const auto& entry) { return entry.second->closed; });
}

void Scheduler::end_turn(Session& session, FinishReason reason, int32_t stop_index) {
  Turn& turn = *session.turn;
  report(turn);
  TurnEvent& event = events_.emplace_back();
  event.request = turn.request;
  event.ids = std::move(turn.ids);
  event.logprobs = std::move(turn.logprobs);
  event.top_ids = std::move(turn.top_ids);
  event.top_logprobs = std::move(turn.top_logprobs);
  event.reason = reason;
  event.stop_index = stop_index;
  event.policy_version = turn.policy_version;
  turns_.erase(turn.request);
  waiting_ -= turn.waits;
  waiting_for_pages_ -= turn.waits_for_pages;
  session.turn.reset();
  if (session.is_active())
    promise(session, -session.promised);
  else
    rest(session);
}

void Scheduler::fail_turn(Session& session, std::string code, std::string message) {
  end_turn(session, FinishReason::kError);
  events_.back().error_code = std::move(code);
  events_.back().error = std::move(message);
}

void Scheduler::refuse(uint64_t request, std::string code, std::string message) {
  TurnEvent& event = events_.emplace_back();
  event.request = request;
  event.reason = FinishReason::kError;
  event.error_code = std::move(code);
  event.error = std::move(message);
}

// The tokens since the last report, of a streamed turn.
void Scheduler::report(Turn& turn) {
  if (!turn.options.stream || turn.reported == turn.ids.size()) return;
  const auto from = static_cast<std::ptrdiff_t>(std::exchange(turn.reported, turn.ids.size()));
  TurnEvent& event = events_.emplace_back();
  event.request = turn.request;
  event.partial = true;
  event.ids.assign(turn.ids.begin() + from, turn.ids.end());
  event.logprobs.assign(turn.logprobs.begin() + from, turn.logprobs.end());
  event.policy_version = turn.policy_version;
}

SamplerStats Scheduler::stats() const {
  SamplerStats stats;
  stats.sessions = static_cast<int64_t>(sessions_.size());
  stats.waiting = waiting_;
  stats.waiting_for_pages = waiting_for_pages_;
  stats.running = static_cast<int64_t>(turns_.size()) - waiting_;
  stats.used_pages = pool_.used();
  stats.reserved_pages = promised_;
  stats.total_pages = pool_.capacity();
  stats.page_tokens = kPageTokens;
  stats.prefilled_tokens = prefilled_;
  stats.sampled_tokens = sampled_;
  stats.passes = passes_;
  stats.evictions = evictions_;
  return stats;
}

}  // namespace querl
