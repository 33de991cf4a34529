#include <algorithm>
#include <bit>
#include <limits>

#include "retrieval/bm25/merge.h"

namespace querl {
namespace {

constexpr size_t kNeighbours = 4;
constexpr uint32_t kLeastDocuments = 1024;  // segments below that are of one order

// Powers of four.
int order_of(uint64_t documents) {
  if (documents < kLeastDocuments) return 0;
  return static_cast<int>(std::bit_width(documents / kLeastDocuments)) / 2 + 1;
}

struct Group {
  MergeRange range;
  uint64_t documents;
};

std::vector<Group> groups_of(std::span<const SegmentView> segments) {
  std::vector<Group> groups;
  for (size_t i = 0; i < segments.size(); ++i) {
    groups.push_back({{i, i + 1}, segments[i].live()});
  }
  return groups;
}

bool is_mostly_deleted(const SegmentView& view) {
  return view.live() < view.segment->documents() / 2 || view.live() == 0;
}

// Joins groups [first, last) into the first one.
void join(std::vector<Group>& groups, size_t first, size_t last) {
  for (size_t i = first + 1; i < last; ++i) groups[first].documents += groups[i].documents;
  groups[first].range.end = groups[last - 1].range.end;
  groups.erase(groups.begin() + static_cast<ptrdiff_t>(first) + 1,
               groups.begin() + static_cast<ptrdiff_t>(last));
}

std::vector<MergeRange> worth_doing(const std::vector<Group>& groups,
                                    std::span<const SegmentView> segments,
                                    bool (*alone)(const SegmentView&)) {
  std::vector<MergeRange> ranges;
  for (const Group& group : groups) {
    const bool joins = group.range.end - group.range.first > 1;
    if (joins || alone(segments[group.range.first])) ranges.push_back(group.range);
  }
  return ranges;
}

}  // namespace

std::vector<MergeRange> tiered_merges(std::span<const SegmentView> segments) {
  std::vector<Group> groups = groups_of(segments);
  // New segments come in at the end, so that is where too many small ones are.
  for (int order = 0; order < 24; ++order) {
    size_t first = groups.size();
    while (first > 0 && order_of(groups[first - 1].documents) <= order) --first;
    if (groups.size() - first >= kNeighbours) join(groups, first, groups.size());
  }
  return worth_doing(groups, segments, is_mostly_deleted);
}

std::vector<MergeRange> merges_down_to(std::span<const SegmentView> segments, size_t max_segments) {
  std::vector<Group> groups = groups_of(segments);
  while (groups.size() > std::max<size_t>(max_segments, 1)) {
    size_t best = 0;
    uint64_t least = std::numeric_limits<uint64_t>::max();
    for (size_t i = 0; i + 1 < groups.size(); ++i) {
      const uint64_t documents = groups[i].documents + groups[i + 1].documents;
      if (documents >= least) continue;
      least = documents;
      best = i;
    }
    join(groups, best, best + 2);
  }
  if (max_segments > 1) return worth_doing(groups, segments, is_mostly_deleted);
  return worth_doing(groups, segments,
                     [](const SegmentView& view) { return view.deleted != nullptr; });
}

}  // namespace querl
