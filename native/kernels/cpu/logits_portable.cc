#include "kernels/cpu/logits_kernels.inc"

namespace querl {

const LogitsKernels kLogitsPortable = kLogits;

}  // namespace querl
