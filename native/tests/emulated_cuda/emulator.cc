#include "emulator.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "cuda_runtime_api.h"

// Saves this stack's registers and pointer, and goes on where `to` was saved. Not swapcontext(),
// whose two system calls are all that a test would do: a warp's sums take 62 meetings of 32 lanes.
extern "C" void querl_switch_stack(void** from, void* to);
asm(R"(
.text
.type querl_switch_stack, @function
querl_switch_stack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size querl_switch_stack, .-querl_switch_stack
)");

namespace querl::emulated {
namespace {

constexpr size_t kStackBytes = size_t{1} << 17;
constexpr unsigned kMostBytes = 16;

enum class State { kReady, kAtBlock, kAtWarp, kEnded };

struct Fiber {
  void* saved = nullptr;
  std::unique_ptr<char[]> stack = std::make_unique<char[]>(kStackBytes);
  State state = State::kReady;
  // What it brought to the last two meetings of its warp: nobody can be a whole meeting behind.
  alignas(kMostBytes) char brought[2][kMostBytes];
  unsigned meetings = 0;
};

std::vector<Fiber> fibers;
size_t current;
void* scheduler;
const std::function<void()>* work;
bool wrong_launch = false;

[[noreturn]] void fail(const char* reason) {
  std::fprintf(stderr, "emulated CUDA: %s (block %u)\n", reason, blockIdx.x);
  std::abort();
}

void wait_as(State state) {
  fibers[current].state = state;
  querl_switch_stack(&fibers[current].saved, scheduler);
}

void enter() {
  (*work)();
  wait_as(State::kEnded);
}

// A stack that looks as if enter() had been left by querl_switch_stack() before its first line.
void prepare(Fiber& fiber) {
  fiber.state = State::kReady;
  fiber.meetings = 0;
  const auto top = reinterpret_cast<uintptr_t>(fiber.stack.get() + kStackBytes) / 16 * 16;
  auto* words = reinterpret_cast<uintptr_t*>(top);
  *--words = 0;  // where enter() would return to: it never does
  *--words = reinterpret_cast<uintptr_t>(&enter);
  for (int i = 0; i < 6; ++i) *--words = 0;
  fiber.saved = words;
}

// Lets those in [first, last) go on that wait as `state`, if no one there is yet to come.
bool release(size_t first, size_t last, State state) {
  bool any = false;
  for (size_t i = first; i < last; ++i) {
    if (fibers[i].state != state && fibers[i].state != State::kEnded) return false;
    any |= fibers[i].state == state;
  }
  for (size_t i = first; i < last; ++i)
    if (fibers[i].state == state) fibers[i].state = State::kReady;
  return any;
}

// Runs the warp that begins at `first` for as long as its lanes wait for one another alone.
// Returns whether any lane ran.
bool run_warp(size_t first, size_t last, bool upwards) {
  bool any = false;
  for (;;) {
    bool ran = false;
    for (size_t i = 0; i < last - first; ++i) {
      current = upwards ? first + i : last - 1 - i;
      if (fibers[current].state != State::kReady) continue;
      ran = true;
      threadIdx = {static_cast<unsigned>(current), 0, 0};
      querl_switch_stack(&scheduler, fibers[current].saved);
    }
    any |= ran;
    if (!release(first, last, State::kAtWarp) && !ran) return any;
  }
}

// A warp gets as far ahead of the others as barriers let it, the first or the last one in turn, so
// that where a barrier is missing some thread comes too early.
void run_block(unsigned threads) {
  for (size_t i = 0; i < threads; ++i) prepare(fibers[i]);
  const size_t warps = (threads + kWarpLanes - 1) / kWarpLanes;
  for (bool upwards = true;; upwards = !upwards) {
    bool ran = false;
    for (size_t i = 0; i < warps; ++i) {
      const size_t first = (upwards ? i : warps - 1 - i) * kWarpLanes;
      const size_t last = first + kWarpLanes < threads ? first + kWarpLanes : threads;
      ran |= run_warp(first, last, upwards);
    }
    const bool ended = std::all_of(fibers.begin(), fibers.begin() + threads,
                                   [](const Fiber& fiber) { return fiber.state == State::kEnded; });
    if (ended) return;
    if (!release(0, threads, State::kAtBlock) && !ran)
      fail("threads wait for others that do not come");
  }
}

}  // namespace

void sync_block() { wait_as(State::kAtBlock); }

int lane() { return static_cast<int>(current % kWarpLanes); }

void exchange_bytes(const void* mine, void* theirs, unsigned bytes, int from) {
  if (bytes > kMostBytes) fail("a value of more than 16 bytes is exchanged");
  Fiber& own = fibers[current];
  const unsigned meeting = own.meetings++;
  std::memcpy(own.brought[meeting % 2], mine, bytes);
  wait_as(State::kAtWarp);
  const size_t source = current / kWarpLanes * kWarpLanes + static_cast<size_t>(from);
  if (source >= fibers.size() || fibers[source].meetings <= meeting)
    fail("a value is read of a lane that did not bring one");
  std::memcpy(theirs, fibers[source].brought[meeting % 2], bytes);
}

void run_grid(unsigned blocks, unsigned threads, const std::function<void()>& body) {
  if (blocks == 0 || threads == 0 || threads > 1024) {
    wrong_launch = true;
    return;
  }
  work = &body;
  if (fibers.size() != threads) {
    fibers.clear();
    fibers = std::vector<Fiber>(threads);
  }
  gridDim = {blocks, 1, 1};
  blockDim = {threads, 1, 1};
  for (unsigned block = 0; block < blocks; ++block) {
    blockIdx = {block, 0, 0};
    run_block(threads);
  }
}

}  // namespace querl::emulated

cudaError_t cudaGetLastError() {
  const bool wrong = std::exchange(querl::emulated::wrong_launch, false);
  return wrong ? cudaErrorInvalidConfiguration : cudaSuccess;
}
