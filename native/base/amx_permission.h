// Whether this process may use the tiles of AMX.
#pragma once

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace querl {

// Sorts of products of tiles, as bits of CPUID leaf 7, register D.
inline constexpr unsigned kAmxBf16 = 1u << 22, kAmxInt8 = 1u << 25;

// Asks the system for the tiles, where the processor has them with these products: their 8 KiB are
// saved at a context switch only for processes that asked. An old kernel does not know the request.
inline bool may_use_amx([[maybe_unused]] unsigned products) {
#if defined(__x86_64__) && defined(__linux__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  const unsigned wanted = products | 1u << 24;  // the tiles themselves
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & wanted) != wanted) return false;
  constexpr int kRequestPermission = 0x1023, kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

}  // namespace querl
