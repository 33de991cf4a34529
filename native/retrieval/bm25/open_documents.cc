#include "retrieval/bm25/open_documents.h"

#include <utility>

#include "base/errors.h"
#include "retrieval/bm25/manifest.h"

namespace querl {
namespace {

std::shared_ptr<const LineStore> open(const std::string& folder, const KeptDocuments& kept,
                                      std::span<const std::string> moved) {
  if (kept.generation == 0) {
    throw Error("ERR_QUERL_IO", "The index in " + folder + " keeps no documents.");
  }
  const std::string path = documents_path(folder, kept.generation);
  auto store = LineStore::open(path, moved);
  if (store->mark() != kept.mark) {
    throw Error("ERR_QUERL_INDEX_CORRUPT",
                path + " is damaged: it is not the file that manifest.json names.");
  }
  return store;
}

}  // namespace

std::shared_ptr<const LineStore> open_documents(const std::string& folder,
                                                std::span<const std::string> moved) {
  for (Manifest manifest = read_manifest(folder);;) {
    try {
      return open(folder, manifest.kept, moved);
    } catch (const Error&) {
      // As in Bm25Index::open(): a writer may have removed the file since.
      Manifest newer = read_manifest(folder);
      if (newer.generation == manifest.generation) throw;
      manifest = std::move(newer);
    }
  }
}

std::shared_ptr<const LineStore> open_documents(const Bm25Index& index) {
  return open(index.folder(), index.kept(), {});
}

bool keeps_documents(const std::string& folder) {
  return has_manifest(folder) && read_manifest(folder).kept.generation != 0;
}

}  // namespace querl
