# CUDA for sm_80 (A100) and sm_90 (H100, H200), with `-DQUERL_CUDA=ON`: compiles without a GPU.
#
# native/kernels/cuda/*.cu become querl_kernels_cuda, which knows no torch; native/torch/cuda/*.cc
# join querl_torch_ops, which then also links the CUDA libraries of LIBTORCH_DIR. scripts/nvcc.mjs
# finds or fetches the compiler, whose path is CMAKE_CUDA_COMPILER.

set(QUERL_CUDA_INCLUDE "" CACHE STRING
    "Folders with cublas_v2.h, cusparse.h and cusolverDn.h, if neither CUDA nor LibTorch has them")

if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 80-real 90-real)
endif()
# LibTorch's libraries bring libcudart.so; a second, static copy would be a second set of handles.
set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)
set(CMAKE_CUDA_VISIBILITY_PRESET hidden)
enable_language(CUDA)

# CMake 3.25 knows no C++20 of nvcc 13; the kernels share C++20 headers with the CPU's.
if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
  set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
endif()

querl_layer(querl_kernels_cuda SOURCES native/kernels/cuda/*.cu LINK querl_kernels)

# Called once querl_torch_ops is there.
function(querl_torch_cuda)
  set(libraries "${LIBTORCH_DIR}/lib/libtorch_cuda.so" "${LIBTORCH_DIR}/lib/libc10_cuda.so")
  foreach(library IN LISTS libraries)
    if(NOT EXISTS "${library}")
      message(FATAL_ERROR
        "Expected LIBTORCH_DIR to be a CUDA build of LibTorch, but there is no ${library}. "
        "-DQUERL_TORCH=OFF builds the kernels without it.")
    endif()
  endforeach()

  # ATen/cuda/CUDAContext.h wants headers that a minimal toolkit lacks: those of pip's nvidia-*
  # wheels lie beside torch. The toolkit's own folder comes first.
  set(nvidia "${LIBTORCH_DIR}/../nvidia")
  file(GLOB beside "${nvidia}/cu[0-9]*/include" "${nvidia}/cublas/include"
       "${nvidia}/cusparse/include" "${nvidia}/cusolver/include")
  set(include ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES} ${QUERL_CUDA_INCLUDE} ${beside})

  file(GLOB sources CONFIGURE_DEPENDS native/torch/cuda/*.cc)
  target_sources(querl_torch_ops PRIVATE ${sources})
  target_compile_definitions(querl_torch_ops PRIVATE QUERL_CUDA)
  target_include_directories(querl_torch_ops SYSTEM PRIVATE ${include})
  target_link_libraries(querl_torch_ops PUBLIC querl_kernels_cuda)
  # libtorch_cuda.so registers its kernels in initialisers: it is kept although nothing may name it.
  # One argument, since CMake drops a flag that repeats.
  list(JOIN libraries "," libraries)
  target_link_libraries(libtorch INTERFACE
    "-Wl,--push-state,--no-as-needed,${libraries},--pop-state")
endfunction()
