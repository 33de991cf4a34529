# CUDA for sm_80 (A100) and sm_90 (H100, H200), with `-DQUERL_CUDA=ON`: compiles without a GPU.
#
# native/kernels/cuda/*.cu become querl_kernels_cuda, which knows no torch; native/torch/cuda/*.cc
# join querl_torch_ops, which then also links the CUDA libraries of LIBTORCH_DIR. gpu/build.py calls
# this; scripts/nvcc.mjs finds or fetches the compiler, whose path is CMAKE_CUDA_COMPILER.

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

querl_layer(querl_kernels_cuda SOURCES native/kernels/cuda/*.cu)

file(GLOB querl_cuda_wrappers CONFIGURE_DEPENDS native/torch/cuda/*.cc)

# Called once querl_torch_ops is there.
function(querl_torch_cuda)
  set(libraries "${LIBTORCH_DIR}/lib/libtorch_cuda.so" "${LIBTORCH_DIR}/lib/libc10_cuda.so")
  list(GET libraries 0 library)
  if(EXISTS "${library}")
    target_sources(querl_torch_ops PRIVATE ${querl_cuda_wrappers})
    target_compile_definitions(querl_torch_ops PRIVATE QUERL_CUDA)
    target_include_directories(querl_torch_ops SYSTEM PRIVATE
                               ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES})
    target_link_libraries(querl_torch_ops PUBLIC querl_kernels_cuda)
    # libtorch_cuda.so registers its kernels in initialisers: it is kept although nothing may name
    # it. One argument, since CMake drops a flag that repeats.
    list(JOIN libraries "," libraries)
    target_link_libraries(libtorch INTERFACE
      "-Wl,--push-state,--no-as-needed,${libraries},--pop-state")
  elseif(querl_cuda_wrappers)
    # A CPU build of LibTorch has the headers: what cannot be linked can still be compiled. It lacks
    # one generated header, which only says how the library itself was built.
    message(STATUS "LibTorch has no CUDA: its wrappers are compiled (querl_torch_cuda), not linked")
    add_library(querl_torch_cuda OBJECT EXCLUDE_FROM_ALL ${querl_cuda_wrappers})
    target_compile_definitions(querl_torch_cuda PRIVATE
      QUERL_CUDA C10_USING_CUSTOM_GENERATED_MACROS)
    target_include_directories(querl_torch_cuda PRIVATE "${PROJECT_SOURCE_DIR}/native")
    target_include_directories(querl_torch_cuda SYSTEM PRIVATE
                               ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES})
    target_link_libraries(querl_torch_cuda PRIVATE querl_warnings libtorch)
  endif()
endfunction()
