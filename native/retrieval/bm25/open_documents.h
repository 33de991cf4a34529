// The documents that are kept beside an index.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "retrieval/bm25/index.h"
#include "retrieval/files/line_store.h"

namespace querl {

// Those of the newest state of a folder. Throws as LineStore::open() does, and ERR_QUERL_IO where
// there is no index, or one that keeps none.
std::shared_ptr<const LineStore> open_documents(const std::string& folder,
                                                std::span<const std::string> moved = {});

// Those of a snapshot, which a writer may have removed since.
std::shared_ptr<const LineStore> open_documents(const Bm25Index& index);

// Whether a folder has an index that keeps its documents. Throws as Bm25Index::open() does where
// there is one that cannot be read.
bool keeps_documents(const std::string& folder);

}  // namespace querl
