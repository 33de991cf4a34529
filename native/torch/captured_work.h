// Work on a CUDA device that is recorded once and then started as one: what thousands of small
// launches cost the host falls away.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace querl {

class CapturedWork {
 public:
  virtual ~CapturedWork() = default;

  // Starts it on the current stream, which must be of the device that it was captured on.
  virtual void replay() = 0;

  // Records what `work` launches on the current stream, which must not be the default one. `work`
  // reads and writes memory that stays where it is, was done once before on this stream, and never
  // waits for the device. Null, with the reason, where it could not be captured or this build has
  // no CUDA.
  static std::unique_ptr<CapturedWork> capture(const std::function<void()>& work,
                                               std::string& reason);
};

}  // namespace querl
