# querl_benchmark_<name> for each native/benchmarks/<name>.cc, built on request only.
file(GLOB benchmarks CONFIGURE_DEPENDS native/benchmarks/*.cc)
foreach(source IN LISTS benchmarks)
  get_filename_component(name "${source}" NAME_WE)
  add_executable(querl_benchmark_${name} EXCLUDE_FROM_ALL "${source}")
  target_link_libraries(querl_benchmark_${name} PRIVATE
    querl_warnings querl_kernels querl_lm_core querl_retrieval_core)
endforeach()
