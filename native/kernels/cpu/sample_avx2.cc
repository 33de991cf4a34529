#if defined(__x86_64__)

#include "kernels/cpu/sample_kernels.inc"

namespace querl {

const SampleKernels kSampleAvx2 = kSample;

}  // namespace querl

#endif
