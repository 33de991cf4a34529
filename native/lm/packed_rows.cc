#include "lm/packed_rows.h"

#include <algorithm>

namespace querl {
namespace {

// A sequence of which something is read.
struct Part {
  int64_t sequence = 0;
  int64_t rows = 0;        // computed
  int64_t first_read = 0;  // the first row that is read
  int64_t group = 0;
  int64_t shared = 0;  // rows that it has in common with its group
};

std::vector<Part> parts_of(const TokenBatch& batch, const RowSelection& selection) {
  std::vector<Part> parts;
  for (int64_t i = 0; i < batch.sequences; ++i) {
    const int64_t start = batch.offsets[i];
    Part part{i, computed_rows(batch, i, selection), 0, i, 0};
    if (part.rows == 0) continue;
    if (!selection.every_row)
      while (!selection.reads_before(start + part.first_read + 1)) ++part.first_read;
    parts.push_back(part);
  }
  return parts;
}

// Rows that two sequences have in common before either is read, at most `limit`.
int64_t common_rows(const TokenBatch& batch, const Part& a, const Part& b, int64_t limit) {
  limit = std::min({limit, a.first_read, b.first_read});
  const int32_t* left = batch.tokens + batch.offsets[a.sequence];
  const int32_t* right = batch.tokens + batch.offsets[b.sequence];
  return std::mismatch(left, left + limit, right).first - left;
}

// Groups neighbours while that saves more rows than it loses: every sequence that joins makes the
// prefix as short as what it has in common with all before it.
void group(const TokenBatch& batch, std::vector<Part>& parts) {
  for (size_t first = 0; first < parts.size();) {
    size_t end = first + 1;
    int64_t shared = parts[first].first_read;
    while (end < parts.size()) {
      const auto members = static_cast<int64_t>(end - first);
      const int64_t with = common_rows(batch, parts[first], parts[end], shared);
      const bool loses = members * with < (members - 1) * shared;
      // The next group may have more in common with it.
      const bool belongs_to_next =
          end + 1 < parts.size() &&
          common_rows(batch, parts[end], parts[end + 1], parts[end].first_read) > with;
      if (with == 0 || loses || (members == 1 && belongs_to_next)) break;
      shared = with;
      ++end;
    }
    for (size_t i = first; i < end; ++i) {
      parts[i].group = parts[first].sequence;
      parts[i].shared = end - first > 1 ? shared : 0;
    }
    first = end;
  }
}

void add_run(const TokenBatch& batch, const Part& part, int64_t from, int64_t to,
             int64_t prefix_first, PackedRows& rows) {
  const int32_t* tokens = batch.tokens + batch.offsets[part.sequence];
  rows.tokens.insert(rows.tokens.end(), tokens + from, tokens + to);
  for (int64_t position = from; position < to; ++position)
    rows.positions.push_back(static_cast<int32_t>(position));
  rows.row_offsets.push_back(rows.count());
  rows.key_offsets.push_back(rows.keys() + to);  // all before it in its sequence, and its own
  rows.prefix_first.push_back(prefix_first);
}

// The parts [first, end) as one micro-batch.
PackedRows packed(const TokenBatch& batch, const RowSelection& selection,
                  const std::vector<Part>& parts, size_t first, size_t end) {
  PackedRows rows;
  int64_t prefix_first = 0;
  for (size_t i = first; i < end; ++i) {
    const Part& part = parts[i];
    const bool follows = i > first && parts[i - 1].group == part.group;
    const bool is_followed = i + 1 < end && parts[i + 1].group == part.group;
    const int64_t shared = follows || is_followed ? part.shared : 0;
    if (shared > 0 && !follows) {
      prefix_first = rows.count();
      add_run(batch, part, 0, shared, 0, rows);
    }
    const int64_t row = rows.count();
    add_run(batch, part, shared, part.rows, prefix_first, rows);
    const int64_t start = batch.offsets[part.sequence];
    for (int64_t position = shared; position < part.rows; ++position) {
      if (!selection.every_row && !selection.reads_before(start + position + 1)) continue;
      rows.read.push_back(row + position - shared);
      rows.targets.push_back(start + position + 1);
    }
  }
  return rows;
}

}  // namespace

std::vector<PackedRows> pack_rows(const TokenBatch& batch, const RowSelection& selection,
                                  int64_t most_rows, bool shares_prompts) {
  std::vector<Part> parts = parts_of(batch, selection);
  if (shares_prompts) group(batch, parts);
  std::vector<PackedRows> result;
  size_t first = 0;
  int64_t count = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const Part& part = parts[i];
    const bool follows = i > first && parts[i - 1].group == part.group;
    const int64_t more = part.rows - (follows ? part.shared : 0);
    if (i > first && count + more > most_rows) {
      result.push_back(packed(batch, selection, parts, first, i));
      first = i;
      count = part.rows;
    } else {
      count += more;
    }
  }
  if (first < parts.size()) result.push_back(packed(batch, selection, parts, first, parts.size()));
  return result;
}

}  // namespace querl
