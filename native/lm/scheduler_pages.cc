// Which sessions may compute, and the pages that they compute into.
//
// Pages are free, held by sessions, or promised: free, but claimed by a session that was admitted.
// A pinned session is admitted with a promise of all that its turn may take, so what is admitted
// ends; it gives the promise back then and keeps what it holds. available() counts what is neither
// held nor promised.
#include <algorithm>
#include <utility>

#include "lm/scheduler.h"

namespace querl {

std::optional<Scheduler::Clock::time_point> Scheduler::deadline() const {
  if (!stalled_since_ || stall_timeout_ == std::chrono::milliseconds::max()) return std::nullopt;
  return *stalled_since_ + stall_timeout_;
}

// First come, first served: the first that must wait lets nobody pass.
void Scheduler::admit_waiting() {
  if (admitted_ == static_cast<int64_t>(active_.size())) {
    stalled_since_.reset();
    return;
  }
  std::vector<Session*> waiting;
  for (Session* session : active_)
    if (!session->admitted && session->parent == nullptr) waiting.push_back(session);
  bool someone_waits = false;
  for (Session* session : waiting) {
    if (!session->is_active() || admit(*session) || !session->is_active()) continue;
    someone_waits = true;
    if (admitted_ > 0) break;  // those that run will end
    if (!stalled_since_) stalled_since_ = Clock::now();
    const auto limit = deadline();
    if (!limit || Clock::now() < *limit) break;
    refuse_stall(*session);
    someone_waits = false;
  }
  if (admitted_ > 0 || !someone_waits) stalled_since_.reset();
}

// False: it waits, or its turn has ended with an error.
bool Scheduler::admit(Session& session) {
  const int64_t tokens = tokens_to_hold(session);
  if (KvPages::pages_for(tokens) > pool_.capacity()) {
    refuse_size(session, tokens);
    return false;
  }
  const int64_t missing = session.pages.missing(tokens);
  if (!make_room(session, missing)) return false;
  const int64_t now = session.pages.missing(session.target());
  if (!session.pages.reserve(session.target())) return false;
  promise(session, missing - now);
  session.admitted = true;
  session.delayed = 0;
  ++admitted_;
  return true;
}

// Takes back what admission gave it, but for the pages that it holds.
void Scheduler::dismiss(Session& session) {
  promise(session, -session.promised);
  if (std::exchange(session.admitted, false)) --admitted_;
}

void Scheduler::promise(Session& session, int64_t pages) {
  session.promised += pages;
  promised_ += pages;
}

// Tokens that it is admitted with pages for. The last one that a turn samples is not computed in
// it.
int64_t Scheduler::tokens_to_hold(const Session& session) const {
  const int64_t target = session.target();
  if (!session.turn || !session.pinned) return target;
  const int64_t window = parameters_.config().max_positions;
  const auto sampled = static_cast<int64_t>(session.turn->ids.size());
  const int64_t left = std::min(session.turn->options.max_tokens - sampled, window);
  return std::max(target, std::min(target + left, window) - 1);
}

// Pages for what an admitted session computes next. False: it waits anew, or its turn has ended
// with an error.
bool Scheduler::hold(Session& session) {
  const int64_t missing = session.pages.missing(session.target());
  if (missing == 0) return true;
  const int64_t claimed = std::min(missing, session.promised);
  if (missing > claimed) {
    if (KvPages::pages_for(session.target()) > pool_.capacity()) {
      refuse_size(session, session.target());
      return false;
    }
    if (!make_room(session, missing - claimed)) {
      dismiss(session);
      return false;
    }
  }
  promise(session, -claimed);
  return session.pages.reserve(session.target());
}

// Takes pages from other sessions until so many are available.
bool Scheduler::make_room(const Session& session, int64_t pages) {
  while (available() < pages) {
    Session* loser = victim(session);
    if (loser == nullptr) return false;
    ++evictions_;
    give_up_pages(*loser);
  }
  return true;
}

// Who loses its pages to `session`: the unpinned session that has been idle longest; else, of those
// that asked later, the last: of the unpinned ones, and, where none runs, of all that wait.
Session* Scheduler::victim(const Session& session) {
  Session* idle = nullptr;
  Session* youngest = nullptr;
  for (const auto& [id, each] : sessions_) {
    Session* other = each.get();
    if (other == &session || other->in_pass) continue;
    if (other->pages.empty() && other->promised == 0) continue;
    if (!other->is_active()) {
      if (!other->pinned && (idle == nullptr || other->since < idle->since)) idle = other;
    } else if (other->since > session.since && (!other->pinned || admitted_ == 0)) {
      if (youngest == nullptr || other->since > youngest->since) youngest = other;
    }
  }
  return idle != nullptr ? idle : youngest;
}

void Scheduler::give_up_pages(Session& session) {
  dismiss(session);
  session.pages.clear();
  session.computed = 0;
}

void Scheduler::refuse_size(Session& session, int64_t tokens) {
  const auto held = static_cast<int64_t>(session.tokens.size());
  if (KvPages::pages_for(held) > pool_.capacity()) tokens = held;  // whatever the turn samples
  std::string message = "The session's " + std::to_string(held) + " tokens";
  if (tokens > held)
    message += " and the " + std::to_string(tokens + 1 - held) + " that its turn may sample";
  message += " need " + std::to_string(KvPages::pages_for(tokens)) + " KV pages of " +
             std::to_string(kPageTokens) + " tokens, but its sampler thread has " +
             std::to_string(pool_.capacity()) + ". Raise the sampler's maxTokens, or use fewer " +
             "threads";
  if (tokens > held) message += ", or let the turn sample fewer tokens, or unpin the session";
  fail_for_memory(session, message + ".");
}

void Scheduler::refuse_stall(Session& session) {
  int64_t idle = 0;
  for (const auto& [id, other] : sessions_) idle += !other->is_active() && !other->pages.empty();
  const int64_t tokens = tokens_to_hold(session);
  fail_for_memory(session,
                  "The session's turn needs " + std::to_string(session.pages.missing(tokens)) +
                      " KV pages of " + std::to_string(kPageTokens) + " tokens and waited " +
                      std::to_string(stall_timeout_.count()) + " ms for them, but " +
                      std::to_string(available()) + " of its sampler thread's " +
                      std::to_string(pool_.capacity()) + " are free and " + std::to_string(idle) +
                      " idle sessions, which are pinned, hold the others. Raise the sampler's " +
                      "maxTokens, dispose of sessions that are done with, or unpin them.");
}

void Scheduler::fail_for_memory(Session& session, const std::string& message) {
  // Its forks find out on their own.
  for (Session* child : std::exchange(session.children, {})) child->parent = nullptr;
  if (session.turn)
    fail_turn(session, "ERR_QUERL_OUT_OF_MEMORY", message);
  else
    rest(session);
  if (session.closed) doomed_.push_back(&session);
}

}  // namespace querl
