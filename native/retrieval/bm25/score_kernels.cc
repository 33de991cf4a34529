#include "retrieval/bm25/score_kernels.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "retrieval/bm25/posting_score.h"

namespace querl {
namespace {

template <typename Code>
float norm_of(const PostingScorer& scorer, uint32_t document) {
  Code code;
  std::memcpy(&code, scorer.codes + size_t{document} * sizeof code, sizeof code);
  return scorer.norms[code];
}

// Calls take(i, score of posting i).
template <typename Code, typename Take>
void each_score(const PostingScorer& scorer, const uint32_t* documents, const uint32_t* counts,
                size_t postings, const Take& take) {
  for (size_t i = 0; i < postings; ++i) {
    take(i, posting_score(scorer.gain, counts[i], norm_of<Code>(scorer, documents[i])));
  }
}

template <typename Take>
void each_score(const PostingScorer& scorer, const uint32_t* documents, const uint32_t* counts,
                size_t postings, const Take& take) {
  switch (scorer.code_bytes) {
    case 1:
      return each_score<uint8_t>(scorer, documents, counts, postings, take);
    case 2:
      return each_score<uint16_t>(scorer, documents, counts, postings, take);
    default:
      return each_score<uint32_t>(scorer, documents, counts, postings, take);
  }
}

void score(const PostingScorer& scorer, const uint32_t* documents, const uint32_t* counts,
           size_t postings, int32_t* out) {
  each_score(scorer, documents, counts, postings, [out](size_t i, int32_t s) { out[i] = s; });
}

void add(const PostingScorer& scorer, const uint32_t* documents, const uint32_t* counts,
         size_t postings, uint32_t first, int32_t* scores, uint8_t* marks) {
  each_score(scorer, documents, counts, postings, [=](size_t i, int32_t s) {
    const uint32_t place = documents[i] - first;
    scores[place] += s;
    marks[place / kScoreGroup] = 1;
  });
}

void bound(const RecordScorer& scorer, std::span<const std::byte> records, int32_t* out) {
  for (size_t at = 0; at < records.size(); at += sizeof(SkipRecord), ++out) {
    SkipRecord record;
    std::memcpy(&record, records.data() + at, sizeof record);
    float most = 0;
    for (const BoundPair pair : record.bounds) {
      const float count = scorer.counts[pair.count];
      most = std::max(most, count / (count + scorer.norms[pair.length]));
    }
    *out = score_bound(scorer.gain, most);
  }
}

size_t collect(int32_t* scores, uint8_t* marks, size_t groups, int32_t least, uint16_t* places,
               int32_t* values) {
  size_t found = 0;
  for (size_t group = 0; group < groups; ++group) {
    if (std::exchange(marks[group], 0) == 0) continue;
    for (size_t i = group * kScoreGroup; i < (group + 1) * kScoreGroup; ++i) {
      const int32_t score = std::exchange(scores[i], 0);
      if (score < least) continue;
      places[found] = static_cast<uint16_t>(i);
      values[found++] = score;
    }
  }
  return found;
}

uint32_t count_below(const uint32_t* documents, uint32_t document) {
  uint32_t below = 0;
  for (uint32_t step = kBlockPostings / 2; step > 0; step /= 2) {
    below += documents[below + step - 1] < document ? step : 0;
  }
  return below + (documents[below] < document);
}

}  // namespace

const ScoreKernels& portable_score_kernels() {
  static const ScoreKernels kernels{"portable", score, add, bound, collect, count_below};
  return kernels;
}

const ScoreKernels& score_kernels() {
  static const ScoreKernels& best = avx512_score_kernels() != nullptr ? *avx512_score_kernels()
                                    : avx2_score_kernels() != nullptr ? *avx2_score_kernels()
                                                                      : portable_score_kernels();
  return best;
}

}  // namespace querl
