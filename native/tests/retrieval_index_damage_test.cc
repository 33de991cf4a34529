// Damaged index files: refused, or read as they were written. Never anything else, in ten thousand
// cases.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "retrieval/bm25/verify.h"
#include "retrieval/dense/vector_writer.h"
#include "tests/index_probe.h"
#include "tests/temporary_folder.h"

using namespace querl;
namespace fs = std::filesystem;

namespace {

using Answers = std::vector<uint64_t>;
using Files = std::map<std::string, std::string>;  // bytes by path

Files files_of(const std::string& folder) {
  Files files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() == "writer.lock") continue;  // it is empty, and stays
    files[entry.path()] = read_file(entry.path());
  }
  return files;
}

// Reads damaged files over and over, and counts.
template <typename Read>
class Trial {
 public:
  explicit Trial(Read read) : read_(std::move(read)), whole_(read_()) {}

  // True where the files were refused with a code that says why; false where they gave the answers
  // of the whole ones, as they must then.
  bool is_refused() {
    ++cases_;
    try {
      const bool is_right = read_() == whole_;
      CHECK(is_right);
      return false;
    } catch (const Error& error) {
      const std::string code = error.code();
      CHECK((code == "ERR_QUERL_INDEX_CORRUPT" || code == "ERR_QUERL_IO" ||
             code == "ERR_QUERL_DATA"));
      ++refused_;
      return true;
    }
  }

  uint64_t cases() const { return cases_; }
  uint64_t refused() const { return refused_; }

 private:
  Read read_;
  Answers whole_;
  uint64_t cases_ = 0;
  uint64_t refused_ = 0;
};

// Cuts every file at every multiple of `step` and one byte beside it. Each cut is refused.
template <typename Read>
void cut_everywhere(const Files& files, size_t step, Trial<Read>& trial) {
  for (const auto& [path, bytes] : files) {
    for (size_t cut = 0; cut <= bytes.size(); cut += step) {
      for (const size_t length : {cut - 1, cut, cut + 1}) {
        if (length >= bytes.size()) continue;
        fs::resize_file(path, length);
        CHECK(trial.is_refused());
      }
      write_file(path, bytes);
    }
  }
}

// Flips single bits, and now and then a run of bytes, at random places.
template <typename Read, typename Each>
void flip_bits(const Files& files, uint64_t cases, Trial<Read>& trial, const Each& each) {
  std::mt19937_64 random(2);
  std::vector<std::string> paths;
  for (const auto& [path, bytes] : files) paths.push_back(path);
  for (uint64_t i = 0; i < cases; ++i) {
    const std::string& path = paths[i % paths.size()];
    const std::string& bytes = files.at(path);
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    const size_t at = random() % bytes.size();
    const size_t count = std::min<size_t>(i % 7 == 0 ? 1 + random() % 64 : 1, bytes.size() - at);
    std::string damaged = bytes.substr(at, count);
    for (char& byte : damaged) byte ^= static_cast<char>(1 << random() % 8);
    file.seekp(static_cast<std::streamoff>(at)).write(damaged.data(), std::ssize(damaged)).flush();
    trial.is_refused();
    each(i);
    file.seekp(static_cast<std::streamoff>(at))
        .write(bytes.data() + at, static_cast<std::streamsize>(count))
        .flush();
  }
}

// A folder with the probe's index, and what reads it.
struct Probe {
  explicit Probe(uint64_t seed = 1) {
    build_probe(folder.path(), seed);
    files = files_of(folder.path());
  }

  auto trial() const {
    return Trial([path = folder.path()] { return answers(path); });
  }

  std::vector<std::string> paths(const std::string& start) const {
    std::vector<std::string> found;
    for (const auto& [path, bytes] : files) {
      if (fs::path(path).filename().string().starts_with(start)) found.push_back(path);
    }
    return found;
  }

  TemporaryFolder folder;
  Files files;
};

std::vector<float> gaussian(size_t count) {
  std::mt19937 random(4);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

constexpr uint32_t kDimensions = 24;

// Rows as vectors and as codes, with the lengths that L2 needs: every section a vector file has.
void build_vectors(const std::string& path) {
  VectorWriterOptions options{.metric = Metric::kL2, .dimensions = kDimensions, .codes = true};
  VectorWriter writer(options, path);
  writer.add(gaussian(size_t{700} * kDimensions));
  writer.finish();
}

Answers vector_answers(const std::string& path) {
  const auto index = open_vector_files(std::span(&path, 1));
  const std::vector<float> queries = gaussian(size_t{4} * kDimensions);
  Answers seen{index->rows(), index->dimensions()};
  for (const auto& hits : index->search({.queries = queries, .top_k = 20})) {
    for (const RowHit& hit : hits) {
      seen.insert(seen.end(), {hit.row, std::bit_cast<uint32_t>(hit.score)});
    }
  }
  return seen;
}

}  // namespace

TEST_CASE("retrieval: an index cut at any block, or one byte beside it, is refused") {
  const Probe probe;
  auto trial = probe.trial();
  cut_everywhere(probe.files, 256, trial);
  CHECK(trial.cases() > 2000);
  CHECK_FALSE(trial.is_refused());  // all is as it was
}

TEST_CASE("retrieval: a bit flipped anywhere is noticed or changes no hit, and verify finds it") {
  const Probe probe;
  auto trial = probe.trial();
  CHECK(verify_index(probe.folder.path()).problems.empty());
  flip_bits(probe.files, 7000, trial, [&](uint64_t i) {
    if (i % 50 != 0) return;
    const std::string path =
        std::next(probe.files.begin(), static_cast<ptrdiff_t>(i % probe.files.size()))->first;
    if (fs::path(path).filename().string().starts_with("documents-")) return;
    CHECK_FALSE(verify_index(probe.folder.path()).problems.empty());
  });
  CHECK(trial.refused() > trial.cases() / 2);  // the answers touch most of the bytes
  CHECK_FALSE(trial.is_refused());
}

TEST_CASE("retrieval: files that are missing, empty, swapped or of another index are refused") {
  const Probe probe, other(2);
  auto trial = probe.trial();
  const std::vector<std::string> segments = probe.paths("segment-");
  REQUIRE(segments.size() == 3);
  REQUIRE(probe.paths("deleted-").size() == 2);
  REQUIRE(probe.paths("documents-").size() == 4);  // three commits' copies, and their places
  for (const auto& [path, bytes] : probe.files) {
    fs::remove(path);
    CHECK(trial.is_refused());
    for (const std::string& instead :
         {std::string(), std::string(bytes.size(), '\0'), bytes + '\0', bytes + bytes}) {
      write_file(path, instead);
      CHECK(trial.is_refused());
    }
    write_file(path, bytes);
  }
  for (const auto& [path, bytes] : other.files) {
    const std::string own = probe.folder.file(fs::path(path).filename());
    if (bytes == probe.files.at(own)) continue;  // deletions, and lines
    write_file(own, bytes);
    CHECK(trial.is_refused());
    write_file(own, probe.files.at(own));
  }
  for (const std::string& one : segments) {
    for (const std::string& another : segments) {
      if (one == another) continue;
      write_file(one, probe.files.at(another));
      CHECK(trial.is_refused());
      write_file(one, probe.files.at(one));
    }
  }
  const std::vector<std::string> deletions = probe.paths("deleted-");
  write_file(deletions[0], probe.files.at(deletions[1]));
  CHECK(trial.is_refused());
  write_file(deletions[0], probe.files.at(deletions[0]));
  CHECK_FALSE(trial.is_refused());
}

TEST_CASE("retrieval: pages that were swapped, or never reached the disk, are noticed") {
  const Probe probe;
  auto trial = probe.trial();
  constexpr size_t kPage = 4096;
  for (const auto& [path, bytes] : probe.files) {
    for (size_t at = 0; at + kPage <= bytes.size(); at += kPage) {
      std::string damaged = bytes;
      std::fill_n(damaged.begin() + static_cast<ptrdiff_t>(at), kPage, '\0');
      write_file(path, damaged);
      trial.is_refused();
      if (at == 0) continue;
      damaged = bytes;
      std::swap_ranges(damaged.begin(), damaged.begin() + kPage,
                       damaged.begin() + static_cast<ptrdiff_t>(at));
      write_file(path, damaged);
      CHECK(trial.is_refused());
    }
    write_file(path, bytes);
  }
  CHECK(trial.refused() > trial.cases() / 2);
  CHECK_FALSE(trial.is_refused());
}

TEST_CASE("retrieval: a damaged vector file is refused or gives the hits of the whole one") {
  const TemporaryFolder folder;
  const std::string path = folder.file("vectors.querl");
  build_vectors(path);
  const Files files = files_of(folder.path());
  Trial trial([&] { return vector_answers(path); });
  cut_everywhere(files, 512, trial);
  const uint64_t cuts = trial.cases();
  CHECK(cuts == trial.refused());
  flip_bits(files, 1000, trial, [](uint64_t) {});
  CHECK(trial.cases() - cuts == 1000);
  CHECK(trial.refused() - cuts > 900);
  CHECK_FALSE(trial.is_refused());
}
