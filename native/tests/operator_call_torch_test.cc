// Arguments that are written as numbers: read as LibTorch's values, and walked over without
// reading.
#include "torch/operator_call.h"

#include <ATen/ATen.h>
#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

#include "base/errors.h"

namespace querl {
namespace {

// A tensor for every id, which remembers which ids were asked for.
class Numbered final : public Objects {
 public:
  const c10::IValue& get(double id) override {
    asked.push_back(id);
    return value;
  }
  double add(c10::IValue made) override {
    added.push_back(std::move(made));
    return static_cast<double>(added.size());
  }

  c10::IValue value = at::ones({2});
  std::vector<double> asked;
  std::vector<c10::IValue> added;
};

const c10::FunctionSchema& schema_of(const char* name, const char* overload) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, overload).schema();
}

double number_of(Tag tag) { return static_cast<double>(tag); }

c10::IValue read_one(const char* name, const char* overload, std::vector<double> numbers,
                     size_t index, std::vector<std::string> texts = {}) {
  Numbered objects;
  torch::jit::Stack stack;
  read_arguments(schema_of(name, overload), {numbers, texts}, objects, stack);
  return stack.at(index);
}

// Writes a value of the type, with `items` in each list; false if JavaScript has none.
bool write(const c10::Type& type, bool none, size_t items, double& next_id,
           std::vector<double>& out) {
  const auto put = [&out](std::initializer_list<double> numbers) {
    out.insert(out.end(), numbers);
    return true;
  };
  switch (type.kind()) {
    case c10::TypeKind::OptionalType:
      if (none) return put({number_of(Tag::kNone)});
      return write(*type.castRaw<c10::OptionalType>()->getElementType(), none, items, next_id, out);
    case c10::TypeKind::TensorType:
      return put({number_of(Tag::kObject), next_id++});
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
      return put({number_of(Tag::kBigint), 0, 7});
    case c10::TypeKind::FloatType:
    case c10::TypeKind::NumberType:
      return put({number_of(Tag::kNumber), 0.5});
    case c10::TypeKind::BoolType:
      return put({number_of(Tag::kBoolean), 1});
    case c10::TypeKind::StringType:
      return put({number_of(Tag::kText), 0});
    case c10::TypeKind::DeviceObjType:
      return put({number_of(Tag::kDevice), 0, -1});
    case c10::TypeKind::ListType: {
      const c10::Type& element = *type.castRaw<c10::ListType>()->getElementType();
      if (element.kind() == c10::TypeKind::IntType) {
        put({number_of(Tag::kNumbers), static_cast<double>(items)});
        out.insert(out.end(), items, number_of(Tag::kObject));  // numbers that look like tags
        return true;
      }
      put({number_of(Tag::kList), static_cast<double>(items)});
      for (size_t i = 0; i < items; ++i)
        if (!write(element, none, items, next_id, out)) return false;
      return true;
    }
    default:
      return false;
  }
}

}  // namespace

TEST_CASE("arguments that are left out have the schema's defaults") {
  const std::vector<double> self = {number_of(Tag::kObject), 1};
  CHECK(read_one("aten::std", "", self, 1).toBool());
  CHECK(read_one("aten::add", "Scalar", {2, 1, 3, 5}, 2).toScalar().toLong() == 1);
  CHECK(read_one("aten::add", "Scalar", {2, 1, 3, 5, 0}, 2).toScalar().toLong() == 1);
  CHECK_THROWS_WITH_AS(read_one("aten::add", "Scalar", self, 1),
                       "Expected other of aten::add to be given.", Error);
}

TEST_CASE("whole numbers are integers to operators that take either, and others are not") {
  const auto scalar = [](double value) {
    return read_one("aten::add", "Scalar", {2, 1, number_of(Tag::kNumber), value}, 1);
  };
  CHECK(scalar(3).isInt());
  CHECK(scalar(3.5).isDouble());
  CHECK(scalar(-0.).isDouble());
  CHECK(scalar(1e300).isDouble());
  CHECK(scalar(std::numeric_limits<double>::infinity()).isDouble());
}

TEST_CASE("all 64 bits of an integer arrive and come back") {
  for (const int64_t value :
       {int64_t{0}, int64_t{-1}, int64_t{1} << 62, -(int64_t{1} << 53) - 1,
        std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}) {
    const double high = static_cast<double>(value >> 32);
    const double low = static_cast<double>(static_cast<uint32_t>(value));
    CHECK(read_one("aten::add", "Scalar", {2, 1, 5, high, low}, 1).toInt() == value);
    Numbered objects;
    std::vector<double> numbers;
    write_results(schema_of("aten::size", "int"), {value}, objects, numbers);
    const bool exact = std::abs(static_cast<double>(value)) < 9007199254740992.;
    if (exact)
      CHECK(numbers == std::vector<double>{number_of(Tag::kNumber), static_cast<double>(value)});
    else
      CHECK(numbers == std::vector<double>{number_of(Tag::kBigint), high, low});
  }
}

TEST_CASE("a value of another type, a cut one and one too many are errors, not crashes") {
  const auto refused = [](std::vector<double> numbers) {
    CHECK_THROWS_AS(read_one("aten::sum", "dim_IntList", numbers, 0), Error);
  };
  refused({});
  refused({number_of(Tag::kNumber), 1});
  refused({number_of(Tag::kObject)});
  refused({2, 1, number_of(Tag::kNumbers)});
  refused({2, 1, number_of(Tag::kNumbers), 3, 0});
  refused({2, 1, number_of(Tag::kNumbers), -1});
  refused({2, 1, number_of(Tag::kList), 1e9});
  refused({2, 1, number_of(Tag::kNumbers), 1, 0.5});
  refused({2, 1, 1, 4, 1, 1, 0});
  refused({2, 1, 99, 0});
}

TEST_CASE("walking over any operator's arguments meets the objects that reading them asks for") {
  size_t compared = 0;
  for (const std::string& name : operator_names()) {
    for (const c10::OperatorHandle& operation : operator_overloads(name)) {
      for (const bool none : {false, true}) {
        std::vector<double> numbers;
        double next_id = 1;
        size_t items = 0;
        bool writable = true;
        for (const c10::Argument& argument : operation.schema().arguments())
          writable = writable && write(*argument.type(), none, items++ % 4, next_id, numbers);
        if (!writable) continue;
        Numbered objects;
        torch::jit::Stack stack;
        const std::string text = "text";
        read_arguments(operation.schema(), {numbers, {&text, 1}}, objects, stack);
        std::vector<double> visited;
        visit_objects(operation.schema(), numbers,
                      [&](double id, const c10::Argument&) { visited.push_back(id); });
        CHECK_MESSAGE(visited == objects.asked, operation.operator_name());
        ++compared;
      }
    }
  }
  CHECK(compared > 5000);
}

TEST_CASE("what an operator writes to is known, also in lists, and is no new result") {
  CHECK(is_written(schema_of("aten::add_", "Tensor").arguments()[0]));
  CHECK(!is_written(schema_of("aten::add_", "Tensor").arguments()[1]));
  CHECK(is_written(schema_of("aten::_foreach_add_", "Scalar").arguments()[0]));
  CHECK(!is_written(schema_of("aten::t", "").arguments()[0]));
  Numbered objects;
  std::vector<double> numbers;
  write_results(schema_of("aten::add_", "Tensor"), {at::ones({1})}, objects, numbers);
  CHECK(numbers == std::vector<double>{number_of(Tag::kDefault)});
  CHECK(objects.added.empty());
}

TEST_CASE("an undefined tensor is none, and a list brings its length") {
  Numbered objects;
  std::vector<double> numbers;
  write_results(schema_of("aten::relu", ""), {at::Tensor()}, objects, numbers);
  CHECK(numbers == std::vector<double>{number_of(Tag::kNone)});
  numbers.clear();
  const std::vector<at::Tensor> parts = {at::ones({1}), at::ones({2})};
  write_results(schema_of("aten::split", "Tensor"), {c10::IValue(parts)}, objects, numbers);
  CHECK(numbers == std::vector<double>{number_of(Tag::kList), 2, 2, 1, 2, 2});
}

}  // namespace querl
