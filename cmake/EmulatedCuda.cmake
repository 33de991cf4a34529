# querl_emulated_cuda: kernels of native/kernels/cuda as C++ that runs on the host, for the C++ tests
# (native/tests/emulated_cuda/emulator.h). The only thing of CUDA's syntax that C++ cannot be taught by
# macros is a launch, which is rewritten.
file(GLOB querl_emulated_kernels CONFIGURE_DEPENDS native/kernels/cuda/*.cu)

set(sources native/tests/emulated_cuda/emulator.cc)
foreach(kernel IN LISTS querl_emulated_kernels)
  get_filename_component(name "${kernel}" NAME_WE)
  set(source "${PROJECT_BINARY_DIR}/emulated_cuda/${name}.cc")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${kernel}")
  file(READ "${kernel}" text)
  string(REGEX REPLACE "([A-Za-z0-9_]+(<[^<>;]*>)?)<<<([^;]*)>>>\\("
                       "emulated::launch(\\1, \\3)(" text "${text}")
  file(CONFIGURE OUTPUT "${source}" CONTENT "${text}" @ONLY)
  list(APPEND sources "${source}")
endforeach()

add_library(querl_emulated_cuda STATIC EXCLUDE_FROM_ALL ${sources})
target_include_directories(querl_emulated_cuda PUBLIC
  "${PROJECT_SOURCE_DIR}/native/tests/emulated_cuda" "${PROJECT_SOURCE_DIR}/native")
# CUDA's pragmas, and its habit of comparing unsigned threadIdx with int.
target_compile_options(querl_emulated_cuda PRIVATE -Wno-unknown-pragmas -Wno-sign-compare)
target_link_libraries(querl_emulated_cuda PUBLIC querl_warnings querl_sanitizers querl_kernels)
