#include "kernels/cpu/gae_kernels.inc"

namespace querl {

const GaeKernels kGaePortable = kGae;

}  // namespace querl
