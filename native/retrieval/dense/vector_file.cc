#include "retrieval/dense/vector_file.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "base/errors.h"
#include "retrieval/files/mapped_file.h"

namespace querl {
namespace {

VectorFileSettings settings_of(const SectionFile& file) {
  const SectionView section = file.section("settings");
  VectorFileSettings settings{};
  if (section.size() != sizeof settings) section.corrupt("has a wrong size");
  std::memcpy(&settings, section.read(0, sizeof settings).data(), sizeof settings);
  const bool known_type = settings.vector_type == kNoVectors ||
                          settings.vector_type < static_cast<uint32_t>(VectorType::kInt8);
  if (settings.metric > static_cast<uint32_t>(Metric::kL2) || !known_type ||
      settings.has_codes > 1 || settings.dimensions == 0 ||
      settings.dimensions > VectorTable::kMostDimensions ||
      (settings.vector_type == kNoVectors && settings.has_codes == 0))
    section.corrupt("has settings that do not exist");
  return settings;
}

void append_rows(const std::shared_ptr<const SectionFile>& file, const char* name, uint32_t rows,
                 VectorTable& table) {
  const SectionView section = file->section(name);
  if (section.size() != rows * uint64_t{table.row_bytes()}) section.corrupt("has a wrong size");
  table.add(section.data(), rows, file, [section](const std::byte* first, size_t bytes) {
    section.check(static_cast<uint64_t>(first - section.data()), bytes);
  });
  table.watch([file] { file->check_whole(); });
}

void append_floats(const SectionFile& file, const char* name, uint32_t rows,
                   std::vector<float>& to) {
  const SectionView section = file.section(name);
  if (section.size() != rows * sizeof(float)) section.corrupt("has a wrong size");
  const auto values = section.array<float>();
  to.insert(to.end(), values.begin(), values.end());
}

void check_same(const VectorFileSettings& a, const VectorFileSettings& b, const std::string& path) {
  if (a.metric == b.metric && a.dimensions == b.dimensions && a.vector_type == b.vector_type &&
      a.has_codes == b.has_codes)
    return;
  throw Error("ERR_QUERL_ARGUMENT",
              path + " has vectors of another length, type or metric than the files before it.");
}

// Files one behind another.
class Joined {
 public:
  explicit Joined(std::span<const std::string> paths) {
    for (const std::string& path : paths) {
      files_.push_back(std::make_shared<const MappedFile>(path));
      names_.push_back(path);
      ends_.push_back(size() + files_.back()->bytes().size());
    }
  }

  uint64_t size() const { return ends_.empty() ? 0 : ends_.back(); }

  // Adds rows [at, end) of the joined bytes.
  void add_rows(uint64_t at, uint64_t end, VectorTable& table) const {
    const uint64_t row = table.row_bytes();
    for (size_t i = 0; i < files_.size() && at < end; ++i) {
      if (ends_[i] <= at) continue;
      const std::span<const std::byte> bytes = files_[i]->bytes();
      const uint64_t whole = (std::min(ends_[i], end) - at) / row;
      table.add(bytes.data() + (at - (ends_[i] - bytes.size())), whole, files_[i]);
      at += whole * row;
      if (at >= end || at == ends_[i]) continue;
      // A row that begins here and ends in one of the next files.
      auto copy = std::make_shared<std::vector<std::byte>>(row);
      gather(at, *copy);
      table.add(copy->data(), 1, copy);
      at += row;
    }
  }

  // Has the table see to it that none of the files is cut.
  void watch(VectorTable& table) const {
    for (size_t i = 0; i < files_.size(); ++i) {
      table.watch([file = files_[i], name = names_[i]] {
        const std::string loss = file->loss();
        if (loss.empty()) return;
        throw Error("ERR_QUERL_INDEX_CORRUPT", name + " is damaged: " + loss + ".");
      });
    }
  }

 private:
  void gather(uint64_t at, std::vector<std::byte>& to) const {
    size_t done = 0;
    for (size_t i = 0; i < files_.size() && done < to.size(); ++i) {
      if (ends_[i] <= at) continue;
      const size_t count = std::min<uint64_t>(ends_[i] - at, to.size() - done);
      const std::span<const std::byte> bytes = files_[i]->bytes();
      std::memcpy(to.data() + done, bytes.data() + (at - (ends_[i] - bytes.size())), count);
      done += count;
      at += count;
    }
  }

  std::vector<std::shared_ptr<const MappedFile>> files_;
  std::vector<std::string> names_;
  std::vector<uint64_t> ends_;
};

}  // namespace

std::shared_ptr<const VectorIndex> open_vector_files(std::span<const std::string> paths) {
  VectorIndex::Parts parts;
  std::optional<VectorFileSettings> first;
  for (const std::string& path : paths) {
    auto file = SectionFile::open(path, kVectorFile);
    const VectorFileSettings settings = settings_of(*file);
    if (!first) {
      first = settings;
      parts.metric = static_cast<Metric>(settings.metric);
      if (settings.vector_type != kNoVectors)
        parts.vectors.emplace(static_cast<VectorType>(settings.vector_type), settings.dimensions);
      if (settings.has_codes != 0) parts.codes.emplace(VectorType::kInt8, settings.dimensions);
    }
    check_same(*first, settings, path);
    const uint32_t first_row = static_cast<uint32_t>(parts.codes ? parts.code_scale.size() : 0);
    if (parts.vectors) append_rows(file, "vectors", settings.rows, *parts.vectors);
    if (parts.codes) append_rows(file, "codes", settings.rows, *parts.codes);
    if (parts.codes) append_floats(*file, "scales", settings.rows, parts.code_scale);
    if (parts.codes) {
      std::vector<float> centre;
      append_floats(*file, "centre", settings.dimensions, centre);
      parts.centres.add(first_row, std::move(centre));
    }
    if (parts.metric == Metric::kL2) append_floats(*file, "biases", settings.rows, parts.row_bias);
    file->check_whole();
    parts.files.push_back(std::move(file));
  }
  return std::make_shared<const VectorIndex>(std::move(parts));
}

VectorTable map_vectors(std::span<const VectorStretch> stretches, VectorType type,
                        uint32_t dimensions) {
  VectorTable table(type, dimensions);
  for (const VectorStretch& stretch : stretches) {
    const Joined joined(stretch.paths);
    const uint64_t size = joined.size();
    if (stretch.first > size || stretch.rows > (size - stretch.first) / table.row_bytes()) {
      throw Error("ERR_QUERL_INDEX_CORRUPT", stretch.paths.back() + " ends before its " +
                                                 std::to_string(stretch.rows) + " vectors of " +
                                                 std::to_string(dimensions) + " numbers do.");
    }
    joined.add_rows(stretch.first, stretch.first + stretch.rows * table.row_bytes(), table);
    joined.watch(table);
  }
  return table;
}

}  // namespace querl
