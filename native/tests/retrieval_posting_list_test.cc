// Posting lists: what is written comes back, on every instruction set; bounds hold; damage is
// found.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "base/errors.h"
#include "retrieval/bm25/bit_pack.h"
#include "retrieval/bm25/posting_list.h"
#include "retrieval/bm25/posting_list_writer.h"
#include "retrieval/files/section_writer.h"

using namespace querl;

namespace {

constexpr FileKind kTestKind{"postings of a test", 1};

std::vector<const BitUnpacker*> unpackers() {
  std::vector<const BitUnpacker*> all{&portable_unpacker()};
  for (const BitUnpacker* unpacker : {avx2_unpacker(), avx512_unpacker()}) {
    if (unpacker != nullptr) all.push_back(unpacker);
  }
  return all;
}

// A section in memory that holds `bytes`.
struct Section {
  explicit Section(const std::string& bytes) {
    SectionWriter writer(kTestKind);
    writer.begin("postings");
    writer.write(std::as_bytes(std::span(bytes)));
    file = writer.finish();
  }
  SectionView view() const { return file->section("postings"); }

  std::shared_ptr<const SectionFile> file;
};

std::vector<Posting> read_list(const std::string& bytes, size_t first, size_t size,
                               uint32_t document_frequency, uint32_t documents) {
  const Section section(bytes);
  PostingReader reader(section.view(), first, size, document_frequency, documents);
  std::vector<Posting> postings;
  std::span<const Posting> block;
  while (reader.next_block(block)) postings.insert(postings.end(), block.begin(), block.end());
  return postings;
}

// About one document of `gap` has the term; counts are mostly 1.
std::vector<Posting> random_postings(uint32_t size, uint32_t gap, std::mt19937_64& random) {
  std::vector<Posting> postings;
  uint64_t document = random() % gap;
  for (uint32_t i = 0; i < size; ++i) {
    const uint32_t count = random() % 3 == 0 ? 1 + static_cast<uint32_t>(random() % 9) : 1;
    postings.push_back({static_cast<uint32_t>(document), count});
    document += 1 + random() % (2 * uint64_t{gap} - 1);
  }
  return postings;
}

bool same(const std::vector<Posting>& a, const std::vector<Posting>& b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](Posting x, Posting y) {
           return x.document == y.document && x.count == y.count;
         });
}

std::vector<uint32_t> random_lengths(size_t documents, std::mt19937_64& random) {
  std::vector<uint32_t> lengths(documents);
  for (uint32_t& length : lengths) length = 1 + static_cast<uint32_t>(random() % 400);
  return lengths;
}

}  // namespace

TEST_CASE("posting lists: packed numbers of every width come back on every instruction set") {
  std::mt19937_64 random(1);
  for (uint32_t width = 0; width <= 32; ++width) {
    CAPTURE(width);
    std::array<uint32_t, kPackedNumbers> numbers;
    for (uint32_t& number : numbers) {
      number = width == 0 ? 0 : static_cast<uint32_t>(random() >> (64 - width));
    }
    if (width > 0) numbers[random() % numbers.size()] |= 1u << (width - 1);
    CHECK(packed_width(numbers.data()) == width);
    std::string packed;
    pack_numbers(numbers.data(), width, packed);
    REQUIRE(packed.size() == packed_bytes(width));
    // On the heap and of the exact size, so that the address sanitizer sees what reads beyond it.
    std::vector<std::byte> bytes(packed.size());
    if (!packed.empty()) std::memcpy(bytes.data(), packed.data(), packed.size());

    for (const BitUnpacker* unpacker : unpackers()) {
      CAPTURE(unpacker->name);
      std::array<uint32_t, kPackedNumbers> counts;
      std::array<uint32_t, kPackedNumbers> documents;
      unpacker->counts(bytes.data(), width, counts.data());
      unpacker->documents(bytes.data(), width, 41, documents.data());
      uint32_t document = 41;
      for (size_t i = 0; i < numbers.size(); ++i) {
        document += numbers[i] + 1;
        REQUIRE(counts[i] == numbers[i] + 1);
        REQUIRE(documents[i] == document);
      }
    }
  }
}

TEST_CASE("posting lists: lists of every length come back") {
  std::mt19937_64 random(2);
  for (const uint32_t size :
       {1u, 2u, 127u, 128u, 129u, 255u, 256u, 257u, 4095u, 4096u, 4097u, 4224u, 4225u, 9000u}) {
    for (const uint32_t gap : {1u, 2u, 17u, 1000u, 100000u}) {
      CAPTURE(size);
      CAPTURE(gap);
      const std::vector<Posting> postings = random_postings(size, gap, random);
      const uint32_t documents = postings.back().document + 1;
      std::string bytes = "before";
      PostingListWriter writer;
      for (const Posting& posting : postings) writer.add(posting, 100);
      CHECK(writer.postings() == size);
      writer.finish(bytes);
      const size_t list_bytes = bytes.size() - 6;
      bytes += "behind";
      CHECK(same(read_list(bytes, 6, list_bytes, size, documents), postings));
    }
  }
}

TEST_CASE("posting lists: the highest documents and counts come back") {
  std::mt19937_64 random(3);
  for (const uint32_t size : {3u, 128u, 131u}) {
    std::vector<Posting> postings = random_postings(size, 5, random);
    postings[size - 3].count = kMaxCount;
    postings[size - 2].document = 0xfffffff0;
    postings[size - 1].document = 0xfffffffe;
    std::string bytes;
    PostingListWriter writer;
    for (const Posting& posting : postings) writer.add(posting, 0xffffffff);
    writer.finish(bytes);
    CHECK(same(read_list(bytes, 0, bytes.size(), size, 0xffffffff), postings));
  }
}

TEST_CASE("posting lists: a writer starts anew after each list") {
  std::mt19937_64 random(4);
  PostingListWriter writer;
  std::string together;
  std::string apart;
  for (const uint32_t size : {5000u, 3u, 200u}) {
    const std::vector<Posting> postings = random_postings(size, 3, random);
    const std::vector<uint32_t> lengths = random_lengths(postings.back().document + 1, random);
    for (const Posting& posting : postings) writer.add(posting, lengths[posting.document]);
    writer.finish(together);
    append_posting_list(postings, lengths, apart);
  }
  CHECK(together == apart);
}

TEST_CASE("posting lists: codes of counts are never below, of lengths never above, within 1/16") {
  std::mt19937_64 random(5);
  std::vector<uint32_t> numbers;
  for (uint32_t n = 0; n < 5000; ++n) numbers.push_back(n);
  for (int i = 0; i < 5000; ++i)
    numbers.push_back(static_cast<uint32_t>(random() >> (33 + i % 30)));
  for (const uint32_t n : numbers) {
    CAPTURE(n);
    CHECK(count_code_value(count_code(n)) >= n);
    CHECK(code_value(length_code(n)) <= n);
    if (n >= 480000) continue;  // beyond what codes tell apart
    CHECK(count_code_value(count_code(n)) <= n + n / 16);
    CHECK(code_value(length_code(n)) + n / 16 >= n);
  }
}

TEST_CASE("posting lists: for each posting a pair of its records bounds count and length") {
  std::mt19937_64 random(6);
  const auto is_bounded = [](const SkipRecord& record, Posting posting, uint32_t length) {
    return std::any_of(record.bounds.begin(), record.bounds.end(), [&](BoundPair pair) {
      return count_code_value(pair.count) >= posting.count && code_value(pair.length) <= length;
    });
  };
  for (const uint32_t size : {128u, 129u, 5000u}) {
    std::vector<Posting> postings = random_postings(size, 3, random);
    for (Posting& posting : postings) {
      if (random() % 100 == 0) posting.count = 1 + static_cast<uint32_t>(random() % 3000000);
    }
    const uint32_t documents = postings.back().document + 1;
    const std::vector<uint32_t> lengths = random_lengths(documents, random);
    std::string bytes;
    append_posting_list(postings, lengths, bytes);
    const Section section(bytes);
    const PostingList list(section.view(), 0, bytes.size(), size, documents);
    CHECK(list.groups().empty() == (list.blocks() <= kBlocksPerGroup));
    for (uint32_t i = 0; i < size; ++i) {
      const uint32_t length = lengths[postings[i].document];
      const uint32_t block = i / kBlockPostings;
      REQUIRE(is_bounded(list.record(block), postings[i], length));
      if (list.groups().empty()) continue;
      SkipRecord group;
      std::memcpy(&group, list.groups().data() + block / kBlocksPerGroup * sizeof group,
                  sizeof group);
      REQUIRE(group.last_document >= postings[i].document);
      REQUIRE(is_bounded(group, postings[i], length));
    }
  }
}

TEST_CASE("posting lists: a few pairs are kept as they are, many are merged to four") {
  BoundPairs bounds;
  bounds.add(1, 10);
  bounds.add(1, 12);
  bounds.add(3, 10);
  bounds.add(5, 30);
  bounds.add(4, 40);
  const auto pairs = bounds.pairs();
  CHECK(pairs[0].count == 5);
  CHECK(pairs[0].length == 30);
  for (size_t i = 1; i < pairs.size(); ++i) {
    CHECK(pairs[i].count == 3);
    CHECK(pairs[i].length == 10);
  }
  bounds.clear();
  for (uint32_t i = 1; i <= 20; ++i) bounds.add(i, i);
  const auto merged = bounds.pairs();
  for (uint32_t i = 1; i <= 20; ++i) {
    CHECK(std::any_of(merged.begin(), merged.end(),
                      [i](BoundPair pair) { return pair.count >= i && pair.length <= i; }));
  }
}

TEST_CASE("posting lists: a long list takes less than its numbers' bits and an eighth of a byte") {
  // A law of the format: 16 bytes of record and 2 of widths for each 128 postings.
  std::mt19937_64 random(7);
  std::vector<Posting> postings = random_postings(128 * 100, 64, random);
  std::string bytes;
  append_posting_list(postings, random_lengths(postings.back().document + 1, random), bytes);
  const size_t groups = 4;
  CHECK(bytes.size() <= 100 * (16 + 2 + packed_bytes(7 + 4)) + groups * 16);
}

TEST_CASE("posting lists: impossible places and numbers of postings are refused") {
  std::mt19937_64 random(8);
  const std::vector<Posting> postings = random_postings(300, 2, random);
  const uint32_t documents = postings.back().document + 1;
  std::string bytes;
  append_posting_list(postings, random_lengths(documents, random), bytes);
  CHECK_THROWS_AS(read_list(bytes, 0, bytes.size(), 0, documents), Error);
  CHECK_THROWS_AS(read_list(bytes, 0, bytes.size(), documents + 1, documents), Error);
  CHECK_THROWS_AS(read_list(bytes, 0, bytes.size(), 301, documents), Error);
  CHECK_THROWS_AS(read_list(bytes, 0, bytes.size(), 300, documents - 1), Error);
  CHECK_THROWS_AS(read_list(bytes, 0, bytes.size() + 1, 300, documents), Error);
  CHECK_THROWS_AS(read_list(bytes, 0, bytes.size() - 1, 300, documents), Error);
  CHECK_THROWS_AS(read_list(bytes, bytes.size() + 9, 1, 300, documents), Error);
  CHECK_THROWS_AS(read_list(bytes, ~uint64_t{0}, 2, 300, documents), Error);
  CHECK_THROWS_AS(read_list(bytes, 1, ~uint64_t{0}, 300, documents), Error);
}

// The section is in memory and trusted, so no checksum stands before the reader here.
TEST_CASE("posting lists: damaged bytes throw or give ascending documents of the segment") {
  std::mt19937_64 random(9);
  size_t refused = 0;
  for (int round = 0; round < 4000; ++round) {
    const uint32_t size = std::array{5u, 130u, 400u, 5000u}[static_cast<size_t>(round) % 4];
    const std::vector<Posting> postings = random_postings(size, 1 + random() % 50, random);
    const uint32_t documents = postings.back().document + 1 + static_cast<uint32_t>(random() % 3);
    std::string bytes;
    append_posting_list(postings, random_lengths(documents, random), bytes);
    for (uint64_t flips = 1 + random() % 3; flips > 0; --flips) {
      const size_t at = random() % 2 == 0 ? random() % bytes.size()
                                          : random() % std::min<size_t>(bytes.size(), 64);
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
    }
    try {
      const std::vector<Posting> found = read_list(bytes, 0, bytes.size(), size, documents);
      REQUIRE(found.size() == size);
      for (size_t i = 0; i < found.size(); ++i) {
        REQUIRE(found[i].document < documents);
        REQUIRE(found[i].count >= 1);
        if (i > 0) REQUIRE(found[i - 1].document < found[i].document);
      }
    } catch (const Error& error) {
      CHECK(std::string(error.code()) == "ERR_QUERL_INDEX_CORRUPT");
      ++refused;
    }
  }
  CHECK(refused > 1000);
}
