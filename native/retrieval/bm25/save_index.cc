#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/errors.h"
#include "retrieval/bm25/folder_lock.h"
#include "retrieval/bm25/index_writer.h"
#include "retrieval/bm25/manifest.h"
#include "retrieval/files/atomic_file.h"

namespace querl {
namespace {

constexpr size_t kStepBytes = 16 << 20;

}  // namespace

void save_index(const Bm25Index& index, const std::string& folder, bool replace,
                const std::stop_token& stop, const ProgressListener& progress) {
  FolderLock lock(folder);
  Manifest manifest{1, index.settings(), index.next_ordinal(), 1, {}, {}};
  if (has_manifest(folder)) {
    if (!replace) {
      throw Error("ERR_QUERL_ARGUMENT",
                  folder + " has an index already. Say that it is to be replaced.");
    }
    const Manifest old = read_manifest(folder);
    manifest.generation = old.generation + 1;
    manifest.next_segment = old.next_segment;
    std::error_code ignored;
    if (std::filesystem::equivalent(folder, index.folder(), ignored) &&
        old.generation == index.generation()) {
      manifest.kept = old.kept;  // onto itself
    }
    remove_leftovers(folder, old);
  } else {
    remove_leftovers(folder, {});
  }
  uint64_t done = 0;
  for (const SegmentView& view : index.segments()) {
    const Segment& segment = *view.segment;
    const uint64_t number = manifest.next_segment++;
    AtomicFile file(segment_path(folder, number));
    for (auto rest = segment.file().content(); !rest.empty();) {
      if (stop.stop_requested()) throw Cancelled();
      segment.file().check_whole();
      const auto step = rest.first(std::min(kStepBytes, rest.size()));
      try {
        file.write(step);
      } catch (const Error&) {  // the system itself says "bad address", where we read zeros
        segment.file().check_whole();
        throw;
      }
      rest = rest.subspan(step.size());
      done += step.size();
      if (progress) progress({"save", done, index.bytes()});
    }
    segment.file().check_whole();
    file.commit();
    const uint64_t deletions = view.deleted == nullptr ? 0 : manifest.generation;
    const uint32_t deletions_mark =
        deletions == 0 ? 0 : view.deleted->save(deletions_path(folder, number, deletions));
    manifest.segments.push_back({number, segment.documents(), segment.documents() - view.live(),
                                 deletions, segment.bytes(), segment.file().mark(),
                                 deletions_mark});
  }
  write_manifest(folder, manifest);
  lock.keep();
  remove_leftovers(folder, manifest);
}

}  // namespace querl
