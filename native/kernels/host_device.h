// Marks the maths that CPU and CUDA kernels share.
#pragma once

#if defined(__CUDACC__)
#define QUERL_HOST_DEVICE __host__ __device__
#else
#define QUERL_HOST_DEVICE
#endif
