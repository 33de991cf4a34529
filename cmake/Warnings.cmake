# querl_warnings: what our own sources are held to. Others' headers are SYSTEM and stay silent.
add_library(querl_warnings INTERFACE)
set(querl_cxx_warnings -Wall -Wextra $<$<BOOL:${QUERL_WERROR}>:-Werror>)
target_compile_options(querl_warnings INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${querl_cxx_warnings}>")

# all-warnings are those of cudafe++, ptxas and nvlink; the host compiler's are the second half. ptxas
# tells the registers and the spills of each kernel: a few bytes are what a block of 1024 threads may
# cost, so that they are no error.
set(querl_cuda_warnings -Xptxas=-v -Xcompiler=-Wall,-Wextra
    "$<$<BOOL:${QUERL_WERROR}>:SHELL:-Werror all-warnings -Xcompiler=-Werror>")
target_compile_options(querl_warnings INTERFACE "$<$<COMPILE_LANGUAGE:CUDA>:${querl_cuda_warnings}>")

# GCC 12 sees an overlap in std::string's operator+ that is not there (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION MATCHES "^12\\.")
  target_compile_options(querl_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()
