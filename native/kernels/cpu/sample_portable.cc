#include "kernels/cpu/sample_kernels.inc"

namespace querl {

const SampleKernels kSamplePortable = kSample;

}  // namespace querl
