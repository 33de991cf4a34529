#include "retrieval/bm25/term_encoder.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "base/errors.h"

namespace querl {
namespace {

constexpr size_t kPieceBytes = 1 << 20;
constexpr size_t kMostWaiting = 4;  // pieces of a part

// Parts that are encoded at once, and the pieces on their way from them.
class PartQueue {
 public:
  explicit PartQueue(size_t parts) : parts_(parts) {}

  // For the threads: the next part, ascending; false where there is none.
  bool claim(size_t& part) {
    const std::lock_guard lock(mutex_);
    if (ended_ || claimed_ == parts_.size()) return false;
    part = claimed_++;
    return true;
  }

  // Blocks while enough pieces of the part wait. The part whose turn it is has always been claimed,
  // so its thread goes on sooner or later. Throws Cancelled after end().
  void put(size_t part, EncodedTerms piece) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || parts_[part].pieces.size() < kMostWaiting; });
    if (ended_) throw Cancelled();
    parts_[part].pieces.push_back(std::move(piece));
    lock.unlock();
    changed_.notify_all();
  }

  void close(size_t part) {
    {
      const std::lock_guard lock(mutex_);
      parts_[part].is_closed = true;
    }
    changed_.notify_all();
  }

  void fail(std::exception_ptr error) {
    {
      const std::lock_guard lock(mutex_);
      if (error_ == nullptr && !ended_) error_ = std::move(error);
    }
    changed_.notify_all();
  }

  // For the one that takes: the part's next piece; false at its end.
  bool get(size_t part, EncodedTerms& piece, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    Part& from = parts_[part];
    changed_.wait(lock, stop,
                  [&] { return error_ != nullptr || !from.pieces.empty() || from.is_closed; });
    if (error_ != nullptr) std::rethrow_exception(error_);
    if (stop.stop_requested()) throw Cancelled();
    if (from.pieces.empty()) return false;
    piece = std::move(from.pieces.front());
    from.pieces.pop_front();
    lock.unlock();
    changed_.notify_all();
    return true;
  }

  // Nobody takes any more.
  void end() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
  }

 private:
  struct Part {
    std::deque<EncodedTerms> pieces;
    bool is_closed = false;
  };

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Part> parts_;
  size_t claimed_ = 0;
  bool ended_ = false;
  std::exception_ptr error_;
};

}  // namespace

void TermEncoder::end_term(std::string_view term, uint64_t occurrences) {
  const uint32_t frequency = list_.postings();
  const size_t before = piece_.lists.size();
  list_.finish(piece_.lists);
  piece_.texts += term;
  piece_.terms.push_back(
      {piece_.texts.size(), frequency, occurrences, piece_.lists.size() - before});
  piece_.postings += frequency;
  const size_t bytes =
      piece_.lists.size() + piece_.texts.size() + piece_.terms.size() * sizeof(EncodedTerms::Term);
  if (bytes >= kPieceBytes) finish();
}

void TermEncoder::finish() {
  if (!piece_.terms.empty()) take_(std::exchange(piece_, {}));
}

void encode_terms(size_t parts, int threads, std::span<const uint32_t> lengths,
                  const std::function<void(size_t part, TermEncoder& encoder)>& encode,
                  const TermEncoder::Take& take, const std::stop_token& stop) {
  if (parts == 1) {
    TermEncoder encoder(lengths, [&](EncodedTerms piece) {
      if (stop.stop_requested()) throw Cancelled();
      take(std::move(piece));
    });
    encode(0, encoder);
    encoder.finish();
    return;
  }
  PartQueue queue(parts);
  const auto work = [&] {
    try {
      for (size_t part = 0; queue.claim(part);) {
        TermEncoder encoder(lengths,
                            [&](EncodedTerms piece) { queue.put(part, std::move(piece)); });
        encode(part, encoder);
        encoder.finish();
        queue.close(part);
      }
    } catch (...) {
      queue.fail(std::current_exception());
    }
  };
  std::vector<std::jthread> workers;
  const auto wanted = std::min(parts, static_cast<size_t>(std::max(threads, 1)));
  try {
    while (workers.size() < wanted) workers.emplace_back(work);
    EncodedTerms piece;
    for (size_t part = 0; part < parts; ++part) {
      while (queue.get(part, piece, stop)) take(std::move(piece));
    }
  } catch (...) {
    queue.end();
    throw;
  }
}

}  // namespace querl
