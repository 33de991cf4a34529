// Documents from JSON lines, and the store that finds their lines again.
#include <doctest/doctest.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/errors.h"
#include "retrieval/files/document_lines.h"
#include "retrieval/files/json.h"
#include "retrieval/files/json_fields.h"
#include "retrieval/files/line_store.h"
#include "retrieval/files/line_store_writer.h"
#include "retrieval/text/is_utf8.h"
#include "tests/temporary_folder.h"

using namespace querl;

namespace {

const DocumentKeys kKeys{{"id", "_id"}, {"title"}, {"text"}, {"contents"}};

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// What is read, as "id|title|text|first byte|line", each on a line; the bytes come in pieces.
std::string read_in_pieces(std::string_view file, size_t piece) {
  std::string seen;
  const auto listener = [&seen](const DocumentLine& line) {
    seen.append(line.id.value_or("-")).append("|").append(line.title).append("|");
    seen.append(line.text).append("|").append(std::to_string(line.first)).append("|");
    seen.append(line.bytes).append("\n");
  };
  DocumentLines lines(kKeys);
  lines.start("corpus");
  for (size_t at = 0; at < file.size(); at += piece) {
    // A copy of its own, so that a sanitiser sees what looks beyond a piece.
    const std::string copy(file.substr(at, piece));
    lines.push(bytes_of(copy), listener);
  }
  lines.end(listener);
  return seen;
}

std::string code_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

std::string line_of(uint32_t i) {
  return "{\"id\":\"" + std::to_string(i) + "\",\"text\":\"" + std::string(i * 37 % 900, 'x') +
         "\"}";
}

// A corpus of `count` lines, with blank ones between, and the store of it.
std::string write_corpus(const TemporaryFolder& folder, const std::string& name, uint32_t first,
                         uint32_t count, LineStoreWriter& writer) {
  std::string file;
  writer.start_file(folder.file(name));
  for (uint32_t i = first; i < first + count; ++i) {
    if (i % 11 == 0) file += "\r\n  \n";
    const std::string line = line_of(i);
    writer.add(file.size(), line);
    file += line + "\n";
  }
  writer.end_file(file.size());
  write_file(folder.file(name), file);
  return file;
}

}  // namespace

TEST_CASE("retrieval: fields of JSON are found, whatever else an object has") {
  JsonFields fields({"a", "b"});
  CHECK(fields.read(R"({"x":{"a":"inner"},"a":"\u0041\n\"é\ud83e\udd88","c":[[],{}],"b":-1.5e3})"));
  CHECK(fields[0].kind == JsonKind::kString);
  CHECK(fields[0].text == "A\n\"é🦈");
  CHECK(fields[1].kind == JsonKind::kNumber);
  CHECK(fields[1].text == "-1.5e3");
  // What one text had, the next does not.
  CHECK(fields.read(R"( { "b" : null , "a" : true } )"));
  CHECK(fields[0].kind == JsonKind::kOther);
  CHECK(fields[1].kind == JsonKind::kNull);
  CHECK(fields.read("{}"));
  CHECK(fields[0].kind == JsonKind::kAbsent);
  for (const char* other : {"[]", "1", "\"a\"", "true", "null"}) CHECK_FALSE(fields.read(other));
}

TEST_CASE("retrieval: a key that comes twice counts as it comes last, however it is written") {
  JsonFields fields({"a"});
  CHECK(fields.read(R"({"a":"first","\u0061":"second"})"));
  CHECK(fields[0].text == "second");
  CHECK(fields.read(R"({"a":"x\ty","a":7})"));
  CHECK(fields[0].kind == JsonKind::kNumber);
}

TEST_CASE("retrieval: halves of surrogates become U+FFFD, as in JavaScript's UTF-8") {
  JsonFields fields({"a"});
  for (const auto& [json, text] : std::vector<std::pair<std::string, std::string>>{
           {R"("\ud83e")", "\xef\xbf\xbd"},
           {R"("\udd88x")", "\xef\xbf\xbdx"},
           {R"("\ud83e\ud83e\udd88")", "\xef\xbf\xbd🦈"},
           {R"("\ud83e\u0041")", "\xef\xbf\xbd\x41"},
           {R"("\ud83e\n")", "\xef\xbf\xbd\n"},
           {R"("\u0000")", std::string(1, '\0')}}) {
    CHECK(fields.read("{\"a\":" + json + "}"));
    CHECK(fields[0].text == text);
  }
}

TEST_CASE("retrieval: every prefix of an object is refused, and every byte changed is survived") {
  const std::string json =
      R"({"id":"a\u00e9\ud83e\udd88\\","n":[-0.5e+7,{"x":null}],"text":"t","b":[true,false]})";
  JsonFields fields({"id", "text"});
  for (size_t length = 0; length < json.size(); ++length) {
    // Of its own size, so that a sanitiser sees what reads behind it.
    const std::vector<char> cut(json.begin(), json.begin() + static_cast<ptrdiff_t>(length));
    CHECK_THROWS_AS(fields.read({cut.data(), cut.size()}), JsonSyntaxError);
  }
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<char> changed(json.begin(), json.end());
    for (int changes = 0; changes < 3; ++changes) {
      changed[random() % changed.size()] = static_cast<char>(random());
    }
    try {
      fields.read({changed.data(), changed.size()});
    } catch (const JsonSyntaxError&) {  // as it should be, most of the time
    }
  }
}

TEST_CASE("retrieval: nesting ends at a thousand") {
  JsonFields fields({"a"});
  const auto nested = [](size_t depth) {
    return "{\"x\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  CHECK(fields.read(nested(900)));
  CHECK_THROWS_AS(fields.read(nested(100'000)), JsonSyntaxError);
}

TEST_CASE("retrieval: lines are the same in whatever pieces they come") {
  const std::string file =
      "\xef\xbb\xbf{\"id\":\"a\",\"title\":\"T\",\"text\":\"one\"}\r\n\n \t\r\n"
      "  {\"_id\":7,\"contents\":\"\\\"J\\u00e4ws\\\"\\ntwo\\nlines\"}  \n{\"text\":\"no id\"}";
  const std::string whole = read_in_pieces(file, file.size());
  CHECK(whole ==
        "a|T|one|3|{\"id\":\"a\",\"title\":\"T\",\"text\":\"one\"}\n"
        "7|\"Jäws\"|two\nlines|47|{\"_id\":7,\"contents\":\"\\\"J\\u00e4ws\\\"\\ntwo\\nlines\"}\n"
        "-||no id|98|{\"text\":\"no id\"}\n");
  for (size_t piece = 1; piece < file.size(); ++piece) CHECK(read_in_pieces(file, piece) == whole);
}

TEST_CASE("retrieval: a line that is no document is named with its file and number") {
  const std::string good = "{\"text\":\"t\"}\n\n";
  for (const auto& [line, reason] : std::vector<std::pair<std::string, std::string>>{
           {"{\"id\":\"a\"}", "corpus:3: it has no text or contents."},
           {"[]", "corpus:3: it is not a JSON object."},
           {"{\"id\":1e999,\"text\":\"\"}", "corpus:3: its id is neither a string nor an integer."},
           {"{\"id\":\"\",\"text\":\"\"}", "corpus:3: its id is empty."},
           {"{\"text\":[]}", "corpus:3: its text is not a string."}}) {
    CHECK_THROWS_WITH(read_in_pieces(good + line + "\n" + good, 5), reason.c_str());
  }
}

TEST_CASE("retrieval: UTF-8 is told from other bytes as the reader of manifests tells it") {
  const auto twin = [](const std::string& text) {  // which shares no code with is_utf8()
    try {
      Json::parse('"' + text + '"');
      return true;
    } catch (const JsonError&) {
      return false;
    }
  };
  // First and last bytes of each kind, so that many strings are nearly right.
  const std::string bytes =
      "aaaz\x7f\x80\x8f\x90\x9f\xa0\xbf\xc1\xc2\xdf\xe0\xed\xef\xf0\xf4\xf5\xff";
  std::mt19937_64 random(5);
  size_t valid = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 20, 'a');  // sequences at all places of a word of eight bytes
    for (size_t j = random() % 5; j-- > 0;) text += bytes[random() % bytes.size()];
    if (i % 2 == 0) text.append(random() % 9, 'z');
    const bool expected = twin(text);
    valid += expected;
    REQUIRE(is_utf8(text) == expected);
  }
  CHECK(valid > 500);
  CHECK(is_utf8(std::string(20, '\0')));
}

TEST_CASE("retrieval: documents that are no UTF-8 are counted, and the first one is named") {
  const auto found = [](std::string_view file) {
    DocumentLines lines(kKeys);
    for (const char* name : {"one", "two"}) {
      lines.start(name);
      lines.push(bytes_of(file), [](const DocumentLine&) {});
      lines.end([](const DocumentLine&) {});
    }
    return lines.invalid_text().first + " " + std::to_string(lines.invalid_text().documents);
  };
  CHECK(found("{\"id\":\"\xc3\xa4\",\"text\":\"\xe9\xaf\x8a\",\"title\":\"\"}") == " 0");
  // An escape is no byte; what is not read does not count.
  CHECK(found("{\"text\":\"\\ud800\",\"other\":\"\xff\"}") == " 0");
  CHECK(found("\n{\"text\":\"caf\xe9\"}\n{\"text\":\"\xff\"}\n{\"text\":\"\"}") == "one:2 4");
  CHECK(found("{\"text\":\"\",\"title\":\"\xc0\xaf\"}") == "one:1 2");
  CHECK(found("{\"text\":\"\",\"id\":\"\\u00e9\xe9\"}") == "one:1 2");
  CHECK(found("{\"contents\":\"a\\nb\xed\xa0\x80\"}") == "one:1 2");
}

TEST_CASE("retrieval: a line of more than 256 MiB is refused before it fills the memory") {
  DocumentLines lines(kKeys);
  lines.start("corpus");
  const std::string piece(1 << 20, ' ');
  const auto push_all = [&] {
    for (int i = 0; i < 400; ++i) lines.push(bytes_of(piece), [](const DocumentLine&) {});
  };
  CHECK_THROWS_WITH(push_all(), "corpus:1: the line is longer than 256 MiB.");
}

TEST_CASE("retrieval: a store finds each line of several files and of copies") {
  const TemporaryFolder folder;
  LineStoreWriter writer(folder.path(), "meta of the builder");
  write_corpus(folder, "a.jsonl", 0, 100, writer);
  for (uint32_t i = 100; i < 140; ++i) writer.add_copy(line_of(i));
  write_corpus(folder, "empty.jsonl", 0, 0, writer);
  write_corpus(folder, "b.jsonl", 140, 33, writer);
  for (uint32_t i = 173; i < 180; ++i) writer.add_copy(line_of(i));
  writer.commit(folder.file("store.querl"));
  const auto store = LineStore::open(folder.file("store.querl"));
  CHECK(store->documents() == 180);
  CHECK(store->meta() == "meta of the builder");
  CHECK(store->files().size() == 5);
  // From the end, so that no block's first line comes first.
  for (uint32_t i = 180; i-- > 0;) CHECK(store->line(i) == line_of(i));
  CHECK(code_of([&] { store->line(180); }) == "ERR_QUERL_ARGUMENT");
}

TEST_CASE("retrieval: documents that come later follow those that are there") {
  const TemporaryFolder folder;
  {
    LineStoreWriter writer(folder.path(), "meta");
    write_corpus(folder, "a.jsonl", 0, 45, writer);
    for (uint32_t i = 45; i < 50; ++i) writer.add_copy(line_of(i));
    writer.commit(folder.file("one.querl"));
  }
  const auto one = LineStore::open(folder.file("one.querl"));
  LineStoreWriter writer(folder.path(), "meta", one.get());
  CHECK(writer.documents() == 50);
  write_corpus(folder, "b.jsonl", 50, 70, writer);
  for (uint32_t i = 120; i < 125; ++i) writer.add_copy(line_of(i));
  writer.commit(folder.file("two.querl"));
  const auto two = LineStore::open(folder.file("two.querl"));
  CHECK(two->documents() == 125);
  for (uint32_t i = 0; i < 125; ++i) CHECK(two->line(i) == line_of(i));
  for (uint32_t i = 0; i < 50; ++i) CHECK(one->line(i) == line_of(i));
}

TEST_CASE("retrieval: a corpus is found where it was moved, and told from another one") {
  const TemporaryFolder folder;
  LineStoreWriter writer(folder.path(), "meta");
  const std::string file = write_corpus(folder, "a.jsonl", 0, 100, writer);
  const std::string path = folder.file("store.querl");
  writer.commit(path);
  std::filesystem::rename(folder.file("a.jsonl"), folder.file("moved.jsonl"));
  CHECK(code_of([&] { LineStore::open(path); }) == "ERR_QUERL_IO");
  const std::vector<std::string> moved{folder.file("moved.jsonl")};
  CHECK(LineStore::open(path, moved)->line(99) == line_of(99));

  // Changed within: found out when its block is read. Changed in its size: at once.
  std::string changed = file;
  changed[changed.size() / 2] ^= 1;
  write_file(moved[0], changed);
  const auto store = LineStore::open(path, moved);
  CHECK(store->line(0) == line_of(0));
  uint32_t refused = 0;
  for (uint32_t i = 0; i < 100; ++i) refused += !code_of([&] { store->line(i); }).empty();
  CHECK(refused == kLinesOfBlock);
  write_file(moved[0], file + "\n");
  CHECK(code_of([&] { LineStore::open(path, moved); }) == "ERR_QUERL_DATA");
  write_file(moved[0], file);
  const auto shrinking = LineStore::open(path, moved);
  write_file(moved[0], file.substr(0, 10));
  CHECK(code_of([&] { shrinking->line(50); }) == "ERR_QUERL_DATA");
}

TEST_CASE("retrieval: a store takes about four bytes for a document") {
  const TemporaryFolder folder;
  LineStoreWriter writer(folder.path(), "meta");
  write_corpus(folder, "a.jsonl", 0, 20'000, writer);
  writer.commit(folder.file("store.querl"));
  const uint64_t bytes = LineStore::open(folder.file("store.querl"))->bytes();
  CHECK(bytes < 4 * 20'000);
  CHECK(bytes > 3 * 20'000);  // a gap of one byte and a length of two
}

TEST_CASE("retrieval: many threads read one store") {
  const TemporaryFolder folder;
  LineStoreWriter writer(folder.path(), "meta");
  write_corpus(folder, "a.jsonl", 0, 3000, writer);
  writer.commit(folder.file("store.querl"));
  const auto store = LineStore::open(folder.file("store.querl"));
  std::vector<std::jthread> readers;
  std::vector<uint32_t> wrong(4);
  for (uint32_t t = 0; t < 4; ++t) {
    readers.emplace_back([&, t] {
      for (uint32_t i = 0; i < 3000; ++i) {
        const uint32_t document = (i * 7 + t * 501) % 3000;
        wrong[t] += store->line(document) != line_of(document);
      }
    });
  }
  readers.clear();
  CHECK(wrong == std::vector<uint32_t>(4));
}
