// Files that are cut while a job reads them, at each of its looks at a page that it has not seen
// before: the right answer, or an error that names the file. Nothing else, and nothing of an index
// that is being changed is lost.
#include <doctest/doctest.h>

#if defined(__linux__) && defined(__LP64__)

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bit>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "base/errors.h"
#include "retrieval/bm25/batch_searcher.h"
#include "retrieval/bm25/open_documents.h"
#include "retrieval/dense/vector_writer.h"
#include "tests/index_probe.h"
#include "tests/retrieval_vectors_case.h"
#include "tests/temporary_folder.h"

using namespace querl;
namespace fs = std::filesystem;

namespace {

// From here to its end, a touch of a page of the mapped file is counted, and at one of them the
// file is cut. The pages are taken from the process for this, and given back by a handler, one by
// one.
class Trap {
 public:
  static constexpr int kNever = 0;

  Trap(const std::string& path, int at, size_t length) {
    find(path);
    trap = {begin_, end_, 0, at, static_cast<off_t>(length), open(path.c_str(), O_RDWR)};
    REQUIRE(trap.file >= 0);
    struct sigaction action {};
    action.sa_sigaction = on_touch;
    action.sa_flags = SA_SIGINFO;
    REQUIRE(sigaction(SIGSEGV, &action, &before_) == 0);
    REQUIRE(mprotect(reinterpret_cast<void*>(begin_), end_ - begin_, PROT_NONE) == 0);
  }

  ~Trap() {
    mprotect(reinterpret_cast<void*>(begin_), end_ - begin_, PROT_READ);
    sigaction(SIGSEGV, &before_, nullptr);
    close(trap.file);
  }

  Trap(const Trap&) = delete;
  Trap& operator=(const Trap&) = delete;

  int touches() const { return trap.touches; }

 private:
  struct State {
    uintptr_t begin, end;
    int touches, at;
    off_t length;
    int file;
  };
  static inline State trap;  // of the one that is set

  void find(const std::string& path) {
    const std::string ending = " " + fs::canonical(path).string();
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
      if (!line.ends_with(ending)) continue;
      char dash;
      std::istringstream(line) >> std::hex >> begin_ >> dash >> end_;
    }
    REQUIRE(begin_ < end_);
  }

  static void on_touch(int, siginfo_t* info, void*) {
    static const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
    if (address < trap.begin || address >= trap.end) {
      signal(SIGSEGV, SIG_DFL);  // an error of the code under test: it happens again, for good
      return;
    }
    if (++trap.touches == trap.at && ftruncate(trap.file, trap.length) != 0) _exit(3);
    mprotect(reinterpret_cast<void*>(address - address % page), page, PROT_READ);
  }

  uintptr_t begin_ = 0, end_ = 0;
  struct sigaction before_ {};
};

using Answer = std::vector<uint64_t>;
using Job = std::function<Answer()>;

struct Counts {
  int answers = 0;
  int errors = 0;
};

// `open` prepares a job in the folder, which is a copy of `original` for each; `after` sees the
// folder, whole again, after an error.
Counts cut_inside(const std::string& original, const std::string& start,
                  const std::function<Job(const std::string& folder)>& open,
                  const std::function<void(const std::string& folder)>& after = nullptr) {
  Counts counts;
  const std::string folder = original + "-copy";
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(original)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(start)) names.push_back(name);
  }
  REQUIRE_FALSE(names.empty());
  for (const std::string& name : names) {
    const std::string path = folder + "/" + name, bytes = read_file(original + "/" + name);
    const auto prepare = [&] {
      fs::remove_all(folder);
      fs::copy(original, folder);
      return open(folder);
    };
    Answer right;
    int touches = 0;
    {
      const Job job = prepare();
      const Trap trap(path, Trap::kNever, 0);
      right = job();
      touches = trap.touches();
    }
    CHECK(touches > 0);
    for (int at = 1; at <= touches; ++at) {
      const size_t length = bytes.size() * static_cast<size_t>(at % 4) / 4;
      {
        const Job job = prepare();
        const Trap trap(path, at, length);
        try {
          const Answer answer = job();
          CHECK(answer == right);
          ++counts.answers;
          continue;
        } catch (const Error& error) {
          const std::string code = error.code(), message = error.what();
          const bool is_known = code == "ERR_QUERL_INDEX_CORRUPT" || code == "ERR_QUERL_DATA";
          CHECK_MESSAGE(is_known, message);
          CHECK_MESSAGE(message.find(path) != std::string::npos, message);
          CHECK_MESSAGE(message.find("cut to " + std::to_string(length)) != std::string::npos,
                        message);
          ++counts.errors;
        }
      }
      write_file(path, bytes);
      if (after) after(folder);
    }
  }
  fs::remove_all(folder);
  return counts;
}

void keep(Answer& answer, const std::vector<std::vector<Hit>>& lists) {
  for (const auto& hits : lists) {
    answer.push_back(hits.size());
    for (const Hit& hit : hits) {
      answer.insert(answer.end(), {hit.ordinal, std::bit_cast<uint64_t>(hit.score)});
    }
  }
}

const std::vector<Query> kQueries = {"w1 w2 w3", "w0 w40 w7 w17", "w3000 none"};

}  // namespace

TEST_CASE("retrieval: a segment that is cut inside of a search is no answer and no end") {
  const TemporaryFolder outer;
  const std::string folder = outer.file("index");
  build_probe(folder);
  for (const bool is_warm : {false, true}) {
    const Counts counts = cut_inside(folder, "segment-", [&](const std::string& copy) {
      const auto index = Bm25Index::open(copy);
      const auto searcher = std::make_shared<BatchSearcher>(index, index->settings().parameters);
      const Job job = [searcher] {
        Answer answer;
        keep(answer, searcher->search(kQueries, 1000, nullptr, 1, {}));
        keep(answer, searcher->search(kQueries, 3, nullptr, 1, {}));
        const Explanation why = searcher->explain(kQueries[0], 7 + 1);
        for (const TermExplanation& term : why.terms) answer.push_back(term.count);
        return answer;
      };
      if (is_warm) job();  // all blocks have passed their checksums
      return job;
    });
    CHECK(counts.errors > 0);
  }
}

TEST_CASE("retrieval: a segment that is cut inside of a change leaves the index as it was") {
  const TemporaryFolder outer;
  const std::string folder = outer.file("index");
  build_probe(folder);
  const Answer before = answers(folder);
  const auto is_as_before = [&](const std::string& copy) { CHECK(answers(copy) == before); };
  const Counts counts = cut_inside(
      folder, "segment-",
      [](const std::string& copy) {
        const auto writer = std::make_shared<IndexWriter>(copy, WriterOptions{});
        return Job([writer] {
          writer->remove(std::vector<std::string>{"key-6", "11", "key-600"});
          return answers(writer->merge(1));
        });
      },
      is_as_before);
  CHECK(counts.errors > 0);
}

TEST_CASE("retrieval: documents that are cut inside of a job are no answer and no end") {
  const TemporaryFolder outer;
  const std::string folder = outer.file("index");
  build_probe(folder);
  for (const bool is_warm : {false, true}) {
    const Counts counts = cut_inside(folder, "documents-", [&](const std::string& copy) {
      const auto store = open_documents(copy);
      const Job job = [store] {
        std::string lines;
        for (uint32_t i = 0; i < store->documents(); ++i) lines += store->line(i);
        store->check_files();
        return Answer{hash_of(lines)};
      };
      if (is_warm) job();
      return job;
    });
    CHECK(counts.errors > 0);
  }
}

TEST_CASE("retrieval: vectors that are cut inside of a search are no answer and no end") {
  constexpr uint32_t kD = 24, kRows = 1500;
  const std::vector<float> rows = gaussian(size_t{kRows} * kD, 5);
  const TemporaryFolder outer;
  const std::string folder = outer.file("vectors");
  fs::create_directory(folder);
  for (const bool codes : {false, true}) {
    VectorWriter writer({.dimensions = kD, .codes = codes},
                        folder + (codes ? "/codes.vectors" : "/plain.vectors"));
    writer.add(rows);
    writer.finish();
  }
  write_file(folder + "/raw.bin",
             std::string(reinterpret_cast<const char*>(rows.data()), rows.size() * 4));
  for (const std::string name : {"plain.vectors", "codes.vectors", "raw.bin"}) {
    for (const bool is_warm : {false, true}) {
      const Counts counts = cut_inside(folder, name, [&](const std::string& copy) {
        const std::string path = copy + "/" + name;
        const std::vector<VectorStretch> stretches = {{{path}, 0, kRows}};
        const auto index = name == "raw.bin"
                               ? VectorIndex::of(map_vectors(stretches, VectorType::kFloat32, kD),
                                                 Metric::kInnerProduct, 1, {})
                               : open_vector_files(std::span(&path, 1));
        const Job job = [=, &rows] {
          Answer answer;
          for (const size_t count : {size_t{1}, size_t{9}}) {
            const auto queries = std::span<const float>(rows).first(count * kD);
            for (const auto& hits : index->search({.queries = queries, .top_k = 7})) {
              for (const RowHit& hit : hits) {
                answer.insert(answer.end(), {hit.row, std::bit_cast<uint32_t>(hit.score)});
              }
            }
          }
          std::vector<float> row(kD);
          index->read(std::vector<uint32_t>{kRows - 1}, row.data());
          answer.push_back(std::bit_cast<uint32_t>(row[3]));
          return answer;
        };
        if (is_warm) job();
        return job;
      });
      CHECK(counts.errors > 0);
    }
  }
}

#endif
