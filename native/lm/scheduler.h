// What one shard of the sampler runs next: sessions, their pages, and the passes over them. No
// thread, no lock but the parameters' own: the shard calls it from one thread.
//
// A pass has a budget of rows. Every session that decodes gets one, in the order in which turns
// were asked for; what is left goes to prompts, in chunks, in that order too. A session that this
// has held up for kPatience passes goes to the front of the line: a prompt then has half of every
// pass until it is done, so that neither long prompts nor late arrivals starve.
//
// Which sessions may compute at all is in scheduler_pages.cc; sampler.h says by what rules.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "kernels/sample.h"
#include "lm/decoder.h"
#include "lm/sampler.h"
#include "lm/session.h"

namespace querl {

struct SchedulerOptions {
  int64_t pages = 0;
  int64_t pass_rows = 0;  // 0: the decoder's
  std::chrono::milliseconds stall_timeout = SamplerOptions().stall_timeout;
};

class Scheduler {
 public:
  using Clock = std::chrono::steady_clock;

  // 20 to 30 times what a turn of the quickstart waits at most: order of arrival, which keeps few
  // sessions' keys and values in the cache, gives way only where it would starve somebody.
  static constexpr int64_t kPatience = 1024;

  // Keeps references to all.
  Scheduler(const Parameters& parameters, Decoder& decoder, const TokenBytes& bytes,
            const SchedulerOptions& options);

  void open(uint64_t id, bool pinned);
  void fork(uint64_t parent, uint64_t id, std::span<const int32_t> pending);
  void generate(uint64_t id, uint64_t request, std::span<const int32_t> pending,
                GenerateOptions options);
  void abort(uint64_t request);
  void pin(uint64_t id, bool pinned);
  void close(uint64_t id);

  // Whether pass() has anything to do. Where it has not, but a turn waits in vain, it has when
  // deadline() is past.
  bool has_work() const { return !active_.empty() && !stalled_since_; }
  std::optional<Clock::time_point> deadline() const;
  void pass();
  // Ends every turn as aborted, or with an error if `code` is not empty, and gives up all pages.
  void end_all(const std::string& code, const std::string& message);

  std::vector<TurnEvent> take_events() { return std::exchange(events_, {}); }
  SamplerStats stats() const;

 private:
  // Sessions.
  Session* find(uint64_t id);
  void activate(Session& session);
  void rest(Session& session);
  void destroy(Session& session);
  void resolve_forks(Session& parent);
  void begin_fork(Session& parent, Session& child);

  // Pages.
  void admit_waiting();
  bool admit(Session& session);
  void dismiss(Session& session);
  void promise(Session& session, int64_t pages);
  int64_t tokens_to_hold(const Session& session) const;
  bool hold(Session& session);
  bool make_room(const Session& session, int64_t pages);
  Session* victim(const Session& session);
  void give_up_pages(Session& session);
  void refuse_size(Session& session, int64_t tokens);
  void refuse_stall(Session& session);
  void fail_for_memory(Session& session, const std::string& message);
  int64_t available() const { return pool_.free() - promised_; }

  // Passes.
  void plan();
  void plan_session(Session& session, int64_t rows);
  void note_delays();
  RowRequest request_of(const Session& session) const;
  void accept(Session& session, const RowResult& result, int64_t version);

  // Turns.
  void end_turn(Session& session, FinishReason reason, int32_t stop_index = -1);
  void fail_turn(Session& session, std::string code, std::string message);
  void report(Turn& turn);
  void refuse(uint64_t request, std::string code, std::string message);

  const Parameters& parameters_;
  const TokenBytes& bytes_;
  Decoder& decoder_;
  KvPool pool_;
  int64_t pass_rows_;
  std::chrono::milliseconds stall_timeout_;

  std::unordered_map<uint64_t, std::unique_ptr<Session>> sessions_;
  std::unordered_map<uint64_t, Session*> turns_;  // by request
  std::vector<Session*> active_;                  // by `since`, but for those that were held up
  uint64_t clock_ = 0;

  int64_t admitted_ = 0;                            // sessions
  int64_t promised_ = 0;                            // pages, to all sessions
  std::optional<Clock::time_point> stalled_since_;  // turns wait and none can be admitted

  std::vector<DecodeRow> rows_;         // of this pass
  std::vector<RowResult> results_;      // of rows_
  std::deque<RowRequest> requests_;     // of the rows that sample
  std::vector<Session*> row_sessions_;  // whose rows they are
  std::vector<Session*> in_pass_;
  std::vector<Session*> decoding_, prompts_;  // while a pass is planned
  std::vector<Session*> doomed_;              // closed, and nothing waits for them any more

  std::vector<TurnEvent> events_;
  int64_t prefilled_ = 0, sampled_ = 0, passes_ = 0, evictions_ = 0;
  int64_t waiting_ = 0, waiting_for_pages_ = 0;
};

}  // namespace querl
