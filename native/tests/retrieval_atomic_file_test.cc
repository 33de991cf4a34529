// Files that appear whole or not at all.
#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "retrieval/files/atomic_file.h"
#include "tests/temporary_folder.h"

using namespace querl;

TEST_CASE("retrieval: names that a killed writer left to its successor are passed over") {
  const TemporaryFolder folder;
  const std::string path = folder.file("whole");
  std::string temporary;
  {
    const AtomicFile file(path);
    temporary = std::filesystem::directory_iterator(folder.path())->path();
  }
  // The name ends in a number, which grows by one from file to file.
  const size_t digits = temporary.rfind('-') + 1;
  const uint64_t number = std::stoull(temporary.substr(digits));
  const auto left = [&](uint64_t i) { return temporary.substr(0, digits) + std::to_string(i); };
  for (uint64_t i = 1; i <= 3; ++i) write_file(left(number + i), "left");

  AtomicFile file(path);
  const std::string text = "new";
  file.write(std::as_bytes(std::span(text)));
  file.commit();
  CHECK(read_file(path) == "new");
  for (uint64_t i = 1; i <= 3; ++i) CHECK(read_file(left(number + i)) == "left");
}
