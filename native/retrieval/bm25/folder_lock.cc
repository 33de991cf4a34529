#include "retrieval/bm25/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/errors.h"

namespace querl {

FolderLock::FolderLock(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw Error("ERR_QUERL_IO", folder + " cannot be created: " + error.message() + ".");
  }
  // The file stays: who removed it could remove the lock of another one.
  const std::string path = folder + "/writer.lock";
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file_ < 0) {
    throw Error("ERR_QUERL_IO", path + " cannot be opened: " + std::strerror(errno) + ".");
  }
  if (flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  const int reason = errno;
  close(file_);
  if (reason == EWOULDBLOCK) {
    throw Error("ERR_QUERL_BUSY", "Another writer has " + folder +
                                      ": an index has one at a time. Wait for it to end.");
  }
  throw Error("ERR_QUERL_IO", path + " cannot be locked: " + std::strerror(reason) + ".");
}

FolderLock::~FolderLock() { close(file_); }

}  // namespace querl
