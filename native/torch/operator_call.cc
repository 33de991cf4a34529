#include "torch/operator_call.h"

#include <ATen/core/ivalue.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/errors.h"

namespace querl {
namespace {

constexpr double kExactIntegers = 9007199254740992.;  // 2^53: beyond it a double skips integers

class Reader {
 public:
  Reader(const c10::FunctionSchema& schema, const Arguments& arguments, Objects& objects)
      : schema_(schema), arguments_(arguments), objects_(objects) {}

  bool at_end() const { return position_ == arguments_.numbers.size(); }

  c10::IValue argument(const c10::Argument& argument) {
    argument_ = &argument;
    if (at_end() || peek() == Tag::kDefault) {
      if (!at_end()) ++position_;
      if (!argument.default_value()) refuse("given");
      return *argument.default_value();
    }
    return value(*argument.type());
  }

 private:
  c10::IValue value(const c10::Type& type) {
    if (type.kind() == c10::TypeKind::OptionalType) {
      if (peek() != Tag::kNone) return value(*type.castRaw<c10::OptionalType>()->getElementType());
      ++position_;
      return {};
    }
    switch (type.kind()) {
      case c10::TypeKind::TensorType:
        return tensor();
      case c10::TypeKind::GeneratorType:
        return generator();
      case c10::TypeKind::IntType:
      case c10::TypeKind::SymIntType:
        return integer();
      case c10::TypeKind::FloatType:
      case c10::TypeKind::SymFloatType:
        return number();
      case c10::TypeKind::NumberType:
        return scalar();
      case c10::TypeKind::BoolType:
      case c10::TypeKind::SymBoolType:
        return next(Tag::kBoolean, "a boolean") != 0;
      case c10::TypeKind::StringType:
        return text();
      case c10::TypeKind::DeviceObjType:
        return device();
      case c10::TypeKind::ListType:
        return list(type.castRaw<c10::ListType>()->getElementType());
      default:
        refuse("of a type that JavaScript can give");
    }
  }

  c10::IValue tensor() {
    // PyTorch's "no tensor here" inside of lists of optional tensors.
    const c10::IValue& found = objects_.get(next(Tag::kObject, "a tensor"));
    if (!found.isTensor()) refuse("a tensor");
    return found;
  }

  c10::IValue generator() {
    const c10::IValue& found = objects_.get(next(Tag::kObject, "a generator"));
    if (!found.isGenerator()) refuse("a generator");
    return found;
  }

  c10::IValue integer() {
    switch (take_tag()) {
      case Tag::kBigint:
        return bigint();
      case Tag::kNumber:
        return whole(take());
      case Tag::kCode:
        return whole(take());
      default:
        refuse("an integer");
    }
  }

  c10::IValue number() {
    switch (take_tag()) {
      case Tag::kNumber:
        return take();
      case Tag::kBigint:
        return static_cast<double>(bigint());
      default:
        refuse("a number");
    }
  }

  c10::IValue scalar() {
    switch (take_tag()) {
      case Tag::kNumber:
        return scalar_of(take());
      case Tag::kBigint:
        return bigint();
      case Tag::kBoolean:
        return take() != 0;
      default:
        refuse("a number, a bigint or a boolean");
    }
  }

  // JavaScript writes 1 and 1.0 alike, and LibTorch's rules of type promotion tell them apart: a
  // whole number is an integer, so that an integer tensor stays one.
  static c10::IValue scalar_of(double value) {
    const bool whole = std::trunc(value) == value && std::abs(value) <= kExactIntegers;
    if (whole && !(value == 0 && std::signbit(value))) return static_cast<int64_t>(value);
    return value;
  }

  c10::IValue text() {
    const double index = next(Tag::kText, "a string");
    if (!(index >= 0 && index < static_cast<double>(arguments_.texts.size()))) refuse("a string");
    return arguments_.texts[static_cast<size_t>(index)];
  }

  c10::IValue device() {
    const double type = next(Tag::kDevice, "a device");
    return c10::Device(static_cast<c10::DeviceType>(whole(type)),
                       static_cast<c10::DeviceIndex>(whole(take())));
  }

  c10::IValue list(const c10::TypePtr& element) {
    const Tag tag = take_tag();
    if (tag != Tag::kList && tag != Tag::kNumbers) refuse("a list");
    const int64_t count = whole(take());
    if (count < 0 || static_cast<size_t>(count) > arguments_.numbers.size() - position_)
      refuse("a list");
    if (tag == Tag::kNumbers) return plain_list(element, static_cast<size_t>(count));
    // LibTorch's kernels ask for lists of integers where the schema has symbolic ones.
    const bool symbolic = element->kind() == c10::TypeKind::SymIntType;
    c10::impl::GenericList values(symbolic ? c10::IntType::get() : element);
    values.reserve(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i) values.push_back(value(*element));
    return values;
  }

  c10::IValue plain_list(const c10::TypePtr& element, size_t count) {
    const std::span<const double> numbers = arguments_.numbers.subspan(position_, count);
    position_ += count;
    switch (element->kind()) {
      case c10::TypeKind::IntType:
      case c10::TypeKind::SymIntType: {
        c10::List<int64_t> values;
        values.reserve(count);
        for (const double each : numbers) values.push_back(whole(each));
        return values;
      }
      case c10::TypeKind::FloatType: {
        c10::List<double> values;
        values.reserve(count);
        for (const double each : numbers) values.push_back(each);
        return values;
      }
      case c10::TypeKind::NumberType: {
        c10::impl::GenericList values(element);
        values.reserve(count);
        for (const double each : numbers) values.push_back(scalar_of(each));
        return values;
      }
      default:
        refuse("of a type that a list of numbers fits");
    }
  }

  Tag peek() const {
    return position_ < arguments_.numbers.size()
               ? static_cast<Tag>(static_cast<int>(arguments_.numbers[position_]))
               : Tag::kNone;
  }
  Tag take_tag() { return static_cast<Tag>(static_cast<int>(take())); }
  double take() {
    if (at_end()) refuse("given whole");
    return arguments_.numbers[position_++];
  }
  double next(Tag tag, const char* expected) {
    if (take_tag() != tag) refuse(expected);
    return take();
  }
  int64_t whole(double value) {
    if (std::trunc(value) != value || std::abs(value) > kExactIntegers) refuse("an integer");
    return static_cast<int64_t>(value);
  }
  int64_t bigint() {
    const auto high = static_cast<uint64_t>(static_cast<int64_t>(take()));
    return static_cast<int64_t>(high << 32 | static_cast<uint32_t>(take()));
  }

  // TypeScript has checked what users gave; this keeps a mistake of ours from becoming a crash.
  [[noreturn]] void refuse(const char* expected) const {
    throw Error("ERR_QUERL_ARGUMENT", "Expected " + argument_->name() + " of " + schema_.name() +
                                          " to be " + expected + ".");
  }

  const c10::FunctionSchema& schema_;
  const Arguments& arguments_;
  Objects& objects_;
  const c10::Argument* argument_ = nullptr;
  size_t position_ = 0;
};

void write(const c10::IValue& value, Objects& objects, std::vector<double>& out) {
  const auto put = [&out](Tag tag, double number) {
    out.push_back(static_cast<double>(tag));
    out.push_back(number);
  };
  if (value.isTensor() && value.toTensor().defined()) return put(Tag::kObject, objects.add(value));
  if (value.isDouble()) return put(Tag::kNumber, value.toDouble());
  if (value.isBool()) return put(Tag::kBoolean, value.toBool() ? 1 : 0);
  if (value.isInt()) {
    const int64_t number = value.toInt();
    if (std::abs(static_cast<double>(number)) < kExactIntegers)
      return put(Tag::kNumber, static_cast<double>(number));
    put(Tag::kBigint, static_cast<double>(number >> 32));
    return out.push_back(static_cast<double>(static_cast<uint32_t>(number)));
  }
  if (value.isList()) {
    const c10::ArrayRef<c10::IValue> items = value.toListRef();
    put(Tag::kList, static_cast<double>(items.size()));
    for (const c10::IValue& item : items) write(item, objects, out);
    return;
  }
  // An undefined tensor is how an operator says "none".
  if (value.isNone() || value.isTensor()) return out.push_back(static_cast<double>(Tag::kNone));
  throw Error("ERR_QUERL_NATIVE", "The operator returned a " + value.tagKind() +
                                      ", which JavaScript has no value for.");
}

}  // namespace

std::vector<std::string> operator_names() {
  std::set<std::string> names;
  for (const c10::OperatorName& name : c10::Dispatcher::singleton().getAllOpNames())
    names.insert(name.name);
  return {names.begin(), names.end()};
}

std::vector<c10::OperatorHandle> operator_overloads(const std::string& name) {
  static const auto* const by_name = [] {
    // Never destroyed: another environment may still use it while the process exits.
    auto* found = new std::map<std::string, std::vector<std::string>>;
    for (const c10::OperatorName& each : c10::Dispatcher::singleton().getAllOpNames())
      (*found)[each.name].push_back(each.overload_name);
    for (auto& [_, overloads] : *found) std::sort(overloads.begin(), overloads.end());
    return found;
  }();
  std::vector<c10::OperatorHandle> handles;
  const auto found = by_name->find(name);
  if (found == by_name->end()) return handles;
  for (const std::string& overload : found->second) {
    // Names without a schema are those of kernels for operators that are not linked.
    const auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
    if (handle) handles.push_back(*handle);
  }
  return handles;
}

void read_arguments(const c10::FunctionSchema& schema, const Arguments& arguments, Objects& objects,
                    torch::jit::Stack& stack) {
  Reader reader(schema, arguments, objects);
  for (const c10::Argument& argument : schema.arguments())
    stack.push_back(reader.argument(argument));
  if (!reader.at_end()) {
    throw Error("ERR_QUERL_ARGUMENT", "Expected " + std::to_string(schema.arguments().size()) +
                                          " arguments of " + schema.name() + ", but got more.");
  }
}

void visit_objects(const c10::FunctionSchema& schema, std::span<const double> numbers,
                   const std::function<void(double id, const c10::Argument&)>& visit) {
  size_t position = 0;
  for (size_t i = 0; i < schema.arguments().size() && position < numbers.size(); ++i) {
    // A list adds its items to what is still to be read of the argument.
    for (size_t values = 1; values > 0 && position < numbers.size(); --values) {
      const auto tag = static_cast<Tag>(static_cast<int>(numbers[position]));
      const size_t count =
          position + 1 < numbers.size() && (tag == Tag::kList || tag == Tag::kNumbers)
              ? static_cast<size_t>(numbers[position + 1])
              : 0;
      if (tag == Tag::kObject && position + 1 < numbers.size())
        visit(numbers[position + 1], schema.arguments()[i]);
      if (tag == Tag::kList) values += count;
      const bool lone = tag == Tag::kDefault || tag == Tag::kNone;
      const bool paired = tag == Tag::kBigint || tag == Tag::kDevice;
      position += lone ? 1 : paired ? 3 : 2;
      if (tag == Tag::kNumbers) position += count;
    }
  }
}

bool is_written(const c10::Argument& argument) {
  const c10::AliasInfo* alias = argument.alias_info();
  if (alias == nullptr) return false;
  if (alias->isWrite()) return true;
  const auto& inner = alias->containedTypes();
  return std::any_of(inner.begin(), inner.end(), [](const auto& each) { return each.isWrite(); });
}

void write_results(const c10::FunctionSchema& schema, const torch::jit::Stack& stack,
                   Objects& objects, std::vector<double>& numbers) {
  for (size_t i = 0; i < stack.size(); ++i) {
    if (is_written(schema.returns()[i]) && stack[i].isTensor())
      numbers.push_back(static_cast<double>(Tag::kDefault));
    else
      write(stack[i], objects, numbers);
  }
}

}  // namespace querl
