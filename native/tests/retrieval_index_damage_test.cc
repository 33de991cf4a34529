// Damaged index files: refused, or read as they were written. Never anything else.
#include <doctest/doctest.h>

#include <filesystem>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "retrieval/bm25/index.h"
#include "retrieval/bm25/index_writer.h"
#include "retrieval/bm25/posting_list.h"
#include "retrieval/bm25/verify.h"
#include "tests/index_twin.h"
#include "tests/temporary_folder.h"

using namespace querl;
namespace fs = std::filesystem;

namespace {

// All that a search of a few terms reads, as numbers.
std::vector<uint64_t> read_some(const std::string& folder) {
  std::vector<uint64_t> seen;
  const auto index = Bm25Index::open(folder);
  seen.push_back(index->documents());
  for (const SegmentView& view : index->segments()) {
    const Segment& segment = *view.segment;
    const FieldLengths lengths = segment.lengths(0);
    for (const char* term : {"w0", "w1", "w17", "w999", "w8000", "none"}) {
      const auto info = segment.find(0, term);
      if (!info) continue;
      PostingReader reader(segment.postings(0), info->first, info->bytes, info->document_frequency,
                           segment.documents());
      std::span<const Posting> block;
      while (reader.next_block(block)) {
        for (const Posting& posting : block) {
          if (view.deleted && view.deleted->contains(posting.document)) continue;
          seen.insert(seen.end(), {segment.ordinal(posting.document), posting.count,
                                   lengths.length(posting.document)});
        }
      }
    }
  }
  for (const char* key : {"key-0", "key-1600", "3", "77"}) {
    seen.push_back(index->find_key(key).value_or(0));
  }
  return seen;
}

// True where the index was refused with one of the two codes that may be; false where it was read,
// as it was written.
bool is_refused(const std::string& folder, const std::vector<uint64_t>& whole) {
  try {
    const std::vector<uint64_t> seen = read_some(folder);
    CHECK((seen == whole));
    return false;
  } catch (const Error& error) {
    const std::string code = error.code();
    CHECK((code == "ERR_QUERL_INDEX_CORRUPT" || code == "ERR_QUERL_IO"));
    return true;
  }
}

void build(const std::string& folder) {
  std::mt19937_64 random(1);
  IndexWriter writer(folder, twin_settings(), {});
  for (int commit = 0; commit < 2; ++commit) {
    std::vector<DocumentInput> documents;
    for (int i = 0; i < 800; ++i) {
      documents.push_back(random_document(random));
      if (i % 2 == 0) documents.back().key = "key-" + std::to_string(commit * 800 + i);
    }
    writer.add(std::move(documents));
    writer.commit();
  }
  writer.remove(std::vector<std::string>{"key-10", "77"});
  writer.commit();
}

}  // namespace

TEST_CASE("retrieval: an index cut at any block, or one byte beside it, is refused") {
  const TemporaryFolder folder;
  build(folder.path());
  const std::vector<uint64_t> whole = read_some(folder.path());
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    const std::string path = entry.path(), bytes = read_file(path);
    if (bytes.empty()) continue;  // the lock
    for (size_t cut = 0; cut <= bytes.size(); cut += 4096) {
      for (const size_t length : {cut - 1, cut, cut + 1}) {
        if (length >= bytes.size()) continue;
        write_file(path, bytes.substr(0, length));
        CHECK(is_refused(folder.path(), whole));
      }
    }
    write_file(path, bytes);
  }
  CHECK_FALSE(is_refused(folder.path(), whole));
}

TEST_CASE("retrieval: a bit flipped anywhere is noticed or changes no hit, and verify finds it") {
  const TemporaryFolder folder;
  build(folder.path());
  const std::vector<uint64_t> whole = read_some(folder.path());
  CHECK(verify_index(folder.path()).problems.empty());
  std::mt19937_64 random(2);
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    const std::string path = entry.path(), bytes = read_file(path);
    if (bytes.empty()) continue;
    for (int i = 0; i < 500; ++i) {
      std::string flipped = bytes;
      flipped[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
      write_file(path, flipped);
      is_refused(folder.path(), whole);
      if (i % 20 == 0) CHECK_FALSE(verify_index(folder.path()).problems.empty());
    }
    write_file(path, bytes);
  }
}
