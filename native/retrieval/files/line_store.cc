#include "retrieval/files/line_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/errors.h"
#include "retrieval/bm25/varint.h"
#include "retrieval/files/crc32c.h"

namespace querl {
namespace {

constexpr uint64_t kVarintBytes = 10;  // at most

[[noreturn]] void changed(const std::string& path, const std::string& how) {
  throw Error("ERR_QUERL_DATA",
              path + " is not the file that the index was built from: " + how + ".");
}

// Reads the list of files, of which every byte has been checked but none is
// believed.
class Cursor {
 public:
  explicit Cursor(const SectionView& section) : section_(section) {}

  bool at_end() const { return at_ == section_.size(); }

  template <typename T>
  T number() {
    T value;
    std::memcpy(&value, section_.read(at_, sizeof(T)).data(), sizeof(T));
    at_ += sizeof(T);
    return value;
  }

  std::string text() {
    const auto bytes = number<uint32_t>();
    const auto view = section_.read(at_, bytes);
    at_ += bytes;
    return {reinterpret_cast<const char*>(view.data()), view.size()};
  }

 private:
  SectionView section_;
  uint64_t at_ = 0;
};

std::vector<LineFile> read_files(const SectionView& section) {
  std::vector<LineFile> files;
  for (Cursor cursor(section); !cursor.at_end();) {
    LineFile& file = files.emplace_back();
    file.path = cursor.text();
    file.relative = cursor.text();
    file.bytes = cursor.number<uint64_t>();
    file.documents = cursor.number<uint32_t>();
  }
  return files;
}

bool is_there(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

}  // namespace

struct LineStore::Opened {
  Opened(std::string place, const LineFile& file)
      : path(std::move(place)), mapped(path), bytes(file.bytes) {
    const uint64_t found = mapped.bytes().size();
    if (found != bytes) {
      changed(path,
              "it has " + std::to_string(found) + " bytes instead of " + std::to_string(bytes));
    }
    check_whole();
  }

  void check_whole() const {
    const std::string loss = mapped.loss();
    if (!loss.empty()) changed(path, loss);
  }

  std::string path;
  MappedFile mapped;
  uint64_t bytes;
  uint32_t first_ordinal = 0;
  uint32_t documents = 0;
  uint64_t first_block = 0;
};

std::vector<LineFile> read_line_files(const std::string& path) {
  const auto sections = SectionFile::open(path, kLineStoreKind);
  auto files = read_files(sections->section("files"));
  sections->check_whole();
  return files;
}

LineStore::LineStore() = default;
LineStore::~LineStore() = default;

std::shared_ptr<const LineStore> LineStore::open(const std::string& path,
                                                 std::span<const std::string> moved) {
  const std::shared_ptr<LineStore> store(new LineStore);
  store->path_ = path;
  const std::string folder = path.substr(0, path.rfind('/'));
  store->sections_ = SectionFile::open(store->path_, kLineStoreKind);
  store->firsts_ = store->sections_->section("firsts");
  store->places_ = store->sections_->section("places");
  store->checksums_ = store->sections_->section("checksums");
  store->spans_ = store->sections_->section("spans");
  const SectionView meta = store->sections_->section("meta");
  const auto bytes = meta.read(0, meta.size());
  store->meta_.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());

  size_t next_moved = 0;
  uint64_t documents = 0;
  uint64_t blocks = 0;
  for (LineFile& file : read_files(store->sections_->section("files"))) {
    const bool is_copy = file.path == file.relative;
    std::string place = folder + "/" + file.relative;
    if (!is_copy && next_moved < moved.size()) {
      place = moved[next_moved++];
    } else if (!is_copy && (file.relative.empty() || !is_there(place))) {
      place = file.path;
    }
    auto opened = std::make_unique<Opened>(std::move(place), file);
    opened->first_ordinal = static_cast<uint32_t>(documents);
    opened->documents = file.documents;
    opened->first_block = blocks;
    documents += file.documents;
    blocks += (uint64_t{file.documents} + kLinesOfBlock - 1) / kLinesOfBlock;
    store->files_.push_back(std::move(file));
    store->opened_.push_back(std::move(opened));
  }
  if (documents > UINT32_MAX || store->firsts_.size() != blocks * sizeof(uint64_t) ||
      store->places_.size() != blocks * sizeof(uint64_t) ||
      store->checksums_.size() != blocks * sizeof(uint32_t)) {
    store->firsts_.corrupt("does not fit the list of files");
  }
  store->documents_ = static_cast<uint32_t>(documents);
  store->checked_ = std::make_unique<std::atomic<uint64_t>[]>(blocks / 64 + 1);
  // The ends of a file tell most other files from it at once.
  for (const auto& file : store->opened_) {
    if (file->documents == 0) continue;
    store->line(file->first_ordinal);
    store->line(file->first_ordinal + file->documents - 1);
  }
  store->check_files();
  return store;
}

void LineStore::check_files() const {
  sections_->check_whole();
  for (const auto& file : opened_) file->check_whole();
}

const LineStore::Opened& LineStore::file_of(uint32_t ordinal) const {
  const auto after = std::upper_bound(
      opened_.begin(), opened_.end(), ordinal,
      [](uint32_t wanted, const auto& file) { return wanted < file->first_ordinal; });
  // A file without documents has the first ordinal of the one behind it, and is
  // passed over.
  return **(after - 1);
}

std::string_view LineStore::line(uint32_t ordinal) const {
  if (ordinal >= documents_) {
    throw Error("ERR_QUERL_ARGUMENT", "There is no document " + std::to_string(ordinal) +
                                          " among the " + std::to_string(documents_) + " of " +
                                          path_ + ".");
  }
  const Opened& file = file_of(ordinal);
  sections_->check_whole();
  file.check_whole();
  const uint32_t within = ordinal - file.first_ordinal;
  const uint64_t block = file.first_block + within / kLinesOfBlock;
  const uint32_t place = within % kLinesOfBlock;
  std::array<Span, kLinesOfBlock> lines;
  const uint64_t bits = checked_[block / 64].load(std::memory_order_relaxed);
  const bool is_checked = (bits >> (block % 64) & 1) != 0;
  const uint32_t whole = std::min(kLinesOfBlock, file.documents - (within - place));
  const uint32_t count = is_checked ? place + 1 : whole;
  spans(file, block, count, lines.data());
  if (!is_checked) check(file, block, std::span(lines).first(count));
  const auto [first, bytes] = lines[place];
  return {reinterpret_cast<const char*>(file.mapped.bytes().data()) + first,
          static_cast<size_t>(bytes)};
}

LineStore::Places LineStore::places() const {
  return {firsts_.array<uint64_t>(), places_.array<uint64_t>(), checksums_.array<uint32_t>(),
          spans_.read(0, spans_.size())};
}

void LineStore::spans(const Opened& file, uint64_t block, uint32_t count, Span* out) const {
  uint64_t first = firsts_.array<uint64_t>(block, 1)[0];
  const uint64_t place = places_.array<uint64_t>(block, 1)[0];
  if (place > spans_.size()) spans_.corrupt("ends too early");
  const uint64_t readable =
      std::min<uint64_t>(spans_.size() - place, uint64_t{count} * 2 * kVarintBytes);
  const auto bytes = spans_.read(place, readable);
  const std::byte* at = bytes.data();
  const std::byte* const end = at + bytes.size();
  for (uint32_t i = 0; i < count; ++i) {
    uint64_t gap = 0;
    uint64_t length = 0;
    if (!read_varint(at, end, gap) || !read_varint(at, end, length)) {
      spans_.corrupt("ends too early");
    }
    if (gap > file.bytes || first > file.bytes - gap || length > file.bytes - gap - first) {
      spans_.corrupt("points behind the end of " + file.path);
    }
    first += gap;
    out[i] = {first, length};
    first += length;
  }
}

void LineStore::check(const Opened& file, uint64_t block, std::span<const Span> lines) const {
  uint32_t crc = 0;
  for (const auto [first, bytes] : lines) {
    crc = crc32c(file.mapped.bytes().subspan(first, bytes), crc);
  }
  if (crc != checksums_.array<uint32_t>(block, 1)[0]) {
    file.check_whole();
    const uint64_t ordinal = file.first_ordinal + (block - file.first_block) * kLinesOfBlock;
    changed(file.path, "its documents " + std::to_string(ordinal) + " to " +
                           std::to_string(ordinal + lines.size() - 1) + " fail their checksum");
  }
  checked_[block / 64].fetch_or(uint64_t{1} << (block % 64), std::memory_order_relaxed);
}

}  // namespace querl
