// What a BM25 score depends on besides the documents. Kept in an index as its defaults; a search
// may use others, since an index stores counts and no scores.
#pragma once

#include <cstdint>

namespace querl {

// As bm25s names and defines them.
enum class Bm25Variant : uint8_t { kLucene, kRobertson, kAtire, kBm25L, kBm25Plus };

// kExact: the number of words. kLucene: rounded to what Lucene's byte can hold (SmallFloat), and
// only documents that have the field count as documents.
enum class LengthRule : uint8_t { kExact, kLucene };

struct Bm25Parameters {
  Bm25Variant variant = Bm25Variant::kLucene;
  double k1 = 0.9;
  double b = 0.4;
  double delta = 0.5;  // of kBm25L and kBm25Plus alone
  LengthRule lengths = LengthRule::kExact;

  friend bool operator==(const Bm25Parameters&, const Bm25Parameters&) = default;
};

}  // namespace querl
