#include "lm/fair_shared_mutex.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <shared_mutex>
#include <thread>
#include <vector>

namespace querl {
namespace {

TEST_CASE("a writer gets in while three readers overlap without a pause") {
  FairSharedMutex mutex;
  std::atomic<int> reads{0};
  std::atomic<bool> stops{false};
  std::vector<std::thread> readers;
  // The bound ends the test where a writer starves; then `reads` tells.
  constexpr int kMostReads = 100000;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&] {
      while (!stops && reads < kMostReads) {
        const std::shared_lock lock(mutex);
        ++reads;
        std::this_thread::sleep_for(std::chrono::microseconds(100));
      }
    });
  for (int i = 0; i < 20; ++i) const std::unique_lock lock(mutex);
  stops = true;
  const int seen = reads;
  for (std::thread& reader : readers) reader.join();
  CHECK(seen < kMostReads / 4);  // some 3 for each write, more if it is kept from its turn
}

TEST_CASE("writers exclude each other and readers") {
  FairSharedMutex mutex;
  int64_t first = 0, second = 0;
  std::atomic<int> torn{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 2000; ++n) {
        const std::unique_lock lock(mutex);
        ++first;
        ++second;
      }
    });
    threads.emplace_back([&] {
      for (int n = 0; n < 2000; ++n) {
        const std::shared_lock lock(mutex);
        torn += first != second;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(torn == 0);
  CHECK(first == 4000);
}

}  // namespace
}  // namespace querl
