// Readers beside a writer: every snapshot answers as the commit that made it, whatever is added,
// deleted, merged and removed meanwhile. Meant for -fsanitize=thread too.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "retrieval/bm25/batch_searcher.h"
#include "retrieval/bm25/corpus_writer.h"
#include "retrieval/bm25/open_documents.h"
#include "retrieval/bm25/verify.h"
#include "tests/index_twin.h"
#include "tests/temporary_folder.h"

using namespace querl;

namespace {

constexpr uint32_t kAnchors = 700;  // documents that stay
constexpr uint32_t kBatch = 60;     // documents of a step, deleted again two steps later
constexpr uint32_t kSteps = 24;
constexpr uint32_t kMergeEvery = 4;

using Snapshot = std::shared_ptr<const Bm25Index>;

std::string key_of(uint32_t ordinal) { return "key-" + std::to_string(ordinal); }

std::string line_of(uint32_t ordinal) {
  return R"({"id":")" + key_of(ordinal) + R"(","contents":"line )" +
         std::to_string(ordinal * 7919u) + "\"}";
}

std::string text_of(uint32_t ordinal) {
  const std::string own = ordinal < kAnchors
                              ? "anchor anchor" + std::to_string(ordinal)
                              : "step" + std::to_string((ordinal - kAnchors) / kBatch + 1);
  return own + " all" + std::string(ordinal % 5, ' ') + " filler" + std::to_string(ordinal % 11);
}

// What each generation has: the first the anchors, then each step adds a batch and deletes the last
// but one, and every few steps are followed by a merge, which is a generation of its own.
struct Plan {
  Plan() {
    steps = {0, 0};
    for (uint32_t step = 1; step <= kSteps; ++step) {
      steps.push_back(step);
      if (step % kMergeEvery == 0) steps.push_back(step);
    }
  }

  // [first, end) of the ordinals beside the anchors.
  std::pair<uint32_t, uint32_t> live(uint64_t generation) const {
    const uint32_t step = steps.at(generation);
    const uint32_t first = step < 2 ? 0 : (step - 2) * kBatch;
    return {kAnchors + first, kAnchors + step * kBatch};
  }

  std::vector<uint32_t> steps;  // by generation
};

void add(CorpusWriter& writer, uint32_t first, uint32_t count, bool has_lines) {
  std::vector<DocumentInput> documents;
  std::vector<std::string> lines;
  for (uint32_t i = first; i < first + count; ++i) {
    documents.push_back({key_of(i), {text_of(i)}, ""});
    if (has_lines) lines.push_back(line_of(i));
  }
  writer.add(std::move(documents), lines, {});
}

// Takes every step of the plan; `publish` gets each snapshot.
void write_all(CorpusWriter& writer, bool has_lines, const std::function<void(Snapshot)>& publish) {
  add(writer, 0, kAnchors, has_lines);
  publish(writer.commit(0, {}, {}));
  for (uint32_t step = 1; step <= kSteps; ++step) {
    add(writer, kAnchors + (step - 1) * kBatch, kBatch, has_lines);
    if (step > 2) {
      std::vector<std::string> keys;
      for (uint32_t i = 0; i < kBatch; ++i)
        keys.push_back(key_of(kAnchors + (step - 3) * kBatch + i));
      writer.index().remove(keys);
    }
    publish(writer.commit(0, {}, {}));
    if (step % kMergeEvery == 0) publish(writer.commit(1, {}, {}));
  }
}

// What a thread saw that is not as planned; looked at when all have ended.
class Complaints {
 public:
  void expect(bool is_right, const std::string& what, const Bm25Index& index) {
    if (is_right) return;
    const std::lock_guard lock(mutex_);
    if (list_.size() < 10) {
      list_.push_back(what + " at generation " + std::to_string(index.generation()));
    }
  }
  void add(const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (list_.size() < 10) list_.push_back(what);
  }
  std::string list() const {
    std::string all;
    for (const std::string& each : list_) all += each + "\n";
    return all;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> list_;
};

bool is_range(std::vector<Hit> hits, uint32_t first, uint32_t end) {
  if (hits.size() != end - first) return false;
  std::sort(hits.begin(), hits.end(), [](auto& a, auto& b) { return a.ordinal < b.ordinal; });
  for (uint32_t i = 0; i < hits.size(); ++i) {
    if (hits[i].ordinal != first + i) return false;
  }
  return true;
}

void check_snapshot(const Plan& plan, const Snapshot& snapshot, Complaints& complaints) {
  const Bm25Index& index = *snapshot;
  const auto expect = [&](bool is_right, const std::string& what) {
    complaints.expect(is_right, what, index);
  };
  const auto [first, end] = plan.live(index.generation());
  expect(index.documents() == kAnchors + (end - first), "the count of documents");
  expect(index.next_ordinal() == end, "the next ordinal");

  BatchSearcher searcher(snapshot, index.settings().parameters);
  const uint32_t step = plan.steps[index.generation()];
  const uint32_t anchor = step * 37 % kAnchors;
  const auto named = [](uint32_t of) { return "step" + std::to_string(of); };
  const std::vector<Query> queries = {"anchor",        "anchor" + std::to_string(anchor),
                                      named(step),     named(step + 1),
                                      named(step - 2), "all filler3 anchor7"};
  const auto hits = searcher.search(queries, 5000, nullptr, 2, {});
  expect(is_range(hits[0], 0, kAnchors), "the documents of all commits");
  expect(is_range(hits[1], anchor, anchor + 1), "one document");
  expect(is_range(hits[2], step == 0 ? end : end - kBatch, end), "the newest documents");
  expect(hits[3].empty(), "documents of the future");
  expect(step < 3 || hits[4].empty(), "deleted documents");
  expect(hits[5].size() == index.documents(), "all documents");
  expect(!hits[5].empty() && hits[5][0].ordinal == 7, "the best document");

  DocumentSet odd(index.next_ordinal());
  for (uint32_t i = 1; i < index.next_ordinal(); i += 2) odd.insert(i);
  const auto some = searcher.search(std::span(queries).first(1), 5000, &odd, 1, {});
  expect(some[0].size() == kAnchors / 2, "the filtered documents");

  expect(index.find_key(key_of(anchor)) == anchor, "a key");
  expect(index.key(anchor) == key_of(anchor), "the key of a document");
  if (step > 0) expect(index.find_key(key_of(end - 1)) == end - 1, "the newest key");
  if (step > 2) expect(!index.find_key(key_of(first - 1)), "a deleted key");
}

// Those of the newest state, which may be newer than any snapshot.
void check_documents(const std::string& folder, uint32_t known, Complaints& complaints) {
  const auto store = open_documents(folder);
  if (store->documents() < known) complaints.add("Documents of the past.");
  for (uint32_t i = 0; i < store->documents(); i += 61) {
    if (store->line(i) != line_of(i)) complaints.add("The line of " + std::to_string(i) + ".");
  }
}

// Threads that do the same again and again until they are told to end, at least once each.
class Crowd {
 public:
  explicit Crowd(Complaints& complaints) : complaints_(complaints) {}

  void start(std::function<void()> work) {
    threads_.emplace_back([this, work = std::move(work)] {
      try {
        do {
          work();
        } while (!ending_);
      } catch (const Error& error) {
        complaints_.add(error.what());
      }
    });
  }

  void end() {
    ending_ = true;
    threads_.clear();
  }

 private:
  Complaints& complaints_;
  std::atomic<bool> ending_ = false;
  std::vector<std::jthread> threads_;
};

// The snapshot that a writer made last, for any thread.
class Newest {
 public:
  void set(Snapshot snapshot) {
    const std::lock_guard lock(mutex_);
    snapshot_ = std::move(snapshot);
  }
  Snapshot get() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
  }

 private:
  mutable std::mutex mutex_;
  Snapshot snapshot_;
};

CorpusOptions options_of(const std::string& folder) {
  CorpusOptions options;
  options.folder = folder;
  options.settings = twin_settings();
  options.writer.threads = 2;
  if (!folder.empty()) options.store_meta = "{}";
  return options;
}

}  // namespace

TEST_CASE("retrieval: readers of a folder see whole commits while a writer works") {
  const Plan plan;
  const TemporaryFolder folder;
  const std::string path = folder.file("index");
  Complaints complaints;
  Newest newest;
  Crowd crowd(complaints);
  CorpusWriter writer(options_of(path));
  const auto start = [&](const Snapshot& first) {
    for (int i = 0; i < 2; ++i) {  // that refresh
      crowd.start([&, own = first]() mutable {
        const auto before = own->generation();
        own = Bm25Index::refresh(own);
        if (own->generation() < before) complaints.add("A refresh went back.");
        check_snapshot(plan, own, complaints);
      });
    }
    crowd.start([&, path] { check_snapshot(plan, Bm25Index::open(path), complaints); });
    // Two threads and the writer share what it publishes; the first one stays as it is.
    for (int i = 0; i < 2; ++i) {
      crowd.start([&] { check_snapshot(plan, newest.get(), complaints); });
    }
    crowd.start([&, first] { check_snapshot(plan, first, complaints); });
    crowd.start([&, path] { check_documents(path, newest.get()->next_ordinal(), complaints); });
    crowd.start([&, path] {
      for (const std::string& problem : verify_index(path).problems) complaints.add(problem);
    });
  };
  write_all(writer, true, [&](Snapshot snapshot) {
    const bool is_first = newest.get() == nullptr;
    newest.set(snapshot);
    if (is_first) start(Bm25Index::open(path));
  });
  crowd.end();
  CHECK(complaints.list() == "");
  CHECK(newest.get()->generation() + 1 == plan.steps.size());
  CHECK(newest.get()->deleted() == 0);  // the last step merged
  check_snapshot(plan, Bm25Index::open(path), complaints);
  check_documents(path, kAnchors + kSteps * kBatch, complaints);
  CHECK(complaints.list() == "");
}

TEST_CASE("retrieval: a reader sees that another index took its folder's place") {
  const TemporaryFolder folder;
  // The same documents, of which another one is deleted: but for that all is as it was.
  const auto build = [&](const std::string& deleted) {
    std::filesystem::remove_all(folder.path());
    IndexWriter writer(folder.path(), twin_settings(), {});
    writer.add({{"a", {"one"}, ""}, {"b", {"two"}, ""}, {"c", {"three"}, ""}});
    writer.commit();
    if (!deleted.empty()) writer.remove(std::vector{deleted});
    writer.commit();
  };
  build("a");
  const Snapshot reader = Bm25Index::open(folder.path());
  CHECK(Bm25Index::refresh(reader) == reader);
  build("b");
  const Snapshot fresh = Bm25Index::refresh(reader);
  CHECK(fresh->generation() == reader->generation());
  CHECK(fresh->find_key("a").has_value());
  CHECK_FALSE(fresh->find_key("b").has_value());
  CHECK(Bm25Index::refresh(fresh) == fresh);
  build("");
  const Snapshot whole = Bm25Index::refresh(fresh);
  CHECK(whole->documents() == 3);
  CHECK(Bm25Index::refresh(whole) == whole);
}

TEST_CASE("retrieval: readers of an index in memory keep their snapshots while a writer works") {
  const Plan plan;
  Complaints complaints;
  Newest newest;
  Crowd crowd(complaints);
  CorpusWriter writer(options_of(""));
  write_all(writer, false, [&](Snapshot snapshot) {
    const bool is_first = newest.get() == nullptr;
    newest.set(snapshot);
    if (!is_first) return;
    for (int i = 0; i < 3; ++i) {
      crowd.start([&] { check_snapshot(plan, newest.get(), complaints); });
    }
    crowd.start([&, snapshot] { check_snapshot(plan, snapshot, complaints); });
  });
  crowd.end();
  check_snapshot(plan, newest.get(), complaints);
  CHECK(complaints.list() == "");
  CHECK(newest.get()->generation() + 1 == plan.steps.size());
}
