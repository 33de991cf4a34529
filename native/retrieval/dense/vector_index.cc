#include "retrieval/dense/vector_index.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>

#include "base/errors.h"

namespace querl {
namespace {

// Fewer queries leave most of a panel empty.
constexpr size_t kFewestPanelQueries = 4;

// Fewer queries are a matter of memory alone.
constexpr size_t kFewestFilteredQueries = 8;

// Kernels load whole blocks of these.
void pad(std::vector<float>& by_row) {
  if (!by_row.empty()) by_row.resize(by_row.size() + kRowBlock);
}

const float* data_or_null(const std::vector<float>& by_row) {
  return by_row.empty() ? nullptr : by_row.data();
}

// Queries as they are multiplied: for kCosine of unit length, where they have a length.
std::vector<float> prepared(const VectorSearch& request, Metric metric, size_t dimensions) {
  std::vector<float> queries(request.queries.begin(), request.queries.end());
  if (metric != Metric::kCosine) return queries;
  for (size_t at = 0; at < queries.size(); at += dimensions) {
    const double length = std::sqrt(squared_length(queries.data() + at, dimensions));
    if (length == 0) continue;
    for (size_t i = at; i < at + dimensions; ++i)
      queries[i] = static_cast<float>(queries[i] / length);
  }
  return queries;
}

float product(const float* a, const float* b, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += double{a[i]} * b[i];
  return static_cast<float>(sum);
}

}  // namespace

double squared_length(const float* row, size_t dimensions) {
  double sums[4] = {};
  size_t i = 0;
  for (; i + 4 <= dimensions; i += 4)
    for (size_t lane = 0; lane < 4; ++lane) sums[lane] += double{row[i + lane]} * row[i + lane];
  for (; i < dimensions; ++i) sums[0] += double{row[i]} * row[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

float l2_bias(double squared_length) { return static_cast<float>(-0.5 * squared_length); }

float cosine_scale(double squared_length) {
  return squared_length > 0 ? static_cast<float>(1 / std::sqrt(squared_length)) : 0.f;
}

float quantise(const float* row, size_t dimensions, int8_t* codes) {
  float largest = 0;
  for (size_t i = 0; i < dimensions; ++i) largest = std::max(largest, std::fabs(row[i]));
  const float scale = largest / 127;
  for (size_t i = 0; i < dimensions; ++i) {
    // The quotient is in [-127, 127] but for its rounding, or NaN where the scale is 0.
    const float quotient = scale > 0 ? row[i] / scale : 0.f;
    codes[i] = static_cast<int8_t>(std::lrintf(std::clamp(quotient, -127.f, 127.f)));
  }
  return scale;
}

VectorIndex::VectorIndex(Parts parts) : parts_(std::move(parts)) {
  if (!parts_.vectors && !parts_.codes)
    throw Error("ERR_QUERL_ARGUMENT", "An index needs vectors or codes.");
  pad(parts_.code_scale);
  pad(parts_.row_scale);
  pad(parts_.row_bias);
}

std::shared_ptr<const VectorIndex> VectorIndex::of(VectorTable vectors, Metric metric,
                                                   unsigned threads, const std::stop_token& stop) {
  Parts parts;
  parts.metric = metric;
  auto& by_row = metric == Metric::kCosine ? parts.row_scale : parts.row_bias;
  if (metric != Metric::kInnerProduct) {
    by_row.resize(vectors.rows());
    constexpr uint32_t kStep = 4096;
    std::atomic<uint64_t> next = 0;
    on_threads(std::max(threads, 1u), [&](unsigned) {
      std::vector<float> row(vectors.dimensions());
      for (;;) {
        const uint64_t first = next.fetch_add(kStep);
        if (first >= vectors.rows()) return;
        if (stop.stop_requested()) throw Cancelled();
        const uint64_t end = std::min<uint64_t>(first + kStep, vectors.rows());
        for (uint64_t r = first; r < end; ++r) {
          to_floats(vectors.row(static_cast<uint32_t>(r)), vectors.type(), row.size(), row.data());
          const double squared = squared_length(row.data(), row.size());
          by_row[r] = metric == Metric::kCosine ? cosine_scale(squared) : l2_bias(squared);
        }
      }
    });
  }
  vectors.check_files();
  parts.vectors = std::move(vectors);
  return std::make_shared<const VectorIndex>(std::move(parts));
}

uint64_t VectorIndex::file_bytes() const {
  uint64_t bytes = 0;
  for (const auto& file : parts_.files) bytes += file->bytes();
  return bytes;
}

std::vector<std::vector<RowHit>> VectorIndex::search(const VectorSearch& request) const {
  check_files();
  const size_t d = dimensions();
  if (request.queries.size() % d != 0)
    throw Error("ERR_QUERL_ARGUMENT", "Queries have another length than the index's vectors.");
  const size_t count = request.queries.size() / d;
  const size_t top_k = std::min<size_t>(request.top_k, rows());
  const std::vector<float> queries = prepared(request, parts_.metric, d);
  std::vector<std::vector<RowHit>> hits;
  if (parts_.codes) {
    hits = search_codes(request, queries, count, top_k);
  } else {
    ScanPlan plan{&*parts_.vectors, queries, count, top_k, request.kernels};
    plan.row_scale = data_or_null(parts_.row_scale);
    plan.row_bias = data_or_null(parts_.row_bias);
    std::optional<HalfPanels> panels;
    if (count >= kFewestFilteredQueries &&
        request.kernels->find_candidates[static_cast<int>(parts_.vectors->type())] != nullptr)
      plan.half_panels = &panels.emplace(queries, d);
    hits = scan(plan, request.allowed, request.threads, request.stop);
  }
  check_files();
  if (parts_.metric != Metric::kL2) return hits;
  for (size_t q = 0; q < count; ++q) {
    const double length = squared_length(queries.data() + q * d, d);
    for (RowHit& hit : hits[q]) hit.score = static_cast<float>(2. * hit.score - length);
  }
  return hits;
}

std::vector<std::vector<RowHit>> VectorIndex::search_codes(const VectorSearch& request,
                                                           std::span<const float> queries,
                                                           size_t count, size_t top_k) const {
  const size_t d = dimensions();
  std::vector<int8_t> codes(queries.size());
  std::vector<float> scale(count);
  for (size_t q = 0; q < count; ++q)
    scale[q] = quantise(queries.data() + q * d, d, codes.data() + q * d);
  const size_t oversample = parts_.vectors ? std::max<size_t>(request.oversample, 1) : 1;
  const size_t candidates = top_k > rows() / oversample ? rows() : top_k * oversample;
  ScanPlan plan{&*parts_.codes, queries, count, candidates, request.kernels};
  plan.row_scale = data_or_null(parts_.code_scale);
  plan.row_bias = data_or_null(parts_.row_bias);
  std::vector<float> offsets;
  for (size_t c = 0; c < parts_.centres.count(); ++c)
    for (size_t q = 0; q < count; ++q)
      offsets.push_back(product(parts_.centres.at(c).data(), queries.data() + q * d, d));
  plan.query_offset = offsets;
  plan.centres = &parts_.centres;
  plan.query_codes = codes;
  plan.query_scale = scale;
  std::optional<CodePanels> panels;
  if (request.kernels->code_panels != nullptr && count >= kFewestPanelQueries)
    plan.query_panels = &panels.emplace(codes, count, d);
  auto hits = scan(plan, request.allowed, request.threads, request.stop);
  if (!parts_.vectors) return hits;
  std::atomic<size_t> next = 0;
  on_threads(static_cast<unsigned>(std::clamp<size_t>(request.threads, 1, count + 1)),
             [&](unsigned) {
               for (size_t q = next++; q < count; q = next++) {
                 if (request.stop.stop_requested()) throw Cancelled();
                 score_again(request, queries.data() + q * d, hits[q]);
                 if (hits[q].size() > top_k) hits[q].resize(top_k);
               }
             });
  return hits;
}

void VectorIndex::score_again(const VectorSearch& request, const float* query,
                              std::vector<RowHit>& hits) const {
  const VectorTable& vectors = *parts_.vectors;
  std::vector<const void*> rows;
  for (const RowHit& hit : hits) rows.push_back(vectors.row(hit.row));
  const std::vector<const float*> queries(hits.size(), query);
  std::vector<float> scores(hits.size());
  request.kernels->pairs[static_cast<int>(vectors.type())](rows.data(), queries.data(),
                                                           static_cast<int64_t>(hits.size()),
                                                           vectors.dimensions(), scores.data());
  for (size_t i = 0; i < hits.size(); ++i) {
    float score = scores[i];
    if (!parts_.row_scale.empty()) score *= parts_.row_scale[hits[i].row];
    if (!parts_.row_bias.empty()) score += parts_.row_bias[hits[i].row];
    hits[i].score = score;
  }
  std::sort(hits.begin(), hits.end(), is_better);
}

void VectorIndex::read(std::span<const uint32_t> rows, float* to) const {
  check_files();
  const size_t d = dimensions();
  for (const uint32_t row : rows) {
    if (row >= this->rows()) throw Error("ERR_QUERL_ARGUMENT", "There is no such row.");
    if (parts_.vectors) {
      to_floats(parts_.vectors->row(row), parts_.vectors->type(), d, to);
    } else {
      const auto* codes = reinterpret_cast<const int8_t*>(parts_.codes->row(row));
      const float* const centre = parts_.centres.at(parts_.centres.of(row)).data();
      for (size_t i = 0; i < d; ++i)
        to[i] = static_cast<float>(codes[i]) * parts_.code_scale[row] + centre[i];
    }
    to += d;
  }
  check_files();
}

void VectorIndex::verify(const std::stop_token& stop,
                         const std::function<void(uint64_t)>& progress) const {
  uint64_t before = 0;
  for (const auto& file : parts_.files) {
    file->verify(stop, [&](uint64_t bytes) { progress(before + bytes); });
    file->check_whole();
    before += file->bytes();
  }
}

}  // namespace querl
