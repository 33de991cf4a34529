// The scheduler's passes: whose rows they hold, and what becomes of the results.
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
  ++passes_;
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
  admit_waiting();

  const auto missing = [](const Session* session) { return session->target() - session->computed; };
  decoding_.clear();
  prompts_.clear();
  for (Session* session : active_)
    if (session->admitted) (missing(session) == 1 ? decoding_ : prompts_).push_back(session);
  const int64_t half = std::max<int64_t>(pass_rows_ / 2, 1);
  const auto left = [&](int64_t of) { return of - static_cast<int64_t>(rows_.size()); };
  for (Session* session : prompts_)
    if (session->delayed >= kPatience)
      plan_session(*session, std::min(missing(session), left(half)));
  for (Session* session : decoding_) plan_session(*session, std::min<int64_t>(1, left(pass_rows_)));
  for (Session* session : prompts_)
    if (!session->in_pass) plan_session(*session, std::min(missing(session), left(pass_rows_)));

  note_delays();
  for (Session* session : std::exchange(doomed_, {})) destroy(*session);
}

// Takes the next rows of a session into the pass.
void Scheduler::plan_session(Session& session, int64_t rows) {
  // It may have lost its pages to an earlier one by now.
  if (rows <= 0 || !session.admitted || !hold(session)) return;
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

// Who had to wait; those who did for long go to the front of the line.
void Scheduler::note_delays() {
  waiting_ = 0;
  waiting_for_pages_ = 0;
  bool someone_is_overdue = false;
  for (Session* session : active_) {
    if (session->turn) {
      Turn& turn = *session->turn;
      turn.waits = !session->in_pass;
      turn.waits_for_pages = !session->admitted;
      waiting_ += turn.waits;
      waiting_for_pages_ += turn.waits_for_pages;
    }
    if (!session->admitted) continue;
    const bool is_prompt = session->target() - session->computed > 1;
    if (is_prompt || !session->in_pass)
      someone_is_overdue |= ++session->delayed == kPatience;
    else
      session->delayed = 0;
  }
  if (someone_is_overdue)
    std::stable_partition(active_.begin(), active_.end(),
                          [](const Session* session) { return session->delayed >= kPatience; });
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
  request.top_logprobs = options.top_logprobs;
  // The seed tells turns apart: the session's number would change with what else is open.
  request.uniform = uniform_at(options.seed, 0, session.tokens.size());
  return request;
}

void Scheduler::accept(Session& session, const RowResult& result, int64_t version) {
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
  for (const auto& [id, logprob] : result.top) {
    turn.top_ids.push_back(id);
    turn.top_logprobs.push_back(logprob);
  }

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

}  // namespace querl
