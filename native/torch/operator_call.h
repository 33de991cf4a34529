// Calls any operator of LibTorch's dispatcher, LibTorch's or ours, with arguments that were written
// as plain numbers: a caller in another language needs one function for all of them.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace querl {

// A value is its tag, then what the tag says. packages/torch/src/call-buffer.ts has the same table.
enum class Tag {
  kDefault = 0,  // an argument: the schema's default. A result: the argument that was written to
  kNone = 1,
  kObject = 2,   // its id
  kNumber = 3,   // the number
  kBoolean = 4,  // 0 or 1
  kBigint = 5,   // the high 32 bits, signed, and the low 32, unsigned
  kText = 6,     // index into the call's texts
  kList = 7,     // how many, then the values
  kNumbers = 8,  // how many, then the numbers without tags
  kCode = 9,     // a ScalarType, Layout or MemoryFormat as LibTorch numbers it
  kDevice = 10,  // a DeviceType as LibTorch numbers it, and an index or -1
};

// What ids stand for. An id is a whole number that a double can hold.
class Objects {
 public:
  virtual const c10::IValue& get(double id) = 0;
  virtual double add(c10::IValue value) = 0;

 protected:
  ~Objects() = default;
};

struct Arguments {
  std::span<const double> numbers;
  std::span<const std::string> texts;
};

// `aten::add`, without overloads; each once, in alphabetical order.
std::vector<std::string> operator_names();

// In the order in which the overloads are documented: by name, the unnamed one first.
std::vector<c10::OperatorHandle> operator_overloads(const std::string& name);

// Pushes one value for each argument of the schema; those that `arguments` leaves out at its end
// have their defaults. Throws ERR_QUERL_ARGUMENT if a value does not fit.
void read_arguments(const c10::FunctionSchema& schema, const Arguments& arguments, Objects& objects,
                    torch::jit::Stack& stack);

// Calls `visit` for each object that `numbers` name, in their order, with its argument. `numbers`
// are what read_arguments() takes.
void visit_objects(const c10::FunctionSchema& schema, std::span<const double> numbers,
                   const std::function<void(double id, const c10::Argument&)>& visit);

// Whether a call writes to the argument, or a result is an argument that it has written to.
bool is_written(const c10::Argument& argument);

// Appends the results of a call. Tensors enter `objects`, but for those that the call wrote to:
// who called has them already.
void write_results(const c10::FunctionSchema& schema, const torch::jit::Stack& stack,
                   Objects& objects, std::vector<double>& numbers);

}  // namespace querl
