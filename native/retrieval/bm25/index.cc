#include "retrieval/bm25/index.h"

#include <algorithm>

#include "base/errors.h"
#include "retrieval/bm25/manifest.h"

namespace querl {
namespace {

[[noreturn]] void damaged(const std::string& path, const std::string& what) {
  throw Error("ERR_QUERL_INDEX_CORRUPT", path + " is damaged: " + what + ".");
}

SegmentView open_segment(const std::string& folder, const ManifestSegment& entry, size_t fields) {
  const std::string path = segment_path(folder, entry.number);
  SegmentView view;
  view.number = entry.number;
  view.segment = std::make_shared<const Segment>(SectionFile::open(path, kSegmentKind));
  const Segment& segment = *view.segment;
  if (segment.file().mark() != entry.mark || segment.bytes() != entry.bytes ||
      segment.documents() != entry.documents || segment.fields() != fields) {
    damaged(path, "it is not the file that manifest.json names");
  }
  return view;
}

void open_deletions(const std::string& folder, const ManifestSegment& entry, SegmentView& view) {
  view.deleted = nullptr;
  view.deletions_generation = entry.deletions_generation;
  view.deletions_mark = entry.deletions_mark;
  if (entry.deletions_generation == 0) return;
  const std::string path = deletions_path(folder, entry.number, entry.deletions_generation);
  view.deleted = Deletions::open(path, entry.documents, entry.deletions_mark);
  if (view.deleted->count() != entry.deleted) {
    damaged(path, "it is not the file that manifest.json names");
  }
}

// `open` are segments of an older state.
std::shared_ptr<const Bm25Index> open_state(const std::string& folder, const Manifest& manifest,
                                            std::span<const SegmentView> open) {
  std::vector<SegmentView> segments;
  for (const ManifestSegment& entry : manifest.segments) {
    const auto same = std::find_if(open.begin(), open.end(), [&](const SegmentView& view) {
      return view.number == entry.number && view.segment->file().mark() == entry.mark;
    });
    SegmentView view =
        same != open.end() ? *same : open_segment(folder, entry, manifest.settings.fields.size());
    if (same == open.end() || view.deletions_generation != entry.deletions_generation ||
        view.deletions_mark != entry.deletions_mark) {
      open_deletions(folder, entry, view);
    }
    segments.push_back(std::move(view));
  }
  auto index = std::make_shared<const Bm25Index>(manifest.settings, std::move(segments),
                                                 manifest.next_ordinal, manifest.generation, folder,
                                                 manifest.kept);
  index->check_files();
  return index;
}

// Generations begin again where a folder was removed and another index built, or an older copy put
// back, in its place.
bool is_state_of(const Bm25Index& index, const Manifest& manifest) {
  return manifest.generation == index.generation() && manifest.settings == index.settings() &&
         manifest.next_ordinal == index.next_ordinal() && manifest.kept.mark == index.kept().mark &&
         std::equal(
             manifest.segments.begin(), manifest.segments.end(), index.segments().begin(),
             index.segments().end(), [](const ManifestSegment& entry, const SegmentView& view) {
               return entry.number == view.number && entry.mark == view.segment->file().mark() &&
                      entry.deletions_generation == view.deletions_generation &&
                      entry.deletions_mark == view.deletions_mark;
             });
}

// A writer may replace the state, and remove its files, between our reading of the manifest and of
// the files that it names: then there is a newer manifest to begin again with.
std::shared_ptr<const Bm25Index> open_newest(const std::string& folder,
                                             std::span<const SegmentView> open) {
  for (Manifest manifest = read_manifest(folder);;) {
    try {
      return open_state(folder, manifest, open);
    } catch (const Error&) {
      Manifest newer = read_manifest(folder);
      if (newer.generation == manifest.generation) throw;
      manifest = std::move(newer);
    }
  }
}

}  // namespace

std::shared_ptr<const Bm25Index> Bm25Index::open(const std::string& folder) {
  return open_newest(folder, {});
}

std::shared_ptr<const Bm25Index> Bm25Index::refresh(const std::shared_ptr<const Bm25Index>& index) {
  if (index->folder().empty()) return index;
  const Manifest manifest = read_manifest(index->folder());
  if (is_state_of(*index, manifest)) return index;
  return open_newest(index->folder(), index->segments());
}

Bm25Index::Bm25Index(IndexSettings settings, std::vector<SegmentView> segments,
                     uint32_t next_ordinal, uint64_t generation, std::string folder,
                     KeptDocuments kept)
    : settings_(std::move(settings)),
      segments_(std::move(segments)),
      next_ordinal_(next_ordinal),
      generation_(generation),
      folder_(std::move(folder)),
      kept_(kept) {
  uint64_t least = 0;  // ordinal that the next segment may have
  for (const SegmentView& view : segments_) {
    const Segment& segment = *view.segment;
    documents_ += view.live();
    deleted_ += segment.documents() - view.live();
    bytes_ += segment.bytes();
    if (segment.documents() == 0) continue;
    const bool valid = segment.first_ordinal() >= least && segment.last_ordinal() < next_ordinal_ &&
                       segment.first_ordinal() <= segment.last_ordinal();
    if (!valid) damaged(segment.file().path(), "its documents overlap those of other segments");
    least = uint64_t{segment.last_ordinal()} + 1;
  }
}

FieldStatistics Bm25Index::statistics(size_t field) const {
  FieldStatistics sum;
  for (const SegmentView& view : segments_) sum += view.segment->statistics(field);
  return sum;
}

std::optional<uint32_t> Bm25Index::find_key(std::string_view key) const {
  for (const SegmentView& view : segments_) {
    if (const auto document = view.segment->find_key(key, view.deleted.get())) {
      return view.segment->ordinal(*document);
    }
  }
  return std::nullopt;
}

std::optional<DocumentPlace> Bm25Index::find_ordinal(uint32_t ordinal) const {
  const auto behind = std::upper_bound(segments_.begin(), segments_.end(), ordinal,
                                       [](uint32_t wanted, const SegmentView& view) {
                                         return wanted < view.segment->first_ordinal();
                                       });
  if (behind == segments_.begin()) return std::nullopt;
  const SegmentView& view = *(behind - 1);
  const auto document = view.segment->document_of(ordinal);
  if (!document || (view.deleted && view.deleted->contains(*document))) return std::nullopt;
  return DocumentPlace{static_cast<size_t>(behind - 1 - segments_.begin()), *document};
}

std::string Bm25Index::key(uint32_t ordinal) const {
  const auto place = find_ordinal(ordinal);
  if (!place) {
    throw Error("ERR_QUERL_ARGUMENT",
                "The index has no document of ordinal " + std::to_string(ordinal) + ".");
  }
  return segments_[place->segment].segment->key(place->document);
}

}  // namespace querl
