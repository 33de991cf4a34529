# querl_warnings: what our own sources are held to. Others' headers are SYSTEM and stay silent.
add_library(querl_warnings INTERFACE)
target_compile_options(querl_warnings INTERFACE -Wall -Wextra $<$<BOOL:${QUERL_WERROR}>:-Werror>)

# GCC 12 sees an overlap in std::string's operator+ that is not there (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION MATCHES "^12\\.")
  target_compile_options(querl_warnings INTERFACE -Wno-restrict)
endif()
