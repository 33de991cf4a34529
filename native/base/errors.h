// Exceptions that carry the code under which JavaScript sees them.
#pragma once

#include <stdexcept>
#include <string>

namespace querl {

class Error : public std::runtime_error {
 public:
  // `code` is one of @querl/base's ErrorCode, a literal.
  Error(const char* code, const std::string& message) : std::runtime_error(message), code_(code) {}

  const char* code() const { return code_; }

 private:
  const char* code_;
};

// Thrown by what polls a stop token, once a stop was requested.
class Cancelled : public Error {
 public:
  Cancelled() : Error("ERR_QUERL_ABORTED", "The work was stopped before it ended.") {}
};

}  // namespace querl
