// Which instruction set the CPU kernels run on: chosen once, at run time.
#pragma once

namespace querl {

enum class Isa { kPortable, kAvx2, kAvx512 };

// The best one that this processor and this build have. AVX-512 means F, BW, DQ and VL.
Isa best_isa();

// "portable", "avx2" or "avx512".
const char* isa_name(Isa isa);

}  // namespace querl
