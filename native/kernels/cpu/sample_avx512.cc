#if defined(__x86_64__)

#include "kernels/cpu/sample_kernels.inc"

namespace querl {

const SampleKernels kSampleAvx512 = kSample;

}  // namespace querl

#endif
