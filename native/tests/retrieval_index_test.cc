// The index in segments: what was added is in it, whatever threads, memory, commits and merges.
#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/errors.h"
#include "retrieval/bm25/index.h"
#include "retrieval/bm25/index_writer.h"
#include "tests/index_twin.h"
#include "tests/temporary_folder.h"

using namespace querl;
namespace fs = std::filesystem;

namespace {

std::vector<DocumentInput> random_documents(uint64_t seed, size_t count, size_t fields = 1) {
  std::mt19937_64 random(seed);
  std::vector<DocumentInput> documents;
  for (size_t i = 0; i < count; ++i) documents.push_back(random_document(random, fields));
  return documents;
}

void add_all(IndexWriter& writer, IndexTwin& twin, std::vector<DocumentInput> documents) {
  for (const DocumentInput& document : documents) twin.add(document);
  writer.add(std::move(documents));
}

std::string refusal(const std::function<void()>& call) {
  try {
    call();
    return "";
  } catch (const Error& error) {
    return error.code();
  }
}

std::map<std::string, std::string> contents(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename()] = read_file(entry.path());
  }
  return files;
}

}  // namespace

TEST_CASE("retrieval: an index in memory has the postings of its documents") {
  IndexWriter writer(twin_settings(), {});
  IndexTwin twin;
  add_all(writer, twin, random_documents(1, 3000));
  CHECK(writer.index()->documents() == 0);
  twin.check(*writer.commit());
  add_all(writer, twin, random_documents(2, 50));
  const auto before = writer.index();
  twin.check(*writer.commit());
  CHECK(before->documents() == 3000);
  CHECK(writer.commit() == writer.index());
}

TEST_CASE("retrieval: an index in a folder has the postings of its documents when it is opened") {
  const TemporaryFolder folder;
  IndexTwin twin(3);
  {
    IndexWriter writer(folder.file("index"), twin_settings(3), {});
    add_all(writer, twin, random_documents(3, 4000, 3));
    twin.check(*writer.commit());
  }
  const auto opened = Bm25Index::open(folder.file("index"));
  twin.check(*opened);
  CHECK(opened->settings() == twin_settings(3));
  CHECK(opened->segments().size() == 1);
  CHECK(Bm25Index::refresh(opened) == opened);
}

TEST_CASE("retrieval: the bytes of an index depend neither on threads nor on memory") {
  // 12 MB of text are two chunks, or twelve; a budget of 1 MiB spills nearly all of them.
  std::vector<DocumentInput> documents = random_documents(4, 60000);
  for (size_t i = 0; i < documents.size(); i += 7) documents[i].key = "k" + std::to_string(i);
  for (size_t i = 0; i < documents.size(); i += 5) documents[i].stored = "{\"year\":1999}";
  std::map<std::string, std::string> first;
  for (const auto& [threads, memory, batch] :
       {std::tuple{1, 1ull << 30, 60000}, {2, 1ull << 20, 777}, {7, 1ull << 22, 1}}) {
    const TemporaryFolder folder;
    IndexWriter writer(folder.path(), twin_settings(),
                       {WriterMode::kCreate, threads, memory, false});
    for (size_t i = 0; i < documents.size(); i += static_cast<size_t>(batch)) {
      const size_t end = std::min(documents.size(), i + static_cast<size_t>(batch));
      writer.add({documents.begin() + static_cast<ptrdiff_t>(i),
                  documents.begin() + static_cast<ptrdiff_t>(end)});
    }
    writer.commit();
    if (first.empty()) {
      first = contents(folder.path());
      IndexTwin twin;
      for (const DocumentInput& document : documents) twin.add(document);
      twin.check(*writer.index());
    }
    CHECK((contents(folder.path()) == first));
  }
}

TEST_CASE("retrieval: the bytes of merged segments do not depend on threads") {
  // Enough postings that both segments are merged in several ranges of terms.
  std::map<std::string, std::string> first;
  IndexTwin twin;
  for (const int threads : {1, 3}) {
    const TemporaryFolder folder;
    IndexWriter writer(folder.path(), twin_settings(), {WriterMode::kCreate, threads});
    for (const uint64_t seed : {31, 32}) {
      std::vector<DocumentInput> documents = random_documents(seed, 40000);
      if (first.empty()) {
        add_all(writer, twin, std::move(documents));
      } else {
        writer.add(std::move(documents));
      }
      writer.commit();
    }
    CHECK(writer.index()->segments().size() == 2);
    writer.merge(1);
    CHECK(writer.index()->segments().size() == 1);
    if (first.empty()) {
      first = contents(folder.path());
      twin.check(*writer.index());
    }
    CHECK((contents(folder.path()) == first));
  }
}

TEST_CASE("retrieval: an index in memory that is saved is the one that is opened") {
  const TemporaryFolder folder;
  IndexWriter writer(twin_settings(2), {});
  IndexTwin twin(2);
  add_all(writer, twin, random_documents(5, 3000, 2));
  writer.commit();
  add_all(writer, twin, random_documents(6, 2500, 2));
  const std::vector<std::string> keys = {"7", "2999", "3000"};
  CHECK(writer.remove(keys) == 3);
  for (const std::string& key : keys) twin.remove(key);
  const auto index = writer.commit();
  save_index(*index, folder.path());
  twin.check(*Bm25Index::open(folder.path()));
  CHECK(refusal([&] { save_index(*index, folder.path()); }) == "ERR_QUERL_ARGUMENT");
  save_index(*index, folder.path(), true);
  twin.check(*Bm25Index::open(folder.path()));
  CHECK(Bm25Index::open(folder.path())->generation() == 2);

  IndexWriter more(folder.path(), {});
  add_all(more, twin, random_documents(7, 100, 2));
  twin.check(*more.commit());
}

TEST_CASE("retrieval: adding, deleting and merging in any order leaves the twin's documents") {
  const TemporaryFolder folder;
  std::mt19937_64 random(8);
  IndexTwin twin;
  std::vector<std::string> keys;
  auto writer = std::make_unique<IndexWriter>(folder.path(), twin_settings(), WriterOptions{});
  for (int step = 0; step < 60; ++step) {
    std::vector<DocumentInput> documents = random_documents(random(), random() % 400);
    for (size_t i = 0; i < documents.size(); ++i) {
      const bool is_named = step % 3 == 0 && random() % 2 == 0;
      if (is_named) documents[i].key = "doc-" + std::to_string(step) + "-" + std::to_string(i);
      if (random() % 4 == 0) documents[i].stored = "{\"n\":" + std::to_string(i) + "}";
      keys.push_back(documents[i].key.value_or(std::to_string(twin.next() + i)));
    }
    add_all(*writer, twin, std::move(documents));
    std::vector<std::string> removed;
    for (size_t i = 0; !keys.empty() && i < random() % 120; ++i) {
      removed.push_back(keys[random() % keys.size()]);
    }
    uint32_t expected = 0;
    for (const std::string& key : removed) expected += twin.remove(key);
    CHECK(writer->remove(removed) == expected);
    if (random() % 3 == 0) continue;
    if (random() % 4 == 0) {
      const size_t most = 1 + random() % 3;
      CHECK(writer->merge(most)->segments().size() <= most);
      if (most == 1) CHECK(writer->index()->deleted() == 0);
    } else {
      writer->commit();
    }
    twin.check(*writer->index());
    twin.check(*Bm25Index::open(folder.path()));
    if (random() % 2 == 0) {
      writer.reset();
      writer = std::make_unique<IndexWriter>(folder.path(), WriterOptions{});
    }
  }
  writer->merge(1);
  twin.check(*writer->index());
  CHECK(contents(folder.path()).size() == 3);  // manifest, lock, one segment
}

TEST_CASE("retrieval: n commits leave O(log n) segments") {
  IndexWriter writer(twin_settings(), {});
  IndexTwin twin;
  size_t most = 0;
  for (uint64_t i = 0; i < 300; ++i) {
    add_all(writer, twin, random_documents(i, 20));
    most = std::max(most, writer.commit()->segments().size());
  }
  CHECK(most <= 3 * 3);  // three of an order, orders up to 6 000 documents
  twin.check(*writer.index());
}

TEST_CASE("retrieval: a snapshot stays readable while a writer merges its files away") {
  const TemporaryFolder folder;
  IndexTwin twin;
  IndexWriter writer(folder.path(), twin_settings(), {});
  add_all(writer, twin, random_documents(9, 1000));
  writer.commit();
  const auto old = Bm25Index::open(folder.path());
  const IndexTwin then = twin;
  add_all(writer, twin, random_documents(10, 1000));
  writer.remove(std::vector<std::string>{"5"});
  twin.remove("5");
  writer.merge(1);
  then.check(*old);
  const auto fresh = Bm25Index::refresh(old);
  CHECK(fresh != old);
  twin.check(*fresh);
  // Segments that both have are shared.
  add_all(writer, twin, random_documents(11, 10));
  writer.commit();
  const auto newest = Bm25Index::refresh(fresh);
  REQUIRE(newest->segments().size() == 2);
  CHECK(newest->segments()[0].segment == fresh->segments()[0].segment);
}

TEST_CASE("retrieval: a key that is there already is refused, or replaces the older document") {
  for (const bool in_same_commit : {false, true}) {
    CAPTURE(in_same_commit);
    const auto document = [](std::optional<std::string> key, std::string text) {
      return DocumentInput{std::move(key), {std::move(text)}, ""};
    };
    IndexWriter writer(twin_settings(), {});
    writer.add({document("a", "one"), document({}, "two"), document("3", "three")});
    if (!in_same_commit) writer.commit();
    WriterOptions replacing;
    replacing.replace_duplicates = true;
    if (!in_same_commit) {
      IndexWriter refusing(writer.index(), {});
      CHECK(refusal([&] { refusing.add({document("a", "x")}); }) == "ERR_QUERL_ARGUMENT");
      // The index is as it was; the writer is not to be used any more.
      CHECK(refusal([&] { refusing.commit(); }) == "ERR_QUERL_CLOSED");
      IndexWriter second(writer.index(), {});
      CHECK(refusal([&] { second.add({document("1", "x")}); }) == "ERR_QUERL_ARGUMENT");
      IndexWriter third(writer.index(), {});
      // The document of ordinal 3 would have the key that was given to that of ordinal 2.
      CHECK(refusal([&] { third.add({document({}, "x")}); }) == "ERR_QUERL_ARGUMENT");
      IndexWriter fourth(writer.index(), replacing);
      fourth.add({document({}, "four"), document("a", "five"), document("1", "six")});
      const auto index = fourth.commit();
      CHECK(index->documents() == 3);
      CHECK(index->find_key("3") == 3);
      CHECK(index->find_key("a") == 4);
      CHECK(index->find_key("1") == 5);
      CHECK_FALSE(index->find_ordinal(0).has_value());
    } else {
      CHECK(refusal([&] { writer.add({document("a", "x")}); }) == "ERR_QUERL_ARGUMENT");
      IndexWriter other(twin_settings(), replacing);
      other.add({document("a", "one"), document({}, "two"), document("a", "three"),
                 document("1", "four"), document("4", "five"), document("a", "six")});
      const auto index = other.commit();
      CHECK(index->documents() == 3);
      CHECK(index->find_key("a") == 5);
      CHECK(index->find_key("1") == 3);
      CHECK(index->find_key("4") == 4);
    }
  }
}

TEST_CASE("retrieval: an index without documents, and documents without words, are an index") {
  const TemporaryFolder folder;
  IndexWriter writer(folder.path(), twin_settings(2), {});
  CHECK(writer.commit()->documents() == 0);
  CHECK(Bm25Index::open(folder.path())->segments().empty());
  IndexTwin twin(2);
  std::vector<DocumentInput> documents(5);
  documents[1].fields = {std::string("...")};
  documents[3].fields = {std::vector<std::string>{}, std::vector<std::string>{"Any token", "\xff"}};
  documents[1].fields[0] = std::string();
  add_all(writer, twin, documents);
  twin.check(*writer.commit());
  twin.check(*Bm25Index::open(folder.path()));
  std::vector<std::string> all;
  for (int i = 0; i < 5; ++i) all.push_back(std::to_string(i));
  CHECK(writer.remove(all) == 5);
  CHECK(writer.commit()->segments().empty());
  CHECK(writer.index()->next_ordinal() == 5);
}

TEST_CASE("retrieval: long and strange tokens are terms like others") {
  IndexWriter writer(twin_settings(), {});
  IndexTwin twin;
  std::vector<std::string> tokens = {
      "",         std::string("\0", 1),     std::string("a\0b", 3),
      "\xff\xfe", std::string(100000, 'x'), std::string(100001, 'x')};
  for (int i = 0; i < 300; ++i) tokens.push_back("same-long-prefix-" + std::to_string(i * 7919));
  std::vector<DocumentInput> documents(3);
  documents[0].fields = {tokens};
  documents[2].fields = {std::vector<std::string>(70000, "often")};
  add_all(writer, twin, documents);
  const auto index = writer.commit();
  for (const std::string& token : tokens) {
    CHECK(index->segments()[0].segment->find(0, token).has_value());
  }
  CHECK(index->segments()[0].segment->find(0, "often")->occurrences == 70000);
}

TEST_CASE("retrieval: a token of more than 1 MiB is refused with the key of its document") {
  const std::string longest(1 << 20, 'x');
  const auto message = [&](const std::optional<std::string>& key, const FieldInput& field) {
    IndexWriter writer(twin_settings(), {});
    writer.add(std::vector<DocumentInput>(2));
    writer.commit();  // the next one's ordinal is 2
    std::vector<DocumentInput> documents(3);
    documents[1] = {key, {field}, ""};
    try {
      writer.add(std::move(documents));
      writer.commit();
      return std::string();
    } catch (const Error& error) {
      CHECK(error.code() == "ERR_QUERL_ARGUMENT");
      return std::string(error.what());
    }
  };
  CHECK(message("a", longest) == "");
  CHECK(message("a", std::vector<std::string>{longest, longest}) == "");
  const std::string start = " has a word of 1048577 bytes, where an index takes 1 MiB at most.";
  CHECK(message("a", "one " + longest + "x").starts_with("The document \"a\"" + start));
  CHECK(message("3", longest + "x").starts_with("The document \"3\"" + start));
  CHECK(message({}, longest + "x two").starts_with("The document \"3\"" + start));
  CHECK(message({}, std::vector<std::string>{"b", longest + "x"})
            .starts_with("The document \"3\"" + start));
}

TEST_CASE("retrieval: wrong use of a writer is refused") {
  const TemporaryFolder folder;
  CHECK(refusal([&] { IndexWriter(folder.path(), WriterOptions{}); }) == "ERR_QUERL_IO");
  CHECK(refusal([&] { IndexWriter(folder.path(), twin_settings(0), {}); }) == "ERR_QUERL_ARGUMENT");
  {
    IndexWriter writer(folder.path(), twin_settings(), {});
    CHECK(refusal([&] { IndexWriter(folder.path(), twin_settings(), {}); }) == "ERR_QUERL_BUSY");
    writer.commit();
    std::vector<DocumentInput> wide(1);
    wide[0].fields.resize(2);
    CHECK(refusal([&] { writer.add(wide); }) == "ERR_QUERL_ARGUMENT");
  }
  CHECK(refusal([&] { IndexWriter(folder.path(), twin_settings(), {}); }) == "ERR_QUERL_ARGUMENT");
  WriterOptions adding;
  adding.mode = WriterMode::kAdd;
  CHECK(refusal([&] { IndexWriter(folder.path(), twin_settings(2), adding); }) ==
        "ERR_QUERL_ARGUMENT");
  IndexWriter writer(folder.path(), twin_settings(), adding);
  std::vector<DocumentInput> unnamed(1);
  unnamed[0].key = "";
  CHECK(refusal([&] { writer.add(unnamed); }) == "ERR_QUERL_ARGUMENT");
}

TEST_CASE("retrieval: a writer that replaces an index leaves it as it is until it commits") {
  const TemporaryFolder folder;
  IndexTwin old, fresh;
  {
    IndexWriter writer(folder.path(), twin_settings(), {});
    add_all(writer, old, random_documents(12, 500));
    writer.commit();
  }
  WriterOptions replacing;
  replacing.mode = WriterMode::kReplace;
  {
    IndexWriter writer(folder.path(), twin_settings(), replacing);
    writer.add(random_documents(13, 100));
  }
  old.check(*Bm25Index::open(folder.path()));
  const auto reader = Bm25Index::open(folder.path());
  IndexWriter writer(folder.path(), twin_settings(), replacing);
  add_all(writer, fresh, random_documents(14, 300));
  writer.commit();
  fresh.check(*Bm25Index::refresh(reader));
  old.check(*reader);
}

TEST_CASE("retrieval: a writer that is stopped says so and leaves the index as it was") {
  const TemporaryFolder folder;
  IndexTwin twin;
  IndexWriter writer(folder.path(), twin_settings(), {});
  add_all(writer, twin, random_documents(15, 500));
  writer.commit();
  std::stop_source stop;
  writer.add(random_documents(16, 3000));
  stop.request_stop();
  CHECK(refusal([&] { writer.commit(stop.get_token()); }) == "ERR_QUERL_ABORTED");
  twin.check(*Bm25Index::open(folder.path()));
}
