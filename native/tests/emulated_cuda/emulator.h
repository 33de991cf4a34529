// Runs a CUDA kernel's own source on the host: every thread of a block is a fiber, which gives way
// where the block or the warp meets. Slow, but a machine without a GPU sees each index, each mask
// and each order of a sum, and a sanitizer sees each address.
//
// cmake/EmulatedCuda.cmake turns `kernel<<<grid, threads, 0, stream>>>(…)` into `launch(kernel,
// grid, threads, 0, stream)(…)`. Blocks run one after another, in an order that is no promise of
// CUDA's.
#pragma once

#include <cstring>
#include <functional>
#include <tuple>
#include <utility>

struct Index3 {
  unsigned x = 0, y = 0, z = 0;
};
inline Index3 threadIdx, blockIdx, blockDim, gridDim;

namespace querl::emulated {

inline constexpr int kWarpLanes = 32;

// Until every thread of the block that has not ended is here.
void sync_block();

// The value that lane `from` of this warp brings, once all of them have brought theirs. All lanes
// that have not ended must come.
void exchange_bytes(const void* mine, void* theirs, unsigned bytes, int from);

int lane();

// Runs `body` once for each thread of each block. Aborts where threads wait for one another for
// ever.
void run_grid(unsigned blocks, unsigned threads, const std::function<void()>& body);

template <typename T>
T exchange(T value, int from) {
  T theirs;
  exchange_bytes(&value, &theirs, sizeof(T), from);
  return theirs;
}

// Each thread gets its own copy of the arguments, as on a device.
template <typename... Parameters, typename Stream>
auto launch(void (*kernel)(Parameters...), unsigned blocks, unsigned threads, int, Stream) {
  return [=](Parameters... arguments) { run_grid(blocks, threads, [&] { kernel(arguments...); }); };
}

}  // namespace querl::emulated
