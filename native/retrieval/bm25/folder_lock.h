// One writer for a folder. The lock goes with the process, however it ends.
#pragma once

#include <string>

namespace querl {

class FolderLock {
 public:
  // Makes the folder where it is missing. Throws ERR_QUERL_BUSY where another writer, of this
  // process or another one, has it; ERR_QUERL_IO with the system's reason.
  explicit FolderLock(const std::string& folder);
  ~FolderLock();

  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace querl
