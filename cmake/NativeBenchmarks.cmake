# querl_benchmark_<name> for each native/benchmarks/<name>.cc, built on request only; *_torch.cc need
# LibTorch.
file(GLOB benchmarks CONFIGURE_DEPENDS native/benchmarks/*.cc)
foreach(source IN LISTS benchmarks)
  get_filename_component(name "${source}" NAME_WE)
  if(name MATCHES "_torch$" AND NOT QUERL_TORCH)
    continue()
  endif()
  add_executable(querl_benchmark_${name} EXCLUDE_FROM_ALL "${source}")
  target_link_libraries(querl_benchmark_${name} PRIVATE
    querl_warnings querl_kernels querl_lm_core querl_retrieval_core)
  if(name MATCHES "_torch$")
    querl_link_whole(querl_benchmark_${name} querl_torch_ops)
    target_link_libraries(querl_benchmark_${name} PRIVATE querl_lm_torch)
    set_target_properties(querl_benchmark_${name} PROPERTIES BUILD_RPATH "${LIBTORCH_DIR}/lib")
    target_link_options(querl_benchmark_${name} PRIVATE LINKER:--disable-new-dtags)
  endif()
endforeach()
