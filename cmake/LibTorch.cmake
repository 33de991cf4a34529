# libtorch: headers and the CPU libraries of the folder LIBTORCH_DIR, and of no other.
#
# `find_package(Torch)` is not used: without a prefix it takes a distribution's LibTorch (Debian
# has 1.13), which loads without complaint and fails at the first use of a newer function.
# scripts/libtorch.mjs finds or fetches the folder.

if(NOT EXISTS "${LIBTORCH_DIR}/lib/libtorch_cpu.so" OR
   NOT EXISTS "${LIBTORCH_DIR}/include/torch/headeronly/version.h")
  message(FATAL_ERROR
    "Expected LIBTORCH_DIR to hold include/torch/headeronly/version.h and lib/libtorch_cpu.so, but got "
    "\"${LIBTORCH_DIR}\". `npm run setup` finds or fetches LibTorch; -DQUERL_TORCH=OFF builds the "
    "rest without it.")
endif()

file(READ "${LIBTORCH_DIR}/include/torch/headeronly/version.h" version_header)
foreach(part MAJOR MINOR PATCH)
  string(REGEX MATCH "#define TORCH_VERSION_${part} ([0-9]+)" _ "${version_header}")
  list(APPEND version_parts "${CMAKE_MATCH_1}")
endforeach()
list(JOIN version_parts "." LIBTORCH_VERSION)
if(LIBTORCH_VERSION VERSION_LESS 2.11 OR LIBTORCH_VERSION VERSION_GREATER_EQUAL 2.15)
  message(FATAL_ERROR "Expected LibTorch 2.11 to 2.14 in ${LIBTORCH_DIR}, but got ${LIBTORCH_VERSION}.")
endif()
message(STATUS "LibTorch ${LIBTORCH_VERSION}: ${LIBTORCH_DIR}")

add_library(libtorch INTERFACE)
target_include_directories(libtorch SYSTEM INTERFACE
  "${LIBTORCH_DIR}/include" "${LIBTORCH_DIR}/include/torch/csrc/api/include")
target_link_libraries(libtorch INTERFACE
  -Wl,--no-as-needed "${LIBTORCH_DIR}/lib/libtorch_cpu.so" "${LIBTORCH_DIR}/lib/libc10.so"
  -Wl,--as-needed)

# at::parallel_for is a template: without -fopenmp in our own sources it runs on one thread. The
# library is LibTorch's own, since two OpenMP runtimes in one process fight.
target_compile_options(libtorch INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fopenmp>)
file(GLOB openmp "${LIBTORCH_DIR}/lib/libgomp*.so*")
if(openmp)
  list(GET openmp 0 openmp)
  target_link_libraries(libtorch INTERFACE "${openmp}")
else()
  target_link_options(libtorch INTERFACE -fopenmp)
endif()
