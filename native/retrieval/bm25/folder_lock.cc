#include "retrieval/bm25/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>

#include "base/errors.h"
#include "retrieval/bm25/manifest.h"

namespace querl {
namespace {

namespace fs = std::filesystem;

// How often a folder may go away between its making and its lock: enough for any crowd of writers,
// and an end for a name that leads nowhere.
constexpr int kAttempts = 1000;

std::string lock_path(const std::string& folder) { return folder + "/writer.lock"; }

// Whether a file that is open still has its name: one that was removed since locks nothing.
bool is_at(int file, const std::string& path) {
  struct stat here, there;
  return fstat(file, &here) == 0 && stat(path.c_str(), &there) == 0 &&
         here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

bool is_folder_or_gone(const std::string& path) {
  std::error_code ignored;
  const fs::file_type type = fs::status(path, ignored).type();
  return type == fs::file_type::directory || type == fs::file_type::not_found;
}

}  // namespace

FolderLock::FolderLock(const std::string& folder) : folder_(folder) {
  for (int i = 0; i < kAttempts; ++i) {
    if (try_lock()) return;
  }
  fail(lock_path(folder_) + " cannot be opened", std::strerror(ENOENT));
}

// False where the folder was removed meanwhile.
bool FolderLock::try_lock() {
  std::error_code error;
  const fs::path parent = fs::path(folder_).parent_path();
  if (!parent.empty()) fs::create_directories(parent, error);
  if (!error) is_new_ = fs::create_directory(folder_, error);
  if (error == std::errc::no_such_file_or_directory) return false;
  if (error == std::errc::file_exists && is_folder_or_gone(folder_)) return false;
  if (error) fail(folder_ + " cannot be created", error.message());

  // Who removes the file has the lock, and removes the whole folder: else it stays.
  const std::string path = lock_path(folder_);
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file_ < 0 && errno == ENOENT) return false;
  if (file_ < 0) fail(path + " cannot be opened", std::strerror(errno));
  if (flock(file_, LOCK_EX | LOCK_NB) == 0) {
    if (is_at(file_, path)) return true;
    close(file_);
    return false;
  }
  const int reason = errno;
  close(file_);
  if (reason == EWOULDBLOCK) {
    throw Error("ERR_QUERL_BUSY", "Another writer has " + folder_ +
                                      ": an index has one at a time. Wait for it to end.");
  }
  fail(path + " cannot be locked", std::strerror(reason));
}

FolderLock::~FolderLock() {
  if (is_new_) discard();
  close(file_);
}

// While the lock is held: nobody else writes into the folder, and a file of the lock that appears
// once ours is gone keeps the folder there.
void FolderLock::discard() {
  try {
    remove_leftovers(folder_, {});
  } catch (const std::exception&) {
    // What cannot be removed stays.
  }
  std::error_code ignored;
  fs::remove(lock_path(folder_), ignored);
  fs::remove(folder_, ignored);
}

void FolderLock::fail(const std::string& what, const std::string& reason) {
  std::error_code ignored;
  if (is_new_) fs::remove(folder_, ignored);  // nothing is in it
  throw Error("ERR_QUERL_IO", what + ": " + reason + ".");
}

}  // namespace querl
