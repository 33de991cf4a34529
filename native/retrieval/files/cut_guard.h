// Reading on when a mapped file loses bytes that somebody reads.
//
// Whoever touches a page of a mapping that the file does not have any more, since another process
// has cut it, or that the disk cannot give, gets a SIGBUS, and the process ends. With a guard over
// the mapping he reads zeros instead, from there to the mapping's end, and is_cut() says so from
// then on. Zeros may be wrong answers, so whoever reads must ask at the end of his work, before
// anybody sees what came of it, and must keep bounds as ever: bytes can turn into zeros between
// two looks.
//
// For this the process gets one handler for SIGBUS, with the first guard, for good. It acts on
// faults within guarded mappings only. Any other SIGBUS goes to the handler that was there before,
// or ends the process as it would have done. A program that installs its own handler afterwards
// takes the signal over: unless that one calls its predecessor, a file that is cut while it is read
// ends the process. The library that has the code stays loaded once the handler is installed.
//
// Linux with 64 bits. Elsewhere, and in a thread that blocks SIGBUS, a guard does nothing.
#pragma once

#include <cstddef>

namespace querl {

class CutGuard {
 public:
  // Of a mapping to be read only, from its first byte.
  CutGuard(const void* mapping, size_t bytes);
  ~CutGuard();  // before the mapping goes away

  CutGuard(const CutGuard&) = delete;
  CutGuard& operator=(const CutGuard&) = delete;

  // Some of the bytes could not be read, and are zeros now. Once so, always so.
  bool is_cut() const;

  struct Entry;  // what the handler sees

 private:
  [[maybe_unused]] Entry* entry_;
};

}  // namespace querl
