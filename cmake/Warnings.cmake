# querl_warnings: what our own sources are held to. Others' headers are SYSTEM and stay silent.
add_library(querl_warnings INTERFACE)
target_compile_options(querl_warnings INTERFACE -Wall -Wextra $<$<BOOL:${QUERL_WERROR}>:-Werror>)
