{
  "variables": {
    "native": "../../native",
    "libstemmer": "<!(node ../../scripts/libstemmer.mjs --copy)"
  },
  "targets": [{
    "target_name": "querl_retrieval",
    "sources": [
      "<(native)/addon/retrieval.cc",
      "<!@(node -p \"require('fs').readdirSync('../../native/addon/retrieval').filter(f => f.endsWith('.cc')).map(f => '../../native/addon/retrieval/' + f).join(' ')\")",
      "<(native)/addon/arguments.cc",
      "<(native)/addon/exit_guard.cc",
      "<(native)/addon/failure.cc",
      "<(native)/addon/stop_source_addon.cc",
      "<(native)/addon/work_queue.cc",
      "<!@(node -p \"require('fs').readdirSync('../../native/retrieval', { recursive: true }).filter(f => f.endsWith('.cc')).map(f => '../../native/retrieval/' + f).join(' ')\")"
    ],
    "include_dirs": [
      "<!(node -p \"require('node-addon-api').include_dir\")",
      "<(native)"
    ],
    "defines": [
      "NAPI_VERSION=9",
      "NODE_ADDON_API_CPP_EXCEPTIONS_ALL",
      "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",
      "NODE_ADDON_API_DISABLE_DEPRECATED",
      "QUERL_WITHOUT_TORCH",
      "QUERL_VERSION=\"<!(node -p \"require('./package.json').version\")\""
    ],
    "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
    "cflags_cc": ["-std=c++20", "-O3", "-Wall", "-Wextra", "-fvisibility=hidden", "-fvisibility-inlines-hidden"],
    "ldflags": ["-Wl,--exclude-libs,ALL"],
    "conditions": [["libstemmer!=''", {
      "sources": ["<!@(node ../../scripts/libstemmer.mjs sources --copy)"],
      "include_dirs": ["<(libstemmer)/include"],
      "defines": ["QUERL_LIBSTEMMER"],
      "cflags_c": ["-w", "-fvisibility=hidden"]
    }]],
    "xcode_settings": {
      "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
      "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
      "GCC_SYMBOLS_PRIVATE_EXTERN": "YES"
    }
  }]
}
