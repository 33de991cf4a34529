#if defined(__x86_64__)

#include "kernels/cpu/logits_kernels.inc"

namespace querl {

const LogitsKernels kLogitsAvx512 = kLogits;

}  // namespace querl

#endif
