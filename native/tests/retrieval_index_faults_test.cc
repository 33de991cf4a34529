// Disks that are full, folders of others, versions that are newer: said, with the old index whole.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/errors.h"
#include "retrieval/bm25/folder_lock.h"
#include "retrieval/bm25/manifest.h"
#include "retrieval/bm25/verify.h"
#include "retrieval/files/section_layout.h"
#include "tests/index_probe.h"
#include "tests/temporary_folder.h"

using namespace querl;
namespace fs = std::filesystem;

namespace {

// No file of this process can grow beyond so many bytes, as on a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

// Does `work` with less and less room; where it fails it says so, and the index is as it was.
template <typename Work>
void with_less_room(const std::string& folder, const Work& work) {
  const std::vector<uint64_t> whole = answers(folder);
  const std::vector<std::string> names = names_in(folder);
  uint64_t failures = 0;
  for (const rlim_t room : {0, 100, 1000, 3000, 10000, 20000, 30000, 40000, 50000}) {
    bool has_failed = false;
    try {
      const FullDisk disk(room);
      work(folder);
    } catch (const Error& error) {
      has_failed = true;
      CHECK(std::string(error.code()) == "ERR_QUERL_IO");
      CHECK(std::string(error.what()).find(folder) != std::string::npos);
      CHECK(std::string(error.what()).find("File too large") != std::string::npos);
    }
    if (!has_failed) break;
    ++failures;
    CHECK((answers(folder) == whole));
    CHECK(verify_index(folder).problems.empty());
  }
  CHECK(failures >= 3);
  CHECK((answers(folder) == whole));
  CorpusWriter(probe_options(folder, WriterMode::kAdd));  // what was left is cleaned up
  CHECK((names_in(folder) == names));
  work(folder);  // there is room now
  CHECK(verify_index(folder).problems.empty());
  CHECK_FALSE((answers(folder) == whole));
}

std::string message_of(const std::string& code, const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    CHECK(error.code() == code);
    return error.what();
  }
  FAIL("it was not refused");
  return "";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("retrieval: a full disk while documents are added leaves the index as it was") {
  const TemporaryFolder folder;
  build_probe(folder.path());
  with_less_room(folder.path(), [](const std::string& path) {
    CorpusWriter writer(probe_options(path, WriterMode::kAdd));
    add_probe_documents(writer, 3 * kProbeDocuments, 500);
    writer.commit(0, {}, {});
  });
}

TEST_CASE("retrieval: a full disk during a build over an index leaves the old one, documents too") {
  const TemporaryFolder folder;
  build_probe(folder.path());
  with_less_room(folder.path(), [](const std::string& path) {
    CorpusWriter writer(probe_options(path, WriterMode::kReplace));
    add_probe_documents(writer, 0, 3 * kProbeDocuments, 7);
    writer.commit(0, {}, {});
  });
}

TEST_CASE("retrieval: a full disk during a deletion or a merge leaves the index as it was") {
  const TemporaryFolder folder;
  build_probe(folder.path());
  with_less_room(folder.path(), [](const std::string& path) {
    CorpusWriter writer(probe_options(path, WriterMode::kAdd));
    writer.index().remove(std::vector<std::string>{"500", "501", "key-6"});
    writer.commit(1, {}, {});
  });
}

TEST_CASE("retrieval: a build over an index without its documents leaves none of the old ones") {
  const TemporaryFolder folder;
  build_probe(folder.path());
  CHECK(keeps_documents(folder.path()));
  CorpusOptions options = probe_options(folder.path(), WriterMode::kReplace);
  options.store_meta.reset();
  CorpusWriter writer(options);
  writer.commit(0, {}, {});
  CHECK_FALSE(keeps_documents(folder.path()));
  CHECK(contains(message_of("ERR_QUERL_IO", [&] { open_documents(folder.path()); }),
                 "keeps no documents"));
  CHECK((names_in(folder.path()) == std::vector<std::string>{"manifest.json", "writer.lock"}));
}

TEST_CASE("retrieval: a writer that commits nothing takes the folder that it made with it") {
  const TemporaryFolder folder;
  const std::string path = folder.file("a/b/new");
  {
    CorpusWriter writer(probe_options(path, WriterMode::kCreate));
    add_probe_documents(writer, 0, kProbeDocuments);
    const auto second = [&] { IndexWriter(path, probe_settings(), {}); };
    CHECK(contains(message_of("ERR_QUERL_BUSY", second), path));
    CHECK(fs::exists(path));
  }
  CHECK_FALSE(fs::exists(path));
  message_of("ERR_QUERL_IO", [&] { IndexWriter(path, WriterOptions{}); });  // nothing to add to
  CHECK_FALSE(fs::exists(path));
  CHECK(fs::exists(folder.file("a/b")));

  fs::create_directory(path);  // of somebody else
  write_file(path + "/notes", "mine");
  CorpusWriter(probe_options(path, WriterMode::kCreate));
  CHECK((names_in(path) == std::vector<std::string>{"notes", "writer.lock"}));
}

TEST_CASE("retrieval: of a crowd at one new folder, those who give up harm nobody who commits") {
  const TemporaryFolder folder;
  for (int round = 0; round < 20; ++round) {
    const std::string path = folder.file(std::to_string(round));
    std::vector<std::jthread> crowd;
    std::atomic<int> wrong = 0;
    for (int i = 0; i < 4; ++i) {
      // Each until it had its turn: the first commits, the others give up.
      crowd.emplace_back([&, i] {
        for (;;) {
          try {
            IndexWriter writer(path, twin_settings(), {.threads = 1});
            if (i == 0) writer.commit();
            return;
          } catch (const Error& error) {
            const std::string code = error.code();
            if (code == "ERR_QUERL_ARGUMENT" && i != 0) return;  // there is an index by now
            if (code == "ERR_QUERL_BUSY") continue;
            ++wrong;
            return;
          }
        }
      });
    }
    crowd.clear();
    REQUIRE(wrong == 0);
    REQUIRE(Bm25Index::open(path)->documents() == 0);
  }
}

TEST_CASE("retrieval: one at a time has a folder, whoever makes and removes it") {
  const TemporaryFolder folder;
  std::atomic<int> turns = 0, wrong = 0;
  std::vector<std::jthread> crowd;
  for (int i = 0; i < 4; ++i) {
    crowd.emplace_back([&] {
      for (int n = 0; n < 4000; ++n) {
        const std::string path = folder.file(std::to_string(n / 20));
        try {
          const FolderLock lock(path);
          wrong += !fs::exists(path + "/writer.lock");
          ++turns;
        } catch (const Error& error) {
          wrong += std::string(error.code()) != "ERR_QUERL_BUSY";
        }
      }
    });
  }
  crowd.clear();
  CHECK(wrong == 0);
  CHECK(turns > 1000);
}

TEST_CASE("retrieval: an index of a newer version says so") {
  const TemporaryFolder folder;
  build_probe(folder.path());
  const auto open = [&] { Bm25Index::open(folder.path()); };

  const std::string manifest = folder.file("manifest.json"), text = read_file(manifest);
  std::string rest = text.substr(22);
  rest.replace(rest.find("\"version\":1"), 11, "\"version\":2");
  char head[23];
  std::snprintf(head, sizeof head, "{\"crc32c\":\"%08x\",\n",
                crc32c(std::as_bytes(std::span(rest))));
  write_file(manifest, head + rest);
  std::string message = message_of("ERR_QUERL_INDEX_CORRUPT", open);
  CHECK(contains(message, manifest + " was written by a newer querl"));
  CHECK(contains(message, "its format is 2, and this one reads up to 1"));
  write_file(manifest, text);

  const std::string segment =
      segment_path(folder.path(), read_manifest(folder.path()).segments[0].number);
  const std::string bytes = read_file(segment);
  for (const bool is_container : {false, true}) {
    SectionHeader header;
    std::memcpy(&header, bytes.data(), sizeof header);
    ++(is_container ? header.container : header.version);
    header.checksum = header_checksum(header);
    write_file(segment, std::string(reinterpret_cast<const char*>(&header), sizeof header) +
                            bytes.substr(sizeof header));
    message = message_of("ERR_QUERL_INDEX_CORRUPT", open);
    CHECK(contains(message, segment + " was written by a newer querl"));
    CHECK(contains(message, "this one reads up to 1"));
  }
}

TEST_CASE("retrieval: a folder of something else is not taken for an index") {
  const TemporaryFolder folder;
  const auto open = [&] { Bm25Index::open(folder.path()); };
  CHECK(contains(message_of("ERR_QUERL_IO", open), "is not an index: it has no manifest.json"));
  const auto open_nothing = [&] { Bm25Index::open(folder.file("nothing")); };
  CHECK(contains(message_of("ERR_QUERL_IO", open_nothing), "is not an index: there is nothing"));
  write_file(folder.file("corpus.jsonl"), "{}");
  const auto open_file = [&] { Bm25Index::open(folder.file("corpus.jsonl")); };
  CHECK(contains(message_of("ERR_QUERL_IO", open_file), "it is a file, and an index is a folder"));
  for (const char* text : {"", "{}", "{\"name\": \"an app\", \"version\": 3}"}) {
    write_file(folder.file("manifest.json"), text);
    CHECK(contains(message_of("ERR_QUERL_INDEX_CORRUPT", open), "is not that of a BM25 index"));
  }
}
