// Reads every byte of an index and proves what searches take for granted.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace querl {

struct VerifyReport {
  uint64_t segments = 0;
  uint64_t documents = 0;
  uint64_t bytes = 0;
  uint64_t terms = 0;
  uint64_t postings = 0;
  std::vector<std::string> problems;  // empty: the index is whole; at most one for each segment
};

// Checksums, the order of terms and documents, counts, lengths, keys, ordinals. `progress` hears of
// bytes. Throws ERR_QUERL_IO where there is no index, and Cancelled.
VerifyReport verify_index(const std::string& folder, const std::stop_token& stop = {},
                          const std::function<void(uint64_t done, uint64_t total)>& progress = {});

}  // namespace querl
