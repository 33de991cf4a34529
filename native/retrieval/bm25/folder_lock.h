// One writer for a folder. The lock goes with the process, however it ends.
#pragma once

#include <string>

namespace querl {

class FolderLock {
 public:
  // Makes the folder where it is missing. Throws ERR_QUERL_BUSY where another writer, of this
  // process or another one, has it; ERR_QUERL_IO with the system's reason.
  explicit FolderLock(const std::string& folder);

  // A folder that this made, and that nobody kept, goes with what of an index is in it. Who had
  // waited for the lock makes another folder.
  ~FolderLock();

  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  // The folder has an index now.
  void keep() { is_new_ = false; }

 private:
  bool try_lock();
  void discard();
  [[noreturn]] void fail(const std::string& what, const std::string& reason);

  std::string folder_;
  int file_ = -1;
  bool is_new_ = false;
};

}  // namespace querl
