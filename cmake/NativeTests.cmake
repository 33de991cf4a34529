# querl_native_tests: native/tests/*_test.cc, of which *_cuda_test.cc run CUDA kernels on the host.
# querl_torch_tests: native/tests/*_torch_test.cc; likewise *_cuda_torch_test.cc.
# Built on request only (`--target`), so that an addon can be built without doctest.

find_path(DOCTEST_INCLUDE_DIR doctest/doctest.h)
if(NOT DOCTEST_INCLUDE_DIR)
  message(STATUS "doctest: not found, no C++ tests (Debian: apt-get install doctest-dev)")
  return()
endif()

function(querl_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  if(NOT arg_SOURCES)
    return()
  endif()
  add_executable(${name} EXCLUDE_FROM_ALL native/tests/main.cc ${arg_SOURCES})
  target_include_directories(${name} SYSTEM PRIVATE "${DOCTEST_INCLUDE_DIR}")
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/native")
  target_link_libraries(${name} PRIVATE querl_warnings ${arg_LINK})
endfunction()

file(GLOB tests CONFIGURE_DEPENDS native/tests/*_test.cc)
set(torch_tests ${tests})
list(FILTER tests EXCLUDE REGEX "_torch_test\\.cc$")
list(FILTER torch_tests INCLUDE REGEX "_torch_test\\.cc$")

# Fibers switch stacks by hand, which is written for x64 and which the thread sanitizer does not know.
set(querl_emulated)
if(querl_x64 AND NOT QUERL_SANITIZE STREQUAL "thread")
  include(EmulatedCuda)
  set(querl_emulated querl_emulated_cuda)
else()
  list(FILTER tests EXCLUDE REGEX "_cuda_test\\.cc$")
endif()

querl_tests(querl_native_tests SOURCES ${tests}
            LINK ${querl_emulated} querl_kernels querl_lm_core querl_retrieval_core)
if(QUERL_TORCH)
  # With CUDA itself the kernels are there in earnest, and gpu/check.py is what tests them: the
  # emulated ones have the same names and must stay out.
  set(querl_emulated_operators)
  if(querl_emulated AND NOT QUERL_CUDA)
    set(querl_emulated_operators native/torch/cuda/linear_logprobs_loop.cc)
  else()
    set(querl_emulated)
    list(FILTER torch_tests EXCLUDE REGEX "_cuda_torch_test\\.cc$")
  endif()
  querl_tests(querl_torch_tests SOURCES ${torch_tests} ${querl_emulated_operators}
              LINK ${querl_emulated} querl_lm_torch)
  if(TARGET querl_torch_tests)
    querl_link_whole(querl_torch_tests querl_torch_ops)
    set_target_properties(querl_torch_tests PROPERTIES BUILD_RPATH "${LIBTORCH_DIR}/lib")
    target_link_options(querl_torch_tests PRIVATE LINKER:--disable-new-dtags)
  endif()
endif()

add_custom_target(querl_tests)
foreach(suite querl_native_tests querl_torch_tests)
  if(TARGET ${suite})
    add_dependencies(querl_tests ${suite})
  endif()
endforeach()
