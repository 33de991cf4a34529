// Index files: what is saved is what is opened, and what is damaged is refused.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "base/errors.h"
#include "retrieval/bm25/bm25_builder.h"
#include "retrieval/bm25/bm25_file.h"
#include "retrieval/bm25/bm25_file_layout.h"
#include "retrieval/bm25/bm25_search.h"
#include "retrieval/files/crc32c.h"

using namespace querl;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("querl-test-" + std::to_string(getpid()))) {
    fs::create_directory(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ / name; }
  size_t entries() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(path_), {}));
  }

 private:
  fs::path path_;
};

ImpactIndex some_index(uint32_t documents) {
  Bm25Builder builder({0.9, 0.4});
  std::mt19937_64 random(documents);
  for (uint32_t d = 0; d < documents; ++d) {
    std::string text;
    for (int i = 0; i < 6; ++i) text += "w" + std::to_string(random() % (1 + random() % 400)) + " ";
    builder.add(text);
  }
  return builder.finish();
}

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// The error's code, or nothing where the file was opened.
std::string refusal(const std::string& path) {
  try {
    open_bm25(path);
    return "";
  } catch (const Error& error) {
    return error.code();
  }
}

// Gives a changed file valid checksums, as a writer with a bug or ill will would.
void seal(std::string& bytes) {
  const auto crc = [&](uint64_t first, uint64_t count) {
    return crc32c(std::as_bytes(std::span(bytes).subspan(first, count)));
  };
  Bm25Header header;
  std::memcpy(static_cast<void*>(&header), bytes.data(), sizeof(header));
  uint64_t at = header.checksums.first;
  for (const FilePart section : header.sections) {
    for (uint64_t i = 0; i < section.bytes; i += kBlockBytes, at += 4) {
      const uint32_t sum = crc(section.first + i, std::min(kBlockBytes, section.bytes - i));
      std::memcpy(bytes.data() + at, &sum, 4);
    }
  }
  header.checksum_of_checksums = crc(header.checksums.first, header.checksums.bytes);
  header.checksum = header_checksum(header);
  std::memcpy(bytes.data(), &header, sizeof(header));
}

}  // namespace

TEST_CASE("retrieval: CRC-32C has its published check value, on both paths") {
  const std::string digits = "123456789";
  CHECK(crc32c(std::as_bytes(std::span(digits))) == 0xe3069283u);  // RFC 3720's Castagnoli check
  CHECK(crc32c_portable(std::as_bytes(std::span(digits))) == 0xe3069283u);
}

TEST_CASE("retrieval: an opened index answers like the one that was saved") {
  const Folder folder;
  const ImpactIndex built = some_index(20000);
  save_bm25(built, folder.file("index"));
  const ImpactIndex opened = open_bm25(folder.file("index"));
  CHECK(opened.counts().documents == 20000);
  CHECK(opened.counts().words == built.counts().words);
  CHECK(opened.parameters().k1 == 0.9);
  CHECK(folder.entries() == 1);
  ImpactSearcher ours(built), theirs(opened);
  for (const char* query : {"w1", "w3 w200 w77", "w399 w0 w0", "nothing"}) {
    const std::vector<ImpactHit> a = ours.search(query, 50, {}), b = theirs.search(query, 50, {});
    REQUIRE(a.size() == b.size());
    for (size_t i = 0; i < a.size(); ++i) CHECK(a[i].document == b[i].document);
  }
}

TEST_CASE("retrieval: a file cut at any multiple of 64, and one before and behind it, is refused") {
  const Folder folder;
  save_bm25(some_index(3000), folder.file("index"));
  const std::string whole = read(folder.file("index"));
  REQUIRE(whole.size() > 2 * kBlockBytes);
  for (size_t length = 0; length < whole.size(); length += 64) {
    for (const size_t cut : {length, length + 1, length + 63}) {
      write(folder.file("cut"), whole.substr(0, cut));
      CHECK(refusal(folder.file("cut")) == "ERR_QUERL_INDEX_CORRUPT");
    }
  }
}

TEST_CASE("retrieval: a flipped bit anywhere is found") {
  const Folder folder;
  save_bm25(some_index(150), folder.file("index"));
  std::string bytes = read(folder.file("index"));
  std::mt19937_64 random(1);
  // Each byte once, with one of its bits.
  for (char& byte : bytes) {
    const auto bit = static_cast<char>(1 << random() % 8);
    byte = static_cast<char>(byte ^ bit);
    write(folder.file("flipped"), bytes);
    CHECK(refusal(folder.file("flipped")) == "ERR_QUERL_INDEX_CORRUPT");
    byte = static_cast<char>(byte ^ bit);
  }
}

TEST_CASE("retrieval: nonsense under valid checksums is refused or harmless") {
  const Folder folder;
  save_bm25(some_index(150), folder.file("index"));
  const std::string whole = read(folder.file("index"));
  std::mt19937_64 random(2);
  int refused = 0;
  const int rounds = 4000;
  for (int round = 0; round < rounds; ++round) {
    std::string bytes = whole;
    // Four bytes at once, so that offsets become wild; behind the mark and the version.
    const size_t at = 16 + random() % (bytes.size() - 20);
    const auto wild = static_cast<uint32_t>(random() % 3 == 0 ? random() % 300 : random());
    std::memcpy(bytes.data() + at, &wild, 4);
    Bm25Header header;
    std::memcpy(static_cast<void*>(&header), bytes.data(), sizeof(header));
    if (std::memcmp(bytes.data(), whole.data(), sizeof(header)) == 0) {
      seal(bytes);
    } else {
      header.checksum = header_checksum(header);
      std::memcpy(bytes.data(), &header, sizeof(header));
    }
    write(folder.file("wild"), bytes);
    try {
      const ImpactIndex index = open_bm25(folder.file("wild"));
      ImpactSearcher searcher(index);
      for (const ImpactHit& hit : searcher.search("w1 w2 w3 w50 w300", 20, {})) {
        CHECK(hit.document < index.counts().documents);
      }
    } catch (const Error& error) {
      CHECK(std::string(error.code()) == "ERR_QUERL_INDEX_CORRUPT");
      ++refused;
    }
  }
  CHECK(refused > rounds / 4);  // the rest changes scores, terms or nothing
}

TEST_CASE("retrieval: a disk that is full leaves the old index whole and nothing beside it") {
  const Folder folder;
  save_bm25(some_index(10), folder.file("index"));
  const std::string old = read(folder.file("index"));
  const ImpactIndex larger = some_index(20000);

  // A limit on the size of files acts like a full disk from that byte on.
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  for (const rlim_t limit : {rlim_t{0}, rlim_t{100}, rlim_t{70000}}) {
    const rlimit small{limit, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    std::string code;
    try {
      save_bm25(larger, folder.file("index"));
    } catch (const Error& error) {
      code = error.code();
    }
    setrlimit(RLIMIT_FSIZE, &before);
    CHECK(code == "ERR_QUERL_IO");
    CHECK(read(folder.file("index")) == old);
    CHECK(folder.entries() == 1);
  }
  std::signal(SIGXFSZ, handler);
}
