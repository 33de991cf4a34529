#include "kernels/cpu/whiten_kernels.inc"

namespace querl {

const WhitenKernels kWhitenPortable = kWhiten;

}  // namespace querl
