# querl_sanitizers: `-DQUERL_SANITIZE=address` (with undefined behaviour) or `thread`, on every target.
# Meant for the torch-free tests (`-DQUERL_TORCH=OFF`): LibTorch itself is not instrumented.
add_library(querl_sanitizers INTERFACE)
if(QUERL_SANITIZE STREQUAL "address")
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=undefined)
elseif(QUERL_SANITIZE STREQUAL "thread")
  set(sanitize -fsanitize=thread)
elseif(QUERL_SANITIZE)
  message(FATAL_ERROR "Expected QUERL_SANITIZE to be address or thread, but got ${QUERL_SANITIZE}.")
endif()
if(sanitize)
  target_compile_options(querl_sanitizers INTERFACE ${sanitize} -fno-omit-frame-pointer -g -O1)
  target_link_options(querl_sanitizers INTERFACE ${sanitize})
endif()
