// Files that another process cuts while they are mapped: an error that names the file, where the
// system would end the process for a look behind the new end.
#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
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

std::string refusal(const std::function<void()>& call, const std::string& code) {
  try {
    call();
    return "no error";
  } catch (const Error& error) {
    CHECK(error.code() == code);
    return error.what();
  }
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> files_in(const std::string& folder, const std::string& start) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with(start)) found.push_back(entry.path());
  }
  return found;
}

// Cuts each file to several lengths, asks what must fail for it, and brings it back.
void cut(const std::vector<std::string>& paths, const std::string& code,
         const std::function<void()>& read) {
  REQUIRE_FALSE(paths.empty());
  for (const std::string& path : paths) {
    const std::string bytes = read_file(path);
    for (const size_t length : {size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
      fs::resize_file(path, length);
      const std::string message = refusal(read, code);
      CHECK(contains(message, path));
      CHECK(contains(message, std::to_string(length) + " bytes"));
    }
    write_file(path, bytes);
    CHECK_NOTHROW(read());
  }
}

const std::vector<Query> kQueries = {"w1 w2 w3", "w0 w40 w7"};

}  // namespace

TEST_CASE("retrieval: a segment that is cut while it is searched from is an error, not the end") {
  const TemporaryFolder folder;
  build_probe(folder.path());
  const auto index = Bm25Index::open(folder.path());
  const auto fresh = Bm25Index::open(folder.path());
  BatchSearcher searcher(index, index->settings().parameters);
  const auto hits = searcher.search(kQueries, 1000, nullptr, 2, {});
  const auto segments = files_in(folder.path(), "segment-");
  cut(segments, "ERR_QUERL_INDEX_CORRUPT",
      [&] { searcher.search(kQueries, 1000, nullptr, 2, {}); });
  cut(segments, "ERR_QUERL_INDEX_CORRUPT", [&] { searcher.explain(kQueries[0], 0); });
  // Whatever reads a block for the first time asks, too.
  for (const SegmentView& view : fresh->segments()) {
    const SectionFile& file = view.segment->file();
    cut({file.path()}, "ERR_QUERL_INDEX_CORRUPT", [&] { file.verify({}, {}); });
  }
  CHECK(searcher.search(kQueries, 1000, nullptr, 2, {})[0].size() == hits[0].size());
}

TEST_CASE("retrieval: a segment that is cut while a writer has it fails the writer alone") {
  const TemporaryFolder folder;
  build_probe(folder.path());
  const auto segments = files_in(folder.path(), "segment-");
  const std::string bytes = read_file(segments[0]);
  const std::vector<std::string> keys = {"11"};
  const std::vector<std::function<void(IndexWriter&)>> jobs = {
      [&](IndexWriter& writer) { writer.remove(keys); },
      [](IndexWriter& writer) { writer.merge(1); },
      [](IndexWriter& writer) { save_index(*writer.index(), writer.index()->folder() + "-2"); },
  };
  for (const auto& job : jobs) {
    IndexWriter writer(folder.path(), {});
    answers(writer.index());
    fs::resize_file(segments[0], bytes.size() / 2);
    const std::string message = refusal([&] { job(writer); }, "ERR_QUERL_INDEX_CORRUPT");
    CHECK(contains(message, segments[0]));
    write_file(segments[0], bytes);
  }
  fs::remove_all(folder.path() + "-2");
  CHECK_NOTHROW(answers(folder.path()));
}

TEST_CASE("retrieval: documents that are cut while they are read from are an error, not the end") {
  const TemporaryFolder folder;
  build_probe(folder.path());
  const auto store = open_documents(folder.path());
  const auto read = [&] {
    for (uint32_t i = 0; i < store->documents(); ++i) store->line(i);
  };
  read();
  std::vector<std::string> lines, places;
  for (const std::string& path : files_in(folder.path(), "documents-")) {
    (path.ends_with(".jsonl") ? lines : places).push_back(path);
  }
  cut(lines, "ERR_QUERL_DATA", read);
  cut(places, "ERR_QUERL_INDEX_CORRUPT", read);
}

TEST_CASE("retrieval: vectors that are cut while they are searched are an error, not the end") {
  constexpr uint32_t kD = 24, kRows = 3000;
  const std::vector<float> rows = gaussian(size_t{kRows} * kD, 5);
  const TemporaryFolder folder;
  const std::string own = folder.file("own.vectors"), raw = folder.file("raw.bin");
  VectorWriter writer({.dimensions = kD, .codes = true}, own);
  writer.add(rows);
  writer.finish();
  write_file(raw, std::string(reinterpret_cast<const char*>(rows.data()), rows.size() * 4));
  const std::vector<VectorStretch> stretches = {{{raw}, 0, kRows}};
  for (const auto& [path, index] :
       {std::pair{own, open_vector_files(std::span(&own, 1))},
        std::pair{raw, VectorIndex::of(map_vectors(stretches, VectorType::kFloat32, kD),
                                       Metric::kInnerProduct, 2, {})}}) {
    const std::span<const float> queries = std::span(rows).first(5 * kD);
    const auto search = [&] { index->search({.queries = queries, .top_k = 7, .threads = 2}); };
    search();
    cut({path}, "ERR_QUERL_INDEX_CORRUPT", search);
    cut({path}, "ERR_QUERL_INDEX_CORRUPT", [&] {
      std::vector<float> row(kD);
      index->read(std::vector<uint32_t>{kRows - 1}, row.data());
    });
  }
}
