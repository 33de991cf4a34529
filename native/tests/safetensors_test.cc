// Reading weights: conversion between all types, several tensors, faults.
#include "lm/safetensors.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <vector>

#include "kernels/half.h"
#include "kernels/thread_pool.h"
#include "lm/errors.h"
#include "lm/stored_numbers.h"

namespace querl {
namespace {

constexpr FloatType kTypes[] = {FloatType::kFloat32, FloatType::kBfloat16, FloatType::kFloat16};

std::vector<std::byte> stored(const std::vector<float>& numbers, FloatType type) {
  std::vector<std::byte> bytes(numbers.size() * static_cast<size_t>(float_bytes(type)));
  from_floats(numbers.data(), static_cast<int64_t>(numbers.size()), type, bytes.data());
  return bytes;
}

std::vector<float> widened(const std::vector<std::byte>& bytes, FloatType type) {
  std::vector<float> numbers(bytes.size() / static_cast<size_t>(float_bytes(type)));
  to_floats(bytes.data(), type, static_cast<int64_t>(numbers.size()), numbers.data());
  return numbers;
}

// All finite numbers of 16 bits, and their neighbours between which rounding decides.
std::vector<float> telling_numbers() {
  std::vector<float> numbers;
  for (uint32_t bits = 0; bits < 0x10000; ++bits)
    for (const float number :
         {from_float16(static_cast<uint16_t>(bits)), from_bfloat16(static_cast<uint16_t>(bits))})
      for (const uint32_t step : {0x0u, 0xfffu, 0x1000u, 0x1001u, 0x7fffu, 0x8000u, 0x8001u})
        if (const float near = std::bit_cast<float>(std::bit_cast<uint32_t>(number) + step);
            std::abs(near) < 65519.f)  // what float16 rounds to something finite
          numbers.push_back(near);
  return numbers;
}

struct TemporaryFile {
  TemporaryFile(const std::vector<std::byte>& bytes)
      : path(std::filesystem::temp_directory_path() /
             ("querl-numbers-" + std::to_string(std::hash<const void*>{}(this)))) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  ~TemporaryFile() { std::filesystem::remove(path); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  std::filesystem::path path;
};

std::string failure(const TemporaryFile& file, const std::vector<StoredTensor>& tensors) {
  ThreadPool pool(2);
  try {
    read_tensors(file.path, tensors, *host_device(), pool, {});
  } catch (const Error& error) {
    std::string text = std::string(error.code()) + ": " + error.what();
    const std::string path = file.path;
    if (const size_t at = text.find(path); at != std::string::npos)
      text.replace(at, path.size(), "F");
    return text;
  }
  return "read";
}

TEST_CASE("numbers of every type become those of every other as half.h converts one by one") {
  const std::vector<float> numbers = telling_numbers();
  for (const FloatType from : kTypes)
    for (const FloatType to : kTypes) {
      const std::vector<std::byte> source = stored(numbers, from);
      const std::vector<float> exact = widened(source, from);
      std::vector<std::byte> shifted(source.size() + 1);  // files align nothing
      std::copy(source.begin(), source.end(), shifted.begin() + 1);
      std::vector<std::byte> result(numbers.size() * static_cast<size_t>(float_bytes(to)));
      const auto count = static_cast<int64_t>(numbers.size());
      const NumberFault fault = copy_numbers(shifted.data() + 1, from, count, result.data(), to);
      CHECK(result == stored(exact, to));
      // bfloat16 rounds the largest of them up, beyond float16.
      const bool exceeds = from == FloatType::kBfloat16 && to == FloatType::kFloat16;
      CHECK(fault == (exceeds ? NumberFault::kTooLarge : NumberFault::kNone));
    }
}

TEST_CASE("what is not finite, or not in the wanted type, is found wherever it lies") {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  for (const FloatType from : kTypes)
    for (const FloatType to : kTypes)
      for (const size_t at : {size_t{0}, size_t{2047}, size_t{2048}, size_t{4999}})
        for (const float bad : {kInfinity, -kInfinity, kNan}) {
          std::vector<float> numbers(5000, 1.f);
          numbers[at] = bad;
          std::vector<std::byte> result(numbers.size() * 4);
          CHECK(copy_numbers(stored(numbers, from).data(), from, 5000, result.data(), to) ==
                NumberFault::kNotFinite);
        }
  std::vector<std::byte> result(4);
  const std::vector<std::byte> large = stored({65520.f}, FloatType::kFloat32);
  CHECK(copy_numbers(large.data(), FloatType::kFloat32, 1, result.data(), FloatType::kFloat16) ==
        NumberFault::kTooLarge);
  CHECK(copy_numbers(large.data(), FloatType::kFloat32, 1, result.data(), FloatType::kBfloat16) ==
        NumberFault::kNone);
}

TEST_CASE("tensors of several types are read from one file, whatever the threads") {
  constexpr int64_t kMany = (int64_t{1} << 21) + 5;  // more than one task
  std::vector<float> many(kMany);
  for (size_t i = 0; i < many.size(); ++i) many[i] = std::sin(static_cast<float>(i));
  std::vector<std::byte> bytes(3);
  const auto add = [&bytes](const std::vector<std::byte>& part) {
    const auto position = static_cast<int64_t>(bytes.size());
    bytes.insert(bytes.end(), part.begin(), part.end());
    return position;
  };
  const int64_t first = add(stored(many, FloatType::kBfloat16));
  const int64_t second = add(stored({1.5f, -2.f}, FloatType::kFloat32));
  const TemporaryFile file(bytes);
  for (const int threads : {1, 3}) {
    std::vector<float> as_floats(many.size());
    std::vector<uint16_t> as_halves(2);
    const std::vector<StoredTensor> tensors{
        {"many", first, FloatType::kBfloat16, kMany, FloatType::kFloat32,
         reinterpret_cast<std::byte*>(as_floats.data())},
        {"few", second, FloatType::kFloat32, 2, FloatType::kFloat16,
         reinterpret_cast<std::byte*>(as_halves.data())},
        {"none", second, FloatType::kFloat32, 0, FloatType::kFloat32, nullptr}};
    ThreadPool pool(threads);
    read_tensors(file.path, tensors, *host_device(), pool, {});
    CHECK(as_floats == widened(stored(many, FloatType::kBfloat16), FloatType::kBfloat16));
    CHECK(as_halves == std::vector<uint16_t>{to_float16(1.5f), to_float16(-2.f)});
  }
}

TEST_CASE("tensors that no model can use are named, all of them") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const TemporaryFile file(stored({1.f, nan, 2.f, -nan, 1e6f}, FloatType::kFloat32));
  std::vector<std::byte> to(8);
  const auto tensor = [&](const char* name, int64_t position, int64_t count) {
    return StoredTensor{name, position, FloatType::kFloat32, count, FloatType::kFloat16, to.data()};
  };
  CHECK(
      failure(file, {tensor("a", 0, 1), tensor("b", 4, 1), tensor("c", 8, 1), tensor("d", 8, 2)}) ==
      "ERR_QUERL_MODEL: F has numbers that are not finite in b, d.");
  CHECK(failure(file, {tensor("a", 0, 1), tensor("e", 16, 1)}) ==
        "ERR_QUERL_MODEL: F has numbers that are too large for the type in which they are to be "
        "kept in e.");
  CHECK(failure(file, {tensor("a", 0, 1), tensor("f", 16, 2)}) ==
        "ERR_QUERL_CHECKPOINT_CORRUPT: F ends 4 bytes before f does.");
}

TEST_CASE("a file that is empty or missing is told, and a stop is heard") {
  std::vector<std::byte> to(4);
  const std::vector<StoredTensor> one{
      {"x", 0, FloatType::kFloat32, 1, FloatType::kFloat32, to.data()}};
  const TemporaryFile empty({});
  CHECK(failure(empty, one) == "ERR_QUERL_CHECKPOINT_CORRUPT: F ends 4 bytes before x does.");
  ThreadPool pool(1);
  CHECK_THROWS_WITH_AS(read_tensors("/absent/file", one, *host_device(), pool, {}),
                       "/absent/file cannot be opened: No such file or directory.", Error);
  const TemporaryFile file(stored({1.f}, FloatType::kFloat32));
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(read_tensors(file.path, one, *host_device(), pool, stop.get_token()), Cancelled);
}

}  // namespace
}  // namespace querl
