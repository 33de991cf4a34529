#include "retrieval/dense/vector_writer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/errors.h"
#include "retrieval/dense/row_memory.h"
#include "retrieval/dense/temporary_file.h"
#include "retrieval/files/section_writer.h"

namespace querl {
namespace {

// A scan reads all: large blocks, few checksums. Scoring again reads single rows: not too large.
constexpr uint64_t kBlockBytes = 64 << 10;

// Rows from which the codes' centre is found: 16 MiB of them at most.
constexpr size_t kCentreNumbers = size_t{1} << 22;
size_t centre_rows(size_t dimensions) { return kCentreNumbers / dimensions; }

class MemorySink : public RowSink {
 public:
  explicit MemorySink(const VectorWriterOptions& options)
      : vectors_(options.dimensions * bytes_of(options.vectors.value_or(VectorType::kFloat32))),
        codes_(options.dimensions) {}

  void vectors(std::span<const std::byte> rows) override { vectors_.append(rows); }
  void codes(std::span<const std::byte> rows) override { codes_.append(rows); }

  std::shared_ptr<const VectorIndex> finish(const VectorWriterOptions& options, uint32_t,
                                            RowFigures figures) override {
    VectorIndex::Parts parts;
    parts.metric = options.metric;
    if (options.vectors)
      vectors_.move_to(parts.vectors.emplace(*options.vectors, options.dimensions));
    if (options.codes) {
      codes_.move_to(parts.codes.emplace(VectorType::kInt8, options.dimensions));
      parts.centres.add(0, std::move(figures.centre));
    }
    parts.code_scale = std::move(figures.scales);
    parts.row_bias = std::move(figures.biases);
    return std::make_shared<const VectorIndex>(std::move(parts));
  }

 private:
  RowMemory vectors_, codes_;
};

// Sections are written one after the other, so codes that come with vectors wait in a file.
class FileSink : public RowSink {
 public:
  FileSink(const VectorWriterOptions& options, const std::string& path)
      : path_(path), file_(path, kVectorFile, kBlockBytes) {
    if (options.vectors && options.codes) waiting_ = std::make_unique<TemporaryFile>(path);
    file_.begin(options.vectors ? "vectors" : "codes");
  }

  void vectors(std::span<const std::byte> rows) override { file_.write(rows); }
  void codes(std::span<const std::byte> rows) override {
    if (waiting_ != nullptr)
      waiting_->append(rows);
    else
      file_.write(rows);
  }

  std::shared_ptr<const VectorIndex> finish(const VectorWriterOptions& options, uint32_t rows,
                                            RowFigures figures) override {
    if (waiting_ != nullptr) {
      file_.begin("codes");
      waiting_->read([&](std::span<const std::byte> bytes) { file_.write(bytes); });
      waiting_.reset();
    }
    if (options.codes) {
      file_.begin("scales");
      file_.write_array<float>(figures.scales);
      file_.begin("centre");
      file_.write_array<float>(figures.centre);
    }
    if (options.metric == Metric::kL2) {
      file_.begin("biases");
      file_.write_array<float>(figures.biases);
    }
    VectorFileSettings settings{};
    settings.metric = static_cast<uint32_t>(options.metric);
    settings.dimensions = options.dimensions;
    settings.rows = rows;
    settings.vector_type = options.vectors ? static_cast<uint32_t>(*options.vectors) : kNoVectors;
    settings.has_codes = options.codes;
    file_.begin("settings");
    file_.write(std::as_bytes(std::span(&settings, 1)));
    file_.finish();
    return open_vector_files(std::span(&path_, 1));
  }

 private:
  std::string path_;
  SectionWriter file_;
  std::unique_ptr<TemporaryFile> waiting_;
};

[[noreturn]] void refuse(uint64_t row, const char* what) {
  throw Error("ERR_QUERL_DATA", "Vector " + std::to_string(row) + " " + what + ".");
}

// Checks a row, and gives it unit length where the metric wants that.
void prepare(float* row, size_t dimensions, const VectorWriterOptions& options, uint64_t number) {
  for (size_t i = 0; i < dimensions; ++i)
    if (!std::isfinite(row[i])) refuse(number, "has a number that is not finite");
  if (options.metric == Metric::kCosine) {
    const double squared = squared_length(row, dimensions);
    if (squared > 0) {
      const double length = std::sqrt(squared);
      for (size_t i = 0; i < dimensions; ++i) row[i] = static_cast<float>(row[i] / length);
    }
  }
}

}  // namespace

VectorWriter::VectorWriter(const VectorWriterOptions& options)
    : options_(options), sink_(std::make_unique<MemorySink>(options)) {}

VectorWriter::VectorWriter(const VectorWriterOptions& options, const std::string& path)
    : options_(options), sink_(std::make_unique<FileSink>(options, path)) {}

VectorWriter::~VectorWriter() = default;

void VectorWriter::add(std::span<const float> rows) {
  const size_t d = options_.dimensions;
  const size_t count = rows.size() / d;
  if (count > std::numeric_limits<uint32_t>::max() - rows_)
    throw Error("ERR_QUERL_ARGUMENT", "An index has at most 4 294 967 295 rows.");
  std::vector<float> values(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(count * d));
  for (size_t r = 0; r < count; ++r) prepare(values.data() + r * d, d, options_, rows_ + r);
  rows_ += count;
  if (!options_.codes || !figures_.centre.empty()) return store(values);
  waiting_.insert(waiting_.end(), values.begin(), values.end());
  if (waiting_.size() / d >= centre_rows(d)) find_centre();
}

// The mean of the first rows; which ones does not depend on how they came.
void VectorWriter::find_centre() {
  const size_t d = options_.dimensions;
  const size_t count = std::min(waiting_.size() / d, centre_rows(d));
  std::vector<double> sums(d);
  for (size_t i = 0; i < count * d; ++i) sums[i % d] += waiting_[i];
  for (const double sum : sums)
    figures_.centre.push_back(
        static_cast<float>(sum / static_cast<double>(std::max<size_t>(count, 1))));
  store(waiting_);
  waiting_ = {};
}

void VectorWriter::store(std::span<float> rows) {
  const size_t d = options_.dimensions, count = rows.size() / d;
  if (options_.codes) {
    std::vector<int8_t> codes(rows.size());
    std::vector<float> difference(d);
    for (size_t r = 0; r < count; ++r) {
      for (size_t i = 0; i < d; ++i) difference[i] = rows[r * d + i] - figures_.centre[i];
      figures_.scales.push_back(quantise(difference.data(), d, codes.data() + r * d));
      if (!std::isfinite(figures_.scales.back()))
        refuse(stored_ + r, "has a number too large for codes");
    }
    sink_->codes(std::as_bytes(std::span<const int8_t>(codes)));
  }
  if (options_.vectors) {
    std::vector<std::byte> kept(rows.size() * bytes_of(*options_.vectors));
    from_floats(rows.data(), rows.size(), *options_.vectors, kept.data());
    // What depends on a row's length is of the row as it is stored.
    to_floats(kept.data(), *options_.vectors, rows.size(), rows.data());
    for (size_t i = 0; i < rows.size(); ++i)
      if (!std::isfinite(rows[i])) refuse(stored_ + i / d, "has a number too large for its type");
    sink_->vectors(kept);
  }
  if (options_.metric == Metric::kL2) {
    for (size_t r = 0; r < count; ++r)
      figures_.biases.push_back(l2_bias(squared_length(rows.data() + r * d, d)));
  }
  stored_ += count;
}

std::shared_ptr<const VectorIndex> VectorWriter::finish() {
  if (options_.codes && figures_.centre.empty()) find_centre();
  return sink_->finish(options_, static_cast<uint32_t>(rows_), std::move(figures_));
}

}  // namespace querl
