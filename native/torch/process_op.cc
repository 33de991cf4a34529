// What concerns the process rather than a tensor, for those who measure it.

#include <ATen/Parallel.h>
#include <torch/library.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <string>

#include "base/errors.h"
#include "torch/kept_memory.h"

namespace querl {
namespace {

// Of the calling thread: OpenMP keeps the number for each.
void set_num_threads(int64_t threads) {
  if (threads < 1 || threads > 1024)
    throw Error("ERR_QUERL_ARGUMENT",
                "Expected threads to be in [1, 1024], but got " + std::to_string(threads) + ".");
  at::set_num_threads(static_cast<int>(threads));
}

int64_t num_threads() { return at::get_num_threads(); }

// Gives memory that was freed back to the system, which we and malloc() keep for the next use.
void release_memory() {
  release_kept_memory();
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(querl, m) {
  m.def("set_num_threads(int threads) -> ()", set_num_threads);
  m.def("num_threads() -> int", num_threads);
  m.def("release_memory() -> ()", release_memory);
}

}  // namespace querl
