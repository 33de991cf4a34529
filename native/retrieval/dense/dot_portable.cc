#include "retrieval/dense/dot_kernels.inc"

namespace querl {

const DotKernels kDotPortable = make_kernels("portable");

}  // namespace querl
