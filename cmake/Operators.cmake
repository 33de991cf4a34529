# querl_ops: libquerl_ops.so, the operators without Node, for `torch.ops.load_library` in Python.
# Built on request only. What runs in a Python's torch must be built against that very torch.
add_library(querl_ops SHARED EXCLUDE_FROM_ALL $<TARGET_OBJECTS:querl_torch_ops>)
target_link_libraries(querl_ops PRIVATE querl_torch_ops)
target_link_options(querl_ops PRIVATE LINKER:-z,now)
set_target_properties(querl_ops PROPERTIES LINKER_LANGUAGE CXX BUILD_RPATH "${LIBTORCH_DIR}/lib")
