#include "retrieval/files/cut_guard.h"

#include <atomic>
#include <cstdint>

#if defined(__linux__) && defined(__LP64__) && !defined(__ANDROID__)
#define QUERL_GUARDS_CUTS
#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#endif

namespace querl {

// A handler may not lock, and the list may change while it reads it: entries are never freed, only
// used again, and `version` tells whether begin and end belong together.
struct CutGuard::Entry {
  std::atomic<uint64_t> version = 0;  // odd while the two change
  std::atomic<uintptr_t> begin = 0;   // equal to end: unused
  std::atomic<uintptr_t> end = 0;
  std::atomic<bool> is_cut = false;
  Entry* next = nullptr;  // never changes once others see the entry
};

#if defined(QUERL_GUARDS_CUTS)

namespace {

using Entry = CutGuard::Entry;

static_assert(std::atomic<uintptr_t>::is_always_lock_free);
static_assert(std::atomic<uint64_t>::is_always_lock_free);
static_assert(std::atomic<bool>::is_always_lock_free);

std::atomic<Entry*> entries = nullptr;
std::mutex changing;  // held by who writes to an entry's place
uintptr_t page_bytes = 0;
struct sigaction before;  // what SIGBUS did until the handler came

void set_place(Entry& entry, uintptr_t begin, uintptr_t end) {
  ++entry.version;
  entry.begin = begin;
  entry.end = end;
  ++entry.version;
}

// From here to read_zeros(): in a signal handler, so nothing that locks or allocates.

// The guarded mapping of an address. It stays while somebody reads from it, as the one does who
// asks; an entry that changes now is of another mapping.
Entry* find(uintptr_t address, uintptr_t& end) {
  for (Entry* entry = entries; entry != nullptr; entry = entry->next) {
    const uint64_t version = entry->version;
    const uintptr_t begin = entry->begin;
    end = entry->end;
    const bool is_steady = version % 2 == 0 && entry->version == version;
    if (is_steady && address >= begin && address < end) return entry;
  }
  return nullptr;
}

// All the rest of the mapping at once: what lies behind a missing page is missing as a rule, and a
// fault for each page of a large file takes long. Threads that read there meanwhile see the file's
// pages or zeros, never a hole.
bool read_zeros(uintptr_t address) {
  uintptr_t end = 0;
  Entry* const entry = find(address, end);
  if (entry == nullptr) return false;
  entry->is_cut = true;  // before anybody can read a zero
  const uintptr_t page = address - address % page_bytes;
  // Not mmap(), which is no system call alone in a program that a sanitizer watches.
  return syscall(SYS_mmap, page, end - page, PROT_READ,
                 MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != -1;
}

void restore_default() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigaction(SIGBUS, &action, nullptr);
}

void pass_on(int number, siginfo_t* info, void* context) {
  // No fault that happens again when the handler returns.
  const bool is_sent = info->si_code <= 0 || info->si_code == BUS_MCEERR_AO;
  if (before.sa_handler == SIG_IGN && is_sent) return;
  if (before.sa_handler == SIG_DFL || before.sa_handler == SIG_IGN) {
    restore_default();
    if (is_sent) raise(number);
    return;
  }
  if ((before.sa_flags & static_cast<int>(SA_RESETHAND)) != 0) restore_default();
  if ((before.sa_flags & SA_SIGINFO) != 0) {
    before.sa_sigaction(number, info, context);
  } else {
    before.sa_handler(number);
  }
}

void on_bus_error(int number, siginfo_t* info, void* context) {
  const int error = errno;
  const bool is_mended =
      info->si_code == BUS_ADRERR && read_zeros(reinterpret_cast<uintptr_t>(info->si_addr));
  if (!is_mended) pass_on(number, info, context);
  errno = error;
}

// Node unloads an addon with the last worker that has it; a handler must stay. False where that
// cannot be had.
bool keep_code_loaded() {
#if defined(__GLIBC__)
  Dl_info unused{};
  link_map* library = nullptr;
  if (dladdr1(reinterpret_cast<void*>(&on_bus_error), &unused, reinterpret_cast<void**>(&library),
              RTLD_DL_LINKMAP) == 0) {
    return false;
  }
  if (library->l_name[0] == '\0') return true;  // the program itself
  return dlopen(library->l_name, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
#else
  return true;  // musl never unloads
#endif
}

void install() {
  page_bytes = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  if (!keep_code_loaded() || sigaction(SIGBUS, nullptr, &before) != 0) return;
  struct sigaction action {};
  action.sa_sigaction = on_bus_error;
  // As its predecessor would have run, which it may call; and on the stack that a thread has for
  // signals, if it has one: runtimes of other languages require it of every handler.
  action.sa_mask = before.sa_mask;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | (before.sa_flags & (SA_NODEFER | SA_RESTART));
  sigaction(SIGBUS, &action, nullptr);
}

}  // namespace

CutGuard::CutGuard(const void* mapping, size_t bytes) {
  static std::once_flag installed;
  std::call_once(installed, install);
  const std::lock_guard lock(changing);
  entry_ = entries;
  while (entry_ != nullptr && entry_->begin != entry_->end) entry_ = entry_->next;
  if (entry_ == nullptr) {
    entry_ = new Entry;
    entry_->next = entries;
    entries = entry_;
  }
  entry_->is_cut = false;
  const auto begin = reinterpret_cast<uintptr_t>(mapping);
  set_place(*entry_, begin, begin + (bytes + page_bytes - 1) / page_bytes * page_bytes);
}

CutGuard::~CutGuard() {
  const std::lock_guard lock(changing);
  set_place(*entry_, 0, 0);
}

bool CutGuard::is_cut() const { return entry_->is_cut; }

#else

CutGuard::CutGuard(const void*, size_t) : entry_(nullptr) {}
CutGuard::~CutGuard() = default;
bool CutGuard::is_cut() const { return false; }

#endif

}  // namespace querl
