// Which instruction set the CPU kernels run on: chosen once, at run time.
#pragma once

namespace querl {

enum class Isa { kPortable, kAvx2, kAvx512 };

// The best one that this processor and this build have. AVX-512 means F, BW, DQ and VL, AVX2
// has FMA and F16C beside it.
Isa best_isa();

// "portable", "avx2" or "avx512".
const char* isa_name(Isa isa);

// What multiplies bfloat16 and sums in fp32: kConvert converts to fp32 first and goes on with Isa;
// kAvx512 is AVX512-BF16; kAmx has the tiles of AMX-BF16 as well.
enum class Bf16Isa { kConvert, kAvx512, kAmx };

// The best one that this processor, this build and this kernel's settings have. Asks Linux, once
// per process, for the permission to use the tiles.
Bf16Isa best_bf16_isa();

// The instructions that a product of matrices uses; the processor must have them. For tests: the
// default is the best.
struct LinearIsa {
  Isa isa = best_isa();
  Bf16Isa bf16 = best_bf16_isa();
};

// "convert", "avx512_bf16" or "amx".
const char* bf16_isa_name(Bf16Isa isa);

}  // namespace querl
