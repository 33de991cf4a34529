# querl_layer(name SOURCES globs… [EXCEPT regex] [LINK targets…])
#
# A static library of one folder, or an interface while the folder is still empty. Files that end in
# _avx2.cc, _avx512.cc, _avx512_bf16.cc or _amx.cc are compiled for that instruction set and must be
# reached through a table that is chosen at run time. `-ffast-math` is never set: a NaN must stay a
# NaN.

find_package(Threads REQUIRED)

set(querl_x64 OFF)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  set(querl_x64 ON)
endif()

function(querl_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "EXCEPT" "SOURCES;LINK")
  file(GLOB sources CONFIGURE_DEPENDS ${arg_SOURCES})
  if(arg_EXCEPT)
    list(FILTER sources EXCLUDE REGEX "${arg_EXCEPT}")
  endif()
  if(NOT querl_x64)
    list(FILTER sources EXCLUDE REGEX "_(avx2|avx512|avx512_bf16|amx)\\.cc$")
  endif()

  if(sources)
    add_library(${name} STATIC ${sources})
    set(visibility PUBLIC)
    target_link_libraries(${name} PRIVATE querl_warnings)
    querl_instruction_sets(${sources})
  else()
    add_library(${name} INTERFACE)
    set(visibility INTERFACE)
  endif()
  target_include_directories(${name} ${visibility} "${PROJECT_SOURCE_DIR}/native")
  target_link_libraries(${name} ${visibility} querl_sanitizers Threads::Threads ${arg_LINK})
endfunction()

function(querl_instruction_sets)
  foreach(source IN LISTS ARGN)
    # GCC 12 warns falsely inside its own AVX-512 intrinsics.
    set(quiet "$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-uninitialized>")
    set(avx512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma "${quiet}")
    if(source MATCHES "_avx2\\.cc$")
      set_property(SOURCE "${source}" PROPERTY COMPILE_OPTIONS -mavx2 -mfma -mf16c)
    elseif(source MATCHES "_avx512\\.cc$")
      set_property(SOURCE "${source}" PROPERTY COMPILE_OPTIONS ${avx512})
    elseif(source MATCHES "_avx512_bf16\\.cc$")
      set_property(SOURCE "${source}" PROPERTY COMPILE_OPTIONS ${avx512} -mavx512bf16)
    elseif(source MATCHES "_amx\\.cc$")
      set_property(SOURCE "${source}" PROPERTY COMPILE_OPTIONS
                   ${avx512} -mavx512bf16 -mamx-tile -mamx-bf16)
    endif()
  endforeach()
endfunction()

# Links every object of a static library, also those that nothing names: operators register
# themselves with LibTorch's dispatcher in initialisers.
function(querl_link_whole target library)
  target_link_libraries(${target} PRIVATE
    -Wl,--whole-archive $<TARGET_FILE:${library}> -Wl,--no-whole-archive ${library})
endfunction()
