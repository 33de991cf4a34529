// Proves an index file whole, or refuses it with ERR_QUERL_INDEX_CORRUPT.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "retrieval/bm25/bm25_file_layout.h"

namespace querl {

// The file starts with a header of this version, which is undamaged and describes just this file.
Bm25Header checked_header(std::span<const std::byte> file, const std::string& path);

// Every byte behind the header is as it was written.
void check_blocks(std::span<const std::byte> file, const Bm25Header& header,
                  const std::string& path);

// Nothing in the arrays leads outside of them, whatever wrote the file.
void check_arrays(const Bm25Arrays& arrays, const Bm25Header& header, const std::string& path);

}  // namespace querl
