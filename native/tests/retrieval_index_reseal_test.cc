// Contents that are wrong although every checksum is right, as a bug or somebody with bad intent
// writes them: any hits or a typed error, but no crash, no reading elsewhere, no end of memory.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "retrieval/bm25/manifest.h"
#include "retrieval/bm25/merge.h"
#include "retrieval/bm25/verify.h"
#include "retrieval/dense/vector_writer.h"
#include "retrieval/files/section_layout.h"
#include "tests/index_probe.h"
#include "tests/temporary_folder.h"

using namespace querl;

namespace {

constexpr uint64_t kCases = 300;

// Recomputes every checksum of a file of sections.
void reseal(std::string& file) {
  SectionHeader header;
  std::memcpy(&header, file.data(), sizeof header);
  const auto bytes = std::as_bytes(std::span(file));
  const uint64_t block = uint64_t{1} << header.block_shift;
  const uint64_t checksums_at = header.body_end + header.table_bytes;
  for (uint64_t first = 0, i = 0; first < header.body_end; first += block, ++i) {
    const uint64_t from = std::max<uint64_t>(first, sizeof header);
    const uint64_t end = std::min(first + block, header.body_end);
    const uint32_t checksum = crc32c(bytes.subspan(from, end - from));
    std::memcpy(file.data() + checksums_at + i * sizeof checksum, &checksum, sizeof checksum);
  }
  header.table_checksum = crc32c(bytes.subspan(header.body_end, header.table_bytes));
  header.checksums_checksum = crc32c(bytes.subspan(checksums_at));
  header.checksum = header_checksum(header);
  std::memcpy(file.data(), &header, sizeof header);
}

uint32_t mark_of(const std::string& file) {
  SectionHeader header;
  std::memcpy(&header, file.data(), sizeof header);
  return header.checksum;
}

// Numbers that break what is careless: around the ends of types, or just about right.
uint64_t bad_number(std::mt19937_64& random, uint64_t old) {
  const uint64_t bit = uint64_t{1} << (random() % 64);
  const uint64_t numbers[] = {0,         ~uint64_t{0},
                              old + 1,   old - 1,
                              bit,       std::numeric_limits<uint32_t>::max() - bit % 3,
                              old ^ bit, random()};
  return numbers[random() % std::size(numbers)];
}

// Writes one to four such numbers of 1, 2, 4 or 8 bytes into a section.
void spoil(std::string& file, const SectionPlace& section, std::mt19937_64& random) {
  for (uint64_t n = 1 + random() % 4; n > 0; --n) {
    const size_t width = size_t{1} << (random() % 4);
    if (section.bytes < width) continue;
    // Aligned more often than not, and often at an end.
    uint64_t at = random() % (section.bytes - width + 1);
    if (random() % 4 != 0) at -= at % width;
    if (random() % 8 == 0) at = random() % 2 == 0 ? 0 : section.bytes - width;
    uint64_t number = 0;
    std::memcpy(&number, file.data() + section.first + at, width);
    number = bad_number(random, number);
    std::memcpy(file.data() + section.first + at, &number, width);
  }
}

// What a resealed file may do.
template <typename Read>
bool is_refused(const Read& read) {
  try {
    read();
    return false;
  } catch (const Error& error) {
    const std::string code = error.code();
    CHECK((code == "ERR_QUERL_INDEX_CORRUPT" || code == "ERR_QUERL_IO" ||
           code == "ERR_QUERL_DATA" || code == "ERR_QUERL_ARGUMENT"));
    return true;
  }
}

// As Bm25Index::open() does, from a manifest that need not be written to the disk.
std::shared_ptr<const Bm25Index> open_state(const std::string& folder, const Manifest& manifest) {
  std::vector<SegmentView> views;
  for (const ManifestSegment& entry : manifest.segments) {
    SegmentView& view = views.emplace_back();
    const std::string path = segment_path(folder, entry.number);
    view.segment = std::make_shared<const Segment>(SectionFile::open(path, kSegmentKind));
    if (view.segment->fields() != kProbeFields) throw Error("ERR_QUERL_INDEX_CORRUPT", path);
    if (entry.deletions_generation == 0) continue;
    view.deleted = Deletions::open(deletions_path(folder, entry.number, entry.deletions_generation),
                                   view.segment->documents(), entry.deletions_mark);
  }
  return std::make_shared<const Bm25Index>(manifest.settings, views, manifest.next_ordinal,
                                           manifest.generation, folder, manifest.kept);
}

// Like answers(), but explains and finds whatever comes.
void use(const std::shared_ptr<const Bm25Index>& index) {
  Bm25Searcher searcher(index, index->settings().parameters);
  DocumentSet some(index->next_ordinal());
  for (uint32_t i = 0; i < index->next_ordinal() && i < 4096; i += 3) some.insert(i);
  for (const std::vector<QueryTerm>& query : probe_queries()) {
    searcher.search(query, 1000, nullptr, {});
    for (const Hit& hit : searcher.search(query, 5, &some, {})) {
      searcher.explain(query, hit.ordinal);
      index->key(hit.ordinal);
    }
  }
  for (const char* key : {"key-0", "key-402", "1", "350", "777"}) index->find_key(key);
}

void read_documents(const std::string& path) {
  const auto store = LineStore::open(path);
  for (uint32_t i = 0; i < store->documents() && i < 2000; i += 7) store->line(i);
}

}  // namespace

TEST_CASE("retrieval: no content of an index's files can crash a search, a merge or a check") {
  const TemporaryFolder folder;
  build_probe(folder.path());
  const Manifest whole = read_manifest(folder.path());
  std::mt19937_64 random(3);
  uint64_t refused = 0, cases = 0;
  for (; cases < kCases; ++cases) {
    Manifest manifest = whole;
    ManifestSegment& entry = manifest.segments[cases % manifest.segments.size()];
    const bool in_deletions = cases % 9 == 8 && entry.deletions_generation != 0;
    const std::string path =
        in_deletions ? deletions_path(folder.path(), entry.number, entry.deletions_generation)
                     : segment_path(folder.path(), entry.number);
    const std::string bytes = read_file(path);
    const auto sections =
        SectionFile::open(path, in_deletions ? kDeletionsKind : kSegmentKind)->sections();
    std::string spoiled = bytes;
    const SectionPlace section = sections[random() % sections.size()];
    spoil(spoiled, section, random);
    if (random() % 16 == 0) {  // the table of sections too
      SectionHeader header;
      std::memcpy(&header, spoiled.data(), sizeof header);
      spoil(spoiled, {"", header.body_end, header.table_bytes}, random);
    }
    reseal(spoiled);
    write_file(path, spoiled);
    (in_deletions ? entry.deletions_mark : entry.mark) = mark_of(spoiled);
    CAPTURE(section.name);
    CAPTURE(cases);
    refused += is_refused([&] { use(open_state(folder.path(), manifest)); });
    if (cases % 16 == 0) {
      write_manifest(folder.path(), manifest);
      is_refused([&] { verify_index(folder.path()); });
    }
    if (cases % 8 == 0) {
      is_refused([&] {
        const auto index = open_state(folder.path(), manifest);
        const auto views = index->segments();
        merge_segments(views, "", 2, {}, {});
      });
    }
    write_file(path, bytes);
  }
  write_manifest(folder.path(), whole);
  CHECK(refused > cases / 4);
  CHECK_FALSE(is_refused([&] { use(Bm25Index::open(folder.path())); }));
}

TEST_CASE("retrieval: no content of a file of documents can make lines of other bytes") {
  const TemporaryFolder folder;
  build_probe(folder.path());
  const Manifest manifest = read_manifest(folder.path());
  const std::string path = documents_path(folder.path(), manifest.kept.generation);
  const std::string bytes = read_file(path);
  const auto sections = SectionFile::open(path, kLineStoreKind)->sections();
  std::mt19937_64 random(5);
  for (int i = 0; i < 250; ++i) {
    std::string spoiled = bytes;
    spoil(spoiled, sections[random() % sections.size()], random);
    reseal(spoiled);
    write_file(path, spoiled);
    is_refused([&] { read_documents(path); });
  }
}

TEST_CASE("retrieval: no content of a vector file can crash a search") {
  const TemporaryFolder folder;
  const std::string path = folder.file("vectors.querl");
  constexpr uint32_t kDimensions = 20;
  std::mt19937_64 random(6);
  std::vector<float> rows(size_t{300} * kDimensions);
  for (float& value : rows) value = static_cast<float>(random() % 1000) - 500;
  {
    VectorWriter writer({.metric = Metric::kL2, .dimensions = kDimensions, .codes = true}, path);
    writer.add(rows);
    writer.finish();
  }
  const std::string bytes = read_file(path);
  const auto sections = SectionFile::open(path, kVectorFile)->sections();
  for (int i = 0; i < 250; ++i) {
    std::string spoiled = bytes;
    spoil(spoiled, sections[random() % sections.size()], random);
    reseal(spoiled);
    write_file(path, spoiled);
    is_refused([&] {
      const auto index = open_vector_files(std::span(&path, 1));
      const std::vector<float> queries(size_t{3} * index->dimensions(), 0.5f);
      index->search({.queries = queries, .top_k = 50, .threads = 2});
    });
  }
}

TEST_CASE("retrieval: no manifest can crash what reads it") {
  const TemporaryFolder folder;
  build_probe(folder.path());
  const std::string path = folder.file("manifest.json");
  const std::string text = read_file(path);
  constexpr size_t kHead = 22;
  constexpr std::string_view kBad[] = {
      "-1", "1e999",      "18446744073709551616", "null", "[]", "{}", "\"\"",
      "0",  "4294967296", "9007199254740993",     "0.5"};
  std::mt19937_64 random(7);
  for (int i = 0; i < 250; ++i) {
    std::string rest = text.substr(kHead);
    if (i % 3 == 0) {
      rest[random() % rest.size()] = static_cast<char>(random() % 256);
    } else {  // another value in a number's place
      std::vector<std::pair<size_t, size_t>> numbers;
      for (size_t at = 1; at < rest.size(); ++at) {
        if (rest[at - 1] != ':' || !std::isdigit(static_cast<unsigned char>(rest[at]))) continue;
        numbers.emplace_back(at, rest.find_first_of(",}]", at) - at);
      }
      const auto [at, length] = numbers[random() % numbers.size()];
      rest.replace(at, length, kBad[random() % std::size(kBad)]);
    }
    char head[kHead + 1];
    std::snprintf(head, sizeof head, "{\"crc32c\":\"%08x\",\n",
                  crc32c(std::as_bytes(std::span(rest))));
    write_file(path, head + rest);
    is_refused([&] { use(Bm25Index::open(folder.path())); });
  }
}
