// What one shard of the sampler runs next: sessions, their pages, and the passes over them. No
// thread, no lock but the parameters' own: the shard calls it from one thread.
//
// A pass takes one row of every session that decodes and fills up with chunks of prompts. When
// pages run out, idle sessions give up theirs first, then the sessions that began last; what they
// lose is computed again when they go on, with the same bits while the weights are the same. A
// session may span changes of the weights: keys and values that were computed before stay as they
// are.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
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

class Scheduler {
 public:
  // Keeps references to all.
  Scheduler(const Parameters& parameters, Decoder& decoder, const TokenBytes& bytes, int64_t pages);

  void open(uint64_t id);
  void fork(uint64_t parent, uint64_t id, std::span<const int32_t> pending);
  void generate(uint64_t id, uint64_t request, std::span<const int32_t> pending,
                GenerateOptions options);
  void abort(uint64_t request);
  void close(uint64_t id);

  bool has_work() const { return !active_.empty(); }
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
  bool reserve(Session& session, int64_t tokens);
  bool make_room(const Session& session, int64_t pages);
  Session* victim(const Session& session);
  void evict(Session& session);

  // Passes.
  void plan();
  void plan_session(Session& session, int64_t rows);
  RowRequest request_of(const Session& session) const;
  void accept(Session& session, RowResult result, int64_t version);

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

  std::unordered_map<uint64_t, std::unique_ptr<Session>> sessions_;
  std::unordered_map<uint64_t, Session*> turns_;  // by request
  std::vector<Session*> active_;                  // by `since`
  uint64_t clock_ = 0;

  std::vector<DecodeRow> rows_;         // of this pass
  std::vector<RowResult> results_;      // of rows_
  std::deque<RowRequest> requests_;     // of the rows that sample
  std::vector<Session*> row_sessions_;  // whose rows they are
  std::vector<Session*> in_pass_;
  std::vector<Session*> doomed_;  // closed, and nothing waits for them any more

  std::vector<TurnEvent> events_;
  int64_t prefilled_ = 0, sampled_ = 0, waiting_ = 0;
};

}  // namespace querl
