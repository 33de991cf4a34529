#include "retrieval/dense/vector_writer.h"

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

class MemorySink : public RowSink {
 public:
  explicit MemorySink(const VectorWriterOptions& options)
      : vectors_(options.dimensions * bytes_of(options.vectors.value_or(VectorType::kFloat32))),
        codes_(options.dimensions) {}

  void vectors(std::span<const std::byte> rows) override { vectors_.append(rows); }
  void codes(std::span<const std::byte> rows) override { codes_.append(rows); }

  std::shared_ptr<const VectorIndex> finish(const VectorWriterOptions& options, uint32_t,
                                            std::vector<float> scales,
                                            std::vector<float> biases) override {
    VectorIndex::Parts parts;
    parts.metric = options.metric;
    if (options.vectors)
      vectors_.move_to(parts.vectors.emplace(*options.vectors, options.dimensions));
    if (options.codes) codes_.move_to(parts.codes.emplace(VectorType::kInt8, options.dimensions));
    parts.code_scale = std::move(scales);
    parts.row_bias = std::move(biases);
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
                                            std::vector<float> scales,
                                            std::vector<float> biases) override {
    if (waiting_ != nullptr) {
      file_.begin("codes");
      waiting_->read([&](std::span<const std::byte> bytes) { file_.write(bytes); });
      waiting_.reset();
    }
    if (options.codes) {
      file_.begin("scales");
      file_.write_array<float>(scales);
    }
    if (options.metric == Metric::kL2) {
      file_.begin("biases");
      file_.write_array<float>(biases);
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
  if (options_.codes) {
    std::vector<int8_t> codes(values.size());
    for (size_t r = 0; r < count; ++r)
      scales_.push_back(quantise(values.data() + r * d, d, codes.data() + r * d));
    sink_->codes(std::as_bytes(std::span<const int8_t>(codes)));
  }
  if (options_.vectors) {
    std::vector<std::byte> stored(values.size() * bytes_of(*options_.vectors));
    from_floats(values.data(), values.size(), *options_.vectors, stored.data());
    // What depends on a row's length is of the row as it is stored.
    to_floats(stored.data(), *options_.vectors, values.size(), values.data());
    for (size_t i = 0; i < values.size(); ++i)
      if (!std::isfinite(values[i])) refuse(rows_ + i / d, "has a number too large for its type");
    sink_->vectors(stored);
  }
  if (options_.metric == Metric::kL2) {
    for (size_t r = 0; r < count; ++r)
      biases_.push_back(l2_bias(squared_length(values.data() + r * d, d)));
  }
  rows_ += count;
}

std::shared_ptr<const VectorIndex> VectorWriter::finish() {
  return sink_->finish(options_, static_cast<uint32_t>(rows_), std::move(scales_),
                       std::move(biases_));
}

}  // namespace querl
