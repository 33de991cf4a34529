#include "retrieval/bm25/index_writer.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <thread>
#include <utility>

#include "base/errors.h"
#include "retrieval/bm25/folder_lock.h"
#include "retrieval/bm25/manifest.h"
#include "retrieval/bm25/merge.h"
#include "retrieval/bm25/pending_documents.h"
#include "retrieval/files/atomic_file.h"

namespace querl {
namespace {

constexpr size_t kLongestKey = 1 << 16;

Manifest manifest_of(const Bm25Index& index, uint64_t next_segment) {
  Manifest manifest{index.generation(), index.settings(), index.next_ordinal(),
                    next_segment,       index.kept(),     {}};
  for (const SegmentView& view : index.segments()) {
    const Segment& segment = *view.segment;
    manifest.segments.push_back({view.number, segment.documents(),
                                 segment.documents() - view.live(), view.deletions_generation,
                                 segment.bytes(), segment.file().mark(), view.deletions_mark});
  }
  return manifest;
}

// A number above that of each file there, for a folder whose manifest cannot be read.
uint64_t unused_number(const std::string& folder) {
  uint64_t next = 1;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    uint64_t number = 0;
    constexpr std::string_view kStart = "segment-";
    if (!name.starts_with(kStart)) continue;
    std::from_chars(name.data() + kStart.size(), name.data() + name.size(), number);
    next = std::max(next, number + 1);
  }
  return next;
}

[[noreturn]] void refuse(const std::string& message) { throw Error("ERR_QUERL_ARGUMENT", message); }

void check_settings(const IndexSettings& settings) {
  if (settings.fields.empty()) refuse("Expected an index to have at least one field.");
}

}  // namespace

class IndexWriter::Impl {
 public:
  Impl(const std::string& folder, const IndexSettings* settings, const WriterOptions& options)
      : folder_(folder), options_(options), lock_(std::make_unique<FolderLock>(folder)) {
    if (options.mode == WriterMode::kAdd) {
      continue_index(settings);
    } else {
      begin_index(*settings);
    }
    begin_transaction();
  }

  Impl(std::shared_ptr<const Bm25Index> base, const WriterOptions& options)
      : options_(options), index_(std::move(base)), settings_(index_->settings()) {
    if (!index_->folder().empty()) {
      refuse("Expected an index in memory, but got that of the folder " + index_->folder() + ".");
    }
    for (const SegmentView& view : index_->segments()) {
      next_segment_ = std::max(next_segment_, view.number + 1);
    }
    begin_transaction();
  }

  template <typename Call>
  auto guarded(Call&& call) {
    if (failed_)
      throw Error("ERR_QUERL_CLOSED", "This writer has failed before. Open another one.");
    failed_ = true;
    index_->check_files();
    if constexpr (std::is_void_v<decltype(call())>) {
      call();
      failed_ = false;
    } else {
      auto result = call();
      failed_ = false;
      return result;
    }
  }

  void add(std::vector<DocumentInput> documents, const std::stop_token& stop) {
    for (DocumentInput& document : documents) {
      make_way(document);
      pending_->add(std::move(document), stop);
    }
    index_->check_files();
  }

  uint32_t remove(std::span<const std::string> keys) {
    uint32_t count = 0;
    for (const std::string& key : keys) count += remove(key);
    index_->check_files();
    return count;
  }

  std::shared_ptr<const Bm25Index> commit(size_t max_segments, const std::stop_token& stop,
                                          const ProgressListener& progress);

  void keep_documents(const KeptDocuments& kept) { kept_ = kept; }
  uint64_t next_generation() const { return index_->generation() + 1; }

  const std::shared_ptr<const Bm25Index>& index() const { return index_; }
  uint64_t pending() const { return pending_->count(); }

 private:
  void continue_index(const IndexSettings* settings) {
    const Manifest manifest = read_manifest(folder_);
    if (settings != nullptr && !(*settings == manifest.settings)) {
      refuse("Expected the settings with which " + folder_ +
             " was built, but got others. Leave them out, or build a new index.");
    }
    index_ = Bm25Index::open(folder_);
    remove_leftovers(folder_, manifest);  // of what can be opened only
    settings_ = manifest.settings;
    kept_ = index_->kept();
    next_segment_ = manifest.next_segment;
  }

  void begin_index(const IndexSettings& settings) {
    check_settings(settings);
    settings_ = settings;
    uint64_t generation = 0;
    if (has_manifest(folder_)) {
      if (options_.mode == WriterMode::kCreate) {
        refuse(folder_ + " has an index already. Add to it, or say that it is to be replaced.");
      }
      next_segment_ = unused_number(folder_);
      try {
        const Manifest old = read_manifest(folder_);
        next_segment_ = std::max(next_segment_, old.next_segment);
        generation = old.generation;
        remove_leftovers(folder_, old);
      } catch (const Error&) {
        // What cannot be read is replaced all the same.
      }
    } else {
      remove_leftovers(folder_, {});
    }
    index_ = std::make_shared<const Bm25Index>(settings, std::vector<SegmentView>(), 0, generation,
                                               folder_);
    is_new_ = true;
  }

  void begin_transaction() {
    pending_ = std::make_unique<PendingDocuments>(
        InversionPipeline::Options{Analyzer::make(settings_.analyzer), settings_.fields.size(),
                                   threads(), options_.memory_bytes, folder_},
        index_->next_ordinal());
    removed_.assign(index_->segments().size(), {});
    base_has_keys_ = std::any_of(index_->segments().begin(), index_->segments().end(),
                                 [](const SegmentView& view) { return view.segment->has_keys(); });
  }

  // Refuses a document whose key a live one has, or removes that one.
  void make_way(const DocumentInput& document) {
    std::string key;
    if (document.key) {
      key = *document.key;
      if (key.empty() || key.size() >= kLongestKey) {
        refuse("Expected document ids of 1 to 65535 bytes, but got one of " +
               std::to_string(key.size()) + ".");
      }
    } else {
      // Ordinals are new, so only a key that was given can be the same.
      if (!base_has_keys_ && !pending_->has_keys()) return;
      key = std::to_string(pending_->first_ordinal() + pending_->count());
    }
    if (options_.replace_duplicates) {
      remove(key);
    } else if (pending_->find(key) || find_in_base(key)) {
      refuse("Expected ids to be unique, but a document has the id \"" + key +
             "\" already. Delete it first, or let the last one replace it: replace (--replace).");
    }
  }

  std::optional<DocumentPlace> find_in_base(const std::string& key) const {
    const auto segments = index_->segments();
    for (size_t s = 0; s < segments.size(); ++s) {
      const auto document = segments[s].segment->find_key(key, segments[s].deleted.get());
      if (!document) continue;
      const std::vector<uint64_t>& removed = removed_[s];
      if (!removed.empty() && (removed[*document / 64] >> (*document % 64) & 1) != 0) continue;
      return DocumentPlace{s, *document};
    }
    return std::nullopt;
  }

  bool remove(const std::string& key) {
    if (const auto document = pending_->find(key)) {
      pending_->remove(*document);
      return true;
    }
    const auto place = find_in_base(key);
    if (!place) return false;
    const SegmentView& view = index_->segments()[place->segment];
    std::vector<uint64_t>& removed = removed_[place->segment];
    if (removed.empty()) {
      if (view.deleted) removed.assign(view.deleted->words().begin(), view.deleted->words().end());
      removed.resize((size_t{view.segment->documents()} + 63) / 64);
    }
    removed[place->document / 64] |= uint64_t{1} << (place->document % 64);
    return true;
  }

  int threads() const {
    if (options_.threads > 0) return options_.threads;
    return std::max(static_cast<int>(std::thread::hardware_concurrency()), 1);
  }

  std::string next_path() const {
    return folder_.empty() ? "" : segment_path(folder_, next_segment_);
  }

  void merge(std::vector<SegmentView>& segments, std::span<const MergeRange> ranges,
             const std::stop_token& stop, const ProgressListener& progress);
  void write_deletions(std::vector<SegmentView>& segments, uint64_t generation) const;

  std::string folder_;  // empty: in memory
  WriterOptions options_;
  std::unique_ptr<FolderLock> lock_;
  std::shared_ptr<const Bm25Index> index_;
  IndexSettings settings_;
  uint64_t next_segment_ = 1;
  KeptDocuments kept_;   // as in the manifest
  bool is_new_ = false;  // no commit yet: even nothing is to be written
  bool failed_ = false;
  std::unique_ptr<PendingDocuments> pending_;
  std::vector<std::vector<uint64_t>> removed_;  // by segment: bits with what is to be deleted;
                                                // empty where nothing was added
  bool base_has_keys_ = false;
};

std::shared_ptr<const Bm25Index> IndexWriter::Impl::commit(size_t max_segments,
                                                           const std::stop_token& stop,
                                                           const ProgressListener& progress) {
  std::vector<SegmentView> segments(index_->segments().begin(), index_->segments().end());
  bool has_changed = is_new_;
  for (size_t s = 0; s < segments.size(); ++s) {
    if (removed_[s].empty()) continue;
    segments[s].deleted =
        std::make_shared<const Deletions>(segments[s].segment->documents(), std::move(removed_[s]));
    segments[s].deletions_generation = 0;
    has_changed = true;
  }
  const uint32_t next_ordinal = index_->next_ordinal() + pending_->count();
  if (pending_->count() > 0) {
    const auto tell = [&](uint64_t done, uint64_t total) {
      if (progress) progress({"write", done, total});
    };
    SegmentView view;
    view.segment = pending_->write(next_path(), stop, tell);
    view.deleted = pending_->removed();
    view.number = next_segment_++;
    segments.push_back(std::move(view));
    has_changed = true;
  }
  const std::vector<MergeRange> ranges =
      max_segments == 0 ? tiered_merges(segments) : merges_down_to(segments, max_segments);
  merge(segments, ranges, stop, progress);
  if (!has_changed && ranges.empty()) return index_;

  const uint64_t generation = next_generation();
  if (!folder_.empty()) write_deletions(segments, generation);
  auto made = std::make_shared<const Bm25Index>(settings_, std::move(segments), next_ordinal,
                                                generation, folder_, kept_);
  if (!folder_.empty()) {
    const Manifest manifest = manifest_of(*made, next_segment_);
    if (stop.stop_requested()) throw Cancelled();
    index_->check_files();  // what was merged, and
    made->check_files();    // what this will be
    write_manifest(folder_, manifest);
    lock_->keep();
    remove_leftovers(folder_, manifest);
  }
  index_ = std::move(made);
  is_new_ = false;
  begin_transaction();
  return index_;
}

// Ranges from the last to the first, so that those before stay where they are.
void IndexWriter::Impl::merge(std::vector<SegmentView>& segments,
                              std::span<const MergeRange> ranges, const std::stop_token& stop,
                              const ProgressListener& progress) {
  uint64_t total = 0, before = 0;
  const auto postings = [&](const MergeRange& range) {
    uint64_t sum = 0;
    for (size_t s = range.first; s < range.end; ++s) {
      for (size_t f = 0; f < settings_.fields.size(); ++f) {
        sum += segments[s].segment->statistics(f).postings;
      }
    }
    return sum;
  };
  for (const MergeRange& range : ranges) total += postings(range);
  for (size_t i = ranges.size(); i-- > 0;) {
    const MergeRange range = ranges[i];
    const uint64_t own = postings(range);
    const auto sources = std::span(segments).subspan(range.first, range.end - range.first);
    SegmentView view;
    view.segment = merge_segments(sources, next_path(), threads(), stop, [&](uint64_t done) {
      if (progress) progress({"merge", before + done, total});
    });
    before += own;
    view.number = next_segment_++;
    segments.erase(segments.begin() + static_cast<ptrdiff_t>(range.first),
                   segments.begin() + static_cast<ptrdiff_t>(range.end));
    if (view.segment == nullptr) continue;
    segments.insert(segments.begin() + static_cast<ptrdiff_t>(range.first), std::move(view));
  }
}

void IndexWriter::Impl::write_deletions(std::vector<SegmentView>& segments,
                                        uint64_t generation) const {
  for (SegmentView& view : segments) {
    if (view.deleted == nullptr || view.deletions_generation != 0) continue;
    view.deletions_mark = view.deleted->save(deletions_path(folder_, view.number, generation));
    view.deletions_generation = generation;
  }
}

IndexWriter::IndexWriter(const std::string& folder, const IndexSettings& settings,
                         const WriterOptions& options)
    : impl_(std::make_unique<Impl>(folder, &settings, options)) {}

IndexWriter::IndexWriter(const std::string& folder, const WriterOptions& options)
    : impl_(std::make_unique<Impl>(folder, nullptr, [&] {
        WriterOptions adding = options;
        adding.mode = WriterMode::kAdd;
        return adding;
      }())) {}

IndexWriter::IndexWriter(const IndexSettings& settings, const WriterOptions& options)
    : impl_(std::make_unique<Impl>(
          (check_settings(settings),
           std::make_shared<const Bm25Index>(settings, std::vector<SegmentView>(), 0, 0, "")),
          options)) {}

IndexWriter::IndexWriter(std::shared_ptr<const Bm25Index> base, const WriterOptions& options)
    : impl_(std::make_unique<Impl>(std::move(base), options)) {}

IndexWriter::~IndexWriter() = default;

void IndexWriter::add(std::vector<DocumentInput> documents, const std::stop_token& stop) {
  impl_->guarded([&] { impl_->add(std::move(documents), stop); });
}

void IndexWriter::keep_documents(const KeptDocuments& kept) { impl_->keep_documents(kept); }

uint64_t IndexWriter::next_generation() const { return impl_->next_generation(); }

uint32_t IndexWriter::remove(std::span<const std::string> keys) {
  return impl_->guarded([&] { return impl_->remove(keys); });
}

std::shared_ptr<const Bm25Index> IndexWriter::commit(const std::stop_token& stop,
                                                     const ProgressListener& progress) {
  return impl_->guarded([&] { return impl_->commit(0, stop, progress); });
}

std::shared_ptr<const Bm25Index> IndexWriter::merge(size_t max_segments,
                                                    const std::stop_token& stop,
                                                    const ProgressListener& progress) {
  return impl_->guarded(
      [&] { return impl_->commit(std::max<size_t>(max_segments, 1), stop, progress); });
}

const std::shared_ptr<const Bm25Index>& IndexWriter::index() const { return impl_->index(); }

uint64_t IndexWriter::pending() const { return impl_->pending(); }

}  // namespace querl
