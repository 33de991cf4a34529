// Mapped files that lose bytes in the middle of a job: zeros and a mark where the system would end
// the process, and every SIGBUS that is of something else as it always was.
#include <doctest/doctest.h>

#if defined(__linux__) && defined(__LP64__)

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "retrieval/files/mapped_file.h"
#include "tests/temporary_folder.h"

using namespace querl;
namespace fs = std::filesystem;

namespace {

const auto kPage = static_cast<size_t>(sysconf(_SC_PAGESIZE));

std::string made_file(const TemporaryFolder& folder, const std::string& name, size_t pages) {
  const std::string path = folder.file(name);
  write_file(path, std::string(pages * kPage, 'x'));
  return path;
}

// What is read in each page of a file.
std::string pages_of(const MappedFile& file) {
  std::string read;
  for (size_t at = 0; at < file.bytes().size(); at += kPage) {
    const auto byte = *static_cast<const volatile std::byte*>(file.bytes().data() + at);
    read += byte == std::byte{0} ? '0' : static_cast<char>(byte);
  }
  return read;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A page of a mapping whose file has none.
const volatile char* missing_page(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  void* const address = mmap(nullptr, kPage, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  REQUIRE(address != MAP_FAILED);
  return static_cast<const volatile char*>(address);
}

// Runs a case of this program in a process of its own, where no handler is installed yet; how it
// ended, as waitpid() says it.
int status_of_case(const char* name) {
  const std::string filter = std::string("--test-case=") + name;
  std::string program = "/proc/self/exe", no_skip = "--no-skip", quiet = "--minimal";
  char* arguments[] = {program.data(), const_cast<char*>(filter.c_str()), no_skip.data(),
                       quiet.data(), nullptr};
  posix_spawn_file_actions_t silent;
  posix_spawn_file_actions_init(&silent);
  posix_spawn_file_actions_addopen(&silent, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&silent, 2, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  REQUIRE(posix_spawn(&child, program.c_str(), &silent, nullptr, arguments, environ) == 0);
  posix_spawn_file_actions_destroy(&silent);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return status;
}

volatile sig_atomic_t signals = 0;

void exit_with_7(int, siginfo_t* info, void*) {
  _exit(info->si_code == BUS_ADRERR && info->si_addr != nullptr ? 7 : 8);
}

void count(int) { signals = signals + 1; }

void set_handler(void (*handler)(int), int flags = 0) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(SIGBUS, &action, nullptr);
}

}  // namespace

TEST_CASE("retrieval: pages that a file loses while it is read are zeros, and it says so") {
  const TemporaryFolder folder;
  const std::string path = made_file(folder, "a", 6), other_path = made_file(folder, "b", 3);
  const MappedFile file(path), other(other_path), later(path);
  CHECK(pages_of(file) == "xxxxxx");
  CHECK(file.loss().empty());
  fs::resize_file(path, 2 * kPage);
  CHECK(pages_of(file) == "xx0000");
  CHECK(pages_of(file) == "xx0000");
  CHECK(contains(file.loss(), "cut to " + std::to_string(2 * kPage) + " bytes"));

  // It is for good: what was read in between is not known, and the zeros stay.
  write_file(path, std::string(6 * kPage, 'x'));
  CHECK(pages_of(file) == "xx0000");
  CHECK(contains(file.loss(), "could not be read"));
  // Other mappings have nothing to do with it, be they of the same file.
  CHECK(pages_of(other) == "xxx");
  CHECK(other.loss().empty());
  CHECK(pages_of(later) == "xxxxxx");
  CHECK(later.loss().empty());
  CHECK(pages_of(MappedFile(path)) == "xxxxxx");
}

TEST_CASE("retrieval: each of many mappings is guarded, also where one was before") {
  const TemporaryFolder folder;
  for (int round = 0; round < 3; ++round) {
    std::vector<std::unique_ptr<MappedFile>> files;
    for (size_t i = 0; i < 100; ++i) {
      const std::string path = made_file(folder, std::to_string(i), 1 + i % 3);
      files.push_back(std::make_unique<MappedFile>(path));
    }
    for (size_t i = 0; i < 100; i += 2) fs::resize_file(folder.file(std::to_string(i)), 0);
    for (size_t i = 1; i < 100; i += 3) files[i].reset();  // holes in the list
    for (size_t i = 0; i < 100; ++i) {
      if (files[i] == nullptr) continue;
      CHECK(pages_of(*files[i]) == std::string(1 + i % 3, i % 2 == 0 ? '0' : 'x'));
      CHECK(files[i]->loss().empty() == (i % 2 != 0));
    }
  }
}

TEST_CASE("retrieval: threads that read a file while it is cut see its bytes or zeros") {
  const TemporaryFolder folder;
  constexpr size_t kPages = 64;
  const std::string path = made_file(folder, "a", kPages);
  const MappedFile file(path);
  std::atomic<bool> is_cut = false;
  std::atomic<size_t> rounds = 0, wrong = 0;
  std::vector<std::jthread> readers;
  for (size_t t = 0; t < 4; ++t) {
    readers.emplace_back([&] {
      for (bool last = false; !last;) {
        last = is_cut;
        const std::string read = pages_of(file);
        // Mappings come and go meanwhile.
        wrong += pages_of(MappedFile(folder.file("a"))).size() > kPages;
        wrong += read.find_first_not_of("x0") != std::string::npos;
        if (contains(read, "0")) wrong += file.loss().empty();
        if (last) wrong += read != "xxx" + std::string(kPages - 3, '0');
        ++rounds;
      }
    });
  }
  while (rounds < 8) std::this_thread::yield();
  fs::resize_file(path, 3 * kPage);
  is_cut = true;
  readers.clear();
  CHECK(wrong == 0);
  CHECK(rounds >= 12);
}

TEST_CASE("guard child: a missing page of somebody else, default" * doctest::skip()) {
  set_handler(SIG_DFL);
  const TemporaryFolder folder;
  const MappedFile file(made_file(folder, "a", 2));
  const std::string path = folder.file("b");
  const volatile char* const page = missing_page(path);
  fs::remove_all(folder.path());
  *page;
  _exit(0);
}

TEST_CASE("guard child: a signal that was sent, default" * doctest::skip()) {
  set_handler(SIG_DFL);
  const TemporaryFolder folder;
  const MappedFile file(made_file(folder, "a", 2));
  fs::remove_all(folder.path());
  raise(SIGBUS);
  _exit(0);
}

TEST_CASE("guard child: a signal that was sent, ignored" * doctest::skip()) {
  set_handler(SIG_IGN);
  const TemporaryFolder folder;
  const MappedFile file(made_file(folder, "a", 2));
  fs::remove_all(folder.path());
  raise(SIGBUS);
  _exit(5);
}

TEST_CASE("guard child: a handler that was there before" * doctest::skip()) {
  struct sigaction action {};
  action.sa_sigaction = exit_with_7;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &action, nullptr);
  const TemporaryFolder folder;
  const std::string path = made_file(folder, "a", 2);
  const MappedFile file(path);
  fs::resize_file(path, 0);
  if (pages_of(file) != "00") _exit(1);
  const volatile char* const page = missing_page(folder.file("b"));
  fs::remove_all(folder.path());
  *page;
  _exit(2);
}

TEST_CASE("guard child: a plain handler, and one for a single time" * doctest::skip()) {
  set_handler(count, static_cast<int>(SA_RESETHAND));
  const TemporaryFolder folder;
  const MappedFile file(made_file(folder, "a", 2));
  fs::remove_all(folder.path());
  raise(SIGBUS);
  if (signals != 1) _exit(1);
  raise(SIGBUS);
  _exit(2);
}

TEST_CASE("guard child: a handler that came afterwards" * doctest::skip()) {
  const TemporaryFolder folder;
  const std::string path = made_file(folder, "a", 2);
  const MappedFile file(path);
  struct sigaction action {};
  action.sa_sigaction = exit_with_7;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &action, nullptr);
  const MappedFile another(path);  // does not take the signal back
  fs::resize_file(path, 0);
  fs::remove_all(folder.path());
  pages_of(file);
  _exit(2);
}

TEST_CASE("retrieval: a SIGBUS of something else does what it did before") {
  const auto dies = [](const char* name) {
    const int status = status_of_case(name);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS;
  };
  const auto exits = [](const char* name) {
    const int status = status_of_case(name);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  CHECK(dies("guard child: a missing page of somebody else* default"));
  CHECK(dies("guard child: a signal that was sent* default"));
  CHECK(exits("guard child: a signal that was sent* ignored") == 5);
  CHECK(exits("guard child: a handler that was there before") == 7);
  CHECK(dies("guard child: a plain handler* and one for a single time"));
  CHECK(exits("guard child: a handler that came afterwards") == 7);
}

#endif
