# torch.node (N-API over the layers below) and stub.node (dlopen by absolute path, torch-free).

# cmake-js names the headers; a plain `cmake -B build` takes them from node_modules.
if(NOT DEFINED CMAKE_JS_INC)
  execute_process(
    COMMAND node -p
      "[require('node-api-headers').include_dir, require('node-addon-api').include_dir].join(';')"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    OUTPUT_VARIABLE CMAKE_JS_INC OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()

# A sanitised addon stays in its build folder: the loader must not take it for the real one.
if(QUERL_SANITIZE)
  set(querl_addon_dir "${PROJECT_BINARY_DIR}/Release")
elseif(QUERL_ADDON_DIR)
  set(querl_addon_dir "${QUERL_ADDON_DIR}")
else()
  set(querl_addon_dir "${PROJECT_SOURCE_DIR}/packages/torch/build/Release")
endif()

function(querl_addon name output)
  add_library(${name} MODULE ${ARGN})
  target_include_directories(${name} SYSTEM PRIVATE ${CMAKE_JS_INC})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/native")
  # EXCEPTIONS_ALL: a c10::Error that reached N-API would end the process otherwise.
  # SWALLOW_UNTHROWABLE: so would worker.terminate() in the middle of a job.
  target_compile_definitions(${name} PRIVATE
    NAPI_VERSION=9 NODE_ADDON_API_CPP_EXCEPTIONS_ALL NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS
    NODE_ADDON_API_DISABLE_DEPRECATED QUERL_VERSION="${QUERL_VERSION}")
  target_link_libraries(${name} PRIVATE querl_warnings querl_sanitizers Threads::Threads)
  # -z now turns a wrong library into an error at require() instead of a kill at the first use.
  # DT_RPATH (not RUNPATH) is searched before LD_LIBRARY_PATH, which a conda shell sets.
  target_link_options(${name} PRIVATE
    LINKER:-z,now LINKER:--exclude-libs,ALL LINKER:--disable-new-dtags)
  set_target_properties(${name} PROPERTIES
    PREFIX "" SUFFIX ".node" OUTPUT_NAME ${output}
    LIBRARY_OUTPUT_DIRECTORY "${querl_addon_dir}"
    LIBRARY_OUTPUT_DIRECTORY_RELEASE "${querl_addon_dir}"
    BUILD_WITH_INSTALL_RPATH ON)
endfunction()

if(EXISTS "${PROJECT_SOURCE_DIR}/native/addon/stub.cc")
  querl_addon(querl_stub stub native/addon/stub.cc)
  target_link_libraries(querl_stub PRIVATE ${CMAKE_DL_LIBS})
endif()

file(GLOB sources CONFIGURE_DEPENDS native/addon/*.cc)
list(FILTER sources EXCLUDE REGEX "/(stub|retrieval[^/]*|bm25_[^/]*)\\.cc$")
if(sources)
  querl_addon(querl_torch torch ${sources})
  target_compile_definitions(querl_torch PRIVATE QUERL_LIBTORCH_VERSION="${LIBTORCH_VERSION}")
  querl_link_whole(querl_torch querl_torch_ops)
  target_link_libraries(querl_torch PRIVATE querl_lm_torch querl_lm_core)
  set_target_properties(querl_torch PROPERTIES
    INSTALL_RPATH "$ORIGIN;$ORIGIN/../libtorch-linux-x64-cpu/lib;${LIBTORCH_DIR}/lib")
endif()

# What the loader reads: run time searches for nothing, it takes what the build took.
file(CONFIGURE OUTPUT "${querl_addon_dir}/libtorch.json" CONTENT
"{ \"version\": \"@QUERL_VERSION@\", \"libtorch\": \"@LIBTORCH_VERSION@\", \"folder\": \"@LIBTORCH_DIR@\" }
" @ONLY)

# What the set-up builds: everything that JavaScript loads, and no test.
add_custom_target(querl_addons)
foreach(addon querl_stub querl_torch)
  if(TARGET ${addon})
    add_dependencies(querl_addons ${addon})
  endif()
endforeach()
